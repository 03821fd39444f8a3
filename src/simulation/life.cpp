#include "truck_life.hpp"
#include "vessel_life.hpp"

#include <haulwatch/simulation/life.hpp>
#include <haulwatch/simulation/random.hpp>

#include <vector>

namespace haulwatch::simulation {

Crew crew_of(const Surroundings& surroundings, std::uint32_t vehicle) {
  const Profile& profile = *surroundings.profile;
  Random random = Random::stream(surroundings.seed, "crew", vehicle);
  Crew crew;
  crew.vessel = random.chance(profile.vessels.vessels.value);
  std::vector<std::uint32_t> permits;
  const auto collect = [&](bool by_water) {
    const auto& all = surroundings.county->permits();
    for (std::uint32_t i = 0; i < all.size(); ++i)
      if (all[i].by_water == by_water) permits.push_back(i);
  };
  collect(crew.vessel);
  if (permits.empty()) {
    crew.vessel = false;
    collect(false);
  }
  crew.permit = permits[random.whole(permits.size())];
  crew.dishonest = random.chance(profile.dumping.dishonest.value);
  crew.named_in_permit = !random.chance(profile.offences.no_permit.value) || crew.vessel;
  crew.speeding = random.chance(profile.offences.speeding.value);
  crew.pace = random.normal(crew.speeding ? 1.16 : 0.92, profile.traffic.driver_spread);
  return crew;
}

std::unique_ptr<Life> begin_life(const Surroundings& surroundings, std::uint32_t vehicle) {
  const Crew crew = crew_of(surroundings, vehicle);
  if (crew.vessel) return std::make_unique<VesselLife>(surroundings, vehicle, crew);
  return std::make_unique<TruckLife>(surroundings, vehicle, crew);
}

}  // namespace haulwatch::simulation
