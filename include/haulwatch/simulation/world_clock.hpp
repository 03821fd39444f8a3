#pragma once

#include <haulwatch/simulation/motion.hpp>
#include <haulwatch/units.hpp>

#include <chrono>

namespace haulwatch::simulation {

/// Every world begins on a Monday in March 2026 at 06:00 of the county's own time, eight hours ahead of UTC, when the
/// first trucks set out.
inline constexpr double first_hour_of_day = 6.0;
inline constexpr std::chrono::minutes county_utc_offset{8 * 60};
inline constexpr TimeUtc world_begin{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1} + std::chrono::hours{22}};

[[nodiscard]] inline TimeUtc instant(double clock_s) noexcept {
  return world_begin + nearest_millisecond(clock_s);
}
[[nodiscard]] inline double clock_of(TimeUtc time) noexcept {
  return seconds(time - world_begin);
}

}  // namespace haulwatch::simulation
