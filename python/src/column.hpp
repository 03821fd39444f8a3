#pragma once

#include "arrow_abi.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace haulwatch::python {

/// How the values of a column lie in memory.
enum class Layout : std::uint8_t {
  none,  ///< all null
  boolean_bits,
  boolean_bytes,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  float16,
  float32,
  float64,
  decimal128,
  text_32,     ///< offsets of 32 bits
  text_64,     ///< offsets of 64 bits
  text_view,   ///< 16 bytes each, short ones inline
  text_fixed,  ///< NumPy's `S`: as many bytes each, zero bytes behind the text
  text_ucs4,   ///< NumPy's `U`: as many code points each, likewise
  timestamp,   ///< 64 bits, `unit_exponent`
  date,        ///< a day without a time
  other,       ///< what no column of a track can be
};

/// What a column is, told once for all its chunks.
struct ColumnType {
  Layout layout = Layout::other;
  std::string name;             ///< as its producer would call it, for messages
  int unit_exponent = 0;        ///< of a timestamp: a unit is 10 to this many milliseconds
  bool has_zone = false;        ///< of a timestamp: it is an instant; else somebody's clock
  int scale = 0;                ///< of a decimal
  std::size_t width = 0;        ///< bytes of a fixed text
  Layout index = Layout::none;  ///< of a dictionary: its indices; then `layout` and the rest are of its values

  [[nodiscard]] bool is_dictionary() const noexcept { return index != Layout::none; }
  [[nodiscard]] bool is_text() const noexcept;
  [[nodiscard]] bool is_integer() const noexcept;
  [[nodiscard]] bool is_number() const noexcept;  ///< integers, floats, decimals
  [[nodiscard]] bool is_boolean() const noexcept;
};

/// What the schema's format string says. Types that no track can be made of become `Layout::other`.
[[nodiscard]] ColumnType type_of(const ArrowSchema& schema);

/// NumPy's NaT.
inline constexpr std::int64_t not_a_time = std::numeric_limits<std::int64_t>::min();

/// Values of one column in one piece of memory that somebody else keeps alive.
struct Column {
  std::int64_t length = 0;
  std::int64_t offset = 0;                    ///< of the first value in `values` and `validity`
  const std::uint8_t* validity = nullptr;     ///< a bit each, 1 where there is a value; nullptr: all are
  const std::byte* values = nullptr;          ///< or offsets, or views
  std::ptrdiff_t stride = 0;                  ///< bytes from one value to the next, where they have bytes each
  const char* characters = nullptr;           ///< of `text_32` and `text_64`
  const void* const* view_buffers = nullptr;  ///< of `text_view`, as Arrow numbers them
  bool has_not_a_time = false;                ///< NumPy's times: `not_a_time` stands for none
  std::shared_ptr<const Column> dictionary;

  [[nodiscard]] bool is_null(std::int64_t row) const noexcept {
    if (validity == nullptr) return false;
    const auto bit = static_cast<std::uint64_t>(row + offset);
    return ((validity[bit >> 3U] >> (bit & 7U)) & 1U) == 0;
  }
};

/// \pre `schema` is the array's; `array` outlives what is returned
[[nodiscard]] Column column_of(const ColumnType& type, const ArrowArray& array);

/// Bytes of a value; 0 where they have none each (bits).
[[nodiscard]] std::size_t size_of(Layout layout) noexcept;

/// Reads texts, through a dictionary or not.
class TextCells {
 public:
  TextCells(const ColumnType& type, const Column& column) noexcept : type_{type}, column_{column} {}

  /// Nothing where it is null. Lives as long as the column; of `text_ucs4` until the next call.
  [[nodiscard]] std::optional<std::string_view> operator()(std::int64_t row);

 private:
  const ColumnType& type_;
  const Column& column_;
  std::string utf8_;
};

/// The index into the dictionary; nothing where it is null or points outside.
[[nodiscard]] std::optional<std::int64_t> dictionary_index(Layout index, const Column& column, std::int64_t row);

/// The text of a column's value, where it is text and no dictionary.
[[nodiscard]] std::string_view plain_text(const ColumnType& type, const Column& column, std::int64_t row,
                                          std::string& utf8);

/// Any number as a double; NaN where it is null. \pre type.is_number() or is_boolean(), no dictionary
[[nodiscard]] double number_at(const ColumnType& type, const Column& column, std::int64_t row) noexcept;

/// \pre type.is_integer() or a timestamp, and not null
[[nodiscard]] std::int64_t integer_at(Layout layout, const Column& column, std::int64_t row) noexcept;

}  // namespace haulwatch::python
