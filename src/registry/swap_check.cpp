#include "swap_check.hpp"

#include "position_check.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <numbers>
#include <utility>

namespace haulwatch::registry {
namespace {

// No fleet of trucks has sites so far apart, while an exchange moves a place by less only where its longitude and
// latitude are within some ten degrees of each other.
constexpr double far_m = 1'000e3;
constexpr double amid_m = 300e3;

/// Great-circle distance on a sphere, by the haversine formula (R. W. Sinnott, Sky and Telescope 68, 1984).
double distance_m(LonLat a, LonLat b) noexcept {
  constexpr double mean_radius_m = 6'371'008.8;
  constexpr double radian = std::numbers::pi / 180.0;
  const double half_lat = std::sin((b.lat - a.lat) * radian / 2.0);
  const double half_lon = std::sin((b.lon - a.lon) * radian / 2.0);
  const double h = half_lat * half_lat + std::cos(a.lat * radian) * std::cos(b.lat * radian) * half_lon * half_lon;
  return 2.0 * mean_radius_m * std::asin(std::min(1.0, std::sqrt(h)));
}

/// An object amid the largest party: the first one in that cell of 5 degrees that holds the most.
LonLat where_most_are(const std::vector<Whereabout>& objects) {
  const auto cell = [](LonLat p) { return std::pair{std::floor(p.lon / 5.0), std::floor(p.lat / 5.0)}; };
  std::map<std::pair<double, double>, std::size_t> counts;
  for (const Whereabout& object : objects) ++counts[cell(object.middle)];
  // The first of equal counts, in the order of the draft.
  return std::ranges::max_element(objects, {}, [&](const Whereabout& object) { return counts[cell(object.middle)]; })
      ->middle;
}

}  // namespace

void check_for_swaps(const std::vector<Whereabout>& objects, std::vector<Fault>& faults) {
  if (objects.size() < 2) return;
  const LonLat most = where_most_are(objects);
  for (const Whereabout& object : objects) {
    const LonLat swapped{object.middle.lat, object.middle.lon};
    const double away_m = distance_m(object.middle, most);
    if (away_m < far_m || !is_on_earth(swapped) || distance_m(swapped, most) > amid_m) continue;
    faults.push_back({object.object, object.pointer,
                      "lies " + std::to_string(std::lround(away_m / 1e3)) +
                          " km from most places of the registry, and amid them with longitude and latitude "
                          "exchanged: longitude comes first"});
  }
}

}  // namespace haulwatch::registry
