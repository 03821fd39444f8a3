#include "position_check.hpp"

#include "fault_text.hpp"

#include <algorithm>
#include <cmath>

namespace haulwatch::registry {
namespace {

std::string what_is_wrong_with(LonLat place) {
  if (!std::isfinite(place.lon) || !std::isfinite(place.lat)) return "the position is not a pair of finite numbers";
  if (is_on_earth({place.lat, place.lon})) {
    return "latitude " + text_of(place.lat) +
           " is outside -90 to 90: longitude and latitude look swapped, longitude comes first";
  }
  if (std::abs(place.lat) > 90.0) return "latitude " + text_of(place.lat) + " is outside -90 to 90";
  return "longitude " + text_of(place.lon) + " is outside -180 to 180";
}

}  // namespace

bool is_on_earth(LonLat place) noexcept {
  return std::abs(place.lon) <= 180.0 && std::abs(place.lat) <= 90.0;
}

bool check_positions(const std::string& object, const std::string& pointer, std::span<const LonLat> positions,
                     std::vector<Fault>& faults) {
  const auto first = std::ranges::find_if_not(positions, is_on_earth);
  if (first == positions.end()) return true;

  const auto all = std::count_if(first, positions.end(), [](LonLat place) { return !is_on_earth(place); });
  std::string message = what_is_wrong_with(*first);
  if (all > 1) message += " (and " + std::to_string(all - 1) + " more positions of this line are not on Earth)";
  faults.push_back({object, pointer + "/" + std::to_string(first - positions.begin()), message});
  return false;
}

}  // namespace haulwatch::registry
