#pragma once

#include <haulwatch/engine/vehicle_names.hpp>
#include <haulwatch/fix.hpp>

#include <cstddef>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string_view>
#include <vector>

namespace haulwatch::detail {

/// Which vehicles a pipeline knows, and whose they are. Asked when a vehicle is met, never for a fix. Threads: any.
class VehicleDirectory {
 public:
  struct Claim {
    VehicleIndex vehicle{};
    std::string_view name;  ///< lives as long as the directory
  };

  /// The number of a vehicle that is the source's from now on, or was before; absent when it is another's.
  [[nodiscard]] std::optional<Claim> claim(std::string_view name, std::size_t source) {
    const std::unique_lock lock{mutex_};
    const VehicleIndex vehicle = names_.intern(name);
    if (static_cast<std::size_t>(vehicle) == owners_.size()) owners_.push_back(source);
    if (owners_[static_cast<std::size_t>(vehicle)] != source) return std::nullopt;
    return Claim{vehicle, names_.name(vehicle)};
  }

  [[nodiscard]] std::string_view name(VehicleIndex vehicle) const {
    const std::shared_lock lock{mutex_};
    return names_.name(vehicle);
  }

 private:
  mutable std::shared_mutex mutex_;
  VehicleNames names_;
  std::vector<std::size_t> owners_;
};

}  // namespace haulwatch::detail
