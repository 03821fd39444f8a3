#include <haulwatch/io/nmea/ais_message.hpp>

#include <algorithm>
#include <chrono>

namespace haulwatch::io::nmea {
namespace {

constexpr std::uint8_t no_letter = 0xFF;

/// '0' to 'W' are 0 to 39, '`' to 'w' 40 to 63.
[[nodiscard]] constexpr std::uint8_t value_of(char letter) noexcept {
  if (letter >= '0' && letter <= 'W') return static_cast<std::uint8_t>(letter - '0');
  if (letter >= '`' && letter <= 'w') return static_cast<std::uint8_t>(letter - '`' + 40);
  return no_letter;
}

/// Where the fields of a position report begin.
struct Layout {
  std::size_t speed, lon, lat, course, second;
};
constexpr Layout class_a{50, 61, 89, 116, 137};
constexpr Layout class_b{46, 57, 85, 112, 133};
constexpr std::size_t second_size = 6;

}  // namespace

std::optional<AisBits> AisBits::read(std::string_view letters, unsigned fill_bits) noexcept {
  if (fill_bits > 5 || 6 * letters.size() < fill_bits) return std::nullopt;
  const auto is_none = [](char letter) { return value_of(letter) == no_letter; };
  if (std::any_of(letters.begin(), letters.end(), is_none)) return std::nullopt;
  return AisBits{letters, 6 * letters.size() - fill_bits};
}

std::uint32_t AisBits::number(std::size_t from, std::size_t count) const noexcept {
  std::uint32_t number = 0;
  for (std::size_t bit = from; bit < from + count; ++bit) {
    const unsigned letter = bit < size_ ? value_of(letters_[bit / 6]) : 0U;
    number = number << 1U | (letter >> (5 - bit % 6) & 1U);
  }
  return number;
}

std::int32_t AisBits::signed_number(std::size_t from, std::size_t count) const noexcept {
  const std::uint32_t number_found = number(from, count);
  const std::uint32_t sign = 1U << (count - 1);
  return static_cast<std::int32_t>((number_found ^ sign) - sign);
}

MmsiText::MmsiText(std::uint32_t mmsi) noexcept {
  for (std::size_t i = digits_.size(); i-- > 0; mmsi /= 10) digits_[i] = static_cast<char>('0' + mmsi % 10);
}

std::optional<AisPosition> read_ais_position(const AisBits& bits) noexcept {
  constexpr std::uint32_t first_speed_not_reported = 1022;  // 1022 is "102.2 kn or more", 1023 "not available"
  constexpr double mps_per_tenth_knot = 1852.0 / 36'000.0;
  constexpr std::uint32_t course_end = 3600;
  constexpr double steps_a_degree = 600'000.0;
  const Layout& at = bits.type() <= 3 ? class_a : class_b;
  if (bits.size() < at.second + second_size) return std::nullopt;
  AisPosition report;
  report.position = {bits.signed_number(at.lon, 28) / steps_a_degree, bits.signed_number(at.lat, 27) / steps_a_degree};
  const std::uint32_t speed = bits.number(at.speed, 10);
  if (speed < first_speed_not_reported) report.speed_mps = Reading{static_cast<float>(speed * mps_per_tenth_knot)};
  const std::uint32_t course = bits.number(at.course, 12);
  if (course < course_end) report.heading_deg = Reading{static_cast<float>(course / 10.0)};
  const std::uint32_t second = bits.number(at.second, second_size);
  if (second < 60) report.second = second;
  // 60: no time; 61: entered by hand; 62: dead reckoning; 63: the positioning is out of order (M.1371, table 48).
  const bool no_place = report.position.lon > 180.0 || report.position.lat > 90.0 || second == 63;
  report.valid = no_place ? Sensed::no : second > 60 ? Sensed::unknown : Sensed::yes;
  return report;
}

std::optional<TimeUtc> read_ais_clock(const AisBits& bits) noexcept {
  constexpr std::size_t clock_end = 78;
  if ((bits.type() != 4 && bits.type() != 11) || bits.size() < clock_end) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(bits.number(38, 14))},
                                         std::chrono::month{bits.number(52, 4)}, std::chrono::day{bits.number(56, 5)}};
  const std::uint32_t hour = bits.number(61, 5);
  const std::uint32_t minute = bits.number(66, 6);
  const std::uint32_t second = bits.number(72, 6);
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second};
}

TimeUtc time_of_second(unsigned second, TimeUtc heard) noexcept {
  constexpr std::chrono::seconds half{30};
  const TimeUtc time = std::chrono::floor<std::chrono::minutes>(heard) + std::chrono::seconds{second};
  if (time > heard + half) return time - std::chrono::minutes{1};
  if (time <= heard - half) return time + std::chrono::minutes{1};
  return time;
}

}  // namespace haulwatch::io::nmea
