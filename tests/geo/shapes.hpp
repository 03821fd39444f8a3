#pragma once

#include <haulwatch/geo/area.hpp>
#include <haulwatch/geo/corridor_index.hpp>
#include <haulwatch/geo/place_index.hpp>
#include <haulwatch/geo/segment.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <optional>
#include <random>
#include <vector>

/// Shapes to test with, and the slow search through all edges that answers the same questions.
namespace haulwatch::geo::test {

/// Random numbers of a named seed.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_{seed} {}
  double between(double low, double high) { return std::uniform_real_distribution<double>{low, high}(engine_); }
  int whole(int low, int high) { return std::uniform_int_distribution<int>{low, high}(engine_); }
  LocalPoint point(LocalPoint centre, double reach) {
    return centre + LocalPoint{between(-reach, reach), between(-reach, reach)};
  }

 private:
  std::mt19937_64 engine_;
};

inline Ring rectangle(double x0, double y0, double x1, double y1) {
  return {{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}};
}

/// A concave ring about `centre` with spikes between `least` and `most`.
inline Ring star(Dice& dice, LocalPoint centre, double least, double most, int vertices) {
  Ring ring;
  for (int i = 0; i < vertices; ++i) {
    const double angle = 2.0 * std::numbers::pi * i / vertices;
    const double radius = dice.between(least, most);
    ring.push_back(centre + radius * LocalPoint{std::cos(angle), std::sin(angle)});
  }
  return ring;
}

/// An area of one to three concave parts, half of them with a hole.
inline MultiPolygon some_area(Dice& dice, LocalPoint centre, double size) {
  MultiPolygon area;
  const int parts = dice.whole(1, 3);
  for (int i = 0; i < parts; ++i) {
    const LocalPoint middle = centre + LocalPoint{2.2 * size * i, 0.0};
    Polygon part{star(dice, middle, 0.5 * size, size, dice.whole(3, 24)), {}};
    if (part.outer.size() > 6 && dice.whole(0, 1) == 1)
      part.holes.push_back(star(dice, middle, 0.1 * size, 0.3 * size, dice.whole(3, 9)));
    area.push_back(part);
  }
  return area;
}

inline std::vector<MultiPolygon> some_areas(Dice& dice, int count, double spread) {
  std::vector<MultiPolygon> areas;
  for (int i = 0; i < count; ++i)
    areas.push_back(some_area(dice, dice.point({}, spread), std::exp(dice.between(std::log(20.0), std::log(3000.0)))));
  return areas;
}

inline Polyline some_line(Dice& dice, LocalPoint start, double step, int vertices) {
  Polyline line{start};
  double heading = dice.between(0.0, 6.28);
  while (static_cast<int>(line.size()) < vertices) {
    heading += dice.between(-0.8, 0.8);
    line.push_back(line.back() + dice.between(0.3, 1.0) * step * LocalPoint{std::cos(heading), std::sin(heading)});
  }
  return line;
}

template <class OnEdge>
void for_each_edge(const MultiPolygon& area, OnEdge on_edge) {
  const auto on_ring = [&](const Ring& ring) {
    for (std::size_t i = 0; i < ring.size(); ++i) on_edge(ring[i], ring[(i + 1) % ring.size()]);
  };
  for (const Polygon& part : area) {
    on_ring(part.outer);
    for (const Ring& hole : part.holes) on_ring(hole);
  }
}

inline std::vector<AreaHit> near_by_brute_force(const std::vector<MultiPolygon>& areas, LocalPoint p) {
  std::vector<AreaHit> hits;
  for (std::size_t i = 0; i < areas.size(); ++i) {
    const double d = signed_distance_m(areas[i], p);
    if (d < PlaceIndex::band_m) hits.push_back({static_cast<AreaIndex>(i), std::max(d, -PlaceIndex::band_m)});
  }
  return hits;
}

inline std::vector<AreaHit> near_by_index(const PlaceIndex& index, LocalPoint p) {
  std::vector<AreaHit> hits;
  index.for_each_near(p, [&](const AreaHit& hit) { hits.push_back(hit); });
  return hits;
}

inline std::vector<AreaCrossing> areas_crossed(const PlaceIndex& index, LocalPoint from, LocalPoint to) {
  std::vector<AreaCrossing> all;
  index.for_each_area_crossed(from, to, [&](const AreaCrossing& crossing) { all.push_back(crossing); });
  return all;
}

