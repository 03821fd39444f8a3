// Cases that other projects' tests state, rebuilt as data of our own. Where we differ on purpose, the test says so.

#include "detect/stage_run.hpp"

#include <haulwatch/detect/dwell.hpp>
#include <haulwatch/detect/locate.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace haulwatch::detect {
namespace {

using namespace std::chrono_literals;
using namespace haulwatch::literals;
using registry::SiteRole;
using test::box;
using test::registry_at;
using test::s_of;
using test::StageRun;
using test::test_frame;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Truck = StageRun<Dwell>;

/// Traccar's motion by distance: within 500 m for 300 s is a stop.
Truck wide_truck() {
  return Truck{registry::Registry::none(), Dwell{{.radius = 500_m, .hold_radius = 500_m, .min_duration = 300s}}};
}

TEST(PeersTraccarMotion, AVehicleThatStaysWithinTheRadiusForTheDurationStops) {
  Truck truck = wide_truck();
  truck.line(0, 300, 60, {-6000, 0}, {-1000, 0}).line(360, 720, 60, {0, 0}, {120, 0});
  ASSERT_EQ(truck.events().size(), 1U);
  EXPECT_EQ(truck.events()[0].kind, EventKind::stop_started);
}

TEST(PeersTraccarMotion, NothingIsToldBeforeTheDuration) {
  Truck truck = wide_truck();
  truck.line(0, 300, 60, {-6000, 0}, {-1000, 0}).line(360, 600, 60, {0, 0}, {80, 0});
  truck.line(660, 900, 60, {1000, 0}, {5000, 0});
  EXPECT_THAT(truck.events(), IsEmpty());
}

TEST(PeersTraccarMotion, TheStartIsMovedBackToTheFirstFixesOfTheStop) {
  Truck truck = wide_truck();
  truck.line(0, 300, 60, {-6000, 0}, {-1000, 0}).stands(360, 720, 60, {0, 0});
  ASSERT_EQ(truck.events().size(), 1U);
  EXPECT_LE(s_of(truck.events()[0].time), 360.0);
  EXPECT_GE(s_of(truck.events()[0].detected), 360.0 + 240.0);
}

/// Deliberately different: Traccar closes the stop when the silence ends. Ours ends with its last fix, since nobody
/// knows when in the two hours it drove those 13 km, and says that it is inferred.
TEST(PeersTraccarMotion, AGapOfTwoHoursAndThirteenKilometresIsAStopADriveAndAStop) {
  Truck truck = wide_truck();
  truck.stands(0, 600, 60, {0, 0}).stands(7800, 8400, 60, {13'000, 0});
  ASSERT_THAT(truck.story(), ElementsAre("stop_started@0", "stop_ended@600", "stop_started@7800"));
  EXPECT_TRUE(truck.events()[1].inferred);
  EXPECT_TRUE(truck.events()[2].inferred);
}

TEST(PeersTraccarMotion, EventsComeInTheOrderOfTheirTimes) {
  Truck truck = wide_truck();
  for (int leg = 0; leg < 5; ++leg)
    truck.stands(2000.0 * leg, 2000.0 * leg + 600, 60, {20'000.0 * leg, 0})
        .line(2000.0 * leg + 660, 2000.0 * leg + 1940, 60, {20'000.0 * leg + 1000, 0}, {20'000.0 * leg + 19'000, 0});
  ASSERT_EQ(truck.events().size(), 10U);
  for (std::size_t i = 1; i < truck.events().size(); ++i) EXPECT_GE(truck.events()[i].time, truck.events()[i - 1].time);
}

TEST(PeersTraccarMotion, OneReportedSpeedOfAParkedVehicleIsIgnored) {
  Truck truck{registry::Registry::none(), Dwell{}};
  truck.stands(0, 120, 30, {0, 0}, 0.0).fix(150, {2, 0}, 4.0).stands(180, 600, 30, {0, 0}, 0.0);
  EXPECT_THAT(truck.story(), ElementsAre("stop_started@0"));
}

/// Deliberately different: with Traccar, ignition ends a stop. Here a truck that idles with its engine on still stands.
TEST(PeersTraccarMotion, AnEngineThatRunsEndsNoStop) {
  Truck truck{registry::Registry::none(), Dwell{}};
  truck.stands(0, 3600, 10, {0, 0}, 0.0);
  EXPECT_THAT(truck.story(), ElementsAre("stop_started@0"));
}

/// A trip of 180 s between two stops, of 3 km: its ends are the stops' edges.
TEST(PeersTraccarReport, ATripIsWhatLiesBetweenTwoStops) {
  Truck truck{registry::Registry::none(), Dwell{}};
  truck.stands(0, 120, 10, {0, 0}, 0.0).line(130, 290, 10, {167, 0}, {2833, 0}, 16.7);
  truck.stands(300, 420, 10, {3000, 0}, 0.0);
  ASSERT_THAT(truck.events().size(), 3U);
  EXPECT_NEAR(s_of(truck.events()[2].time) - s_of(truck.events()[1].time), 180.0, 20.0);
}

TEST(PeersTraccarGeofence, ALineOfFifteenMetresWidthHoldsWhatIsWithinSevenAndAHalf) {
  const auto registry = registry_at(test_frame).watch("way", test::strip({-1000, 0}, {1000, 0}, 15)).build();
  StageRun inside{registry, Locate{}};
  inside.stands(0, 60, 10, {0, 7.4});
  EXPECT_EQ(inside.events().size(), 1U);
  StageRun outside{registry, Locate{}};
  outside.stands(0, 60, 10, {0, 7.6});
  EXPECT_THAT(outside.events(), IsEmpty());
}

TEST(PeersTraccarOverspeed, OneEventAfterFifteenSecondsAndNoneUntilItIsBelow) {
  const auto registry = registry_at(test_frame).speed_limit("town", MetresPerSecond{10.0}, box({0, 0}, 4000, 4000));
  StageRun truck{registry.build(), Locate{{.overspeed = {.tolerance = 1.0, .min_duration = 15s}}}};
  truck.stands(0, 20, 5, {0, 0}, 8.0).stands(25, 35, 5, {0, 0}, 13.0);
  EXPECT_THAT(truck.events(EventKind::overspeed_started), IsEmpty());
  truck.stands(40, 400, 5, {0, 0}, 13.0);
  EXPECT_EQ(truck.events(EventKind::overspeed_started).size(), 1U);
  EXPECT_THAT(truck.events(EventKind::overspeed_ended), IsEmpty());
  truck.fix(405, {0, 0}, 8.0).stands(410, 430, 5, {0, 0}, 13.0);
  EXPECT_EQ(truck.events(EventKind::overspeed_started).size(), 2U);
  EXPECT_EQ(truck.events(EventKind::overspeed_ended).size(), 1U);
}

/// Deliberately different: Tile38 also sends `inside` and `outside` with each fix. Here only what changed is an event.
TEST(PeersTile38Fence, EnterAndExitAreToldOnce) {
  StageRun truck{registry_at(test_frame).watch("circle", test::round({0, 0}, 500, 24)).build(), Locate{}};
  truck.line(0, 70, 10, {-1400, 0}, {0, 0}).line(80, 150, 10, {200, 0}, {1600, 0});
  ASSERT_EQ(truck.events().size(), 2U);
  EXPECT_EQ(truck.events()[0].kind, EventKind::zone_entered);
  EXPECT_EQ(truck.events()[1].kind, EventKind::zone_left);
}

/// Tile38's `cross`. Deliberately different: only of a forbidden zone, where it is two events that say so.
TEST(PeersTile38Fence, AJumpOverAForbiddenCircleCrossesIt) {
  const auto circle = test::round({0, 0}, 100, 24);
  StageRun forbidden{registry_at(test_frame).forbidden("circle", circle).build(), Locate{}};
  forbidden.fix(0, {-1000, 0}).fix(60, {1000, 0});
  ASSERT_EQ(forbidden.events().size(), 2U);
  EXPECT_TRUE(std::get<ZoneVisit>(forbidden.events()[0].details).between_fixes);
  const auto place = geo::LocalFrame{test_frame}.to_local(*forbidden.events()[0].place);
  EXPECT_NEAR(place.x, -100.0, 2.0);
  StageRun site{registry_at(test_frame).site("circle", SiteRole::origin, circle).build(), Locate{}};
  site.fix(0, {-1000, 0}).fix(60, {1000, 0});
  EXPECT_THAT(site.events(), IsEmpty());
}

/// trackintel's grid: a stay needs its duration, and the pauses between fixes do not matter as long as the place holds.
TEST(PeersTrackintelStays, DurationDecidesWhateverTheRadiusAndTheInterval) {
  for (const double radius : {10.0, 50.0, 100.0})
    for (const auto least : {1min, 5min, 30min, 60min}) {
      Truck truck{registry::Registry::none(),
                  Dwell{{.radius = Metres{radius}, .hold_radius = Metres{2 * radius}, .min_duration = least}}};
      truck.line(0, 50, 10, {-10'000, 0}, {-5000, 0}, 20.0).stands(60, 60 + 20 * 60, 20, {0, 0}, 0.0);
      truck.line(1270, 1330, 20, {500, 0}, {2000, 0}, 20.0);
      EXPECT_EQ(truck.events(EventKind::stop_ended).size(), least < 20min ? 1U : 0U) << radius << ' ' << least.count();
    }
}

/// Deliberately different: with thresholds of nothing trackintel makes each fix a stay. One fix is no stop here.
TEST(PeersTrackintelStays, AFixThatIsPassedAtSpeedIsNoStayHoweverLowTheThresholds) {
  Truck truck{registry::Registry::none(), Dwell{{.radius = 0_m, .hold_radius = 0_m, .min_duration = 0s}}};
  truck.line(0, 600, 60, {0, 0}, {10'000, 0}, 16.0);
  EXPECT_THAT(truck.events(), IsEmpty());
}

/// Deliberately different: trackintel gives no stay across four years. A vehicle that is where it was has been parked.
TEST(PeersTrackintelStays, FourYearsOfSilenceAtOnePlaceAreOneStay) {
  Truck truck{registry::Registry::none(), Dwell{}};
  truck.stands(0, 600, 60, {0, 0}).stands(126e6, 126e6 + 600, 60, {0, 0});
  EXPECT_THAT(truck.story(), ElementsAre("stop_started@0"));
}

TEST(PeersTrackintelStays, FourYearsOfSilenceOfAVehicleThatMovedAreNone) {
  Truck truck{registry::Registry::none(), Dwell{}};
  truck.line(0, 60, 10, {-600, 0}, {0, 0}).line(126e6, 126e6 + 60, 10, {90'000, 0}, {90'600, 0});
  EXPECT_THAT(truck.events(), IsEmpty());
}

}  // namespace
}  // namespace haulwatch::detect
