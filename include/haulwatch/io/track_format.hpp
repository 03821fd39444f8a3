#pragma once

#include <haulwatch/error.hpp>
#include <haulwatch/io/strictness.hpp>
#include <haulwatch/lon_lat.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace haulwatch::io {

namespace jt808 {
class Profile;
}

/// A description of a format that cannot be meant. The message names the option and what it takes.
class FormatError : public Error {
 public:
  using Error::Error;
};

/// What a column of a track may say. `point` is a place as WKT, `POINT(lon lat)`, instead of `lon` and `lat`.
enum class FixColumn : std::uint8_t {
  vehicle,
  time,
  lon,
  lat,
  point,
  speed_mps,
  heading_deg,
  accuracy_m,
  hdop,
  ignition,
  body_lift,
  cover_closed,
  load,
  received,
  backfill,
  odometer_m,
  valid,
};
inline constexpr std::size_t fix_column_count = 17;

[[nodiscard]] constexpr std::string_view name_of(FixColumn column) noexcept {
  constexpr std::array<std::string_view, fix_column_count> names{
      "vehicle",  "time",      "lon",          "lat",  "point",    "speed_mps", "heading_deg", "accuracy_m", "hdop",
      "ignition", "body_lift", "cover_closed", "load", "received", "backfill",  "odometer_m",  "valid"};
  return names[static_cast<std::size_t>(column)];
}

/// Says where one of our columns stands in somebody else's file.
///
/// `theirs` is a name in their header line, or a number from 1 (in wide rows, counted within one fix). In JSON it is a
/// key, or keys with dots between them for an object within the object. Two or more joined by `+` are read as one text
/// with blanks between (`date+time`). A factor behind `*` multiplies what a column of numbers holds (`SOG*0.514444`). A
/// name that stands in the header exactly as written, with `+` or `*` in it, is taken as that name.
struct ColumnMapping {
  FixColumn column{};
  std::string theirs;
};

enum class HeaderLine : std::uint8_t { present, absent };

/// Where the vehicle of a row comes from.
enum class VehicleFrom : std::uint8_t {
  column,       ///< the row
  file_name,    ///< the file's name without folder and endings
  folder_name,  ///< the folder in which the file lies
  constant,     ///< `TrackFormat::vehicle`
};

/// Rows that hold a whole track: `skip` fields, and then one fix after the other, `width` fields each.
struct WideRows {
  std::size_t skip = 0;
  std::size_t width = 0;
};

/// What kind of file it is.
enum class TrackInput : std::uint8_t {
  recognised,  ///< by its name, else by its first bytes: see `open_tracks`
  table,
  json,
  jt808_hex,  ///< JT/T 808 frames as hex digits, a line holding any piece of the stream
  jt808_raw,  ///< the bytes of JT/T 808 themselves
  nmea,       ///< NMEA 0183 and AIS sentences
};

/// How to read a file of tracks. The default is the project's own format; every member tells one thing that another's
/// file does otherwise. JSON knows neither `delimiter`, `header`, `skip_lines` nor `wide`.
struct TrackFormat {
  std::vector<ColumnMapping> columns;  ///< columns not mapped go by their own names, if there is a header

  /// One character; a blank stands for any run of blanks and tabs. Absent: a tab in `.tsv` files, else a comma.
  std::optional<char> delimiter;
  HeaderLine header = HeaderLine::present;
  std::size_t skip_lines = 0;  ///< lines before the header, or before the first row where there is no header

  /// Empty: RFC 3339 or, where the text is an integer, Unix milliseconds. `unix_s`, `unix_ms`, `unix_us`, `unix_ns`:
  /// time since 1970 in that unit, a fraction allowed. Else a pattern of `%Y %m %d %H %M %S %f %y %b %p %I %z %j %%`
  /// (`%F` and `%T` for the usual two) and literals, in the sense of strptime; a blank stands for one blank or more.
  /// What is finer than a millisecond is cut off, towards the past.
  std::string time_format;

  /// Offset from UTC of the times that name none. Where it is absent such times are not read.
  std::optional<std::chrono::minutes> time_zone;

  Datum datum = Datum::wgs84;          ///< of the file's places; they are converted to WGS-84 on reading
  std::optional<LonLat> plane_origin;  ///< `lon` and `lat` hold metres east and north of here

  VehicleFrom vehicle_from = VehicleFrom::column;
  std::string vehicle;  ///< the vehicle of every row, with `VehicleFrom::constant`

  std::optional<WideRows> wide;

  TrackInput input = TrackInput::recognised;
  Strictness strictness = Strictness::strict;     ///< for frames and sentences
  std::shared_ptr<const jt808::Profile> profile;  ///< of JT/T 808 terminals; nullptr: the standard's own bits alone

  /// Adds a mapping as the command line has it: `name=theirs`. Beside what `ColumnMapping` says, a vehicle may be
  /// `vehicle=@file`, `vehicle=@folder` or a constant in single quotes, `vehicle='T-7'`.
  /// \throws FormatError
  void map(std::string_view assignment);
};

/// Reads a delimiter: one character, or `tab`, `\t`, `blank`, `space`, `comma`, `semicolon`, `pipe`.
/// \throws FormatError
[[nodiscard]] char parse_delimiter(std::string_view text);

/// Reads an offset from UTC: `+08:00`, `-0500`, `+01`, `Z`, `UTC`.
/// \throws FormatError
[[nodiscard]] std::chrono::minutes parse_time_zone(std::string_view text);

/// Reads `skip+width`, as `11+4`: 11 fields to skip, then 4 fields a fix.
/// \throws FormatError
[[nodiscard]] WideRows parse_wide_rows(std::string_view text);

/// Reads `lon,lat` in degrees, as for `TrackFormat::plane_origin`.
/// \throws FormatError
[[nodiscard]] LonLat parse_origin(std::string_view text);

}  // namespace haulwatch::io
