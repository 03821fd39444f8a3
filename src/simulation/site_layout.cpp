#include "site_layout.hpp"

#include "road_builder.hpp"

#include <haulwatch/simulation/random.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

namespace haulwatch::simulation {

namespace {

using geo::LocalPoint;
using registry::SiteRole;

/// How a kind of place lies in the county.
struct Sort {
  std::string prefix;
  PlaceKind kind = PlaceKind::site;
  SiteRole role = SiteRole::origin;
  Range radius_m;
  Range off_road_m;  ///< from the road to its edge
  double driveway_mps = 4.2;
};

class SiteLayout {
 public:
  SiteLayout(std::uint64_t seed, const CountyDoses& doses, const Landscape& land, RoadNetwork& network)
      : doses_{doses}, land_{land}, network_{network}, random_{Random::stream(seed, "places")} {}

  std::vector<Place> lay_out() && {
    const auto count = [](double dose) { return static_cast<int>(dose); };
    put_docks(count(doses_.docks));
    put(count(doses_.depots), {"D", PlaceKind::site, SiteRole::depot, {60, 100}, {25, 60}});
    put(count(doses_.origins), {"S", PlaceKind::site, SiteRole::origin, {70, 150}, {25, 80}});
    put(count(doses_.disposals), {"X", PlaceKind::site, SiteRole::disposal, {120, 260}, {40, 160}});
    put(count(doses_.transfers), {"T", PlaceKind::site, SiteRole::transfer, {70, 110}, {30, 80}});
    put(count(doses_.parkings), {"P", PlaceKind::site, SiteRole::parking, {40, 70}, {22, 40}});
    put_services(count(doses_.services));
    put(count(doses_.old_heaps), {"old-heap-", PlaceKind::old_heap, SiteRole::origin, {35, 60}, {40, 180}, 3.2});
    put(count(doses_.new_places), {"new-place-", PlaceKind::new_place, SiteRole::origin, {25, 40}, {24, 160}, 3.2});
    put(count(doses_.rest_places), {"rest-place-", PlaceKind::rest_place, SiteRole::origin, {25, 40}, {22, 70}, 3.6});
    put(count(doses_.black_sites), {"black-site-", PlaceKind::black_site, SiteRole::origin, {40, 70}, {30, 120}, 3.6});
    put(count(doses_.foreign_sites), {"foreign-site-", PlaceKind::foreign_site, SiteRole::origin, {60, 90}, {30, 90}});
    return std::move(places_);
  }

 private:
  void put(int count, const Sort& sort) {
    for (int i = 0; i < count; ++i) put_one(sort, sort.prefix + std::to_string(i + 1));
  }

  void put_services(int count) {
    constexpr std::array<std::pair<ServiceKind, const char*>, 4> kinds{{{ServiceKind::fuel, "F"},
                                                                        {ServiceKind::canteen, "C"},
                                                                        {ServiceKind::washing, "W"},
                                                                        {ServiceKind::repair, "R"}}};
    for (int i = 0; i < count; ++i) {
      const auto& [kind, prefix] = kinds[static_cast<std::size_t>(i) % kinds.size()];
      const std::size_t before = places_.size();
      put_one({prefix, PlaceKind::site, SiteRole::service, {30, 48}, {20, 30}}, prefix + std::to_string(i / 4 + 1));
      if (places_.size() > before) places_.back().service = kind;
    }
  }

  /// Tries places beside random roads until one has room.
  void put_one(const Sort& sort, std::string id) {
    for (int tries = 0; tries < 600; ++tries) {
      const auto road = static_cast<RoadIndex>(random_.whole(network_.roads().size()));
      const double at_share = random_.uniform(0.15, 0.85);
      const double radius = random_.uniform(sort.radius_m.low, sort.radius_m.high);
      const double off = random_.uniform(sort.off_road_m.low, sort.off_road_m.high);
      const double side = random_.chance(0.5) ? 1.0 : -1.0;
      const Road& beside = network_.road(road);
      if (beside.kind == RoadClass::driveway || beside.length_m < 240.0) continue;
      const double at_m = at_share * beside.length_m;
      const LocalPoint from = network_.at(road, at_m).at;
      const LocalPoint along = network_.direction(road, at_m);
      const LocalPoint aside = side * LocalPoint{along.y, -along.x};
      const LocalPoint centre = from + (1.2 * radius + off) * aside;
      if (!suits(sort, centre, radius)) continue;
      Place place{.kind = sort.kind, .role = sort.role, .id = std::move(id), .centre = centre, .radius_m = radius};
      place.outline = uneven_ring(centre, radius, 9, random_);
      connect(place, road, at_m, centre - (0.66 * radius) * aside, sort.driveway_mps);
      return;
    }
  }

  [[nodiscard]] bool suits(const Sort& sort, LocalPoint centre, double radius) const {
    const bool abroad = centre.x > land_.boundary_x_m + radius + 400.0;
    const bool at_home = centre.x < land_.boundary_x_m - radius - 200.0;
    if (sort.kind == PlaceKind::foreign_site ? !abroad : !at_home) return false;
    const bool secret = sort.kind == PlaceKind::old_heap || sort.kind == PlaceKind::new_place;
    if ((secret || sort.role == SiteRole::disposal) && land_.in_town(centre)) return false;
    return is_free(centre, radius);
  }

