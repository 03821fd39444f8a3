#include "column.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>

namespace haulwatch::python {

namespace {

template <class T>
T load(const std::byte* at) noexcept {
  T value;  // rows of a packed NumPy record are not aligned
  std::memcpy(&value, at, sizeof value);
  return value;
}

double half_to_double(std::uint16_t half) noexcept {
  const int exponent = (half >> 10U) & 0x1F;
  const int fraction = half & 0x3FF;
  const double sign = (half & 0x8000U) != 0 ? -1.0 : 1.0;
  if (exponent == 31) return fraction == 0 ? sign * HUGE_VAL : std::numeric_limits<double>::quiet_NaN();
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  return sign * std::ldexp(1024 + fraction, exponent - 25);
}

double decimal_to_double(const std::byte* at, int scale) noexcept {
  const auto low = load<std::uint64_t>(at);
  const auto high = load<std::int64_t>(at + 8);
  // Exact below 2^53 and rounded once by the division: what reading the decimal text would give.
  const double whole = std::ldexp(static_cast<double>(high), 64) + static_cast<double>(low);
  const bool small = high == 0 || (high == -1 && static_cast<std::int64_t>(low) < 0);
  const double value = small ? static_cast<double>(static_cast<std::int64_t>(low)) : whole;
  return scale >= 0 ? value / std::pow(10.0, scale) : value * std::pow(10.0, -scale);
}

void append_code_point(std::string& out, std::uint32_t c) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xC0U | (c >> 6U));
  } else {
    if (c < 0x10000) {
      put(0xE0U | (c >> 12U));
    } else {
      put(0xF0U | (c >> 18U));
      put(0x80U | ((c >> 12U) & 0x3FU));
    }
    put(0x80U | ((c >> 6U) & 0x3FU));
  }
  put(0x80U | (c & 0x3FU));
}

ColumnType timestamp_type(std::string_view format) {
  ColumnType type;
  type.layout = Layout::timestamp;
  const std::string_view zone = format.substr(4);
  type.has_zone = !zone.empty();
  const char unit = format[2];
  type.unit_exponent = unit == 's' ? 3 : unit == 'm' ? 0 : unit == 'u' ? -3 : -6;
  const std::string unit_name = unit == 's' ? "s" : unit == 'm' ? "ms" : unit == 'u' ? "us" : "ns";
  type.name = "timestamp[" + unit_name + (zone.empty() ? "" : ", tz=" + std::string{zone}) + "]";
  return type;
}

ColumnType plain_type(std::string_view format) {
  struct Known {
    std::string_view format;
    Layout layout;
    const char* name;
  };
  static constexpr Known known[] = {
      {"n", Layout::none, "null"},
      {"b", Layout::boolean_bits, "bool"},
      {"c", Layout::int8, "int8"},
      {"C", Layout::uint8, "uint8"},
      {"s", Layout::int16, "int16"},
      {"S", Layout::uint16, "uint16"},
      {"i", Layout::int32, "int32"},
      {"I", Layout::uint32, "uint32"},
      {"l", Layout::int64, "int64"},
      {"L", Layout::uint64, "uint64"},
      {"e", Layout::float16, "float16"},
      {"f", Layout::float32, "float32"},
      {"g", Layout::float64, "float64"},
      {"u", Layout::text_32, "string"},
      {"U", Layout::text_64, "large_string"},
      {"vu", Layout::text_view, "string_view"},
      {"z", Layout::other, "binary"},
      {"Z", Layout::other, "large_binary"},
      {"tdD", Layout::date, "date32[day]"},
      {"tdm", Layout::date, "date64[ms]"},
      {"+s", Layout::other, "struct"},
      {"+l", Layout::other, "list"},
      {"+L", Layout::other, "large_list"},
  };
  ColumnType type;
  for (const Known& one : known)
    if (one.format == format) {
      type.layout = one.layout;
      type.name = one.name;
      return type;
    }
  if (format.starts_with("ts") && format.size() >= 4 && format[3] == ':') return timestamp_type(format);
  if (format.starts_with("d:")) {
    const std::string text{format.substr(2)};
    const std::size_t comma = text.find(',');
    const bool is_128 = text.find(',', comma + 1) == std::string::npos || text.ends_with(",128");
    type.layout = is_128 ? Layout::decimal128 : Layout::other;
    type.scale = std::atoi(text.c_str() + comma + 1);
    type.name = "decimal(" + text + ")";
    return type;
  }
  type.name = "Arrow type '" + std::string{format} + "'";
  return type;
}

}  // namespace

bool ColumnType::is_text() const noexcept {
  switch (layout) {
    case Layout::text_32:
    case Layout::text_64:
    case Layout::text_view:
    case Layout::text_fixed:
    case Layout::text_ucs4:
      return true;
    default:
      return false;
  }
}

bool ColumnType::is_integer() const noexcept {
  return layout >= Layout::int8 && layout <= Layout::uint64;
}

bool ColumnType::is_number() const noexcept {
  return layout >= Layout::int8 && layout <= Layout::decimal128;
}

bool ColumnType::is_boolean() const noexcept {
  return layout == Layout::boolean_bits || layout == Layout::boolean_bytes;
}

ColumnType type_of(const ArrowSchema& schema) {
  if (schema.dictionary == nullptr) return plain_type(schema.format);
  ColumnType type = plain_type(schema.dictionary->format);
  const ColumnType index = plain_type(schema.format);
  type.index = index.layout;
  type.name = "dictionary of " + type.name;
  return type;
}

