#pragma once

#include <haulwatch/geo/local_frame.hpp>

#include <algorithm>
#include <limits>

namespace haulwatch::geo::detail {

/// An upright rectangle; by default the empty one.
struct Box {
  LocalPoint least{std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
  LocalPoint most{-std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};

  void add(LocalPoint p) noexcept {
    least = {std::min(least.x, p.x), std::min(least.y, p.y)};
    most = {std::max(most.x, p.x), std::max(most.y, p.y)};
  }
  void add(const Box& other) noexcept {
    add(other.least);
    add(other.most);
  }
  [[nodiscard]] bool empty() const noexcept { return !(least.x <= most.x && least.y <= most.y); }
  [[nodiscard]] Box grown_by(double margin) const noexcept {
    return {{least.x - margin, least.y - margin}, {most.x + margin, most.y + margin}};
  }
  [[nodiscard]] double squared_distance_m2(LocalPoint p) const noexcept {
    const double dx = std::max(std::max(least.x - p.x, p.x - most.x), 0.0);
    const double dy = std::max(std::max(least.y - p.y, p.y - most.y), 0.0);
    return dx * dx + dy * dy;
  }
  /// True when nothing in the box is as near to `p` as the distance whose square is given. The allowance (half a
  /// millionth, and a millimetre) is far above what rounding may do to the distance of an edge in the box.
  [[nodiscard]] bool is_surely_beyond(double squared_m2, LocalPoint p) const noexcept {
    return squared_distance_m2(p) > squared_m2 * (1.0 + 1e-6) + 1e-6;
  }
};

}  // namespace haulwatch::geo::detail
