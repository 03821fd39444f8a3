#pragma once

#include <haulwatch/geo/detail/sink.hpp>
#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/geo/shape.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace haulwatch::geo {

/// A route as drawn, and how far from its line one may be.
struct CorridorShape {
  std::vector<Polyline> lines;
  double half_width_m = 0.0;
  bool one_way = false;
};

/// The place on a route's segment that is nearest to some point.
struct CorridorPosition {
  std::uint32_t route = 0;
  /// The vertex with which the segment begins, counted from 0 through all lines of the route; a vertex that repeats the
  /// one before it (to a micrometre) is not counted, and the last of a line begins no segment.
  std::uint32_t segment = 0;
  double distance_m = 0.0;  ///< from the point; NaN when the point's is: compare so that NaN means 'outside'
  double chainage_m = 0.0;  ///< along the route from its start; a gap between two lines has no length
  double along = 0.0;       ///< fraction of the segment, 0 to 1
  LocalPoint direction;     ///< of the segment as drawn, of length 1; (0, 0) where a line is but one place
};

/// Where on which route a point is.
///
/// Distances are to segments, never to vertices only. Of places equally near, the one on the smaller route number and
/// then on the smaller segment number counts. All in double: a distance differs from that of a search through all
/// segments by at most 2 micrometres (repeated vertices), else by rounding alone.
///
/// Memory: 32 B a segment, 5 B of boxes and some 6 B of R-tree. Threads: immutable; any number may read at once. No
/// query allocates or throws.
class CorridorIndex {
 public:
  CorridorIndex();

  /// Throws `Error` for a coordinate that is not finite or beyond 1e8 m. Time: about 0.1 µs a segment.
  explicit CorridorIndex(const std::vector<CorridorShape>& routes);

  ~CorridorIndex();
  CorridorIndex(CorridorIndex&&) noexcept;
  CorridorIndex& operator=(CorridorIndex&&) noexcept;

  /// How far `match_near_cursor` looks: at 10 s and 20 m/s a truck passes some two segments of 100 m.
  static constexpr int steps_forward = 4;
  static constexpr int steps_back = 1;

  /// Follows a point along the route from where it was last: measures the cursor's segment; while the foot of the
  /// perpendicular lies past a segment's end goes on, up to 4 segments, or, where it lies before the cursor's start,
  /// back by one; and gives the nearest of the segments measured. Touches no index: 10 ns where the route is in the
  /// cache.
  ///
  /// The answer is a place on the route, not always the nearest: when `distance_m` is too large, ask
  /// `nearest_on_route`. \param cursor a position that this index gave (only `route` and `segment` are read)
  [[nodiscard]] CorridorPosition match_near_cursor(const CorridorPosition& cursor, LocalPoint p) const noexcept {
    const Vertex* at = vertices_.data() + first_vertex_[cursor.route] + cursor.segment;
    const Foot here = foot_on(at, p);
    Foot best = here;
    if (here.beyond > 1.0)
      best = best_forward(here, first_vertex_[cursor.route + 1], p);
    else if (here.beyond < 0.0)
      best = best_back(here, first_vertex_[cursor.route], p);
    return position(cursor.route, best);
  }

  /// Nothing when the route has no segment, or for NaN. O(segments / 8) at worst.
  [[nodiscard]] std::optional<CorridorPosition> nearest_on_route(std::uint32_t route, LocalPoint p) const noexcept;

  /// Nearest of the routes named; the order in which they are named does not matter.
  [[nodiscard]] std::optional<CorridorPosition> nearest_among(std::span<const std::uint32_t> routes,
                                                              LocalPoint p) const noexcept;

  /// Nearest of all routes, if any is at most `max_distance_m` (which may be infinite) away. R-tree: O(log n).
  [[nodiscard]] std::optional<CorridorPosition> nearest(LocalPoint p, double max_distance_m) const noexcept;

  /// Calls `on_candidate(CorridorPosition)` for each segment of any route at most `radius_m` from `p`, in no order that
  /// has a meaning (the same each time). On a route that goes out and back, or crosses itself, the right place is the
  /// one that agrees with heading and progress, which need not be the nearest.
  template <class OnCandidate>
  void for_each_within(LocalPoint p, double radius_m, OnCandidate&& on_candidate) const noexcept {
    visit_within(p, radius_m, detail::Sink<CorridorPosition>{on_candidate});
  }

  /// The same on one route, by ascending segment. O(segments / 8) at worst.
  template <class OnCandidate>
  void for_each_within(std::uint32_t route, LocalPoint p, double radius_m, OnCandidate&& on_candidate) const noexcept {
    visit_within(route, p, radius_m, detail::Sink<CorridorPosition>{on_candidate});
  }

