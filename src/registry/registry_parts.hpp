#pragma once

#include <haulwatch/registry/registry.hpp>

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace haulwatch::registry {

/// What a registry is made of.
struct RegistryParts {
  std::uint32_t version = 0;
  geo::LocalFrame frame;
  std::vector<Site> sites;
  std::vector<Zone> zones;
  std::vector<Gate> gates;
  std::vector<Route> routes;
  std::vector<Permit> permits;
  geo::PlaceIndex places;
  geo::PlaceIndex barriers;
  std::vector<ZoneIndex> forbidden_zones;  ///< of its areas
  geo::CorridorIndex corridors;

  struct Range {
    std::uint32_t begin = 0;
    std::uint32_t count = 0;
  };
  /// The permits of one vehicle after those of the other.
  std::vector<PermitIndex> permits_by_vehicle;
  /// Keys view the names inside `permits`, which never change once they are here.
  std::unordered_map<std::string_view, Range> range_of_vehicle;
};

/// Of a type that only `Registry` and `compile` may name.
struct Registry::Parts : RegistryParts {};

}  // namespace haulwatch::registry
