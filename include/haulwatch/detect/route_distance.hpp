#pragma once

#include <haulwatch/detect/stage.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <limits>
#include <optional>

namespace haulwatch::detect {

/// Metres beyond the edge of the nearest corridor of the vehicle's permits, negative inside; nothing where they bind it
/// to no route. The hours of the day do not count: a road that is approved leads nowhere else at night.
/// O(segments of the own routes / 8).
[[nodiscard]] inline std::optional<double> beyond_own_routes(const World& world, TimeUtc at,
                                                             geo::LocalPoint p) noexcept {
  if (!world.registry_frame) return std::nullopt;
  const geo::CorridorIndex& corridors = world.registry.corridors();
  std::optional<double> least;
  for (const registry::PermitIndex index : world.permits) {
    const registry::Permit& permit = world.registry.permits()[index];
    if (!permit.is_valid_at(at)) continue;
    if (permit.routes.empty()) return std::nullopt;
    for (const registry::RouteIndex route : permit.routes) {
      const auto near = corridors.nearest_on_route(route, p);
      if (!near) continue;
      const double beyond = near->distance_m - corridors.half_width_m(route);
      least = std::min(least.value_or(std::numeric_limits<double>::infinity()), beyond);
    }
  }
  return least;
}

}  // namespace haulwatch::detect
