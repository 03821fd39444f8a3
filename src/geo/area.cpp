#include <haulwatch/geo/area.hpp>

#include <haulwatch/geo/segment.hpp>

#include <cmath>
#include <cstddef>
#include <limits>

namespace haulwatch::geo {
namespace {

template <class OnEdge>
void for_each_edge(const Ring& ring, OnEdge on_edge) {
  for (std::size_t i = 0; i < ring.size(); ++i) on_edge(ring[i], ring[i + 1 == ring.size() ? 0 : i + 1]);
}

template <class OnEdge>
void for_each_edge(const MultiPolygon& area, OnEdge on_edge) {
  for (const Polygon& part : area) {
    for_each_edge(part.outer, on_edge);
    for (const Ring& hole : part.holes) for_each_edge(hole, on_edge);
  }
}

/// True when the ray from `p` to the east passes through the edge; a vertex at the ray's height counts as below it.
bool is_crossed_by_ray(LocalPoint p, LocalPoint a, LocalPoint b) noexcept {
  return (a.y > p.y) != (b.y > p.y) && orientation(a, b, p) == (b.y > a.y ? 1 : -1);
}

}  // namespace

bool contains(const MultiPolygon& area, LocalPoint p) noexcept {
  bool inside = false;
  bool on_an_edge = false;
  for_each_edge(area, [&](LocalPoint a, LocalPoint b) {
    inside ^= is_crossed_by_ray(p, a, b);
    on_an_edge |= is_on_segment(p, a, b);
  });
  // The comparisons of a NaN height see no crossing, those of a NaN easting no orientation.
  return inside || on_an_edge;
}

double signed_distance_m(const MultiPolygon& area, LocalPoint p) noexcept {
  if (std::isnan(p.x) || std::isnan(p.y)) return std::numeric_limits<double>::quiet_NaN();
  double least = std::numeric_limits<double>::infinity();
  for_each_edge(area, [&](LocalPoint a, LocalPoint b) {
    const double d2 = nearest_on_segment(p, a, b).squared_distance_m2;
    if (d2 < least) least = d2;
  });
  const double d = std::sqrt(least);
  return d > 0.0 && contains(area, p) ? -d : d;
}

}  // namespace haulwatch::geo
