#include <haulwatch/simulation/track_row_writer.hpp>

#include <haulwatch/io/detail/append_text.hpp>
#include <haulwatch/io/time_text.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>

namespace haulwatch::simulation {
namespace {

/// Longest row without its vehicle's name.
constexpr std::size_t longest_rest = 192;

constexpr std::array<char, 200> two_digits = [] {
  std::array<char, 200> text{};
  for (std::size_t i = 0; i < 100; ++i) {
    text[2 * i] = static_cast<char>('0' + i / 10);
    text[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return text;
}();

char* put_pair(char* at, std::uint32_t value) noexcept {
  std::memcpy(at, &two_digits[std::size_t{2} * value], 2);
  return at + 2;
}

char* put_whole(char* at, std::uint32_t value) noexcept {
  std::array<char, 10> digits{};
  std::size_t first = digits.size();
  do {
    digits[--first] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value > 0);
  return std::copy(digits.begin() + static_cast<std::ptrdiff_t>(first), digits.end(), at);
}

char* put_degrees(char* at, std::int32_t millionths) noexcept {
  constexpr std::uint32_t one = 1'000'000;
  if (millionths < 0) *at++ = '-';
  const auto size = static_cast<std::uint32_t>(millionths < 0 ? -millionths : millionths);
  at = put_whole(at, size / one);
  *at++ = '.';
  const std::uint32_t rest = size % one;
  at = put_pair(at, rest / 10'000);
  at = put_pair(at, rest / 100 % 100);
  return put_pair(at, rest % 100);
}

char* put_tenths(char* at, std::int16_t tenths) noexcept {
  if (tenths < 0) return at;
  at = put_whole(at, static_cast<std::uint32_t>(tenths) / 10);
  *at++ = '.';
  *at++ = static_cast<char>('0' + tenths % 10);
  return at;
}

char* put_speed(char* at, std::uint16_t tenths_kmh) noexcept {
  // 0.1 km/h is 1/36 m/s.
  const std::uint32_t hundredths = (std::uint32_t{tenths_kmh} * 100 + 18) / 36;
  at = put_whole(at, hundredths / 100);
  *at++ = '.';
  return put_pair(at, hundredths % 100);
}

char* put_sensed(char* at, Sensed sensed) noexcept {
  if (sensed != Sensed::unknown) *at++ = sensed == Sensed::yes ? '1' : '0';
  *at++ = ',';
  return at;
}

char* put_load(char* at, LoadReading load) noexcept {
  constexpr std::array<std::string_view, 4> names{"", "empty", "half", "full"};
  const std::string_view name = names[static_cast<std::size_t>(load)];
  return std::copy(name.begin(), name.end(), at);
}

}  // namespace

TrackRowWriter::TrackRowWriter(const std::vector<std::string>& names) {
  cells_.reserve(names.size());
  for (const std::string& name : names) {
    std::string& cell = cells_.emplace_back();
    io::detail::append_csv_field(cell, name);
    cell += ',';
  }
}

void TrackRowWriter::append(std::string& out, const Report& report) {
  out += cells_[report.terminal];
  std::array<char, longest_rest> row;
  char* at = put_time(row.data(), stamped_, report.time, 0);
  *at++ = ',';
  at = put_degrees(at, report.lon_millionths);
  *at++ = ',';
  at = put_degrees(at, report.lat_millionths);
  *at++ = ',';
  at = put_speed(at, report.speed_tenths_kmh);
  *at++ = ',';
  at = put_whole(at, report.heading_deg);
  *at++ = ',';
  at = put_tenths(at, report.accuracy_tenths_m);
  *at++ = ',';
  at = put_tenths(at, report.hdop_tenths);
  *at++ = ',';
  at = put_sensed(at, report.sensors.ignition);
  at = put_sensed(at, report.sensors.body_lift);
  at = put_sensed(at, report.sensors.cover_closed);
  at = put_load(at, report.sensors.load);
  *at++ = ',';
  at = put_time(at, received_, report.received, 3);
  *at++ = ',';
  *at++ = report.backfill ? '1' : '0';
  *at++ = ',';
  if (report.odometer_100m >= 0) {
    at = put_whole(at, static_cast<std::uint32_t>(report.odometer_100m));
    if (report.odometer_100m > 0) at = put_pair(at, 0);
  }
  *at++ = '\n';
  out.append(row.data(), at);
}

char* TrackRowWriter::put_time(char* at, SpeltDay& day, TimeUtc time, std::size_t decimals) {
  constexpr std::uint32_t minute_ms = 60'000;
  if (day.midnight == no_time || time < day.midnight || time >= day.midnight + std::chrono::days{1}) {
    day.midnight = std::chrono::floor<std::chrono::days>(time);
    std::array<char, io::rfc3339_ms_length> text{};
    io::write_rfc3339_ms(text.data(), day.midnight);
    std::copy_n(text.begin(), day.text.size(), day.text.begin());
  }
  at = std::copy(day.text.begin(), day.text.end(), at);
  const auto ms = static_cast<std::uint32_t>((time - day.midnight).count());
  const std::uint32_t minutes = ms / minute_ms;
  at = put_pair(at, minutes / 60);
  *at++ = ':';
  at = put_pair(at, minutes % 60);
  *at++ = ':';
  at = put_pair(at, ms % minute_ms / 1000);
  if (decimals > 0) {
    *at++ = '.';
    *at++ = static_cast<char>('0' + ms % 1000 / 100);
    at = put_pair(at, ms % 100);
  }
  *at++ = 'Z';
  return at;
}

}  // namespace haulwatch::simulation
