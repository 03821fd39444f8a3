#include "fix_out.hpp"
#include "module.hpp"

#include <haulwatch/io/byte_source.hpp>
#include <haulwatch/scoring/record_reader.hpp>
#include <haulwatch/scoring/report_json.hpp>
#include <haulwatch/scoring/report_text.hpp>
#include <haulwatch/scoring/summary.hpp>
#include <haulwatch/scoring/world_score.hpp>
#include <haulwatch/simulation/profile.hpp>
#include <haulwatch/simulation/world.hpp>

#include <pybind11/stl.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace py = pybind11;

namespace haulwatch::python {

namespace {

/// A county that was lived, as texts of the command's files.
struct LivedWorld {
  std::string registry;
  std::string tracks;
  std::string truth;
  std::string manifests;
};

LivedWorld live(std::uint64_t seed, std::uint32_t vehicles, double hours, const std::string& profile,
                std::optional<double> interval_s) {
  simulation::WorldOptions options;
  options.seed = seed;
  options.vehicles = vehicles;
  options.duration = milliseconds(hours * 3600.0);
  options.profile = simulation::load_profile(profile);
  if (interval_s) options.profile.terminal.reporting.interval_s = {{{*interval_s, 1.0}}};
  simulation::World world{options};
  LivedWorld lived;
  lived.registry = simulation::geojson_of(world.registry());
  simulation::World::Output output;
  output.tracks = [&](std::string_view text) { lived.tracks += text; };
  output.truth = [&](std::string_view text) { lived.truth += text; };
  output.manifests = [&](std::string_view text) { lived.manifests += text; };
  world.run(output);
  return lived;
}

std::pair<std::string, std::string> score(const std::vector<std::pair<std::string, std::string>>& worlds,
                                          std::optional<double> interval_s) {
  std::vector<scoring::WorldTally> tallies;
  for (const auto& [truth, events] : worlds)
    tallies.push_back(scoring::score_world(
        scoring::read_records(io::bytes_in_memory(truth, "truth"), scoring::Side::truth),
        scoring::read_records(io::bytes_in_memory(events, "events"), scoring::Side::events), {interval_s}));
  const scoring::Summary summary = scoring::summarise(tallies);
  return {scoring::report_json(summary), scoring::report_text(summary)};
}

}  // namespace

void bind_worlds(py::module_& m) {
  py::class_<LivedWorld>(m, "LivedWorld")
      .def(py::init([](std::string registry, std::string tracks, std::string truth, std::string manifests) {
             return LivedWorld{std::move(registry), std::move(tracks), std::move(truth), std::move(manifests)};
           }),
           py::arg("registry"), py::arg("tracks"), py::arg("truth"), py::arg("manifests"))
      .def_readonly("registry", &LivedWorld::registry)
      .def_readonly("tracks", &LivedWorld::tracks)
      .def_readonly("truth", &LivedWorld::truth)
      .def_readonly("manifests", &LivedWorld::manifests);
  m.def("simulate", &live, py::arg("seed"), py::arg("vehicles"), py::arg("hours"), py::arg("profile"),
        py::arg("interval_s"), py::call_guard<py::gil_scoped_release>());
  m.def("score", &score, py::arg("worlds"), py::arg("interval_s"), py::call_guard<py::gil_scoped_release>());
  m.def(
      "fixes_of_csv",
      [](const std::string& csv) {
        const py::gil_scoped_release unlocked;
        return std::const_pointer_cast<OutTable>(fixes_of_csv(csv));
      },
      py::arg("csv"));

  py::class_<DecodedFrames>(m, "DecodedFrames")
      .def_property_readonly("fixes", [](const DecodedFrames& d) { return std::const_pointer_cast<OutTable>(d.fixes); })
      .def_readonly("refused", &DecodedFrames::refused)
      .def_readonly("refused_by_cause", &DecodedFrames::refused_by_cause)
      .def_readonly("ends_within_frame", &DecodedFrames::ends_within_frame);
  m.def(
      "decode_jt808",
      [](const py::bytes& frames, bool is_hex, const std::string& profile, bool lenient) {
        const auto bytes = static_cast<std::string_view>(frames);
        const py::gil_scoped_release unlocked;
        return decode_jt808(bytes, is_hex, profile, lenient);
      },
      py::arg("frames"), py::arg("is_hex"), py::arg("profile"), py::arg("lenient"));
}

}  // namespace haulwatch::python
