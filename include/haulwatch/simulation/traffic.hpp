#pragma once

#include <haulwatch/simulation/path.hpp>
#include <haulwatch/simulation/profile.hpp>
#include <haulwatch/simulation/random.hpp>

#include <cstdint>

namespace haulwatch::simulation {

/// What all vehicles meet on the roads alike: lights, jams of the hour, trains.
///
/// It is a function of place and time, so that vehicles need not be moved together.
/// Threads: any number at once.
class Traffic {
 public:
  Traffic(const RoadNetwork& network, const TrafficProfile& profile, std::uint64_t seed) noexcept
      : network_{network}, profile_{profile}, seed_{seed} {}

  /// Puts stop lines and jams onto a way that begins at `clock_s`. \param own what differs from vehicle to vehicle
  void put_onto(WayPoints& points, double clock_s, Random& own) const;

  /// How long the light still is red. \param heading_rad in which the junction is reached
  [[nodiscard]] double red_for(NodeIndex junction, double heading_rad, double clock_s) const noexcept;

  /// How long the barriers of level crossings still are down. \param place tells crossings apart
  [[nodiscard]] double barrier_for(std::uint64_t place, double clock_s) const noexcept;

  /// The share of roads that jam at this time of the day.
  [[nodiscard]] double jam_share_at(double clock_s) const noexcept;

 private:
  [[nodiscard]] bool jams(RoadIndex road, double clock_s) const noexcept;
  void add_stop_line(WayPoints& out, const WayPoint& at, Random& own) const;
  void add_jam(WayPoints& out, const WayPoint& to, Random& own) const;

  const RoadNetwork& network_;
  TrafficProfile profile_;
  std::uint64_t seed_;
};

/// Hours since midnight at the county's own time. \param clock_s seconds since the world began
[[nodiscard]] double hour_of_day(double clock_s) noexcept;

}  // namespace haulwatch::simulation
