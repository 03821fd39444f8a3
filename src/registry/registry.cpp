#include <haulwatch/registry/registry.hpp>

#include "registry_parts.hpp"

#include <haulwatch/registry/compile.hpp>

#include <utility>

namespace haulwatch::registry {

Registry::Registry(std::unique_ptr<const Parts> parts) noexcept : parts_{std::move(parts)} {}
Registry::~Registry() = default;

std::shared_ptr<const Registry> Registry::none() {
  static const std::shared_ptr<const Registry> nothing = compile({}, 0);
  return nothing;
}

std::uint32_t Registry::version() const noexcept {
  return parts_->version;
}

const geo::LocalFrame& Registry::frame() const noexcept {
  return parts_->frame;
}

bool Registry::has_places() const noexcept {
  return !sites().empty() || !zones().empty() || !gates().empty() || !routes().empty();
}

std::span<const Site> Registry::sites() const noexcept {
  return parts_->sites;
}

std::span<const Zone> Registry::zones() const noexcept {
  return parts_->zones;
}

std::span<const Gate> Registry::gates() const noexcept {
  return parts_->gates;
}

std::span<const Route> Registry::routes() const noexcept {
  return parts_->routes;
}

std::span<const Permit> Registry::permits() const noexcept {
  return parts_->permits;
}

const geo::PlaceIndex& Registry::places() const noexcept {
  return parts_->places;
}

const geo::CorridorIndex& Registry::corridors() const noexcept {
  return parts_->corridors;
}

std::span<const PermitIndex> Registry::permits_of(std::string_view vehicle) const noexcept {
  const auto found = parts_->range_of_vehicle.find(vehicle);
  if (found == parts_->range_of_vehicle.end()) return {};
  return std::span{parts_->permits_by_vehicle}.subspan(found->second.begin, found->second.count);
}

}  // namespace haulwatch::registry
