#include <haulwatch/geo/area.hpp>

#include "geo/shapes.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace haulwatch::geo {
namespace {

using test::rectangle;

const MultiPolygon frame_and_island{{rectangle(0, 0, 100, 100), {rectangle(20, 20, 80, 80)}},
                                    {rectangle(40, 40, 60, 60), {}}};

TEST(Area, IsNegativeInsideAndPositiveOutside) {
  EXPECT_EQ(signed_distance_m(frame_and_island, {10.0, 50.0}), -10.0);
  EXPECT_EQ(signed_distance_m(frame_and_island, {-3.0, -4.0}), 5.0);
}

TEST(Area, LeavesOutItsHolesAndHoldsAnIslandInThem) {
  EXPECT_EQ(signed_distance_m(frame_and_island, {30.0, 50.0}), 10.0);
  EXPECT_EQ(signed_distance_m(frame_and_island, {50.0, 50.0}), -10.0);
}

TEST(Area, HoldsItsEdgesAndVertices) {
  for (const LocalPoint p : {LocalPoint{0, 0}, LocalPoint{100, 100}, LocalPoint{0, 37}, LocalPoint{100, 3},
                             LocalPoint{50, 20}, LocalPoint{80, 80}, LocalPoint{40, 60}}) {
    EXPECT_TRUE(contains(frame_and_island, p)) << p.x << ' ' << p.y;
    EXPECT_EQ(signed_distance_m(frame_and_island, p), 0.0);
  }
}

TEST(Area, DoesNotMindOrientationOrRepeatedVertices) {
  MultiPolygon other = frame_and_island;
  for (Polygon& part : other) {
    std::reverse(part.outer.begin(), part.outer.end());
    part.outer.insert(part.outer.begin() + 1, part.outer.front());
  }
  test::Dice dice{41};
  for (int i = 0; i < 2000; ++i) {
    const LocalPoint p{static_cast<double>(dice.whole(-20, 120)), static_cast<double>(dice.whole(-20, 120))};
    EXPECT_NEAR(signed_distance_m(other, p), signed_distance_m(frame_and_island, p), 1e-12);
  }
}

TEST(Area, IsTheSameInAMirror) {
  test::Dice dice{42};
  const MultiPolygon area = test::some_area(dice, {}, 100.0);
  MultiPolygon mirrored = area;
  for (Polygon& part : mirrored) {
    for (LocalPoint& v : part.outer) v.x = -v.x;
    for (Ring& hole : part.holes)
      for (LocalPoint& v : hole) v.x = -v.x;
  }
  for (int i = 0; i < 5000; ++i) {
    const LocalPoint p = dice.point({}, 300.0);
    EXPECT_EQ(signed_distance_m(mirrored, {-p.x, p.y}), signed_distance_m(area, p));
  }
}

TEST(Area, HoldsNoPlaceThatIsNotANumber) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(contains(frame_and_island, {nan, 50.0}));
  EXPECT_FALSE(contains(frame_and_island, {10.0, nan}));
  EXPECT_TRUE(std::isnan(signed_distance_m(frame_and_island, {nan, 50.0})));
}

TEST(Area, WithoutVerticesIsInfinitelyFar) {
  EXPECT_EQ(signed_distance_m({}, {0.0, 0.0}), std::numeric_limits<double>::infinity());
}

}  // namespace
}  // namespace haulwatch::geo
