#include "rules_layout.hpp"

#include <haulwatch/simulation/path.hpp>
#include <haulwatch/simulation/random.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

namespace haulwatch::simulation {

namespace {

using geo::LocalPoint;
using registry::SiteRole;
using registry::ZoneRule;

/// A road keeps to a zone's limit on each stretch that touches the zone.
void slow_down(RoadNetwork& network, const CountyZone& zone) {
  for (RoadIndex index = 0; index < network.roads().size(); ++index) {
    std::vector<RoadPoint>& points = network.road(index).points;
    for (std::size_t i = 0; i + 1 < points.size(); ++i) {
      const LocalPoint middle = 0.5 * (points[i].at + points[i + 1].at);
      if (contains(zone.outline, points[i].at) || contains(zone.outline, points[i + 1].at) ||
          contains(zone.outline, middle))
        points[i].limit_mps = std::min(points[i].limit_mps, zone.max_speed_mps);
    }
  }
}

std::vector<CountyRoute::Group> groups_of(const geo::Polyline& line) {
  std::vector<CountyRoute::Group> groups;
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    const Box box = box_of(line[i], line[i + 1], 0.0);
    if (i % CountyRoute::per_group == 0) groups.push_back({box.low, box.high});
    CountyRoute::Group& group = groups.back();
    group.low = {std::min(group.low.x, box.low.x), std::min(group.low.y, box.low.y)};
    group.high = {std::max(group.high.x, box.high.x), std::max(group.high.y, box.high.y)};
  }
  return groups;
}

LocalPoint random_junction(const RoadNetwork& network, Random& random) {
  return network.junction(static_cast<NodeIndex>(random.whole(network.junctions().size()))).at;
}

geo::Polyline line_of(const RoadNetwork& network, const RoadWay& way, const Place& from, const Place& to) {
  WayPoints points;
  append_way_points(network, way, points);
  geo::Polyline line{from.centre};
  for (const WayPoint& point : points)
    if (geo::distance(line.back(), point.at) > 1.0) line.push_back(point.at);
  if (geo::distance(line.back(), to.centre) > 1.0) line.push_back(to.centre);
  return line;
}

class PermitOffice {
 public:
  PermitOffice(std::uint64_t seed, const CountyDoses& doses, const County& county)
      : doses_{doses}, county_{county}, random_{Random::stream(seed, "permits")} {}

  PermitsAndRoutes issue() && {
    const auto origins = county_.sites(SiteRole::origin);
    const auto depots = county_.sites(SiteRole::depot);
    if (origins.empty() || depots.empty()) return {};
    for (std::size_t i = 0; i < static_cast<std::size_t>(doses_.permits); ++i)
      issue_one(i, origins[i % origins.size()], depots[i % depots.size()], i % depots.size());
    issue_for_vessels();
    return std::move(issued_);
  }

 private:
  void issue_one(std::size_t number, PlaceIndex origin, PlaceIndex depot, std::size_t carrier) {
    CountyPermit permit{.id = "permit-" + std::to_string(number + 1),
                        .carrier = "carrier-" + std::to_string(carrier + 1),
                        .depot = depot,
                        .origin = origin};
    // The first permits go round all kinds of destination, so that a small county has each.
    constexpr std::array<SiteRole, 8> turns{SiteRole::disposal, SiteRole::disposal, SiteRole::transfer,
                                            SiteRole::disposal, SiteRole::dock,     SiteRole::disposal,
                                            SiteRole::disposal, SiteRole::disposal};
    add_disposal(permit, turns[number % turns.size()]);
    if (random_.chance(0.3)) add_disposal(permit, SiteRole::disposal);
    if (permit.disposals.empty()) add_disposal(permit, SiteRole::disposal);
    permit.hours = draw_hours();
    if (!permit.disposals.empty()) issued_.permits.push_back(std::move(permit));
  }

  /// From each dock to all others, by the water.
  void issue_for_vessels() {
    const auto docks = county_.sites(SiteRole::dock);
    for (std::size_t i = 0; docks.size() > 1 && i < docks.size(); ++i) {
      CountyPermit permit{.id = "water-permit-" + std::to_string(i + 1), .carrier = "carrier-water"};
      permit.depot = permit.origin = docks[i];
      for (const PlaceIndex dock : docks)
        if (dock != permit.origin) permit.disposals.push_back(dock);
      permit.by_water = true;
      issued_.permits.push_back(std::move(permit));
    }
  }

  Hours draw_hours() {
    const double draw = random_.uniform();
    const double night = doses_.permits_at_night.value;
    if (draw < night) return {19 * 60, 6 * 60};
    if (draw < night + doses_.permits_by_day.value) return {6 * 60, 19 * 60};
    return {};
  }

