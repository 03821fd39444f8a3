#pragma once

#include <haulwatch/geo/local_frame.hpp>

#include <algorithm>
#include <cmath>
#include <optional>

namespace haulwatch::geo {

/// The place on a segment that is nearest to a point.
struct SegmentFoot {
  double fraction = 0.0;             ///< along the segment, 0 to 1; 0 on a segment of no length
  double squared_distance_m2 = 0.0;  ///< NaN where a coordinate is: compare so that NaN means 'not near'
};

/// Nearest place to `p` on the segment from `a` to `b`. Ends are met exactly: two segments that share a vertex give the
/// same distance where that vertex is nearest.
[[nodiscard]] inline SegmentFoot nearest_on_segment(LocalPoint p, LocalPoint a, LocalPoint b) noexcept {
  const LocalPoint d = b - a;
  const double length2 = squared_norm(d);
  const double along = dot(p - a, d);
  if (!(along > 0.0)) return {0.0, squared_norm(p - a)};
  if (along >= length2) return {1.0, squared_norm(p - b)};
  // By the area spanned, not by the foot: a point exactly on an upright or level segment is at distance 0 exactly.
  const double spanned = cross(d, p - a);
  return {along / length2, spanned * spanned / length2};
}

namespace detail {
/// The sign that `orientation` asks for, in exact arithmetic; some 100 times slower than its first guess.
[[nodiscard]] int exact_orientation(LocalPoint a, LocalPoint b, LocalPoint c) noexcept;
}  // namespace detail

/// +1 when `c` lies left of the way from `a` to `b`, -1 when right, 0 when exactly on the line (or a coordinate is
/// NaN).
///
/// Exact for all finite input that neither overflows nor underflows, so that several tests about the same vertices
/// never contradict each other. The error bound of the quick answer is that of Shewchuk, Adaptive Precision
/// Floating-Point Arithmetic and Fast Robust Geometric Predicates (1997), section 4.3.
[[nodiscard]] inline int orientation(LocalPoint a, LocalPoint b, LocalPoint c) noexcept {
  const double left = (b.x - a.x) * (c.y - a.y);
  const double right = (b.y - a.y) * (c.x - a.x);
  const double determinant = left - right;
  const double bound = 3.3306690738754716e-16 * (std::abs(left) + std::abs(right));
  if (determinant > bound) return 1;
  if (determinant < -bound) return -1;
  // A product is zero only when one of its differences is, and a difference is zero only between equals.
  if (left == 0.0 && right == 0.0) return 0;
  return detail::exact_orientation(a, b, c);
}

/// Side of `p` seen from `a` towards `b`, +1 left or -1 right, where `p` is thought moved by an infinitesimal step
/// north and a far smaller one east: nothing but a segment of no length is ever without a side (0).
///
/// With this one shift for every point, a point on an edge has one side and not two or none, a chord through a vertex
/// crosses one of its edges and not both or none, and chords that share an end agree about it (simulation of
/// simplicity, Edelsbrunner and Mücke 1990). Which side it is has no meaning of its own.
[[nodiscard]] inline int side_of_shifted(LocalPoint a, LocalPoint b, LocalPoint p) noexcept {
  if (const int side = orientation(a, b, p); side != 0) return side;
  if (a.x != b.x) return b.x > a.x ? 1 : -1;
  if (a.y != b.y) return b.y > a.y ? -1 : 1;
  return 0;
}

/// Side of the vertex `v` seen from the shifted `from` towards the shifted `to` (see `side_of_shifted`): against a
/// chord that moves, what stays moves the other way.
[[nodiscard]] inline int side_from_shifted(LocalPoint from, LocalPoint to, LocalPoint v) noexcept {
  if (const int side = orientation(from, to, v); side != 0) return side;
  if (from.x != to.x) return to.x > from.x ? -1 : 1;
  if (from.y != to.y) return to.y > from.y ? 1 : -1;
  return 0;
}

/// True when the chord between the shifted `from` and `to` (see `side_of_shifted`) crosses the segment from `a` to `b`.
/// Exact. False when a coordinate is NaN, and when the chord or the segment has no length.
[[nodiscard]] inline bool crosses(LocalPoint from, LocalPoint to, LocalPoint a, LocalPoint b) noexcept {
  return side_of_shifted(a, b, from) != side_of_shifted(a, b, to) &&
         side_from_shifted(from, to, a) != side_from_shifted(from, to, b);
}

/// Where a chord that crosses a segment (see `crosses`) does so, as a fraction of the chord, 0 to 1.
/// Error: some 1e-16 of the coordinates, divided by the sine of the angle between the two.
[[nodiscard]] inline double crossing_fraction(LocalPoint from, LocalPoint to, LocalPoint a, LocalPoint b) noexcept {
  const double before = cross(b - a, from - a);
  const double after = cross(b - a, to - a);
  const double t = before / (before - after);
  return std::isfinite(t) ? std::clamp(t, 0.0, 1.0) : 0.0;
}

/// Where two segments meet.
struct SegmentMeeting {
  double on_first = 0.0;   ///< fraction of the first
  double on_second = 0.0;  ///< fraction of the second
};

/// Where the segments `a0`–`a1` and `b0`–`b1`, ends included, have a point in common; on overlapping segments the one
/// with the least fraction of the first. Nothing when they have none or a coordinate is NaN. Exact in the decision.
[[nodiscard]] std::optional<SegmentMeeting> meeting_of(LocalPoint a0, LocalPoint a1, LocalPoint b0,
                                                       LocalPoint b1) noexcept;

/// True when `p` lies exactly on the segment from `a` to `b`, ends included.
[[nodiscard]] inline bool is_on_segment(LocalPoint p, LocalPoint a, LocalPoint b) noexcept {
  return std::min(a.x, b.x) <= p.x && p.x <= std::max(a.x, b.x) && std::min(a.y, b.y) <= p.y &&
         p.y <= std::max(a.y, b.y) && orientation(a, b, p) == 0;
}

}  // namespace haulwatch::geo
