#include "explaining.hpp"
#include "module.hpp"

#include <pybind11/stl.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace py = pybind11;

namespace haulwatch::python {

namespace {

std::shared_ptr<Explaining> explaining(std::shared_ptr<EventList> log, std::string id,
                                       std::shared_ptr<registry::Registry> registry, const io::Settings& settings,
                                       std::optional<std::int64_t> utc_offset_minutes) {
  ExplainRequest request;
  request.log = std::move(log);
  request.id = std::move(id);
  request.registry = std::move(registry);
  request.settings = settings;
  if (utc_offset_minutes) request.utc_offset = std::chrono::minutes{*utc_offset_minutes};
  return std::make_shared<Explaining>(std::move(request));
}

}  // namespace

void bind_explain(py::module_& m) {
  py::class_<Explaining, std::shared_ptr<Explaining>>(m, "Explaining")
      .def(py::init(&explaining), py::arg("log"), py::arg("id"), py::arg("registry"), py::arg("settings"),
           py::arg("utc_offset_minutes"))
      .def(
          "read_table", [](Explaining& self, FixTable& fixes) { self.read(fixes); }, py::arg("fixes"),
          py::call_guard<py::gil_scoped_release>())
      .def(
          "read_files",
          [](Explaining& self, const std::vector<std::string>& paths, const io::TrackFormat& format) {
            self.read(paths, format);
          },
          py::arg("paths"), py::arg("format"), py::call_guard<py::gil_scoped_release>())
      .def_property_readonly("bad_rows", &Explaining::bad_rows)
      .def("in_words", [](const Explaining& self) {
        std::vector<std::pair<std::string, std::string>> all;
        for (InWords& one : self.in_words()) all.emplace_back(std::move(one.text), std::move(one.json));
        return all;
      });
}

}  // namespace haulwatch::python