  void add_disposal(CountyPermit& permit, SiteRole role) {
    const auto all = county_.sites(role);
    if (all.empty()) return;
    const PlaceIndex disposal = all[random_.whole(all.size())];
    if (std::find(permit.disposals.begin(), permit.disposals.end(), disposal) != permit.disposals.end()) return;
    CountyRoute route{.origin = permit.origin, .disposal = disposal};
    if (!add_route(permit, route)) return;
    permit.disposals.push_back(disposal);
    const auto& vias = county_.ways().vias();
    if (vias.empty() || !random_.chance(0.3)) return;
    route.via = vias[random_.whole(vias.size())];
    const double direct = length_of(county_.way_of({.origin = route.origin, .disposal = route.disposal}));
    // An alternative that nobody would take is none.
    if (length_of(county_.way_of(route)) < 1.6 * direct + 500.0) add_route(permit, route);
  }

  bool add_route(CountyPermit& permit, CountyRoute route) {
    const RoadWay way = county_.way_of(route);
    if (way.empty()) return false;
    route.id = "route-" + std::to_string(issued_.routes.size() + 1);
    route.line = line_of(county_.network(), way, county_.place(route.origin), county_.place(route.disposal));
    route.groups = groups_of(route.line);
    route.half_width_m = random_.uniform(doses_.half_width_m.low, doses_.half_width_m.high);
    permit.routes.push_back(static_cast<std::uint32_t>(issued_.routes.size()));
    issued_.routes.push_back(std::move(route));
    return true;
  }

  const CountyDoses& doses_;
  const County& county_;
  Random random_;
  PermitsAndRoutes issued_;
};

}  // namespace

std::vector<CountyZone> lay_out_zones(std::uint64_t seed, const CountyDoses& doses, const Landscape& land,
                                      const std::vector<Place>& places, RoadNetwork& network) {
  Random random = Random::stream(seed, "zones");
  std::vector<CountyZone> zones;
  for (int i = 0; i < static_cast<int>(doses.speed_zones); ++i) {
    CountyZone zone{.id = "slow-" + std::to_string(i + 1), .rule = ZoneRule::speed_limit};
    zone.max_speed_mps = random.chance(0.5) ? 8.3 : 11.1;
    const LocalPoint centre = random_junction(network, random);
    zone.outline = uneven_ring(centre, random.uniform(250.0, 600.0), 10, random);
    slow_down(network, zone);
    zones.push_back(std::move(zone));
  }
  for (int i = 0; i < static_cast<int>(doses.forbidden_zones); ++i) {
    CountyZone zone{.id = "forbidden-" + std::to_string(i + 1), .rule = ZoneRule::forbidden};
    zone.hours = {{7 * 60, 9 * 60}, {17 * 60, 19 * 60}};
    const LocalPoint off{random.uniform(-0.5, 0.5) * land.town_radius_m,
                         random.uniform(-0.5, 0.5) * land.town_radius_m};
    zone.outline = uneven_ring(land.town + off, random.uniform(350.0, 800.0), 12, random);
    zones.push_back(std::move(zone));
  }
  int watched = 0;
  for (const Place& place : places) {
    if (place.kind != PlaceKind::old_heap || watched >= static_cast<int>(doses.watch_zones)) continue;
    CountyZone zone{.id = "watch-" + std::to_string(++watched), .rule = ZoneRule::watch};
    zone.outline = uneven_ring(place.centre, place.radius_m + random.uniform(60.0, 160.0), 8, random);
    zones.push_back(std::move(zone));
  }
  return zones;
}

std::vector<CountyGate> lay_out_gates(const Landscape& land, const RoadNetwork& network) {
  std::vector<CountyGate> gates;
  const LocalPoint south{land.boundary_x_m, -land.height_m};
  const LocalPoint north{land.boundary_x_m, land.height_m};
  for (const Road& road : network.roads()) {
    for (std::size_t i = 0; i + 1 < road.points.size(); ++i) {
      const LocalPoint a = road.points[i].at;
      const LocalPoint b = road.points[i + 1].at;
      const std::optional<double> share = crossing(a, b, south, north);
      if (!share) continue;
      const LocalPoint at = a + *share * (b - a);
      gates.push_back({"gate-" + std::to_string(gates.size() + 1), {at.x, at.y - 70.0}, {at.x, at.y + 70.0}});
    }
  }
  return gates;
}

PermitsAndRoutes issue_permits(std::uint64_t seed, const CountyDoses& doses, const County& county) {
  return PermitOffice{seed, doses, county}.issue();
}

}  // namespace haulwatch::simulation
