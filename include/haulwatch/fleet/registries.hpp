#pragma once

#include <haulwatch/registry/registry.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string_view>
#include <unordered_map>

namespace haulwatch::fleet {

/// The versions of the registry that events may name: a fold judges each event by the one that was in force.
///
/// Time: O(permits) to add a version; a look-up is one hash. Memory: keeps every version that it was given alive.
/// Threads: as a standard container.
class Registries {
 public:
  Registries() = default;
  explicit Registries(std::shared_ptr<const registry::Registry> first) { add(std::move(first)); }

  /// A version that is known already is replaced.
  void add(std::shared_ptr<const registry::Registry> registry);

  /// Null where that version is not known, or has no such permit.
  [[nodiscard]] const registry::Permit* permit(std::uint32_t version, std::string_view id) const noexcept;

 private:
  struct Version {
    std::shared_ptr<const registry::Registry> registry;
    std::unordered_map<std::string_view, registry::PermitIndex> permits;
  };
  std::map<std::uint32_t, Version> versions_;
};

}  // namespace haulwatch::fleet
