#include <haulwatch/engine/manifest_log.hpp>

#include <haulwatch/engine/manifest_names.hpp>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace haulwatch {

ManifestLog::ManifestLog(std::vector<Manifest> versions, const registry::Registry& registry,
                         std::optional<TimeUtc> until) {
  if (until) std::erase_if(versions, [&](const Manifest& version) { return version.at > *until; });
  std::ranges::stable_sort(versions, {}, &Manifest::at);
  const ManifestNames names{registry};
  detect::ManifestDuty duty{std::vector<bool>(registry.permits().size()), !versions.empty()};
  std::unordered_map<std::string, std::string> holders;
  for (Manifest& version : versions) {
    if (const auto permit = names.permit_and_one(version.permit); permit != 0) duty.permits[permit - 1] = true;
    std::string& holder = holders.try_emplace(version.id, version.vehicle).first->second;
    if (holder != version.vehicle) by_vehicle_[holder].push_back(version);
    holder = version.vehicle;
    by_vehicle_[holder].push_back(std::move(version));
  }
  duty_ = std::make_shared<const detect::ManifestDuty>(std::move(duty));
}

std::span<const Manifest> ManifestLog::of(std::string_view vehicle) const noexcept {
  const auto found = by_vehicle_.find(vehicle);
  return found == by_vehicle_.end() ? std::span<const Manifest>{} : std::span<const Manifest>{found->second};
}

}  // namespace haulwatch
