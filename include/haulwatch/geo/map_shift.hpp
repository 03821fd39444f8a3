#pragma once

#include <haulwatch/lon_lat.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace haulwatch::geo {

/// How tracks and registry may lie apart, both having been read as WGS-84.
///
/// GCJ-02 and BD-09 are what maps of China are drawn in; who takes one for WGS-84 is some 490 m or 1.1 km off, who
/// converts what needed no conversion is as far off the other way, and who converts twice is twice as far.
enum class MapShift : std::uint8_t {
  none,
  registry_gcj02,              ///< the registry's places are GCJ-02
  registry_bd09,               ///< BD-09
  tracks_gcj02,                ///< the tracks' places are GCJ-02, or the registry was converted without need
  tracks_bd09,                 ///< BD-09, or the registry was converted without need
  registry_gcj02_twice,        ///< shifted twice, as by a conversion the wrong way
  tracks_gcj02_twice,          ///< likewise
  registry_bd09_tracks_gcj02,  ///< both, by different shifts
  registry_gcj02_tracks_bd09,  ///< likewise
};
inline constexpr std::size_t map_shift_count = 9;

[[nodiscard]] constexpr std::string_view name_of(MapShift shift) noexcept {
  constexpr std::array<std::string_view, map_shift_count> names{"none",
                                                                "registry_gcj02",
                                                                "registry_bd09",
                                                                "tracks_gcj02",
                                                                "tracks_bd09",
                                                                "registry_gcj02_twice",
                                                                "tracks_gcj02_twice",
                                                                "registry_bd09_tracks_gcj02",
                                                                "registry_gcj02_tracks_bd09"};
  return names[static_cast<std::size_t>(shift)];
}

/// Where a place of the tracks lies in the registry's coordinates if they are shifted so: degrees, both read as WGS-84.
/// Time: up to 2 µs.
[[nodiscard]] LonLat in_registry(LonLat of_tracks, MapShift shift) noexcept;

/// The options of the command line that read tracks and registry as what they are, those being given that they were
/// read with; empty where no option does.
[[nodiscard]] std::string_view cure_of(MapShift shift, Datum tracks_read_as, Datum registry_read_as) noexcept;

}  // namespace haulwatch::geo
