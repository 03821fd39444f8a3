#include <haulwatch/io/detail/time_format.hpp>

#include <haulwatch/io/detail/number_text.hpp>
#include <haulwatch/io/time_text.hpp>
#include <haulwatch/io/track_format.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

namespace haulwatch::io::detail {
namespace {

using std::chrono::sys_days;

constexpr TimeUtc earliest{sys_days{std::chrono::year{0} / 1 / 1}};
constexpr TimeUtc latest{sys_days{std::chrono::year{9999} / 12 / 31} + std::chrono::days{1} - Milliseconds{1}};

[[nodiscard]] std::optional<TimeUtc> within_the_calendar(std::int64_t milliseconds) noexcept {
  const TimeUtc time{Milliseconds{milliseconds}};
  return time >= earliest && time <= latest ? std::optional{time} : std::nullopt;
}

/// Takes one to `most` digits off the front.
[[nodiscard]] std::optional<int> take_number(std::string_view& rest, int most, int least = 1) noexcept {
  int value = 0;
  int taken = 0;
  while (taken < most && !rest.empty() && is_digit(rest.front())) {
    value = value * 10 + (rest.front() - '0');
    rest.remove_prefix(1);
    ++taken;
  }
  return taken < least ? std::nullopt : std::optional{value};
}

[[nodiscard]] char in_lower_case(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

[[nodiscard]] std::optional<int> take_month_name(std::string_view& rest) noexcept {
  constexpr std::string_view names = "janfebmaraprmayjunjulaugsepoctnovdec";
  if (rest.size() < 3) return std::nullopt;
  const std::array<char, 3> name{in_lower_case(rest[0]), in_lower_case(rest[1]), in_lower_case(rest[2])};
  for (std::size_t month = 0; month < 12; ++month) {
    if (names.substr(3 * month, 3) == std::string_view{name.data(), name.size()}) {
      rest.remove_prefix(3);
      return static_cast<int>(month) + 1;
    }
  }
  return std::nullopt;
}

/// Digits of a fraction of a second, of which milliseconds are kept.
[[nodiscard]] std::optional<int> take_milliseconds(std::string_view& rest) noexcept {
  int value = 0;
  int scale = 100;
  const std::size_t before = rest.size();
  while (!rest.empty() && is_digit(rest.front())) {
    value += (rest.front() - '0') * scale;
    scale /= 10;
    rest.remove_prefix(1);
  }
  return rest.size() == before ? std::nullopt : std::optional{value};
}

/// Takes `Z`, `±hh:mm`, `±hhmm` or `±hh` off the front.
[[nodiscard]] std::optional<int> take_offset(std::string_view& rest) noexcept {
  std::size_t length = 0;
  if (!rest.empty() && (rest.front() == 'Z' || rest.front() == 'z')) {
    length = 1;
  } else {
    while (length < rest.size() && length < 6 &&
           (is_digit(rest[length]) || (length == 0 && (rest[0] == '+' || rest[0] == '-')) ||
            (length == 3 && rest[3] == ':'))) {
      ++length;
    }
    if (length == 6 && rest[3] != ':') length = 5;
  }
  const auto offset = parse_utc_offset(rest.substr(0, length));
  if (!offset) return std::nullopt;
  rest.remove_prefix(length);
  return static_cast<int>(offset->count());
}

[[nodiscard]] std::string pattern_message(std::string_view pattern, const std::string& fault) {
  return "--time-format '" + std::string{pattern} + "' " + fault;
}

/// A fraction and an exponent make an integer of ours only sometimes; the rest, and what is too long, goes by double.
[[nodiscard]] std::optional<TimeUtc> from_real(std::string_view text, int unit_exponent) noexcept {
  const auto value = parse_number(text);
  if (!value) return std::nullopt;
  const double ms = std::floor(*value * std::pow(10.0, unit_exponent));
  constexpr double most = 1e15;
  return ms > -most && ms < most ? within_the_calendar(static_cast<std::int64_t>(ms)) : std::nullopt;
}

/// Unix time in units of 10^`unit_exponent` milliseconds, by integers as far as they go.
[[nodiscard]] std::optional<TimeUtc> from_unix(std::string_view text, int unit_exponent) noexcept {
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  constexpr std::size_t most_digits = 19;
  std::uint64_t whole = 0;
  std::size_t digits = 0;
  for (; digits < rest.size() && is_digit(rest[digits]); ++digits) {
    if (digits == most_digits) return std::nullopt;
    whole = whole * 10 + static_cast<std::uint64_t>(rest[digits] - '0');
  }
  rest.remove_prefix(digits);
  const bool fraction = rest.starts_with('.');
  if (fraction) rest.remove_prefix(1);
  bool finer = false;
  std::size_t decimals = 0;
  for (; decimals < rest.size() && is_digit(rest[decimals]); ++decimals) {
    if (unit_exponent > 0 && decimals < static_cast<std::size_t>(unit_exponent)) {
      if (whole > 1'000'000'000'000'000U) return std::nullopt;
      whole = whole * 10 + static_cast<std::uint64_t>(rest[decimals] - '0');
    } else {
      finer = finer || rest[decimals] != '0';
    }
  }
  if (decimals != rest.size() || digits + decimals == 0) return from_real(text, unit_exponent);
  for (int i = static_cast<int>(decimals); i < unit_exponent; ++i) {
    if (whole > 1'000'000'000'000'000U) return std::nullopt;
    whole *= 10;
  }
  for (int i = unit_exponent; i < 0; ++i) {
    finer = finer || whole % 10 != 0;
    whole /= 10;
  }
  if (whole > 1'000'000'000'000'000U) return std::nullopt;
  const auto ms = static_cast<std::int64_t>(whole);
  return within_the_calendar(negative ? -ms - (finer ? 1 : 0) : ms);
}

}  // namespace

struct TimePattern::Fields {
  int year = 1970;
  int month = 1;
  int day = 1;
  int day_of_year = 0;
  int hour = 0;
  int half = -1;
  int minute = 0;
  int second = 0;
  int millisecond = 0;
  int offset_minutes = 0;
};

TimePattern::TimePattern(std::string_view pattern) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (is_blank(pattern[i])) {
      if (steps_.empty() || steps_.back().part != Part::blanks) steps_.push_back({Part::blanks, ' '});
    } else if (pattern[i] != '%') {
      steps_.push_back({Part::literal, pattern[i]});
    } else if (++i < pattern.size()) {
      add(pattern[i], pattern);
    } else {
      throw FormatError{pattern_message(pattern, "ends in a single %")};
    }
  }
  check(pattern);
  tells_offset_ = has(Part::offset);
}

void TimePattern::add(char directive, std::string_view pattern) {
  constexpr std::array<std::pair<char, Part>, 13> parts{{{'Y', Part::year},
                                                         {'y', Part::short_year},
                                                         {'m', Part::month},
                                                         {'b', Part::month_name},
                                                         {'d', Part::day},
                                                         {'j', Part::day_of_year},
                                                         {'H', Part::hour},
                                                         {'I', Part::hour_of_half},
                                                         {'p', Part::half},
                                                         {'M', Part::minute},
                                                         {'S', Part::second},
                                                         {'f', Part::fraction},
                                                         {'z', Part::offset}}};
  if (directive == '%') return steps_.push_back({Part::literal, '%'});
  const std::string_view several = directive == 'F' ? "Y-m-d" : directive == 'T' ? "H:M:S" : "";
  for (const char c : several) {
    if (c == '-' || c == ':') {
      steps_.push_back({Part::literal, c});
    } else {
      add(c, pattern);
    }
  }
  if (!several.empty()) return;
  for (const auto& [letter, part] : parts) {
    if (letter == directive) return steps_.push_back({part, directive});
  }
  throw FormatError{pattern_message(
      pattern, std::string{"holds %"} + directive + "; known are %Y %y %m %b %d %j %H %I %p %M %S %f %z %F %T %%")};
}

bool TimePattern::has(Part part) const noexcept {
  return std::any_of(steps_.begin(), steps_.end(), [part](Step step) { return step.part == part; });
}

void TimePattern::check(std::string_view pattern) const {
  const bool year = has(Part::year) || has(Part::short_year);
  const bool day = has(Part::day_of_year) || (has(Part::day) && (has(Part::month) || has(Part::month_name)));
  if (!year || !day) throw FormatError{pattern_message(pattern, "does not tell the day: year, month and day, or %j")};
  if (has(Part::hour_of_half) != has(Part::half)) {
    throw FormatError{pattern_message(pattern, "needs %I and %p together")};
  }
  if (has(Part::hour) == has(Part::hour_of_half)) {
    throw FormatError{pattern_message(pattern, "needs the hour once, as %H or as %I %p")};
  }
}

bool TimePattern::read(Step step, std::string_view& rest, Fields& fields) noexcept {
  const auto into = [](std::optional<int> value, int& field, int least, int most) {
    field = value.value_or(-1);
    return value && field >= least && field <= most;
  };
  switch (step.part) {
    case Part::literal:
      if (rest.empty() || rest.front() != step.literal) return false;
      rest.remove_prefix(1);
      return true;
    case Part::blanks:
      if (rest.empty() || !is_blank(rest.front())) return false;
      while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
      return true;
    case Part::year:
      return into(take_number(rest, 4, 4), fields.year, 0, 9999);
    case Part::short_year: {
      const bool taken = into(take_number(rest, 2, 2), fields.year, 0, 99);
      fields.year += fields.year < 69 ? 2000 : 1900;
      return taken;
    }
    case Part::month:
      return into(take_number(rest, 2), fields.month, 1, 12);
    case Part::month_name:
      return into(take_month_name(rest), fields.month, 1, 12);
    case Part::day:
      return into(take_number(rest, 2), fields.day, 1, 31);
    case Part::day_of_year:
      return into(take_number(rest, 3), fields.day_of_year, 1, 366);
    case Part::hour:
      return into(take_number(rest, 2), fields.hour, 0, 23);
    case Part::hour_of_half:
      return into(take_number(rest, 2), fields.hour, 1, 12);
    case Part::half:
      if (rest.size() < 2 || in_lower_case(rest[1]) != 'm') return false;
      fields.half = in_lower_case(rest[0]) == 'a' ? 0 : in_lower_case(rest[0]) == 'p' ? 12 : -1;
      rest.remove_prefix(2);
      return fields.half >= 0;
    case Part::minute:
      return into(take_number(rest, 2), fields.minute, 0, 59);
    case Part::second:
      return into(take_number(rest, 2), fields.second, 0, 60);
    case Part::fraction:
      return into(take_milliseconds(rest), fields.millisecond, 0, 999);
    case Part::offset:
      return into(take_offset(rest), fields.offset_minutes, -1439, 1439);
  }
  return false;
}

std::optional<TimeUtc> TimePattern::parse(std::string_view text, std::chrono::minutes assume_offset) const noexcept {
  using namespace std::chrono;
  Fields fields;
  fields.offset_minutes = static_cast<int>(assume_offset.count());
  for (const Step step : steps_) {
    if (!read(step, text, fields)) return std::nullopt;
  }
  if (!text.empty()) return std::nullopt;
  sys_days date = sys_days{year{fields.year} / 1 / 1};
  if (fields.day_of_year > 0) {
    if (fields.day_of_year == 366 && !year{fields.year}.is_leap()) return std::nullopt;
    date += days{fields.day_of_year - 1};
  } else {
    const year_month_day day{year{fields.year}, month{static_cast<unsigned>(fields.month)},
                             std::chrono::day{static_cast<unsigned>(fields.day)}};
    if (!day.ok()) return std::nullopt;
    date = sys_days{day};
  }
  const int hour = fields.half < 0 ? fields.hour : fields.hour % 12 + fields.half;
  if (fields.second == 60) {
    fields.second = 59;
    fields.millisecond = 999;
  }
  const TimeUtc time = date + hours{hour} + minutes{fields.minute - fields.offset_minutes} +
                       std::chrono::seconds{fields.second} + Milliseconds{fields.millisecond};
  return within_the_calendar(time.time_since_epoch().count());
}

TimeFormat::TimeFormat(std::string_view format, std::optional<std::chrono::minutes> assume_offset)
    : assume_offset_{assume_offset} {
  constexpr std::array<std::pair<std::string_view, int>, 4> units{
      {{"unix_s", 3}, {"unix_ms", 0}, {"unix_us", -3}, {"unix_ns", -6}}};
  if (format.empty()) return;
  for (const auto& [name, exponent] : units) {
    if (format != name) continue;
    kind_ = Kind::unix_decimal;
    unit_exponent_ = exponent;
    return;
  }
  if (format.find('%') == std::string_view::npos) {
    throw FormatError{pattern_message(format, "is neither unix_s, unix_ms, unix_us, unix_ns nor a pattern like %F %T")};
  }
  kind_ = Kind::pattern;
  pattern_.emplace(format);
  if (!pattern_->tells_offset() && !assume_offset_) {
    throw FormatError{pattern_message(format, "tells no offset from UTC: give --time-zone too, as +08:00 or Z")};
  }
}

std::optional<TimeUtc> TimeFormat::parse(std::string_view text) const noexcept {
  switch (kind_) {
    case Kind::by_look: {
      constexpr std::size_t behind_the_year = 4;
      if (text.size() > behind_the_year && text[behind_the_year] == '-') return parse_rfc3339(text, assume_offset_);
      const auto integer = parse_integer<std::int64_t>(text);
      return integer ? within_the_calendar(*integer) : std::nullopt;
    }
    case Kind::unix_decimal:
      return from_unix(text, unit_exponent_);
    case Kind::pattern:
      return pattern_->parse(text, assume_offset_.value_or(std::chrono::minutes{0}));
  }
  return std::nullopt;
}

std::string_view TimeFormat::expected() const noexcept {
  switch (kind_) {
    case Kind::by_look:
      return assume_offset_ ? "neither a time of RFC 3339 nor integer Unix milliseconds"
                            : "neither a time of RFC 3339 with its offset from UTC nor integer Unix milliseconds";
    case Kind::unix_decimal:
      return "not a Unix time between the years 0 and 9999";
    case Kind::pattern:
      return "not a time of the given format";
  }
  return {};
}

}  // namespace haulwatch::io::detail
