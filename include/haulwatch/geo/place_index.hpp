#pragma once

#include <haulwatch/geo/detail/clearance_raster.hpp>
#include <haulwatch/geo/detail/sink.hpp>
#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/geo/shape.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace haulwatch::geo {

/// Number of an area (site or zone) in the order in which it was given to the `PlaceIndex`.
using AreaIndex = std::uint32_t;
/// Number of a gate line in the order in which it was given to the `PlaceIndex`.
using LineIndex = std::uint32_t;

/// An area near a point.
struct AreaHit {
  AreaIndex area = 0;
  double signed_distance_m = 0.0;  ///< to the nearest edge, negative inside; clipped to ± `PlaceIndex::band_m`
};

/// A stretch of a chord that lies inside an area, as fractions of the chord's length.
struct AreaCrossing {
  AreaIndex area = 0;
  double enters = 0.0;
  double leaves = 1.0;
  double depth_m = 0.0;  ///< distance to the nearest edge at the middle of the stretch: how clearly it was inside
};

/// A point where a chord crosses a gate line.
struct LineCrossing {
  LineIndex line = 0;
  double at = 0.0;             ///< fraction of the chord's length
  bool left_to_right = false;  ///< seen when walking along the line: the chord goes from its left to its right side
};

/// Which areas (sites, zones) and gate lines are near a place or on the way between two.
///
/// A packed R-tree holds the shapes. When the index is built they are painted into a raster of 64 m cells, so that
/// nearly every fix is answered by one look-up; only cells near an edge go on to exact tests, on the few edges that are
/// near. Every answer is that of a search through all edges; nothing but the `false` of `nothing_near` and
/// `clearance_m` depends on where cells lie.
///
/// Area: inside by the even-odd rule over all rings of all parts, each edge counting as inside. A `p` with a NaN is
/// nowhere: nothing is near it, and nothing is crossed on the way to it.
///
/// A point exactly on an edge or a line, a chord exactly through a vertex: all fixes are thought moved by one
/// infinitesimal step (see `side_of_shifted`). So a way through a line by way of fixes exactly on it crosses it once,
/// and what one chord calls inside at its end the next calls inside at its start.
///
/// Memory: 64 B an edge, 4.9 KB for each 4 km block with an edge in or near it, some 20 B for each cell near an edge,
/// and 16 KB for each 262 km square with such a block. Where this would take more than `most_blocks` blocks, the blocks
/// with the fewest edges are answered by the R-tree (some 0.5 µs a fix). Threads: immutable; any number may read at
/// once. No query allocates or throws.
class PlaceIndex {
 public:
  /// Distances are exact within this of an edge, and clipped to it beyond.
  static constexpr double band_m = detail::ClearanceRaster::band_m;
  /// `clearance_m` never tells more.
  static constexpr double most_clearance_m = detail::ClearanceRaster::reach_m;
  /// 160 MB of raster: 1 M km² with edges all over.
  static constexpr std::size_t default_most_blocks = 32768;

  /// A place, looked up once for all that is asked of it. \pre asked of the index that gave it
  class Spot {
   public:
    Spot() = default;

   private:
    friend class PlaceIndex;
    Spot(LocalPoint at, detail::ClearanceRaster::Cell cell) noexcept : at_{at}, cell_{cell} {}
    LocalPoint at_;
    detail::ClearanceRaster::Cell cell_;
  };

  PlaceIndex();

  /// Throws `Error` for a coordinate that is not finite or beyond 1e8 m. Time: about 1 µs an edge where edges are 50 m.
  explicit PlaceIndex(const std::vector<MultiPolygon>& areas, const std::vector<Polyline>& lines = {},
                      std::size_t most_blocks = default_most_blocks);

  ~PlaceIndex();
  PlaceIndex(PlaceIndex&&) noexcept;
  PlaceIndex& operator=(PlaceIndex&&) noexcept;

  /// True only when no area contains `p` and none is within `band_m`: one look-up. False promises nothing.
  [[nodiscard]] bool nothing_near(LocalPoint p) const noexcept { return nothing_near(spot(p)); }
  [[nodiscard]] bool nothing_near(const Spot& spot) const noexcept {
    const detail::ClearanceRaster::Cell cell = spot.cell_;
    return cell.kind == Kind::clear || (cell.kind == Kind::exact && raster_.runs(cell.handle) == nullptr);
  }

  [[nodiscard]] Spot spot(LocalPoint p) const noexcept { return {p, raster_.at(p)}; }

  /// Within this of `p` no area comes into or out of its band and no line lies: whatever `for_each_near` gives at `p`
  /// it gives, clipped distances included, as long as no farther has been gone. A lower bound in steps of 64 m, 0 near
  /// edges and lines: one look-up.
  [[nodiscard]] double clearance_m(LocalPoint p) const noexcept { return clearance_m(spot(p)); }
  [[nodiscard]] double clearance_m(const Spot& spot) const noexcept { return raster_.clearance_m(spot.cell_); }

