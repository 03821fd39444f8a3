#pragma once

#include <haulwatch/lon_lat.hpp>
#include <haulwatch/reading.hpp>
#include <haulwatch/units.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace haulwatch {

/// A vehicle's dense number inside one engine or one replay; its text lives in the `VehicleNames` that gave it.
enum class VehicleIndex : std::uint32_t {};

/// What was wrong with a terminal's clock, where the time of a fix was put right. The names are those of the wire.
enum class TimeRepair : std::uint8_t {
  none,
  week_rollover,  ///< 1,024 weeks behind
  offset,         ///< a clock that is wrong
  local_time,     ///< local time sent as UTC
  jump,           ///< a clock that was right, and was set wrong
};

[[nodiscard]] constexpr std::string_view name_of(TimeRepair repair) noexcept {
  constexpr std::array<std::string_view, 5> names{"none", "week_rollover", "offset", "local_time", "jump"};
  return names[static_cast<std::size_t>(repair)];
}

/// One report of one terminal, as it was sent: nothing cleaned, nothing filled in, but for a time that is provably
/// wrong.
struct Fix {
  TimeUtc time = no_time;                  ///< event time at the terminal
  TimeUtc received = no_time;              ///< arrival at the platform; `no_time` when not recorded
  LonLat position;                         ///< degrees, WGS-84
  double odometer_m = -1.0;                ///< metres since manufacture; negative when not reported
  Reading speed_mps;                       ///< metres a second, from the terminal (Doppler)
  Reading heading_deg;                     ///< degrees clockwise from true north, 0 to 360
  Reading accuracy_m;                      ///< one standard deviation of a horizontal axis, metres
  Reading hdop;                            ///< horizontal dilution of precision, used where `accuracy_m` is absent
  VehicleIndex vehicle{};                  ///< who
  Sensors sensors;                         ///< what its body said
  Sensed valid = Sensed::unknown;          ///< the receiver's own word on whether it had a position
  bool backfill = false;                   ///< uploaded after a dead zone
  TimeRepair repaired = TimeRepair::none;  ///< `time` is not what was sent
  std::uint32_t record = 0;  ///< number of the row or message that brought it, so that a report can name it
};
static_assert(std::is_trivially_copyable_v<Fix>);
static_assert(sizeof(Fix) <= 72, "a fix is copied through rings and queues: keep it near one cache line");

/// The word that time has passed up to `now`, though nobody may have reported: silence is evidence too.
struct Tick {
  TimeUtc now = no_time;
};

}  // namespace haulwatch
