#pragma once

#include <haulwatch/geo/local_frame.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

namespace haulwatch::geo::detail {

[[nodiscard]] inline std::int64_t floor_of(double value) noexcept {
  return static_cast<std::int64_t>(std::floor(value));
}

/// Calls `on_row(row, first column, last column)` for the squares of side `step`, counted from the origin, that may lie
/// within `radius` of the way from `a` to `b`: all that do, and a few that do not. Only rows within the limits given.
template <class OnRow>
void for_each_row_near(LocalPoint a, LocalPoint b, double radius, double step, std::int64_t least_row,
                       std::int64_t most_row, OnRow on_row) {
  if (a.y > b.y) std::swap(a, b);
  const double height = b.y - a.y;
  const std::int64_t first = std::max(least_row, floor_of((a.y - radius) / step));
  const std::int64_t last = std::min(most_row, floor_of((b.y + radius) / step));
  for (std::int64_t row = first; row <= last; ++row) {
    const double low = static_cast<double>(row) * step - radius;
    const double high = static_cast<double>(row + 1) * step + radius;
    const double t0 = height > 0.0 ? std::clamp((low - a.y) / height, 0.0, 1.0) : 0.0;
    const double t1 = height > 0.0 ? std::clamp((high - a.y) / height, 0.0, 1.0) : 1.0;
    const double x0 = a.x + t0 * (b.x - a.x);
    const double x1 = a.x + t1 * (b.x - a.x);
    on_row(row, floor_of((std::min(x0, x1) - radius) / step), floor_of((std::max(x0, x1) + radius) / step));
  }
}

}  // namespace haulwatch::geo::detail
