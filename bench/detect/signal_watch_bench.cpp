#include "stage_samples.hpp"

#include "support/registry_builder.hpp"

#include <haulwatch/detect/signal_watch.hpp>

#include <chrono>
#include <random>
#include <vector>

namespace haulwatch::detect {
namespace {

using namespace std::chrono_literals;

/// Stands in for `Dwell`: a truck that never stands.
class AlwaysMoving {
 public:
  struct State {};
  using Finding = Dwell::Finding;
  template <class FactsView>
  void on_sample(State&, const Sample&, const World&, FactsView&, Emit&) const noexcept {}
  template <class FactsView>
  void on_timer(State&, TimeUtc, const World&, FactsView&, Emit&) const noexcept {}
};

/// Reports of ten seconds, of which a hundredth is followed by a pause of up to six minutes.
std::vector<Sample> reports_with_pauses() {
  std::mt19937_64 random{111};
  std::vector<Sample> samples(10'000);
  TimeUtc now = test::test_day;
  for (Sample& sample : samples) {
    now += random() % 100 == 0 ? Milliseconds{random() % 360'000} + 1ms : Milliseconds{10s};
    sample.time = sample.fix.time = now;
    sample.fix.position = test::test_frame;
  }
  return samples;
}

/// Each pause of more than three minutes, and no other, is a silence from its first to its last report.
bool agrees_with_gaps(const std::vector<Sample>& samples, const bench::RegistryPtr& registry) {
  const Chain<AlwaysMoving, SignalWatch> chain{AlwaysMoving{}, SignalWatch{}};
  const World world{*registry, "ZF-1", registry->frame(), true};
  Chain<AlwaysMoving, SignalWatch>::State state;
  std::vector<Event> events;
  std::uint32_t sequence = 0;
  Emit emit;
  emit.at_vehicle(events, world.vehicle, sequence, 1);
  std::size_t next = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    chain.fire_timers_before(state, samples[i].time, world, emit);
    chain.on_sample(state, samples[i], world, emit);
    if (i == 0 || samples[i].time - samples[i - 1].time <= 3min) continue;
    if (events.size() != next + 2 || events[next].time != samples[i - 1].time ||
        events[next].detected != samples[i - 1].time + 3min || events[next + 1].time != samples[i].time)
      return false;
    next += 2;
  }
  return events.size() == next && next > 40;
}

void BM_SignalWatch(benchmark::State& state) {
  const auto registry =
      test::registry_at(test::test_frame).site("yard", registry::SiteRole::depot, test::box({0, 0}, 300, 300)).build();
  const auto samples = reports_with_pauses();
  if (!agrees_with_gaps(samples, registry)) return state.SkipWithError("differs from the gaps themselves");
  bench::time_stages(state, registry, samples, Chain<AlwaysMoving, SignalWatch>{AlwaysMoving{}, SignalWatch{}});
}
BENCHMARK(BM_SignalWatch)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace haulwatch::detect
