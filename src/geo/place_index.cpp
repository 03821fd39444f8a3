#include <haulwatch/geo/place_index.hpp>

#include <haulwatch/geo/detail/grid_walk.hpp>
#include <haulwatch/geo/detail/packed_tree.hpp>
#include <haulwatch/geo/detail/raster_painter.hpp>
#include <haulwatch/geo/detail/shape_edges.hpp>
#include <haulwatch/geo/detail/smallest_after.hpp>
#include <haulwatch/geo/detail/stretch_joiner.hpp>
#include <haulwatch/geo/segment.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <span>
#include <tuple>
#include <utility>

namespace haulwatch::geo {
namespace {

using detail::Edge;
using detail::EdgeChunk;
using detail::PackedTree;
using detail::ShapeEdges;
using detail::SmallestAfter;
using Raster = detail::ClearanceRaster;

bool is_finite(LocalPoint p) noexcept {
  return std::isfinite(p.x) && std::isfinite(p.y);
}

std::vector<detail::Box> boxes_of_chunks(const ShapeEdges& shapes) {
  std::vector<detail::Box> boxes;
  boxes.reserve(shapes.chunks().size());
  for (const EdgeChunk& chunk : shapes.chunks()) boxes.push_back(chunk.box);
  return boxes;
}

std::vector<detail::Box> boxes_of_shapes(const ShapeEdges& shapes) {
  std::vector<detail::Box> boxes;
  boxes.reserve(shapes.shape_count());
  for (std::uint32_t shape = 0; shape < shapes.shape_count(); ++shape) boxes.push_back(shapes.box_of(shape));
  return boxes;
}

/// What is known of a point and an area near it.
struct NearArea {
  AreaIndex area = 0;
  bool is_inside = false;   ///< of the shifted point
  double distance_m = 0.0;  ///< to the nearest edge; at least the band where that is beyond it
};

/// A border crossed, or an area that holds the chord's beginning. Its members have no defaults, so that work space for
/// many is not filled for nothing.
struct BorderEvent {
  AreaIndex area;
  double at;
  std::uint32_t edge;
  static constexpr double begins_inside = -1.0;

  friend bool operator<(const BorderEvent& a, const BorderEvent& b) noexcept {
    return std::tie(a.area, a.at, a.edge) < std::tie(b.area, b.at, b.edge);
  }
  friend bool operator==(const BorderEvent&, const BorderEvent&) = default;
};

/// An `AreaCrossing` whose depth nobody has measured yet; without defaults as above.
struct Stretch {
  AreaIndex area;
  double enters;
  double leaves;

  friend bool operator<(const Stretch& a, const Stretch& b) noexcept {
    return std::tie(a.enters, a.area) < std::tie(b.enters, b.area);
  }
};

struct LineHit {
  LineCrossing crossing;
  std::uint32_t edge = 0;

  friend bool operator<(const LineHit& a, const LineHit& b) noexcept {
    return std::tie(a.crossing.at, a.crossing.line, a.edge) < std::tie(b.crossing.at, b.crossing.line, b.edge);
  }
};

/// A list of fixed room that knows when it was not enough.
template <class T, std::size_t capacity>
class Bounded {
 public:
  void add(const T& item) noexcept {
    if (count_ < capacity) items_[count_] = item;
    ++count_;
  }
  [[nodiscard]] bool overflowed() const noexcept { return count_ > capacity; }
  [[nodiscard]] std::span<T> items() noexcept { return std::span{items_}.first(std::min(count_, capacity)); }

 private:
  std::array<T, capacity> items_;
  std::size_t count_ = 0;
};

using BorderEvents = Bounded<BorderEvent, 128>;

/// Up to this length the cells on a chord are looked at one by one; beyond, the R-tree is quicker.
constexpr double short_way_m = 8.0 * Raster::cell_m;

}  // namespace

struct PlaceIndex::Shapes {
  ShapeEdges areas;
  ShapeEdges lines;
  PackedTree area_boxes;
  PackedTree area_chunks;
  PackedTree line_chunks;

