#include "road_builder.hpp"

#include <haulwatch/simulation/elementary.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

namespace haulwatch::simulation {

namespace {

using geo::LocalPoint;

constexpr double vertex_spacing_m = 95.0;
/// How far roads swing aside in one, two… half waves from end to end, each in proportion to the first.
constexpr std::array<double, 6> share_of_swing{1.0, 0.45, 0.3, 0.22, 0.16, 0.12};

/// Which junctions hang together.
class Components {
 public:
  explicit Components(std::size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), 0U); }
  bool join(NodeIndex a, NodeIndex b) {
    const NodeIndex ra = root(a);
    const NodeIndex rb = root(b);
    parent_[ra] = rb;
    return ra != rb;
  }

 private:
  NodeIndex root(NodeIndex node) {
    while (parent_[node] != node) node = parent_[node] = parent_[parent_[node]];
    return node;
  }
  std::vector<NodeIndex> parent_;
};

struct Candidate {
  NodeIndex from = 0;
  NodeIndex to = 0;
  RoadClass kind = RoadClass::local;
  bool over_water = false;
};

class RoadBuilder {
 public:
  RoadBuilder(std::uint64_t seed, const CountyDoses& doses, const Landscape& land)
      : doses_{doses},
        land_{land},
        random_{Random::stream(seed, "roads")},
        columns_{std::max(3, static_cast<int>(doses.width_m / doses.junction_spacing_m))},
        rows_{std::max(3, static_cast<int>(doses.height_m / doses.junction_spacing_m))} {}

  RoadNetwork build() && {
    place_junctions();
    connect();
    add_village_lanes();
    put_lights();
    return std::move(network_);
  }

 private:
  void place_junctions() {
    for (int row = 0; row < rows_; ++row) {
      for (int column = 0; column < columns_; ++column) {
        const double x = (column + 0.5 + random_.uniform(-0.27, 0.27)) / columns_ - 0.5;
        const double y = (row + 0.5 + random_.uniform(-0.27, 0.27)) / rows_ - 0.5;
        network_.add_junction({x * land_.width_m, y * land_.height_m});
      }
    }
  }

  [[nodiscard]] NodeIndex node_at(int column, int row) const { return static_cast<NodeIndex>(row * columns_ + column); }

  [[nodiscard]] bool crosses_water(LocalPoint a, LocalPoint b) const {
    for (std::size_t i = 0; i + 1 < land_.waterway.size(); ++i)
      if (crossing(a, b, land_.waterway[i], land_.waterway[i + 1])) return true;
    return false;
  }

  std::vector<Candidate> candidates() {
    std::vector<Candidate> all;
    const auto add = [&](NodeIndex from, NodeIndex to, bool main) {
      const bool water = crosses_water(network_.junction(from).at, network_.junction(to).at);
      all.push_back({from, to, main ? RoadClass::arterial : RoadClass::local, water});
    };
    for (int row = 0; row < rows_; ++row)
      for (int column = 0; column < columns_; ++column) {
        if (column + 1 < columns_) add(node_at(column, row), node_at(column + 1, row), row % 2 == 0);
        if (row + 1 < rows_) add(node_at(column, row), node_at(column, row + 1), column % 2 == 0);
      }
    return all;
  }

  void connect() {
    Components components{network_.junctions().size()};
    std::vector<Candidate> left;
    for (const Candidate& one : candidates()) {
      const double kept = (one.kind == RoadClass::arterial ? 0.97 : 1.0 - doses_.lanes_missing.value) *
                          (one.over_water ? (one.kind == RoadClass::arterial ? 0.6 : 0.15) : 1.0);
      if (random_.chance(kept)) {
        components.join(one.from, one.to);
        build_road(one.from, one.to, one.kind);
      } else {
        left.push_back(one);
      }
    }
    // What is cut off gets the first road that was left out; a bridge only where there is no other way.
    std::stable_partition(left.begin(), left.end(), [](const Candidate& one) { return !one.over_water; });
    for (const Candidate& one : left)
      if (components.join(one.from, one.to)) build_road(one.from, one.to, one.kind);
  }

  [[nodiscard]] double limit_of(RoadClass kind, LocalPoint at) {
    const bool town = land_.in_town(at);
    if (kind == RoadClass::arterial) return town ? 13.9 : 19.4;
    return town ? 11.1 : 13.9;
  }

  /// From one place to another, swaying to both sides.
  std::vector<LocalPoint> swaying_line(LocalPoint from, LocalPoint to, double sway) {
    const LocalPoint along = to - from;
    const double length = geo::norm(along);
    const LocalPoint aside = (1.0 / length) * LocalPoint{along.y, -along.x};
    // Some roads were drawn with a ruler, others follow ditches and field edges.
    const double winding = sway * length * std::min(random_.log_normal(1.0, 0.5), 2.2);
    std::array<double, 6> swings{};
    for (std::size_t i = 0; i < swings.size(); ++i) swings[i] = winding * share_of_swing[i] * random_.normal();
    const int parts = std::max(2, static_cast<int>(length / vertex_spacing_m));
    std::vector<LocalPoint> line;
    for (int i = 0; i <= parts; ++i) {
      const double t = static_cast<double>(i) / parts;
      const double phase = std::numbers::pi * t;
      double off = 0.0;
      for (std::size_t k = 0; k < swings.size(); ++k)
        off += swings[k] * sine_cosine(static_cast<double>(k + 1) * phase).sine;
      line.push_back(from + t * along + off * aside);
    }
    line.front() = from;
    line.back() = to;
    return line;
  }

