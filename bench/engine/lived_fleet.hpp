#pragma once

#include <haulwatch/engine/vehicle_names.hpp>
#include <haulwatch/fix.hpp>
#include <haulwatch/io/byte_source.hpp>
#include <haulwatch/io/csv_reader.hpp>
#include <haulwatch/io/track_format.hpp>
#include <haulwatch/registry/compile.hpp>
#include <haulwatch/registry/registry.hpp>
#include <haulwatch/simulation/profile.hpp>
#include <haulwatch/simulation/world.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace haulwatch::bench {

/// A fleet of any size that lives a day as the simulator's trucks do: with places, permits, queues, loads, dead zones
/// and the faults of its terminals.
///
/// So many trucks are simulated; the fleet is made of copies of them, each under its own name and its own place in the
/// registry's permits, that report in the order of arrival, and in a shuffled order within ten seconds. Memory: the
/// simulated trucks' fixes, and the names.
class LivedFleet {
 public:
  struct Options {
    std::string profile = "typical";
    std::uint32_t simulated = 500;
    std::uint32_t vehicles = 10'000;
    std::uint64_t seed = 5;
    std::chrono::minutes duration{5 * 60};
  };

  explicit LivedFleet(const Options& options) : vehicles_{options.vehicles} {
    simulation::World world{{.seed = options.seed,
                             .vehicles = std::min(options.simulated, options.vehicles),
                             .duration = options.duration,
                             .profile = simulation::load_profile(options.profile)}};
    simulated_ = static_cast<std::uint32_t>(world.names().size());
    names_ = world.names();
    names_.reserve(vehicles_);
    for (std::uint32_t i = simulated_; i < vehicles_; ++i)
      names_.push_back(names_[i % simulated_] + '~' + std::to_string(i / simulated_));
    registry_ = registry::compile(with_copies(world.registry()), 1);
    std::string csv;
    simulation::World::Output output;
    output.tracks = [&](std::string_view text) { csv += text; };
    output.truth = output.manifests = [](std::string_view) {};
    world.run(output);
    read(csv);
  }

  [[nodiscard]] std::shared_ptr<const registry::Registry> registry() const { return registry_; }
  [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }
  [[nodiscard]] std::uint32_t vehicles() const noexcept { return vehicles_; }
  /// Vehicle `i` is a copy of vehicle `i % simulated()`.
  [[nodiscard]] std::uint32_t simulated() const noexcept { return simulated_; }
  /// Arrival of the first fix of all.
  [[nodiscard]] TimeUtc begins() const noexcept { return begins_; }
  /// Of the simulated trucks, in order of arrival.
  [[nodiscard]] const std::vector<Fix>& fixes() const noexcept { return fixes_; }

  /// Adds what the whole fleet sends from `from` up to `to`, copies of one report in places of their own.
  void add_arrivals(TimeUtc from, TimeUtc to, std::vector<Fix>& batch) const {
    const auto later = [](const Fix& fix, TimeUtc time) { return arrival(fix) < time; };
    const auto first = std::lower_bound(fixes_.begin(), fixes_.end(), from, later);
    const auto last = std::lower_bound(first, fixes_.end(), to, later);
    const auto reports = static_cast<std::size_t>(last - first);
    const std::size_t copies = (vehicles_ + simulated_ - 1) / simulated_;
    const std::size_t begin = batch.size();
    // Copy k goes through the same reports k steps ahead of copy 0, so that neighbours in time are different trucks,
    // and each vehicle's own order stays.
    for (std::size_t step = 0; step < reports + copies; ++step)
      for (std::size_t k = 0; k < copies; ++k) {
        const std::size_t copy = k * stride(copies) % copies;
        const std::size_t at = step - k;
        if (at >= reports) continue;
        Fix fix = *(first + static_cast<std::ptrdiff_t>(at));
        const auto vehicle = static_cast<std::uint32_t>(static_cast<std::size_t>(fix.vehicle) + copy * simulated_);
        if (vehicle >= vehicles_) continue;
        fix.vehicle = VehicleIndex{vehicle};
        fix.record = static_cast<std::uint32_t>(begin + batch.size());
        batch.push_back(fix);
      }
  }

  [[nodiscard]] static TimeUtc arrival(const Fix& fix) noexcept {
    return fix.received != no_time ? fix.received : fix.time;
  }

 private:
  /// Coprime to the number of copies, and about the golden section of it: neighbours are far apart in memory.
  static std::size_t stride(std::size_t copies) noexcept {
    auto stride = static_cast<std::size_t>(0.618 * static_cast<double>(copies)) | 1U;
    while (std::gcd(stride, copies) != 1) ++stride;
    return stride;
  }

  registry::RegistryDraft with_copies(registry::RegistryDraft draft) const {
    VehicleNames simulated;
    for (std::uint32_t i = 0; i < simulated_; ++i) simulated.intern(names_[i]);
    for (registry::PermitDraft& permit : draft.permits) {
      const std::size_t named = permit.vehicles.size();
      for (std::size_t i = 0; i < named; ++i) {
        const auto vehicle = simulated.find(permit.vehicles[i]);
        if (!vehicle) continue;
        for (std::size_t copy = static_cast<std::size_t>(*vehicle) + simulated_; copy < vehicles_; copy += simulated_)
          permit.vehicles.push_back(names_[copy]);
      }
    }
    return draft;
  }

  void read(std::string_view csv) {
    VehicleNames names;
    for (std::uint32_t i = 0; i < simulated_; ++i) names.intern(names_[i]);
    const auto reader = io::read_csv_tracks(io::bytes_in_memory(csv), io::TrackFormat{}, names);
    for (io::FixBatch batch; reader->read_batch(batch);)
      fixes_.insert(fixes_.end(), batch.fixes.begin(), batch.fixes.end());
    std::stable_sort(fixes_.begin(), fixes_.end(), [](const Fix& a, const Fix& b) { return arrival(a) < arrival(b); });
    begins_ = arrival(fixes_.front());
  }

  std::uint32_t vehicles_;
  std::uint32_t simulated_ = 0;
  std::vector<std::string> names_;
  std::shared_ptr<const registry::Registry> registry_;
  std::vector<Fix> fixes_;
  TimeUtc begins_ = no_time;
};

}  // namespace haulwatch::bench
