#include <haulwatch/detect/haul.hpp>
#include <haulwatch/detect/locate.hpp>

#include "detect/stage_run.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <string>
#include <variant>
#include <vector>

namespace haulwatch::detect {
namespace {

using registry::SiteRole;
using test::at_s;
using test::box;
using test::registry_at;
using test::s_of;
using test::StageRun;

using Truck = StageRun<Locate, Dwell, SignalWatch, LoadState, DumpSuspicion, RouteMonitor, Haul>;

/// Origin at 0, disposal 10 km east, a second disposal 10 km north; the permit names the first. A straight route.
std::shared_ptr<const registry::Registry> county() {
  return registry_at(test::test_frame)
      .site("pit", SiteRole::origin, box({0, 0}, 200, 200))
      .site("fill", SiteRole::disposal, box({10'000, 0}, 200, 200))
      .site("other", SiteRole::disposal, box({0, 10'000}, 200, 200))
      .route("way", Metres{50}, {{100, 0}, {9'900, 0}})
      .permit(test::permit_between("p", "pit", "fill", {"way"}))
      .build();
}

Truck truck() {
  return Truck{county(), Locate{}, Dwell{}, SignalWatch{}, LoadState{}, DumpSuspicion{}, RouteMonitor{}, Haul{}};
}

/// Stands in the pit from 0 to 600 s, by a clock that is `from_s` late.
void load(Truck& t, double from_s) {
  t.stands(from_s, from_s + 600, 10, {0, 0}, 0.0);
}

Trip only_trip(const Truck& t) {
  const std::vector<Event> ended = t.events(EventKind::trip_ended);
  EXPECT_EQ(ended.size(), 1U);
  return ended.empty() ? Trip{} : std::get<Trip>(ended.front().details);
}

TEST(Haul, TellsAnHonestTrip) {
  Truck t = truck();
  load(t, 0);
  t.line(610, 1600, 10, {100, 0}, {10'000, 0}, 10.0).stands(1610, 1900, 10, {10'000, 0}, 0.0);
  t.line(1910, 2900, 10, {9'900, 0}, {0, 0}, 10.0);
  const Trip trip = only_trip(t);
  EXPECT_EQ(trip.origin, "pit");
  EXPECT_EQ(trip.destination, "fill");
  EXPECT_EQ(trip.permit, "p");
  EXPECT_NEAR(s_of(trip.loaded_at), 600, 20);
  EXPECT_NEAR(s_of(trip.unloaded_at), 1900, 20);
  EXPECT_NEAR(static_cast<double>(trip.distance_m.value()), 10'000, 30) << "from where it stood to where it stood";
  EXPECT_TRUE(trip.faults.empty());
  EXPECT_TRUE(t.events(EventKind::dump_suspected).empty());
}

TEST(Haul, NamesAWrongDestination) {
  Truck t = truck();
  load(t, 0);
  t.line(610, 1600, 10, {0, 100}, {0, 10'000}, 10.0).stands(1610, 1900, 10, {0, 10'000}, 0.0);
  t.line(1910, 2900, 10, {0, 9'900}, {0, 0}, 10.0);
  const Trip trip = only_trip(t);
  EXPECT_EQ(trip.destination, "other");
  EXPECT_TRUE(trip.faults.has(TripFault::wrong_destination));
  EXPECT_TRUE(trip.faults.has(TripFault::off_route)) << "the way there is on no route of the permit";
  EXPECT_FALSE(trip.faults.has(TripFault::no_permit));
}

TEST(Haul, SaysThatAnUnloadingWasNotSeenWhenTheNextLoadComes) {
  Truck t = truck();
  load(t, 0);
  t.line(610, 1100, 10, {100, 0}, {5'000, 0}, 10.0).line(1110, 1600, 10, {5'000, 0}, {0, 0}, 10.0);
  load(t, 1610);
  t.line(2220, 2620, 10, {100, 0}, {4'000, 0}, 10.0);
  const Trip trip = only_trip(t);
  EXPECT_TRUE(trip.destination.empty());
  EXPECT_TRUE(trip.faults.has(TripFault::unloading_not_seen));
  EXPECT_EQ(trip.unloaded_at, no_time);
  EXPECT_EQ(t.events(EventKind::trip_started).size(), 2U);
}

/// Out along the route, 2 km off it to a verge, three minutes there, and back the same way.
void dump_on_a_verge(Truck& t, double from_s) {
  t.line(from_s, from_s + 390, 10, {100, 0}, {4'000, 0}, 10.0);
  t.line(from_s + 400, from_s + 590, 10, {4'000, 100}, {4'000, 2'000}, 10.0);
  t.stands(from_s + 600, from_s + 780, 10, {4'000, 2'000}, 0.0);
  t.line(from_s + 790, from_s + 980, 10, {4'000, 1'900}, {4'000, 0}, 10.0);
  t.line(from_s + 990, from_s + 1370, 10, {3'900, 0}, {100, 0}, 10.0);
}

TEST(DumpSuspicion, IsProvedByTheNextLoading) {
  Truck t = truck();
  load(t, 0);
  dump_on_a_verge(t, 610);
  load(t, 2000);
  t.line(2610, 3010, 10, {100, 0}, {4'000, 0}, 10.0);
  const auto told = t.events(EventKind::dump_suspected);
  ASSERT_FALSE(told.empty());
  const auto& dump = std::get<haulwatch::DumpSuspicion>(told.back().details);
  EXPECT_NEAR(s_of(dump.start), 1210, 20);
  EXPECT_NEAR(s_of(dump.end), 1390, 20);
  EXPECT_EQ(dump.origin, "pit");
  EXPECT_GT(dump.score, 0.9F);
  EXPECT_TRUE(only_trip(t).faults.has(TripFault::unapproved_place));
  EXPECT_EQ(only_trip(t).unloaded_at, dump.end);
}

TEST(DumpSuspicion, IsRaisedByARaisedBodyAndTakenBackByTheDisposal) {
  Truck t = truck();
  t.sensors({.body_lift = Sensed::no});
  load(t, 0);
  t.line(610, 990, 10, {100, 0}, {4'000, 0}, 10.0).line(1000, 1190, 10, {4'000, 100}, {4'000, 2'000}, 10.0);
  t.sensors({.body_lift = Sensed::yes}).stands(1200, 1380, 10, {4'000, 2'000}, 0.0);
  t.sensors({.body_lift = Sensed::no}).line(1390, 1580, 10, {4'000, 1'900}, {4'000, 0}, 10.0);
  ASSERT_EQ(t.events(EventKind::dump_suspected).size(), 1U);
  t.line(1590, 2180, 10, {4'100, 0}, {10'000, 0}, 10.0).stands(2190, 2490, 10, {10'000, 0}, 0.0);
  t.line(2500, 3000, 10, {9'900, 0}, {4'900, 0}, 10.0);
  const auto told = t.events(EventKind::dump_suspected);
  ASSERT_EQ(told.size(), 2U);
  EXPECT_TRUE(told[1].retracted);
  EXPECT_EQ(told[1].revision, 1);
  EXPECT_EQ(told[1].id, told[0].id);
  EXPECT_EQ(only_trip(t).destination, "fill");
}

/// Loaded in the pit, last heard on the way at 4 km, heard again empty-handed at the pit's side of the way.
void silent_from_1000_to(Truck& t, double until_s) {
  load(t, 0);
  t.line(610, 1000, 10, {100, 0}, {4'000, 0}, 10.0).silent_until(until_s - 1);
  t.line(until_s, until_s + 300, 10, {3'000, 0}, {100, 0}, 10.0);
  load(t, until_s + 310);
  t.line(until_s + 920, until_s + 1300, 10, {100, 0}, {4'000, 0}, 10.0);
}

TEST(DumpSuspicion, TakesALongSilenceForAnUnheardVisitToTheDisposal) {
  Truck t = truck();
  silent_from_1000_to(t, 4600);
  EXPECT_TRUE(t.events(EventKind::dump_suspected).empty());
  const auto ended = t.events(EventKind::trip_ended);
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_TRUE(ended[0].inferred);
  EXPECT_EQ(only_trip(t).destination, "fill");
  EXPECT_TRUE(only_trip(t).faults.empty());
}

TEST(DumpSuspicion, SuspectsASilenceTooShortForTheWayToTheDisposalAndBack) {
  Truck t = truck();
  silent_from_1000_to(t, 1700);
  const auto told = t.events(EventKind::dump_suspected);
  ASSERT_FALSE(told.empty());
  EXPECT_TRUE(told.back().inferred);
  const auto& dump = std::get<haulwatch::DumpSuspicion>(told.back().details);
  EXPECT_NEAR(s_of(dump.start), 1000, 1);
  EXPECT_NEAR(s_of(dump.end), 1700, 1);
  EXPECT_TRUE(only_trip(t).faults.has(TripFault::unapproved_place));
}

TEST(DumpSuspicion, ConsidersASilenceThatBeganInThePlaceOfLoading) {
  Truck t = truck();
  load(t, 0);
  t.silent_until(899).line(900, 1000, 10, {1'100, 0}, {100, 0}, 10.0);
  load(t, 1010);
  t.line(1620, 2000, 10, {100, 0}, {4'000, 0}, 10.0);
  const auto told = t.events(EventKind::dump_suspected);
  ASSERT_FALSE(told.empty());
  EXPECT_TRUE(told.back().inferred);
  EXPECT_NEAR(s_of(std::get<haulwatch::DumpSuspicion>(told.back().details).start), 600, 20);
}

TEST(DumpSuspicion, SharesTheOddsAmongAllThatMayHaveBeen) {
  DumpCandidate c;
  c.start = at_s(1000);
  c.length_ms = 300'000;
  const DumpWeights w;
  const double own = own_log_odds(c, w);
  const auto score = [&](const DumpRivals& rivals) {
    return score_of(static_cast<double>(reasons_of(c, rivals, w).sum()));
  };
  const double alone = score({0.0, {}, DumpProof::reloaded});
  const double of_two = score({std::exp(own), {}, DumpProof::reloaded});
  EXPECT_GT(alone, score({0.0, {}, DumpProof::none}));
  EXPECT_LT(of_two, 0.5);
  EXPECT_NEAR(of_two, 1.0 / (2.0 + std::exp(-own - w.reloaded)), 1e-4) << "the other is as likely as it";
  UnheardOdds visit;
  visit.room = 2.0F;
  const double e_gone = std::exp(w.reloaded);
  EXPECT_NEAR(score({0.0, visit, DumpProof::reloaded}),
              e_gone * std::exp(own) / (1.0 + e_gone * (std::exp(own) + std::exp(visit.log_odds(w)))), 1e-4);
}

TEST(DumpSuspicion, TrustsNoHaltOnTheWayBack) {
  Truck t = truck();
  load(t, 0);
  dump_on_a_verge(t, 610);
  t.stands(1990, 2170, 10, {500, 60}, 0.0);
  load(t, 2200);
  t.line(2810, 3210, 10, {100, 0}, {4'000, 0}, 10.0);
  const auto told = t.events(EventKind::dump_suspected);
  ASSERT_FALSE(told.empty());
  EXPECT_NEAR(s_of(std::get<haulwatch::DumpSuspicion>(told.back().details).start), 1210, 20);
}

TEST(LoadState, SeesALoadingWhoseStopEndsAsTheNextIsConfirmed) {
  Truck t = truck();
  load(t, 0);
  // It rolls to the gate at once and stands there for a minute, at the fence of the pit.
  t.fix(630, {60, 0}, 4.0).stands(660, 720, 30, {90, 0}, 0.0);
  t.line(750, 1650, 10, {300, 0}, {10'000, 0}, 10.0).stands(1660, 1900, 10, {10'000, 0}, 0.0);
  t.line(1910, 2300, 10, {9'900, 0}, {6'000, 0}, 10.0);
  EXPECT_EQ(only_trip(t).origin, "pit");
  EXPECT_NEAR(s_of(only_trip(t).loaded_at), 600, 30);
}

TEST(LoadState, SeesALoadingOfATerminalThatHoldsItsPlace) {
  Truck t = truck();
  t.line(0, 100, 10, {1'100, 0}, {100, 0}, 10.0);
  // Two reports in ten minutes, both inside and a little apart: no stop, but no way out and back either.
  t.fix(400, {60, 40}, 1.2).fix(700, {60, 0}, 2.7);
  t.line(710, 1700, 10, {150, 0}, {10'000, 0}, 10.0).stands(1710, 1950, 10, {10'000, 0}, 0.0);
  t.line(1960, 2300, 10, {9'900, 0}, {6'000, 0}, 10.0);
  EXPECT_EQ(only_trip(t).origin, "pit");
  EXPECT_EQ(only_trip(t).destination, "fill");
}

TEST(LoadState, LoadsWhereItWasLostAndUnloadsWhereItIsHeardAgain) {
  Truck t = truck();
  t.line(0, 100, 10, {1'100, 0}, {100, 0}, 10.0).stands(110, 170, 10, {0, 0}, 0.0).silent_until(1199);
  t.line(1200, 1400, 10, {3'000, 0}, {5'000, 0}, 10.0).silent_until(2399);
  t.line(2400, 2800, 10, {10'000, 0}, {6'000, 0}, 10.0);
  EXPECT_EQ(only_trip(t).origin, "pit");
  EXPECT_EQ(only_trip(t).destination, "fill");
}

TEST(LoadState, InfersALoadTakenUpInASilenceWhenItIsUnloaded) {
  Truck t = truck();
  t.line(0, 100, 10, {9'000, 0}, {10'000, 0}, 10.0).stands(110, 400, 10, {10'000, 0}, 0.0);
  t.line(410, 800, 10, {9'900, 0}, {6'000, 0}, 10.0).silent_until(3999);
  t.line(4000, 4500, 10, {5'000, 0}, {10'000, 0}, 10.0).stands(4510, 4800, 10, {10'000, 0}, 0.0);
  t.line(4810, 5200, 10, {9'900, 0}, {6'000, 0}, 10.0);
  const auto started = t.events(EventKind::trip_started);
  ASSERT_EQ(started.size(), 1U);
  EXPECT_TRUE(started[0].inferred);
  const Trip trip = only_trip(t);
  EXPECT_EQ(trip.origin, "pit");
  EXPECT_EQ(trip.destination, "fill");
  EXPECT_LT(s_of(trip.loaded_at), 4000);
}

TEST(RouteMonitor, LetsAnEmptyTruckGoHomeByAnyWay) {
  Truck t = truck();
  load(t, 0);
  t.line(610, 1600, 10, {100, 0}, {10'000, 0}, 10.0).stands(1610, 1900, 10, {10'000, 0}, 0.0);
  t.line(1910, 2300, 10, {9'900, 0}, {6'000, 0}, 10.0).line(2310, 2900, 10, {6'000, 100}, {6'000, 6'000}, 10.0);
  EXPECT_TRUE(t.events(EventKind::route_left).empty());
}

TEST(RouteMonitor, EndsADeviationWithTheLoad) {
  Truck t = truck();
  load(t, 0);
  t.line(610, 1000, 10, {100, 0}, {4'000, 0}, 10.0).line(1010, 1390, 10, {4'000, 100}, {4'000, 4'000}, 10.0);
  t.line(1400, 1960, 10, {3'900, 4'100}, {0, 10'000}, 12.0).stands(1970, 2300, 10, {0, 10'000}, 0.0);
  t.line(2310, 2900, 10, {0, 9'900}, {0, 4'000}, 10.0);
  ASSERT_EQ(t.events(EventKind::route_left).size(), 1U);
  const auto back = t.events(EventKind::route_rejoined);
  ASSERT_EQ(back.size(), 1U);
  EXPECT_NEAR(s_of(back[0].time), 2300, 30);
}

TEST(RouteMonitor, BindsALoadAtAnyHour) {
  registry::PermitDraft early = test::permit_between("p", "pit", "fill", {"way"});
  early.daily_windows = test::between(std::chrono::hours{0}, std::chrono::minutes{20}, std::chrono::hours{8});
  const auto hours = registry_at(test::test_frame)
                         .site("pit", SiteRole::origin, box({0, 0}, 200, 200))
                         .site("fill", SiteRole::disposal, box({10'000, 0}, 200, 200))
                         .route("way", Metres{50}, {{100, 0}, {9'900, 0}})
                         .permit(early)
                         .build();
  Truck t{hours, Locate{}, Dwell{}, SignalWatch{}, LoadState{}, DumpSuspicion{}, RouteMonitor{}, Haul{}};
  load(t, 0);
  t.line(610, 1000, 10, {100, 0}, {4'000, 0}, 10.0).line(1010, 1390, 10, {4'000, 100}, {4'000, 3'900}, 10.0);
  t.line(1400, 1960, 10, {4'100, 3'900}, {9'700, 3'900}, 10.0).line(1970, 2350, 10, {9'700, 3'800}, {9'700, 0}, 10.0);
  t.line(2360, 2390, 10, {9'760, 0}, {9'940, 0}, 6.0).stands(2400, 2600, 10, {10'000, 0}, 0.0);
  const auto back = t.events(EventKind::route_rejoined);
  ASSERT_EQ(back.size(), 1U) << "not a second one at 00:20, when its hours end";
  EXPECT_GT(s_of(back[0].time), 2200);
}

/// Five minutes on the route 4 km out, home by a road 2 km beside it, and loaded again from 2,200 s on.
void dump_on_the_route(Truck& t) {
  t.line(610, 990, 10, {100, 0}, {3'900, 0}, 10.0).stands(1000, 1300, 10, {4'000, 0}, 0.0);
  t.line(1310, 1500, 10, {4'000, 100}, {4'000, 2'000}, 10.0).line(1510, 1900, 10, {3'900, 2'000}, {0, 2'000}, 10.0);
  t.line(1910, 2090, 10, {0, 1'900}, {0, 100}, 10.0).stands(2100, 2700, 10, {0, 0}, 0.0);
  t.line(2710, 3110, 10, {100, 0}, {4'100, 0}, 10.0);
}

TEST(RouteMonitor, TakesBackWhatATruckLeftThatTurnsOutToHaveBeenEmpty) {
  Truck t = truck();
  load(t, 0);
  dump_on_the_route(t);
  const auto left = t.events(EventKind::route_left);
  const auto back = t.events(EventKind::route_rejoined);
  ASSERT_EQ(left.size(), 2U);
  ASSERT_EQ(back.size(), 2U);
  EXPECT_FALSE(left[0].retracted);
  EXPECT_TRUE(left[1].retracted);
  EXPECT_TRUE(back[1].retracted);
  EXPECT_EQ(left[0].id, left[1].id);
  EXPECT_EQ(back[0].id, back[1].id);
  EXPECT_EQ(back[1].revision, back[0].revision + 1);
  EXPECT_FALSE(only_trip(t).faults.has(TripFault::off_route)) << "it was on the route until the load was gone";
}

TEST(RouteMonitor, EndsADeviationWhereTheLoadWentAsSoonAsThatIsKnown) {
  Truck t = truck();
  load(t, 0);
  dump_on_a_verge(t, 610);
  load(t, 2000);
  t.line(2610, 3010, 10, {100, 0}, {4'000, 0}, 10.0);
  ASSERT_EQ(t.events(EventKind::route_left).size(), 1U);
  const auto back = t.events(EventKind::route_rejoined);
  ASSERT_FALSE(back.empty());
  EXPECT_FALSE(back.back().retracted);
  EXPECT_NEAR(s_of(back.back().time), 1390, 30);
  EXPECT_TRUE(only_trip(t).faults.has(TripFault::off_route));
}

TEST(DumpSuspicion, HoldsEarlierLoadsAgainstATruck) {
  Truck t = truck();
  for (const double from_s : {0.0, 2000.0, 4000.0}) {
    load(t, from_s);
    dump_on_a_verge(t, from_s + 610);
  }
  load(t, 6000);
  t.line(6610, 7010, 10, {100, 0}, {4'000, 0}, 10.0);
  const auto record_in = [](const Event& event) {
    for (const Reason& reason : std::get<haulwatch::DumpSuspicion>(event.details).reasons.list())
      if (reason.evidence == Evidence::record) return reason;
    return Reason{};
  };
  const auto told = t.events(EventKind::dump_suspected);
  ASSERT_GE(told.size(), 3U);
  EXPECT_EQ(record_in(told.front()).weight, 0.0F) << "nothing is known of it yet";
  EXPECT_GT(record_in(told.back()).weight, 0.5F);
  EXPECT_NEAR(record_in(told.back()).value, 1.0F, 0.1F);
}

TEST(DumpRecord, FadesAndBelievesAllTrucksAlikeAtFirst) {
  DumpRecord record;
  EXPECT_EQ(record.log_ratio(), 0.0);
  for (int i = 0; i < 20; ++i) record.add_load(0.0);
  EXPECT_LT(record.log_ratio(), -0.9);
  for (int i = 0; i < 5; ++i) record.add_load(1.0);
  const double accused = record.log_ratio();
  EXPECT_GT(accused, 1.0);
  for (int i = 0; i < 100; ++i) record.add_load(0.0);
  EXPECT_LT(record.log_ratio(), 0.5 * accused);
}

TEST(DumpSuspicion, TellsEveryCandidateToWhoFitsTheWeights) {
  DumpOptions options;
  options.every_candidate = true;
  Truck t{county(), Locate{}, Dwell{}, SignalWatch{}, LoadState{}, DumpSuspicion{options}, RouteMonitor{}, Haul{}};
  load(t, 0);
  t.line(610, 990, 10, {100, 0}, {3'900, 0}, 10.0).stands(1000, 1100, 10, {4'000, 0}, 0.0);
  t.line(1110, 1700, 10, {4'100, 0}, {10'000, 0}, 10.0).stands(1710, 2000, 10, {10'000, 0}, 0.0);
  t.line(2010, 2500, 10, {9'900, 0}, {5'000, 0}, 10.0);
  const auto told = t.events(EventKind::dump_suspected);
  ASSERT_EQ(told.size(), 2U) << "when it was left, and when the load was seen to end";
  EXPECT_EQ(told[0].revision, 0);
  EXPECT_EQ(told[1].revision, 1);
  EXPECT_EQ(told[0].id, told[1].id);
  EXPECT_LT(std::get<haulwatch::DumpSuspicion>(told[1].details).score, 0.05F);
}

TEST(LoadState, DatesALoadingToTheLastLongStopThere) {
  Truck t = truck();
  t.stands(0, 900, 10, {-80, -80}, 0.0)
      .line(910, 920, 10, {-60, -60}, {60, 60}, 8.0)
      .stands(930, 1230, 10, {80, 80}, 0.0);
  t.line(1240, 2220, 10, {100, 0}, {9'900, 0}, 10.0).stands(2230, 2530, 10, {10'000, 0}, 0.0);
  t.line(2540, 3000, 10, {9'900, 0}, {5'300, 0}, 10.0);
  EXPECT_NEAR(s_of(only_trip(t).loaded_at), 1230, 20) << "who queues for a quarter of an hour is loaded after that";
}

TEST(DumpSuspicion, KeepsQuietAboutAnEmptyTruckThatRaisesItsBody) {
  Truck t = truck();
  t.sensors({.body_lift = Sensed::yes}).stands(0, 300, 10, {4'000, 2'000}, 0.0);
  t.line(310, 710, 10, {4'000, 2'100}, {4'000, 6'000}, 10.0);
  EXPECT_TRUE(t.events(EventKind::dump_suspected).empty());
}

TEST(DumpSuspicion, ForgivesALoadedRestBesideTheRoad) {
  Truck t = truck();
  load(t, 0);
  t.line(610, 1000, 10, {100, 0}, {4'000, 0}, 10.0).stands(1010, 4600, 10, {4'000, 60}, 0.0);
  t.line(4610, 5200, 10, {4'100, 0}, {10'000, 0}, 10.0).stands(5210, 5500, 10, {10'000, 0}, 0.0);
  t.line(5510, 6000, 10, {9'900, 0}, {5'000, 0}, 10.0);
  EXPECT_TRUE(t.events(EventKind::dump_suspected).empty());
  EXPECT_EQ(only_trip(t).destination, "fill");
}

}  // namespace
}  // namespace haulwatch::detect
