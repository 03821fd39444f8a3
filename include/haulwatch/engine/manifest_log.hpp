#pragma once

#include <haulwatch/detect/manifest_shelf.hpp>
#include <haulwatch/manifest.hpp>
#include <haulwatch/registry/registry.hpp>
#include <haulwatch/units.hpp>

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace haulwatch {

/// All versions of all manifests of a recording, by the vehicle that they concern, and which loads owe one.
///
/// A version that gives a manifest to another vehicle concerns both: the one loses it, the other gets it. Threads:
/// immutable.
class ManifestLog {
 public:
  /// \param versions as they became known; of equal `at`, the later in the list is the later
  /// \param until what became known later is left out
  ManifestLog(std::vector<Manifest> versions, const registry::Registry& registry,
              std::optional<TimeUtc> until = std::nullopt);

  /// By `at`.
  [[nodiscard]] std::span<const Manifest> of(std::string_view vehicle) const noexcept;

  [[nodiscard]] const std::shared_ptr<const detect::ManifestDuty>& duty() const noexcept { return duty_; }

  /// Calls `on_vehicle(name)` for each that has a manifest, in the order of their names.
  template <class OnVehicle>
  void for_each_vehicle(OnVehicle&& on_vehicle) const {
    for (const auto& entry : by_vehicle_) on_vehicle(std::string_view{entry.first});
  }

 private:
  std::map<std::string, std::vector<Manifest>, std::less<>> by_vehicle_;
  std::shared_ptr<const detect::ManifestDuty> duty_;
};

}  // namespace haulwatch
