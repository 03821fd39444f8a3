#include "simulate_command.hpp"

#include <haulwatch/error.hpp>
#include <haulwatch/io/output_file.hpp>
#include <haulwatch/simulation/profile.hpp>
#include <haulwatch/simulation/world.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace haulwatch::cli {

namespace {

namespace fs = std::filesystem;

simulation::WorldOptions options_of(const SimulateRequest& request) {
  simulation::WorldOptions options;
  options.seed = request.seed;
  options.vehicles = request.vehicles;
  options.duration = milliseconds(request.hours * 3600.0);
  options.profile = simulation::load_profile(request.profile);
  if (request.interval_s > 0.0) options.profile.terminal.reporting.interval_s = {{{request.interval_s, 1.0}}};
  return options;
}

void make_folder(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw FileError{folder + ": " + error.message()};
}

/// Few vehicles live on for longer at a time, so that what one of them needs stays in the processor's caches; many, for
/// as short as keeps a slice's reports within some 20 MB.
Milliseconds slice_of(std::uint32_t vehicles) {
  constexpr std::uint32_t in_five_minutes = 10'000;
  return std::chrono::minutes{5} * std::clamp(in_five_minutes / std::max(vehicles, 1U), 1U, 12U);
}

}  // namespace

void add_simulate(CLI::App& app, SimulateRequest& request) {
  CLI::App* command = app.add_subcommand("simulate", "Make up a county, its trucks' tracks, and the truth about them");
  command->footer(
      "Example:\n"
      "  haulwatch simulate --seed 7 --vehicles 200 --hours 24 --profile hostile world/\n"
      "  haulwatch replay --registry world/registry.geojson --manifests world/manifests.jsonl world/tracks.csv");
  command->add_option("--seed", request.seed, "the same seed gives the same bytes on every machine (1)");
  command->add_option("--vehicles", request.vehicles, "trucks and vessels (100)")->check(CLI::Range(1, 1000000));
  command->add_option("--hours", request.hours, "from 06:00 of the county's first day (24)")
      ->check(CLI::Range(0.1, 24.0 * 366));
  command->add_option("--interval", request.interval_s, "seconds between reports of every terminal")
      ->check(CLI::Range(1.0, 3600.0));
  command->add_option("--profile", request.profile,
                      "clean, typical, gps-only, sparse, hostile, metropolis, or a file of doses (typical)");
  command->add_flag("--quiet", request.quiet, "no summary");
  command->add_option("folder", request.folder, "where registry, tracks, manifests and truth go")->required();
}

ExitCode run_simulate(const SimulateRequest& request) {
  simulation::World world{options_of(request)};
  make_folder(request.folder);
  const auto in_folder = [&](const char* name) { return (fs::path{request.folder} / name).string(); };
  const auto began = std::chrono::steady_clock::now();
  io::OutputFile registry{in_folder("registry.geojson")};
  registry.write(simulation::geojson_of(world.registry()));
  registry.close();
  io::OutputFile tracks{in_folder("tracks.csv")};
  io::OutputFile truth{in_folder("truth.jsonl")};
  io::OutputFile manifests{in_folder("manifests.jsonl")};
  simulation::World::Output output;
  output.tracks = [&](std::string_view text) { tracks.write(text); };
  output.truth = [&](std::string_view text) { truth.write(text); };
  output.manifests = [&](std::string_view text) { manifests.write(text); };
  world.run(output, slice_of(request.vehicles));
  for (io::OutputFile* file : {&tracks, &truth, &manifests}) file->close();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  if (!request.quiet)
    fmt::print(stderr, "{} reports of {} vehicles over {} h in {:.1f} s: {:.0f} a second\n", world.reports(),
               request.vehicles, request.hours, took.count(), static_cast<double>(world.reports()) / took.count());
  return ExitCode::done;
}

}  // namespace haulwatch::cli
