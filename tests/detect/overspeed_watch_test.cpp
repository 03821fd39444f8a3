#include <haulwatch/detect/overspeed_watch.hpp>

#include "detect/stage_run.hpp"

#include <haulwatch/detect/locate.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace haulwatch::detect {
namespace {

using namespace std::chrono_literals;
using namespace haulwatch::literals;
using test::box;
using test::registry_at;
using test::s_of;
using test::StageRun;
using test::test_frame;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Ten metres a second in 4 km by 4 km.
test::RegistryBuilder slow_town() {
  return registry_at(test_frame).speed_limit("town", MetresPerSecond{10.0}, box({0, 0}, 4000, 4000));
}

StageRun<Locate> run(const test::RegistryBuilder& registry) {
  return StageRun{registry.build(), Locate{}};
}

std::vector<std::string> overspeeds(const StageRun<Locate>& truck) {
  std::vector<std::string> all;
  for (const Event& event : truck.events())
    if (const auto* over = std::get_if<Overspeed>(&event.details))
      all.push_back(std::string{event.kind == EventKind::overspeed_started ? "from " : "to "} +
                    std::to_string(std::lround(s_of(event.time))) + " in " + std::string{over->zone});
  return all;
}

TEST(OverspeedWatch, BeginsWithTheFirstFixAboveAndEndsWithTheFirstWithin) {
  auto truck = run(slow_town());
  truck.stands(0, 20, 10, {0, 0}, 9.0).stands(30, 60, 10, {0, 0}, 14.0).fix(70, {0, 0}, 16.0).fix(80, {0, 0}, 9.5);
  ASSERT_THAT(overspeeds(truck), ElementsAre("from 30 in town", "to 80 in town"));
  const auto& ended = std::get<Overspeed>(truck.events().back().details);
  EXPECT_EQ(ended.limit_mps, 10.0F);
  EXPECT_EQ(ended.max_speed_mps, 16.0F);
  EXPECT_EQ(truck.events()[1].subject, truck.events()[2].subject);
  EXPECT_EQ(s_of(truck.events()[1].detected), 40.0);
}

TEST(OverspeedWatch, SaysNothingOfLessThanTenSeconds) {
  auto truck = run(slow_town());
  truck.stands(0, 20, 1, {0, 0}, 9.0).stands(21, 30, 1, {0, 0}, 14.0).fix(31, {0, 0}, 9.0);
  EXPECT_THAT(overspeeds(truck), IsEmpty());
  truck.stands(41, 51, 1, {0, 0}, 14.0).fix(52, {0, 0}, 9.0);
  EXPECT_THAT(overspeeds(truck), ElementsAre("from 41 in town", "to 52 in town"));
}

TEST(OverspeedWatch, ToleratesATenthAboveTheLimit) {
  auto truck = run(slow_town());
  truck.stands(0, 100, 10, {0, 0}, 10.9);
  EXPECT_THAT(overspeeds(truck), IsEmpty());
  truck.stands(110, 120, 10, {0, 0}, 11.1);
  EXPECT_THAT(overspeeds(truck), ElementsAre("from 110 in town"));
}

TEST(OverspeedWatch, GoesOnWithinTheToleranceAndDoesNotStartAgain) {
  auto truck = run(slow_town());
  truck.fix(0, {0, 0}, 9.0).stands(10, 30, 10, {0, 0}, 13.0).stands(40, 60, 10, {0, 0}, 10.5);
  truck.stands(70, 90, 10, {0, 0}, 13.0).fix(100, {0, 0}, 10.0);
  EXPECT_THAT(overspeeds(truck), ElementsAre("from 10 in town", "to 100 in town"));
}

TEST(OverspeedWatch, TakesTheStricterOfTwoNestedLimits) {
  auto truck = run(slow_town().speed_limit("school", MetresPerSecond{5.0}, box({0, 0}, 400, 4000)));
  truck.line(0, 100, 10, {-400, 0}, {400, 0}, 8.0);
  EXPECT_THAT(overspeeds(truck), ElementsAre("from 30 in school", "to 80 in school"));
}

TEST(OverspeedWatch, GivesEachOfTwoNestedZonesItsOwnEpisode) {
  auto truck = run(slow_town().speed_limit("school", MetresPerSecond{5.0}, box({0, 0}, 400, 4000)));
  truck.line(0, 100, 10, {-600, 0}, {600, 0}, 12.0);
  EXPECT_THAT(overspeeds(truck), ElementsAre("from 0 in town", "to 40 in town", "from 40 in school", "to 70 in school",
                                             "from 70 in town"));
}

TEST(OverspeedWatch, EndsWithTheFirstFixOutsideTheZone) {
  auto truck = run(slow_town());
  truck.line(0, 60, 10, {1000, 0}, {1900, 0}, 15.0).fix(70, {2020, 0}, 15.0).fix(80, {2030, 0}, 30.0);
  truck.fix(90, {2200, 0}, 30.0);
  ASSERT_THAT(overspeeds(truck), ElementsAre("from 0 in town", "to 70 in town"));
  EXPECT_EQ(std::get<Overspeed>(truck.events().back().details).max_speed_mps, 15.0F);
}

TEST(OverspeedWatch, DoesNotEndWithAFixThatOnlySeemsOutside) {
  auto truck = run(slow_town());
  truck.stands(0, 60, 10, {1990, 0}, 15.0).fix(70, {2012, 0}, 15.0).stands(80, 100, 10, {1990, 0}, 15.0);
  truck.fix(110, {1990, 0}, 3.0);
  EXPECT_THAT(overspeeds(truck), ElementsAre("from 0 in town", "to 110 in town"));
}

TEST(OverspeedWatch, EndsWithTheZonesWindow) {
  auto truck =
      run(registry_at(test_frame)
              .speed_limit("night", MetresPerSecond{10.0}, box({0, 0}, 4000, 4000), test::between(22h, 5h, 8h)));
  truck.stands(17903, 18103, 10, {0, 0}, 15.0);
  EXPECT_THAT(overspeeds(truck), ElementsAre("from 17903 in night", "to 18000 in night"));
}

TEST(OverspeedWatch, SaysNothingOutsideTheZonesWindow) {
  auto truck =
      run(registry_at(test_frame)
              .speed_limit("night", MetresPerSecond{10.0}, box({0, 0}, 4000, 4000), test::between(22h, 5h, 8h)));
  truck.stands(12 * 3600, 13 * 3600, 10, {0, 0}, 15.0);
  EXPECT_THAT(truck.events(), IsEmpty());
}

TEST(OverspeedWatch, EndsWithTheLastFixBeforeASilence) {
  auto truck = run(slow_town());
  truck.stands(0, 30, 10, {0, 0}, 15.0).stands(3600, 3630, 10, {500, 0}, 15.0);
  EXPECT_THAT(overspeeds(truck), ElementsAre("from 0 in town", "to 30 in town", "from 3600 in town"));
}

TEST(OverspeedWatch, DoesNotBridgeASilenceBetweenTwoFastFixes) {
  auto truck = run(slow_town());
  truck.stands(0, 20, 10, {0, 0}, 5.0).fix(30, {0, 0}, 15.0).fix(3600, {500, 0}, 15.0).fix(3610, {500, 0}, 5.0);
  EXPECT_THAT(overspeeds(truck), IsEmpty());
}

TEST(OverspeedWatch, TakesTheCleanedSpeedWhereNoneIsReported) {
  auto truck = run(slow_town());
  truck.line(0, 100, 10, {-1000, 0}, {500, 0});
  EXPECT_THAT(overspeeds(truck), ElementsAre("from 10 in town"));
}

TEST(OverspeedWatch, TellsOneEpisodeOfALongOverspeed) {
  auto truck = run(slow_town());
  truck.stands(0, 3600, 15, {0, 0}, 15.0).fix(3610, {0, 0}, 5.0);
  EXPECT_EQ(truck.events(EventKind::overspeed_started).size(), 1U);
  EXPECT_EQ(truck.events(EventKind::overspeed_ended).size(), 1U);
}

}  // namespace
}  // namespace haulwatch::detect
