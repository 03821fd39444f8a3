#include <haulwatch/detect/dwell.hpp>

#include "detect/random_driver.hpp"

#include <haulwatch/engine/chain.hpp>
#include <haulwatch/engine/engine.hpp>
#include <haulwatch/event.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

namespace haulwatch::test {
namespace {

using namespace std::chrono_literals;

struct StopsTold : Sink {
  std::vector<TrueHalt> ended;
  void on_event(const Event& event) override {
    if (event.kind != EventKind::stop_ended) return;
    const Stop& stop = std::get<Stop>(event.details);
    ended.push_back({stop.start, stop.end});
  }
};

/// Over three shifts of eight hours: some 110 halts.
StopScore score_of(const TrackingUnit& unit) {
  StopScore total;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const RandomDriver driver{seed, 8h};
    StopsTold told;
    BasicEngine engine{registry::Registry::none(), Chain{detect::Dwell{}}, {}, told};
    engine.vehicle("ZF-1");
    engine.push(driver.fixes(unit, seed));
    engine.finish();
    for (std::size_t i = 1; i < told.ended.size(); ++i)
      EXPECT_GE(told.ended[i].start, told.ended[i - 1].end) << "seed " << seed;
    score(total, driver.halts(), told.ended, std::max<Milliseconds>(90s, 3 * unit.interval));
  }
  return total;
}

struct Owed {
  TrackingUnit unit;
  double recall;
  double precision;
  double median_edge_s;
};

void expect(const Owed& owed) {
  const StopScore score = score_of(owed.unit);
  const auto interval = seconds(owed.unit.interval);
  ASSERT_GT(score.owed, 60U) << interval;
  EXPECT_GE(score.recall(), owed.recall) << interval;
  EXPECT_GE(score.precision(), owed.precision) << interval;
  EXPECT_LE(absolute_at(0.5, score.start_error_s), owed.median_edge_s) << interval;
  EXPECT_LE(absolute_at(0.5, score.end_error_s), owed.median_edge_s) << interval;
}

TEST(DwellOverRandomDrivers, FindsHaltsFromReportsWithSpeed) {
  for (const Milliseconds interval : {1s, 5s, 10s, 15s, 30s}) expect({{.interval = interval}, 0.98, 0.98, 5.0});
}

TEST(DwellOverRandomDrivers, FindsHaltsFromPlacesAlone) {
  for (const Milliseconds interval : {1s, 5s, 10s, 15s, 30s})
    expect({{.interval = interval, .speed = false}, 0.97, 0.96, interval > 15s ? 15.0 : 5.0});
}

TEST(DwellOverRandomDrivers, FindsHaltsThroughNoiseThatLasts) {
  for (const bool speed : {true, false})
    for (const Milliseconds interval : {1s, 10s, 30s})
      expect({{.interval = interval, .sigma_m = 10.0, .correlation_s = 60.0, .speed = speed}, 0.96, 0.96, 15.0});
}

TEST(DwellOverRandomDrivers, FindsHaltsOfATerminalThatSleepsThroughThem) {
  for (const bool speed : {true, false})
    for (const Milliseconds interval : {10s, 30s})
      expect({{.interval = interval, .speed = speed, .parked_interval = 10min}, 0.96, 0.96, 15.0});
}

TEST(DwellOverRandomDrivers, LosesNoneToReportsThatAreLost) {
  expect({{.interval = 10s, .lost_share = 0.2}, 0.98, 0.98, 5.0});
}

}  // namespace
}  // namespace haulwatch::test
