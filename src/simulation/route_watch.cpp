#include "landscape.hpp"

#include <haulwatch/simulation/route_watch.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace haulwatch::simulation {

namespace {

constexpr double finest_step_m = 0.5;
constexpr std::size_t window = 3;

/// When the piece has moved so far. \param metres not more than its length
double time_at(const MotionPiece& piece, double metres) noexcept {
  const double v = piece.speed_mps;
  const double a = piece.acceleration_mps2;
  // The root that does not cancel, also without acceleration.
  const double root = std::sqrt(std::max(0.0, v * v + 2.0 * a * metres));
  return v + root > 0.0 ? 2.0 * metres / (v + root) : 0.0;
}

struct Nearest {
  std::size_t stretch = 0;
  double squared_m2 = std::numeric_limits<double>::infinity();
};

/// The stretch of a line nearest to a place, from the first to the last that are asked for; of equals the first.
Nearest nearest_of(const geo::Polyline& line, std::size_t first, std::size_t last, geo::LocalPoint at) noexcept {
  Nearest best{.stretch = first};
  for (std::size_t i = first; i <= last; ++i) {
    const double squared = squared_distance_to_stretch(at, line[i], line[i + 1]);
    if (squared < best.squared_m2) best = {i, squared};
  }
  return best;
}

double squared_distance_to(const CountyRoute::Group& group, geo::LocalPoint at) noexcept {
  const double x = std::max({group.low.x - at.x, 0.0, at.x - group.high.x});
  const double y = std::max({group.low.y - at.y, 0.0, at.y - group.high.y});
  return x * x + y * y;
}

Nearest nearest_of(const CountyRoute& route, geo::LocalPoint at) noexcept {
  // Rounding may not make a group of equals look farther away.
  constexpr double surely = 1.0 + 1e-9;
  Nearest best;
  const std::size_t last = route.line.size() - 2;
  for (std::size_t g = 0; g < route.groups.size(); ++g) {
    if (squared_distance_to(route.groups[g], at) > surely * best.squared_m2) continue;
    const std::size_t first = g * CountyRoute::per_group;
    const Nearest in_group = nearest_of(route.line, first, std::min(first + CountyRoute::per_group - 1, last), at);
    if (in_group.squared_m2 < best.squared_m2) best = in_group;
  }
  return best;
}

}  // namespace

void RouteWatch::begin(const std::vector<std::uint32_t>* routes, double odometer_m) noexcept {
  routes_ = routes;
  cursor_ = std::numeric_limits<std::size_t>::max();
  look_again_m_ = odometer_m;
  outside_ = false;
  farthest_m_ = 0.0;
}

RouteWatch::Measured RouteWatch::measure(const County& county, geo::LocalPoint at) {
  if (cursor_ != std::numeric_limits<std::size_t>::max()) {
    // Where it was found last, most of the time.
    const CountyRoute& route = county.routes()[nearest_];
    const std::size_t first = cursor_ > window ? cursor_ - window : 0;
    const std::size_t last = std::min(cursor_ + window, route.line.size() - 2);
    const Nearest found = nearest_of(route.line, first, last, at);
    cursor_ = found.stretch;
    const double distance = std::sqrt(found.squared_m2);
    if (route.half_width_m - distance > finest_step_m) return {route.half_width_m - distance, nearest_};
  }
  Measured best{-std::numeric_limits<double>::infinity(), nearest_};
  for (const std::uint32_t index : *routes_) {
    const CountyRoute& route = county.routes()[index];
    const Nearest found = nearest_of(route, at);
    const double distance = std::sqrt(found.squared_m2);
    if (route.half_width_m - distance <= best.clearance_m) continue;
    best = {route.half_width_m - distance, index};
    nearest_ = index;
    cursor_ = found.stretch;
  }
  return best;
}

double RouteWatch::inside_until_m(const County& county, const MotionPiece& piece, double length,
                                  const Measured& now) const noexcept {
  if (now.clearance_m <= 0.0 || piece.curvature_per_m != 0.0) return 0.0;
  // What lies within the half width of one stretch is convex: a straight between two of its places never leaves it.
  const CountyRoute& route = county.routes()[nearest_];
  const geo::LocalPoint end = place_of(piece, piece.duration_s);
  const double clearance = route.half_width_m - distance_to_stretch(end, route.line[cursor_], route.line[cursor_ + 1]);
  return clearance > 0.0 ? piece.odometer_m + length + clearance : 0.0;
}

bool RouteWatch::next_crossing(const County& county, const MotionPiece& piece, double after_s, Crossing& crossing) {
  const double length =
      piece.speed_mps * piece.duration_s + 0.5 * piece.acceleration_mps2 * piece.duration_s * piece.duration_s;
  while (look_again_m_ <= piece.odometer_m + length) {
    const double metres = std::max(0.0, look_again_m_ - piece.odometer_m);
    const double since = std::clamp(time_at(piece, metres), after_s, piece.duration_s);
    const Measured now = measure(county, place_of(piece, since));
    look_again_m_ =
        std::max(piece.odometer_m + metres, look_again_m_) + std::max(finest_step_m, std::abs(now.clearance_m));
    look_again_m_ = std::max(look_again_m_, inside_until_m(county, piece, length, now));
    if (outside_) farthest_m_ = std::max(farthest_m_, -now.clearance_m);
    if ((now.clearance_m < 0.0) == outside_) continue;
    outside_ = !outside_;
    if (outside_) farthest_m_ = -now.clearance_m;
    crossing = {since, outside_};
    return true;
  }
  return false;
}

}  // namespace haulwatch::simulation
