#pragma once

#include <haulwatch/lon_lat.hpp>
#include <haulwatch/registry/daily_windows.hpp>
#include <haulwatch/units.hpp>

#include <chrono>
#include <string>
#include <string_view>

/// Times, lengths and names as they are read aloud. Ours alone: nothing here depends on a locale.
namespace haulwatch::explain {

/// Tells times on a clock that is so far ahead of UTC. Fractions of a second are cut off.
class LocalClock {
 public:
  explicit LocalClock(std::chrono::minutes utc_offset) noexcept : offset_{utc_offset} {}

  [[nodiscard]] std::chrono::minutes utc_offset() const noexcept { return offset_; }
  [[nodiscard]] std::string time(TimeUtc t) const;  ///< 11:26:48
  [[nodiscard]] std::string day(TimeUtc t) const;   ///< 2 March 2026
  [[nodiscard]] std::string at(TimeUtc t) const;    ///< 11:26:48 on 2 March 2026
  [[nodiscard]] std::string from_to(TimeUtc from, TimeUtc to) const;
  [[nodiscard]] std::string row(TimeUtc t) const;  ///< 2026-03-02 11:26:48

 private:
  std::chrono::minutes offset_;
};

/// UTC+08:00; UTC alone where it is that.
[[nodiscard]] std::string zone_name(std::chrono::minutes utc_offset);

/// 45 s; 6 min 20 s; 2 h 05 min.
[[nodiscard]] std::string duration_text(Milliseconds span);
[[nodiscard]] std::string metres_text(double metres);
/// 61.2 km/h (17.0 m/s)
[[nodiscard]] std::string speed_text(double mps);
[[nodiscard]] std::string place_text(LonLat place);
[[nodiscard]] std::string quoted(std::string_view name);
/// 19:00 to 06:00, 12:00 to 13:00; a window over midnight is one.
[[nodiscard]] std::string windows_text(const registry::DailyWindows& windows);
/// 1st, 2nd, 13th.
[[nodiscard]] std::string ordinal_text(unsigned long number);

}  // namespace haulwatch::explain
