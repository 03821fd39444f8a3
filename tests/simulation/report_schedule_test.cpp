#include <haulwatch/simulation/report_schedule.hpp>

#include "drives.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace haulwatch::simulation {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

constexpr std::uint64_t seed = 3;

std::vector<TimeUtc> reports_of(const ReportingDoses& doses, const Drive& drive) {
  ReportSchedule schedule{doses, seed, 1, monday};
  std::vector<TimeUtc> times;
  for (const MotionPiece& piece : drive.pieces()) {
    schedule.enter(piece);
    for (TimeUtc at = schedule.due(piece); at < piece.end(); at = schedule.due(piece)) {
      times.push_back(at);
      schedule.reported(piece, at);
    }
  }
  return times;
}

/// Seconds between reports in a span of the run.
std::vector<double> intervals(const std::vector<TimeUtc>& times, double from_s, double to_s) {
  std::vector<double> gaps;
  for (std::size_t i = 1; i < times.size(); ++i)
    if (times[i - 1] >= monday + milliseconds(from_s) && times[i] < monday + milliseconds(to_s))
      gaps.push_back(seconds(times[i] - times[i - 1]));
  return gaps;
}

TEST(ReportSchedule, ReportsAtTheIntervalWhateverTheVehicleDoes) {
  const ReportingDoses doses = perfect_terminals().reporting;
  const auto times = reports_of(doses, Drive{}.drives(301.5, 12.0).stands(600.0).drives(300.0, 9.0));
  EXPECT_EQ(times.size(), 120U);
  EXPECT_THAT(intervals(times, 0.0, 1300.0), Each(10.0));
}

TEST(ReportSchedule, SlowsDownOnceParkedAndWakesWithTheVehicle) {
  ReportingDoses doses = perfect_terminals().reporting;
  doses.slower_parked = {1.0};
  doses.parked_after_s = 180.0;
  const auto times = reports_of(doses, Drive{}.drives(300.0, 10.0).stands(1800.0).drives(300.0, 10.0));
  EXPECT_THAT(intervals(times, 0.0, 480.0), Each(10.0));
  EXPECT_THAT(intervals(times, 495.0, 2100.0), Each(60.0));
  const auto after = intervals(times, 2100.0, 2400.0);
  EXPECT_GE(after.size(), 28U);
  EXPECT_THAT(after, Each(10.0));
}

TEST(ReportSchedule, SleepsAtOnceWhenTheIgnitionGoesOff) {
  ReportingDoses doses = perfect_terminals().reporting;
  doses.slower_parked = {1.0};
  const auto times =
      reports_of(doses, Drive{}.drives(300.0, 10.0).then([](MotionPiece& p) { p.ignition = false; }).stands(600.0));
  EXPECT_THAT(intervals(times, 310.0, 900.0), Each(60.0));
}

TEST(ReportSchedule, JitterMovesSomeReportsByASecond) {
  ReportingDoses doses = perfect_terminals().reporting;
  doses.jitter = {0.3};
  const auto gaps = intervals(reports_of(doses, Drive{}.drives(100'000.0, 10.0)), 0.0, 1e6);
  const auto moved = std::count_if(gaps.begin(), gaps.end(), [](double gap) { return gap != 10.0; });
  EXPECT_NEAR(static_cast<double>(moved) / static_cast<double>(gaps.size()), 0.3, 0.02);
  for (const double gap : gaps) EXPECT_NEAR(gap, 10.0, 1.0);
}

TEST(ReportSchedule, ReportsByDistanceThroughAcceleration) {
  ReportingDoses doses = perfect_terminals().reporting;
  doses.by_distance = {1.0};
  doses.distance_m = {200.0, 200.0};
  doses.longest_silence_s = {100.0, 100.0};
  Drive drive;
  drive.drives(100.0, 10.0)
      .then([](MotionPiece& p) { p.acceleration_mps2 = 0.1; })
      .drives(100.0, 10.0)
      .then([](MotionPiece& p) { p.acceleration_mps2 = 0.0; })
      .drives(200.0, 20.0);
  const auto times = reports_of(doses, drive);
  ASSERT_GT(times.size(), 30U);
  std::vector<double> odometers;
  for (const TimeUtc at : times)
    for (const MotionPiece& piece : drive.pieces())
      if (piece.start <= at && at < piece.end())
        odometers.push_back(state_of(piece, seconds(at - piece.start)).odometer_m);
  for (std::size_t i = 1; i < odometers.size(); ++i) EXPECT_NEAR(odometers[i] - odometers[i - 1], 200.0, 0.5) << i;
}

TEST(ReportSchedule, StandingTerminalsByDistanceSpeakAfterTheLongestSilence) {
  ReportingDoses doses = perfect_terminals().reporting;
  doses.by_distance = {1.0};
  doses.longest_silence_s = {90.0, 90.0};
  EXPECT_THAT(intervals(reports_of(doses, Drive{}.stands(3600.0)), 0.0, 3600.0), Each(90.0));
}

TEST(ReportSchedule, ReportsInTheMiddleOfATurn) {
  ReportingDoses doses = perfect_terminals().reporting;
  doses.interval_s = {{{60.0, 1.0}}};
  doses.at_turns = {1.0};
  doses.turn_deg = {30.0, 30.0};
  constexpr double radius_m = 20.0;
  constexpr double speed_mps = 5.0;
  constexpr double quarter_s = radius_m * std::numbers::pi / 2.0 / speed_mps;
  const auto times =
      reports_of(doses, Drive{}.drives(100.0, speed_mps).turns(quarter_s, speed_mps, 1.0 / radius_m).drives(20.0, 5.0));
  const auto in_turn = std::count_if(times.begin(), times.end(), [](TimeUtc at) {
    return at >= monday + milliseconds(100.0) && at <= monday + milliseconds(100.0 + quarter_s);
  });
  EXPECT_GE(in_turn, 2) << "90 degrees hold 30 degrees twice and the edge of a third";
  EXPECT_LE(in_turn, 3);
}

TEST(ReportSchedule, ReportsAtOnceWhenTheBodyRises) {
  ReportingDoses doses = perfect_terminals().reporting;
  doses.interval_s = {{{60.0, 1.0}}};
  doses.at_changes = {1.0};
  const auto times =
      reports_of(doses, Drive{}.stands(145.0).then([](MotionPiece& p) { p.body_raised = true; }).stands(200.0));
  EXPECT_THAT(times, ::testing::Contains(monday + milliseconds(145.0)));
}

TEST(ReportSchedule, KeepsASecondBetweenReports) {
  ReportingDoses doses = perfect_terminals().reporting;
  doses.interval_s = {{{1.0, 1.0}}};
  doses.at_changes = {1.0};
  doses.at_turns = {1.0};
  Drive drive;
  for (int i = 0; i < 200; ++i) drive.then([i](MotionPiece& p) { p.body_raised = i % 2 == 0; }).turns(0.7, 10.0, 0.1);
  for (const double gap : intervals(reports_of(doses, drive), 0.0, 1000.0)) EXPECT_GE(gap, 1.0);
}

TEST(ReportSchedule, StaysSilentUntilBooted) {
  const ReportingDoses doses = perfect_terminals().reporting;
  ReportSchedule schedule{doses, seed, 1, monday};
  const Drive drive = Drive{}.stands(100.0).drives(1000.0, 10.0);
  schedule.postpone(monday + milliseconds(200.0));
  for (const MotionPiece& piece : drive.pieces()) schedule.enter(piece);
  EXPECT_EQ(schedule.due(drive.pieces().back()), monday + milliseconds(220.0));
}

}  // namespace
}  // namespace haulwatch::simulation
