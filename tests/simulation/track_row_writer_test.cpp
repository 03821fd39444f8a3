#include <haulwatch/simulation/track_row_writer.hpp>

#include "drives.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>

namespace haulwatch::simulation {
namespace {

std::string row_of(const Report& report, const std::string& name = "T 1") {
  std::string text;
  TrackRowWriter{{name}}.append(text, report);
  return text;
}

Report full_report() {
  Report report;
  report.received = monday + std::chrono::hours{26} + std::chrono::milliseconds{4007};
  report.time = monday + std::chrono::hours{26} + std::chrono::seconds{3};
  report.lon_millionths = 121'004'050;
  report.lat_millionths = -30'000'007;
  report.odometer_100m = 1234;
  report.speed_tenths_kmh = 451;
  report.heading_deg = 359;
  report.accuracy_tenths_m = 42;
  report.hdop_tenths = 7;
  report.sensors = {Sensed::yes, Sensed::no, Sensed::yes, LoadReading::half};
  report.backfill = true;
  return report;
}

TEST(TrackRowWriter, SpellsEachColumnOfItsHeader) {
  EXPECT_EQ(row_of(full_report()),
            "T 1,2026-03-03T02:00:03Z,121.004050,-30.000007,12.53,359,4.2,0.7,1,0,1,half,2026-03-03T02:00:04.007Z,1,"
            "123400\n");
  const std::string row = row_of(full_report());
  EXPECT_EQ(std::count(row.begin(), row.end(), ','), std::count(tracks_header.begin(), tracks_header.end(), ','));
}

TEST(TrackRowWriter, LeavesCellsEmptyForWhatWasNotReported) {
  Report report;
  report.time = report.received = monday;
  EXPECT_EQ(row_of(report), "T 1,2026-03-02T00:00:00Z,0.000000,0.000000,0.00,0,,,,,,,2026-03-02T00:00:00.000Z,0,\n");
}

TEST(TrackRowWriter, QuotesNamesThatNeedIt) {
  EXPECT_EQ(row_of(full_report(), "a,b").substr(0, 6), "\"a,b\",");
}

TEST(TrackRowWriter, FollowsClocksAcrossDaysAndBack) {
  std::string text;
  TrackRowWriter writer{{"t"}};
  Report report;
  for (const int days : {0, 1, -7168, 0}) {
    report.time = monday + std::chrono::days{days} + std::chrono::seconds{86'399};
    report.received = report.time;
    writer.append(text, report);
  }
  for (const char* expected :
       {"t,2026-03-02T23:59:59Z,", "t,2026-03-03T23:59:59Z,", "t,2006-07-17T23:59:59Z,", ",2006-07-17T23:59:59.000Z,"})
    EXPECT_NE(text.find(expected), std::string::npos) << expected;
}

TEST(TrackRowWriter, SpellsEverySpeedWithinHalfAHundredth) {
  for (std::uint16_t tenths = 0; tenths < 2000; ++tenths) {
    Report report = full_report();
    report.speed_tenths_kmh = tenths;
    const std::string row = row_of(report);
    const std::string cell = row.substr(row.find("-30.000007,") + 11, 5);
    EXPECT_NEAR(std::stod(cell), tenths / 36.0, 0.00501) << tenths;
  }
}

}  // namespace
}  // namespace haulwatch::simulation
