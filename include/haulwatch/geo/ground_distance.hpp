#pragma once

#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/lon_lat.hpp>

namespace haulwatch::geo {

/// Metres from one place to another, the same either way round: in the frame about the latitude between them, so good
/// to half a percent up to some 50 km. For places of different vehicles, which share no frame.
[[nodiscard]] inline double ground_distance(LonLat a, LonLat b) noexcept {
  const LocalFrame frame{{a.lon, (a.lat + b.lat) / 2.0}};
  return distance(frame.to_local(a), frame.to_local(b));
}

}  // namespace haulwatch::geo
