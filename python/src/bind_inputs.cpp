#include "fix_table.hpp"
#include "input_error.hpp"
#include "input_table.hpp"
#include "module.hpp"
#include "numpy_column.hpp"

#include <pybind11/native_enum.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace py = pybind11;

namespace haulwatch::python {

namespace {

std::shared_ptr<InputTable> table_of_stream(const py::capsule& capsule) {
  if (std::string{capsule.name()} != "arrow_array_stream")
    throw InputError{{{{}, "a capsule named 'arrow_array_stream'", capsule.name()}}};
  Owned<ArrowArrayStream> stream{capsule.get_pointer<ArrowArrayStream>()};
  if (!stream.is_set()) throw InputError{{{{}, "a stream that nobody has read", "one that was read already"}}};
  auto table = std::make_shared<InputTable>();
  const py::gil_scoped_release unlocked;
  table->read(stream.get());
  return table;
}

std::shared_ptr<InputTable> table_of_batch(const py::capsule& schema, const py::capsule& array) {
  const Owned<ArrowSchema> type{schema.get_pointer<ArrowSchema>()};
  Owned<ArrowArray> batch{array.get_pointer<ArrowArray>()};
  if (!type.is_set() || !batch.is_set())
    throw InputError{{{{}, "a batch that nobody has taken", "one that was taken already"}}};
  auto table = std::make_shared<InputTable>();
  table->read(*type, std::move(batch));
  return table;
}

/// A column in one piece, as `__arrow_c_array__` of an array gives it.
void add_arrow(InputTable& table, const std::string& name, const py::capsule& schema, const py::capsule& array) {
  const Owned<ArrowSchema> described{schema.get_pointer<ArrowSchema>()};
  auto kept = std::make_shared<Owned<ArrowArray>>(array.get_pointer<ArrowArray>());
  if (!described.is_set() || !kept->is_set())
    throw InputError{{{name, "an array that nobody has taken", "one that was taken already"}}};
  ColumnType type = type_of(*described);
  Column column = column_of(type, **kept);
  table.add(name, std::move(type), std::move(column), std::move(kept));
}

io::FixColumn column_named(const std::string& name) {
  for (std::size_t i = 0; i < io::fix_column_count; ++i)
    if (io::name_of(static_cast<io::FixColumn>(i)) == name) return static_cast<io::FixColumn>(i);
  throw InputError{{{{}, "one of the columns of a track", name}}};
}

using Mapping = std::tuple<std::string, std::string, double>;

std::shared_ptr<FixTable> fixes_of(std::shared_ptr<const InputTable> table, const std::vector<Mapping>& columns,
                                   const std::string& time_format, std::optional<int> time_zone_minutes, Datum datum,
                                   std::optional<std::pair<double, double>> plane_origin, const std::string& vehicle) {
  TableFormat format;
  for (const auto& [ours, theirs, factor] : columns) format.columns.push_back({column_named(ours), theirs, factor});
  format.time_format = time_format;
  if (time_zone_minutes) format.time_zone = std::chrono::minutes{*time_zone_minutes};
  format.datum = datum;
  if (plane_origin) format.plane_origin = LonLat{plane_origin->first, plane_origin->second};
  format.vehicle = vehicle;
  return std::make_shared<FixTable>(std::move(table), std::move(format));
}

std::shared_ptr<io::TrackFormat> format_of(const std::vector<std::string>& columns, const std::string& time_format,
                                           const std::string& time_zone, const std::string& delimiter, bool header,
                                           std::size_t skip_lines, const std::string& wide, Datum datum,
                                           const std::string& plane_origin, bool lenient) {
  auto format = std::make_shared<io::TrackFormat>();
  for (const std::string& column : columns) format->map(column);
  format->time_format = time_format;
  if (!time_zone.empty()) format->time_zone = io::parse_time_zone(time_zone);
  if (!delimiter.empty()) format->delimiter = io::parse_delimiter(delimiter);
  if (!wide.empty()) format->wide = io::parse_wide_rows(wide);
  if (!plane_origin.empty()) format->plane_origin = io::parse_origin(plane_origin);
  format->header = header ? io::HeaderLine::present : io::HeaderLine::absent;
  format->skip_lines = skip_lines;
  format->datum = datum;
  format->strictness = lenient ? io::Strictness::lenient : io::Strictness::strict;
  return format;
}

std::vector<std::string> names_of_columns() {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < io::fix_column_count; ++i) names.emplace_back(io::name_of(static_cast<io::FixColumn>(i)));
  return names;
}

}  // namespace

void bind_inputs(py::module_& m) {
  py::native_enum<Datum>(m, "Datum", "enum.Enum")
      .value("wgs84", Datum::wgs84)
      .value("gcj02", Datum::gcj02)
      .value("bd09", Datum::bd09)
      .finalize();

  py::class_<InputTable, std::shared_ptr<InputTable>>(m, "InputTable")
      .def(py::init<>())
      .def_static("of_stream", &table_of_stream, py::arg("capsule"))
      .def_static("of_batch", &table_of_batch, py::arg("schema"), py::arg("array"))
      .def("add_numpy", &add_numpy, py::arg("name"), py::arg("array"), py::arg("absent") = py::none(),
           py::arg("instants") = false)
      .def("add_arrow", &add_arrow, py::arg("name"), py::arg("schema"), py::arg("array"))
      .def("add_categories", &add_categories, py::arg("name"), py::arg("codes"), py::arg("values"))
      .def_property_readonly("names", &InputTable::names);

  py::class_<FixTable, std::shared_ptr<FixTable>>(m, "FixTable")
      .def(py::init(&fixes_of), py::arg("table"), py::arg("columns"), py::arg("time_format"),
           py::arg("time_zone_minutes"), py::arg("datum"), py::arg("plane_origin"), py::arg("vehicle"))
      .def_property_readonly("rows", &FixTable::rows)
      .def_property_readonly("remarks", &FixTable::remarks);

  py::class_<io::TrackFormat, std::shared_ptr<io::TrackFormat>>(m, "TrackFormat")
      .def(py::init(&format_of), py::arg("columns"), py::arg("time_format"), py::arg("time_zone"), py::arg("delimiter"),
           py::arg("header"), py::arg("skip_lines"), py::arg("wide"), py::arg("datum"), py::arg("plane_origin"),
           py::arg("lenient"));

  m.def("track_columns", &names_of_columns);
  m.def(
      "time_zone_minutes", [](const std::string& text) { return io::parse_time_zone(text).count(); }, py::arg("text"));
}

}  // namespace haulwatch::python
