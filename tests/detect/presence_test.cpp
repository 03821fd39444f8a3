#include <haulwatch/detect/presence.hpp>

#include "detect/presence_twin.hpp"
#include "detect/stage_run.hpp"
#include "support/recorded_events.hpp"

#include <haulwatch/detect/locate.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace haulwatch::detect {
namespace {

using namespace std::chrono_literals;
using registry::SiteRole;
using test::at_s;
using test::between;
using test::box;
using test::registry_at;
using test::s_of;
using test::StageRun;
using test::test_frame;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// 200 m by 200 m about the origin.
test::RegistryPtr one_site() {
  return registry_at(test_frame).site("pit", SiteRole::origin, box({0, 0}, 200, 200)).build();
}

StageRun<Locate> run(test::RegistryPtr registry) {
  return StageRun{std::move(registry), Locate{}};
}

double x_of(const Event& event) {
  return geo::LocalFrame{test_frame}.to_local(*event.place).x;
}

TEST(Presence, TellsWhenAndWhereTheFenceWasCut) {
  auto truck = run(one_site());
  truck.line(0, 70, 10, {-350, 0}, {350, 0});
  ASSERT_THAT(truck.story(), ElementsAre("site_entered@25", "site_left@45"));
  EXPECT_NEAR(x_of(truck.events()[0]), -100.0, 0.1);
  EXPECT_NEAR(x_of(truck.events()[1]), 100.0, 0.1);
}

TEST(Presence, BelievesAnEntryAfterTwoFixes) {
  auto truck = run(one_site());
  truck.fix(0, {-120, 0}).fix(10, {-90, 0});
  EXPECT_THAT(truck.events(), IsEmpty());
  truck.fix(20, {-88, 0});
  ASSERT_EQ(truck.events().size(), 1U);
  EXPECT_EQ(s_of(truck.events()[0].time), 6.667);
  EXPECT_EQ(s_of(truck.events()[0].detected), 20.0);
}

TEST(Presence, BelievesOneFixThatIsCertain) {
  auto truck = run(one_site());
  truck.fix(0, {-120, 0}).fix(10, {-59, 0});
  EXPECT_EQ(truck.events().size(), 1U);
}

TEST(Presence, DoesNotLeaveWithinTheMargin) {
  auto truck = run(one_site());
  truck.stands(0, 60, 10, {90, 0}).stands(70, 3600, 10, {114, 0});
  EXPECT_THAT(truck.events(EventKind::site_left), IsEmpty());
}

TEST(Presence, DatesALeavingBackToTheFenceHoweverLongItTook) {
  auto truck = run(one_site());
  truck.stands(0, 60, 10, {90, 0}).stands(70, 600, 10, {110, 0}).stands(610, 620, 10, {117, 0});
  const auto left = truck.events(EventKind::site_left);
  ASSERT_EQ(left.size(), 1U);
  EXPECT_NEAR(s_of(left[0].time), 65.0, 0.001);
  EXPECT_EQ(s_of(left[0].detected), 620.0);
}

TEST(Presence, ForgetsALeavingWhenTheVehicleIsInsideAgain) {
  auto truck = run(one_site());
  truck.stands(0, 60, 10, {90, 0}).fix(70, {117, 0}).fix(80, {95, 0}).fix(90, {117, 0}).fix(100, {95, 0});
  EXPECT_THAT(truck.story(), ElementsAre("site_entered@0"));
}

TEST(Presence, WidensItsMarginWithTheNoise) {
  auto truck = run(one_site());
  truck.sigma(12.0).stands(0, 60, 10, {50, 0}).stands(70, 600, 10, {123, 0});
  EXPECT_THAT(truck.events(EventKind::site_left), IsEmpty());
  truck.stands(610, 620, 10, {125, 0});
  EXPECT_EQ(truck.events(EventKind::site_left).size(), 1U);
}

TEST(Presence, TellsATrueExitWithinAMinuteAtTenSeconds) {
  for (const double speed : {2.0, 5.0, 10.0, 20.0}) {
    auto truck = run(one_site());
    truck.stands(0, 60, 10, {0, 0}).line(70, 370, 10, {0, 0}, {300 * speed, 0});
    const auto left = truck.events(EventKind::site_left);
    ASSERT_EQ(left.size(), 1U);
    EXPECT_LE(seconds(left[0].detected - left[0].time), 60.0) << speed;
  }
}

TEST(Presence, InterpolatesToAMillisecondAtConstantSpeed) {
  for (const double step : {1.0, 5.0, 10.0, 30.0}) {
    for (const double speed : {3.0, 10.0, 20.0}) {
      auto truck = run(registry_at(test_frame).site("pit", SiteRole::origin, box({0, 0}, 1400, 200)).build());
      truck.line(0, 960, step, {-997, 0}, {-997 + 960 * speed, 0});
      ASSERT_EQ(truck.events().size(), 2U) << step << ' ' << speed;
      EXPECT_NEAR(s_of(truck.events()[0].time), 297 / speed, 0.002);
      EXPECT_NEAR(s_of(truck.events()[1].time), 1697 / speed, 0.002);
    }
  }
}

TEST(Presence, CallsAVehicleThatStartsInsideInferred) {
  auto truck = run(one_site());
  truck.stands(0, 10, 10, {0, 0});
  ASSERT_THAT(truck.story(), ElementsAre("site_entered@0"));
  EXPECT_TRUE(truck.events()[0].inferred);
}

TEST(Presence, GivesBothEventsOfAVisitOneSubjectAndEachVisitItsOwn) {
  auto truck = run(one_site());
  truck.line(0, 70, 10, {-350, 0}, {350, 0}).line(80, 150, 10, {350, 0}, {-350, 0});
  ASSERT_EQ(truck.events().size(), 4U);
  EXPECT_EQ(truck.events()[0].subject, truck.events()[1].subject);
  EXPECT_NE(truck.events()[0].subject, truck.events()[2].subject);
}

TEST(Presence, TakesOneClearFixInASmallZoneForAVisit) {
  auto truck = run(registry_at(test_frame).watch("heap", box({0, 0}, 30, 30)).build());
  truck.fix(0, {-100, 0}).fix(10, {0, 0}).fix(20, {100, 0});
  ASSERT_EQ(truck.events().size(), 2U);
  EXPECT_NEAR(s_of(truck.events()[0].time), 8.5, 0.001);
  EXPECT_NEAR(s_of(truck.events()[1].time), 11.5, 0.001);
  EXPECT_FALSE(std::get<ZoneVisit>(truck.events()[0].details).between_fixes);
}

TEST(Presence, TakesOneFixJustInsideForNoise) {
  auto truck = run(registry_at(test_frame).watch("heap", box({0, 0}, 30, 30)).build());
  truck.fix(0, {-100, 0}).fix(10, {-12, 0}).fix(20, {-100, 0});
  EXPECT_THAT(truck.events(), IsEmpty());
}

TEST(Presence, FollowsNestedAndOverlappingAreasEachForItself) {
  auto truck = run(registry_at(test_frame)
                       .site("outer", SiteRole::depot, box({0, 0}, 800, 800))
                       .site("inner", SiteRole::origin, box({0, 0}, 200, 200))
                       .watch("beside", box({300, 0}, 600, 600))
                       .build());
  truck.line(0, 140, 10, {-700, 0}, {700, 0});
  EXPECT_THAT(truck.story(), ElementsAre("site_entered@30", "site_entered@60", "zone_entered@70", "site_left@80",
                                         "site_left@110", "zone_left@130"));
}

TEST(Presence, LeavesIntoAHole) {
  auto draft = registry_at(test_frame).watch("ring", box({0, 0}, 800, 800)).draft();
  const auto hole = registry_at(test_frame).watch("hole", box({0, 0}, 300, 300)).draft();
  draft.zones[0].polygons[0].rings.push_back(hole.zones[0].polygons[0].rings[0]);
  auto truck = run(registry::compile(draft, 1));
  truck.line(0, 140, 10, {-700, 0}, {700, 0});
  EXPECT_THAT(truck.story(), ElementsAre("zone_entered@30", "zone_left@55", "zone_entered@85", "zone_left@110"));
}

TEST(Presence, TreatsSeveralPartsAsOneArea) {
  auto draft = registry_at(test_frame).watch("parts", box({-300, 0}, 200, 200)).draft();
  const auto other = registry_at(test_frame).watch("other", box({300, 0}, 200, 200)).draft();
  draft.zones[0].polygons.push_back(other.zones[0].polygons[0]);
  auto truck = run(registry::compile(draft, 1));
  truck.line(0, 140, 10, {-700, 0}, {700, 0});
  EXPECT_THAT(truck.story(), ElementsAre("zone_entered@30", "zone_left@50", "zone_entered@90", "zone_left@110"));
  for (const Event& event : truck.events()) EXPECT_EQ(std::get<ZoneVisit>(event.details).zone, "parts");
}

TEST(Presence, LeavesTwoAreasBeforeItEntersTwoOthers) {
  auto truck = run(registry_at(test_frame)
                       .watch("a", box({-500, 0}, 300, 300))
                       .watch("b", box({-500, 0}, 200, 200))
                       .watch("c", box({500, 0}, 300, 300))
                       .watch("d", box({500, 0}, 200, 200))
                       .build());
  truck.stands(0, 20, 10, {-500, 0}).stands(80, 100, 10, {500, 0});
  std::vector<std::string> zones;
  for (const Event& event : truck.events())
    if (event.detected > at_s(20)) zones.emplace_back(std::get<ZoneVisit>(event.details).zone);
  EXPECT_THAT(zones, ElementsAre("a", "b", "c", "d"));
}

TEST(Presence, FollowsNoMoreAreasThanItHasRoomForAndStaysSound) {
  auto builder = registry_at(test_frame);
  for (int i = 0; i < 12; ++i) builder.watch("z" + std::to_string(i), box({0, 0}, 400 + 10 * i, 400 + 10 * i));
  auto truck = run(builder.build());
  truck.line(0, 140, 10, {-700, 0}, {700, 0});
  std::map<std::string_view, int> told;
  for (const Event& event : truck.events()) ++told[std::get<ZoneVisit>(event.details).zone];
  EXPECT_EQ(told.size(), presence_slots);
  for (const auto& [zone, count] : told) EXPECT_EQ(count, 2) << zone;
}

TEST(Presence, LeavesEverythingWhenTheVehicleIsOutOfReach) {
  auto truck = run(one_site());
  truck.stands(0, 20, 10, {0, 0}).in_registry_frame(false).fix(30, {0, 0});
  ASSERT_THAT(truck.story(), ElementsAre("site_entered@0", "site_left@20"));
  EXPECT_TRUE(truck.events()[1].inferred);
  EXPECT_FALSE(truck.state<Locate>().presences[0].is_inside());
}

TEST(Presence, OutOfReachALeavingThatWasUnderWayIsWhereTheFenceWasCut) {
  auto truck = run(one_site());
  truck.stands(0, 20, 10, {80, 0}).fix(30, {110, 0}).in_registry_frame(false).fix(40, {110, 0});
  ASSERT_EQ(truck.events().size(), 2U);
  EXPECT_NEAR(s_of(truck.events()[1].time), 26.667, 0.001);
  EXPECT_NEAR(x_of(truck.events()[1]), 100.0, 0.1);
}

TEST(Presence, APlaceIsWhereTheFenceWasCutHoweverLateItIsBelieved) {
  auto truck = run(one_site());
  truck.fix(0, {-140, 20}).fix(10, {-90, 20}).fix(20, {-70, 20}).stands(30, 60, 10, {80, 20});
  truck.fix(70, {104, 20}).fix(80, {112, 20}).fix(90, {116, 20}).fix(100, {117, 20});
  ASSERT_EQ(truck.events().size(), 2U);
  EXPECT_NEAR(s_of(truck.events()[0].time), 8.0, 0.001);
  EXPECT_NEAR(x_of(truck.events()[0]), -100.0, 0.1);
  EXPECT_NEAR(s_of(truck.events()[1].time), 68.333, 0.001);
  EXPECT_NEAR(x_of(truck.events()[1]), 100.0, 0.1);
}

// A silence.

TEST(Presence, CallsWhatHappenedInASilenceInferredAndBoundsIt) {
  auto truck = run(registry_at(test_frame).watch("w", box({0, 0}, 200, 200)).build());
  truck.fix(0, {-1100, 0}).stands(3600, 3610, 10, {0, 0}).fix(7210, {1100, 0}).fix(7220, {1100, 0});
  ASSERT_EQ(truck.events().size(), 2U);
  const auto& in = std::get<ZoneVisit>(truck.events()[0].details);
  EXPECT_TRUE(truck.events()[0].inferred);
  EXPECT_EQ(s_of(in.earliest), 0.0);
  EXPECT_EQ(s_of(in.latest), 3600.0);
  EXPECT_NEAR(s_of(truck.events()[0].time), 100.0, 1.0);
  EXPECT_TRUE(truck.events()[1].inferred);
  EXPECT_NEAR(s_of(truck.events()[1].time), 7110.0, 1.0);
}

TEST(Presence, DividesASilenceEvenlyWhenTheVehicleHadNoTimeToStand) {
  auto truck = run(registry_at(test_frame).watch("w", box({0, 0}, 200, 200)).build());
  truck.fix(0, {-4000, 0}).fix(200, {0, 0});
  ASSERT_EQ(truck.events().size(), 1U);
  EXPECT_NEAR(s_of(truck.events()[0].time), 195.0, 0.1);
}

// Between two fixes.

TEST(Presence, ReportsAForbiddenZoneThatOnlyTheWayCuts) {
  auto truck = run(registry_at(test_frame).forbidden("no", box({0, 0}, 60, 60)).build());
  truck.fix(0, {-100, 0}).fix(10, {100, 0});
  ASSERT_EQ(truck.events().size(), 2U);
  const auto& in = std::get<ZoneVisit>(truck.events()[0].details);
  EXPECT_TRUE(in.between_fixes);
  EXPECT_TRUE(truck.events()[0].inferred);
  EXPECT_EQ(s_of(in.earliest), 0.0);
  EXPECT_EQ(s_of(in.latest), 10.0);
  EXPECT_NEAR(s_of(truck.events()[0].time), 3.5, 0.001);
  EXPECT_NEAR(s_of(truck.events()[1].time), 6.5, 0.001);
  EXPECT_EQ(truck.events()[0].subject, truck.events()[1].subject);
}

TEST(Presence, SaysNothingOfASiteOrAWatchZoneThatOnlyTheWayCuts) {
  auto truck = run(
      registry_at(test_frame).site("s", SiteRole::origin, box({0, 0}, 60, 60)).watch("w", box({0, 0}, 60, 60)).build());
  truck.fix(0, {-100, 0}).fix(10, {100, 0});
  EXPECT_THAT(truck.events(), IsEmpty());
}

TEST(Presence, ReportsANarrowForbiddenRoadThatIsCrossed) {
  auto truck = run(registry_at(test_frame).forbidden("road", test::strip({0, -500}, {0, 500}, 6)).build());
  truck.fix(0, {-100, 0}).fix(10, {100, 0});
  EXPECT_EQ(truck.events().size(), 2U);
}

TEST(Presence, DoesNotReportACornerThatNoiseExplains) {
  auto truck = run(registry_at(test_frame).forbidden("no", box({0, 0}, 200, 200)).build());
  truck.fix(0, {-200, -4}).fix(10, {-4, -200}).fix(20, {-4, -300});
  EXPECT_THAT(truck.events(), IsEmpty());
  auto other = run(registry_at(test_frame).forbidden("no", box({0, 0}, 200, 200)).build());
  other.fix(0, {-197, 0}).fix(10, {0, -197}).fix(20, {0, -300});
  EXPECT_THAT(other.events(), IsEmpty());
}

TEST(Presence, SaysNothingOfTheWayThroughASilence) {
  auto truck = run(registry_at(test_frame).forbidden("no", box({0, 0}, 60, 60)).build());
  truck.fix(0, {-100, 0}).fix(121, {100, 0});
  EXPECT_THAT(truck.events(), IsEmpty());
}

TEST(Presence, ReportsTheWayThroughAForbiddenZoneWithinItsWindowOnly) {
  const auto registry = registry_at(test_frame).forbidden("night", box({0, 0}, 60, 60), between(22h, 5h, 8h)).build();
  auto by_day = run(registry);
  by_day.fix(12 * 3600, {-100, 0}).fix(12 * 3600 + 10, {100, 0});
  EXPECT_THAT(by_day.events(), IsEmpty());
  auto at_the_edge = run(registry);
  at_the_edge.fix(22 * 3600 - 5, {-100, 0}).fix(22 * 3600 + 5, {100, 0});
  EXPECT_THAT(at_the_edge.story(), ElementsAre("zone_entered@79200", "zone_left@79202"));
}

// Windows.

test::RegistryPtr night_zone() {
  return registry_at(test_frame).forbidden("night", box({0, 0}, 200, 200), between(22h, 5h, 8h)).build();
}

TEST(Presence, EntersAndLeavesAZoneWithItsWindowOverMidnight) {
  auto truck = run(night_zone());
  truck.stands(-3 * 3600 + 3, 8 * 3600, 10, {0, 0});
  EXPECT_THAT(truck.story(), ElementsAre("zone_entered@-7200", "zone_left@18000"));
  EXPECT_EQ(truck.events()[0].detected, at_s(-7200));
}

TEST(Presence, MindsAnEdgeAtTheVeryInstantOfAFix) {
  auto truck = run(night_zone());
  truck.stands(-3 * 3600, 8 * 3600, 10, {0, 0});
  EXPECT_THAT(truck.story(), ElementsAre("zone_entered@-7200", "zone_left@18000"));
}

TEST(Presence, EntersWithTheWindowThoughNothingIsHeard) {
  auto truck = run(night_zone());
  truck.stands(-3 * 3600, -2.5 * 3600, 10, {0, 0}).silent_until(3600 * 30);
  EXPECT_THAT(truck.story(),
              ElementsAre("zone_entered@-7200", "zone_left@18000", "zone_entered@79200", "zone_left@104400"));
  EXPECT_NE(truck.events()[0].subject, truck.events()[2].subject);
  EXPECT_EQ(truck.events()[0].subject, truck.events()[1].subject);
}

TEST(Presence, EntersAtTheEdgeWhenTheFenceWasCutBeforeIt) {
  auto truck = run(night_zone());
  truck.fix(-7215, {-160, 0}).fix(-7205, {-80, 0}).fix(-7195, {-70, 0});
  EXPECT_THAT(truck.story(), ElementsAre("zone_entered@-7200"));
}

TEST(Presence, EntersWhereTheFenceWasCutAfterTheEdgeThoughTheFixBeforeWasNot) {
  auto truck = run(night_zone());
  truck.fix(-7203, {-150, 0}).fix(-7193, {-50, 0});
  EXPECT_THAT(truck.story(), ElementsAre("zone_entered@-7198"));
}

TEST(Presence, LeavesAtTheEdgeWhenTheEntryIsBelievedAfterIt) {
  auto truck = run(night_zone());
  truck.fix(17985, {-120, 0}).fix(17995, {-80, 0}).fix(18005, {-70, 0});
  EXPECT_THAT(truck.story(), ElementsAre("zone_entered@17990", "zone_left@18000"));
}

TEST(Presence, LeavesAtTheFenceWhenTheWindowClosesBeforeTheLeavingIsBelieved) {
  auto truck = run(night_zone());
  truck.stands(17900, 17985, 5, {90, 0}).fix(17995, {110, 0}).fix(18005, {120, 0}).fix(18015, {130, 0});
  EXPECT_THAT(truck.story(), ElementsAre("zone_entered@17900", "zone_left@17990"));
}

TEST(Presence, DoesNotEnterWithTheWindowWhenItHadLeft) {
  auto truck = run(night_zone());
  truck.stands(-7300, -7215, 5, {90, 0}).fix(-7205, {110, 0}).fix(-7195, {120, 0}).fix(-7185, {130, 0});
  EXPECT_THAT(truck.events(), IsEmpty());
}

TEST(Presence, EntersWithTheWindowAfterAllWhenItHadNotLeft) {
  auto truck = run(night_zone());
  truck.stands(-7300, -7215, 5, {90, 0}).fix(-7205, {110, 0}).fix(-7195, {120, 0}).fix(-7185, {90, 0});
  EXPECT_THAT(truck.story(), ElementsAre("zone_entered@-7200"));
}

TEST(Presence, FollowsTwoWindowsADay) {
  auto draft = night_zone();
  registry::WindowsDraft windows{{{10h, 12h}, {14h, 15h}}, 8h};
  auto truck = run(registry_at(test_frame).forbidden("lunch", box({0, 0}, 200, 200), windows).build());
  truck.stands(9 * 3600, 16 * 3600, 60, {0, 0});
  EXPECT_THAT(truck.story(),
              ElementsAre("zone_entered@36000", "zone_left@43200", "zone_entered@50400", "zone_left@54000"));
}

// Noise.

/// Correlated over a minute, never more than `most`.
std::vector<double> wander(std::uint64_t seed, std::size_t count, double sigma, double most) {
  std::mt19937_64 random{seed};
  std::normal_distribution<double> normal{0.0, 1.0};
  const double keep = std::exp(-10.0 / 60.0);
  std::vector<double> all{0.0};
  while (all.size() < count)
    all.push_back(std::clamp(keep * all.back() + sigma * std::sqrt(1 - keep * keep) * normal(random), -most, most));
  return all;
}

TEST(Presence, MakesNoMoreThanAnEventAnHourOfAFixThatWandersFifteenMetresOnTheFence) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    auto truck = run(one_site());
    const std::vector<double> off = wander(seed, 3600, 10.0, 14.9);
    for (std::size_t i = 0; i < off.size(); ++i) truck.fix(10.0 * static_cast<double>(i), {100.0 + off[i], 0});
    EXPECT_LE(truck.events().size(), 10U) << "seed " << seed;
  }
}

