#include "fix_out.hpp"
#include "module.hpp"

#include <haulwatch/engine/manifest_log.hpp>
#include <haulwatch/error.hpp>
#include <haulwatch/io/default_settings.hpp>
#include <haulwatch/io/manifest_reader.hpp>
#include <haulwatch/io/registry_reader.hpp>
#include <haulwatch/registry/registry.hpp>

#include <pybind11/stl.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace py = pybind11;

namespace haulwatch::python {

namespace {

using Registry = registry::Registry;

/// pybind11 holds no pointers to const: nothing is bound that could change what is held.
std::shared_ptr<Registry> held(std::shared_ptr<const Registry> registry) {
  return std::const_pointer_cast<Registry>(std::move(registry));
}

io::Settings settings_of(const std::string& json, const std::string& document) {
  io::Settings settings;
  std::vector<Fault> faults = io::settings_schema().read(json, settings);
  if (!faults.empty()) throw Refused{document, std::move(faults)};
  return settings;
}

/// \param look_up whether each reference has to be found in the registry
std::shared_ptr<ManifestLog> manifests_of(const std::string& json_lines, const std::string& document,
                                          const Registry& registry, bool look_up,
                                          std::optional<std::int64_t> until_ms) {
  io::ManifestReading reading = io::read_manifests(json_lines);
  if (look_up)
    for (Fault& fault : io::check_references(reading.lines, registry)) reading.faults.push_back(std::move(fault));
  if (!reading.faults.empty()) throw Refused{document, std::move(reading.faults)};
  std::vector<Manifest> versions;
  for (io::ManifestLine& line : reading.lines) versions.push_back(std::move(line.manifest));
  const auto until = until_ms ? std::optional{TimeUtc{Milliseconds{*until_ms}}} : std::nullopt;
  return std::make_shared<ManifestLog>(std::move(versions), registry, until);
}

}  // namespace

void bind_set_up(py::module_& m) {
  py::class_<Registry, std::shared_ptr<Registry>>(m, "Registry")
      .def_static("none", [] { return held(Registry::none()); })
      .def_static(
          "parse",
          [](const std::string& json, const std::string& document, Datum datum) {
            const py::gil_scoped_release unlocked;
            return held(io::parse_registry(json, {.datum = datum}, document));
          },
          py::arg("json"), py::arg("document"), py::arg("datum"))
      .def_property_readonly("sites", [](const Registry& r) { return r.sites().size(); })
      .def_property_readonly("zones", [](const Registry& r) { return r.zones().size(); })
      .def_property_readonly("gates", [](const Registry& r) { return r.gates().size(); })
      .def_property_readonly("routes", [](const Registry& r) { return r.routes().size(); })
      .def_property_readonly("permits", [](const Registry& r) { return r.permits().size(); });

  py::class_<io::Settings, std::shared_ptr<io::Settings>>(m, "Settings")
      .def_static("parse", &settings_of, py::arg("json"), py::arg("document"))
      .def("to_json", [](const io::Settings& settings) { return io::settings_schema().to_json_text(settings); });

  py::class_<ManifestLog, std::shared_ptr<ManifestLog>>(m, "Manifests")
      .def(py::init(&manifests_of), py::arg("json_lines"), py::arg("document"), py::arg("registry"), py::arg("look_up"),
           py::arg("until_ms"));
}

}  // namespace haulwatch::python
