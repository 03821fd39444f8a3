#pragma once

#include <haulwatch/io/jt808/bytes.hpp>
#include <haulwatch/io/jt808/fault.hpp>
#include <haulwatch/lon_lat.hpp>
#include <haulwatch/reading.hpp>
#include <haulwatch/units.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace haulwatch::io::jt808 {

/// Times on the wire are of this offset from UTC, everywhere and all year.
inline constexpr std::chrono::hours wire_offset{8};

/// Reads a time of 6 bytes of BCD, YYMMDDhhmmss in GMT+8, of the years 2000 to 2099.
/// \return nothing where it is no date and time
[[nodiscard]] std::optional<TimeUtc> read_time(Bytes bcd) noexcept;

/// Bits of `Location::status` that have one meaning everywhere (JT/T 808, table 24).
namespace status_bit {
inline constexpr unsigned ignition = 0;
inline constexpr unsigned fix_valid = 1;
inline constexpr unsigned south = 2;
inline constexpr unsigned west = 3;
inline constexpr unsigned encrypted = 5;  ///< the place was shifted by a plug-in and is none
inline constexpr unsigned load = 8;       ///< and 9: 00 empty, 01 half, 11 full
}  // namespace status_bit

/// The basic part of a location report, 28 bytes (table 23), and what follows it.
struct Location {
  std::uint32_t alarm = 0;
  std::uint32_t status = 0;
  LonLat position;  ///< degrees, WGS-84 by the standard; in steps of 1e-6
  std::uint16_t altitude_m = 0;
  Reading speed_mps;    ///< in steps of 0.1 km/h; not reported where all its bits are set
  Reading heading_deg;  ///< 0 to 359; not reported where it is over 360
  TimeUtc time = no_time;
  Bytes items;  ///< the extra items, not looked at

  [[nodiscard]] bool has(unsigned bit) const noexcept { return (status >> bit & 1U) != 0; }
};

inline constexpr std::size_t location_size = 28;

/// \return `location_too_short` or `location_time`, where `location` holds all but the time
[[nodiscard]] std::optional<Fault> read_location(Bytes body, Location& location) noexcept;

}  // namespace haulwatch::io::jt808
