#include <haulwatch/io/jt808/location.hpp>

#include <array>

namespace haulwatch::io::jt808 {
namespace {

using detail::u16_at;
using detail::u32_at;

/// Over 99 where a digit is none.
[[nodiscard]] constexpr unsigned bcd_value(std::uint8_t byte) noexcept {
  const unsigned tens = byte >> 4U;
  const unsigned ones = byte & 0xFU;
  return tens > 9 || ones > 9 ? 255U : 10 * tens + ones;
}

[[nodiscard]] Reading speed_of(std::uint16_t tenths_kmh) noexcept {
  constexpr std::uint16_t not_reported = 0xFFFF;
  constexpr double tenths_kmh_per_mps = 36.0;
  if (tenths_kmh == not_reported) return {};
  return Reading{static_cast<float>(tenths_kmh / tenths_kmh_per_mps)};
}

[[nodiscard]] Reading heading_of(std::uint16_t degrees) noexcept {
  if (degrees > 360) return {};
  return Reading{degrees == 360 ? 0.0F : static_cast<float>(degrees)};
}

/// Divided, not multiplied by 1e-6: so it is the double that the same decimal number in a text is read as.
[[nodiscard]] double degrees_of(std::uint32_t millionths, bool negative) noexcept {
  const double degrees = static_cast<double>(millionths) / 1e6;
  return negative ? -degrees : degrees;
}

}  // namespace

std::optional<TimeUtc> read_time(Bytes bcd) noexcept {
  const unsigned year = bcd_value(bcd[0]);
  const unsigned month = bcd_value(bcd[1]);
  const unsigned day = bcd_value(bcd[2]);
  const unsigned hour = bcd_value(bcd[3]);
  const unsigned minute = bcd_value(bcd[4]);
  const unsigned second = bcd_value(bcd[5]);
  if (year > 99 || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{2000 + static_cast<int>(year)}, std::chrono::month{month},
                                         std::chrono::day{day}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second} - wire_offset;
}

std::optional<Fault> read_location(Bytes body, Location& location) noexcept {
  if (body.size() < location_size) return Fault::location_too_short;
  location.alarm = u32_at(body, 0);
  location.status = u32_at(body, 4);
  location.position.lat = degrees_of(u32_at(body, 8), location.has(status_bit::south));
  location.position.lon = degrees_of(u32_at(body, 12), location.has(status_bit::west));
  location.altitude_m = u16_at(body, 16);
  location.speed_mps = speed_of(u16_at(body, 18));
  location.heading_deg = heading_of(u16_at(body, 20));
  location.items = body.subspan(location_size);
  const std::optional<TimeUtc> time = read_time(body.subspan(22, 6));
  location.time = time.value_or(no_time);
  return time ? std::nullopt : std::optional{Fault::location_time};
}

}  // namespace haulwatch::io::jt808