  [[nodiscard]] std::size_t route_count() const noexcept { return half_width_.size(); }
  [[nodiscard]] double length_m(std::uint32_t route) const noexcept;
  [[nodiscard]] double half_width_m(std::uint32_t route) const noexcept { return half_width_[route]; }
  /// Of all routes; 0 without any.
  [[nodiscard]] double widest_half_width_m() const noexcept { return widest_half_width_m_; }
  [[nodiscard]] bool one_way(std::uint32_t route) const noexcept { return one_way_[route] != 0; }
  [[nodiscard]] std::size_t memory_bytes() const noexcept;

 private:
  /// A vertex and, with the one after it, a segment: two to a cache line.
  struct Vertex {
    LocalPoint at;
    double chainage_m = 0.0;
    double inverse_square = 0.0;  ///< 1 / length² of the segment that begins here; 0 for one of no length, `ends_line`
  };
  static constexpr double ends_line = -1.0;

  struct Foot {
    const Vertex* start = nullptr;
    double beyond = 0.0;  ///< fraction of the segment, not kept within 0 to 1
    double squared_m2 = 0.0;
  };

  /// Without a branch: where along a route a truck is cannot be foretold. Measured from the nearer end, so that an end
  /// is met exactly and two segments that share a vertex give the same distance to it.
  [[nodiscard]] static Foot foot_on(const Vertex* start, LocalPoint p) noexcept {
    const LocalPoint d = start[1].at - start->at;
    const double t = dot(p - start->at, d) * start->inverse_square;
    const std::size_t nearer = t > 0.5 ? 1 : 0;
    const double from_nearer = within_segment(t) - static_cast<double>(nearer);
    return {start, t, squared_norm(p - (start[nearer].at + from_nearer * d))};
  }
  [[nodiscard]] static double within_segment(double t) noexcept {
    const double not_before = t < 0.0 ? 0.0 : t;
    return not_before > 1.0 ? 1.0 : not_before;
  }

  [[nodiscard]] Foot best_forward(Foot from, std::uint32_t end_of_route, LocalPoint p) const noexcept {
    Foot best = from;
    Foot last = from;
    const Vertex* const end = vertices_.data() + end_of_route;
    for (int step = 0; step < steps_forward && last.beyond > 1.0; ++step) {
      const Vertex* next = last.start + 1;
      if (next->inverse_square == ends_line) ++next;
      if (next == end) break;
      last = foot_on(next, p);
      if (last.squared_m2 < best.squared_m2) best = last;
    }
    return best;
  }

  [[nodiscard]] Foot best_back(Foot from, std::uint32_t start_of_route, LocalPoint p) const noexcept {
    const Vertex* const start = vertices_.data() + start_of_route;
    Foot best = from;
    Foot last = from;
    for (int step = 0; step < steps_back && last.beyond < 0.0 && last.start != start; ++step) {
      const Vertex* before = last.start - 1;
      if (before->inverse_square == ends_line) --before;
      last = foot_on(before, p);
      if (last.squared_m2 <= best.squared_m2) best = last;
    }
    return best;
  }

  [[nodiscard]] CorridorPosition position(std::uint32_t route, const Foot& foot) const noexcept {
    const Vertex& start = *foot.start;
    const Vertex& end = foot.start[1];
    const double t = within_segment(foot.beyond);
    return {.route = route,
            .segment = static_cast<std::uint32_t>(foot.start - vertices_.data()) - first_vertex_[route],
            .distance_m = std::sqrt(foot.squared_m2),
            .chainage_m = start.chainage_m + t * (end.chainage_m - start.chainage_m),
            .along = t,
            .direction = std::sqrt(start.inverse_square) * (end.at - start.at)};
  }

  struct Chunk;
  struct Tree;
  void add_route(const CorridorShape& shape);
  void add_line(const Polyline& line);
  void add_chunks(std::uint32_t route);
  template <class OnFoot>
  void for_each_foot(const Chunk& chunk, LocalPoint p, OnFoot on_foot) const noexcept;
  void nearest_in_route(std::uint32_t route, LocalPoint p, std::optional<Foot>& best,
                        std::uint32_t& best_route) const noexcept;
  [[nodiscard]] std::optional<CorridorPosition> nearest_in_box(LocalPoint p, double radius_m) const noexcept;
  void visit_within(LocalPoint p, double radius_m, detail::Sink<CorridorPosition> on_candidate) const noexcept;
  void visit_within(std::uint32_t route, LocalPoint p, double radius_m,
                    detail::Sink<CorridorPosition> on_candidate) const noexcept;

  std::vector<Vertex> vertices_;
  std::vector<std::uint32_t> first_vertex_{0};
  std::vector<double> half_width_;
  double widest_half_width_m_ = 0.0;
  std::vector<std::uint8_t> one_way_;
  std::vector<Chunk> chunks_;
  std::vector<std::uint32_t> first_chunk_{0};
  std::unique_ptr<const Tree> tree_;
};

}  // namespace haulwatch::geo
