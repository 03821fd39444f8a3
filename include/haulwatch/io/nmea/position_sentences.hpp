#pragma once

#include <haulwatch/io/nmea/sentence.hpp>
#include <haulwatch/lon_lat.hpp>
#include <haulwatch/reading.hpp>
#include <haulwatch/units.hpp>

#include <optional>

namespace haulwatch::io::nmea {

/// What an RMC says: the one sentence with date, place and speed.
struct RmcReport {
  TimeUtc time = no_time;
  Milliseconds time_of_day{};
  LonLat position;  ///< degrees, WGS-84
  Reading speed_mps;
  Reading heading_deg;             ///< course over ground
  Sensed valid = Sensed::unknown;  ///< status A, or V where there is no fix
};

/// \return nothing where date or time is none, or where a fix that is said to be valid has no readable place. Without a
/// valid fix the place may be absent, and is 0, 0 then.
[[nodiscard]] std::optional<RmcReport> read_rmc(const Sentence& sentence) noexcept;

/// What a GGA says that an RMC does not.
struct GgaReport {
  Milliseconds time_of_day{};
  Reading hdop;
};
[[nodiscard]] std::optional<GgaReport> read_gga(const Sentence& sentence) noexcept;

}  // namespace haulwatch::io::nmea
