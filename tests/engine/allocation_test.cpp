#include "support/counted_allocations.hpp"
#include "support/random_fleet.hpp"
#include "support/recorded_events.hpp"
#include "support/variations.hpp"

#include <haulwatch/engine/default_engine.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace haulwatch::test {
namespace {

using namespace std::chrono_literals;

/// Counts what it is told, and forgets it.
class CountingSink : public Sink {
 public:
  void on_event(const Event& event) override { ++events[static_cast<std::size_t>(event.kind)]; }
  void on_refused(const Fix&, Verdict why) override { verdicts.add(why); }
  void on_track(const track::CleanedFix&) override { ++tracks; }

  [[nodiscard]] std::uint64_t of(EventKind kind) const { return events[static_cast<std::size_t>(kind)]; }

  std::array<std::uint64_t, event_kind_count> events{};
  VerdictCounts verdicts;
  std::uint64_t tracks = 0;
};

/// Rows out of order by up to 25 s, and a tick every ten seconds. \returns what was allocated meanwhile.
long drive(Engine& engine, const std::vector<Fix>& rows) {
  const long before = allocations;
  TimeUtc next = rows.front().time;
  for (const Fix& fix : rows) {
    engine.push(fix);
    for (; next <= fix.time; next += 10s) engine.advance({next});
  }
  return allocations - before;
}

class EngineAllocation : public ::testing::TestWithParam<Delivery> {};
INSTANTIATE_TEST_SUITE_P(Delivery, EngineAllocation, ::testing::Values(Delivery::ordered, Delivery::immediate),
                         [](const auto& each) { return each.param == Delivery::ordered ? "ordered" : "immediate"; });

TEST_P(EngineAllocation, NothingIsAllocatedOnceADayLikeThisHasBeenSeen) {
  const RandomFleet fleet = random_fleet({.seed = 61, .vehicles = 24, .span = 2h, .spikes = 0.01});
  CountingSink sink;
  EngineOptions options;
  options.delivery = GetParam();
  options.tracks = true;
  Engine engine{fleet.registry(), default_chain(), options, sink};
  for (const std::string& name : fleet.recording.vehicles) engine.vehicle(name);
  const Recording rows = delayed(fleet.recording, 25s, 62);
  // The journals reach back for a day, and the eldest of it goes in steps.
  constexpr int days = 20;
  for (int day = 0; day < days; ++day) drive(engine, later_by(rows, std::chrono::days{day}).fixes);

  const std::vector<Fix> next_day = later_by(rows, std::chrono::days{days}).fixes;
  const CountingSink before = sink;
  EXPECT_EQ(drive(engine, next_day), 0);

  for (const EventKind kind : {EventKind::stop_ended, EventKind::gate_crossed, EventKind::site_left,
                               EventKind::zone_left, EventKind::signal_restored})
    EXPECT_GE(sink.of(kind) - before.of(kind), 10U) << name_of(kind);
  EXPECT_GE(sink.verdicts[Verdict::implied_speed] - before.verdicts[Verdict::implied_speed], 10U);
  EXPECT_GE(sink.tracks - before.tracks, next_day.size() * 9 / 10);
}

}  // namespace
}  // namespace haulwatch::test
