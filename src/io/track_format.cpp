#include <haulwatch/io/track_format.hpp>

#include <haulwatch/io/detail/number_text.hpp>
#include <haulwatch/io/time_text.hpp>

#include <algorithm>
#include <utility>

namespace haulwatch::io {
namespace {

using detail::parse_integer;
using detail::parse_number;
using detail::trimmed;

[[nodiscard]] std::string quoted(std::string_view text) {
  return "'" + std::string{text} + "'";
}

[[nodiscard]] FixColumn column_named(std::string_view name) {
  std::string known;
  for (std::size_t i = 0; i < fix_column_count; ++i) {
    const auto column = static_cast<FixColumn>(i);
    if (name_of(column) == name) return column;
    known += (known.empty() ? "" : ", ") + std::string{name_of(column)};
  }
  throw FormatError{"--column: there is no column " + quoted(name) + "; the columns are " + known};
}

/// Takes `@file`, `@folder` and constants in single quotes; anything else is a column of theirs.
[[nodiscard]] bool names_vehicle_without_column(std::string_view theirs, TrackFormat& format) {
  if (theirs == "@file") {
    format.vehicle_from = VehicleFrom::file_name;
  } else if (theirs == "@folder") {
    format.vehicle_from = VehicleFrom::folder_name;
  } else if (theirs.size() >= 3 && theirs.front() == '\'' && theirs.back() == '\'') {
    format.vehicle_from = VehicleFrom::constant;
    format.vehicle = theirs.substr(1, theirs.size() - 2);
  } else {
    return false;
  }
  return true;
}

}  // namespace

void TrackFormat::map(std::string_view assignment) {
  const std::size_t equals = assignment.find('=');
  const std::string_view theirs =
      equals == std::string_view::npos ? std::string_view{} : trimmed(assignment.substr(equals + 1));
  if (theirs.empty()) throw FormatError{"--column takes name=theirs, as time=timestamp, not " + quoted(assignment)};
  const FixColumn column = column_named(trimmed(assignment.substr(0, equals)));
  if (column == FixColumn::vehicle && names_vehicle_without_column(theirs, *this)) return;
  const bool again = std::any_of(columns.begin(), columns.end(),
                                 [&](const ColumnMapping& mapping) { return mapping.column == column; });
  if (again) throw FormatError{"--column: " + std::string{name_of(column)} + " is mapped twice"};
  columns.push_back({column, std::string{theirs}});
}

char parse_delimiter(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 8> names{{{"tab", '\t'},
                                                                    {"\\t", '\t'},
                                                                    {"blank", ' '},
                                                                    {"space", ' '},
                                                                    {"comma", ','},
                                                                    {"semicolon", ';'},
                                                                    {"pipe", '|'},
                                                                    {"bar", '|'}}};
  for (const auto& [name, delimiter] : names) {
    if (text == name) return delimiter;
  }
  constexpr std::string_view part_of_values = "\"\r\n+-.0123456789";
  if (text.size() != 1 || text.front() == '\0' || part_of_values.find(text.front()) != std::string_view::npos) {
    throw FormatError{"--delimiter takes one character (not a digit, quote, sign or point), tab or blank, not " +
                      quoted(text)};
  }
  return text.front();
}

std::chrono::minutes parse_time_zone(std::string_view text) {
  if (text == "UTC" || text == "utc" || text == "GMT") return std::chrono::minutes{0};
  const auto offset = parse_utc_offset(text);
  if (!offset) throw FormatError{"--time-zone takes an offset from UTC, as +08:00, -0500 or Z, not " + quoted(text)};
  return *offset;
}

WideRows parse_wide_rows(std::string_view text) {
  constexpr std::size_t most = 1'000'000;
  const std::size_t plus = text.find('+');
  const auto skip = parse_integer<std::size_t>(text.substr(0, plus));
  const auto width = plus == std::string_view::npos ? std::nullopt : parse_integer<std::size_t>(text.substr(plus + 1));
  if (!skip || !width || *width == 0 || *skip > most || *width > most) {
    throw FormatError{"--wide takes the fields to skip and the fields a fix, as 11+4, not " + quoted(text)};
  }
  return {*skip, *width};
}

LonLat parse_origin(std::string_view text) {
  const std::size_t comma = text.find(',');
  const auto lon = parse_number(trimmed(text.substr(0, comma)));
  const auto lat = comma == std::string_view::npos ? std::nullopt : parse_number(trimmed(text.substr(comma + 1)));
  if (!lon || !lat || !(*lon >= -180.0 && *lon <= 180.0) || !(*lat > -90.0 && *lat < 90.0)) {
    throw FormatError{"an origin is lon,lat in degrees, as 120.9,30.7, not " + quoted(text)};
  }
  return {*lon, *lat};
}

}  // namespace haulwatch::io
