#include "fleet_on_the_road.hpp"

#include "support/late_arrivals.hpp"

#include <haulwatch/engine/default_engine.hpp>

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace haulwatch::bench {
namespace {

using namespace std::chrono_literals;

const FleetOnTheRoad& fleet() {
  static const FleetOnTheRoad fleet;
  return fleet;
}

class SilentSink : public Sink {
 public:
  void on_event(const Event&) override { ++events; }
  std::int64_t events = 0;
};

EngineOptions with_journal(Milliseconds horizon) {
  EngineOptions options;
  options.journal.horizon = horizon;
  return options;
}

/// An engine whose vehicles have reported for `hours`.
struct Warm {
  Warm(std::uint32_t count, Milliseconds horizon, std::int64_t rounds)
      : vehicles{count}, engine{fleet().registry(), default_chain(), with_journal(horizon), sink} {
    for (std::uint32_t i = 0; i < vehicles; ++i) engine.vehicle("ZF-" + std::to_string(i));
    while (round < rounds) push_round();
  }
  void push_round() {
    for (std::uint32_t i = 0; i < vehicles; ++i) engine.push(fleet().fix(i, round));
    ++round;
    engine.advance({FleetOnTheRoad::start() + round * FleetOnTheRoad::interval});
  }

  std::uint32_t vehicles;
  SilentSink sink;
  Engine engine;
  std::int64_t round = 0;
};

/// What a journal costs while nothing is late. Argument: its horizon in hours; 0 for none.
void BM_JournalLive(benchmark::State& state) {
  Warm warm{200, std::chrono::hours{state.range(0)}, 1'000};
  for (auto _ : state) warm.push_round();
  state.SetItemsProcessed(state.iterations() * warm.vehicles);
}
BENCHMARK(BM_JournalLive)->ArgName("horizon_h")->Arg(0)->Arg(4)->Arg(24)->Iterations(3'000);

/// What a journal holds after a day and a half of reports every 10 s.
void BM_JournalMemory(benchmark::State& state) {
  for (auto _ : state) {
    Warm warm{4, std::chrono::hours{state.range(0)}, 36 * 360};
    const JournalUse use = warm.engine.journal_use();
    const auto fixes = static_cast<double>(use.fixes);
    state.counters["fixes_per_vehicle"] = fixes / warm.vehicles;
    state.counters["bytes_per_fix"] = static_cast<double>(use.fix_bytes) / fixes;
    state.counters["bytes_per_fix_with_all"] = static_cast<double>(use.bytes) / fixes;
  }
}
BENCHMARK(BM_JournalMemory)->ArgName("horizon_h")->Arg(4)->Arg(24)->Iterations(1)->Unit(benchmark::kMillisecond);

/// One vehicle's outage of so many hours, uploaded in pieces of 30, newest first, twice, among live fixes.
void BM_Upload(benchmark::State& state) {
  test::Recording day;
  day.vehicles = {"ZF-0"};
  for (std::int64_t round = 0; round < 30 * 360; ++round) day.fixes.push_back(fleet().fix(0, round));
  test::Outage outage;
  outage.to = FleetOnTheRoad::start() + 29h;
  outage.from = outage.to - std::chrono::hours{state.range(0)};
  const test::Arrivals arrived = test::arrivals(day, {outage}, test::ReceivedTimes::kept);
  for (auto _ : state) {
    const test::FoldedArrivals folded = test::fold(fleet().registry(), arrived, {{}, 0ms, nullptr, outage.to + 2h});
    state.counters["runs_again"] = static_cast<double>(folded.reruns);
    state.counters["late_fixes"] = static_cast<double>(arrived.at.size() - day.fixes.size()) * 2;
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(arrived.at.size()));
}
BENCHMARK(BM_Upload)->ArgName("outage_h")->Arg(0)->Arg(2)->Arg(20)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace haulwatch::bench