  void build_road(NodeIndex from, NodeIndex to, RoadClass kind) {
    const double sway = kind == RoadClass::arterial ? 0.022 : 0.055;
    const std::vector<LocalPoint> line = swaying_line(network_.junction(from).at, network_.junction(to).at, sway);
    std::vector<RoadPoint> points;
    for (std::size_t i = 0; i < line.size(); ++i) {
      RoadPoint point{.at = line[i], .limit_mps = limit_of(kind, line[i])};
      if (land_.in_town(line[i])) point.sky = random_.chance(doses_.canyon.value) ? Sky::canyon : Sky::urban;
      points.push_back(point);
      if (i + 1 < line.size()) add_level_crossing(points, line[i + 1]);
    }
    const bool covered = !random_.chance(doses_.no_coverage.value);
    for (RoadPoint& point : points) point.coverage = covered;
    if (random_.chance(doses_.tunnels.value) && points.size() > 8)
      for (std::size_t i = points.size() / 2 - 1; i < points.size() / 2 + 2; ++i) points[i].sky = Sky::none;
    network_.add_road(from, to, kind, std::move(points));
  }

  void add_level_crossing(std::vector<RoadPoint>& points, LocalPoint next) const {
    const RoadPoint before = points.back();
    const std::optional<double> share = crossing(before.at, next, land_.rail_from, land_.rail_to);
    const double length = geo::distance(before.at, next);
    const double near = 11.0 / length;
    if (!share || *share < 2.0 * near || *share > 1.0 - 2.0 * near) return;
    RoadPoint crossing_point = before;
    crossing_point.at = before.at + (*share - near) * (next - before.at);
    crossing_point.rail_ahead = true;
    points.push_back(crossing_point);
    crossing_point.at = before.at + (*share + near) * (next - before.at);
    crossing_point.rail_ahead = false;
    points.push_back(crossing_point);
  }

  /// A lane joins two places on two roads that lie near each other.
  void add_village_lanes() {
    const std::size_t grid_roads = network_.roads().size();
    for (int made = 0, tries = 0; made < static_cast<int>(doses_.village_lanes) && tries < 4000; ++tries) {
      const auto first = static_cast<RoadIndex>(random_.whole(grid_roads));
      const auto second = static_cast<RoadIndex>(random_.whole(grid_roads));
      const double first_m = random_.uniform(0.2, 0.8) * network_.road(first).length_m;
      const double second_m = random_.uniform(0.2, 0.8) * network_.road(second).length_m;
      const LocalPoint a = network_.at(first, first_m).at;
      const LocalPoint b = network_.at(second, second_m).at;
      const double length = geo::distance(a, b);
      const bool long_enough = network_.road(first).length_m > 400.0 && network_.road(second).length_m > 400.0;
      if (first == second || !long_enough || length < 350.0 || length > 1.2 * doses_.junction_spacing_m ||
          crosses_water(a, b))
        continue;
      const NodeIndex from = network_.split(first, first_m);
      const NodeIndex to = network_.split(second, second_m);
      build_lane(from, to);
      ++made;
    }
  }

  void build_lane(NodeIndex from, NodeIndex to) {
    std::vector<RoadPoint> points;
    for (const LocalPoint at : swaying_line(network_.junction(from).at, network_.junction(to).at, 0.09))
      points.push_back({.at = at, .limit_mps = 9.7});
    network_.add_road(from, to, RoadClass::local, std::move(points));
  }

  void put_lights() {
    for (NodeIndex node = 0; node < network_.junctions().size(); ++node) {
      Junction& junction = network_.junction(node);
      int main = 0;
      for (const RoadIndex road : junction.roads) main += network_.road(road).kind == RoadClass::arterial ? 1 : 0;
      const double share = main >= 3 ? doses_.lights.value : (land_.in_town(junction.at) ? 0.5 : 0.0);
      const double cycle = random_.uniform(70.0, 130.0);
      const double offset = random_.uniform(0.0, 130.0);
      if (junction.roads.size() < 3 || !random_.chance(share)) continue;
      junction.light_cycle_s = cycle;
      junction.light_offset_s = offset;
    }
  }

  const CountyDoses& doses_;
  const Landscape& land_;
  Random random_;
  int columns_;
  int rows_;
  RoadNetwork network_;
};

}  // namespace

RoadNetwork build_roads(std::uint64_t seed, const CountyDoses& doses, const Landscape& land) {
  return RoadBuilder{seed, doses, land}.build();
}

std::vector<RoadPoint> track_points(LocalPoint from, LocalPoint to, double limit_mps, Random& random) {
  const LocalPoint along = to - from;
  const double length = geo::norm(along);
  std::vector<RoadPoint> points{{.at = from, .limit_mps = limit_mps}};
  if (length > 60.0) {
    const LocalPoint aside = (1.0 / length) * LocalPoint{along.y, -along.x};
    const double off = 0.07 * length * random.normal();
    points.push_back({.at = from + 0.55 * along + std::clamp(off, -15.0, 15.0) * aside, .limit_mps = limit_mps});
  }
  points.push_back({.at = to, .limit_mps = limit_mps});
  return points;
}

}  // namespace haulwatch::simulation
