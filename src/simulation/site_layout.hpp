#pragma once

#include "landscape.hpp"

#include <haulwatch/simulation/county.hpp>
#include <haulwatch/simulation/road_network.hpp>

#include <cstdint>
#include <vector>

namespace haulwatch::simulation {

/// Puts sites and places that no registry knows beside the roads, each with a driveway of its own: roads are split
/// where driveways begin. No place touches another, a road, or the water but where it is a dock.
[[nodiscard]] std::vector<Place> lay_out_places(std::uint64_t seed, const CountyDoses& doses, const Landscape& land,
                                                RoadNetwork& network);

}  // namespace haulwatch::simulation
