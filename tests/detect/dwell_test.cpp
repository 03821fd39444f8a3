#include <haulwatch/engine/default_engine.hpp>
#include <haulwatch/event.hpp>

#include <support/recorded_events.hpp>
#include <support/track_builder.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <variant>
#include <vector>

namespace haulwatch {
namespace {

using namespace std::chrono_literals;

constexpr LonLat quarry{121.0, 30.7};
const TimeUtc morning{std::chrono::sys_days{std::chrono::March / 12 / 2026} + 7h};

/// Reports each `every`: drives east at 10 m/s for 5 min, stands for `halt`, drives on for 5 min. Speeds change at
/// once.
std::vector<Fix> drive_halt_drive(Milliseconds halt, Milliseconds every, bool with_speed, VehicleIndex vehicle,
                                  double wander_m = 0.0) {
  constexpr double metres_per_degree = 95'790.0;
  std::vector<Fix> fixes;
  const Milliseconds leg = 5min;
  for (Milliseconds t{0}; t <= 2 * leg + halt; t += every) {
    const bool stands = t >= leg && t < leg + halt;
    const double driven = 10.0 * seconds(t < leg ? t : stands ? leg : t - halt);
    const double wander = stands ? wander_m * std::sin(seconds(t) / 40.0) : 0.0;
    Fix fix;
    fix.vehicle = vehicle;
    fix.time = morning + t;
    fix.position = {quarry.lon + (driven + wander) / metres_per_degree, quarry.lat};
    if (with_speed) {
      fix.speed_mps = stands ? 0.0F : 10.0F;
      fix.heading_deg = 90.0F;
    }
    fixes.push_back(fix);
  }
  return fixes;
}

struct Stops : Sink {
  std::vector<Stop> started, ended;
  std::uint64_t refused = 0;
  void on_event(const Event& event) override {
    if (event.kind == EventKind::stop_started) started.push_back(std::get<Stop>(event.details));
    if (event.kind == EventKind::stop_ended) ended.push_back(std::get<Stop>(event.details));
  }
  void on_refused(const Fix&, Verdict) override { ++refused; }
};

Stops stops_in(const std::vector<Fix>& fixes) {
  Stops stops;
  Engine engine{registry::Registry::none(), default_chain(), {}, stops};
  engine.vehicle("ZF-1");
  engine.push(fixes);
  engine.finish();
  return stops;
}

TEST(Dwell, FindsOneHaltAndDatesItsEdgesToWithinAReport) {
  for (const bool with_speed : {true, false}) {
    const Stops stops = stops_in(drive_halt_drive(4min, 10s, with_speed, VehicleIndex{0}));
    ASSERT_EQ(stops.ended.size(), 1U) << with_speed;
    EXPECT_LE(std::abs(seconds(stops.ended[0].start - (morning + 5min))), 10.0) << with_speed;
    EXPECT_LE(std::abs(seconds(stops.ended[0].end - (morning + 9min))), 10.0) << with_speed;
  }
}

TEST(Dwell, IgnoresAHaltOfATrafficLight) {
  EXPECT_TRUE(stops_in(drive_halt_drive(40s, 5s, true, VehicleIndex{0})).started.empty());
}

TEST(Dwell, FindsAHaltOfTwoMinutesAtThirtySecondReportsWithoutSpeed) {
  EXPECT_EQ(stops_in(drive_halt_drive(2min, 30s, false, VehicleIndex{0})).ended.size(), 1U);
}

TEST(Dwell, AWanderingReceiverIsOneStop) {
  const Stops stops = stops_in(drive_halt_drive(3h, 10s, true, VehicleIndex{0}, 30.0));
  EXPECT_EQ(stops.started.size(), 1U);
  EXPECT_EQ(stops.ended.size(), 1U);
}

TEST(Dwell, AStopThatIsNeverLeftStaysOpen) {
  std::vector<Fix> fixes = drive_halt_drive(10min, 10s, true, VehicleIndex{0});
  std::erase_if(fixes, [](const Fix& fix) { return fix.time >= morning + 14min; });
  const Stops stops = stops_in(fixes);
  EXPECT_EQ(stops.started.size(), 1U);
  EXPECT_TRUE(stops.ended.empty());
}

TEST(Dwell, TheSamePlaceBeforeAndAfterHoursOfSilenceIsOneStay) {
  std::vector<Fix> fixes = drive_halt_drive(8h, 10s, true, VehicleIndex{0});
  std::erase_if(fixes, [](const Fix& fix) { return fix.time > morning + 7min && fix.time < morning + 8h; });
  const Stops stops = stops_in(fixes);
  ASSERT_EQ(stops.ended.size(), 1U);
  EXPECT_GT(stops.ended[0].end - stops.ended[0].start, 7h);
}

TEST(Dwell, LeavingInSilenceClosesTheStopWhereItWasLastSeen) {
  std::vector<Fix> fixes = drive_halt_drive(20min, 10s, true, VehicleIndex{0});
  std::erase_if(fixes, [](const Fix& fix) { return fix.time > morning + 15min && fix.time < morning + 27min; });
  const Stops stops = stops_in(fixes);
  ASSERT_EQ(stops.ended.size(), 1U);
  EXPECT_GE(stops.ended[0].end, morning + 15min);
  EXPECT_LE(stops.ended[0].end, morning + 27min);
}

TEST(Dwell, StopsOfOneVehicleNeverOverlap) {
  std::vector<Fix> fixes;
  for (int hop = 0; hop < 6; ++hop) {
    for (Fix fix : drive_halt_drive(2min, 10s, false, VehicleIndex{0}, 8.0)) {
      if (fix.time < morning + 5min || fix.time >= morning + 7min) continue;
      fix.time += hop * 130s;
      fix.position.lon += hop * 50.0 / 95'790.0;  // a queue that moves up by 50 m
      fixes.push_back(fix);
    }
  }
  const Stops stops = stops_in(fixes);
  ASSERT_GE(stops.ended.size(), 2U);
  for (std::size_t i = 1; i < stops.ended.size(); ++i) EXPECT_GE(stops.ended[i].start, stops.ended[i - 1].end);
}

}  // namespace
}  // namespace haulwatch
