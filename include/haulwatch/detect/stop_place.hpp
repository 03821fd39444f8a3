#pragma once

#include <haulwatch/detect/stage.hpp>
#include <haulwatch/event.hpp>
#include <haulwatch/registry/registry.hpp>
#include <haulwatch/units.hpp>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

namespace haulwatch::detect {

/// Where a stop was, and what that alone says of its purpose.
struct StopPlace {
  std::string_view site;  ///< empty outside every site
  StopPurpose purpose = StopPurpose::unknown;
};

[[nodiscard]] constexpr StopPurpose purpose_at(registry::SiteRole role) noexcept {
  using enum registry::SiteRole;
  switch (role) {
    case origin:
      return StopPurpose::loading;
    case disposal:
    case transfer:
    case dock:
      return StopPurpose::unloading;
    case depot:
    case parking:
    case service:
      return StopPurpose::parking;
  }
  return StopPurpose::unknown;
}

/// Whether loads come or go in such a place.
[[nodiscard]] constexpr bool takes_loads(registry::SiteRole role) noexcept {
  return role <= registry::SiteRole::dock;
}

/// The id of the site that a stage remembers as its index and one; empty for 0, which is none.
[[nodiscard]] inline std::string_view site_id(const World& world, std::uint32_t site_and_one) noexcept {
  const auto sites = world.registry.sites();
  // A checkpoint may meet a registry with fewer sites.
  if (site_and_one == 0 || site_and_one > sites.size()) return {};
  return sites[site_and_one - 1].id;
}

/// The nearest site to a place, and how far its fence is: negative inside. Of several around it the one whose fence is
/// nearest, as the innermost is.
struct NearestSite {
  const registry::Site* site = nullptr;
  double signed_distance_m = std::numeric_limits<double>::infinity();
};

/// Takes one more area near the place into account; a zone is none of them.
inline void consider(NearestSite& nearest, const geo::AreaHit& hit, std::span<const registry::Site> sites) noexcept {
  if (hit.area >= sites.size()) return;
  const bool holds = hit.signed_distance_m <= 0.0;
  const bool held = nearest.signed_distance_m <= 0.0;
  const bool nearer = std::abs(hit.signed_distance_m) < std::abs(nearest.signed_distance_m);
  if (holds != held ? holds : nearer) nearest = {&sites[hit.area], hit.signed_distance_m};
}

[[nodiscard]] inline NearestSite nearest_site(const World& world, geo::LocalPoint place) noexcept {
  NearestSite nearest;
  const auto sites = world.registry.sites();
  world.registry.places().for_each_near(place, [&](const geo::AreaHit& hit) { consider(nearest, hit, sites); });
  return nearest;
}

/// That site, where loads come or go in it and its fence is no farther than `margin_m`.
[[nodiscard]] inline std::optional<registry::SiteIndex> place_of_loads(const World& world, const NearestSite& near,
                                                                       double margin_m) noexcept {
  if (near.site == nullptr || near.signed_distance_m > margin_m || !takes_loads(near.site->role)) return std::nullopt;
  return static_cast<registry::SiteIndex>(near.site - world.registry.sites().data());
}
[[nodiscard]] inline std::optional<registry::SiteIndex> place_of_loads(const World& world, geo::LocalPoint at,
                                                                       double margin_m) noexcept {
  if (!world.registry_frame) return std::nullopt;
  return place_of_loads(world, nearest_site(world, at), margin_m);
}

/// The site that holds the stop's centre (to within 10 m: a fence is drawn by hand, a centre is a mean of fixes).
/// Outside all: within 60 m of a site of loads it is a queue, and a halt under three minutes on an approved road is
/// traffic.
[[nodiscard]] inline StopPlace stop_place(const World& world, geo::LocalPoint centre, Milliseconds so_far) noexcept {
  constexpr double at_the_fence_m = 10.0;
  constexpr double before_the_gate_m = 60.0;
  constexpr Milliseconds traffic = std::chrono::minutes{3};
  constexpr double widest_road_m = 100.0;  // a corridor may be wider, a carriageway is not
  if (!world.registry_frame) return {};
  const auto [site, nearest] = nearest_site(world, centre);
  if (site != nullptr && nearest <= at_the_fence_m) return {site->id, purpose_at(site->role)};
  const bool of_loads = site != nullptr && takes_loads(site->role);
  if (of_loads && nearest <= before_the_gate_m) return {{}, StopPurpose::queueing};
  if (so_far >= traffic) return {};
  bool on_route = false;
  const geo::CorridorIndex& corridors = world.registry.corridors();
  corridors.for_each_within(centre, widest_road_m, [&](const geo::CorridorPosition& at) {
    on_route = on_route || at.distance_m <= corridors.half_width_m(at.route);
  });
  return {{}, on_route ? StopPurpose::traffic : StopPurpose::unknown};
}

}  // namespace haulwatch::detect
