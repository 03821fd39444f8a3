#include "score_command.hpp"

#include "replay_command.hpp"

#include <haulwatch/error.hpp>
#include <haulwatch/scoring/record_reader.hpp>
#include <haulwatch/scoring/report_json.hpp>
#include <haulwatch/scoring/report_text.hpp>
#include <haulwatch/scoring/summary.hpp>
#include <haulwatch/scoring/world_score.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>

namespace haulwatch::cli {

namespace {

namespace fs = std::filesystem;

struct Pair {
  std::string truth, events;
};

std::string file_in(const fs::path& folder, const std::string& name) {
  for (const char* end : {".jsonl", ".jsonl.gz"})
    if (fs::is_regular_file(folder / (name + end))) return (folder / (name + end)).string();
  return {};
}

/// Every folder from `root` down that holds a truth, in the order of their names.
std::vector<Pair> pairs_in(const fs::path& root) {
  std::vector<fs::path> folders{root};
  for (const auto& entry : fs::recursive_directory_iterator{root})
    if (entry.is_directory()) folders.push_back(entry.path());
  std::ranges::sort(folders);
  std::vector<Pair> pairs;
  for (const fs::path& folder : folders) {
    const std::string truth = file_in(folder, "truth");
    if (truth.empty()) continue;
    const std::string events = file_in(folder, "events");
    if (events.empty()) throw InputRefused{folder.string() + ": has a truth but no events.jsonl"};
    pairs.push_back({truth, events});
  }
  if (pairs.empty()) throw InputRefused{root.string() + ": no truth.jsonl in it or below"};
  return pairs;
}

std::vector<Pair> pairs_of(const std::vector<std::string>& files) {
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (fs::is_directory(files[i])) {
      std::ranges::move(pairs_in(files[i]), std::back_inserter(pairs));
    } else {
      if (i + 1 == files.size()) throw CLI::ValidationError{files[i], "a truth needs its events behind it"};
      pairs.push_back({files[i], files[i + 1]});
      ++i;
    }
  }
  return pairs;
}

scoring::WorldTally score(const Pair& pair, const ScoreRequest& request) {
  const scoring::RecordSet truth = scoring::read_records(pair.truth, scoring::Side::truth);
  const scoring::RecordSet events = scoring::read_records(pair.events, scoring::Side::events);
  return scoring::score_world(truth, events, {request.interval_s});
}

}  // namespace

void add_score(CLI::App& app, ScoreRequest& request) {
  CLI::App* command = app.add_subcommand("score", "Hold events against the truth: who was found, how well, how late");
  command->footer(
      "Examples:\n"
      "  haulwatch score world/truth.jsonl events.jsonl\n"
      "  haulwatch score --json 1/truth.jsonl 1/events.jsonl 2/truth.jsonl 2/events.jsonl   # bounds over both\n"
      "  haulwatch score worlds/    # every folder in it with a truth.jsonl and an events.jsonl");
  command
      ->add_option("files", request.files,
                   "TRUTH EVENTS, once for each world; or a folder for all pairs in it and below")
      ->required()
      ->check(CLI::ExistingPath);
  command
      ->add_option("--interval", request.interval_s,
                   "seconds between two reports, where the truth does not say: owed are stops of 90 s and of three "
                   "reports (10)")
      ->check(CLI::PositiveNumber);
  command->add_flag("--json", request.json, "every figure as one JSON object");
}

ExitCode run_score(const ScoreRequest& request) {
  std::vector<scoring::WorldTally> worlds;
  try {
    for (const Pair& pair : pairs_of(request.files)) worlds.push_back(score(pair, request));
  } catch (const scoring::BadLine& error) {
    throw InputRefused{error.what()};
  } catch (const FileError& error) {
    throw InputRefused{error.what()};
  } catch (const CLI::ValidationError& error) {
    fmt::print(stderr, "haulwatch: {}\n", error.what());
    return ExitCode::usage;
  }
  const scoring::Summary summary = scoring::summarise(worlds);
  fmt::print("{}", request.json ? scoring::report_json(summary) : scoring::report_text(summary));
  return ExitCode::done;
}

}  // namespace haulwatch::cli
