#pragma once

#include "support/random_fleet.hpp"
#include "support/recorded_events.hpp"

#include <haulwatch/fix.hpp>
#include <haulwatch/units.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace haulwatch::bench {

/// A fleet of any size that reports every ten seconds for ever: a few invented trucks, each followed by many vehicles
/// that are on their way at other moments of it.
///
/// Sites, zones, gates, stops, spikes and duplicates are those of `random_fleet`. Memory: the invented trucks alone.
class FleetOnTheRoad {
 public:
  FleetOnTheRoad() {
    tracks_.resize(fleet_.recording.vehicles.size());
    for (const Fix& fix : fleet_.recording.fixes) tracks_[static_cast<std::size_t>(fix.vehicle)].push_back(fix);
    std::vector<std::vector<Fix>> every_ten_seconds;
    for (std::size_t i = 0; i < tracks_.size(); ++i)
      if (i % 8 == 3 || i % 8 == 4) every_ten_seconds.push_back(tracks_[i]);
    tracks_ = every_ten_seconds;
  }

  [[nodiscard]] test::RegistryPtr registry() const { return fleet_.registry(); }
  [[nodiscard]] static TimeUtc start() { return std::chrono::sys_days{std::chrono::year{2026} / 4 / 1}; }

  /// What a vehicle reports in the ten seconds that begin `round` intervals after the start.
  [[nodiscard]] Fix fix(std::uint32_t vehicle, std::int64_t round) const {
    const std::vector<Fix>& track = tracks_[vehicle % tracks_.size()];
    const auto length = static_cast<std::int64_t>(track.size());
    Fix fix = track[static_cast<std::size_t>((round + 37LL * vehicle) % length)];
    fix.time = start() + round * interval + Milliseconds{vehicle * 7919LL % interval.count()};
    fix.received = no_time;
    fix.vehicle = VehicleIndex{vehicle};
    return fix;
  }

  static constexpr Milliseconds interval = std::chrono::seconds{10};

 private:
  test::RandomFleet fleet_ = test::random_fleet({.seed = 71, .vehicles = 64});
  std::vector<std::vector<Fix>> tracks_;
};

}  // namespace haulwatch::bench
