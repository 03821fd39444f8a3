#include "detect/stage_run.hpp"

#include <haulwatch/detect/route_monitor.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace haulwatch::test {
namespace {

using namespace std::chrono_literals;
using namespace literals;
using detect::RouteMonitor;
using detect::TravelDirection;
using registry::SiteRole;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Story = std::vector<std::string>;

/// Keeps what the monitor found at each fix, as a later stage sees it.
class Witness {
 public:
  struct State {};
  using Finding = detect::NoFinding<Witness>;
  struct Seen {
    RouteMonitor::Finding found;
    std::optional<detect::RouteMatch> of_anyone;
  };

  explicit Witness(std::vector<Seen>& seen) : seen_{&seen} {}

  template <class FactsView>
  void on_sample(State&, const detect::Sample&, const detect::World& world, FactsView& facts,
                 detect::Emit&) const noexcept {
    const auto& found = facts.template get<RouteMonitor::Finding>();
    seen_->push_back({found, found.approved_for_anyone(world)});
  }
  template <class FactsView>
  void on_timer(State&, TimeUtc, const detect::World&, FactsView&, detect::Emit&) const noexcept {}

 private:
  std::vector<Seen>* seen_;
};

/// Its pit and its ground lie far from every way, where nothing is told by them.
RegistryBuilder land() {
  return registry_at(test_frame)
      .site("far pit", SiteRole::origin, box({-20'000, 0}, 200, 200))
      .site("far ground", SiteRole::disposal, box({20'000, 20'000}, 200, 200));
}

registry::PermitDraft permit_of(std::string vehicle, std::string id, std::vector<std::string> routes) {
  registry::PermitDraft permit = test::permit_between(std::move(id), "far pit", "far ground", std::move(routes));
  permit.vehicles = {std::move(vehicle)};
  return permit;
}
registry::PermitDraft own_permit(std::string id, std::vector<std::string> routes) {
  return permit_of("ZF-1", std::move(id), std::move(routes));
}

registry::PermitDraft until(registry::PermitDraft permit, double end_s) {
  permit.valid_to = at_s(end_s);
  return permit;
}

/// Six kilometres to the east, 50 m to either side, and permit P-1.
RegistryBuilder street() {
  return land().route("street", 50_m, {{0, 0}, {6'000, 0}});
}
RegistryBuilder permitted_street() {
  return street().permit(own_permit("P-1", {"street"}));
}

auto run_on(const RegistryBuilder& registry) {
  return StageRun{registry.build(), RouteMonitor{}};
}

/// 10 m/s along the street from its beginning up to `to_m`, a fix every 10 s.
template <class Run>
Run& along(Run& run, double to_m) {
  return run.line(0, to_m / 10.0, 10, {0, 0}, {to_m, 0});
}

const RouteDeviation& details(const Event& event) {
  return std::get<RouteDeviation>(event.details);
}

/// Of unit variance, and its neighbours' errors agree over `memory_s`.
class Wander {
 public:
  Wander(std::uint64_t seed, double memory_s) : random_{seed}, memory_s_{memory_s} {}
  geo::LocalPoint after(double step_s) {
    const double keep = memory_s_ > 0.0 ? std::exp(-step_s / memory_s_) : 0.0;
    const double fresh = std::sqrt(1.0 - keep * keep);
    error_ = keep * error_ + fresh * geo::LocalPoint{normal_(random_), normal_(random_)};
    return error_;
  }

 private:
  std::mt19937_64 random_;
  std::normal_distribution<double> normal_;
  double memory_s_;
  geo::LocalPoint error_;
};

// What is a deviation -------------------------------------------------------------------------------------------------

TEST(RouteMonitor, SaysNothingOfAVehicleThatFollowsItsRoute) {
  auto run = run_on(permitted_street());
  along(run, 6'000);
  EXPECT_THAT(run.events(), IsEmpty());
}

TEST(RouteMonitor, DatesADeviationBackToWhereTheCorridorWasLeft) {
  auto run = run_on(permitted_street());
  along(run, 2'000).line(210, 300, 10, {2'000, 100}, {2'000, 1'000});
  ASSERT_THAT(run.story(), ElementsAre("route_left@205"));
  const Event& left = run.events().front();
  EXPECT_LE(s_of(left.detected), 205 + 60);
  EXPECT_EQ(details(left).start, left.time);
  EXPECT_EQ(details(left).end, no_time);
  EXPECT_EQ(details(left).route, "street");
  EXPECT_EQ(details(left).permit, "P-1");
  EXPECT_FALSE(left.inferred);
  const geo::LocalPoint place = geo::LocalFrame{test_frame}.to_local(left.place.value());
  EXPECT_NEAR(place.x, 2'000, 1);
  EXPECT_NEAR(place.y, 50, 1);
}

TEST(RouteMonitor, SaysHowFarAndHowLongItWasOutsideWhenItIsBack) {
  auto run = run_on(permitted_street());
  along(run, 2'000)
      .line(210, 250, 10, {2'000, 100}, {2'000, 500})
      .line(260, 350, 10, {2'100, 500}, {3'000, 500})
      .line(360, 400, 10, {3'000, 400}, {3'000, 0})
      .line(410, 500, 10, {3'100, 0}, {4'000, 0});
  ASSERT_THAT(run.story(), ElementsAre("route_left@205", "route_rejoined@395"));
  const Event& back = run.events()[1];
  EXPECT_EQ(back.subject, run.events()[0].subject);
  EXPECT_EQ(details(back).start, run.events()[0].time);
  EXPECT_EQ(details(back).end, back.time);
  EXPECT_EQ(s_of(back.detected), 410);
  EXPECT_NEAR(details(back).max_distance_m, 450, 1);
  EXPECT_NEAR(details(back).path_m, 450 + 1'000 + 450, 15);
}

TEST(RouteMonitor, TakesADetourOf300MetresRoundAClosureForADeviation) {
  auto run = run_on(permitted_street());
  along(run, 2'000)
      .line(205, 215, 5, {2'000, 50}, {2'000, 150})
      .line(220, 235, 5, {2'050, 150}, {2'200, 150})
      .line(240, 250, 5, {2'250, 100}, {2'300, 0})
      .line(260, 300, 10, {2'400, 0}, {2'800, 0});
  ASSERT_EQ(run.events().size(), 2U);
  EXPECT_NEAR(details(run.events()[1]).max_distance_m, 100, 1);
}

TEST(RouteMonitor, MeasuresToTheLegAndNotToItsEnds) {
  auto run = StageRun{land().route("leg", 20_m, {{0, 0}, {2'000, 0}}).permit(own_permit("P-1", {"leg"})).build(),
                      RouteMonitor{}};
  run.line(0, 200, 10, {0, 10}, {2'000, 10});
  EXPECT_THAT(run.events(), IsEmpty());
}

class RouteHalfWidths : public ::testing::TestWithParam<double> {};
INSTANTIATE_TEST_SUITE_P(Metres, RouteHalfWidths, ::testing::Values(20.0, 35.0, 50.0, 100.0));

TEST_P(RouteHalfWidths, BoundTheCorridorAtTheirOwnDistance) {
  const double w = GetParam();
  const auto registry = land().route("street", Metres{w}, {{0, 0}, {6'000, 0}}).permit(own_permit("P-1", {"street"}));
  for (const double side : {-1.0, 1.0}) {
    auto inside = run_on(registry);
    inside.line(0, 600, 10, {0, side * (w - 1)}, {6'000, side * (w - 1)});
    EXPECT_THAT(inside.events(), IsEmpty());
    auto outside = run_on(registry);
    along(outside, 2'000).line(210, 500, 10, {2'100, side * (w + 40)}, {5'000, side * (w + 40)});
    ASSERT_EQ(outside.events().size(), 1U);
    EXPECT_NEAR(details(outside.events()[0]).max_distance_m, 40, 0.1);
  }
}

TEST(RouteMonitor, MakesNoDeviationOfOneOutlier) {
  for (const double away : {100.0, 400.0, 5'000.0}) {
    for (const double every : {1.0, 10.0, 60.0}) {
      auto run = run_on(permitted_street());
      run.line(0, 300, every, {0, 0}, {3'000, 0});
      run.fix(300 + every, {3'000 + 10 * every, away});
      run.line(300 + 2 * every, 300 + 3 * every, every, {3'000 + 20 * every, 0}, {3'000 + 30 * every, 0});
      EXPECT_THAT(run.events(), IsEmpty()) << away << " m, every " << every << " s";
    }
  }
}

TEST(RouteMonitor, IgnoresAStopBesideTheRoad) {
  auto run = run_on(permitted_street());
  along(run, 2'000)
      .line(205, 230, 5, {2'010, 20}, {2'040, 120})
      .stands(235, 1'500, 10, {2'040, 125}, 0.0)
      .line(1'505, 1'530, 5, {2'040, 120}, {2'060, 20})
      .line(1'540, 1'700, 10, {2'100, 0}, {3'700, 0});
  EXPECT_THAT(run.events(), IsEmpty());
}

TEST(RouteMonitor, TakesAYardOffTheRoadForADeviationThoughTheVehicleStandsThere) {
  auto run = run_on(permitted_street());
  along(run, 2'000).line(210, 240, 10, {2'000, 100}, {2'000, 400}).stands(250, 600, 10, {2'000, 400}, 0.0);
  EXPECT_THAT(run.story(), ElementsAre("route_left@205"));
}

TEST(RouteMonitor, IgnoresTheDriftOfAVehicleParkedAtTheCorridorsEdge) {
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U, 6U}) {
    for (const bool tells_speed : {true, false}) {
      auto run = run_on(permitted_street());
      run.sigma(8);
      along(run, 2'000);
      Wander wander{seed, 60};
      for (double t = 210; t < 4 * 3'600; t += 10) {
        const geo::LocalPoint at = geo::LocalPoint{2'000, 45} + 12.0 * wander.after(10);
        run.fix(t, at, tells_speed ? std::optional<double>{0.1} : std::nullopt);
      }
      EXPECT_THAT(run.story(), IsEmpty()) << "seed " << seed << (tells_speed ? "" : " without speed");
    }
  }
}

/// Fifty kilometres east and the vehicle `beside_m` north of it, seen with noise.
Story beside(double half_width, double beside_m, double sigma, double memory_s, double every_s, std::uint64_t seed) {
  auto run = StageRun{
      land().route("street", Metres{half_width}, {{0, 0}, {50'000, 0}}).permit(own_permit("P-1", {"street"})).build(),
      RouteMonitor{}};
  run.sigma(sigma);
  run.line(0, 200, 10, {0, 0}, {2'000, 0});
  Wander wander{seed, memory_s};
  for (double t = 200 + every_s; t < 200 + 3'600; t += every_s)
    run.fix(t, geo::LocalPoint{10 * t, beside_m} + sigma * wander.after(every_s));
  return run.story();
}

TEST(RouteMonitor, MakesNoDeviationOfNoiseOnTheEdge) {
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U})
    for (const double width : {20.0, 100.0})
      for (const double every : {1.0, 10.0, 30.0})
        for (const double memory : {0.0, 20.0})
          EXPECT_THAT(beside(width, width, 7.5, memory, every, seed), IsEmpty())
              << "seed " << seed << " half width " << width << " every " << every << " s, memory " << memory << " s";
}

TEST(RouteMonitor, SaysAtMostOneDeviationAnHourUnderTwiceTheNoise) {
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U})
    for (const double every : {1.0, 10.0, 30.0})
      EXPECT_LE(beside(50, 50, 15.0, 20.0, every, seed).size(), 2U) << "seed " << seed << " every " << every << " s";
}

TEST(RouteMonitor, MakesNoDeviationOfAParallelRoadThatTheNoiseCannotTellApart) {
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U})
    for (const double every : {1.0, 10.0, 30.0})
      EXPECT_THAT(beside(50, 60, 10.0, 0.0, every, seed), IsEmpty()) << "seed " << seed << " every " << every << " s";
}

TEST(RouteMonitor, SaysThatAVehicleTookAParallelRoadThatTheNoiseCanTellApart) {
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U})
    for (const double every : {1.0, 10.0, 30.0})
      EXPECT_THAT(beside(20, 80, 10.0, 0.0, every, seed), ElementsAre(::testing::StartsWith("route_left")))
          << "seed " << seed << " every " << every << " s";
}

TEST(RouteMonitor, NeverTakesTheChordAcrossABendForTheWay) {
  // Stairs of 700 m: every chord between two fixes 60 s apart cuts a corner by hundreds of metres.
  Outline stairs{{0, 0}};
  for (int i = 0; i < 12; ++i)
    stairs.push_back(stairs.back() + (i % 2 == 0 ? geo::LocalPoint{700, 0} : geo::LocalPoint{0, 700}));
  const auto registry = land().route("stairs", 30_m, stairs).permit(own_permit("P-1", {"stairs"})).build();
  for (const double every : {30.0, 45.0, 60.0}) {
    auto run = StageRun{registry, RouteMonitor{}};
    for (double s = 0; s < 12 * 700; s += 15 * every) {
      const auto leg = static_cast<std::size_t>(s / 700);
      const double along_leg = s / 700 - static_cast<double>(leg);
      run.fix(s / 15, stairs[leg] + along_leg * (stairs[leg + 1] - stairs[leg]));
    }
    EXPECT_THAT(run.story(), IsEmpty()) << every;
  }
}

TEST(RouteMonitor, IsSatisfiedWithTwoFixesClearlyOutsideAtSparseReports) {
  auto run = run_on(permitted_street());
  run.line(0, 180, 60, {0, 0}, {1'800, 0}).fix(240, {2'000, 400}).fix(300, {2'000, 1'000});
  ASSERT_EQ(run.events().size(), 1U);
  EXPECT_EQ(s_of(run.events()[0].detected), 300);
  EXPECT_GT(s_of(run.events()[0].time), 180);
  EXPECT_LT(s_of(run.events()[0].time), 240);
}

// Which permits bind --------------------------------------------------------------------------------------------------

/// The street, and a side road that leaves it to the north at 2 km.
RegistryBuilder street_and_side_road() {
  return street().route("side", 50_m, {{2'000, 0}, {2'000, 3'000}});
}
Story turns_into_side_road(const RegistryBuilder& registry) {
  auto run = run_on(registry);
  along(run, 2'000).line(210, 400, 10, {2'000, 100}, {2'000, 2'000});
  return run.story();
}

TEST(RouteMonitor, CountsInsideAnyRouteOfAPermitAsInside) {
  EXPECT_THAT(turns_into_side_road(street_and_side_road().permit(own_permit("P-1", {"street", "side"}))), IsEmpty());
}

TEST(RouteMonitor, CountsInsideARouteOfAnyPermitInForceAsInside) {
  EXPECT_THAT(turns_into_side_road(
                  street_and_side_road().permit(own_permit("P-1", {"street"})).permit(own_permit("P-2", {"side"}))),
              IsEmpty());
}

TEST(RouteMonitor, DoesNotCountThePermitOfAnotherTruck) {
  EXPECT_THAT(
      turns_into_side_road(
          street_and_side_road().permit(own_permit("P-1", {"street"})).permit(permit_of("ZF-2", "P-2", {"side"}))),
      ElementsAre("route_left@205"));
}

TEST(RouteMonitor, DoesNotCountAnExpiredPermit) {
  EXPECT_THAT(
      turns_into_side_road(
          street_and_side_road().permit(own_permit("P-1", {"street"})).permit(until(own_permit("P-2", {"side"}), 100))),
      ElementsAre("route_left@205"));
}

TEST(RouteMonitor, CountsEveryPermitHoweverMany) {
  RegistryBuilder registry = street_and_side_road();
  for (int i = 0; i < 80; ++i) registry.permit(own_permit("P-" + std::to_string(i), {"street"}));
  EXPECT_THAT(turns_into_side_road(registry), ElementsAre("route_left@205"));
  EXPECT_THAT(turns_into_side_road(registry.permit(own_permit("P-80", {"side"}))), IsEmpty());
}

TEST(RouteMonitor, JudgesNothingWhileAPermitLeavesTheWayFree) {
  EXPECT_THAT(
      turns_into_side_road(street_and_side_road().permit(own_permit("P-1", {"street"})).permit(own_permit("P-2", {}))),
      IsEmpty());
}

TEST(RouteMonitor, JudgesNothingWithoutAPermit) {
  EXPECT_THAT(turns_into_side_road(street_and_side_road()), IsEmpty());
}

TEST(RouteMonitor, JudgesNothingOnceThePermitHasExpiredOnTheWay) {
  EXPECT_THAT(turns_into_side_road(street_and_side_road().permit(until(own_permit("P-1", {"street"}), 150))),
              IsEmpty());
}

TEST(RouteMonitor, JudgesNothingOnceTheDailyWindowHasEndedOnTheWay) {
  registry::PermitDraft permit = own_permit("P-1", {"street"});
  permit.daily_windows = between(20h, 3min, 8h);
  EXPECT_THAT(turns_into_side_road(street_and_side_road().permit(permit)), IsEmpty());
}

TEST(RouteMonitor, EndsADeviationWithThePermitEvenInSilence) {
  auto run = run_on(street().permit(until(own_permit("P-1", {"street"}), 1'000)));
  along(run, 2'000).line(210, 300, 10, {2'000, 100}, {2'000, 1'000});
  run.silent_until(999);
  EXPECT_THAT(run.story(), ElementsAre("route_left@205"));
  run.silent_until(1'000);
  EXPECT_THAT(run.story(), ElementsAre("route_left@205", "route_rejoined@1000"));
  EXPECT_EQ(s_of(run.events()[1].detected), 1'000);
  EXPECT_EQ(details(run.events()[1]).permit, "P-1");
}

TEST(RouteMonitor, EndsADeviationAtAFixAtTheVeryEndOfThePermit) {
  auto run = run_on(street().permit(until(own_permit("P-1", {"street"}), 300)));
  along(run, 2'000).line(210, 400, 10, {2'000, 100}, {2'000, 2'000});
  EXPECT_THAT(run.story(), ElementsAre("route_left@205", "route_rejoined@300"));
}

TEST(RouteMonitor, KeepsADeviationOpenWhileAnotherPermitStillNamesTheRoute) {
  auto run = run_on(street().permit(until(own_permit("P-1", {"street"}), 300)).permit(own_permit("P-2", {"street"})));
  along(run, 2'000).line(210, 400, 10, {2'000, 100}, {2'000, 2'000});
  EXPECT_THAT(run.story(), ElementsAre("route_left@205"));
}

TEST(RouteMonitor, EndsADeviationWhenTheNextPermitAllowsThePlace) {
  registry::PermitDraft later = own_permit("P-2", {"side"});
  later.valid_from = at_s(305);
  auto run = run_on(street_and_side_road().permit(own_permit("P-1", {"street"})).permit(later));
  along(run, 2'000).line(210, 400, 10, {2'000, 100}, {2'000, 2'000});
  ASSERT_EQ(run.events().size(), 2U);
  EXPECT_GE(s_of(run.events()[1].time), 300);
  EXPECT_LE(s_of(run.events()[1].time), 310);
}

// Being on a route at all ---------------------------------------------------------------------------------------------

TEST(RouteMonitor, LetsNobodyLeaveARouteThatHeNeverWasOn) {
  auto run = run_on(permitted_street());
  run.line(0, 600, 10, {-3'000, 4'000}, {3'000, 4'000});
  EXPECT_THAT(run.events(), IsEmpty());
}

TEST(RouteMonitor, DoesNotTakeACrossingForBeingOnTheRoute) {
  for (const double w : {20.0, 50.0, 100.0}) {
    for (const double every : {1.0, 5.0, 10.0}) {
      auto run = StageRun{
          land().route("street", Metres{w}, {{0, 0}, {6'000, 0}}).permit(own_permit("P-1", {"street"})).build(),
          RouteMonitor{}};
      run.line(0, 300, every, {2'000, -1'500}, {2'000, 1'500});
      EXPECT_THAT(run.events(), IsEmpty()) << w << " m, every " << every << " s";
    }
  }
}

/// The street leads from a pit to a ground whose fence begins 200 m beyond its end.
RegistryBuilder pit_to_ground() {
  registry::PermitDraft permit = own_permit("P-1", {"street"});
  permit.origins = {"pit"};
  permit.disposals = {"ground"};
  return street()
      .site("pit", SiteRole::origin, box({-250, 0}, 400, 300))
      .site("ground", SiteRole::disposal, box({6'400, 200}, 400, 800))
      .permit(permit);
}

TEST(RouteMonitor, TakesTheEndOfTheWayForAnArrival) {
  auto run = run_on(pit_to_ground());
  run.line(0, 60, 10, {-400, 0}, {0, 0})
      .line(70, 670, 10, {10, 0}, {6'010, 0})
      .line(680, 900, 20, {6'100, 20}, {6'400, 400})
      .stands(910, 1'500, 10, {6'400, 400});
  EXPECT_THAT(run.events(), IsEmpty());
}

TEST(RouteMonitor, LetsAVehicleGoHomeFromTheDisposalByAnyWay) {
  auto run = run_on(pit_to_ground());
  along(run, 6'000).line(620, 700, 10, {6'100, 50}, {6'400, 400}).line(710, 1'200, 10, {6'400, 900}, {6'400, 6'000});
  EXPECT_THAT(run.events(), IsEmpty());
}

TEST(RouteMonitor, LetsAVehicleTurnAtTheEndAndGoBackAlongTheRoute) {
  auto run = run_on(pit_to_ground());
  along(run, 6'000).line(610, 640, 10, {6'100, 0}, {6'300, 0}).line(650, 1'250, 10, {6'000, 0}, {0, 0});
  run.line(1'260, 1'300, 10, {-100, 0}, {-300, 0});
  EXPECT_THAT(run.events(), IsEmpty());
}

TEST(RouteMonitor, DoesNotExcuseAVehicleThatLeavesHalfWay) {
  auto run = run_on(pit_to_ground());
  along(run, 3'000).line(310, 500, 10, {3'000, -100}, {3'000, -2'000});
  EXPECT_THAT(run.story(), ElementsAre("route_left@305"));
}

TEST(RouteMonitor, LetsAVehicleLeaveTheCorridorForARegisteredPlaceBesideIt) {
  for (const SiteRole role : {SiteRole::depot, SiteRole::parking, SiteRole::service}) {
    auto run = run_on(permitted_street().site("yard", role, box({3'000, 200}, 200, 300)));
    along(run, 3'000).line(310, 330, 10, {3'000, 100}, {3'000, 300}).stands(340, 900, 10, {3'000, 300});
    EXPECT_THAT(run.events(), IsEmpty());
  }
}

TEST(RouteMonitor, DoesNotTakeAPitOfSomebodyElseForARegisteredPlace) {
  auto run = run_on(permitted_street().site("pit", SiteRole::origin, box({3'000, 300}, 200, 500)));
  along(run, 3'000).line(310, 350, 10, {3'000, 100}, {3'000, 500}).stands(360, 900, 10, {3'000, 500});
  EXPECT_THAT(run.story(), ElementsAre("route_left@305"));
}

TEST(RouteMonitor, EndsADeviationInTheDisposalOfThePermit) {
  auto run = run_on(pit_to_ground());
  along(run, 3'000)
      .line(310, 400, 10, {3'000, 100}, {3'000, 1'000})
      .line(410, 740, 10, {3'100, 1'000}, {6'400, 1'000})
      .line(750, 820, 10, {6'400, 900}, {6'400, 200});
  ASSERT_EQ(run.story(), (Story{"route_left@305", "route_rejoined@780"}));
  EXPECT_EQ(details(run.events()[1]).end, run.events()[1].time);
}

TEST(RouteMonitor, EndsADeviationByOneFixInsideThatNothingContradicts) {
  auto run = run_on(permitted_street());
  along(run, 2'000).line(210, 300, 10, {2'000, 100}, {2'000, 1'000}).fix(310, {2'500, 0});
  run.silent_until(339);
  EXPECT_EQ(run.events().size(), 1U);
  run.silent_until(340);
  ASSERT_EQ(run.events().size(), 2U);
  EXPECT_EQ(s_of(run.events()[1].detected), 340);
  EXPECT_LE(s_of(run.events()[1].time), 310);
}

TEST(RouteMonitor, DoesNotEndADeviationByOneFixInsideThatTheNextContradicts) {
  auto run = run_on(permitted_street());
  along(run, 2'000).line(210, 300, 10, {2'000, 100}, {2'000, 1'000}).fix(310, {2'500, 0});
  run.line(320, 400, 10, {2'000, 1'000}, {2'000, 1'800});
  EXPECT_THAT(run.story(), ElementsAre("route_left@205"));
}

// Silences ------------------------------------------------------------------------------------------------------------

TEST(RouteMonitor, CallsALeavingInASilenceInferredAndDatesItWithin) {
  auto run = run_on(permitted_street());
  along(run, 2'000).line(1'400, 1'500, 10, {4'000, 2'000}, {4'000, 3'000});
  ASSERT_EQ(run.events().size(), 1U);
  EXPECT_TRUE(run.events()[0].inferred);
  EXPECT_GE(s_of(run.events()[0].time), 200);
  EXPECT_LE(s_of(run.events()[0].time), 1'400);
}

TEST(RouteMonitor, KnowsOfNoDeviationInASilenceThatEndsOnTheRoute) {
  auto run = run_on(permitted_street());
  along(run, 2'000).line(1'400, 1'600, 10, {4'000, 0}, {6'000, 0});
  EXPECT_THAT(run.events(), IsEmpty());
}

TEST(RouteMonitor, JudgesNothingBeyondTheRegistrysFrame) {
  auto run = run_on(permitted_street());
  along(run, 2'000).in_registry_frame(false).line(210, 400, 10, {2'000, 100}, {2'000, 2'000});
  EXPECT_THAT(run.events(), IsEmpty());
}

// Direction -----------------------------------------------------------------------------------------------------------

RegistryBuilder one_way_street() {
  return land().one_way_route("street", 50_m, {{0, 0}, {6'000, 0}}).permit(own_permit("P-1", {"street"}));
}

TEST(RouteMonitor, TakesTurningBackOnAOneWayRouteForALeavingWhereItTurned) {
  auto run = run_on(one_way_street());
  along(run, 3'000).line(310, 400, 10, {2'900, 0}, {2'000, 0});
  ASSERT_THAT(run.story(), ElementsAre("route_left@300"));
  EXPECT_NEAR(details(run.events()[0]).max_distance_m, 0, 0.1);
}

TEST(RouteMonitor, EndsItWhereTheVehicleTurnsOnceMore) {
  auto run = run_on(one_way_street());
  along(run, 3'000).line(310, 400, 10, {2'900, 0}, {2'000, 0}).line(410, 600, 10, {2'100, 0}, {4'000, 0});
  EXPECT_THAT(run.story(), ElementsAre("route_left@300", "route_rejoined@400"));
}

TEST(RouteMonitor, AllowsATurnAtTheEndOfAOneWayRoute) {
  auto run = run_on(one_way_street());
  along(run, 5'950).line(605, 700, 10, {5'850, 0}, {4'900, 0});
  EXPECT_THAT(run.events(), IsEmpty());
}

TEST(RouteMonitor, AllowsTurningBackOnARouteForBothDirections) {
  auto run = run_on(permitted_street());
  along(run, 3'000).line(310, 600, 10, {2'900, 0}, {0, 0});
  EXPECT_THAT(run.events(), IsEmpty());
}

TEST(RouteMonitor, LetsNobodyJoinAOneWayRouteBackwards) {
  auto run = run_on(one_way_street());
  run.line(0, 300, 10, {5'000, 0}, {2'000, 0}).line(310, 500, 10, {2'000, 100}, {2'000, 2'000});
  EXPECT_THAT(run.events(), IsEmpty());
}

// What later stages read ----------------------------------------------------------------------------------------------

struct Watched {
  explicit Watched(const RegistryBuilder& registry) : run{registry.build(), RouteMonitor{}, Witness{seen}} {}
  std::vector<Witness::Seen> seen;
  StageRun<RouteMonitor, Witness> run;
  const RouteMonitor::Finding& last() const { return seen.back().found; }
};

TEST(RouteMonitor, FindsRouteChainageAndDirection) {
  Watched there{permitted_street()};
  along(there.run, 2'000);
  EXPECT_TRUE(there.last().judged && there.last().inside && there.last().on_route);
  EXPECT_EQ(there.last().route, 0U);
  EXPECT_EQ(there.last().permit, 0U);
  EXPECT_NEAR(there.last().chainage_m, 2'000, 1e-6);
  EXPECT_NEAR(there.last().beyond_m, -50, 1e-6);
  EXPECT_EQ(there.last().direction, TravelDirection::along);
  there.run.line(210, 300, 10, {1'900, 0}, {1'000, 0});
  EXPECT_EQ(there.last().direction, TravelDirection::against);
}

TEST(RouteMonitor, TellsAShortCutFromAPartThatNobodySaw) {
  Watched cut{permitted_street()};
  along(cut.run, 2'000)
      .line(210, 250, 10, {2'000, 200}, {2'400, 400})
      .line(260, 400, 10, {2'500, 400}, {3'900, 400})
      .line(410, 430, 10, {3'950, 100}, {4'100, 0});
  EXPECT_NEAR(cut.last().short_cut_m, 2'050, 60);
  EXPECT_EQ(cut.last().unseen_m, 0);
  Watched unseen{permitted_street()};
  along(unseen.run, 2'000).line(600, 620, 10, {4'000, 0}, {4'200, 0});
  EXPECT_EQ(unseen.last().short_cut_m, 0);
  EXPECT_NEAR(unseen.last().unseen_m, 2'000, 1);
}

TEST(RouteMonitor, TellsTheApprovedRouteOfAnyoneThatAVehicleIsOn) {
  Watched there{
      street_and_side_road().permit(own_permit("P-1", {"street"})).permit(permit_of("ZF-2", "P-2", {"side"}))};
  along(there.run, 2'000).line(210, 300, 10, {2'000, 100}, {2'000, 1'000});
  ASSERT_TRUE(there.seen.back().of_anyone.has_value());
  EXPECT_EQ(there.seen.back().of_anyone->position.route, 1U);
  there.run.fix(310, {3'000, 1'000});
  EXPECT_FALSE(there.seen.back().of_anyone.has_value());
}

TEST(RouteMonitor, KeepsToItsLegWhereTheRouteGoesOutAndBack) {
  // Out along y = 0, back along y = 30: both within 50 m of either.
  Watched there{
      land()
          .route("loop", 50_m, {{0, 0}, {1'000, 0}, {2'000, 0}, {3'000, 0}, {3'000, 30}, {2'000, 30}, {0, 30}})
          .permit(own_permit("P-1", {"loop"}))};
  // Joins in the middle, on the outward leg though nearer to the other.
  there.run.line(0, 40, 10, {1'000, 18}, {1'400, 18});
  EXPECT_NEAR(there.last().chainage_m, 1'400, 1);
  there.run.line(50, 200, 10, {1'500, 18}, {3'000, 18});
  there.run.line(210, 300, 10, {2'900, 14}, {2'000, 14});
  EXPECT_NEAR(there.last().chainage_m, 3'030 + 1'000, 1);
  EXPECT_EQ(there.last().direction, TravelDirection::along);
}

double brute_force_beyond(const registry::Registry& registry, std::span<const registry::RouteIndex> routes,
                          geo::LocalPoint p) {
  double best = std::numeric_limits<double>::infinity();
  for (const registry::RouteIndex index : routes) {
    const registry::Route& route = registry.routes()[index];
    for (const geo::Polyline& line : route.lines)
      for (std::size_t i = 0; i + 1 < line.size(); ++i) {
        const geo::LocalPoint d = line[i + 1] - line[i];
        const double t = std::clamp(geo::dot(p - line[i], d) / geo::dot(d, d), 0.0, 1.0);
        best = std::min(best, geo::norm(p - (line[i] + t * d)) - route.half_width.value());
      }
  }
  return best;
}

TEST(RouteMonitor, MeasuresAsASearchThroughEverySegmentDoes) {
  for (const std::uint64_t seed : {11U, 12U, 13U, 14U}) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random{seed};
    std::uniform_real_distribution<double> share{0.0, 1.0};
    const auto somewhere = [&] { return geo::LocalPoint{5'000 * share(random), 5'000 * share(random)}; };
    RegistryBuilder builder = land();
    for (int r = 0; r < 5; ++r) {
      Outline line{somewhere()};
      for (int i = 0; i < 30; ++i)
        line.push_back(line.back() + 300.0 * geo::LocalPoint{share(random) - 0.5, share(random) - 0.5});
      builder.route("r-" + std::to_string(r), Metres{20 + 80 * share(random)}, line);
    }
    builder.permit(own_permit("P-1", {"r-0", "r-1"})).permit(own_permit("P-2", {"r-3"}));
    builder.permit(permit_of("ZF-2", "P-3", {"r-2", "r-4"}));
    const auto registry = builder.build();
    Watched there{builder};
    geo::LocalPoint at = registry->routes()[0].lines[0][0];
    std::size_t inside = 0;
    for (int i = 0; i < 4'000; ++i) {
      at = i % 50 == 0 ? registry->routes()[share(random) < 0.5 ? 1 : 3].lines[0][static_cast<std::size_t>(i) % 30]
                       : at + 120.0 * geo::LocalPoint{share(random) - 0.5, share(random) - 0.5};
      there.run.fix(10.0 * i, at);
      const double expected = brute_force_beyond(*registry, std::vector<registry::RouteIndex>{0, 1, 3}, at);
      ASSERT_EQ(there.last().inside, expected <= 0.0) << i;
      if (expected > 0.0) {
        ASSERT_NEAR(there.last().beyond_m, expected, 1e-5) << i;
      }
      inside += there.last().inside ? 1U : 0U;
    }
    EXPECT_GT(inside, 400U);
    EXPECT_LT(inside, 3'600U);
  }
}

}  // namespace
}  // namespace haulwatch::test
