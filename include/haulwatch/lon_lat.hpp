#pragma once

namespace haulwatch {

/// A place in degrees, longitude first as in GeoJSON. WGS-84 wherever nothing else is said.
struct LonLat {
  double lon = 0.0;  ///< degrees east, -180 to 180
  double lat = 0.0;  ///< degrees north, -90 to 90

  friend constexpr bool operator==(LonLat, LonLat) = default;
};

/// The geodetic datum of coordinates in degrees. It is declared for every input and never guessed: near Pinghu GCJ-02
/// lies about 490 m and BD-09 about 1,130 m from WGS-84.
enum class Datum : unsigned char { wgs84, gcj02, bd09 };

}  // namespace haulwatch
