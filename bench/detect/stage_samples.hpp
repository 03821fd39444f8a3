#pragma once

#include "detect/random_driver.hpp"
#include "detect/stage_run.hpp"

#include <haulwatch/engine/chain.hpp>
#include <haulwatch/track/front.hpp>

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace haulwatch::bench {

using RegistryPtr = std::shared_ptr<const registry::Registry>;

/// What the front makes of a truck's fixes, in the registry's frame.
[[nodiscard]] inline std::vector<detect::Sample> samples_of(const std::vector<Fix>& fixes,
                                                            const RegistryPtr& registry) {
  struct Kept {
    std::vector<detect::Sample> samples;
    void sample(const detect::Sample& sample) { samples.push_back(sample); }
    void refused(const Fix&, Verdict) {}
    void rebase(const geo::LocalFrame&, const geo::LocalFrame&) {}
  } kept;
  const track::Front front{{}, &registry->frame()};
  track::Front::State state;
  track::FixSlab slab;
  for (const Fix& fix : fixes) front.push(state, fix, slab, kept);
  front.flush(state, slab, kept);
  return kept.samples;
}

/// Times a chain of stages on the samples of one truck.
template <class... Stages>
void time_stages(benchmark::State& state, const RegistryPtr& registry, const std::vector<detect::Sample>& samples,
                 const Chain<Stages...>& chain, std::span<const registry::PermitIndex> permits = {}) {
  const detect::World world{*registry, "ZF-1", registry->frame(), true, permits};
  std::vector<Event> events;
  std::size_t told = 0;
  for (auto _ : state) {
    typename Chain<Stages...>::State own;
    std::uint32_t sequence = 0;
    detect::Emit emit;
    emit.at_vehicle(events, world.vehicle, sequence, 1);
    for (const detect::Sample& sample : samples) {
      chain.fire_timers_before(own, sample.time, world, emit);
      chain.on_sample(own, sample, world, emit);
    }
    told = events.size();
    events.clear();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(samples.size()));
  state.counters["events_per_fix"] = static_cast<double>(told) / static_cast<double>(samples.size());
  state.counters["bytes_per_vehicle"] = sizeof(typename Chain<Stages...>::State);
}

}  // namespace haulwatch::bench
