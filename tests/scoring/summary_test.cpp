#include <haulwatch/scoring/summary.hpp>

#include "written_world.hpp"

#include <haulwatch/scoring/pooled_errors.hpp>
#include <haulwatch/scoring/report_json.hpp>
#include <haulwatch/scoring/report_text.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <vector>

namespace haulwatch::scoring {
namespace {

using namespace test;
using testing::HasSubstr;
using testing::Optional;

/// Worlds with so many true stops, claims and matches each.
WorldTally stops(std::uint64_t truths, std::uint64_t claims, std::uint64_t matched) {
  WorldTally world;
  world.kinds["stop"].counts = {.truths = truths, .claims = claims, .matched = matched};
  return world;
}

TEST(Summary, PoolsCountsRatherThanAveragingShares) {
  // 1 of 1 and 1 of 9: pooled recall is 2 of 10, while the mean of the shares would be 0.56.
  const Summary summary = summarise(std::vector{stops(1, 1, 1), stops(9, 3, 1)});
  EXPECT_THAT(summary.kinds[0].recall.value, Optional(0.2));
  EXPECT_THAT(summary.kinds[0].precision.value, Optional(0.5));
  EXPECT_THAT(summary.kinds[0].f1.value, Optional(4.0 / 14.0));
}

TEST(Summary, BoundsAFigureByTheWorstAndBestWorldWhereThereAreTwo) {
  // Of two worlds a quarter of the resamples are one of them twice.
  const Summary summary = summarise(std::vector{stops(10, 10, 2), stops(10, 10, 8)});
  EXPECT_THAT(summary.kinds[0].recall.value, Optional(0.5));
  EXPECT_THAT(summary.kinds[0].recall.low, Optional(0.2));
  EXPECT_THAT(summary.kinds[0].recall.high, Optional(0.8));
}

TEST(Summary, HasNoBoundsOfASingleWorld) {
  const Summary summary = summarise(std::vector{stops(10, 10, 2)});
  EXPECT_FALSE(summary.kinds[0].recall.low.has_value());
}

TEST(Summary, SaysNothingOfWhatHasNothingToDivideBy) {
  const Summary summary = summarise(std::vector{stops(0, 0, 0)});
  EXPECT_FALSE(summary.kinds[0].precision.value.has_value());
  EXPECT_FALSE(summary.kinds[0].recall.value.has_value());
  EXPECT_FALSE(summary.kinds[0].f1.value.has_value());
  EXPECT_FALSE(summary.final_suspicions.false_per_1000_stops.value.has_value());
}

TEST(Summary, CountsFalseSuspicionsByStopsAndByTruckDays) {
  WorldTally world = stops(500, 500, 500);
  world.final_suspicions.kind.counts = {.truths = 4, .claims = 6, .matched = 3};
  world.truck_days = 12.0;
  const Summary summary = summarise(std::vector{world});
  EXPECT_THAT(summary.final_suspicions.false_per_1000_stops.value, Optional(6.0));
  EXPECT_THAT(summary.final_suspicions.false_per_truck_day.value, Optional(0.25));
}

TEST(Quantile, IsOfTheNearestRank) {
  const std::vector<double> errors{5, 1, 4, 2, 3, 10, 9, 8, 7, 6};
  const std::vector<const std::vector<double>*> lists{&errors};
  const PooledErrors pooled{lists};
  EXPECT_THAT(pooled.quantile(0.5, {1}), Optional(5.0));
  EXPECT_THAT(pooled.quantile(0.95, {1}), Optional(10.0));
  EXPECT_EQ(pooled.quantile(0.5, {0}), std::nullopt);
}

TEST(Quantile, CountsAWorldAsOftenAsItWasDrawn) {
  const std::vector<double> low{1, 2}, high{10, 20};
  const std::vector<const std::vector<double>*> lists{&low, &high};
  const PooledErrors pooled{lists};
  // 1 2 10 20 | 1 1 1 2 2 2 10 20 | 10 20
  EXPECT_THAT(pooled.quantile(0.5, {1, 1}), Optional(2.0));
  EXPECT_THAT(pooled.quantile(0.75, {3, 1}), Optional(2.0));
  EXPECT_THAT(pooled.quantile(0.5, {0, 1}), Optional(10.0));
}

TEST(Reliability, PutsEachScoreIntoItsTenth) {
  const Reliability r = reliability_of(std::vector<ScoredClaim>{{0.0, false}, {0.85, true}, {0.8, false}, {1.0, true}});
  EXPECT_EQ(r.bins[0].claims, 1U);
  EXPECT_EQ(r.bins[8].claims, 2U);
  EXPECT_EQ(r.bins[8].true_claims, 1U);
  EXPECT_DOUBLE_EQ(r.bins[8].score_sum, 1.65);
  EXPECT_EQ(r.bins[9].claims, 1U) << "1 belongs to the last";
  // 0² + 0.15² + 0.8² + 0² = 0.6625, by four.
  ASSERT_TRUE(r.brier.has_value());
  EXPECT_NEAR(*r.brier, 0.165625, 1e-12);
}

WorldTally small_world() {
  return score(truth("stop_ended", span("07:00:00", "07:10:00") + R"(,"purpose":"loading")") +
                   truth("dump_suspected", span("08:00:00", "08:05:00") + R"(,"manner":"rol\"ling")"),
               event("stop_ended", span("07:00:30", "07:10:00") + R"(,"purpose":"parking")") +
                   event("dump_suspected", span("08:00:00", "08:05:00") + R"(,"score":0.9)"));
}

TEST(Report, IsSoundJsonWithEveryFigure) {
  const auto report = boost::json::parse(report_json(summarise(std::vector{small_world()})));
  EXPECT_EQ(report.at("worlds").to_number<int>(), 1);
  EXPECT_EQ(report.at("kinds").at("stop").at("f1").at("value").to_number<double>(), 1.0);
  EXPECT_EQ(report.at("kinds").at("stop").at("start_error_s").at("median").at("value").to_number<double>(), 30.0);
  EXPECT_TRUE(report.at("kinds").at("stop").at("f1").at("low").is_null());
  const auto& first = report.at("suspicions").at("first_raised");
  EXPECT_EQ(first.at("manners").at("rol\"ling").at("found").to_number<int>(), 1);
  EXPECT_NEAR(first.at("brier").to_number<double>(), 0.01, 1e-9);
  EXPECT_EQ(first.at("reliability").as_array().size(), 10U);
  EXPECT_EQ(report.at("purposes").at(0).at("claimed").as_string(), "parking");
}

TEST(Report, ReadsAsATable) {
  const std::string report = report_text(summarise(std::vector{small_world()}));
  EXPECT_THAT(report, HasSubstr("1 world, 1 stops owed"));
  EXPECT_THAT(report, HasSubstr("dump, as first raised"));
  EXPECT_THAT(report, HasSubstr("30.0 / 30.0"));
  EXPECT_THAT(report, HasSubstr("Brier 0.0100"));
}

}  // namespace
}  // namespace haulwatch::scoring
