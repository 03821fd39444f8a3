#include "event_list.hpp"
#include "module.hpp"
#include "out_table.hpp"

#include <haulwatch/error.hpp>

#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace py = pybind11;

namespace haulwatch::python {

namespace {

py::capsule stream_capsule(std::shared_ptr<const OutTable> table) {
  auto stream = std::make_unique<ArrowArrayStream>();
  export_stream(std::move(table), stream.get());
  return py::capsule(stream.release(), "arrow_array_stream", [](PyObject* capsule) {
    auto* kept = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule, "arrow_array_stream"));
    if (kept->release != nullptr) kept->release(kept);
    delete kept;
  });
}

py::capsule schema_capsule(const OutTable& table) {
  auto schema = std::make_unique<ArrowSchema>();
  export_schema(table, schema.get());
  return py::capsule(schema.release(), "arrow_schema", [](PyObject* capsule) {
    auto* kept = static_cast<ArrowSchema*>(PyCapsule_GetPointer(capsule, "arrow_schema"));
    if (kept->release != nullptr) kept->release(kept);
    delete kept;
  });
}

/// A view of a column's numbers that keeps the table alive; not to be written to.
template <class T>
py::array view_of(const std::shared_ptr<const OutTable>& table, const OutColumn& column, py::dtype dtype) {
  auto* kept = new std::shared_ptr<const OutTable>{table};
  const py::capsule owner{kept, [](void* owned) { delete static_cast<std::shared_ptr<const OutTable>*>(owned); }};
  py::array array{
      std::move(dtype), {column.length()}, {static_cast<py::ssize_t>(sizeof(T))}, column.data().data(), owner};
  array.attr("setflags")(py::arg("write") = false);
  return array;
}

py::str text_of(std::string_view text) {
  return py::reinterpret_steal<py::str>(
      PyUnicode_DecodeUTF8(text.data(), static_cast<py::ssize_t>(text.size()), "replace"));
}

py::object value_at(const OutColumn& column, std::int64_t row);

py::object record_at(const OutColumn& column, std::int64_t row) {
  py::dict record;
  for (const OutColumn& child : column.children()) record[py::str(child.name())] = value_at(child, row);
  return record;
}

/// A value of the sorts that have no array of their own.
py::object value_at(const OutColumn& column, std::int64_t row) {
  if (!column.is_valid(row)) return py::none();
  const auto i = static_cast<std::size_t>(row);
  switch (column.type()) {
    case OutType::text:
    case OutType::category:
      return text_of(column.text_at(row));
    case OutType::number: {
      double number = 0;
      __builtin_memcpy(&number, column.data().data() + 8 * i, sizeof number);
      return py::float_{number};
    }
    case OutType::flag:
      return py::bool_{((static_cast<unsigned>(column.data()[i >> 3U]) >> (i & 7U)) & 1U) != 0};
    case OutType::list: {
      py::list list;
      for (std::int32_t k = column.offsets()[i]; k < column.offsets()[i + 1]; ++k)
        list.append(value_at(column.children().front(), k));
      return list;
    }
    case OutType::record:
      return record_at(column, row);
    default:
      throw Error{"column " + column.name() + " has an array of its own"};
  }
}

/// One string for all rows of the same text, as far as that can be told cheaply: names come again and again, ids never.
class SharedTexts {
 public:
  [[nodiscard]] PyObject* operator()(std::string_view text) {
    Slot& slot = slots_[std::hash<std::string_view>{}(text) % slots_.size()];
    if (!slot.string || slot.text != text) slot = {text, text_of(text)};
    return slot.string.inc_ref().ptr();
  }

 private:
  struct Slot {
    std::string_view text;
    py::object string;
  };
  std::vector<Slot> slots_ = std::vector<Slot>(1024);
};

py::array objects_of(const OutColumn& column, std::int64_t rows) {
  py::array objects{py::dtype{"O"}, std::vector<py::ssize_t>{rows}};
  auto* at = static_cast<PyObject**>(objects.mutable_data());
  if (column.type() == OutType::text || column.type() == OutType::category) {
    SharedTexts shared;
    for (std::int64_t row = 0; row < rows; ++row)
      at[row] = column.is_valid(row) ? shared(column.text_at(row)) : py::none().release().ptr();
  } else {
    for (std::int64_t row = 0; row < rows; ++row) at[row] = value_at(column, row).release().ptr();
  }
  return objects;
}

