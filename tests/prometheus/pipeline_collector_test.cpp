#include <haulwatch/prometheus/pipeline_collector.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <prometheus/check_names.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <set>
#include <string>

namespace haulwatch {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

PipelineMetrics some() {
  PipelineMetrics m;
  m.offered = 12;
  m.accepted = 11;
  m.rejected = 1;
  m.queued = 2;
  m.folded = 9;
  m.verdicts.add(Verdict::kept, 7);
  m.verdicts.add(Verdict::implied_speed, 2);
  m.found = 4;
  m.delivered = 3;
  m.held = 1;
  m.queue_wait.add(3us, 8);
  m.queue_wait.add(900us);
  return m;
}

std::string text_of(const PipelineCollector& collector) {
  return ::prometheus::TextSerializer{}.Serialize(collector.Collect());
}

TEST(PipelineCollector, TellsCountersByNameAndVerdict) {
  const std::string text = text_of(PipelineCollector{some});
  EXPECT_THAT(text, HasSubstr("# TYPE haulwatch_fixes_offered_total counter\nhaulwatch_fixes_offered_total 12\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE haulwatch_fixes_queued gauge\nhaulwatch_fixes_queued 2\n"));
  EXPECT_THAT(text, HasSubstr("haulwatch_fix_verdicts_total{verdict=\"kept\"} 7\n"));
  EXPECT_THAT(text, HasSubstr("haulwatch_fix_verdicts_total{verdict=\"implied_speed\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("haulwatch_events_held 1\n"));
}

TEST(PipelineCollector, TellsLatenciesInSecondsAndCumulated) {
  const auto families = PipelineCollector{some}.Collect();
  const auto family = std::ranges::find(families, "haulwatch_queue_wait_seconds", &::prometheus::MetricFamily::name);
  ASSERT_NE(family, families.end());
  const auto& histogram = family->metric.at(0).histogram;
  EXPECT_EQ(histogram.sample_count, 9U);
  EXPECT_NEAR(histogram.sample_sum, 8 * 3e-6 + 900e-6, 900e-6 / 8);
  ASSERT_FALSE(histogram.bucket.empty());
  EXPECT_EQ(histogram.bucket.front().cumulative_count, 8U);
  EXPECT_EQ(histogram.bucket.back().cumulative_count, 9U);
  for (std::size_t i = 1; i < histogram.bucket.size(); ++i) {
    EXPECT_GT(histogram.bucket[i].upper_bound, histogram.bucket[i - 1].upper_bound);
    EXPECT_GE(histogram.bucket[i].cumulative_count, histogram.bucket[i - 1].cumulative_count);
  }
}

TEST(PipelineCollector, LabelsEveryMetricOfItsPipeline) {
  const auto families = PipelineCollector{some, {{"county", "north"}}}.Collect();
  std::set<std::string> names;
  for (const auto& family : families) {
    EXPECT_TRUE(::prometheus::CheckMetricName(family.name)) << family.name;
    EXPECT_TRUE(names.insert(family.name).second) << family.name << " twice";
    EXPECT_FALSE(family.help.empty()) << family.name;
    for (const auto& metric : family.metric)
      EXPECT_THAT(metric.label, testing::Contains(::prometheus::ClientMetric::Label{"county", "north"})) << family.name;
  }
  EXPECT_GE(names.size(), 20U);
}

}  // namespace
}  // namespace haulwatch
