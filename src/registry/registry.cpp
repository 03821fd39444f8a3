#include <haulwatch/registry/registry.hpp>

#include "registry_parts.hpp"

#include <haulwatch/registry/compile.hpp>

#include <utility>

namespace haulwatch::registry {

Registry::Registry(std::unique_ptr<const Parts> parts) noexcept
    : parts_{std::move(parts)}, view_{parts_->version,   &parts_->frame,          parts_->sites,     parts_->zones,
                                      parts_->gates,     parts_->routes,          parts_->permits,   &parts_->places,
                                      &parts_->barriers, parts_->forbidden_zones, &parts_->corridors} {}

Registry::~Registry() = default;

std::shared_ptr<const Registry> Registry::none() {
  static const std::shared_ptr<const Registry> nothing = compile({}, 0);
  return nothing;
}

bool Registry::has_places() const noexcept {
  return !sites().empty() || !zones().empty() || !gates().empty() || !routes().empty();
}

std::span<const PermitIndex> Registry::permits_of(std::string_view vehicle) const noexcept {
  const auto found = parts_->range_of_vehicle.find(vehicle);
  if (found == parts_->range_of_vehicle.end()) return {};
  return std::span{parts_->permits_by_vehicle}.subspan(found->second.begin, found->second.count);
}

}  // namespace haulwatch::registry
