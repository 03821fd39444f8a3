#include "landscape.hpp"

#include <haulwatch/simulation/elementary.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace haulwatch::simulation {

using geo::LocalPoint;

Landscape lay_out_landscape(std::uint64_t seed, const CountyDoses& doses) {
  Random random = Random::stream(seed, "landscape");
  Landscape land;
  land.width_m = doses.width_m;
  land.height_m = doses.height_m;
  land.boundary_x_m = 0.36 * doses.width_m;
  land.town = {-random.uniform(0.02, 0.12) * doses.width_m, random.uniform(0.0, 0.1) * doses.height_m};
  land.town_radius_m = 0.16 * std::min(doses.width_m, doses.height_m) + 400.0;
  const double level = -random.uniform(0.2, 0.28) * doses.height_m;
  const double swing = 0.05 * doses.height_m;
  const double phase = random.uniform(0.0, 6.0);
  for (double x = -0.52 * doses.width_m; x <= 0.52 * doses.width_m; x += 200.0) {
    const double wave = sine_cosine(x / 1900.0 + phase).sine + 0.4 * sine_cosine(x / 700.0 + 2.0 * phase).sine;
    land.waterway.push_back({x, level + swing * wave});
  }
  land.rail_from = {-0.52 * doses.width_m, random.uniform(0.24, 0.34) * doses.height_m};
  land.rail_to = {0.52 * doses.width_m, random.uniform(0.1, 0.2) * doses.height_m};
  return land;
}

std::optional<double> crossing(LocalPoint a, LocalPoint b, LocalPoint c, LocalPoint d) noexcept {
  const LocalPoint ab = b - a;
  const LocalPoint cd = d - c;
  const double denominator = geo::cross(ab, cd);
  if (std::abs(denominator) < 1e-9) return std::nullopt;
  const double s = geo::cross(c - a, cd) / denominator;
  const double t = geo::cross(c - a, ab) / denominator;
  if (s < 0.0 || s > 1.0 || t < 0.0 || t > 1.0) return std::nullopt;
  return s;
}

bool contains(const geo::Ring& ring, LocalPoint p) noexcept {
  bool inside = false;
  for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
    const LocalPoint a = ring[i];
    const LocalPoint b = ring[j];
    if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x) inside = !inside;
  }
  return inside;
}

geo::Ring uneven_ring(LocalPoint centre, double radius_m, int vertices, Random& random) {
  geo::Ring ring;
  const double first = random.uniform(0.0, 1.0);
  for (int i = 0; i < vertices; ++i) {
    const double angle = 2.0 * std::numbers::pi * (i + first) / vertices;
    const double radius = radius_m * random.uniform(0.88, 1.2);
    const SineCosine direction = sine_cosine(angle);
    ring.push_back({centre.x + radius * direction.cosine, centre.y + radius * direction.sine});
  }
  return ring;
}

}  // namespace haulwatch::simulation
