#include <haulwatch/detect/way_marks.hpp>

#include <gtest/gtest.h>

#include <chrono>

namespace haulwatch::detect {
namespace {

using namespace std::chrono_literals;

TEST(WayMarks, TellTheWayUpToTheLastHaltBeforeATime) {
  WayMarks marks;
  EXPECT_EQ(marks.way_at(10min), std::nullopt);
  marks.note(5min, 2'000.0F);
  marks.note(10min, 6'200.0F);
  marks.note(27min, 12'300.0F);
  EXPECT_EQ(marks.way_at(4min), std::nullopt);
  EXPECT_EQ(marks.way_at(5min), 2'000.0F);
  EXPECT_EQ(marks.way_at(17min), 6'200.0F) << "not what was driven after the load was gone";
  EXPECT_EQ(marks.way_at(60min), 12'300.0F);
}

TEST(WayMarks, ForgetOfManyThoseThatLieNearestTogether) {
  WayMarks marks;
  marks.note(1min, 500.0F);
  // A queue at a light: halts a few metres apart.
  for (int i = 0; i < 40; ++i) marks.note(10min + i * 10s, 4'000.0F + 5.0F * static_cast<float>(i));
  marks.note(30min, 9'000.0F);
  marks.note(40min, 9'700.0F);
  EXPECT_EQ(marks.way_at(5min), 500.0F);
  EXPECT_NEAR(static_cast<double>(marks.way_at(20min).value()), 4'100.0, 100.0);
  EXPECT_EQ(marks.way_at(35min), 9'000.0F);
  EXPECT_EQ(marks.way_at(50min), 9'700.0F);
}

}  // namespace
}  // namespace haulwatch::detect
