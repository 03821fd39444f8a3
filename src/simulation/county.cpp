#include "landscape.hpp"
#include "road_builder.hpp"
#include "rules_layout.hpp"
#include "site_layout.hpp"

#include <haulwatch/simulation/county.hpp>
#include <haulwatch/simulation/random.hpp>
#include <haulwatch/simulation/traffic.hpp>

#include <algorithm>
#include <utility>

namespace haulwatch::simulation {

namespace {

// Near Pinghu, where the county that this work is for lies.
constexpr LonLat county_origin{121.02, 30.70};
constexpr std::size_t via_count = 24;

/// Crossroads by which detours can lead.
std::vector<NodeIndex> choose_vias(std::uint64_t seed, const RoadNetwork& network) {
  Random random = Random::stream(seed, "vias");
  std::vector<NodeIndex> vias;
  for (int tries = 0; tries < 2000 && vias.size() < via_count; ++tries) {
    const auto node = static_cast<NodeIndex>(random.whole(network.junctions().size()));
    if (network.junction(node).roads.size() >= 3 && std::find(vias.begin(), vias.end(), node) == vias.end())
      vias.push_back(node);
  }
  return vias;
}

/// Leaves out the part of a way that goes over a road and straight back.
void cut_spikes(RoadWay& way) {
  RoadWay out;
  for (const RoadStretch& next : way) {
    if (!out.empty() && out.back().road == next.road && out.back().forward != next.forward)
      out.pop_back();
    else
      out.push_back(next);
  }
  way = std::move(out);
}

}  // namespace

bool Hours::hold_at(double clock_s) const noexcept {
  if (all_day()) return true;
  const double minute = hour_of_day(clock_s) * 60.0;
  if (from_minute < to_minute) return minute >= from_minute && minute < to_minute;
  return minute >= from_minute || minute < to_minute;
}

WayFinder::WayFinder(const RoadNetwork& network, const std::vector<Place>& places, std::vector<NodeIndex> vias)
    : network_{&network}, vias_{std::move(vias)} {
  for (const Place& place : places) to_places_.emplace_back(network, place.entry);
  for (const NodeIndex via : vias_) to_vias_.emplace_back(network, via);
}

RoadWay WayFinder::to_place(NodeIndex from, PlaceIndex place) const {
  RoadWay way;
  if (!to_places_[place].append_way(*network_, from, way)) way.clear();
  return way;
}

RoadWay WayFinder::by(NodeIndex from, NodeIndex via, PlaceIndex place) const {
  RoadWay way;
  const auto at = std::find(vias_.begin(), vias_.end(), via);
  if (at == vias_.end()) return to_place(from, place);
  if (!to_vias_[static_cast<std::size_t>(at - vias_.begin())].append_way(*network_, from, way)) return {};
  if (!to_places_[place].append_way(*network_, via, way)) return {};
  cut_spikes(way);
  return way;
}

County::County(std::uint64_t seed, const CountyDoses& doses) : frame_{county_origin} {
  const Landscape land = lay_out_landscape(seed, doses);
  waterway_ = land.waterway;
  network_ = build_roads(seed, doses, land);
  places_ = lay_out_places(seed, doses, land, network_);
  zones_ = lay_out_zones(seed, doses, land, places_, network_);
  gates_ = lay_out_gates(land, network_);
  sort_places();
  ways_ = WayFinder{network_, places_, choose_vias(seed, network_)};
  PermitsAndRoutes issued = issue_permits(seed, doses, *this);
  permits_ = std::move(issued.permits);
  routes_ = std::move(issued.routes);
}

void County::sort_places() {
  by_role_.resize(7);
  by_kind_.resize(6);
  by_service_.resize(5);
  for (PlaceIndex index = 0; index < places_.size(); ++index) {
    const Place& place = places_[index];
    by_kind_[static_cast<std::size_t>(place.kind)].push_back(index);
    if (place.kind != PlaceKind::site) continue;
    by_role_[static_cast<std::size_t>(place.role)].push_back(index);
    by_service_[static_cast<std::size_t>(place.service)].push_back(index);
  }
}

RoadWay County::way_of(const CountyRoute& route) const {
  const NodeIndex from = place(route.origin).entry;
  return route.via == nowhere ? ways_.to_place(from, route.disposal) : ways_.by(from, route.via, route.disposal);
}

}  // namespace haulwatch::simulation
