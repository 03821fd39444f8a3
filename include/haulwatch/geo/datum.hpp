#pragma once

#include <haulwatch/lon_lat.hpp>

namespace haulwatch::geo {

/// Degrees of `datum` to degrees of WGS-84, and back.
///
/// GCJ-02 shifts places inside the box 72.004 to 137.8347 E, 0.8293 to 55.8271 N by some 500 m; BD-09 shifts them once
/// more. Outside the box nothing is shifted. So that the way there and back agrees on both sides of the box's edge, the
/// shift fades linearly from full to nothing over the outermost degree inside the box, where no place of China lies.
///
/// Error: the inverse iterates until it stands still, five times at most; there and back is within 1 mm everywhere.
/// A coordinate that is NaN gives NaN for both. Cost: some 0.1 µs forward, under 1 µs inverse. Threads: pure functions.
///
/// Constants and series: as published in the open implementations PRCoords and eviltransform.
[[nodiscard]] LonLat to_wgs84(LonLat place, Datum datum) noexcept;
[[nodiscard]] LonLat from_wgs84(LonLat place, Datum datum) noexcept;

}  // namespace haulwatch::geo