  /// True only when neither end lies in an area, and no edge and no line on the way between them or near it: two
  /// look-ups. False promises nothing.
  [[nodiscard]] bool nothing_between(LocalPoint from, LocalPoint to) const noexcept {
    const detail::ClearanceRaster::Cell start = raster_.at(from);
    const detail::ClearanceRaster::Cell end = raster_.at(to);
    return start.kind == Kind::clear && end.kind == Kind::clear && is_within_clearance(start, end, from, to);
  }

  /// Calls `on_hit(AreaHit)` for each area that contains `p` or is less than `band_m` away, by ascending `AreaIndex`.
  template <class OnHit>
  void for_each_near(LocalPoint p, OnHit&& on_hit) const noexcept {
    for_each_near(spot(p), on_hit);
  }
  template <class OnHit>
  void for_each_near(const Spot& spot, OnHit&& on_hit) const noexcept {
    const detail::ClearanceRaster::Cell cell = spot.cell_;
    if (cell.kind == Kind::clear) return;
    if (cell.kind == Kind::inside) {
      for (const AreaIndex area : raster_.areas_of_set(cell.handle)) on_hit(AreaHit{area, -band_m});
      return;
    }
    visit_near(spot.at_, cell, detail::Sink<AreaHit>{on_hit});
  }

  /// Calls `on_crossing(AreaCrossing)` for each maximal stretch of the chord that lies inside an area, those that begin
  /// or end with the chord included, ordered by (`enters`, `area`). Stretches, and gaps between them, of less than a
  /// micrometre are taken for rounding.
  ///
  /// A chord shorter than the clearances at its ends together costs two look-ups (and one distance for each area that
  /// it lies in); others an R-tree query. Of more than 128 crossings the work space has no room: then each area on the
  /// way is searched whole, with the same answer, in time O(its edges x its stretches).
  template <class OnCrossing>
  void for_each_area_crossed(LocalPoint from, LocalPoint to, OnCrossing&& on_crossing) const noexcept {
    const detail::ClearanceRaster::Cell start = raster_.at(from);
    const detail::ClearanceRaster::Cell end = raster_.at(to);
    if (start.kind == Kind::clear && end.kind == Kind::clear && is_within_clearance(start, end, from, to)) return;
    visit_areas_crossed(from, to, detail::Sink<AreaCrossing>{on_crossing});
  }

  /// Calls `on_crossing(LineCrossing)` each time the chord changes sides of a line, ordered by (`at`, `line`).
  ///
  /// A chord that touches a vertex and comes back on the same side, or passes exactly through an end of the line, does
  /// not cross it. A fix exactly on a line has one side (see above): chords that share it cross once in all when the
  /// way leads through, not at all or twice, to and fro, when it turns back.
  template <class OnCrossing>
  void for_each_line_crossed(LocalPoint from, LocalPoint to, OnCrossing&& on_crossing) const noexcept {
    if (line_count_ == 0 || is_within_clearance(raster_.at(from), raster_.at(to), from, to)) return;
    visit_lines_crossed(from, to, detail::Sink<LineCrossing>{on_crossing});
  }

  /// Metres to the nearest edge, not clipped: negative inside, 0 on an edge, NaN for NaN, infinite for an area without
  /// edges. O(edges of the area), 16 at a time.
  [[nodiscard]] double signed_distance(AreaIndex area, LocalPoint p) const noexcept;

  [[nodiscard]] std::size_t area_count() const noexcept { return area_count_; }
  [[nodiscard]] std::size_t line_count() const noexcept { return line_count_; }
  [[nodiscard]] std::size_t memory_bytes() const noexcept;

 private:
  using Kind = detail::ClearanceRaster::Kind;
  struct Shapes;

  /// The circles of clearance about both ends cover the chord.
  [[nodiscard]] bool is_within_clearance(detail::ClearanceRaster::Cell start, detail::ClearanceRaster::Cell end,
                                         LocalPoint from, LocalPoint to) const noexcept {
    const double clearance = raster_.clearance_m(start) + raster_.clearance_m(end);
    return squared_norm(to - from) < clearance * clearance;
  }
  void visit_near(LocalPoint p, detail::ClearanceRaster::Cell cell, detail::Sink<AreaHit> on_hit) const noexcept;
  void visit_areas_crossed(LocalPoint from, LocalPoint to, detail::Sink<AreaCrossing> on_crossing) const noexcept;
  void visit_lines_crossed(LocalPoint from, LocalPoint to, detail::Sink<LineCrossing> on_crossing) const noexcept;

  detail::ClearanceRaster raster_;
  std::size_t area_count_ = 0;
  std::size_t line_count_ = 0;
  std::unique_ptr<const Shapes> shapes_;
};

}  // namespace haulwatch::geo
