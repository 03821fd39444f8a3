#include <haulwatch/geo/detail/area_sets.hpp>

#include <algorithm>

namespace haulwatch::geo::detail {

std::uint32_t AreaSets::number_of(const std::vector<std::uint32_t>& members) {
  const auto [place, is_new] = numbers_.try_emplace(members, static_cast<std::uint32_t>(members_.size()));
  if (is_new) members_.push_back(members);
  return place->second;
}

std::uint32_t AreaSets::toggled(std::uint32_t set, std::uint32_t area) {
  const auto [known, is_new] = toggled_.try_emplace(std::uint64_t{set} << 32U | area, 0U);
  if (!is_new) return known->second;
  std::vector<std::uint32_t> members = members_[set];
  const auto place = std::lower_bound(members.begin(), members.end(), area);
  if (place != members.end() && *place == area)
    members.erase(place);
  else
    members.insert(place, area);
  return known->second = number_of(members);
}

}  // namespace haulwatch::geo::detail
