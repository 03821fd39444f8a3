#pragma once

#include <haulwatch/units.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace haulwatch::io::detail {

/// A pattern of time in the sense of strptime, checked and taken apart once. See `TrackFormat::time_format` for what it
/// may hold.
///
/// Numbers may be written short of their width (`9` for `09`), a year not. Months are read by the first three letters
/// of their English names. `%y` is 1969 to 2068, as POSIX has it. A second of 60 becomes the last millisecond before
/// it, as `parse_rfc3339` has it.
class TimePattern {
 public:
  /// \throws FormatError when the pattern holds an unknown directive, or does not tell day or half of day
  explicit TimePattern(std::string_view pattern);

  /// The pattern has `%z`.
  [[nodiscard]] bool tells_offset() const noexcept { return tells_offset_; }

  [[nodiscard]] std::optional<TimeUtc> parse(std::string_view text, std::chrono::minutes assume_offset) const noexcept;

 private:
  enum class Part : std::uint8_t {
    literal,
    blanks,
    year,
    short_year,
    month,
    month_name,
    day,
    day_of_year,
    hour,
    hour_of_half,
    half,
    minute,
    second,
    fraction,
    offset,
  };
  struct Step {
    Part part;
    char literal;
  };
  struct Fields;

  void add(char directive, std::string_view pattern);
  void check(std::string_view pattern) const;
  [[nodiscard]] bool has(Part part) const noexcept;
  static bool read(Step step, std::string_view& rest, Fields& fields) noexcept;

  std::vector<Step> steps_;
  bool tells_offset_ = false;
};

/// Reads the times of a track as its `TrackFormat` says.
class TimeFormat {
 public:
  /// \throws FormatError, also when times can name no offset from UTC and `assume_offset` tells none
  TimeFormat(std::string_view format, std::optional<std::chrono::minutes> assume_offset);

  /// Nothing where the text is no such time, or lies outside the years 0 to 9999. No allocation. Threads: any.
  [[nodiscard]] std::optional<TimeUtc> parse(std::string_view text) const noexcept;

  /// What a text should have been, for messages.
  [[nodiscard]] std::string_view expected() const noexcept;

 private:
  enum class Kind : std::uint8_t { by_look, unix_decimal, pattern };

  Kind kind_ = Kind::by_look;
  int unit_exponent_ = 0;  ///< a unit of Unix time is 10 to this many milliseconds
  std::optional<std::chrono::minutes> assume_offset_;
  std::optional<TimePattern> pattern_;
};

}  // namespace haulwatch::io::detail
