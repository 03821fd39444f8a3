#include <haulwatch/io/time_text.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace haulwatch::io {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

constexpr bool are_two_digits(const char* at) noexcept {
  return is_digit(at[0]) && is_digit(at[1]);
}

constexpr unsigned two_digits(const char* at) noexcept {
  return static_cast<unsigned>(10 * (at[0] - '0') + (at[1] - '0'));
}

/// The eight bytes at `p`, the first one lowest, whatever the machine's own order.
std::uint64_t eight_bytes(const char* p) noexcept {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, p, sizeof bytes);
  if constexpr (std::endian::native == std::endian::big) bytes = __builtin_bswap64(bytes);
  return bytes;
}

struct ThreePairs {
  unsigned first = 0;
  unsigned second = 0;
  unsigned third = 0;
};

/// Reads `dd?dd?dd`, as in `26-01-02` and `03:04:05`: all eight bytes checked and turned into numbers at once.
bool read_three_pairs(const char* p, char separator, ThreePairs& pairs) noexcept {
  constexpr std::uint64_t separators = 0x0000'0100'0001'0000;  // a one in either byte that holds a separator
  constexpr std::uint64_t digits = 0x0101'0001'0100'0101;      // a one in every byte that holds a digit
  const std::uint64_t expected = digits * '0' + separators * static_cast<unsigned char>(separator);
  const std::uint64_t x = eight_bytes(p) ^ expected;
  // Lifts a digit above 9, or a separator that differs, into the top bit of its byte; `| x` sees bytes that overflow.
  if ((((x + digits * 0x76 + separators * 0x7f) | x) & 0x8080'8080'8080'8080) != 0) return false;
  const std::uint64_t sums = 10 * x + (x >> 8);
  pairs = {static_cast<unsigned>(sums & 0xff), static_cast<unsigned>(sums >> 24 & 0xff),
           static_cast<unsigned>(sums >> 48 & 0xff)};
  return true;
}

constexpr std::size_t seconds_end = 19;  // of `2026-01-02T03:04:05`

constexpr bool is_between_date_and_time(char c) noexcept {
  return c == 'T' || c == 't' || c == ' ';
}

/// Takes `.ddd…` off the front of `text`. \return its milliseconds, or -1 where a point has no digit after it
int take_fraction(std::string_view& text) noexcept {
  if (text.empty() || text.front() != '.') return 0;
  std::size_t used = 1;
  int value = 0;
  for (int weight = 100; used < text.size() && is_digit(text[used]); ++used) {
    value += weight * (text[used] - '0');
    weight = weight == 100 ? 10 : weight == 10 ? 1 : 0;
  }
  if (used == 1) return -1;
  text.remove_prefix(used);
  return value;
}

constexpr bool is_leap(unsigned year) noexcept {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr std::array<unsigned char, 13> days_of_month{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

constexpr bool is_date(unsigned year, unsigned month, unsigned day) noexcept {
  if (month - 1 > 11) return false;
  return day - 1 < days_of_month[month] || (day == 29 && month == 2 && is_leap(year));
}

/// Days from 1970-01-01. Years begin with March, so that the day that comes and goes is the last one; months of
/// March to January then have 153 days in every five (E. G. Richards, Explanatory Supplement to the Astronomical
/// Almanac, 2013, ch. 15).
constexpr int days_since_1970(unsigned year, unsigned month, unsigned day) noexcept {
  const bool after_february = month > 2;
  const unsigned y = year + 400 - (after_february ? 0 : 1);
  const unsigned m = after_february ? month - 3 : month + 9;
  const unsigned days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1;
  return static_cast<int>(days) - 719'468 - 146'097;
}

bool ends_a_utc_month(TimeUtc last_second) noexcept {
  const TimeUtc next = last_second + seconds{1};
  const sys_days day = std::chrono::floor<std::chrono::days>(next);
  return next == day && unsigned{std::chrono::year_month_day{day}.day()} == 1;
}

struct DateAndClock {
  sys_days date;
  unsigned second_of_day = 0;
  bool leap = false;  ///< the second was written `:60`
};

/// Takes `2026-01-02T03:04:05` off the front of `text`.
bool take_date_and_clock(std::string_view& text, DateAndClock& found) noexcept {
  const char* p = text.data();
  if (text.size() < seconds_end || !is_between_date_and_time(p[10])) return false;
  ThreePairs date;
  ThreePairs clock;
  if (!read_three_pairs(p + 2, '-', date) || !read_three_pairs(p + 11, ':', clock) || !are_two_digits(p)) return false;
  const unsigned year = 100 * two_digits(p) + date.first;
  if (!is_date(year, date.second, date.third)) return false;
  if (clock.first > 23 || clock.second > 59 || clock.third > 60) return false;

  found.leap = clock.third == 60;
  found.date = sys_days{std::chrono::days{days_since_1970(year, date.second, date.third)}};
  found.second_of_day = clock.first * 3600 + clock.second * 60 + (found.leap ? 59 : clock.third);
  text.remove_prefix(seconds_end);
  return true;
}

bool read_utc_offset(std::string_view text, minutes& offset) noexcept {
  if (text.size() == 1 && (text[0] == 'Z' || text[0] == 'z')) {
    offset = minutes{0};
    return true;
  }
  const bool colon = text.size() == 6 && text[3] == ':';
  const bool hours_only = text.size() == 3;
  if (!colon && !hours_only && text.size() != 5) return false;
  if (text[0] != '+' && text[0] != '-') return false;

  const char* minute_at = text.data() + (colon ? 4 : 3);
  if (!are_two_digits(text.data() + 1) || (!hours_only && !are_two_digits(minute_at))) return false;
  const unsigned hour = two_digits(text.data() + 1);
  const unsigned minute = hours_only ? 0 : two_digits(minute_at);
  const minutes size{60 * hour + minute};
  offset = text[0] == '-' ? -size : size;
  return hour <= 23 && minute <= 59;
}

char* put_two(char* out, unsigned value) noexcept {
  out[0] = static_cast<char>('0' + value / 10);
  out[1] = static_cast<char>('0' + value % 10);
  return out + 2;
}

}  // namespace

bool detail::read_rfc3339(std::string_view text, const minutes* assume_offset, TimeUtc& time) noexcept {
  DateAndClock found;
  if (!take_date_and_clock(text, found)) return false;
  const int fraction = take_fraction(text);
  minutes offset = assume_offset != nullptr ? *assume_offset : minutes{0};
  const bool offset_known = text.empty() ? assume_offset != nullptr : read_utc_offset(text, offset);
  if (fraction < 0 || !offset_known) return false;

  const TimeUtc whole = found.date + seconds{found.second_of_day} - offset;
  time = whole + Milliseconds{found.leap ? 999 : fraction};
  return !found.leap || ends_a_utc_month(whole);
}

std::optional<minutes> parse_utc_offset(std::string_view text) noexcept {
  minutes offset{};
  return read_utc_offset(text, offset) ? std::optional{offset} : std::nullopt;
}

std::optional<minutes> parse_clock(std::string_view text) noexcept {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  if (!are_two_digits(text.data()) || !are_two_digits(text.data() + 3)) return std::nullopt;
  const unsigned minute = two_digits(text.data() + 3);
  const unsigned after_midnight = 60 * two_digits(text.data()) + minute;
  if (minute > 59 || after_midnight > 24 * 60) return std::nullopt;
  return minutes{after_midnight};
}

char* write_rfc3339_ms(char* out, TimeUtc time) noexcept {
  using namespace std::chrono_literals;
  constexpr TimeUtc first = sys_days{0y / 1 / 1};
  constexpr TimeUtc last = sys_days{10000y / 1 / 1} - Milliseconds{1};
  time = std::clamp(time, first, last);

  const sys_days day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const auto year = static_cast<unsigned>(int{date.year()});
  const auto in_day = static_cast<unsigned>((time - day).count());
  out = put_two(out, year / 100);
  out = put_two(out, year % 100);
  *out++ = '-';
  out = put_two(out, unsigned{date.month()});
  *out++ = '-';
  out = put_two(out, unsigned{date.day()});
  *out++ = 'T';
  out = put_two(out, in_day / 3'600'000);
  *out++ = ':';
  out = put_two(out, in_day / 60'000 % 60);
  *out++ = ':';
  out = put_two(out, in_day / 1'000 % 60);
  *out++ = '.';
  out = put_two(out, in_day / 10 % 100);
  *out++ = static_cast<char>('0' + in_day % 10);
  *out++ = 'Z';
  return out;
}

}  // namespace haulwatch::io
