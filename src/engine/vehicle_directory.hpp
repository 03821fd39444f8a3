#pragma once

#include <haulwatch/engine/vehicle_names.hpp>
#include <haulwatch/engine/vehicle_status.hpp>
#include <haulwatch/fix.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string_view>
#include <utility>
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
    if (static_cast<std::size_t>(vehicle) == owners_.size()) {
      owners_.push_back(source);
      statuses_.emplace_back();
    }
    if (owners_[static_cast<std::size_t>(vehicle)] != source) return std::nullopt;
    return Claim{vehicle, names_.name(vehicle)};
  }

  [[nodiscard]] std::string_view name(VehicleIndex vehicle) const {
    const std::shared_lock lock{mutex_};
    return names_.name(vehicle);
  }

  /// Lives as long as the directory.
  [[nodiscard]] StatusCell& status(VehicleIndex vehicle) {
    const std::shared_lock lock{mutex_};
    return statuses_[static_cast<std::size_t>(vehicle)];
  }
  [[nodiscard]] const StatusCell* find_status(std::string_view name) const {
    const std::shared_lock lock{mutex_};
    const auto vehicle = names_.find(name);
    return vehicle ? &statuses_[static_cast<std::size_t>(*vehicle)] : nullptr;
  }

  /// The statuses of all vehicles by their numbers, with their names. A copy, so that the call may take its time.
  [[nodiscard]] std::vector<std::pair<std::string_view, const StatusCell*>> all() const {
    const std::shared_lock lock{mutex_};
    std::vector<std::pair<std::string_view, const StatusCell*>> all;
    all.reserve(statuses_.size());
    for (std::size_t i = 0; i < statuses_.size(); ++i)
      all.emplace_back(names_.name(VehicleIndex{static_cast<std::uint32_t>(i)}), &statuses_[i]);
    return all;
  }

 private:
  mutable std::shared_mutex mutex_;
  VehicleNames names_;
  std::vector<std::size_t> owners_;
  std::deque<StatusCell> statuses_;
};

}  // namespace haulwatch::detail
