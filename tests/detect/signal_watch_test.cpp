#include <haulwatch/detect/signal_watch.hpp>

#include "detect/stage_run.hpp"
#include "support/random_fleet.hpp"
#include "support/recorded_events.hpp"
#include "support/truck_motion.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace haulwatch::detect {
namespace {

using namespace std::chrono_literals;
using test::s_of;
using test::StageRun;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Truck = StageRun<Dwell, SignalWatch>;

Truck run() {
  return Truck{registry::Registry::none(), Dwell{}, SignalWatch{}};
}

std::vector<std::string> silences(const Truck& truck) {
  std::vector<std::string> all;
  for (const Event& event : truck.events())
    if (event.kind == EventKind::signal_lost || event.kind == EventKind::signal_restored)
      all.push_back(std::string{event.kind == EventKind::signal_lost ? "lost " : "back "} +
                    std::to_string(std::lround(s_of(event.time))) + " known " +
                    std::to_string(std::lround(s_of(event.detected))));
  return all;
}

TEST(SignalWatch, CallsThreeMinutesOfNothingASilence) {
  auto truck = run();
  truck.line(0, 100, 10, {0, 0}, {1000, 0}, 10.0).silent_until(279);
  EXPECT_THAT(silences(truck), IsEmpty());
  truck.silent_until(280);
  EXPECT_THAT(silences(truck), ElementsAre("lost 100 known 280"));
}

TEST(SignalWatch, WaitsForThreeOfTheVehiclesOwnIntervals) {
  auto truck = run();
  truck.line(0, 2400, 120, {0, 0}, {24000, 0}, 10.0).silent_until(9000);
  EXPECT_THAT(silences(truck), ElementsAre("lost 2400 known 2760"));
}

TEST(SignalWatch, TellsASilenceOnceHoweverLongItLasts) {
  auto truck = run();
  truck.line(0, 100, 10, {0, 0}, {1000, 0}, 10.0).silent_until(1000).silent_until(100000);
  EXPECT_EQ(silences(truck).size(), 1U);
}

TEST(SignalWatch, TellsHowFarTheVehicleGotInTheSilence) {
  auto truck = run();
  truck.line(0, 100, 10, {0, 0}, {1000, 0}, 10.0).fix(700, {4000, 4000}, 10.0);
  ASSERT_THAT(silences(truck), ElementsAre("lost 100 known 280", "back 700 known 700"));
  const auto& lost = std::get<Silence>(truck.events()[0].details);
  const auto& back = std::get<Silence>(truck.events()[1].details);
  EXPECT_FALSE(lost.gap_m.has_value());
  EXPECT_EQ(lost.end, no_time);
  EXPECT_EQ(s_of(back.start), 100.0);
  EXPECT_EQ(s_of(back.end), 700.0);
  EXPECT_NEAR(static_cast<double>(back.gap_m.value()), 5000.0, 0.01);
  EXPECT_EQ(truck.events()[0].subject, truck.events()[1].subject);
}

TEST(SignalWatch, IsBackBeforeItIsLost) {
  auto truck = run();
  truck.line(0, 100, 10, {0, 0}, {1000, 0}, 10.0).fix(280, {1500, 0}, 10.0).fix(290, {1600, 0}, 10.0);
  EXPECT_THAT(silences(truck), IsEmpty());
}

TEST(SignalWatch, LearnsHowRarelyAParkedTerminalReports) {
  auto truck = run();
  truck.stands(0, 600, 10, {0, 0}, 0.0);
  for (int beat = 1; beat <= 20; ++beat) truck.fix(600 + 1800.0 * beat, {0, 0}, 0.0);
  EXPECT_THAT(silences(truck), ElementsAre("lost 600 known 780", "back 2400 known 2400"));
  truck.silent_until(1e6);
  EXPECT_EQ(silences(truck).back(), "lost 36600 known 41100");
}

TEST(SignalWatch, JudgesAVehicleThatDrivesByItsDrivingInterval) {
  auto truck = run();
  truck.stands(0, 600, 10, {0, 0}, 0.0);
  for (int beat = 1; beat <= 5; ++beat) truck.fix(600 + 1800.0 * beat, {0, 0}, 0.0);
  truck.line(9610, 9710, 10, {150, 0}, {1150, 0}, 10.0).silent_until(9890);
  EXPECT_EQ(silences(truck).back(), "lost 9710 known 9890");
}

TEST(SignalWatch, DoesNotTakeADayWithoutPowerForAHeartbeat) {
  auto truck = run();
  truck.stands(0, 600, 10, {0, 0}, 0.0).fix(600 + 86400, {0, 0}, 0.0).silent_until(600 + 86400 + 15 * 3600);
  EXPECT_EQ(silences(truck).back(), "lost 87000 known 141000");
}

TEST(SignalWatch, IsNotUpsetByIntervalsThatVary) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    test::Dice dice{seed};
    auto truck = run();
    double t = 0.0;
    for (int i = 0; i < 1000; ++i) truck.fix(t += dice.uniform(30.0, 170.0), {10.0 * t, 0}, 10.0);
    EXPECT_THAT(silences(truck), IsEmpty()) << "seed " << seed;
  }
}

TEST(SignalWatch, DoesNotLetOneLongPauseBlindIt) {
  auto truck = run();
  truck.line(0, 1000, 10, {0, 0}, {10000, 0}, 10.0).fix(1170, {11700, 0}, 10.0).fix(1180, {11800, 0}, 10.0);
  truck.silent_until(9000);
  EXPECT_THAT(silences(truck), ElementsAre("lost 1180 known 1360"));
}

TEST(SignalWatch, TellsTheSameHoweverOftenTicksCome) {
  const test::RandomFleet fleet = test::random_fleet({.seed = 7, .vehicles = 4});
  const test::Told none = test::fold(fleet.registry(), fleet.recording);
  EXPECT_GT(none.count_of(EventKind::signal_lost), 0U);
  for (const Milliseconds every : {Milliseconds{700}, Milliseconds{60'000}})
    EXPECT_TRUE(test::same_events(none, test::fold(fleet.registry(), fleet.recording, {.tick_every = every})));
}

}  // namespace
}  // namespace haulwatch::detect
