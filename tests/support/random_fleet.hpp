#pragma once

#include "support/recorded_events.hpp"
#include "support/registry_builder.hpp"

#include <haulwatch/lon_lat.hpp>
#include <haulwatch/units.hpp>

#include <chrono>
#include <cstdint>

namespace haulwatch::test {

/// What a random fleet is made of. The same settings give the same fleet.
struct FleetSettings {
  std::uint64_t seed = 1;
  int vehicles = 12;
  Milliseconds span = std::chrono::hours{3};  ///< its middle is midnight at +08:00, so that windows change
  LonLat frame{121.0, 30.7};
  double spikes = 0.004;     ///< share of fixes that are thrown 0.3 to 4 km away; a tenth as many by hundreds
  double duplicates = 0.01;  ///< share of fixes that are sent twice
};

/// Sites, gates, zones, streets and permits some 17 km from the frame's origin, and trucks that drive and stand among
/// them: by different intervals and noise, with silences, spikes and duplicates, in order of event time.
struct RandomFleet {
  registry::RegistryDraft draft;
  Recording recording;

  [[nodiscard]] RegistryPtr registry() const { return registry::compile(draft, 1); }
};

[[nodiscard]] RandomFleet random_fleet(const FleetSettings& settings);

/// The same, but that all trucks haul between all sites under two permits, each of which allows a single load: the
/// trips are many, and all but two exceed a quota.
[[nodiscard]] RandomFleet with_one_load_a_permit(RandomFleet fleet);

}  // namespace haulwatch::test
