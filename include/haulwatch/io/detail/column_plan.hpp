#pragma once

#include <haulwatch/io/track_format.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace haulwatch::io::detail {

/// One of our columns and the fields of a row that it is made of.
struct BoundColumn {
  FixColumn column{};
  double factor = 1.0;
  std::uint32_t field = 0;            ///< from 0
  std::vector<std::uint32_t> joined;  ///< further fields, put behind the first with a blank between
};

/// Which field of a row is what.
struct ColumnPlan {
  std::vector<BoundColumn> columns;
  std::size_t fields_needed = 0;  ///< a row of fewer fields cannot be read
};

/// Whether a mapping may name a field by its number.
enum class Numbers : std::uint8_t { allowed, refused };

/// Finds our columns among the names of a header, by mapping or by their own names.
/// \param file      for messages
/// \param found_as  what the message calls the names, as `the header holds`
/// \throws FileError when a needed column is missing, with what was found and mappings that may help; FormatError for a
/// mapping that cannot be meant
[[nodiscard]] ColumnPlan plan_by_names(const TrackFormat& format, std::span<const std::string> names, Numbers numbers,
                                       const std::string& file, std::string_view found_as);

/// The plan of a table without a header: all mappings are numbers.
/// \throws FormatError
[[nodiscard]] ColumnPlan plan_by_numbers(const TrackFormat& format);

/// Whether a fix cannot do without this column.
[[nodiscard]] constexpr bool is_needed(FixColumn column) noexcept {
  return column <= FixColumn::point;
}

/// The names of all fields that `format` asks for, beyond those already `found`: of mappings, and of our own columns
/// that are not mapped.
[[nodiscard]] std::vector<std::string> names_asked_for(const TrackFormat& format, std::span<const std::string> found);

}  // namespace haulwatch::io::detail
