#include <haulwatch/engine/default_engine.hpp>
#include <haulwatch/event.hpp>

#include <support/registry_builder.hpp>
#include <support/track_builder.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <string>
#include <variant>
#include <vector>

namespace haulwatch::test {
namespace {

using namespace std::chrono_literals;
using namespace haulwatch::literals;
using registry::SiteRole;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr LonLat origin{121.0, 30.7};
constexpr Heading to_the_east{90.0};
const TimeUtc morning{std::chrono::sys_days{std::chrono::March / 12 / 2026} + 7h};

struct Seen : Sink {
  std::vector<Event> events;
  void on_event(const Event& event) override { events.push_back(event); }

  [[nodiscard]] std::vector<std::string> kinds() const {
    std::vector<std::string> names;
    for (const Event& event : events)
      if (event.kind < EventKind::stop_started) names.emplace_back(name_of(event.kind));
    return names;
  }
  [[nodiscard]] const Event* first(EventKind kind) const {
    for (const Event& event : events)
      if (event.kind == kind) return &event;
    return nullptr;
  }
};

Seen replayed(const RegistryBuilder& builder, const TrackBuilder& track) {
  Seen seen;
  const auto registry = builder.build();
  static std::vector<std::shared_ptr<const registry::Registry>> kept;  // events hold views into it
  kept.push_back(registry);
  Engine engine{registry, default_chain(), {}, seen};
  engine.vehicle(track.vehicle());
  engine.push(track.fixes());
  engine.finish();
  return seen;
}

TrackBuilder eastward(const RegistryBuilder& builder, Milliseconds every, Metres way = 2000_m) {
  return track("ZF-1")
      .starts_at(builder.at({-1000, 0}), morning)
      .every(every)
      .waits(30s)
      .drives(way, to_the_east, 10_mps);
}

TEST(Locate, GivesTheTimeAtWhichTheFenceWasCrossed) {
  const RegistryBuilder builder = RegistryBuilder{origin}.site("pit", SiteRole::origin, box({0, 0}, 400, 400));
  const Seen seen = replayed(builder, eastward(builder, 10s));
  ASSERT_THAT(seen.kinds(), ElementsAre("site_entered", "site_left"));
  const double inside = seconds(seen.first(EventKind::site_left)->time - seen.first(EventKind::site_entered)->time);
  EXPECT_NEAR(inside, 40.0, 1.0);  // 400 m at 10 m/s
  EXPECT_FALSE(seen.first(EventKind::site_entered)->inferred);
}

TEST(Locate, SaysNothingOfAZoneBesideTheRoad) {
  const RegistryBuilder builder = RegistryBuilder{origin}.watch("dyke", box({0, 60}, 400, 80));
  EXPECT_THAT(replayed(builder, eastward(builder, 5s).with_noise(4_m, 7)).kinds(), IsEmpty());
}

TEST(Locate, FindsAForbiddenZoneBetweenTwoSparseFixes) {
  const RegistryBuilder builder = RegistryBuilder{origin}.forbidden("reserve", box({280, 0}, 120, 200));
  const Seen seen = replayed(builder, eastward(builder, 30s));
  ASSERT_THAT(seen.kinds(), ElementsAre("zone_entered", "zone_left"));
  const auto& visit = std::get<ZoneVisit>(seen.first(EventKind::zone_entered)->details);
  EXPECT_TRUE(visit.between_fixes);
  EXPECT_EQ(visit.latest - visit.earliest, 30s);
}

TEST(Locate, DoesNotLookForOtherZonesBetweenFixes) {
  const RegistryBuilder builder = RegistryBuilder{origin}.watch("heap", box({280, 0}, 120, 200));
  EXPECT_THAT(replayed(builder, eastward(builder, 30s)).kinds(), IsEmpty());
}

TEST(Locate, TellsTheDirectionInWhichAGateIsCrossed) {
  // The territory lies to the left of a line that is drawn northwards: to the west.
  const RegistryBuilder builder = RegistryBuilder{origin}.gate("line", {{0, -500}, {0, 500}});
  const Seen seen = replayed(builder, eastward(builder, 10s));
  ASSERT_THAT(seen.kinds(), ElementsAre("gate_crossed"));
  EXPECT_EQ(std::get<GateCrossing>(seen.events.front().details).direction, CrossingDirection::out);
}

TEST(Locate, ATruckParkedOnAGateCrossesNothing) {
  const RegistryBuilder builder = RegistryBuilder{origin}.gate("line", {{0, -500}, {0, 500}});
  const TrackBuilder parked =
      track("ZF-1").starts_at(builder.at({0, 0}), morning).every(10s).with_noise(3_m, 3).waits(2h);
  EXPECT_THAT(replayed(builder, parked).kinds(), IsEmpty());
}

TEST(Locate, AZoneThatComesIntoForceAroundAParkedTruckIsEnteredAtThatMinute) {
  const RegistryBuilder builder = RegistryBuilder{origin}.forbidden("old-town", box({0, 0}, 300, 300),
                                                                    between(16h, 17h, 8h));  // 08:00 to 09:00 UTC
  const TrackBuilder parked = track("ZF-1").starts_at(builder.at({0, 0}), morning).every(1min).waits(3h);
  const Seen seen = replayed(builder, parked);
  ASSERT_THAT(seen.kinds(), ElementsAre("zone_entered", "zone_left"));
  EXPECT_EQ(seen.first(EventKind::zone_entered)->time, morning + 1h);
  EXPECT_EQ(seen.first(EventKind::zone_left)->time, morning + 2h);
}

TEST(Locate, OverspeedLastsFromTheFirstFastFixToTheFirstSlowOne) {
  const RegistryBuilder builder = RegistryBuilder{origin}.speed_limit("school", 6_mps, box({0, 0}, 1000, 200));
  const Seen seen = replayed(builder, eastward(builder, 5s).reports(Reports::speed_and_heading));
  ASSERT_NE(seen.first(EventKind::overspeed_started), nullptr);
  ASSERT_NE(seen.first(EventKind::overspeed_ended), nullptr);
  EXPECT_NEAR(static_cast<double>(std::get<Overspeed>(seen.first(EventKind::overspeed_ended)->details).max_speed_mps),
              10.0, 0.2);
}

TEST(Locate, AStopInASiteIsForWhatTheSiteIsFor) {
  const RegistryBuilder builder = RegistryBuilder{origin}.site("fill", SiteRole::disposal, box({0, 0}, 400, 400));
  const TrackBuilder parked = track("ZF-1")
                                  .starts_at(builder.at({-1000, 0}), morning)
                                  .every(10s)
                                  .drives(1000_m, to_the_east, 10_mps)
                                  .waits(5min);
  const Event* stop = nullptr;
  const Seen seen = replayed(builder, parked);
  stop = seen.first(EventKind::stop_started);
  ASSERT_NE(stop, nullptr);
  EXPECT_EQ(std::get<Stop>(stop->details).site, "fill");
  EXPECT_EQ(std::get<Stop>(stop->details).purpose, StopPurpose::unloading);
}

TEST(SignalWatch, SaysOnceThatAVehicleFellSilentAndOnceThatItIsBack) {
  const RegistryBuilder builder = RegistryBuilder{origin}.site("pit", SiteRole::origin, box({9000, 0}, 100, 100));
  const TrackBuilder gap = eastward(builder, 10s, 1000_m).silent_for(20min).drives(1000_m, to_the_east, 10_mps);
  const Seen seen = replayed(builder, gap);
  const Event* lost = seen.first(EventKind::signal_lost);
  const Event* restored = seen.first(EventKind::signal_restored);
  ASSERT_NE(lost, nullptr);
  ASSERT_NE(restored, nullptr);
  EXPECT_EQ(lost->detected - lost->time, 3min);
  EXPECT_EQ(lost->subject, restored->subject);
  EXPECT_EQ(std::get<Silence>(restored->details).start, lost->time);
}

}  // namespace
}  // namespace haulwatch::test