std::vector<Fix> parked(std::uint64_t seed, geo::LocalPoint at, double sigma, bool speed) {
  const std::vector<double> east = wander(seed, 3600, sigma, 1e9);
  const std::vector<double> north = wander(seed + 1000, 3600, sigma, 1e9);
  std::vector<Fix> fixes(east.size());
  for (std::size_t i = 0; i < fixes.size(); ++i) {
    fixes[i].time = at_s(10.0 * static_cast<double>(i));
    fixes[i].position = geo::LocalFrame{test_frame}.to_lon_lat(at + geo::LocalPoint{east[i], north[i]});
    if (speed) fixes[i].speed_mps = 0.0F;
  }
  return fixes;
}

TEST(Presence, MakesNoMoreThanAnEventAnHourOfATruckThatIsParkedOnTheFence) {
  for (const bool speed : {true, false}) {
    std::size_t told = 0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed)
      told += test::fold(one_site(), {{"ZF-1"}, parked(seed, {100, 0}, 7.5, speed)}).count_of(EventKind::site_entered) +
              test::fold(one_site(), {{"ZF-1"}, parked(seed, {100, 0}, 7.5, speed)}).count_of(EventKind::site_left);
    EXPECT_LE(told, 100U) << "in a hundred hours";
  }
}

