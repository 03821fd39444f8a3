#include "fleet_on_the_road.hpp"

#include "support/random_fleet.hpp"
#include "support/recorded_events.hpp"

#include <haulwatch/engine/default_engine.hpp>
#include <haulwatch/engine/default_replay.hpp>

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>
#include <string>

#include <malloc.h>

namespace haulwatch::bench {
namespace {

using namespace std::chrono_literals;

const FleetOnTheRoad& fleet() {
  static const FleetOnTheRoad fleet;
  return fleet;
}

/// The same events from an engine with ticks, from one that delivers at once, and from a replay of three shards.
bool engine_agrees_with_replay() {
  const test::RandomFleet fleet = test::random_fleet({.seed = 72, .vehicles = 16});
  ReplayOptions three;
  three.shards = 3;
  const test::Told replayed = test::replay(fleet.registry(), fleet.recording, three);
  test::Driving driving;
  driving.tick_every = 10s;
  const test::Told ticked = test::fold(fleet.registry(), fleet.recording, driving);
  driving.engine.delivery = Delivery::immediate;
  const test::Told at_once = test::fold(fleet.registry(), fleet.recording, driving);
  return test::same_events(replayed, ticked) && replayed.counts == ticked.counts &&
         test::lines(replayed.events) == test::lines(test::in_order(at_once.events));
}

class CountingSink : public Sink {
 public:
  void on_event(const Event&) override { ++events; }
  std::int64_t events = 0;
};

/// An engine whose vehicles have all been on the road for ten minutes.
class WarmEngine {
 public:
  explicit WarmEngine(std::int64_t vehicles) : vehicles_{static_cast<std::uint32_t>(vehicles)} {
    const std::size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
    for (std::uint32_t i = 0; i < vehicles_; ++i) engine.vehicle("ZF-" + std::to_string(i));
    for (int i = 0; i < 60; ++i) {
      push_round();
      engine.advance({now()});
    }
    bytes_a_vehicle = static_cast<double>(mallinfo2().uordblks + mallinfo2().hblkhd - before) / vehicles_;
  }

  void push_round() {
    for (std::uint32_t i = 0; i < vehicles_; ++i) engine.push(fleet().fix(i, round_));
    ++round_;
  }
  [[nodiscard]] TimeUtc now() const { return FleetOnTheRoad::start() + round_ * FleetOnTheRoad::interval; }

  CountingSink sink;
  Engine engine{fleet().registry(), default_chain(), {}, sink};
  double bytes_a_vehicle = 0.0;

 private:
  std::uint32_t vehicles_;
  std::int64_t round_ = 0;
};

/// Everything: ten seconds of the whole fleet, and ten ticks.
void BM_EnginePush(benchmark::State& state) {
  if (!engine_agrees_with_replay()) return state.SkipWithError("differs from a replay");
  WarmEngine warm{state.range(0)};
  const std::int64_t before = warm.sink.events;
  for (auto _ : state) {
    const TimeUtc from = warm.now();
    warm.push_round();
    for (auto second = 1s; second <= 10s; second += 1s) warm.engine.advance({from + second});
  }
  const std::int64_t fixes = state.iterations() * state.range(0);
  state.SetItemsProcessed(fixes);
  state.counters["events_per_fix"] = static_cast<double>(warm.sink.events - before) / static_cast<double>(fixes);
  state.counters["heap_bytes_per_vehicle"] = warm.bytes_a_vehicle;
}
BENCHMARK(BM_EnginePush)->ArgName("vehicles")->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

/// A tick a millisecond after the one before, when hardly anything is due: what a tick costs for the size of the fleet.
void BM_EngineIdleTick(benchmark::State& state) {
  if (!engine_agrees_with_replay()) return state.SkipWithError("differs from a replay");
  WarmEngine warm{state.range(0)};
  warm.push_round();
  TimeUtc now = warm.now() - FleetOnTheRoad::interval;
  for (auto _ : state) {
    now += Milliseconds{1};
    warm.engine.advance({now});
  }
}
BENCHMARK(BM_EngineIdleTick)->ArgName("vehicles")->Arg(10'000)->Arg(100'000)->Iterations(2'000);

void BM_Replay(benchmark::State& state) {
  const test::RandomFleet recorded = test::random_fleet({.seed = 73, .vehicles = 64});
  if (!engine_agrees_with_replay()) return state.SkipWithError("differs from an engine");
  const test::RegistryPtr registry = recorded.registry();
  VehicleNames names;
  for (const std::string& vehicle : recorded.recording.vehicles) names.intern(vehicle);
  class Silent : public ReplaySink {
    void on_event(const Event&) override {}
  } sink;
  ReplayOptions options;
  options.shards = static_cast<unsigned>(state.range(0));
  for (auto _ : state) {
    Replay replay{registry, default_chain(), options};
    replay.run([&] { return std::make_unique<test::RecordedFixes>(recorded.recording.fixes); }, names, sink);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(recorded.recording.fixes.size()));
}
BENCHMARK(BM_Replay)->ArgName("shards")->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace haulwatch::bench
