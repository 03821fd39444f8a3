#include <haulwatch/geo/corridor_index.hpp>
#include <haulwatch/geo/place_index.hpp>

#include "geo/shapes.hpp"
#include "support/counted_allocations.hpp"

#include <gtest/gtest.h>

#include <array>

namespace haulwatch::geo {
namespace {

TEST(PlaceIndex, AllocatesNothingInAnyQuery) {
  test::Dice dice{61};
  const auto areas = test::some_areas(dice, 200, 8000.0);
  std::vector<Polyline> lines;
  for (int i = 0; i < 100; ++i) lines.push_back(test::some_line(dice, dice.point({}, 8000.0), 300.0, 10));
  for (const std::size_t most_blocks : {std::size_t{0}, PlaceIndex::default_most_blocks}) {
    const PlaceIndex index{areas, lines, most_blocks};
    double sum = 0.0;
    const long before = haulwatch::test::allocations;
    for (int i = 0; i < 500; ++i) {
      const LocalPoint p = dice.point({}, 9000.0);
      const LocalPoint q = dice.point({}, 9000.0);
      index.for_each_near(p, [&](const AreaHit& hit) { sum += hit.signed_distance_m; });
      index.for_each_area_crossed(p, q, [&](const AreaCrossing& c) { sum += c.depth_m; });
      index.for_each_line_crossed(p, q, [&](const LineCrossing& c) { sum += c.at; });
      sum += index.clearance_m(p) + index.signed_distance(0, p);
    }
    EXPECT_EQ(haulwatch::test::allocations - before, 0) << sum;
  }
}

TEST(CorridorIndex, AllocatesNothingInAnyQuery) {
  test::Dice dice{62};
  std::vector<CorridorShape> routes;
  for (int i = 0; i < 50; ++i)
    routes.push_back({{test::some_line(dice, dice.point({}, 5000.0), 100.0, 200)}, 50.0, false});
  const CorridorIndex index{routes};
  const std::array<std::uint32_t, 3> named{3, 1, 2};
  double sum = 0.0;
  const long before = haulwatch::test::allocations;
  for (int i = 0; i < 500; ++i) {
    const LocalPoint p = dice.point({}, 9000.0);
    const auto nearest = index.nearest(p, 1e9);
    sum += nearest->distance_m + index.nearest_among(named, p)->distance_m;
    sum += index.match_near_cursor(*nearest, dice.point(p, 200.0)).distance_m;
    index.for_each_within(p, 500.0, [&](const CorridorPosition& c) { sum += c.chainage_m; });
  }
  EXPECT_EQ(haulwatch::test::allocations - before, 0) << sum;
}

}  // namespace
}  // namespace haulwatch::geo