inline std::vector<LineCrossing> lines_crossed(const PlaceIndex& index, LocalPoint from, LocalPoint to) {
  std::vector<LineCrossing> all;
  index.for_each_line_crossed(from, to, [&](const LineCrossing& crossing) { all.push_back(crossing); });
  return all;
}

/// Cuts the chord at every edge that it meets and asks of the middle of each piece whether it is inside.
inline std::vector<AreaCrossing> areas_crossed_by_brute_force(const std::vector<MultiPolygon>& areas, LocalPoint from,
                                                              LocalPoint to) {
  std::vector<AreaCrossing> all;
  const double least = 1e-6 / std::max(1.0, distance(from, to));
  for (std::size_t i = 0; i < areas.size(); ++i) {
    std::vector<double> cuts{0.0, 1.0};
    for_each_edge(areas[i], [&](LocalPoint a, LocalPoint b) {
      if (const auto meeting = meeting_of(from, to, a, b)) cuts.push_back(meeting->on_first);
    });
    std::sort(cuts.begin(), cuts.end());
    std::vector<AreaCrossing> own;
    for (std::size_t k = 1; k < cuts.size(); ++k) {
      if (cuts[k] - cuts[k - 1] <= least || !contains(areas[i], from + (cuts[k] + cuts[k - 1]) / 2.0 * (to - from)))
        continue;
      if (!own.empty() && cuts[k - 1] - own.back().leaves <= least)
        own.back().leaves = cuts[k];
      else
        own.push_back({static_cast<AreaIndex>(i), cuts[k - 1], cuts[k], 0.0});
    }
    for (AreaCrossing& c : own) {
      c.depth_m = std::abs(signed_distance_m(areas[i], from + (c.enters + c.leaves) / 2.0 * (to - from)));
      all.push_back(c);
    }
  }
  std::sort(all.begin(), all.end(), [](const AreaCrossing& a, const AreaCrossing& b) {
    return a.enters != b.enters ? a.enters < b.enters : a.area < b.area;
  });
  return all;
}

/// A segment of a route as `CorridorPosition` numbers them.
struct PlainSegment {
  std::uint32_t number = 0;
  LocalPoint a;
  LocalPoint b;
  double chainage_m = 0.0;
};

inline std::vector<PlainSegment> plain_segments(const CorridorShape& route) {
  std::vector<PlainSegment> all;
  std::uint32_t number = 0;
  double chainage = 0.0;
  for (const Polyline& line : route.lines) {
    Polyline kept;
    for (const LocalPoint v : line)
      if (kept.empty() || !(v == kept.back())) kept.push_back(v);
    if (kept.size() == 1) kept.push_back(kept.front());
    for (std::size_t i = 1; i < kept.size(); ++i) {
      all.push_back({number++, kept[i - 1], kept[i], chainage});
      chainage += distance(kept[i - 1], kept[i]);
    }
    if (!kept.empty()) ++number;
  }
  return all;
}

/// Where `p` is on one segment.
inline CorridorPosition on_plain_segment(std::uint32_t route, const PlainSegment& s, LocalPoint p) {
  const SegmentFoot foot = nearest_on_segment(p, s.a, s.b);
  const double length = distance(s.a, s.b);
  const LocalPoint direction = length > 0.0 ? (1.0 / length) * (s.b - s.a) : LocalPoint{};
  return {route,         s.number, std::sqrt(foot.squared_distance_m2), s.chainage_m + foot.fraction * length,
          foot.fraction, direction};
}

inline std::optional<CorridorPosition> nearest_by_brute_force(const std::vector<CorridorShape>& routes, LocalPoint p,
                                                              double most = std::numeric_limits<double>::infinity()) {
  std::optional<CorridorPosition> best;
  for (std::size_t r = 0; r < routes.size(); ++r)
    for (const PlainSegment& s : plain_segments(routes[r])) {
      const CorridorPosition here = on_plain_segment(static_cast<std::uint32_t>(r), s, p);
      if (here.distance_m <= most && (!best || here.distance_m < best->distance_m)) best = here;
    }
  return best;
}

}  // namespace haulwatch::geo::test
