#include <haulwatch/simulation/terminal.hpp>

#include "drives.hpp"

#include <haulwatch/geo/datum.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <set>
#include <utility>
#include <vector>

namespace haulwatch::simulation {
namespace {

constexpr std::uint64_t seed = 17;
const geo::LocalFrame county{LonLat{121.0, 30.7}};

std::vector<Report> reports_of(const TerminalProfile& profile, const Drive& drive, std::uint32_t vehicle = 1) {
  Terminal terminal{{&profile, county, seed, vehicle, vehicle, {monday, drive.end()}}};
  std::vector<Report> reports;
  for (const MotionPiece& piece : drive.pieces()) {
    terminal.enter(piece);
    terminal.observe(piece, drive.end(), reports);
  }
  terminal.finish(reports);
  return reports;
}

geo::LocalPoint place_of(const Report& report) {
  return county.to_local({report.lon_millionths * 1e-6, report.lat_millionths * 1e-6});
}

/// Seconds of the run at which a perfect uplink says that a report was made.
double made_at(const Report& report) {
  return seconds(report.received - monday) - 0.5;
}

TEST(Terminal, TellsAPerfectTruthInTheStepsOfItsProtocol) {
  const auto reports = reports_of(perfect_terminals(), Drive{}.drives(600.0, 12.5));
  ASSERT_EQ(reports.size(), 60U);
  for (const Report& report : reports) {
    EXPECT_EQ(report.time, std::chrono::floor<std::chrono::seconds>(report.received - milliseconds(0.5)));
    EXPECT_LT(geo::distance(place_of(report), {0.0, 12.5 * made_at(report)}), 0.1);
    EXPECT_EQ(report.speed_tenths_kmh, 450);
    EXPECT_EQ(report.heading_deg, 0);
    EXPECT_EQ(report.odometer_100m, static_cast<std::int32_t>(12.5 * made_at(report) / 100.0));
    EXPECT_EQ(report.accuracy_tenths_m, -1);
    EXPECT_EQ(report.hdop_tenths, -1);
  }
}

TEST(Terminal, NamesItsCourseWhateverTheDirection) {
  for (const int degrees : {1, 45, 90, 135, 180, 225, 270, 315, 359}) {
    Drive drive;
    drive.then([&](MotionPiece& p) { p.heading_rad = degrees * std::numbers::pi / 180.0; }).drives(100.0, 10.0);
    for (const Report& report : reports_of(perfect_terminals(), drive)) EXPECT_EQ(report.heading_deg, degrees);
  }
}

TEST(Terminal, SaysNothingWhileItIsCut) {
  const Drive drive = Drive{}
                          .drives(300.0, 10.0)
                          .then([](MotionPiece& p) { p.terminal_cut = true; })
                          .drives(300.0, 10.0)
                          .stands(600.0)
                          .then([](MotionPiece& p) { p.terminal_cut = false; })
                          .drives(300.0, 10.0);
  const auto reports = reports_of(perfect_terminals(), drive);
  for (const Report& report : reports)
    EXPECT_TRUE(made_at(report) < 300.0 || made_at(report) >= 1220.0) << "twenty seconds to boot";
  EXPECT_EQ(reports.size(), 58U);
}

TEST(Terminal, StartsColdAfterItWasCut) {
  TerminalProfile profile = perfect_terminals();
  profile.places.cold_start_m = 60.0;
  double first_error_m = 0.0;
  for (std::uint32_t vehicle = 0; vehicle < 50; ++vehicle) {
    const Drive drive = Drive{}
                            .then([](MotionPiece& p) { p.terminal_cut = true; })
                            .stands(300.0)
                            .then([](MotionPiece& p) { p.terminal_cut = false; })
                            .stands(600.0);
    const auto reports = reports_of(profile, drive, vehicle);
    first_error_m += geo::norm(place_of(reports.front())) / 50.0;
    EXPECT_LT(geo::norm(place_of(reports.back())), 1.0);
  }
  EXPECT_GT(first_error_m, 30.0);
}

TEST(Terminal, DiesAndComesBackAsItsLabelsSay) {
  TerminalProfile profile = perfect_terminals();
  profile.uplink.deaths = {24.0, 600.0, 0.3};
  const Drive drive = Drive{}.drives(86'400.0, 5.0);
  const auto reports = reports_of(profile, drive, 1);
  const auto labels = fault_labels(profile, seed, 2, {monday, drive.end()});
  const auto deaths = std::count_if(labels.begin(), labels.end(), [](const auto& label) { return label.vehicle == 1; });
  EXPECT_GT(deaths, 10);
  for (const Report& report : reports)
    for (const FaultLabel& label : labels)
      EXPECT_FALSE(label.vehicle == 1 && label.from <= report.received - milliseconds(0.5) &&
                   report.received - milliseconds(0.5) < label.to);
  EXPECT_GT(reports.size(), 6000U);
}

TEST(Terminal, KeepsSilentOrRepeatsItsLastPlaceInATunnel) {
  const Drive drive = Drive{}
                          .drives(100.0, 10.0)
                          .then([](MotionPiece& p) { p.sky = Sky::none; })
                          .drives(100.0, 10.0)
                          .then([](MotionPiece& p) { p.sky = Sky::open; })
                          .drives(100.0, 10.0);
  EXPECT_EQ(reports_of(perfect_terminals(), drive).size(), 20U);
  TerminalProfile profile = perfect_terminals();
  profile.places.repeats_place_when_blind = {1.0};
  const auto reports = reports_of(profile, drive);
  ASSERT_EQ(reports.size(), 30U);
  for (std::size_t i = 10; i < 20; ++i) {
    EXPECT_EQ(reports[i].lat_millionths, reports[9].lat_millionths);
    EXPECT_EQ(reports[i].speed_tenths_kmh, 0);
  }
}

TEST(Terminal, DopplerErrsByAFewTenthsAndTheCourseIsWorthlessWhenSlow) {
  TerminalProfile profile = perfect_terminals();
  profile.noise.doppler_sigma_mps = {0.4, 0.4};
  double square = 0.0;
  const auto fast = reports_of(profile, Drive{}.drives(86'000.0, 15.0));
  for (const Report& report : fast) {
    const double error = report.speed_tenths_kmh / 36.0 - 15.0;
    square += error * error / static_cast<double>(fast.size());
    EXPECT_TRUE(report.heading_deg <= 7 || report.heading_deg >= 353) << report.heading_deg;
  }
  EXPECT_NEAR(std::sqrt(square), 0.4, 0.02);
  std::set<int> quadrants;
  for (const Report& report : reports_of(profile, Drive{}.stands(3600.0))) quadrants.insert(report.heading_deg / 90);
  EXPECT_EQ(quadrants.size(), 4U);
}

TEST(Terminal, ReceiversThatHoldSaySpeedNoughtWhileStanding) {
  TerminalProfile profile = perfect_terminals();
  profile.noise.doppler_sigma_mps = {0.2, 0.2};
  profile.noise.static_hold = {1.0};
  profile.noise.hold_below_mps = {1.0, 1.0};
  std::set<int> headings;
  for (const Report& report : reports_of(profile, Drive{}.drives(100.0, 10.0).stands(3600.0))) {
    if (made_at(report) < 100.0) continue;
    EXPECT_EQ(report.speed_tenths_kmh, 0);
    headings.insert(report.heading_deg);
  }
  EXPECT_EQ(headings.size(), 1U);
}

TEST(Terminal, SomeReceiversKeepTheirPlaceWhileStanding) {
  TerminalProfile profile = perfect_terminals();
  profile.noise.fast_open_sigma_m = {3.0, 3.0};
  profile.noise.doppler_sigma_mps = {0.2, 0.2};
  profile.noise.static_hold = {1.0};
  profile.noise.hold_below_mps = {1.0, 1.0};
  profile.noise.place_hold = {1.0};
  std::set<std::pair<std::int32_t, std::int32_t>> places;
  for (const Report& report : reports_of(profile, Drive{}.drives(100.0, 10.0).stands(3600.0)))
    if (made_at(report) >= 100.0) places.insert({report.lon_millionths, report.lat_millionths});
  // Now and then the noise of the velocity is above the speed below which it holds.
  EXPECT_LE(places.size(), 5U);
}

TEST(Terminal, ReportsThePrecisionThatItHasUnlessItMisjudges) {
  TerminalProfile profile = perfect_terminals();
  profile.noise.fast_open_sigma_m = {3.0, 3.0};
  profile.noise.fast_urban_sigma_m = {9.0, 9.0};
  profile.noise.accuracy = {1.0};
  profile.noise.misjudged = {0.0};
  Drive drive;
  drive.drives(600.0, 10.0).then([](MotionPiece& p) { p.sky = Sky::urban; }).drives(600.0, 10.0);
  auto reports = reports_of(profile, drive);
  EXPECT_NEAR(reports.front().accuracy_tenths_m, 30, 7);
  EXPECT_NEAR(reports.back().accuracy_tenths_m, 90, 20);
  profile.noise.misjudged = {1.0};
  reports = reports_of(profile, drive);
  EXPECT_NEAR(reports.front().accuracy_tenths_m, reports.back().accuracy_tenths_m, 15);
}

TEST(Terminal, ASpikeIsNoPlaceToFreezeAt) {
  TerminalProfile profile = perfect_terminals();
  profile.places.spikes_per_1000 = 100.0;
  profile.places.frozen = {24.0, 600.0, 0.3};
  for (const Report& report : reports_of(profile, Drive{}.stands(86'400.0))) {
    const double off = geo::norm(place_of(report));
    EXPECT_TRUE(off < 0.2 || off > 30.0) << off;
  }
}

TEST(Terminal, AFrozenPlaceStaysWhileTheVehicleDrivesOn) {
  TerminalProfile profile = perfect_terminals();
  profile.places.frozen = {12.0, 600.0, 0.1};
  const auto reports = reports_of(profile, Drive{}.drives(86'400.0, 10.0));
  std::size_t still = 0;
  for (std::size_t i = 1; i < reports.size(); ++i)
    still += reports[i].lat_millionths == reports[i - 1].lat_millionths ? 1U : 0U;
  const double share = static_cast<double>(still) / static_cast<double>(reports.size());
  EXPECT_NEAR(share, 600.0 / (7200.0 + 600.0), 0.05);
  EXPECT_EQ(reports[100].speed_tenths_kmh, 360);
}

TEST(Terminal, ARolloverIsExactly7168DaysInThePast) {
  TerminalProfile profile = perfect_terminals();
  profile.faults.week_rollover = {1.0};
  const Drive drive = Drive{}.drives(86'400.0, 10.0);
  const auto healthy = reports_of(perfect_terminals(), drive);
  const auto sick = reports_of(profile, drive);
  ASSERT_EQ(sick.size(), healthy.size());
  std::size_t rolled_over = 0;
  for (std::size_t i = 0; i < sick.size(); ++i) {
    EXPECT_EQ(sick[i].received, healthy[i].received);
    if (sick[i].time == healthy[i].time) continue;
    EXPECT_EQ(healthy[i].time - sick[i].time, std::chrono::days{7168});
    ++rolled_over;
  }
  EXPECT_GT(rolled_over, 0U);
}

TEST(Terminal, LocalTimeIsEightHoursAhead) {
  TerminalProfile profile = perfect_terminals();
  profile.faults.local_time = {1.0};
  const Drive drive = Drive{}.drives(86'400.0, 10.0);
  const ClockFault clock = plan_faults(profile, seed, 1, {monday, drive.end()}).clock;
  for (const Report& report : reports_of(profile, drive)) {
    const TimeUtc made = report.received - milliseconds(0.5);
    const Milliseconds ahead = report.time - std::chrono::floor<std::chrono::seconds>(made);
    EXPECT_EQ(ahead, clock.span.covers(made) ? std::chrono::hours{8} : std::chrono::hours{0});
  }
}

TEST(Terminal, AJumpingClockIsRightBeforeAndAfter) {
  TerminalProfile profile = perfect_terminals();
  profile.faults.clock_jump = {1.0};
  profile.faults.clock_jump_s = {3600.0, 3600.0};
  const auto reports = reports_of(profile, Drive{}.drives(86'400.0, 10.0));
  std::size_t wrong = 0;
  for (const Report& report : reports) {
    const double off = std::abs(seconds(report.time - report.received));
    EXPECT_TRUE(off < 2.0 || std::abs(off - 3600.0) < 2.0) << off;
    wrong += off > 2.0 ? 1U : 0U;
  }
  EXPECT_GT(wrong, reports.size() / 100);
  EXPECT_LT(wrong, reports.size() / 4);
}

TEST(Terminal, ShiftsToGcj02ByMistake) {
  TerminalProfile profile = perfect_terminals();
  profile.faults.gcj02 = {1.0};
  for (const Report& report : reports_of(profile, Drive{}.stands(600.0))) {
    const LonLat shifted = geo::from_wgs84(county.origin(), Datum::gcj02);
    EXPECT_NEAR(report.lon_millionths * 1e-6, shifted.lon, 6e-7);
    EXPECT_NEAR(report.lat_millionths * 1e-6, shifted.lat, 6e-7);
    EXPECT_GT(geo::norm(place_of(report)), 300.0);
  }
}

TEST(Terminal, ASpeedJammerShowsPlacesAndSpeedNought) {
  TerminalProfile profile = perfect_terminals();
  profile.faults.speed_jammer = {1.0};
  const Drive drive = Drive{}.drives(86'400.0, 10.0);
  const TimeSpan jammed = plan_faults(profile, seed, 1, {monday, drive.end()}).speed_jammer;
  for (const Report& report : reports_of(profile, drive)) {
    const bool on = jammed.covers(report.received - milliseconds(0.5));
    EXPECT_EQ(report.speed_tenths_kmh, on ? 0 : 360);
    EXPECT_NEAR(place_of(report).y, 10.0 * made_at(report), 0.2);
  }
}

TEST(Terminal, APlaceJammerFreezesThePlace) {
  TerminalProfile profile = perfect_terminals();
  profile.faults.place_jammer = {1.0};
  const Drive drive = Drive{}.drives(86'400.0, 10.0);
  const TimeSpan jammed = plan_faults(profile, seed, 1, {monday, drive.end()}).place_jammer;
  std::set<std::int32_t> places;
  for (const Report& report : reports_of(profile, drive))
    if (jammed.covers(report.received - milliseconds(0.5))) places.insert(report.lat_millionths);
  EXPECT_EQ(places.size(), 1U);
}

TEST(Terminal, SendsZeroPlacesNowAndThen) {
  TerminalProfile profile = perfect_terminals();
  profile.places.zero_places_per_1000 = 20.0;
  const auto reports = reports_of(profile, Drive{}.drives(86'400.0, 10.0));
  const auto zeros = std::count_if(reports.begin(), reports.end(),
                                   [](const Report& r) { return r.lon_millionths == 0 && r.lat_millionths == 0; });
  EXPECT_NEAR(static_cast<double>(zeros), 0.02 * 8640, 45.0);
}

TEST(Terminal, ReportsNoOdometerUnlessItHasOne) {
  TerminalProfile profile = perfect_terminals();
  profile.odometer = {0.0};
  for (const Report& report : reports_of(profile, Drive{}.drives(600.0, 10.0))) EXPECT_LT(report.odometer_100m, 0);
}

}  // namespace
}  // namespace haulwatch::simulation
