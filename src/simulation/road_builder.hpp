#pragma once

#include "landscape.hpp"

#include <haulwatch/simulation/road_network.hpp>

#include <cstdint>

namespace haulwatch::simulation {

/// Roads as a county has them: arterials on a wide, crooked grid, local roads between, village lanes, few bridges,
/// level crossings, tunnels, streets between high buildings. All junctions are connected.
[[nodiscard]] RoadNetwork build_roads(std::uint64_t seed, const CountyDoses& doses, const Landscape& land);

/// The vertices of a driveway or a track.
[[nodiscard]] std::vector<RoadPoint> track_points(geo::LocalPoint from, geo::LocalPoint to, double limit_mps,
                                                  Random& random);

}  // namespace haulwatch::simulation
