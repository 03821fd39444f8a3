#include <haulwatch/detect/gate_watch.hpp>

#include "detect/stage_run.hpp"

#include <haulwatch/detect/locate.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace haulwatch::detect {
namespace {

using test::at_s;
using test::registry_at;
using test::s_of;
using test::StageRun;
using test::test_frame;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Drawn from south to north: its territory, on the left, lies in the west.
test::RegistryBuilder one_gate() {
  return registry_at(test_frame).gate("g", {{0, -50}, {0, 50}});
}

StageRun<Locate> run(std::shared_ptr<const registry::Registry> registry) {
  return StageRun{std::move(registry), Locate{}};
}

const GateCrossing& crossing(const Event& event) {
  return std::get<GateCrossing>(event.details);
}

/// `gate in` or `gate out` of each crossing.
std::vector<std::string> told(const StageRun<Locate>& truck) {
  std::vector<std::string> all;
  for (const Event& event : truck.events(EventKind::gate_crossed))
    all.push_back(std::string{crossing(event).gate} +
                  (crossing(event).direction == CrossingDirection::in ? " in" : " out"));
  return all;
}

TEST(GateWatch, CallsTheWayToTheInnerSideIn) {
  auto eastward = run(one_gate().build());
  eastward.line(0, 40, 10, {-210, 0}, {190, 0});
  EXPECT_THAT(told(eastward), ElementsAre("g out"));
  auto westward = run(one_gate().build());
  westward.line(0, 40, 10, {210, 0}, {-190, 0});
  EXPECT_THAT(told(westward), ElementsAre("g in"));
}

TEST(GateWatch, TurnsDirectionsRoundWhereTheTerritoryIsOnTheRight) {
  auto draft = one_gate().draft();
  draft.gates[0].inside_is_left = false;
  auto eastward = run(registry::compile(draft, 1));
  eastward.line(0, 40, 10, {-210, 0}, {190, 0});
  EXPECT_THAT(told(eastward), ElementsAre("g in"));
}

TEST(GateWatch, TellsWhenAndWhereAndBetweenWhichFixes) {
  auto truck = run(one_gate().build());
  truck.fix(0, {-30, 0}).fix(10, {90, 12});
  ASSERT_EQ(truck.events().size(), 1U);
  const Event& event = truck.events()[0];
  EXPECT_EQ(s_of(event.time), 2.5);
  EXPECT_EQ(s_of(crossing(event).earliest), 0.0);
  EXPECT_EQ(s_of(crossing(event).latest), 10.0);
  EXPECT_FALSE(event.inferred);
  const geo::LocalPoint place = geo::LocalFrame{test_frame}.to_local(*event.place);
  EXPECT_NEAR(place.x, 0.0, 1e-3);
  EXPECT_NEAR(place.y, 3.0, 1e-3);
}

TEST(GateWatch, WaitsUntilTheVehicleIsClearlyBeyond) {
  auto truck = run(one_gate().build());
  truck.fix(0, {-30, 0}).fix(10, {14, 0}).fix(20, {14.9, 0});
  EXPECT_THAT(truck.events(), IsEmpty());
  truck.fix(30, {16, 0});
  ASSERT_THAT(told(truck), ElementsAre("g out"));
  EXPECT_NEAR(s_of(truck.events()[0].time), 6.818, 0.001);
  EXPECT_EQ(s_of(truck.events()[0].detected), 30.0);
}

TEST(GateWatch, WaitsLongerWithMoreNoise) {
  auto truck = run(one_gate().build());
  truck.sigma(12).fix(0, {-60, 0}).fix(10, {20, 0});
  EXPECT_THAT(truck.events(), IsEmpty());
  truck.fix(20, {25, 0});
  EXPECT_THAT(told(truck), ElementsAre("g out"));
}

TEST(GateWatch, TakesACrossingBackWhenTheVehicleComesBackFirst) {
  auto truck = run(one_gate().build());
  truck.fix(0, {-30, 0}).fix(10, {12, 0}).fix(20, {-30, 0}).fix(30, {-60, 0});
  EXPECT_THAT(truck.events(), IsEmpty());
}

TEST(GateWatch, TellsOutAndInOfAVehicleThatCameBackLater) {
  auto truck = run(one_gate().build());
  truck.fix(0, {-30, 0}).fix(10, {30, 0}).fix(20, {-30, 0});
  ASSERT_THAT(told(truck), ElementsAre("g out", "g in"));
  EXPECT_NE(truck.events()[0].subject, truck.events()[1].subject);
}

TEST(GateWatch, CrossesNothingWithATruckParkedOnTheLine) {
  std::mt19937_64 random{5};
  std::normal_distribution<double> noise{0.0, 4.0};
  auto truck = run(one_gate().build());
  truck.fix(0, {-60, 0});
  for (int i = 1; i <= 3600; ++i) truck.fix(10.0 * i, {std::clamp(noise(random), -14.0, 14.0), noise(random)});
  EXPECT_THAT(truck.events(), IsEmpty());
  truck.fix(36010, {60, 0});
  EXPECT_THAT(told(truck), ElementsAre("g out"));
}

TEST(GateWatch, TellsEveryGateOfOneStepInItsOrder) {
  auto truck = run(registry_at(test_frame)
                       .gate("b", {{40, -50}, {40, 50}})
                       .gate("a", {{-40, -50}, {-40, 50}})
                       .gate("c", {{60, -50}, {60, 50}})
                       .build());
  truck.fix(0, {-100, 0}).fix(10, {100, 0});
  ASSERT_THAT(told(truck), ElementsAre("a out", "b out", "c out"));
  EXPECT_EQ(s_of(truck.events()[0].time), 3.0);
  EXPECT_EQ(s_of(truck.events()[1].time), 7.0);
  EXPECT_EQ(s_of(truck.events()[2].time), 8.0);
}

TEST(GateWatch, CrossesAGateWithCornersOnceWhereverItIsCrossed) {
  auto registry = registry_at(test_frame).gate("g", {{0, -100}, {0, 0}, {100, 100}}).build();
  auto straight = run(registry);
  straight.fix(0, {-60, -50}).fix(10, {60, -50});
  EXPECT_THAT(told(straight), ElementsAre("g out"));
  auto corner = run(registry);
  corner.fix(0, {-60, 0}).fix(10, {60, 0});
  EXPECT_THAT(told(corner), ElementsAre("g out"));
  auto slope = run(registry);
  slope.fix(0, {0, 80}).fix(10, {100, 20});
  EXPECT_THAT(told(slope), ElementsAre("g out"));
}

TEST(GateWatch, CrossesNothingInAndOutOfACorner) {
  auto truck = run(registry_at(test_frame).gate("g", {{0, -100}, {40, 0}, {0, 100}}).build());
  truck.fix(0, {20, -150}).fix(10, {20, 150});
  EXPECT_THAT(truck.events(), IsEmpty());
}

TEST(GateWatch, CrossesNothingBesideTheEndOfTheLine) {
  auto truck = run(one_gate().build());
  truck.fix(0, {-60, 51}).fix(10, {60, 51});
  EXPECT_THAT(truck.events(), IsEmpty());
}

TEST(GateWatch, CallsACrossingInASilenceInferred) {
  auto truck = run(one_gate().build());
  truck.fix(0, {-600, 0}).fix(121, {600, 0});
  ASSERT_EQ(truck.events().size(), 1U);
  EXPECT_TRUE(truck.events()[0].inferred);
  EXPECT_EQ(s_of(crossing(truck.events()[0]).earliest), 0.0);
  EXPECT_EQ(s_of(crossing(truck.events()[0]).latest), 121.0);
}

TEST(GateWatch, TellsWhatItWaitedForWhenTheVehicleIsOutOfReach) {
  auto truck = run(one_gate().build());
  truck.fix(0, {-60, 0}).fix(10, {10, 0}).in_registry_frame(false).fix(20, {10, 0});
  EXPECT_THAT(told(truck), ElementsAre("g out"));
}

TEST(GateWatch, EndsOnTheSideThatItsCrossingsTell) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    std::mt19937_64 random{seed};
    std::normal_distribution<double> step{0.0, 25.0};
    auto truck = run(one_gate().build());
    double x = -200.0;
    for (int i = 0; i < 500; ++i) truck.fix(10.0 * i, {x = std::clamp(x + step(random), -200.0, 200.0), 0});
    truck.fix(5000, {x = x < 0 ? -200.0 : 200.0, 0});
    const auto all = told(truck);
    for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i], i % 2 == 0 ? "g out" : "g in") << "seed " << seed;
    EXPECT_EQ(all.size() % 2 == 1, x > 0) << "seed " << seed;
  }
}

}  // namespace
}  // namespace haulwatch::detect