  Shapes(std::span<const MultiPolygon> area_shapes, std::span<const Polyline> line_shapes)
      : areas{area_shapes, "area"},
        lines{line_shapes, "line"},
        area_boxes{boxes_of_shapes(areas)},
        area_chunks{boxes_of_chunks(areas)},
        line_chunks{boxes_of_chunks(lines)} {}

  [[nodiscard]] std::vector<AreaIndex> areas_holding_shifted(LocalPoint p) const;
  template <class OnArea>
  void for_each_near(const Raster& raster, Raster::Cell cell, LocalPoint p, OnArea on_area) const;
  template <class OnArea>
  void for_each_listed(const Raster& raster, const Raster::NearRun* run, LocalPoint p, OnArea on_area) const;
  template <class OnArea>
  void for_each_in_tree(LocalPoint p, OnArea on_area) const;

  [[nodiscard]] BorderEvents borders_crossed(const Raster& raster, LocalPoint from, LocalPoint to) const;
  void add_if_crossed(AreaIndex area, std::uint32_t edge, LocalPoint from, LocalPoint to, BorderEvents& events) const;
  [[nodiscard]] bool add_borders_in_cells(const Raster& raster, LocalPoint from, LocalPoint to,
                                          BorderEvents& events) const;
  void add_borders_in_tree(LocalPoint from, LocalPoint to, BorderEvents& events) const;
  void give(const Stretch& stretch, LocalPoint from, LocalPoint to, detail::Sink<AreaCrossing> on_crossing) const;
  void search_whole_areas(LocalPoint from, LocalPoint to, detail::Sink<AreaCrossing> on_crossing) const;
  template <class Give>
  void for_each_stretch(AreaIndex area, LocalPoint from, LocalPoint to, Give give_stretch) const;
  [[nodiscard]] bool only_touches(const EdgeChunk& chunk, std::uint32_t edge, LocalPoint from, LocalPoint to) const;
};

std::vector<AreaIndex> PlaceIndex::Shapes::areas_holding_shifted(LocalPoint p) const {
  std::vector<AreaIndex> holding;
  area_boxes.for_each_in({p, p}, [&](AreaIndex area) {
    if (areas.holds_shifted(area, p)) holding.push_back(area);
  });
  std::sort(holding.begin(), holding.end());
  return holding;
}

template <class OnArea>
void PlaceIndex::Shapes::for_each_near(const Raster& raster, Raster::Cell cell, LocalPoint p, OnArea on_area) const {
  switch (cell.kind) {
    case Kind::clear:
      return;
    case Kind::inside:
      for (const AreaIndex area : raster.areas_of_set(cell.handle)) on_area(NearArea{area, true, band_m});
      return;
    case Kind::exact:
      return for_each_listed(raster, raster.runs(cell.handle), p, on_area);
    case Kind::coarse:
      return for_each_in_tree(p, on_area);
  }
}

/// The way from the cell's middle to `p` tells how inside and outside change between them; an edge that it crosses is
/// no farther from `p` than the middle is.
template <class OnArea>
void PlaceIndex::Shapes::for_each_listed(const Raster& raster, const Raster::NearRun* run, LocalPoint p,
                                         OnArea on_area) const {
  if (run == nullptr) return;
  const LocalPoint middle = raster.cell_centre(p);
  const double may_cross = squared_norm(p - middle) + 1e-3;
  for (bool is_last = false; !is_last;) {
    const AreaIndex area = run->area;
    bool is_inside = run->inside_at_centre != 0;
    double least = std::numeric_limits<double>::infinity();
    for (; !is_last && run->area == area; ++run) {
      for (const Edge& e : areas.edges().subspan(run->first_edge, run->edge_count)) {
        const double d2 = nearest_on_segment(p, e.a, e.b).squared_distance_m2;
        least = std::min(least, d2);
        if (d2 <= may_cross) is_inside ^= crosses(middle, p, e.a, e.b);
      }
      is_last = run->is_last != 0;
    }
    on_area(NearArea{area, is_inside, std::sqrt(least)});
  }
}

template <class OnArea>
void PlaceIndex::Shapes::for_each_in_tree(LocalPoint p, OnArea on_area) const {
  SmallestAfter<AreaIndex, 64, std::less<>> ascending;
  const detail::Box region = detail::Box{p, p}.grown_by(band_m);
  const auto offer_all = [&](auto& items) {
    area_boxes.for_each_in(region, [&](AreaIndex area) { items.offer(area); });
  };
  ascending.run(offer_all, [&](AreaIndex area) {
    on_area(NearArea{area, areas.holds_shifted(area, p), areas.distance_m(area, p)});
  });
}

PlaceIndex::PlaceIndex() : PlaceIndex{{}, {}} {}
PlaceIndex::~PlaceIndex() = default;
PlaceIndex::PlaceIndex(PlaceIndex&&) noexcept = default;
PlaceIndex& PlaceIndex::operator=(PlaceIndex&&) noexcept = default;

PlaceIndex::PlaceIndex(const std::vector<MultiPolygon>& areas, const std::vector<Polyline>& lines,
                       std::size_t most_blocks)
    : area_count_{areas.size()}, line_count_{lines.size()}, shapes_{std::make_unique<const Shapes>(areas, lines)} {
  const auto areas_at = [this](LocalPoint p) { return shapes_->areas_holding_shifted(p); };
  raster_ = detail::RasterPainter{shapes_->areas, shapes_->lines, areas_at, most_blocks}.paint();
}

void PlaceIndex::visit_near(LocalPoint p, Raster::Cell cell, detail::Sink<AreaHit> on_hit) const noexcept {
  shapes_->for_each_near(raster_, cell, p, [&](const NearArea& near) {
    const double clipped = std::min(near.distance_m, band_m);
    // An edge belongs to its area, whichever side of it the shift may have taken.
    if (near.is_inside && clipped > 0.0)
      on_hit({near.area, -clipped});
    else if (clipped < band_m)
      on_hit({near.area, clipped});
  });
}

BorderEvents PlaceIndex::Shapes::borders_crossed(const Raster& raster, LocalPoint from, LocalPoint to) const {
  BorderEvents events;
  const auto add_beginning = [&](const NearArea& near) {
    if (near.is_inside) events.add({near.area, BorderEvent::begins_inside, 0});
  };
  for_each_near(raster, raster.at(from), from, add_beginning);
  const bool is_short = squared_norm(to - from) <= short_way_m * short_way_m;
  if (is_short && add_borders_in_cells(raster, from, to, events)) return events;
  events = {};
  for_each_near(raster, raster.at(from), from, add_beginning);
  add_borders_in_tree(from, to, events);
  return events;
}

void PlaceIndex::Shapes::add_if_crossed(AreaIndex area, std::uint32_t edge, LocalPoint from, LocalPoint to,
                                        BorderEvents& events) const {
  const Edge& e = areas.edges()[edge];
  if (crosses(from, to, e.a, e.b)) events.add({area, crossing_fraction(from, to, e.a, e.b), edge});
}

/// Every edge that the chord crosses is listed in the cell where it does; one that is listed in several is added for
/// each. \returns false when a cell has no list, for want of memory
bool PlaceIndex::Shapes::add_borders_in_cells(const Raster& raster, LocalPoint from, LocalPoint to,
                                              BorderEvents& events) const {
  constexpr double slack_m = 1e-3;
  constexpr double cell_m = Raster::cell_m;
  bool is_complete = true;
  const Raster::NearRun* last_list = nullptr;
  const auto on_row = [&](std::int64_t row, std::int64_t first, std::int64_t last) {
    for (std::int64_t column = first; column <= last; ++column) {
      const LocalPoint middle{(static_cast<double>(column) + 0.5) * cell_m, (static_cast<double>(row) + 0.5) * cell_m};
      const Raster::Cell cell = raster.at(middle);
      is_complete = is_complete && cell.kind != Kind::coarse;
      const Raster::NearRun* run = cell.kind == Kind::exact ? raster.runs(cell.handle) : nullptr;
      if (run == nullptr || std::exchange(last_list, run) == run) continue;
      for (bool is_last = false; !is_last; is_last = run++->is_last != 0)
        for (std::uint32_t i = 0; i < run->edge_count; ++i)
          add_if_crossed(run->area, run->first_edge + i, from, to, events);
    }
  };
  constexpr auto any_row = std::numeric_limits<std::int64_t>::max();
  detail::for_each_row_near(from, to, slack_m, cell_m, -any_row, any_row, on_row);
  return is_complete && !events.overflowed();
}

void PlaceIndex::Shapes::add_borders_in_tree(LocalPoint from, LocalPoint to, BorderEvents& events) const {
  area_chunks.for_each_on(from, to, [&](std::uint32_t number) {
    const EdgeChunk& chunk = areas.chunks()[number];
    for (std::uint32_t i = 0; i < chunk.edge_count; ++i)
      add_if_crossed(chunk.shape, chunk.first_edge + i, from, to, events);
  });
}

void PlaceIndex::Shapes::give(const Stretch& stretch, LocalPoint from, LocalPoint to,
                              detail::Sink<AreaCrossing> on_crossing) const {
  const LocalPoint middle = from + (stretch.enters + stretch.leaves) / 2.0 * (to - from);
  on_crossing({stretch.area, stretch.enters, stretch.leaves, areas.distance_m(stretch.area, middle)});
}

void PlaceIndex::visit_areas_crossed(LocalPoint from, LocalPoint to,
                                     detail::Sink<AreaCrossing> on_crossing) const noexcept {
  if (!is_finite(from) || !is_finite(to)) return;
  const Raster::Cell start = raster_.at(from);
  if (start.kind == Kind::inside && is_within_clearance(start, raster_.at(to), from, to)) {
    for (const AreaIndex area : raster_.areas_of_set(start.handle))
      shapes_->give({area, 0.0, 1.0}, from, to, on_crossing);
    return;
  }
  BorderEvents events = shapes_->borders_crossed(raster_, from, to);
  if (events.overflowed()) return shapes_->search_whole_areas(from, to, on_crossing);

  std::span<BorderEvent> all = events.items();
  std::sort(all.begin(), all.end());
  all = all.first(static_cast<std::size_t>(std::unique(all.begin(), all.end()) - all.begin()));
  Bounded<Stretch, 128> stretches;
  const double tolerance = detail::rounding_share(distance(from, to));
  for (std::size_t i = 0; i < all.size();) {
    const AreaIndex area = all[i].area;
    const auto keep = [&](double enters, double leaves) { stretches.add({area, enters, leaves}); };
    const bool begins_inside = all[i].at == BorderEvent::begins_inside;
    detail::StretchJoiner joiner{begins_inside, tolerance};
    for (i += begins_inside ? 1 : 0; i < all.size() && all[i].area == area; ++i) joiner.cross(all[i].at, keep);
    joiner.end(keep);
  }
  const std::span<Stretch> in_order = stretches.items();
  std::sort(in_order.begin(), in_order.end());
  for (const Stretch& stretch : in_order) shapes_->give(stretch, from, to, on_crossing);
}

void PlaceIndex::Shapes::search_whole_areas(LocalPoint from, LocalPoint to,
                                            detail::Sink<AreaCrossing> on_crossing) const {
  SmallestAfter<Stretch, 64, std::less<>> in_order;
  const auto offer_all = [&](auto& items) {
    area_boxes.for_each_on(from, to, [&](AreaIndex area) {
      for_each_stretch(area, from, to, [&](double enters, double leaves) { items.offer({area, enters, leaves}); });
    });
  };
  in_order.run(offer_all, [&](const Stretch& stretch) { give(stretch, from, to, on_crossing); });
}

/// One pass over the area's edges for each of its crossings: slow, and in need of no memory.
template <class Give>
void PlaceIndex::Shapes::for_each_stretch(AreaIndex area, LocalPoint from, LocalPoint to, Give give_stretch) const {
  using Key = std::pair<double, std::size_t>;
  constexpr Key none{std::numeric_limits<double>::infinity(), 0};
  const std::span<const Edge> edges = areas.edges_of(area);
  detail::StretchJoiner joiner{areas.holds_shifted(area, from), detail::rounding_share(distance(from, to))};
  for (Key last{-1.0, 0};;) {
    Key next = none;
    for (std::size_t i = 0; i < edges.size(); ++i) {
      if (!crosses(from, to, edges[i].a, edges[i].b)) continue;
      const Key key{crossing_fraction(from, to, edges[i].a, edges[i].b), i};
      if (last < key && key < next) next = key;
    }
    if (next == none) break;
    joiner.cross(next.first, give_stretch);
    last = next;
  }
  joiner.end(give_stretch);
}

/// For an edge that the chord crosses: true when it does so exactly at a vertex, and the line then goes back to the
/// side from which it came, or ends.
bool PlaceIndex::Shapes::only_touches(const EdgeChunk& chunk, std::uint32_t edge, LocalPoint from,
                                      LocalPoint to) const {
  const std::span<const Edge> line = lines.edges_of(chunk.shape);
  const bool is_closed = line.front().a == line.back().b;
  const std::size_t here = edge - lines.first_edge_of(chunk.shape);
  const auto on_chord = [&](LocalPoint v) { return orientation(from, to, v) == 0; };
  if (!on_chord(line[here].a) && !on_chord(line[here].b)) return false;
  // The other end of a crossed edge is off the chord, so both walks end before they come round to it.
  std::size_t other = here;
  if (on_chord(line[here].b)) {
    while (on_chord(line[other].b)) {
      if (other + 1 == line.size() && !is_closed) return true;
      other = other + 1 == line.size() ? 0 : other + 1;
    }
  } else {
    while (on_chord(line[other].a)) {
      if (other == 0 && !is_closed) return true;
      other = other == 0 ? line.size() - 1 : other - 1;
    }
  }
  return other != here && crosses(from, to, line[other].a, line[other].b);
}

void PlaceIndex::visit_lines_crossed(LocalPoint from, LocalPoint to,
                                     detail::Sink<LineCrossing> on_crossing) const noexcept {
  if (!is_finite(from) || !is_finite(to)) return;
  const ShapeEdges& lines = shapes_->lines;
  SmallestAfter<LineHit, 64, std::less<>> in_order;
  const auto offer_all = [&](auto& items) {
    shapes_->line_chunks.for_each_on(from, to, [&](std::uint32_t number) {
      const EdgeChunk& chunk = lines.chunks()[number];
      for (std::uint32_t i = chunk.first_edge; i < chunk.first_edge + chunk.edge_count; ++i) {
        const Edge& e = lines.edges()[i];
        if (!crosses(from, to, e.a, e.b) || shapes_->only_touches(chunk, i, from, to)) continue;
        const bool from_left = side_of_shifted(e.a, e.b, from) > 0;
        items.offer(LineHit{{chunk.shape, crossing_fraction(from, to, e.a, e.b), from_left}, i});
      }
    });
  };
  in_order.run(offer_all, [&](const LineHit& hit) { on_crossing(hit.crossing); });
}

double PlaceIndex::signed_distance(AreaIndex area, LocalPoint p) const noexcept {
  const double d = shapes_->areas.distance_m(area, p);
  return d > 0.0 && shapes_->areas.holds_shifted(area, p) ? -d : d;
}

std::size_t PlaceIndex::memory_bytes() const noexcept {
  return sizeof(*this) + sizeof(Shapes) + raster_.memory_bytes() + shapes_->areas.memory_bytes() +
         shapes_->lines.memory_bytes() + shapes_->area_boxes.memory_bytes() + shapes_->area_chunks.memory_bytes() +
         shapes_->line_chunks.memory_bytes();
}

}  // namespace haulwatch::geo
