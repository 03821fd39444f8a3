#include "fleet_on_the_road.hpp"

#include "support/random_fleet.hpp"
#include "support/recorded_events.hpp"

#include <haulwatch/engine/default_engine.hpp>
#include <haulwatch/engine/default_pipeline.hpp>

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace haulwatch::bench {
namespace {

using namespace std::chrono_literals;

class CountingSink : public Sink {
 public:
  void on_event(const Event&) override { ++events; }
  std::uint64_t events = 0;
};

/// Does nothing with a fix: what is left of a pipeline is the way through it.
struct PassBy {
  struct State {};
  using Finding = detect::NoFinding<PassBy>;
  template <class FactsView>
  void on_sample(State&, const detect::Sample&, const detect::World&, FactsView&, detect::Emit&) const noexcept {}
  template <class FactsView>
  void on_timer(State&, TimeUtc, const detect::World&, FactsView&, detect::Emit&) const noexcept {}
};

/// Fixes that the admission refuses at once, so that an engine does next to nothing.
std::vector<Fix> refused_fixes(VehicleIndex vehicle, std::size_t count) {
  Fix fix;
  fix.vehicle = vehicle;
  fix.position = {400.0, 0.0};
  return std::vector<Fix>(count, fix);
}

/// The hop alone, by the size of a call: from `push` to an engine on the same thread, no waiting in between.
void BM_PipelineHop(benchmark::State& state) {
  CountingSink sink;
  PipelineOptions options;
  options.threads = PipelineThreads::host;
  options.overflow = Overflow::reject;
  BasicPipeline<Chain<PassBy>> pipeline{registry::Registry::none(), Chain<PassBy>{PassBy{}}, options, sink};
  Source source = pipeline.open_source();
  const auto batch = static_cast<std::size_t>(state.range(0));
  const std::vector<Fix> fixes = refused_fixes(source.vehicle("ZF-1").value(), batch);
  TimeUtc now{1h};
  for (auto _ : state) {
    source.push(fixes);
    while (pipeline.run_shard(0) > 0) {
    }
    // Refused fixes wait for a tick too.
    if (!source.tick(now += 1s)) state.SkipWithError("a tick was not taken");
    pipeline.run_shard(0);
    pipeline.deliver();
  }
  const PipelineMetrics metrics = pipeline.metrics();
  if (metrics.folded != metrics.offered) state.SkipWithError("a fix was lost");
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_PipelineHop)->ArgName("batch")->Arg(1)->Arg(8)->Arg(64)->Arg(512);

constexpr std::uint32_t vehicles = 10'000;

/// Ten seconds of a fleet and a tick, folded by an engine on this thread: what the pipeline is measured against.
void BM_BareEngine(benchmark::State& state) {
  const FleetOnTheRoad fleet;
  CountingSink sink;
  Engine engine{fleet.registry(), default_chain(), {}, sink};
  for (std::uint32_t i = 0; i < vehicles; ++i) engine.vehicle("ZF-" + std::to_string(i));
  std::int64_t round = 0;
  for (auto _ : state) {
    for (std::uint32_t i = 0; i < vehicles; ++i) engine.push(fleet.fix(i, round));
    engine.advance({FleetOnTheRoad::start() + ++round * FleetOnTheRoad::interval});
  }
  state.SetItemsProcessed(state.iterations() * vehicles);
}
BENCHMARK(BM_BareEngine)->Unit(benchmark::kMillisecond)->Iterations(60)->MeasureProcessCPUTime();

/// The same through a pipeline. CPU time is that of all its threads.
void BM_Pipeline(benchmark::State& state) {
  const FleetOnTheRoad fleet;
  CountingSink sink;
  PipelineOptions options;
  options.shards = static_cast<unsigned>(state.range(0));
  const auto batch = static_cast<std::size_t>(state.range(1));
  Pipeline pipeline{fleet.registry(), default_chain(), options, sink};
  Source source = pipeline.open_source();
  std::vector<VehicleIndex> numbers;
  for (std::uint32_t i = 0; i < vehicles; ++i) numbers.push_back(source.vehicle("ZF-" + std::to_string(i)).value());
  std::vector<Fix> call;
  std::int64_t round = 0;
  for (auto _ : state) {
    for (std::uint32_t i = 0; i < vehicles; ++i) {
      call.push_back(fleet.fix(i, round));
      call.back().vehicle = numbers[i];
      if (call.size() < batch) continue;
      source.push(call);
      call.clear();
    }
    source.push(call);
    call.clear();
    source.tick(FleetOnTheRoad::start() + ++round * FleetOnTheRoad::interval);
  }
  pipeline.drain();
  const PipelineMetrics metrics = pipeline.metrics();
  if (metrics.folded != metrics.offered) state.SkipWithError("a fix was lost");
  state.SetItemsProcessed(state.iterations() * vehicles);
  state.counters["queue_wait_p99_us"] = static_cast<double>(metrics.queue_wait.quantile(0.99).count());
}
BENCHMARK(BM_Pipeline)
    ->ArgNames({"shards", "batch"})
    ->ArgsProduct({{1, 2}, {1, 64, 512}})
    ->Unit(benchmark::kMillisecond)
    ->Iterations(60)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

/// One vehicle's present, for whoever holds its cell.
void BM_VehicleStatus(benchmark::State& state) {
  StatusCell cell;
  VehicleStatus status;
  status.registry = 7;
  cell.write(status);
  for (auto _ : state) benchmark::DoNotOptimize(cell.read());
}
BENCHMARK(BM_VehicleStatus);

}  // namespace
}  // namespace haulwatch::bench
