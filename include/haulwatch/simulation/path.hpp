#pragma once

#include <haulwatch/simulation/road_network.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace haulwatch::simulation {

/// Where a vehicle stands and where its body points.
struct Pose {
  geo::LocalPoint at;
  double heading_rad = 0.0;  ///< clockwise from north
};

/// Why a vehicle may have to stand, or what it does, at a place on its way.
enum class Mark : std::uint8_t {
  none,
  light,     ///< stand while the junction's light is red
  rail,      ///< stand while the level crossing is closed
  jam,       ///< stand in a jam
  act,       ///< stand, and do what the driver has planned for here
  pass_act,  ///< do it without standing
};

/// A vertex of a way before it is driven: the middle of the road, and how far right of it the vehicle keeps.
struct WayPoint {
  geo::LocalPoint at;
  double right_m = 0.0;
  double radius_m = 0.0;   ///< of the turn here, where the stretches on both sides leave room for it
  double limit_mps = 0.0;  ///< from here to the next
  Sky sky = Sky::open;
  bool coverage = true;
  Mark mark = Mark::none;
  std::uint8_t act = 0;
  float wait_s = 0.0F;           ///< of a jam
  NodeIndex junction = nowhere;  ///< whose light it is, or where roads meet
  RoadIndex road = nowhere;      ///< on which the way goes on from here
};

/// A straight or an arc of a way, at one speed limit.
struct PathElement {
  geo::LocalPoint from;
  double heading_rad = 0.0;  ///< of the way
  double curvature_per_m = 0.0;
  double length_m = 0.0;
  geo::LocalPoint to;     ///< where it ends
  geo::LocalPoint along;  ///< of a straight: its direction, a unit vector
  double limit_mps = 0.0;
  Sky sky = Sky::open;
  bool coverage = true;
  Mark mark = Mark::none;  ///< at its end
  std::uint8_t act = 0;
  float wait_s = 0.0F;
  NodeIndex junction = nowhere;
};

using WayPoints = std::vector<WayPoint>;
using Path = std::vector<PathElement>;

/// Appends the vertices of a way along roads, kept to the right.
void append_way_points(const RoadNetwork& network, const RoadWay& way, WayPoints& points);

/// Puts a vertex onto the way. \param at_m from its beginning, along the middle of the road \return its index
std::size_t insert_way_point(WayPoints& points, double at_m);

[[nodiscard]] double length_of(const WayPoints& points) noexcept;

/// The way beside the middle of the road, its corners rounded: it begins at the pose, in whose direction it sets out,
/// and turns towards the first vertex. Heading is continuous but where two vertices leave no room for a turn.
/// \param turning_radius_m the smallest at which the vehicle sets out
void make_path(Pose start, const WayPoints& points, double turning_radius_m, Path& path);

/// The place and the heading at which a path ends.
[[nodiscard]] Pose end_of(const Path& path) noexcept;

}  // namespace haulwatch::simulation
