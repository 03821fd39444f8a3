#pragma once

#include <haulwatch/lon_lat.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace haulwatch::registry {

/// A position in steps of 1e-9 degree, which is 0.1 mm: finer than any survey, and coarse enough for exact arithmetic.
struct GridPoint {
  std::int64_t x = 0;
  std::int64_t y = 0;

  friend constexpr bool operator==(GridPoint, GridPoint) = default;
  friend constexpr auto operator<=>(GridPoint, GridPoint) = default;
};

/// \param near_lon longitudes are wrapped to within 180 degrees of it, so that a ring may cross the antimeridian
[[nodiscard]] GridPoint to_grid(LonLat place, double near_lon) noexcept;
[[nodiscard]] LonLat to_lon_lat(GridPoint point) noexcept;

/// Sign of the turn from a over b to c: 1 to the left, -1 to the right, 0 straight. Exact.
[[nodiscard]] int turn(GridPoint a, GridPoint b, GridPoint c) noexcept;

/// A closed ring without its repeated last vertex, and without vertices equal to the one before.
struct GridRing {
  std::size_t polygon = 0;  ///< which part of the area
  std::size_t ring = 0;     ///< 0 is the outer one
  std::vector<GridPoint> vertices;
  std::vector<std::size_t> positions;  ///< of each vertex in the document

  [[nodiscard]] GridPoint vertex(std::size_t i) const noexcept { return vertices[i % vertices.size()]; }
  [[nodiscard]] bool has_area() const noexcept;
};

[[nodiscard]] GridRing grid_ring(std::size_t polygon, std::size_t ring, std::span<const LonLat> positions,
                                 double near_lon);

enum class Whereabouts { inside, on_the_edge, outside };

/// Where a point lies relative to a ring that does not cross itself. Exact, O(vertices).
[[nodiscard]] Whereabouts locate(GridPoint point, std::span<const GridPoint> ring) noexcept;

}  // namespace haulwatch::registry
