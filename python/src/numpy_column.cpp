#include "numpy_column.hpp"

#include "input_error.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

namespace py = pybind11;

namespace haulwatch::python {

namespace {

/// Keeps an object of Python alive from where the interpreter's lock need not be held.
std::shared_ptr<void> keep(py::object object) {
  return {new py::object{std::move(object)}, [](void* kept) {
            const py::gil_scoped_acquire lock;
            delete static_cast<py::object*>(kept);
          }};
}

Layout number_layout(char kind, py::ssize_t size) noexcept {
  if (kind == 'b') return Layout::boolean_bytes;
  if (kind == 'f') {
    if (size == 2) return Layout::float16;
    return size == 4 ? Layout::float32 : size == 8 ? Layout::float64 : Layout::other;
  }
  const bool is_signed = kind == 'i';
  switch (size) {
    case 1:
      return is_signed ? Layout::int8 : Layout::uint8;
    case 2:
      return is_signed ? Layout::int16 : Layout::uint16;
    case 4:
      return is_signed ? Layout::int32 : Layout::uint32;
    default:
      return is_signed ? Layout::int64 : Layout::uint64;
  }
}

ColumnType date_type(const std::string& dtype) {
  ColumnType type;
  type.name = dtype;
  const std::size_t open = dtype.find('[');
  const std::string unit = open == std::string::npos ? "" : dtype.substr(open + 1, dtype.size() - open - 2);
  type.layout = Layout::timestamp;
  if (unit == "s")
    type.unit_exponent = 3;
  else if (unit == "ms")
    type.unit_exponent = 0;
  else if (unit == "us")
    type.unit_exponent = -3;
  else if (unit == "ns")
    type.unit_exponent = -6;
  else
    type.layout = Layout::date;
  return type;
}

ColumnType type_of(const py::array& array) {
  const py::dtype dtype = array.dtype();
  const std::string name = py::str(dtype);
  ColumnType type;
  type.name = name;
  switch (dtype.kind()) {
    case 'b':
    case 'i':
    case 'u':
    case 'f':
      type.layout = number_layout(dtype.kind(), dtype.itemsize());
      break;
    case 'M':
      return date_type(name);
    case 'S':
      type.layout = Layout::text_fixed;
      type.name = "string";
      break;
    case 'U':
      type.layout = Layout::text_ucs4;
      type.name = "string";
      break;
    case 'O':
      type.layout = Layout::text_64;
      type.name = "string";
      break;
    default:
      break;
  }
  type.width = static_cast<std::size_t>(dtype.itemsize());
  return type;
}

/// Objects as one text behind the other, as Arrow has it.
struct Texts {
  std::vector<std::int64_t> offsets{0};
  std::vector<std::uint8_t> validity;
  std::string characters;

  void add(const std::string* text) {
    const std::size_t row = offsets.size() - 1;
    if ((row & 7U) == 0) validity.push_back(0);
    if (text != nullptr) {
      characters += *text;
      validity.back() = static_cast<std::uint8_t>(validity.back() | (1U << (row & 7U)));
    }
    offsets.push_back(static_cast<std::int64_t>(characters.size()));
  }
};

bool is_absent(PyObject* object) {
  return object == Py_None || (PyFloat_Check(object) && std::isnan(PyFloat_AS_DOUBLE(object)));
}

std::shared_ptr<Texts> texts_of(const std::string& name, const py::array& array) {
  auto texts = std::make_shared<Texts>();
  const auto* at = static_cast<const char*>(array.data());
  std::string text;
  for (py::ssize_t i = 0; i < array.shape(0); ++i, at += array.strides(0)) {
    PyObject* object = *reinterpret_cast<PyObject* const*>(at);
    if (object == nullptr || is_absent(object)) {
      texts->add(nullptr);
      continue;
    }
    Py_ssize_t size = 0;
    const char* utf8 = PyUnicode_Check(object) ? PyUnicode_AsUTF8AndSize(object, &size) : nullptr;
    if (utf8 == nullptr) {
      PyErr_Clear();  // a lone surrogate has no UTF-8
      throw InputError{
          {{name, "text in every row",
            PyUnicode_Check(object) ? "text that is no UTF-8 in row " + std::to_string(i)
                                    : std::string{Py_TYPE(object)->tp_name} + " in row " + std::to_string(i)}}};
    }
    text.assign(utf8, static_cast<std::size_t>(size));
    texts->add(&text);
  }
  return texts;
}

}  // namespace

void add_numpy(InputTable& table, const std::string& name, const py::array& array,
               const std::optional<py::array_t<bool, py::array::c_style>>& absent, bool instants) {
  if (array.ndim() != 1) throw InputError{{{name, "one dimension", std::to_string(array.ndim()) + " dimensions"}}};
  ColumnType type = type_of(array);
  type.has_zone = instants;
  Column column;
  column.length = array.shape(0);
  std::shared_ptr<void> keeper;
  if (array.dtype().kind() == 'O') {
    auto texts = texts_of(name, array);
    column.values = reinterpret_cast<const std::byte*>(texts->offsets.data());
    column.stride = 8;
    column.characters = texts->characters.data();
    column.validity = texts->validity.data();
    keeper = std::move(texts);
  } else {
    column.values = static_cast<const std::byte*>(array.data());
    column.stride = array.strides(0);
    column.has_not_a_time = type.layout == Layout::timestamp;
    keeper = keep(array);
  }
  if (absent) {
    if (absent->ndim() != 1 || absent->shape(0) != column.length)
      throw InputError{{{name, "a mask of its own length", "another"}}};
    auto bits = std::make_shared<std::vector<std::uint8_t>>(static_cast<std::size_t>(column.length / 8 + 1));
    for (std::int64_t i = 0; i < column.length; ++i)
      if (!absent->data()[i] && !column.is_null(i))
        (*bits)[static_cast<std::size_t>(i) >> 3U] = static_cast<std::uint8_t>(
            (*bits)[static_cast<std::size_t>(i) >> 3U] | (1U << (static_cast<unsigned>(i) & 7U)));
    column.validity = bits->data();
    keeper = std::make_shared<std::pair<std::shared_ptr<void>, std::shared_ptr<void>>>(keeper, bits);
  }
  table.add(name, std::move(type), std::move(column), std::move(keeper));
}

void add_categories(InputTable& table, const std::string& name,
                    const py::array_t<std::int32_t, py::array::c_style>& codes, const py::array& values) {
  auto texts = texts_of(name, values);
  auto dictionary = std::make_shared<Column>();
  dictionary->length = values.shape(0);
  dictionary->values = reinterpret_cast<const std::byte*>(texts->offsets.data());
  dictionary->stride = 8;
  dictionary->characters = texts->characters.data();
  dictionary->validity = texts->validity.data();
  ColumnType type;
  type.layout = Layout::text_64;
  type.index = Layout::int32;
  type.name = "category";
  Column column;
  column.length = codes.shape(0);
  column.values = reinterpret_cast<const std::byte*>(codes.data());
  column.stride = 4;
  column.dictionary = std::move(dictionary);
  table.add(name, std::move(type), std::move(column),
            std::make_shared<std::pair<std::shared_ptr<void>, std::shared_ptr<void>>>(std::move(texts), keep(codes)));
}

}  // namespace haulwatch::python
