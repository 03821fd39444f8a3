#include <haulwatch/detect/dwell.hpp>

#include "detect/stage_run.hpp"
#include "support/track_builder.hpp"
#include "support/truck_motion.hpp"

#include <haulwatch/engine/default_engine.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace haulwatch::detect {
namespace {

using namespace std::chrono_literals;
using namespace haulwatch::literals;
using test::s_of;
using test::StageRun;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Truck = StageRun<Dwell>;

Truck run(DwellOptions options = {}) {
  return Truck{registry::Registry::none(), Dwell{options}};
}

struct Found {
  double start_s;
  double end_s;
  bool start_inferred;
  bool end_inferred;
};

/// Every stop that was left.
std::vector<Found> stops(const Truck& truck) {
  std::vector<Found> all;
  const auto started = truck.events(EventKind::stop_started);
  const auto ended = truck.events(EventKind::stop_ended);
  for (std::size_t i = 0; i < ended.size(); ++i) {
    const Stop& stop = std::get<Stop>(ended[i].details);
    EXPECT_EQ(started.at(i).subject, ended[i].subject);
    all.push_back({s_of(stop.start), s_of(stop.end), started[i].inferred, ended[i].inferred});
  }
  return all;
}

/// Comes from the west at 10 m/s, until `to_s`.
Truck& arrives(Truck& truck, double to_s, std::optional<double> speed = 10.0) {
  return truck.line(to_s - 100, to_s, 10, {-1100, 0}, {-100, 0}, speed);
}
/// Leaves to the east at 10 m/s.
Truck& leaves(Truck& truck, double from_s, std::optional<double> speed = 10.0) {
  return truck.line(from_s, from_s + 100, 10, {100, 0}, {1100, 0}, speed);
}

// What is a stop.

TEST(DwellRules, IgnoreAHaltOneSecondShortOfTheMinimum) {
  for (const double halt : {59.0, 60.0}) {
    auto truck = run();
    truck.line(0, 50, 1, {-1000, 0}, {-500, 0}, 10.0).stands(51, 51 + halt, 1, {-500, 0}, 0.0);
    EXPECT_EQ(truck.events().size(), halt < 60.0 ? 0U : 1U) << halt;
  }
}

TEST(DwellRules, DoNotTakeACreepingQueueForAStop) {
  auto truck = run();
  truck.line(0, 600, 10, {0, 0}, {1200, 0}, 2.0);
  leaves(truck, 1000);
  EXPECT_THAT(truck.events(), IsEmpty());
}

TEST(DwellRules, DoNotTakeAQueueThatHopsForAStop) {
  auto truck = run();
  for (int hop = 0; hop < 20; ++hop) {
    truck.stands(40.0 * hop, 40.0 * hop + 10, 10, {30.0 * hop, 0}, 0.0);
    truck.line(40.0 * hop + 20, 40.0 * hop + 30, 10, {30.0 * hop + 10, 0}, {30.0 * hop + 20, 0}, 3.0);
  }
  EXPECT_THAT(truck.events(), IsEmpty());
}

TEST(DwellRules, KnowASlowQueueByItsDriftWhereNoSpeedIsReported) {
  for (const double interval : {5.0, 10.0, 30.0}) {
    auto truck = run();
    truck.line(0, 600, interval, {0, 0}, {900, 0});
    EXPECT_THAT(truck.events(), IsEmpty()) << interval;
  }
}

TEST(DwellRules, AskForASecondFixWhereNoSpeedIsReported) {
  auto truck = run();
  truck.line(0, 120, 60, {-2000, 0}, {-1000, 0}).fix(180, {0, 0}).line(240, 360, 60, {1000, 0}, {2000, 0});
  EXPECT_THAT(truck.events(), IsEmpty());
}

// What does not end one.

TEST(DwellRules, AnOutlierAloneBreaksNoStop) {
  for (const std::optional<double> speed : {std::optional<double>{0.0}, std::optional<double>{}}) {
    auto truck = run();
    truck.stands(0, 150, 10, {0, 0}, speed).fix(160, {100, 110}, speed).stands(170, 300, 10, {0, 0}, speed);
    leaves(truck, 310, speed ? std::optional{10.0} : std::nullopt);
    EXPECT_EQ(stops(truck).size(), 1U);
    EXPECT_NEAR(stops(truck).at(0).end_s, 300.0, 10.0);
  }
}

TEST(DwellRules, AParkedReceiverMayWanderStepByStep) {
  auto truck = run();
  truck.stands(0, 200, 10, {0, 0}, 0.0).line(210, 1210, 10, {1, 0}, {101, 0}, 0.0);
  truck.line(1220, 2220, 10, {100, 0}, {0, 0}, 0.0);
  EXPECT_THAT(truck.story(), ElementsAre("stop_started@0"));
}

TEST(DwellRules, AShuntWithinTheHoldRadiusIsTheSameStop) {
  auto truck = run();
  truck.stands(0, 300, 10, {0, 0}, 0.0).fix(310, {15, 0}, 2.5).stands(320, 600, 10, {30, 0}, 0.0);
  EXPECT_THAT(truck.story(), ElementsAre("stop_started@0"));
}

// Edges.

/// Truth: brakes with 1 m/s² from 10 m/s to stand from `start_s`, and drives off at `end_s` with 0.7 m/s².
double way_at(double t, double start_s, double end_s) {
  const double before = start_s - t;
  const double after = t - end_s;
  if (before > 10.0) return -50.0 - 10.0 * (before - 10.0);
  if (before > 0.0) return -0.5 * before * before;
  constexpr double gaining = 10.0 / 0.7;
  if (after > gaining) return 0.35 * gaining * gaining + 10.0 * (after - gaining);
  return after > 0.0 ? 0.35 * after * after : 0.0;
}
double speed_at(double t, double start_s, double end_s) {
  if (t < start_s) return std::min(10.0, start_s - t);
  return t > end_s ? std::min(10.0, 0.7 * (t - end_s)) : 0.0;
}

TEST(DwellRules, DateEdgesBackToBetweenTheFixes) {
  for (const bool speed : {true, false})
    for (const double interval : {1.0, 10.0, 30.0})
      for (const double phase : {0.0, 0.3, 0.6, 0.9}) {
        auto truck = run();
        for (double t = phase * interval; t < 900; t += interval)
          truck.fix(t, {way_at(t, 300, 520), 0}, speed ? std::optional{speed_at(t, 300, 520)} : std::nullopt);
        ASSERT_EQ(stops(truck).size(), 1U) << interval << ' ' << phase;
        const double allowed = speed ? 2.5 : std::max(6.0, 0.5 * interval);
        EXPECT_NEAR(stops(truck)[0].start_s, 300.0, allowed) << interval << ' ' << phase << ' ' << speed;
        EXPECT_NEAR(stops(truck)[0].end_s, 520.0, allowed) << interval << ' ' << phase << ' ' << speed;
        EXPECT_FALSE(stops(truck)[0].start_inferred);
        EXPECT_FALSE(stops(truck)[0].end_inferred);
      }
}

// Silences.

TEST(DwellRules, ASilenceThatEndsWhereItBeganIsAStay) {
  auto truck = run();
  arrives(truck, 100).stands(110, 200, 10, {0, 0}, 0.0).fix(30000, {5, 0}, 0.0).stands(30010, 30100, 10, {0, 0}, 0.0);
  leaves(truck, 30110);
  ASSERT_EQ(stops(truck).size(), 1U);
  EXPECT_NEAR(stops(truck)[0].end_s, 30100.0, 10.0);
  EXPECT_FALSE(stops(truck)[0].start_inferred);
  EXPECT_FALSE(stops(truck)[0].end_inferred);
}

TEST(DwellRules, ASilenceThatEndsElsewhereClosesTheStopAtItsLastFix) {
  auto truck = run();
  arrives(truck, 100).stands(110, 200, 10, {0, 0}, 0.0).fix(3800, {9000, 0}, 10.0);
  ASSERT_EQ(stops(truck).size(), 1U);
  EXPECT_EQ(stops(truck)[0].end_s, 200.0);
  EXPECT_TRUE(stops(truck)[0].end_inferred);
  EXPECT_FALSE(stops(truck)[0].start_inferred);
}

TEST(DwellRules, ATerminalThatWakesWithTheDriveStoodUntilThen) {
  for (const std::optional<double> speed : {std::optional<double>{8.0}, std::optional<double>{}}) {
    auto truck = run();
    arrives(truck, 100).stands(110, 200, 10, {0, 0}, speed ? std::optional{0.0} : std::nullopt);
    truck.fix(3800, {90, 0}, speed).line(3810, 3850, 10, {190, 0}, {590, 0}, speed);
    ASSERT_EQ(stops(truck).size(), 1U);
    EXPECT_NEAR(stops(truck)[0].end_s, 3782.0, 8.0);
    EXPECT_TRUE(stops(truck)[0].end_inferred);
  }
}

TEST(DwellRules, ATerminalThatFellAsleepOnTheLastMetresArrivedSoonAfter) {
  auto truck = run();
  arrives(truck, 100).stands(3800, 3900, 10, {0, 0}, 0.0);
  leaves(truck, 3910);
  ASSERT_EQ(stops(truck).size(), 1U);
  EXPECT_NEAR(stops(truck)[0].start_s, 115.0, 5.0);
  EXPECT_TRUE(stops(truck)[0].start_inferred);
  EXPECT_FALSE(stops(truck)[0].end_inferred);
}

TEST(DwellRules, AStopAfterASilenceThatBeganFarAwayStartsWithItsFirstFix) {
  auto truck = run();
  truck.line(0, 100, 10, {-9000, 0}, {-8000, 0}, 10.0).stands(3800, 3900, 10, {0, 0}, 0.0);
  leaves(truck, 3910);
  ASSERT_EQ(stops(truck).size(), 1U);
  EXPECT_EQ(stops(truck)[0].start_s, 3800.0);
  EXPECT_TRUE(stops(truck)[0].start_inferred);
}

TEST(DwellRules, AVehicleThatStandsAtBothEndsOfASilenceMovedAtSomeTimeInIt) {
  auto truck = run();
  truck.stands(0, 100, 10, {0, 0}, 0.0).stands(3800, 3900, 10, {300, 0}, 0.0);
  leaves(truck, 3920);
  ASSERT_EQ(stops(truck).size(), 2U);
  EXPECT_EQ(stops(truck)[0].end_s, 100.0);
  EXPECT_TRUE(stops(truck)[0].end_inferred);
  EXPECT_EQ(stops(truck)[1].start_s, 3800.0);
  EXPECT_TRUE(stops(truck)[1].start_inferred);
}

TEST(DwellRules, AnOutlierBeforeTheTerminalFellAsleepIsNotTheDeparture) {
  auto truck = run();
  arrives(truck, 100).stands(110, 200, 10, {0, 0}, 0.0).fix(210, {110, 90}, 0.0).fix(3800, {10, 0}, 4.0);
  leaves(truck, 3810);
  ASSERT_EQ(stops(truck).size(), 1U);
  EXPECT_NEAR(stops(truck)[0].end_s, 3795.0, 5.0);
}

TEST(DwellRules, TwoPlacesOnTheWayIntoADeadZoneAreNoStop) {
  auto truck = run();
  truck.line(0, 50, 1, {-500, 0}, {0, 0}).fix(200, {300, 0}).line(201, 250, 1, {310, 0}, {800, 0});
  EXPECT_THAT(truck.events(), IsEmpty());
}

TEST(DwellRules, ATerminalThatSaysItStandsAndFallsSilentStood) {
  auto truck = run();
  arrives(truck, 100).stands(110, 120, 10, {0, 0}, 0.0).fix(400, {60, 0}, 7.0);
  leaves(truck, 410);
  ASSERT_EQ(stops(truck).size(), 1U);
  EXPECT_NEAR(stops(truck)[0].end_s, 388.0, 8.0);
  EXPECT_TRUE(stops(truck)[0].end_inferred);
}

TEST(DwellRules, OneSilenceIsNotGivenToTwoStops) {
  for (const double moved : {60.0, 150.0, 300.0, 450.0})
    for (const double hop : {0.0, 45.0, 120.0}) {
      auto truck = run();
      truck.stands(0, 200, 10, {0, 0}).fix(210, {hop, 0});
      truck.stands(90'000, 90'300, 10, {moved, 0}).line(90'310, 90'400, 10, {moved + 100, 0}, {moved + 1000, 0});
      const auto all = stops(truck);
      for (std::size_t i = 1; i < all.size(); ++i) EXPECT_GE(all[i].start_s, all[i - 1].end_s) << moved << ' ' << hop;
    }
}

// A word that cannot be trusted.

TEST(DwellRules, AJammerThatReportsNoSpeedWhileDrivingMakesNoStop) {
  struct Stops : Sink {
    int started = 0;
    void on_event(const Event& event) override { started += event.kind == EventKind::stop_started ? 1 : 0; }
  } told;
  Engine engine{registry::Registry::none(), default_chain(), {}, told};
  engine.vehicle("ZF-1");
  auto fixes = test::track("ZF-1")
                   .starts_at({121.0, 30.7}, test::test_day)
                   .every(10s)
                   .drives(15'000_m, test::east, 12_mps)
                   .fixes();
  for (Fix& fix : fixes) fix.speed_mps = 0.0F;
  engine.push(fixes);
  engine.finish();
  EXPECT_EQ(told.started, 0);
}

// Where.

TEST(DwellRules, TheCentreIsNotMovedByOnePlaceSentAgainAndAgain) {
  auto truck = run();
  truck.stands(0, 3000, 10, {0, 0}, 0.0);
  const auto* finding = &truck.state<Dwell>();
  EXPECT_NEAR(finding->stop.centre.x, 0.0, 1e-9);
  EXPECT_NEAR(finding->stop.centre.y, 0.0, 1e-9);
}

TEST(DwellRules, TheRadiusHoldsNineteenOfTwentyFixes) {
  test::Dice dice{11};
  auto truck = run();
  for (int i = 0; i < 400; ++i) truck.fix(10.0 * i, {dice.normal(5.0), dice.normal(5.0)}, 0.0);
  leaves(truck, 4010);
  const auto ended = truck.events(EventKind::stop_ended);
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_NEAR(static_cast<double>(std::get<Stop>(ended[0].details).radius_m.value()), 12.2, 1.0);
}

static_assert(sizeof(Dwell::State) <= 200, "every fix of every vehicle touches it");

}  // namespace
}  // namespace haulwatch::detect
