#include <haulwatch/io/quality_writer.hpp>

#include "io/scratch_file.hpp"

#include <haulwatch/geo/local_frame.hpp>

#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace haulwatch::io {
namespace {

const TimeUtc day = std::chrono::sys_days{std::chrono::year{2026} / 3 / 2};

/// What was written of one vehicle and day, by the names of the columns.
using Row = std::map<std::string, std::string>;

class Quality {
 public:
  Quality& fix(double at_s, double east_m, Verdict verdict = Verdict::kept, Reading delay_s = {},
               TimeRepair repaired = TimeRepair::none) {
    track::CleanedFix fix;
    fix.time = day + milliseconds(at_s);
    fix.position = frame_.to_lon_lat({east_m, 0.0});
    if (verdict == Verdict::kept) fix.clean = fix.position;
    fix.verdict = verdict;
    fix.delay_s = delay_s;
    fix.repaired = repaired;
    writer_.add(vehicle_, fix);
    return *this;
  }
  Quality& of(std::string vehicle) {
    vehicle_ = std::move(vehicle);
    return *this;
  }
  [[nodiscard]] std::vector<Row> rows() {
    writer_.close();
    std::istringstream lines{file_.content()};
    std::string header;
    std::getline(lines, header);
    std::vector<Row> all;
    for (std::string line; std::getline(lines, line);) {
      Row& row = all.emplace_back();
      std::istringstream names{header + ","};
      std::istringstream cells{line + ","};
      std::string name;
      std::string cell;
      while (std::getline(names, name, ',') && std::getline(cells, cell, ',')) row[name] = cell;
    }
    return all;
  }

 private:
  testing::ScratchFile file_;
  QualityWriter writer_{file_.path()};
  geo::LocalFrame frame_{{121.0, 30.7}};
  std::string vehicle_ = "A";
};

TEST(Quality, CountsEachVehicleAndDay) {
  Quality quality;
  quality.fix(0, 0).fix(10, 0).fix(86400, 0).of("B").fix(5, 0).fix(5, 0, Verdict::duplicate).fix(1, 0, Verdict::late);
  const auto rows = quality.rows();
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].at("vehicle"), "A");
  EXPECT_EQ(rows[0].at("day"), "2026-03-02");
  EXPECT_EQ(rows[0].at("fixes"), "2");
  EXPECT_EQ(rows[1].at("day"), "2026-03-03");
  EXPECT_EQ(rows[2].at("duplicates"), "1");
  EXPECT_EQ(rows[2].at("late"), "1");
  EXPECT_EQ(rows[2].at("pass_rate"), "0.500") << "a duplicate is no fix of its own";
}

TEST(Quality, CallsATrackCompleteAsFarAsItWasSeen) {
  Quality quality;
  quality.fix(0, 0).fix(60, 1000).fix(120, 2000).fix(1000, 5000);
  const Row row = quality.rows().at(0);
  EXPECT_EQ(row.at("way_m"), "5000.0");
  EXPECT_EQ(row.at("seen_way_m"), "2000.0");
  EXPECT_EQ(row.at("completeness"), "0.400");
}

TEST(Quality, HoldsAParkedSilenceAgainstNoTrack) {
  Quality quality;
  quality.fix(0, 0).fix(60, 1000).fix(30000, 1040);
  EXPECT_EQ(quality.rows().at(0).at("completeness"), "1.000");
}

TEST(Quality, SaysNothingOfTheTrackOfAVehicleThatDidNotMove) {
  Quality quality;
  quality.fix(0, 0).fix(60, 0);
  EXPECT_EQ(quality.rows().at(0).at("completeness"), "");
}

TEST(Quality, CountsDriftsAndRepairs) {
  Quality quality;
  quality.fix(0, 0).fix(10, 90000, Verdict::implied_speed).fix(20, 0, Verdict::frozen);
  quality.fix(30, 0, Verdict::kept, {}, TimeRepair::week_rollover);
  const Row row = quality.rows().at(0);
  EXPECT_EQ(row.at("drifts"), "2");
  EXPECT_EQ(row.at("drift_share"), "0.500");
  EXPECT_EQ(row.at("repaired"), "1");
}

TEST(Quality, IsOnlineWhereNoSilenceIsLong) {
  Quality quality;
  for (int minute = 0; minute <= 12 * 60; minute += 5) quality.fix(60.0 * minute, 0);
  quality.fix(86000, 0);
  EXPECT_EQ(quality.rows().at(0).at("online_share"), "0.500");
}

TEST(Quality, CutsASilenceAtMidnight) {
  Quality quality;
  quality.fix(86400 - 60, 0).fix(86400 + 60, 0);
  const auto rows = quality.rows();
  EXPECT_EQ(rows.at(1).at("online_s"), "60.0");
}

TEST(Quality, TellsDelaysWhereArrivalsAreKnown) {
  Quality quality;
  for (int i = 0; i < 100; ++i) quality.fix(i, 0, Verdict::kept, i < 90 ? 1.5F : 3600.0F);
  quality.of("B").fix(0, 0);
  const auto rows = quality.rows();
  EXPECT_EQ(rows[0].at("delay_p50_s"), "1.5");
  EXPECT_EQ(rows[0].at("delay_p95_s"), "3600.0");
  EXPECT_EQ(rows[0].at("late_share"), "0.100");
  EXPECT_EQ(rows[1].at("delay_p50_s"), "");
  EXPECT_EQ(rows[1].at("late_share"), "");
}

}  // namespace
}  // namespace haulwatch::io
