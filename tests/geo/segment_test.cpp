#include <haulwatch/geo/segment.hpp>

#include "geo/shapes.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace haulwatch::geo {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

TEST(Segment, IsNearestAtTheFootOfThePerpendicular) {
  const SegmentFoot foot = nearest_on_segment({3.0, 4.0}, {0.0, 0.0}, {10.0, 0.0});
  EXPECT_DOUBLE_EQ(foot.fraction, 0.3);
  EXPECT_DOUBLE_EQ(foot.squared_distance_m2, 16.0);
}

TEST(Segment, IsNearestAtAnEndBeyondIt) {
  EXPECT_EQ(nearest_on_segment({-3.0, 4.0}, {0.0, 0.0}, {10.0, 0.0}).squared_distance_m2, 25.0);
  EXPECT_EQ(nearest_on_segment({13.0, 4.0}, {0.0, 0.0}, {10.0, 0.0}).squared_distance_m2, 25.0);
  EXPECT_EQ(nearest_on_segment({13.0, 4.0}, {0.0, 0.0}, {10.0, 0.0}).fraction, 1.0);
}

TEST(Segment, OfNoLengthIsAPoint) {
  const SegmentFoot foot = nearest_on_segment({3.0, 4.0}, {0.0, 0.0}, {0.0, 0.0});
  EXPECT_EQ(foot.fraction, 0.0);
  EXPECT_EQ(foot.squared_distance_m2, 25.0);
}

TEST(Segment, IsNeverNearNotANumber) {
  EXPECT_FALSE(nearest_on_segment({not_a_number, 0.0}, {0.0, 0.0}, {1.0, 0.0}).squared_distance_m2 < 1e300);
  EXPECT_FALSE(nearest_on_segment({0.0, not_a_number}, {0.0, 0.0}, {0.0, 0.0}).squared_distance_m2 < 1e300);
  EXPECT_EQ(orientation({not_a_number, 0.0}, {0.0, 0.0}, {1.0, 1.0}), 0);
  EXPECT_FALSE(crosses({not_a_number, -1.0}, {0.0, 1.0}, {-1.0, 0.0}, {1.0, 0.0}));
  EXPECT_FALSE(meeting_of({0.0, -1.0}, {0.0, not_a_number}, {-1.0, 0.0}, {1.0, 0.0}).has_value());
}

TEST(Orientation, TellsTheSmallestStepOffALineFromNone) {
  // Along the diagonal the plain difference of products rounds to nonsense.
  const LocalPoint a{12.0, 12.0};
  const LocalPoint b{24.0, 24.0};
  const double step = std::ldexp(1.0, -53);
  for (int i = 0; i < 64; ++i)
    for (int j = 0; j < 64; ++j) {
      const LocalPoint p{0.5 + i * step, 0.5 + j * step};
      EXPECT_EQ(orientation(a, b, p), (j > i) - (j < i)) << i << ' ' << j;
    }
}

TEST(Orientation, TurnsRoundWithTheOrderOfItsPoints) {
  test::Dice dice{31};
  for (int i = 0; i < 20000; ++i) {
    const LocalPoint a = dice.point({}, 1e5);
    const LocalPoint b = dice.point({}, 1e5);
    const LocalPoint c = a + dice.between(-1.0, 2.0) * (b - a);  // on the line up to rounding
    const int turn = orientation(a, b, c);
    EXPECT_EQ(orientation(b, c, a), turn);
    EXPECT_EQ(orientation(b, a, c), -turn);
    EXPECT_EQ(orientation({-a.x, a.y}, {-b.x, b.y}, {-c.x, c.y}), -turn);
  }
}

TEST(Crossing, ThroughAVertexIsOfOneEdgeOnly) {
  const LocalPoint v{5.0, 0.0};
  const auto times = [&](LocalPoint from, LocalPoint to, LocalPoint before, LocalPoint after) {
    return int{crosses(from, to, before, v)} + int{crosses(from, to, v, after)};
  };
  EXPECT_EQ(times({0.0, 0.0}, {10.0, 0.0}, {5.0, -5.0}, {5.0, 5.0}), 1);
  EXPECT_EQ(times({0.0, 0.0}, {10.0, 0.0}, {4.0, -5.0}, {7.0, 5.0}), 1);
  EXPECT_EQ(times({0.0, -5.0}, {10.0, 5.0}, {5.0, 5.0}, {6.0, -5.0}), 1);
  EXPECT_EQ(times({0.0, 0.0}, {10.0, 0.0}, {4.0, 5.0}, {7.0, 5.0}) % 2, 0);
}

TEST(Crossing, OfChordsThatShareAnEndIsCountedOnce) {
  test::Dice dice{32};
  for (int i = 0; i < 20000; ++i) {
    const LocalPoint a{static_cast<double>(dice.whole(-3, 3)), static_cast<double>(dice.whole(-3, 3))};
    const LocalPoint b{static_cast<double>(dice.whole(-3, 3)), static_cast<double>(dice.whole(-3, 3))};
    LocalPoint way[4];
    for (LocalPoint& p : way) p = {static_cast<double>(dice.whole(-3, 3)), static_cast<double>(dice.whole(-3, 3))};
    way[3] = way[0];
    // A closed way crosses a whole line as often to as fro, and a segment with its two prolongations is a line.
    const LocalPoint far_a = a + 100.0 * (a - b);
    const LocalPoint far_b = b + 100.0 * (b - a);
    int crossings = 0;
    for (int k = 0; k < 3; ++k) {
      for (const auto& [p, q] : {std::pair{far_a, a}, std::pair{a, b}, std::pair{b, far_b}})
        crossings += crosses(way[k], way[k + 1], p, q);
    }
    EXPECT_EQ(crossings % 2, 0) << i;
  }
}

TEST(Meeting, IsFoundWhereSegmentsCrossTouchOrOverlap) {
  const auto crossing = meeting_of({0.0, 0.0}, {10.0, 0.0}, {4.0, -2.0}, {4.0, 6.0});
  ASSERT_TRUE(crossing.has_value());
  EXPECT_DOUBLE_EQ(crossing->on_first, 0.4);
  EXPECT_DOUBLE_EQ(crossing->on_second, 0.25);
  EXPECT_DOUBLE_EQ(meeting_of({0.0, 0.0}, {10.0, 0.0}, {4.0, 0.0}, {4.0, 6.0})->on_first, 0.4);
  EXPECT_DOUBLE_EQ(meeting_of({0.0, 0.0}, {10.0, 0.0}, {20.0, 0.0}, {5.0, 0.0})->on_first, 0.5);
  EXPECT_DOUBLE_EQ(meeting_of({6.0, 0.0}, {6.0, 0.0}, {0.0, 0.0}, {10.0, 0.0})->on_second, 0.6);
}

TEST(Meeting, IsNotFoundWhereSegmentsAreApart) {
  EXPECT_FALSE(meeting_of({0.0, 0.0}, {10.0, 0.0}, {11.0, -2.0}, {11.0, 6.0}).has_value());
  EXPECT_FALSE(meeting_of({0.0, 0.0}, {10.0, 0.0}, {11.0, 0.0}, {12.0, 0.0}).has_value());
  EXPECT_FALSE(meeting_of({0.0, 0.0}, {10.0, 0.0}, {0.0, 1.0}, {10.0, 1.0}).has_value());
  EXPECT_FALSE(meeting_of({5.0, 1.0}, {5.0, 1.0}, {0.0, 0.0}, {10.0, 0.0}).has_value());
}

}  // namespace
}  // namespace haulwatch::geo
