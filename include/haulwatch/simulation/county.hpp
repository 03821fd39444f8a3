#pragma once

#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/geo/shape.hpp>
#include <haulwatch/registry/objects.hpp>
#include <haulwatch/simulation/profile.hpp>
#include <haulwatch/simulation/road_network.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace haulwatch::simulation {

using PlaceIndex = std::uint32_t;
using PermitIndex = std::uint32_t;

enum class PlaceKind : std::uint8_t {
  site,      ///< registered, with a role
  old_heap,  ///< this and what follows is in no registry
  new_place,
  rest_place,
  black_site,    ///< loads begin here though no site is registered
  foreign_site,  ///< the same, beyond the boundary
};

enum class ServiceKind : std::uint8_t { none, fuel, washing, repair, canteen };

/// Where a truck can go off the road.
struct Place {
  PlaceKind kind = PlaceKind::site;
  registry::SiteRole role = registry::SiteRole::origin;
  ServiceKind service = ServiceKind::none;
  std::string id;
  geo::Ring outline;
  geo::LocalPoint centre;
  double radius_m = 0.0;
  NodeIndex entry = nowhere;    ///< inside the outline, where the driveway ends
  double on_waterway_m = -1.0;  ///< of a dock: where its berth lies along the waterway
};

/// When a rule or a permit holds, county time.
struct Hours {
  std::int32_t from_minute = 0;
  std::int32_t to_minute = 0;  ///< equal to `from_minute`: all day

  [[nodiscard]] bool all_day() const noexcept { return from_minute == to_minute; }
  [[nodiscard]] bool hold_at(double clock_s) const noexcept;
};

struct CountyZone {
  std::string id;
  registry::ZoneRule rule{};
  double max_speed_mps = 0.0;
  std::vector<Hours> hours;  ///< none: always
  geo::Ring outline;
};

struct CountyGate {
  std::string id;
  geo::LocalPoint from;
  geo::LocalPoint to;  ///< the county lies left of the way from `from` to `to`
};

struct CountyRoute {
  std::string id;
  PlaceIndex origin = nowhere;
  PlaceIndex disposal = nowhere;
  NodeIndex via = nowhere;  ///< a junction through which it goes; `nowhere` for the quickest way
  geo::Polyline line;
  double half_width_m = 0.0;

  /// A rectangle about so many stretches of the line, one after the other: most are farther away than the nearest.
  struct Group {
    geo::LocalPoint low, high;
  };
  static constexpr std::size_t per_group = 12;
  std::vector<Group> groups;
};

struct CountyPermit {
  std::string id;
  std::string carrier;
  PlaceIndex depot = nowhere;
  PlaceIndex origin = nowhere;
  std::vector<PlaceIndex> disposals;
  std::vector<std::uint32_t> routes;  ///< numbers in `County::routes`
  Hours hours;
  bool by_water = false;
};

/// Ways to every place and to some junctions, by which detours lead. Memory: 8 B a junction and destination.
class WayFinder {
 public:
  WayFinder() = default;
  WayFinder(const RoadNetwork& network, const std::vector<Place>& places, std::vector<NodeIndex> vias);

  /// The quickest way. \return empty where there is none
  [[nodiscard]] RoadWay to_place(NodeIndex from, PlaceIndex place) const;
  /// The quickest way by a junction; without the detour where that would lead back and forth over one road.
  [[nodiscard]] RoadWay by(NodeIndex from, NodeIndex via, PlaceIndex place) const;
  [[nodiscard]] const std::vector<NodeIndex>& vias() const noexcept { return vias_; }

 private:
  const RoadNetwork* network_ = nullptr;
  std::vector<WayHome> to_places_;
  std::vector<NodeIndex> vias_;
  std::vector<WayHome> to_vias_;
};

/// What all vehicles of a world share: a made-up county with its roads, water, places and rules.
///
/// It depends on the seed and the profile and on nothing else: not on the number of vehicles. Immutable; some MB.
/// Threads: any number at once.
class County {
 public:
  County(std::uint64_t seed, const CountyDoses& doses);
  County(const County&) = delete;
  County& operator=(const County&) = delete;

  [[nodiscard]] const RoadNetwork& network() const noexcept { return network_; }
  [[nodiscard]] const std::vector<Place>& places() const noexcept { return places_; }
  [[nodiscard]] const Place& place(PlaceIndex place) const noexcept { return places_[place]; }
  [[nodiscard]] const std::vector<CountyZone>& zones() const noexcept { return zones_; }
  [[nodiscard]] const std::vector<CountyGate>& gates() const noexcept { return gates_; }
  [[nodiscard]] const std::vector<CountyRoute>& routes() const noexcept { return routes_; }
  [[nodiscard]] const std::vector<CountyPermit>& permits() const noexcept { return permits_; }
  [[nodiscard]] const geo::Polyline& waterway() const noexcept { return waterway_; }
  [[nodiscard]] const geo::LocalFrame& frame() const noexcept { return frame_; }
  [[nodiscard]] const WayFinder& ways() const noexcept { return ways_; }

  [[nodiscard]] std::span<const PlaceIndex> sites(registry::SiteRole role) const noexcept {
    return by_role_[static_cast<std::size_t>(role)];
  }
  [[nodiscard]] std::span<const PlaceIndex> hidden(PlaceKind kind) const noexcept {
    return by_kind_[static_cast<std::size_t>(kind)];
  }
  [[nodiscard]] std::span<const PlaceIndex> services(ServiceKind kind) const noexcept {
    return by_service_[static_cast<std::size_t>(kind)];
  }
  [[nodiscard]] RoadWay way_of(const CountyRoute& route) const;

 private:
  void sort_places();

  RoadNetwork network_;
  std::vector<Place> places_;
  std::vector<CountyZone> zones_;
  std::vector<CountyGate> gates_;
  std::vector<CountyRoute> routes_;
  std::vector<CountyPermit> permits_;
  geo::Polyline waterway_;
  geo::LocalFrame frame_;
  WayFinder ways_;
  std::vector<std::vector<PlaceIndex>> by_role_, by_kind_, by_service_;
};

}  // namespace haulwatch::simulation
