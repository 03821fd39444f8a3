#pragma once

#include <haulwatch/geo/local_frame.hpp>

namespace haulwatch::geo {

/// A local point kept in half the room. Within 200 km of the frame's origin it is off by 8 mm at most.
class RoundedPoint {
 public:
  RoundedPoint() = default;
  explicit RoundedPoint(LocalPoint p) noexcept : x_m_{static_cast<float>(p.x)}, y_m_{static_cast<float>(p.y)} {}

  /// The same place in another frame.
  [[nodiscard]] RoundedPoint moved(const LocalFrame& from, const LocalFrame& to) const noexcept {
    return RoundedPoint{to.to_local(from.to_lon_lat(point()))};
  }

  [[nodiscard]] LocalPoint point() const noexcept { return {static_cast<double>(x_m_), static_cast<double>(y_m_)}; }

 private:
  float x_m_ = 0;
  float y_m_ = 0;
};

}  // namespace haulwatch::geo
