#include "fix_out.hpp"
#include "module.hpp"

#include <haulwatch/error.hpp>
#include <haulwatch/io/default_settings.hpp>
#include <haulwatch/io/manifest_reader.hpp>
#include <haulwatch/io/registry_reader.hpp>
#include <haulwatch/registry/registry.hpp>

#include <pybind11/stl.h>

#include <memory>
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

void check_manifests(const std::string& json_lines, const std::string& document, const Registry* registry) {
  io::ManifestReading reading = io::read_manifests(json_lines);
  if (registry != nullptr)
    for (Fault& fault : io::check_references(reading.lines, *registry)) reading.faults.push_back(std::move(fault));
  if (!reading.faults.empty()) throw Refused{document, std::move(reading.faults)};
}

}  // namespace

void bind_set_up(py::module_& m) {
  py::class_<Registry, std::shared_ptr<Registry>>(m, "Registry")
      .def_static("none", [] { return held(Registry::none()); })
      .def_static(
          "parse",
          [](const std::string& json, const std::string& document, Datum datum, std::uint32_t version) {
            const py::gil_scoped_release unlocked;
            return held(io::parse_registry(json, {datum, version}, document));
          },
          py::arg("json"), py::arg("document"), py::arg("datum"), py::arg("version") = 1)
      .def_property_readonly("sites", [](const Registry& r) { return r.sites().size(); })
      .def_property_readonly("zones", [](const Registry& r) { return r.zones().size(); })
      .def_property_readonly("gates", [](const Registry& r) { return r.gates().size(); })
      .def_property_readonly("routes", [](const Registry& r) { return r.routes().size(); })
      .def_property_readonly("permits", [](const Registry& r) { return r.permits().size(); });

  py::class_<io::Settings, std::shared_ptr<io::Settings>>(m, "Settings")
      .def_static("parse", &settings_of, py::arg("json"), py::arg("document"))
      .def("to_json", [](const io::Settings& settings) { return io::settings_schema().to_json_text(settings); });

  m.def("check_manifests", &check_manifests, py::arg("json_lines"), py::arg("document"), py::arg("registry"));
}

}  // namespace haulwatch::python
