#include <haulwatch/simulation/uplink.hpp>

#include "drives.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

namespace haulwatch::simulation {
namespace {

using ::testing::AnyOf;

constexpr std::uint64_t seed = 9;

/// When there is a network, in seconds of the run.
struct Blind {
  int from_s = 0;
  int to_s = 0;
};

/// A report a second, told apart by its odometer, in order of arrival.
std::vector<Report> arrivals(const UplinkDoses& doses, int count, Blind blind = {}, std::uint32_t vehicle = 1) {
  Uplink uplink{doses, seed, vehicle, monday};
  std::vector<Report> out;
  for (int i = 0; i < count; ++i) {
    Report report;
    report.time = monday + std::chrono::seconds{i};
    report.odometer_100m = i;
    uplink.send(report, report.time, i < blind.from_s || i >= blind.to_s, out);
  }
  uplink.finish(monday + std::chrono::seconds{count}, out);
  std::sort(out.begin(), out.end(), [](const Report& a, const Report& b) {
    return std::pair{a.received, a.sequence} < std::pair{b.received, b.sequence};
  });
  return out;
}

std::map<int, int> copies_of(const std::vector<Report>& reports) {
  std::map<int, int> copies;
  for (const Report& report : reports) ++copies[report.odometer_100m];
  return copies;
}

UplinkDoses perfect() {
  return perfect_terminals().uplink;
}

TEST(Uplink, DeliversEachReportOnceInOrderAfterItsLatency) {
  const auto reports = arrivals(perfect(), 1000);
  ASSERT_EQ(reports.size(), 1000U);
  for (int i = 0; i < 1000; ++i) {
    const Report& report = reports[static_cast<std::size_t>(i)];
    EXPECT_EQ(report.odometer_100m, i);
    EXPECT_EQ(report.received - report.time, milliseconds(0.5));
    EXPECT_FALSE(report.backfill);
  }
}

TEST(Uplink, DrawsLatencyAroundItsMedian) {
  UplinkDoses doses = perfect();
  doses.latency_median_s = 1.5;
  doses.latency_spread = 0.6;
  std::vector<double> latencies;
  for (const Report& report : arrivals(doses, 20'000)) latencies.push_back(seconds(report.received - report.time));
  std::sort(latencies.begin(), latencies.end());
  EXPECT_GT(latencies.front(), 0.0);
  // One connection keeps its order, so a late report holds up those after it.
  EXPECT_GT(latencies[10'000], 1.5);
  EXPECT_LT(latencies[10'000], 3.5);
}

TEST(Uplink, KeepsReportsWhileBlindAndSendsThemLaterMarked) {
  const auto reports = arrivals(perfect(), 1000, {200, 500});
  ASSERT_EQ(reports.size(), 1000U);
  for (const Report& report : reports) {
    const bool kept = report.odometer_100m >= 200 && report.odometer_100m < 500;
    EXPECT_EQ(report.backfill, kept) << report.odometer_100m;
    EXPECT_TRUE(!kept || report.received > monday + std::chrono::seconds{500});
  }
  for (const auto& [number, copies] : copies_of(reports)) EXPECT_EQ(copies, 1) << number;
}

TEST(Uplink, MixesKeptReportsWithLiveOnes) {
  const auto reports = arrivals(perfect(), 1000, {200, 500});
  const auto first_kept = std::find_if(reports.begin(), reports.end(), [](const Report& r) { return r.backfill; });
  const auto live_after = std::find_if(first_kept, reports.end(), [](const Report& r) { return !r.backfill; });
  const auto kept_after = std::find_if(live_after, reports.end(), [](const Report& r) { return r.backfill; });
  EXPECT_NE(kept_after, reports.end());
}

TEST(Uplink, SendsKeptReportsInBatchesThatArriveAtOnce) {
  UplinkDoses doses = perfect();
  doses.batch_size = 34.0;
  std::map<TimeUtc, int> batches;
  for (const Report& report : arrivals(doses, 1000, {200, 500}))
    if (report.backfill) ++batches[report.received];
  EXPECT_EQ(batches.size(), 9U);
  for (const auto& [received, size] : batches) EXPECT_THAT(size, AnyOf(34, 300 - 8 * 34));
}

TEST(Uplink, MayBeginWithTheNewest) {
  UplinkDoses doses = perfect();
  doses.newest_first = {1.0};
  int last = 1'000'000;
  for (const Report& report : arrivals(doses, 1000, {200, 500})) {
    if (!report.backfill) continue;
    EXPECT_LT(report.odometer_100m, last);
    last = report.odometer_100m;
  }
}

TEST(Uplink, MaySendBatchesInNoOrderYetLosesNone) {
  UplinkDoses doses = perfect();
  doses.in_pieces = {1.0};
  const auto reports = arrivals(doses, 1000, {100, 900});
  for (const auto& [number, copies] : copies_of(reports)) EXPECT_EQ(copies, 1) << number;
  std::vector<int> kept;
  for (const Report& report : reports)
    if (report.backfill) kept.push_back(report.odometer_100m);
  EXPECT_EQ(kept.size(), 800U);
  EXPECT_FALSE(std::is_sorted(kept.begin(), kept.end()));
  EXPECT_FALSE(std::is_sorted(kept.rbegin(), kept.rend()));
}

TEST(Uplink, MaySendABatchTwice) {
  UplinkDoses doses = perfect();
  doses.sent_twice = {1.0};
  for (const auto& [number, copies] : copies_of(arrivals(doses, 400, {100, 300})))
    EXPECT_EQ(copies, number >= 100 && number < 300 ? 2 : 1) << number;
}

TEST(Uplink, SomeTerminalsKeepNothing) {
  UplinkDoses doses = perfect();
  doses.keeps_reports = {0.0};
  EXPECT_EQ(arrivals(doses, 1000, {200, 500}).size(), 700U);
}

TEST(Uplink, ForgetsTheOldestWhenItsMemoryIsFull) {
  UplinkDoses doses = perfect();
  doses.kept_at_most = 100.0;
  const auto reports = arrivals(doses, 1000, {200, 500});
  const auto kept = std::count_if(reports.begin(), reports.end(), [](const Report& r) { return r.backfill; });
  EXPECT_GE(kept, 50);
  EXPECT_LE(kept, 100);
  EXPECT_EQ(copies_of(reports).count(499), 1U);
  EXPECT_EQ(copies_of(reports).count(200), 0U);
}

TEST(Uplink, SendsWhatIsStillKeptWhenTheRunEnds) {
  const auto reports = arrivals(perfect(), 300, {200, 1000});
  EXPECT_EQ(reports.size(), 300U);
  EXPECT_TRUE(reports.back().backfill);
}

TEST(Uplink, LosesAndRepeatsTheSharesAskedFor) {
  UplinkDoses doses = perfect();
  doses.lost = {0.02};
  doses.duplicated = {0.05};
  const auto copies = copies_of(arrivals(doses, 50'000));
  EXPECT_NEAR(static_cast<double>(copies.size()), 49'000.0, 150.0);
  const auto twice = std::count_if(copies.begin(), copies.end(), [](const auto& entry) { return entry.second == 2; });
  EXPECT_NEAR(static_cast<double>(twice), 0.05 * 49'000.0, 250.0);
}

TEST(Uplink, LetsSomeReportsBeOvertaken) {
  UplinkDoses doses = perfect();
  doses.overtaken = {0.02};
  doses.overtaken_by_s = 8.0;
  const auto reports = arrivals(doses, 20'000);
  int late = 0;
  int newest = -1;
  for (const Report& report : reports) {
    if (report.odometer_100m < newest) {
      ++late;
      EXPECT_LE(report.received - report.time, milliseconds(8.6));
    }
    newest = std::max(newest, report.odometer_100m);
  }
  EXPECT_NEAR(late, 0.02 * 20'000 * 7.0 / 8.0, 80.0);
}

TEST(Uplink, CutsItselfOffAsOftenAsAsked) {
  UplinkDoses doses = perfect();
  doses.outages = {144.0, 50.0, 0.0};
  std::size_t kept = 0;
  std::size_t all = 0;
  for (std::uint32_t vehicle = 0; vehicle < 15; ++vehicle)
    for (const Report& report : arrivals(doses, 15'000, {}, vehicle)) {
      ++all;
      kept += report.backfill ? 1U : 0U;
    }
  // A pause of ten minutes, then fifty seconds without.
  EXPECT_NEAR(static_cast<double>(kept) / static_cast<double>(all), 50.0 / 650.0, 0.012);
}

TEST(Uplink, NothingArrivesBeforeItHappens) {
  const UplinkDoses rough{.duplicated = {0.1}, .overtaken = {0.1}, .outages = {50.0, 200.0, 0.8}, .sent_twice = {0.5}};
  for (std::uint32_t vehicle = 0; vehicle < 10; ++vehicle)
    for (const Report& report : arrivals(rough, 5'000, {2000, 3000}, vehicle)) EXPECT_GT(report.received, report.time);
}

}  // namespace
}  // namespace haulwatch::simulation
