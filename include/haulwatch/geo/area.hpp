#pragma once

#include <haulwatch/geo/shape.hpp>

namespace haulwatch::geo {

/// True when `p` lies in the area or exactly on an edge of it, by the even-odd rule over all its rings.
/// NaN is nowhere. Exact; O(vertices).
[[nodiscard]] bool contains(const MultiPolygon& area, LocalPoint p) noexcept;

/// Distance to the nearest edge of any ring in metres: negative inside, 0 on an edge, NaN for NaN, infinite for an area
/// without vertices. Brute force over all edges in double: the truth that the indices are tested against. O(vertices).
[[nodiscard]] double signed_distance_m(const MultiPolygon& area, LocalPoint p) noexcept;

}  // namespace haulwatch::geo
