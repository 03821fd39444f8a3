#pragma once

#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/simulation/motion.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace haulwatch::simulation {

using NodeIndex = std::uint32_t;
using RoadIndex = std::uint32_t;
inline constexpr std::uint32_t nowhere = 0xffffffffU;

enum class RoadClass : std::uint8_t {
  arterial,
  local,
  driveway,  ///< from a road into a site, or a track to a place off it
};

/// A vertex of a road, and what the stretch from it to the next is like.
struct RoadPoint {
  geo::LocalPoint at;
  double limit_mps = 0.0;
  Sky sky = Sky::open;
  bool coverage = true;
  bool rail_ahead = false;  ///< the stretch crosses the railway on the level
};

struct Road {
  NodeIndex from = nowhere;
  NodeIndex to = nowhere;
  RoadClass kind = RoadClass::local;
  std::vector<RoadPoint> points;  ///< from the one node to the other, both included
  std::vector<double> stretch_m;  ///< from each point to the next
  double length_m = 0.0;
  double end_share = 1.0;  ///< how far along its last stretch `length_m` lies: the last point, but for rounding
};

/// Where roads meet.
struct Junction {
  geo::LocalPoint at;
  double light_cycle_s = 0.0;  ///< 0: no traffic light
  double light_offset_s = 0.0;
  std::vector<RoadIndex> roads;
};

/// A stretch of a road as a vehicle drives it. Metres count from the road's own beginning, whichever way it is driven.
struct RoadStretch {
  RoadIndex road = nowhere;
  bool forward = true;  ///< in the order of the road's points
  double enter_m = 0.0;
  double leave_m = 0.0;
};

using RoadWay = std::vector<RoadStretch>;

/// Junctions and the roads between them. Indices stay valid when it grows, but a split shortens a road.
class RoadNetwork {
 public:
  NodeIndex add_junction(geo::LocalPoint at);
  RoadIndex add_road(NodeIndex from, NodeIndex to, RoadClass kind, std::vector<RoadPoint> points);

  /// Puts a junction onto a road, which ends there from now on; a new road goes on. \param at_m from its beginning
  NodeIndex split(RoadIndex road, double at_m);

  [[nodiscard]] const std::vector<Junction>& junctions() const noexcept { return junctions_; }
  [[nodiscard]] const std::vector<Road>& roads() const noexcept { return roads_; }
  [[nodiscard]] const Junction& junction(NodeIndex node) const noexcept { return junctions_[node]; }
  [[nodiscard]] const Road& road(RoadIndex road) const noexcept { return roads_[road]; }
  [[nodiscard]] Junction& junction(NodeIndex node) noexcept { return junctions_[node]; }
  [[nodiscard]] Road& road(RoadIndex road) noexcept { return roads_[road]; }
  [[nodiscard]] NodeIndex other_end(RoadIndex road, NodeIndex node) const noexcept {
    return roads_[road].from == node ? roads_[road].to : roads_[road].from;
  }
  [[nodiscard]] RoadStretch whole(RoadIndex road, NodeIndex from) const noexcept;

  /// The place on a road, and the direction of its stretch there.
  [[nodiscard]] RoadPoint at(RoadIndex road, double at_m) const noexcept;
  [[nodiscard]] geo::LocalPoint direction(RoadIndex road, double at_m) const noexcept;

 private:
  std::vector<Junction> junctions_;
  std::vector<Road> roads_;
};

/// The quickest way to one junction from everywhere: Dijkstra's tree, with the road to take at each junction.
class WayHome {
 public:
  WayHome(const RoadNetwork& network, NodeIndex destination);

  /// Appends the way from `start`; false where there is none.
  bool append_way(const RoadNetwork& network, NodeIndex start, RoadWay& way) const;
  [[nodiscard]] double seconds_from(NodeIndex node) const noexcept { return seconds_[node]; }

 private:
  std::vector<RoadIndex> next_;
  std::vector<float> seconds_;
  NodeIndex destination_;
};

[[nodiscard]] double length_of(const std::vector<RoadPoint>& points) noexcept;
[[nodiscard]] double length_of(const RoadWay& way) noexcept;

}  // namespace haulwatch::simulation
