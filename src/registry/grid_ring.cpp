#include "grid_ring.hpp"

#include <algorithm>
#include <cmath>

namespace haulwatch::registry {
namespace {

constexpr double steps_per_degree = 1e9;

/// Products of two differences reach 2^82 on the doubled grid.
__extension__ using Wide = __int128;

bool within_box(GridPoint p, GridPoint a, GridPoint b) noexcept {
  return std::min(a.x, b.x) <= p.x && p.x <= std::max(a.x, b.x) && std::min(a.y, b.y) <= p.y &&
         p.y <= std::max(a.y, b.y);
}

}  // namespace

GridPoint to_grid(LonLat place, double near_lon) noexcept {
  double lon = place.lon;
  if (lon - near_lon > 180.0) lon -= 360.0;
  if (lon - near_lon < -180.0) lon += 360.0;
  return {std::llround(lon * steps_per_degree), std::llround(place.lat * steps_per_degree)};
}

LonLat to_lon_lat(GridPoint point) noexcept {
  double lon = static_cast<double>(point.x) / steps_per_degree;
  if (lon > 180.0) lon -= 360.0;
  if (lon < -180.0) lon += 360.0;
  return {lon, static_cast<double>(point.y) / steps_per_degree};
}

int turn(GridPoint a, GridPoint b, GridPoint c) noexcept {
  const Wide left = Wide{b.x - a.x} * (c.y - a.y);
  const Wide right = Wide{b.y - a.y} * (c.x - a.x);
  return left > right ? 1 : left < right ? -1 : 0;
}

bool GridRing::has_area() const noexcept {
  if (vertices.size() < 3) return false;
  for (std::size_t i = 2; i < vertices.size(); ++i) {
    if (turn(vertices[0], vertices[1], vertices[i]) != 0) return true;
  }
  return false;
}

GridRing grid_ring(std::size_t polygon, std::size_t ring, std::span<const LonLat> positions, double near_lon) {
  GridRing found{polygon, ring, {}, {}};
  for (std::size_t i = 0; i < positions.size(); ++i) {
    const GridPoint point = to_grid(positions[i], near_lon);
    if (!found.vertices.empty() && found.vertices.back() == point) continue;
    found.vertices.push_back(point);
    found.positions.push_back(i);
  }
  while (found.vertices.size() > 1 && found.vertices.front() == found.vertices.back()) {
    found.vertices.pop_back();
    found.positions.pop_back();
  }
  return found;
}

Whereabouts locate(GridPoint point, std::span<const GridPoint> ring) noexcept {
  bool inside = false;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const GridPoint a = ring[i];
    const GridPoint b = ring[i + 1 < ring.size() ? i + 1 : 0];
    const int side = turn(a, b, point);
    if (side == 0 && within_box(point, a, b)) return Whereabouts::on_the_edge;
    const bool upward = a.y <= point.y && point.y < b.y;
    const bool downward = b.y <= point.y && point.y < a.y;
    if ((upward && side > 0) || (downward && side < 0)) inside = !inside;
  }
  return inside ? Whereabouts::inside : Whereabouts::outside;
}

}  // namespace haulwatch::registry
