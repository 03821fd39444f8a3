#pragma once

#include <haulwatch/detect/permits_in_force.hpp>
#include <haulwatch/detect/stage.hpp>
#include <haulwatch/geo/corridor_index.hpp>
#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <optional>

namespace haulwatch::detect {

/// Which way along a route as drawn.
enum class TravelDirection : std::int8_t { against = -1, unknown = 0, along = 1 };

/// Where a vehicle is on the routes that bind it.
struct RouteMatch {
  geo::CorridorPosition position;
  double beyond_m = 0.0;  ///< of the corridor's edge; at most 0 inside
};

/// What is known of a vehicle's way when its place on a route is looked for.
struct RouteMotion {
  std::optional<geo::CorridorPosition> cursor;  ///< where it was last (route and segment)
  double chainage_m = 0.0;                      ///< there
  double way_m = 0.0;                           ///< driven since, as the crow flies
  TravelDirection direction = TravelDirection::unknown;
  geo::LocalPoint velocity;
};

/// Finds a vehicle's place on the routes of its permits in force: near the cursor first, which is the common case and
/// costs 10 ns, then on each of those routes.
///
/// Of a route's places within its half width, where it goes out and back or crosses itself, the one counts that agrees
/// best with distance, heading and progress; weights from research on such routes: 20 m for 45 degrees of heading, 0.3
/// m for a metre of way too much or too little. Outside all, the nearest edge counts, exactly. Threads: immutable.
class RouteMatcher {
 public:
  RouteMatcher(const PermitsInForce& permits, TimeUtc now, const World& world) noexcept
      : permits_{permits}, now_{now}, world_{world}, corridors_{world.registry.corridors()} {}

  /// Nothing for a place that is no number, or when no permit in force names a route.
  [[nodiscard]] std::optional<RouteMatch> match(geo::LocalPoint p, const RouteMotion& motion) const noexcept {
    if (motion.cursor) {
      const RouteMatch near = matched(corridors_.match_near_cursor(*motion.cursor, p));
      if (near.beyond_m <= 0.0 && !has_turned(near.position, motion)) return near;
    }
    const std::optional<RouteMatch> nearest = nearest_edge(p);
    if (!nearest || nearest->beyond_m > 0.0) return nearest;
    return best_candidate(route_to_stay_on(*nearest, p, motion), p, motion);
  }

  /// The place on a route whose corridor's edge is nearest, or deepest within; the smaller route number of equals.
  [[nodiscard]] std::optional<RouteMatch> nearest_edge(geo::LocalPoint p) const noexcept {
    std::optional<RouteMatch> best;
    permits_.for_each(now_, world_, [&](registry::PermitIndex, const registry::Permit& permit) {
      for (const registry::RouteIndex route : permit.routes) {
        const auto position = corridors_.nearest_on_route(route, p);
        if (!position) continue;
        const RouteMatch found = matched(*position);
        if (!best || found.beyond_m < best->beyond_m ||
            (found.beyond_m == best->beyond_m && route < best->position.route))
          best = found;
      }
    });
    return best;
  }

  [[nodiscard]] bool are_left(geo::LocalPoint p) const noexcept {
    const std::optional<RouteMatch> nearest = nearest_edge(p);
    return !nearest || nearest->beyond_m > 0.0;
  }

 private:
  [[nodiscard]] RouteMatch matched(const geo::CorridorPosition& position) const noexcept {
    return {position, position.distance_m - corridors_.half_width_m(position.route)};
  }

  /// Alternatives share much of their way: a vehicle keeps to the one that it is on as long as it can.
  [[nodiscard]] RouteMatch route_to_stay_on(const RouteMatch& nearest, geo::LocalPoint p,
                                            const RouteMotion& motion) const noexcept {
    if (!motion.cursor || motion.cursor->route == nearest.position.route) return nearest;
    const auto own = corridors_.nearest_on_route(motion.cursor->route, p);
    return own && matched(*own).beyond_m <= 0.0 ? matched(*own) : nearest;
  }

  /// Drives against the direction it had: on a way out and back that may be the other leg.
  static bool has_turned(const geo::CorridorPosition& at, const RouteMotion& motion) noexcept {
    const double ahead =
        geo::dot(at.direction, motion.velocity) * static_cast<double>(static_cast<int>(motion.direction));
    return ahead < -course_floor_mps;
  }

  [[nodiscard]] RouteMatch best_candidate(const RouteMatch& nearest, geo::LocalPoint p,
                                          const RouteMotion& motion) const noexcept {
    RouteMatch best = nearest;
    double least = std::numeric_limits<double>::infinity();
    const std::uint32_t route = nearest.position.route;
    corridors_.for_each_within(route, p, corridors_.half_width_m(route), [&](const geo::CorridorPosition& candidate) {
      const double cost = cost_m2(candidate, motion);
      if (!(cost < least)) return;
      least = cost;
      best = matched(candidate);
    });
    return best;
  }

  [[nodiscard]] double cost_m2(const geo::CorridorPosition& candidate, const RouteMotion& motion) const noexcept {
    constexpr double progress_weight = 0.3;
    const double d = candidate.distance_m;
    double cost = d * d + heading_cost_m2(candidate, motion);
    if (motion.cursor && motion.cursor->route == candidate.route) {
      const double step = candidate.chainage_m - motion.chainage_m;
      const double driven = motion.direction == TravelDirection::unknown
                                ? std::abs(step)
                                : step * static_cast<double>(static_cast<int>(motion.direction));
      const double wrong = progress_weight * (driven - motion.way_m);
      cost += wrong * wrong;
    }
    return cost;
  }

  /// (20 m x angle / 45°)², with the chord of the unit circle for the angle: no two libraries round it differently.
  [[nodiscard]] double heading_cost_m2(const geo::CorridorPosition& candidate,
                                       const RouteMotion& motion) const noexcept {
    constexpr double against_m2 = 20.0 * 20.0;  // most drive the way that is drawn: as unlikely as 45 degrees
    constexpr double metres_a_radian = 20.0 * 4.0 / std::numbers::pi;
    const double speed = geo::norm(motion.velocity);
    if (!(speed >= course_floor_mps)) return 0.0;
    const double cosine = geo::dot(candidate.direction, motion.velocity) / speed;
    const auto cost = [](double c) { return metres_a_radian * metres_a_radian * 2.0 * std::max(0.0, 1.0 - c); };
    if (motion.direction == TravelDirection::against) return cost(-cosine);
    const bool either = motion.direction == TravelDirection::unknown && !corridors_.one_way(candidate.route);
    return either ? std::min(cost(cosine), cost(-cosine) + against_m2) : cost(cosine);
  }

  static constexpr double course_floor_mps = 1.5;  ///< slower, a velocity has no direction worth the name

  const PermitsInForce& permits_;
  TimeUtc now_;
  const World& world_;
  const geo::CorridorIndex& corridors_;
};

}  // namespace haulwatch::detect
