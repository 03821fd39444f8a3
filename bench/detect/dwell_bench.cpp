#include "stage_samples.hpp"

#include "support/registry_builder.hpp"

#include <haulwatch/detect/dwell.hpp>

#include <algorithm>
#include <chrono>
#include <vector>

namespace haulwatch::detect {
namespace {

using namespace std::chrono_literals;

/// Against the halts that the driver really made: nine of ten, and nine of ten that are given are halts.
bool agrees_with_truth(const std::vector<Sample>& samples, const std::vector<test::TrueHalt>& halts,
                       const bench::RegistryPtr& registry) {
  const Chain<Dwell> chain{Dwell{}};
  const World world{*registry, "ZF-1", registry->frame(), true};
  Chain<Dwell>::State state;
  std::vector<Event> events;
  std::uint32_t sequence = 0;
  Emit emit;
  emit.at_vehicle(events, world.vehicle, sequence, 1);
  for (const Sample& sample : samples) chain.on_sample(state, sample, world, emit);
  std::vector<test::TrueHalt> found;
  for (const Event& event : events) {
    if (event.kind != EventKind::stop_ended) continue;
    const Stop& stop = std::get<Stop>(event.details);
    found.push_back({stop.start, stop.end});
  }
  test::StopScore score;
  test::score(score, halts, found, 90s);
  return score.owed > 50 && score.recall() >= 0.9 && score.precision() >= 0.9;
}

void BM_Dwell(benchmark::State& state, bool speed) {
  const auto registry =
      test::registry_at({121.0, 30.7}).site("yard", registry::SiteRole::depot, test::box({0, 0}, 300, 300)).build();
  const test::RandomDriver driver{101, 48h};
  test::TrackingUnit unit;
  unit.speed = speed;
  unit.interval = Milliseconds{1'000 * state.range(0)};
  const auto samples = bench::samples_of(driver.fixes(unit, 102), registry);
  if (!agrees_with_truth(samples, driver.halts(), registry)) return state.SkipWithError("misses the true halts");
  bench::time_stages(state, registry, samples, Chain<Dwell>{Dwell{}});
}
BENCHMARK_CAPTURE(BM_Dwell, by_speed, true)->ArgName("interval_s")->Arg(1)->Arg(10)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(BM_Dwell, by_place, false)->ArgName("interval_s")->Arg(10)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace haulwatch::detect
