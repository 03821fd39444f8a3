#pragma once

#include <haulwatch/detect/permits_in_force.hpp>
#include <haulwatch/detect/stage.hpp>
#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/geo/place_index.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <limits>
#include <span>
#include <vector>

namespace haulwatch::detect {

/// The registered places where a vehicle may be without being on a route: origins and disposals of its permits in
/// force, and depots, parking and service places of anyone or of a permit's own carrier.
///
/// Asked only of fixes outside every corridor. Threads: immutable.
class ApprovedPlaces {
 public:
  ApprovedPlaces(const PermitsInForce& permits, TimeUtc now, const World& world) noexcept
      : permits_{permits}, now_{now}, world_{world} {}

  /// Within the fence. One look-up far from places.
  [[nodiscard]] bool contain(geo::LocalPoint p) const noexcept { return has_within(p, 0.0); }

  /// Only origins and disposals of its permits: a load may end there, and nowhere else.
  [[nodiscard]] ApprovedPlaces of_loads() const noexcept {
    ApprovedPlaces some = *this;
    some.only_loads_ = true;
    return some;
  }

  /// Within `margin_m` of the fence, or on the stretch between the end of a route and an origin or disposal that lies
  /// no farther than `access_m` from it: the drawn line seldom reaches into the yard. O(edges of the permits' sites).
  [[nodiscard]] bool lie_at(geo::LocalPoint p, double margin_m, double access_m) const noexcept {
    return has_within(p, margin_m) || is_on_access(p, margin_m, access_m);
  }

 private:
  [[nodiscard]] bool has_within(geo::LocalPoint p, double margin_m) const noexcept {
    bool found = false;
    world_.registry.places().for_each_near(p, [&](const geo::AreaHit& hit) {
      const bool is_site = hit.area < world_.registry.sites().size();
      found = found || (is_site && hit.signed_distance_m <= margin_m && is_approved(hit.area));
    });
    return found;
  }

  [[nodiscard]] bool is_approved(registry::SiteIndex index) const noexcept {
    const registry::Site& site = world_.registry.sites()[index];
    const bool raises_no_question =
        !only_loads_ && (site.role == registry::SiteRole::depot || site.role == registry::SiteRole::parking ||
                         site.role == registry::SiteRole::service);
    bool approved = false;
    permits_.for_each(now_, world_, [&](registry::PermitIndex, const registry::Permit& permit) {
      const bool own = site.carrier.empty() || permit.carrier.empty() || site.carrier == permit.carrier;
      approved =
          approved || (raises_no_question && own) || names(permit.origins, index) || names(permit.disposals, index);
    });
    return approved;
  }

  static bool names(const std::vector<registry::SiteIndex>& sites, registry::SiteIndex index) noexcept {
    return std::ranges::find(sites, index) != sites.end();
  }

  [[nodiscard]] bool is_on_access(geo::LocalPoint p, double margin_m, double access_m) const noexcept {
    bool found = false;
    permits_.for_each(now_, world_, [&](registry::PermitIndex, const registry::Permit& permit) {
      for (const auto* sites : {&permit.origins, &permit.disposals})
        for (const registry::SiteIndex site : *sites)
          found = found || is_between(p, site, permit.routes, margin_m, access_m);
    });
    return found;
  }

  [[nodiscard]] bool is_between(geo::LocalPoint p, registry::SiteIndex site,
                                std::span<const registry::RouteIndex> routes, double margin_m,
                                double access_m) const noexcept {
    const double away = world_.registry.places().signed_distance(site, p);
    if (!(away <= access_m + margin_m)) return false;
    return std::ranges::any_of(routes, [&](registry::RouteIndex route) {
      const double gap = gap_to_end(route, site);
      return gap <= access_m && away <= gap + margin_m;
    });
  }

  /// From a site to the nearer end of a route; 0 where that lies within.
  [[nodiscard]] double gap_to_end(registry::RouteIndex index, registry::SiteIndex site) const noexcept {
    const registry::Route& route = world_.registry.routes()[index];
    double gap = std::numeric_limits<double>::infinity();
    if (route.lines.empty() || route.lines.front().empty() || route.lines.back().empty()) return gap;
    for (const geo::LocalPoint end : {route.lines.front().front(), route.lines.back().back()})
      gap = std::min(gap, world_.registry.places().signed_distance(site, end));
    return std::max(gap, 0.0);
  }

  const PermitsInForce& permits_;
  TimeUtc now_;
  const World& world_;
  bool only_loads_ = false;
};

}  // namespace haulwatch::detect