/// The column as NumPy has it: numbers and times as views, absent ones NaN and NaT; else objects, absent ones None.
py::array values_of(const std::shared_ptr<const OutTable>& table, const std::string& name,
                    std::optional<std::int64_t> limit) {
  const OutColumn* column = table->find(name);
  if (column == nullptr) throw py::key_error{name};
  switch (column->type()) {
    case OutType::number:
      return view_of<double>(table, *column, py::dtype::of<double>());
    case OutType::reading:
      return view_of<float>(table, *column, py::dtype::of<float>());
    case OutType::time:
      return view_of<std::int64_t>(table, *column, py::dtype{"datetime64[ms]"});
    case OutType::whole:
      return view_of<std::int64_t>(table, *column, py::dtype::of<std::int64_t>());
    default:
      return objects_of(*column, std::min(column->length(), limit.value_or(column->length())));
  }
}

/// True where the column has no value.
py::array absent_of(const OutTable& table, const std::string& name) {
  const OutColumn* column = table.find(name);
  if (column == nullptr) throw py::key_error{name};
  py::array_t<bool> absent{column->length()};
  for (std::int64_t row = 0; row < column->length(); ++row) absent.mutable_data()[row] = !column->is_valid(row);
  return absent;
}

/// Codes and names of a column of categories.
std::pair<py::array, py::array> categories_of(const std::shared_ptr<const OutTable>& table, const std::string& name) {
  const OutColumn* column = table->find(name);
  if (column == nullptr || column->type() != OutType::category) throw py::key_error{name};
  return {view_of<std::int32_t>(table, *column, py::dtype::of<std::int32_t>()),
          objects_of(column->children().front(), column->children().front().length())};
}

const char* name_of(OutType type) {
  switch (type) {
    case OutType::text:
      return "text";
    case OutType::category:
      return "category";
    case OutType::time:
      return "time";
    case OutType::number:
      return "number";
    case OutType::reading:
      return "reading";
    case OutType::whole:
      return "whole";
    case OutType::flag:
      return "flag";
    default:
      return "list";
  }
}

}  // namespace

void bind_tables(py::module_& m) {
  py::class_<OutTable, std::shared_ptr<OutTable>>(m, "OutTable")
      .def_property_readonly("rows", &OutTable::rows)
      .def_property_readonly("names",
                             [](const OutTable& table) {
                               std::vector<std::string> names;
                               for (const OutColumn& column : table.columns) names.push_back(column.name());
                               return names;
                             })
      .def(
          "type_of",
          [](const OutTable& table, const std::string& name) {
            const OutColumn* column = table.find(name);
            if (column == nullptr) throw py::key_error{name};
            return name_of(column->type());
          },
          py::arg("name"))
      .def(
          "nulls_of",
          [](const OutTable& table, const std::string& name) {
            const OutColumn* column = table.find(name);
            if (column == nullptr) throw py::key_error{name};
            return column->nulls();
          },
          py::arg("name"))
      .def(
          "values_of",
          [](const std::shared_ptr<OutTable>& table, const std::string& name, std::optional<std::int64_t> limit) {
            return values_of(table, name, limit);
          },
          py::arg("name"), py::arg("limit") = py::none())
      .def("absent_of", &absent_of, py::arg("name"))
      .def(
          "categories_of",
          [](const std::shared_ptr<OutTable>& table, const std::string& name) { return categories_of(table, name); },
          py::arg("name"))
      .def("arrow_stream", [](const std::shared_ptr<OutTable>& table) { return stream_capsule(table); })
      .def("arrow_schema", [](const OutTable& table) { return schema_capsule(table); });

  py::class_<EventList, std::shared_ptr<EventList>>(m, "EventList")
      .def_static("read", &EventList::read, py::arg("json_lines"), py::arg("document"),
                  py::call_guard<py::gil_scoped_release>())
      .def("__len__", &EventList::size)
      .def("counts",
           [](const EventList& events) {
             py::dict counts;
             for (const auto& [kind, n] : events.counts()) counts[py::str(std::string{haulwatch::name_of(kind)})] = n;
             return counts;
           })
      .def("to_jsonl",
           [](const EventList& events) {
             std::string lines;
             {
               const py::gil_scoped_release unlocked;
               lines = events.to_json_lines();
             }
             return py::str{lines};
           })
      .def(
          "of",
          [](const EventList& events, const std::vector<std::string>& kinds, const std::string& vehicle) {
            return std::const_pointer_cast<EventList>(events.of(kinds, vehicle));
          },
          py::arg("kinds"), py::arg("vehicle") = "")
      .def("final", [](const EventList& events) { return std::const_pointer_cast<EventList>(events.final_only()); })
      .def(
          "episodes",
          [](const EventList& events, const std::vector<std::string>& kinds) {
            return std::const_pointer_cast<EventList>(events.episodes(kinds));
          },
          py::arg("kinds"))
      .def(
          "to_table",
          [](const EventList& events, const std::vector<std::string>& kinds) {
            const py::gil_scoped_release unlocked;
            return std::const_pointer_cast<OutTable>(events.to_table(kinds));
          },
          py::arg("kinds"));
}

}  // namespace haulwatch::python