TEST(Presence, SaysNothingOfATruckThatDrivesByBesideTheFence) {
  const auto registry = registry_at(test_frame).site("yard", SiteRole::depot, box({0, 0}, 4000, 200)).build();
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    std::mt19937_64 random{seed};
    std::normal_distribution<double> noise{0.0, 4.0};
    std::vector<Fix> fixes(40);
    for (std::size_t i = 0; i < fixes.size(); ++i) {
      fixes[i].time = at_s(10.0 * static_cast<double>(i));
      const geo::LocalPoint at{-2400.0 + 120.0 * static_cast<double>(i) + noise(random), -112.0 + noise(random)};
      fixes[i].position = geo::LocalFrame{test_frame}.to_lon_lat(at);
    }
    const test::Told told = test::fold(registry, {{"ZF-1"}, fixes});
    EXPECT_EQ(told.count_of(EventKind::site_entered), 0U) << "seed " << seed;
  }
}

// The twin.

/// Thirty rings with a dent each, some with a hole.
std::vector<geo::MultiPolygon> random_areas(std::uint64_t seed, test::RegistryBuilder& builder) {
  std::mt19937_64 random{seed};
  std::uniform_real_distribution<double> place{-1500.0, 1500.0};
  std::uniform_real_distribution<double> size{15.0, 300.0};
  std::vector<geo::MultiPolygon> areas;
  for (int i = 0; i < 30; ++i) {
    test::Outline ring = test::round({place(random), place(random)}, size(random), 9);
    ring[3] = ring[3] + 0.5 * (ring[8] - ring[3]);
    builder.watch("z" + std::to_string(i), ring);
    areas.push_back({{ring, {}}});
  }
  return areas;
}

