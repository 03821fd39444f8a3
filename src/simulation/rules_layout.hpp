#pragma once

#include "landscape.hpp"

#include <haulwatch/simulation/county.hpp>

#include <cstdint>
#include <vector>

namespace haulwatch::simulation {

/// Zones where driving is forbidden at hours or slower than elsewhere. Limits are written onto the roads inside.
[[nodiscard]] std::vector<CountyZone> lay_out_zones(std::uint64_t seed, const CountyDoses& doses, const Landscape& land,
                                                    const std::vector<Place>& places, RoadNetwork& network);

/// A gate on each road that crosses the boundary.
[[nodiscard]] std::vector<CountyGate> lay_out_gates(const Landscape& land, const RoadNetwork& network);

struct PermitsAndRoutes {
  std::vector<CountyPermit> permits;
  std::vector<CountyRoute> routes;
};

/// What may be brought from where to where, when and by which roads.
[[nodiscard]] PermitsAndRoutes issue_permits(std::uint64_t seed, const CountyDoses& doses, const County& county);

}  // namespace haulwatch::simulation
