#include "detect/stage_samples.hpp"

#include "support/random_fleet.hpp"
#include "support/recorded_events.hpp"

#include <haulwatch/engine/default_engine.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace haulwatch::bench {
namespace {

/// The chain called by hand on each truck's samples tells what an engine tells of the recording, silences at its end
/// apart.
bool chain_agrees_with_engine(const test::RandomFleet& fleet, const test::RegistryPtr& registry) {
  const test::Told expected = test::fold(registry, fleet.recording);
  std::vector<Event> told;
  const DefaultChain chain = default_chain();
  for (std::size_t i = 0; i < fleet.recording.vehicles.size(); ++i) {
    std::vector<Fix> fixes;
    for (const Fix& fix : fleet.recording.fixes)
      if (static_cast<std::size_t>(fix.vehicle) == i) fixes.push_back(fix);
    const detect::World world{*registry, fleet.recording.vehicles[i], registry->frame(), true,
                              registry->permits_of(fleet.recording.vehicles[i])};
    DefaultChain::State state;
    std::uint32_t sequence = 0;
    detect::Emit emit;
    emit.at_vehicle(told, world.vehicle, sequence, 1);
    for (const detect::Sample& sample : samples_of(fixes, registry)) {
      chain.fire_timers_before(state, sample.time, world, emit);
      chain.on_sample(state, sample, world, emit);
    }
    chain.fire_timers_before(state, fleet.recording.fixes.back().time + Milliseconds{1}, world, emit);
  }
  return !told.empty() && test::lines(test::in_order(told)) == test::lines(expected.events);
}

void BM_DefaultChain(benchmark::State& state) {
  const test::RandomFleet fleet = test::random_fleet({.seed = 74, .vehicles = 4});
  const test::RegistryPtr registry = fleet.registry();
  if (!chain_agrees_with_engine(fleet, registry)) return state.SkipWithError("differs from an engine");
  std::vector<Fix> one_truck;
  for (const Fix& fix : fleet.recording.fixes)
    if (fix.vehicle == VehicleIndex{3}) one_truck.push_back(fix);
  time_stages(state, registry, samples_of(one_truck, registry), default_chain());
}
BENCHMARK(BM_DefaultChain)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace haulwatch::bench
