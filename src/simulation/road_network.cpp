#include <haulwatch/simulation/road_network.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <queue>
#include <utility>

namespace haulwatch::simulation {

namespace {

/// The stretch that holds the place, and how far into it the place lies.
struct Found {
  std::size_t stretch = 0;
  double into_m = 0.0;
  double share = 0.0;
};

Found find(const Road& road, double at_m) noexcept {
  double left = std::max(0.0, at_m);
  for (std::size_t i = 0; i + 1 < road.points.size(); ++i) {
    const double length = road.stretch_m[i];
    if (left <= length || i + 2 == road.points.size()) {
      const double into = std::min(left, length);
      return {i, into, length > 0.0 ? into / length : 0.0};
    }
    left -= length;
  }
  return {};
}

void measure(Road& road) {
  road.stretch_m.clear();
  for (std::size_t i = 0; i + 1 < road.points.size(); ++i)
    road.stretch_m.push_back(geo::distance(road.points[i].at, road.points[i + 1].at));
  road.length_m = length_of(road.points);
  road.end_share = find(road, road.length_m).share;
}

}  // namespace

double length_of(const std::vector<RoadPoint>& points) noexcept {
  double sum = 0.0;
  for (std::size_t i = 0; i + 1 < points.size(); ++i) sum += geo::distance(points[i].at, points[i + 1].at);
  return sum;
}

double length_of(const RoadWay& way) noexcept {
  double sum = 0.0;
  for (const RoadStretch& stretch : way) sum += std::abs(stretch.leave_m - stretch.enter_m);
  return sum;
}

NodeIndex RoadNetwork::add_junction(geo::LocalPoint at) {
  junctions_.push_back({.at = at});
  return static_cast<NodeIndex>(junctions_.size() - 1);
}

RoadIndex RoadNetwork::add_road(NodeIndex from, NodeIndex to, RoadClass kind, std::vector<RoadPoint> points) {
  const auto index = static_cast<RoadIndex>(roads_.size());
  Road road{.from = from, .to = to, .kind = kind, .points = std::move(points)};
  measure(road);
  roads_.push_back(std::move(road));
  junctions_[from].roads.push_back(index);
  junctions_[to].roads.push_back(index);
  return index;
}

NodeIndex RoadNetwork::split(RoadIndex road, double at_m) {
  const Found found = find(roads_[road], at_m);
  const RoadPoint middle = at(road, at_m);
  const NodeIndex node = add_junction(middle.at);
  Road& first = roads_[road];
  const NodeIndex old_end = first.to;
  std::vector<RoadPoint> rest{middle};
  const auto cut = first.points.begin() + static_cast<std::ptrdiff_t>(found.stretch) + 1;
  rest.insert(rest.end(), cut, first.points.end());
  first.points.erase(cut, first.points.end());
  first.points.push_back(middle);
  measure(first);
  first.to = node;
  const RoadClass kind = first.kind;
  std::erase(junctions_[old_end].roads, road);
  junctions_[node].roads.push_back(road);
  add_road(node, old_end, kind, std::move(rest));
  return node;
}

RoadStretch RoadNetwork::whole(RoadIndex road, NodeIndex from) const noexcept {
  const bool forward = roads_[road].from == from;
  const double length = roads_[road].length_m;
  return {road, forward, forward ? 0.0 : length, forward ? length : 0.0};
}

RoadPoint RoadNetwork::at(RoadIndex road, double at_m) const noexcept {
  const std::vector<RoadPoint>& points = roads_[road].points;
  const bool at_end = at_m == roads_[road].length_m;
  const Found found = at_end ? Found{points.size() - 2, 0.0, roads_[road].end_share} : find(roads_[road], at_m);
  RoadPoint point = points[found.stretch];
  point.at = point.at + found.share * (points[found.stretch + 1].at - point.at);
  return point;
}

geo::LocalPoint RoadNetwork::direction(RoadIndex road, double at_m) const noexcept {
  const std::vector<RoadPoint>& points = roads_[road].points;
  const Found found = find(roads_[road], at_m);
  const geo::LocalPoint along = points[found.stretch + 1].at - points[found.stretch].at;
  const double length = geo::norm(along);
  return length > 0.0 ? (1.0 / length) * along : geo::LocalPoint{1.0, 0.0};
}

WayHome::WayHome(const RoadNetwork& network, NodeIndex destination)
    : next_(network.junctions().size(), nowhere),
      seconds_(network.junctions().size(), std::numeric_limits<float>::infinity()),
      destination_{destination} {
  using Entry = std::pair<float, NodeIndex>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
  seconds_[destination] = 0.0F;
  open.push({0.0F, destination});
  while (!open.empty()) {
    const auto [seconds, node] = open.top();
    open.pop();
    if (seconds > seconds_[node]) continue;
    for (const RoadIndex road : network.junction(node).roads) {
      const Road& via = network.road(road);
      // Drivers prefer the main roads a little beyond their speed.
      const double pace = via.points.front().limit_mps * (via.kind == RoadClass::arterial ? 1.0 : 0.8);
      const float total = seconds + static_cast<float>(via.length_m / pace + 4.0);
      const NodeIndex neighbour = network.other_end(road, node);
      if (!(total < seconds_[neighbour])) continue;
      seconds_[neighbour] = total;
      next_[neighbour] = road;
      open.push({total, neighbour});
    }
  }
}

bool WayHome::append_way(const RoadNetwork& network, NodeIndex start, RoadWay& way) const {
  for (NodeIndex node = start; node != destination_;) {
    const RoadIndex road = next_[node];
    if (road == nowhere) return false;
    way.push_back(network.whole(road, node));
    node = network.other_end(road, node);
  }
  return true;
}

}  // namespace haulwatch::simulation
