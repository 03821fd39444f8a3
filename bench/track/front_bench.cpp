#include "detect/random_driver.hpp"

#include <haulwatch/track/front.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace haulwatch::track {
namespace {

using namespace std::chrono_literals;

/// Two days of one truck at reports of ten seconds, as they arrive.
std::vector<Fix> drive(Milliseconds delay) {
  const test::RandomDriver driver{81, 48h};
  std::vector<Fix> fixes = driver.fixes({}, 82);
  std::mt19937_64 random{83};
  std::vector<std::pair<TimeUtc, Fix>> arriving;
  for (const Fix& fix : fixes) {
    const double share = static_cast<double>(random() >> 11U) * 0x1p-53;
    arriving.emplace_back(fix.time + Milliseconds{std::llround(share * static_cast<double>(delay.count()))}, fix);
  }
  std::stable_sort(arriving.begin(), arriving.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 0; i < fixes.size(); ++i) fixes[i] = arriving[i].second;
  return fixes;
}

struct Kept {
  std::vector<Sample> samples;
  std::size_t refusals = 0;

  void sample(const Sample& sample) { samples.push_back(sample); }
  void refused(const Fix&, Verdict) { ++refusals; }
  void rebase(const geo::LocalFrame&, const geo::LocalFrame&) {}
};

Kept through_front(const std::vector<Fix>& fixes) {
  const Front front;
  Front::State state;
  FixSlab slab;
  Kept kept;
  for (const Fix& fix : fixes) front.push(state, fix, slab, kept);
  front.flush(state, slab, kept);
  return kept;
}

/// The slow way: all fixes sorted first, then gate and filter called one after the other on each.
std::vector<Motion> sorted_then_cleaned(std::vector<Fix> fixes) {
  std::sort(fixes.begin(), fixes.end(), [](const Fix& a, const Fix& b) { return a.time < b.time; });
  const JumpGate gate;
  const Smoother smoother;
  const geo::LocalFrame frame{fixes.front().position};
  JumpGate::State gate_state;
  Smoother::State state;
  std::vector<Motion> motions;
  const auto keep = [&](const PlacedFix& fix) {
    smoother.update(state, fix, JumpGate::speeds_trusted(gate_state));
    motions.push_back(state.motion);
  };
  const auto refuse = [](const Fix&, Verdict) {};
  for (const Fix& fix : fixes)
    gate.take(
        gate_state, {fix, frame.to_local(fix.position), smoother.sigma_of(fix)},
        [&](TimeUtc time) { return smoother.course(state, time); }, keep, refuse);
  gate.resolve(gate_state, keep, refuse);
  return motions;
}

/// In the frame of the first fix to arrive the metres differ in the last bits, and by nothing that matters.
bool agrees_with_sorting(const std::vector<Fix>& fixes) {
  const Kept kept = through_front(fixes);
  const std::vector<Motion> expected = sorted_then_cleaned(fixes);
  if (kept.samples.size() != expected.size() || kept.samples.size() + kept.refusals != fixes.size()) return false;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (geo::distance(kept.samples[i].place, expected[i].place) > 1e-3) return false;
    if (i > 0 && kept.samples[i].time <= kept.samples[i - 1].time) return false;
  }
  return kept.refusals > 0;
}

struct Ignored {
  double sum = 0.0;
  void sample(const Sample& sample) { sum += sample.place.x; }
  void refused(const Fix&, Verdict) { sum += 1.0; }
  void rebase(const geo::LocalFrame&, const geo::LocalFrame&) {}
};

void BM_Front(benchmark::State& state) {
  const std::vector<Fix> fixes = drive(Milliseconds{state.range(0)});
  if (!agrees_with_sorting(fixes)) return state.SkipWithError("differs from sorting first");
  const Front front;
  FixSlab slab;
  for (auto _ : state) {
    Front::State own;
    Ignored out;
    for (const Fix& fix : fixes) front.push(own, fix, slab, out);
    front.flush(own, slab, out);
    benchmark::DoNotOptimize(out.sum);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(fixes.size()));
  state.counters["bytes_per_vehicle"] = sizeof(Front::State);
}
BENCHMARK(BM_Front)->ArgName("delay_ms")->Arg(0)->Arg(25'000)->Unit(benchmark::kMillisecond);

void BM_TimeOrder(benchmark::State& state) {
  const std::vector<Fix> fixes = drive(Milliseconds{state.range(0)});
  if (!agrees_with_sorting(fixes)) return state.SkipWithError("differs from sorting first");
  const TimeOrder order;
  FixSlab slab;
  for (auto _ : state) {
    TimeOrder::State own;
    double sum = 0.0;
    const auto refuse = [&](const Fix&, Verdict) { sum += 1.0; };
    const auto accept = [&](const Fix& fix) { sum += fix.position.lon; };
    for (const Fix& fix : fixes)
      if (order.take(own, fix, slab, refuse)) order.release(own, slab, accept);
    order.flush(own, slab, accept, refuse);
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(fixes.size()));
}
BENCHMARK(BM_TimeOrder)->ArgName("delay_ms")->Arg(0)->Arg(25'000)->Unit(benchmark::kMillisecond);

void BM_JumpGateAndSmoother(benchmark::State& state) {
  const std::vector<Fix> fixes = drive(0ms);
  if (!agrees_with_sorting(fixes)) return state.SkipWithError("differs from sorting first");
  for (auto _ : state) benchmark::DoNotOptimize(sorted_then_cleaned(fixes).size());
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(fixes.size()));
}
BENCHMARK(BM_JumpGateAndSmoother)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace haulwatch::track