  [[nodiscard]] bool is_free(LocalPoint centre, double radius) const {
    for (const Place& other : places_)
      if (geo::distance(other.centre, centre) < 1.25 * (other.radius_m + radius) + 40.0) return false;
    for (std::size_t i = 0; i + 1 < land_.waterway.size(); ++i)
      if (distance_to_stretch(centre, land_.waterway[i], land_.waterway[i + 1]) < 1.2 * radius + 50.0) return false;
    return clear_of_roads(centre, 1.2 * radius + 15.0);
  }

  [[nodiscard]] bool clear_of_roads(LocalPoint centre, double distance) const {
    for (const Road& road : network_.roads()) {
      // No vertex of a road lies farther from its first than the road is long.
      if (geo::distance(centre, road.points.front().at) > road.length_m + distance) continue;
      for (std::size_t i = 0; i + 1 < road.points.size(); ++i)
        if (distance_to_stretch(centre, road.points[i].at, road.points[i + 1].at) < distance) return false;
    }
    return true;
  }

  void connect(Place& place, RoadIndex road, double at_m, LocalPoint entry, double driveway_mps) {
    const NodeIndex turn_off = network_.split(road, at_m);
    place.entry = network_.add_junction(entry);
    std::vector<RoadPoint> points = track_points(network_.junction(turn_off).at, entry, driveway_mps, random_);
    network_.add_road(turn_off, place.entry, RoadClass::driveway, std::move(points));
    places_.push_back(std::move(place));
  }

  /// Docks lie across the bank: the berth is inside the outline.
  void put_docks(int count) {
    const auto last = land_.waterway.size() - 2;
    for (int i = 0; i < count; ++i) {
      for (int tries = 0; tries < 80; ++tries) {
        const double share = (i + random_.uniform(0.15, 0.85)) / std::max(1, count);
        const auto at =
            std::clamp<std::size_t>(static_cast<std::size_t>(share * static_cast<double>(last)), 2, last - 2);
        if (put_dock(at, "K" + std::to_string(i + 1))) break;
      }
    }
  }

  bool put_dock(std::size_t at, std::string id) {
    const LocalPoint middle = land_.waterway[at];
    const LocalPoint along = land_.waterway[at + 1] - middle;
    const LocalPoint tangent = (1.0 / geo::norm(along)) * along;
    const LocalPoint inland{-tangent.y, tangent.x};
    const LocalPoint centre = middle + 55.0 * inland;
    if (centre.x > land_.boundary_x_m - 300.0 || !clear_of_roads(centre, 170.0)) return false;
    for (const Place& other : places_)
      if (geo::distance(other.centre, centre) < 500.0) return false;
    const LocalPoint entry = middle + 95.0 * inland;
    const std::optional<std::pair<RoadIndex, double>> road = nearest_road(entry);
    if (!road) return false;
    Place place{.kind = PlaceKind::site, .role = SiteRole::dock, .id = std::move(id), .centre = middle + 70.0 * inland};
    place.radius_m = 45.0;
    place.outline = {middle - 90.0 * tangent - 40.0 * inland, middle + 90.0 * tangent - 40.0 * inland,
                     middle + 80.0 * tangent + 125.0 * inland, middle - 80.0 * tangent + 125.0 * inland};
    for (std::size_t i = 0; i < at; ++i)
      place.on_waterway_m =
          std::max(0.0, place.on_waterway_m) + geo::distance(land_.waterway[i], land_.waterway[i + 1]);
    connect(place, road->first, road->second, entry, 5.0);
    return true;
  }

  /// A place on the nearest road on the same bank that is fit for a turn-off.
  [[nodiscard]] std::optional<std::pair<RoadIndex, double>> nearest_road(LocalPoint from) const {
    double nearest = 900.0;
    std::optional<std::pair<RoadIndex, double>> best;
    for (RoadIndex road = 0; road < network_.roads().size(); ++road) {
      const double length = network_.road(road).length_m;
      if (network_.road(road).kind == RoadClass::driveway || length < 240.0) continue;
      for (double at_m = 0.2 * length; at_m < 0.8 * length; at_m += 60.0) {
        const LocalPoint at = network_.at(road, at_m).at;
        if (geo::distance(from, at) >= nearest || crosses_water(from, at)) continue;
        nearest = geo::distance(from, at);
        best = {road, at_m};
      }
    }
    return best;
  }

  [[nodiscard]] bool crosses_water(LocalPoint a, LocalPoint b) const {
    for (std::size_t i = 0; i + 1 < land_.waterway.size(); ++i)
      if (crossing(a, b, land_.waterway[i], land_.waterway[i + 1])) return true;
    return false;
  }

  const CountyDoses& doses_;
  const Landscape& land_;
  RoadNetwork& network_;
  Random random_;
  std::vector<Place> places_;
};

}  // namespace

std::vector<Place> lay_out_places(std::uint64_t seed, const CountyDoses& doses, const Landscape& land,
                                  RoadNetwork& network) {
  return SiteLayout{seed, doses, land, network}.lay_out();
}

}  // namespace haulwatch::simulation
