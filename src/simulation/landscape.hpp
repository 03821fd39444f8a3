#pragma once

#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/geo/shape.hpp>
#include <haulwatch/simulation/profile.hpp>
#include <haulwatch/simulation/random.hpp>

#include <algorithm>
#include <cmath>
#include <optional>

namespace haulwatch::simulation {

/// The lie of the land, to which roads and sites have to keep.
struct Landscape {
  double width_m = 0.0;
  double height_m = 0.0;
  double boundary_x_m = 0.0;  ///< the county lies west of it
  geo::LocalPoint town;
  double town_radius_m = 0.0;
  geo::Polyline waterway;
  geo::LocalPoint rail_from;
  geo::LocalPoint rail_to;

  [[nodiscard]] bool in_town(geo::LocalPoint at) const noexcept { return geo::distance(at, town) < town_radius_m; }
};

[[nodiscard]] Landscape lay_out_landscape(std::uint64_t seed, const CountyDoses& doses);

/// Where two stretches cross: the share of the way from `a` to `b`.
[[nodiscard]] std::optional<double> crossing(geo::LocalPoint a, geo::LocalPoint b, geo::LocalPoint c,
                                             geo::LocalPoint d) noexcept;
/// A rectangle along the axes.
struct Box {
  geo::LocalPoint low, high;
};

[[nodiscard]] inline Box box_of(geo::LocalPoint a, geo::LocalPoint b, double margin_m) noexcept {
  return {{std::min(a.x, b.x) - margin_m, std::min(a.y, b.y) - margin_m},
          {std::max(a.x, b.x) + margin_m, std::max(a.y, b.y) + margin_m}};
}

/// Whether the box about a stretch and the other box have a place in common.
[[nodiscard]] inline bool meet(const Box& box, geo::LocalPoint a, geo::LocalPoint b) noexcept {
  return std::max(a.x, b.x) >= box.low.x && std::min(a.x, b.x) <= box.high.x && std::max(a.y, b.y) >= box.low.y &&
         std::min(a.y, b.y) <= box.high.y;
}

[[nodiscard]] inline double squared_distance_to_stretch(geo::LocalPoint p, geo::LocalPoint a,
                                                        geo::LocalPoint b) noexcept {
  const geo::LocalPoint ab = b - a;
  const geo::LocalPoint ap = p - a;
  const double along = geo::dot(ap, ab);
  if (!(along > 0.0)) return geo::squared_norm(ap);
  const double length2 = geo::squared_norm(ab);
  return geo::squared_norm(p - (a + std::min(along / length2, 1.0) * ab));
}
[[nodiscard]] inline double distance_to_stretch(geo::LocalPoint p, geo::LocalPoint a, geo::LocalPoint b) noexcept {
  return std::sqrt(squared_distance_to_stretch(p, a, b));
}
[[nodiscard]] bool contains(const geo::Ring& ring, geo::LocalPoint p) noexcept;

/// A ring around a place, its vertices at uneven distances.
[[nodiscard]] geo::Ring uneven_ring(geo::LocalPoint centre, double radius_m, int vertices, Random& random);

}  // namespace haulwatch::simulation
