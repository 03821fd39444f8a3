#pragma once

#include <haulwatch/geo/local_frame.hpp>

#include <cmath>
#include <numbers>

namespace haulwatch::geo {

/// Degrees clockwise from north, 0 to 360, of a direction in a local frame.
[[nodiscard]] inline double course_deg(LocalPoint direction) noexcept {
  const double degrees = std::atan2(direction.x, direction.y) * 180.0 / std::numbers::pi;
  return degrees < 0.0 ? degrees + 360.0 : degrees;
}

}  // namespace haulwatch::geo