std::size_t size_of(Layout layout) noexcept {
  switch (layout) {
    case Layout::boolean_bytes:
    case Layout::int8:
    case Layout::uint8:
      return 1;
    case Layout::int16:
    case Layout::uint16:
    case Layout::float16:
      return 2;
    case Layout::int32:
    case Layout::uint32:
    case Layout::float32:
    case Layout::text_32:
      return 4;
    case Layout::int64:
    case Layout::uint64:
    case Layout::float64:
    case Layout::timestamp:
    case Layout::text_64:
      return 8;
    case Layout::decimal128:
    case Layout::text_view:
      return 16;
    default:
      return 0;
  }
}

Column column_of(const ColumnType& type, const ArrowArray& array) {
  Column column;
  column.length = array.length;
  column.offset = array.offset;
  const Layout layout = type.is_dictionary() ? type.index : type.layout;
  if (layout == Layout::none || layout == Layout::other || array.n_buffers < 1) return column;
  if (array.null_count != 0) column.validity = static_cast<const std::uint8_t*>(array.buffers[0]);
  if (array.n_buffers > 1) column.values = static_cast<const std::byte*>(array.buffers[1]);
  column.stride = static_cast<std::ptrdiff_t>(size_of(layout));
  if ((layout == Layout::text_32 || layout == Layout::text_64) && array.n_buffers > 2)
    column.characters = static_cast<const char*>(array.buffers[2]);
  if (layout == Layout::text_view) column.view_buffers = array.buffers + 2;
  if (type.is_dictionary()) {
    ColumnType values = type;
    values.index = Layout::none;
    column.dictionary = std::make_shared<const Column>(column_of(values, *array.dictionary));
  }
  return column;
}

std::int64_t integer_at(Layout layout, const Column& column, std::int64_t row) noexcept {
  const std::byte* at = column.values + (row + column.offset) * column.stride;
  switch (layout) {
    case Layout::int8:
      return load<std::int8_t>(at);
    case Layout::int16:
      return load<std::int16_t>(at);
    case Layout::int32:
      return load<std::int32_t>(at);
    case Layout::uint8:
      return load<std::uint8_t>(at);
    case Layout::uint16:
      return load<std::uint16_t>(at);
    case Layout::uint32:
      return load<std::uint32_t>(at);
    default:
      return load<std::int64_t>(at);
  }
}

double number_at(const ColumnType& type, const Column& column, std::int64_t row) noexcept {
  constexpr double absent = std::numeric_limits<double>::quiet_NaN();
  if (type.layout == Layout::none || column.is_null(row)) return absent;
  const std::byte* at = column.values + (row + column.offset) * column.stride;
  switch (type.layout) {
    case Layout::float64:
      return load<double>(at);
    case Layout::float32:
      return static_cast<double>(load<float>(at));
    case Layout::float16:
      return half_to_double(load<std::uint16_t>(at));
    case Layout::decimal128:
      return decimal_to_double(at, type.scale);
    case Layout::uint64:
      return static_cast<double>(load<std::uint64_t>(at));
    case Layout::boolean_bytes:
      return load<std::uint8_t>(at) != 0 ? 1.0 : 0.0;
    case Layout::boolean_bits: {
      const auto bit = static_cast<std::uint64_t>(row + column.offset);
      return ((static_cast<unsigned>(column.values[bit >> 3U]) >> (bit & 7U)) & 1U) != 0 ? 1.0 : 0.0;
    }
    default:
      return static_cast<double>(integer_at(type.layout, column, row));
  }
}

std::string_view plain_text(const ColumnType& type, const Column& column, std::int64_t row, std::string& utf8) {
  const std::byte* at = column.values + (row + column.offset) * column.stride;
  switch (type.layout) {
    case Layout::text_32: {
      const auto begin = load<std::int32_t>(at);
      return {column.characters + begin, static_cast<std::size_t>(load<std::int32_t>(at + 4) - begin)};
    }
    case Layout::text_64: {
      const auto begin = load<std::int64_t>(at);
      return {column.characters + begin, static_cast<std::size_t>(load<std::int64_t>(at + 8) - begin)};
    }
    case Layout::text_view: {
      const auto length = load<std::int32_t>(at);
      if (length <= 12) return {reinterpret_cast<const char*>(at) + 4, static_cast<std::size_t>(length)};
      const auto buffer = load<std::int32_t>(at + 8);
      const auto begin = load<std::int32_t>(at + 12);
      return {static_cast<const char*>(column.view_buffers[buffer]) + begin, static_cast<std::size_t>(length)};
    }
    case Layout::text_fixed: {
      const std::string_view all{reinterpret_cast<const char*>(at), type.width};
      return all.substr(0, all.find_last_not_of('\0') + 1);
    }
    case Layout::text_ucs4: {
      utf8.clear();
      std::size_t count = type.width / 4;
      while (count > 0 && load<std::uint32_t>(at + 4 * (count - 1)) == 0) --count;
      for (std::size_t i = 0; i < count; ++i) append_code_point(utf8, load<std::uint32_t>(at + 4 * i));
      return utf8;
    }
    default:
      return {};
  }
}

std::optional<std::int64_t> dictionary_index(Layout index, const Column& column, std::int64_t row) {
  if (column.is_null(row)) return std::nullopt;
  const std::int64_t i = integer_at(index, column, row);
  if (i < 0 || i >= column.dictionary->length || column.dictionary->is_null(i)) return std::nullopt;
  return i;
}

std::optional<std::string_view> TextCells::operator()(std::int64_t row) {
  if (type_.layout == Layout::none) return std::nullopt;
  if (!type_.is_dictionary()) {
    if (column_.is_null(row)) return std::nullopt;
    return plain_text(type_, column_, row, utf8_);
  }
  const auto index = dictionary_index(type_.index, column_, row);
  if (!index) return std::nullopt;
  return plain_text(type_, *column_.dictionary, *index, utf8_);
}

}  // namespace haulwatch::python
