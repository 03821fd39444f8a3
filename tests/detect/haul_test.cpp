#include <haulwatch/detect/haul.hpp>
#include <haulwatch/detect/locate.hpp>

#include "detect/stage_run.hpp"

#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

namespace haulwatch::detect {
namespace {

using registry::SiteRole;
using test::box;
using test::registry_at;
using test::s_of;
using test::StageRun;

using Truck = StageRun<Locate, RouteMonitor, Dwell, SignalWatch, LoadState, DumpSuspicion, Haul>;

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
  return Truck{county(), Locate{}, RouteMonitor{}, Dwell{}, SignalWatch{}, LoadState{}, DumpSuspicion{}, Haul{}};
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

std::vector<TripFault> faults_of(const Trip& trip) {
  std::vector<TripFault> all;
  trip.faults.for_each([&](TripFault fault) { all.push_back(fault); });
  return all;
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
  EXPECT_EQ(faults_of(trip), std::vector{TripFault::wrong_destination});
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