std::vector<test::PlacedAt> random_walk(std::uint64_t seed) {
  std::mt19937_64 random{seed};
  std::uniform_real_distribution<double> share{0.0, 1.0};
  std::vector<test::PlacedAt> walk;
  geo::LocalPoint at;
  double heading = 0.0;
  for (double t = 0.0; walk.size() < 2000; t += 10.0) {
    heading += share(random) < 0.1 ? 6.28 * share(random) : 0.3 * (share(random) - 0.5);
    if (geo::norm(at) > 1800.0) heading = std::atan2(-at.x, -at.y);
    const double way = share(random) < 0.3 ? 0.0 : 150.0 * share(random);
    at = at + way * geo::LocalPoint{std::sin(heading), std::cos(heading)};
    walk.push_back({at_s(t), at});
  }
  return walk;
}

TEST(Presence, AgreesWithATwinThatKnowsTheWholeHistory) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    auto builder = registry_at(test_frame);
    const auto areas = random_areas(seed, builder);
    const auto walk = random_walk(seed);
    auto truck = run(builder.build());
    for (const test::PlacedAt& fix : walk) truck.fix(s_of(fix.time), fix.at);
    std::map<std::string, std::vector<test::Visit>> told;
    for (const Event& event : truck.events()) {
      auto& visits = told[std::string{std::get<ZoneVisit>(event.details).zone}];
      if (event.kind == EventKind::zone_entered)
        visits.push_back({event.time, no_time});
      else
        visits.back().left = event.time;
    }
    std::size_t count = 0;
    for (std::size_t i = 0; i < areas.size(); ++i) {
      const std::string zone = "z" + std::to_string(i);
      const auto expected = test::PresenceTwin{areas[i], walk, 3.0}.visits();
      count += expected.size();
      ASSERT_EQ(told[zone].size(), expected.size())
          << "seed " << seed << ' ' << zone << " from "
          << s_of(expected.empty() ? told[zone][0].entered : expected[0].entered);
      for (std::size_t k = 0; k < expected.size(); ++k) {
        EXPECT_NEAR(s_of(told[zone][k].entered), s_of(expected[k].entered), 0.002) << "seed " << seed << ' ' << zone;
        EXPECT_NEAR(s_of(told[zone][k].left), s_of(expected[k].left), 0.002) << "seed " << seed << ' ' << zone;
      }
    }
    EXPECT_GT(count, 50U);
  }
}

}  // namespace
}  // namespace haulwatch::detect
