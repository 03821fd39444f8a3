#pragma once

#include <haulwatch/reading.hpp>
#include <haulwatch/units.hpp>

#include <cstdint>

namespace haulwatch::simulation {

/// What one report carries over the air, in the steps of JT/T 808's location report: whole seconds, millionths of a
/// degree, tenths of a kilometre an hour, whole degrees, an odometer in tenths of a kilometre.
struct Report {
  TimeUtc received = no_time;  ///< arrival at the platform
  TimeUtc time = no_time;      ///< by the terminal's clock, whole seconds
  std::int32_t lon_millionths = 0;
  std::int32_t lat_millionths = 0;
  std::int32_t odometer_100m = -1;  ///< negative: not reported
  std::uint32_t terminal = 0;       ///< under whose name
  std::uint32_t source = 0;         ///< the terminal itself, whatever name it uses
  std::uint32_t sequence = 0;       ///< of what this source sent: tells arrivals of one millisecond apart
  std::uint16_t speed_tenths_kmh = 0;
  std::uint16_t heading_deg = 0;
  std::int16_t accuracy_tenths_m = -1;  ///< negative: not reported
  std::int16_t hdop_tenths = -1;        ///< negative: not reported
  Sensors sensors;
  bool backfill = false;
};
static_assert(sizeof(Report) <= 56, "tens of thousands wait in each slice of a merge");

}  // namespace haulwatch::simulation
