#include <haulwatch/geo/corridor_index.hpp>

#include <haulwatch/error.hpp>

#include "geo/shapes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <tuple>

namespace haulwatch::geo {
namespace {

using test::Dice;
using test::nearest_by_brute_force;
using test::plain_segments;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double rounding_m = 1e-6;

std::string text(const std::optional<CorridorPosition>& p) {
  if (!p) return "nothing";
  return std::to_string(p->route) + '/' + std::to_string(p->segment) + " at " + std::to_string(p->chainage_m) + ", " +
         std::to_string(p->distance_m) + " m";
}

/// "" when both say the same place: a segment's end may be called the next one's start when rounding decides.
std::string difference(const std::optional<CorridorPosition>& found, const std::optional<CorridorPosition>& truth) {
  if (found.has_value() != truth.has_value()) return "found " + text(found) + ", truth " + text(truth);
  if (!found) return "";
  const bool same_segment = found->route == truth->route && found->segment == truth->segment;
  const bool same = std::abs(found->distance_m - truth->distance_m) < rounding_m &&
                    (same_segment ? std::abs(found->chainage_m - truth->chainage_m) < 1e-5 &&
                                        std::abs(found->along - truth->along) < 1e-6 &&
                                        distance(found->direction, truth->direction) < 1e-9
                                  : std::abs(found->distance_m - truth->distance_m) < 1e-9);
  return same ? "" : "found " + text(found) + ", truth " + text(truth);
}

/// Routes that bend, go out and back over the same points, cross themselves, repeat vertices, and come in pieces.
std::vector<CorridorShape> some_routes(Dice& dice, int count, double spread) {
  std::vector<CorridorShape> routes;
  for (int i = 0; i < count; ++i) {
    CorridorShape route{{}, dice.between(20.0, 80.0), dice.whole(0, 1) == 1};
    const int lines = dice.whole(1, 3);
    for (int k = 0; k < lines; ++k) {
      Polyline line = test::some_line(dice, dice.point({}, spread), 150.0, dice.whole(1, 60));
      if (dice.whole(0, 2) == 0) line.insert(line.end(), line.rbegin(), line.rend());
      if (dice.whole(0, 2) == 0) line.insert(line.begin() + 1, line.front());
      route.lines.push_back(line);
    }
    routes.push_back(route);
  }
  return routes;
}

LocalPoint near_some_route(Dice& dice, const std::vector<CorridorShape>& routes) {
  const CorridorShape& route = routes[static_cast<std::size_t>(dice.whole(0, static_cast<int>(routes.size()) - 1))];
  const Polyline& line = route.lines[0];
  const LocalPoint v = line[static_cast<std::size_t>(dice.whole(0, static_cast<int>(line.size()) - 1))];
  return dice.whole(0, 4) == 0 ? v : dice.point(v, 150.0);
}

class CorridorIndexOfSeed : public testing::TestWithParam<std::uint64_t> {};

TEST_P(CorridorIndexOfSeed, FindsTheNearestOfAllRoutesAsBruteForceDoes) {
  Dice dice{GetParam()};
  const auto routes = some_routes(dice, 12, 4000.0);
  const CorridorIndex index{routes};
  for (int i = 0; i < 1000; ++i) {
    const LocalPoint p = dice.whole(0, 1) == 0 ? near_some_route(dice, routes) : dice.point({}, 20000.0);
    for (const double most : {1e-6, 50.0, 700.0, infinity})
      EXPECT_EQ(difference(index.nearest(p, most), nearest_by_brute_force(routes, p, most)), "") << i << ' ' << most;
  }
}

TEST_P(CorridorIndexOfSeed, FindsTheNearestOnEachRouteAsBruteForceDoes) {
  Dice dice{GetParam()};
  const auto routes = some_routes(dice, 12, 4000.0);
  const CorridorIndex index{routes};
  for (int i = 0; i < 1000; ++i) {
    const LocalPoint p = near_some_route(dice, routes);
    const auto route = static_cast<std::uint32_t>(dice.whole(0, 11));
    auto truth = nearest_by_brute_force({routes[route]}, p);
    if (truth) truth->route = route;
    EXPECT_EQ(difference(index.nearest_on_route(route, p), truth), "") << i;
  }
}

TEST_P(CorridorIndexOfSeed, FindsTheNearestAmongSomeRoutesInWhateverOrderTheyAreNamed) {
  Dice dice{GetParam()};
  const auto routes = some_routes(dice, 12, 4000.0);
  const CorridorIndex index{routes};
  const std::array<std::uint32_t, 3> named{7, 2, 4};
  const std::array<std::uint32_t, 3> other{4, 7, 2};
  for (int i = 0; i < 1000; ++i) {
    const LocalPoint p = near_some_route(dice, routes);
    const auto truth = nearest_by_brute_force({routes[2], routes[4], routes[7]}, p);
    const auto found = index.nearest_among(named, p);
    ASSERT_TRUE(found && truth);
    EXPECT_EQ(found->route, (std::array<std::uint32_t, 3>{2, 4, 7}[truth->route]));
    EXPECT_EQ(found->distance_m, index.nearest_among(other, p)->distance_m);
    EXPECT_EQ(found->segment, index.nearest_among(other, p)->segment);
    EXPECT_NEAR(found->distance_m, truth->distance_m, rounding_m);
  }
}

TEST_P(CorridorIndexOfSeed, OffersEverySegmentWithinARadius) {
  Dice dice{GetParam()};
  const auto routes = some_routes(dice, 12, 2000.0);
  const CorridorIndex index{routes};
  for (int i = 0; i < 300; ++i) {
    const LocalPoint p = near_some_route(dice, routes);
    const double radius = dice.between(0.0, 400.0);
    std::vector<std::tuple<std::uint32_t, std::uint32_t>> truth;
    for (std::uint32_t r = 0; r < routes.size(); ++r)
      for (const auto& s : plain_segments(routes[r]))
        if (test::on_plain_segment(r, s, p).distance_m <= radius) truth.emplace_back(r, s.number);
    std::vector<std::tuple<std::uint32_t, std::uint32_t>> all;
    std::vector<std::tuple<std::uint32_t, std::uint32_t>> one_by_one;
    index.for_each_within(p, radius, [&](const CorridorPosition& c) { all.emplace_back(c.route, c.segment); });
    for (std::uint32_t r = 0; r < routes.size(); ++r)
      index.for_each_within(r, p, radius,
                            [&](const CorridorPosition& c) { one_by_one.emplace_back(c.route, c.segment); });
    std::sort(all.begin(), all.end());
    EXPECT_EQ(all, truth) << i;
    EXPECT_EQ(one_by_one, truth) << i;
  }
}

/// What `match_near_cursor` promises, step by step over the plain segments of the route.
CorridorPosition follow_by_brute_force(const CorridorShape& route, const CorridorPosition& cursor, LocalPoint p) {
  const auto segments = plain_segments(route);
  std::size_t at = 0;
  while (segments[at].number != cursor.segment) ++at;
  const auto beyond = [&](std::size_t i) {
    const LocalPoint d = segments[i].b - segments[i].a;
    return squared_norm(d) > 0.0 ? dot(p - segments[i].a, d) / squared_norm(d) : 0.0;
  };
  CorridorPosition best = test::on_plain_segment(cursor.route, segments[at], p);
  for (std::size_t i = at, steps = 0; beyond(i) > 1.0 && steps < 4 && i + 1 < segments.size(); ++steps) {
    const CorridorPosition here = test::on_plain_segment(cursor.route, segments[++i], p);
    if (here.distance_m < best.distance_m) best = here;
  }
  if (beyond(at) < 0.0 && at > 0) {
    const CorridorPosition before = test::on_plain_segment(cursor.route, segments[at - 1], p);
    if (before.distance_m <= best.distance_m) best = before;
  }
  return best;
}

TEST_P(CorridorIndexOfSeed, FollowsACursorAsItsDocumentSays) {
  Dice dice{GetParam()};
  const auto routes = some_routes(dice, 12, 2000.0);
  const CorridorIndex index{routes};
  for (int i = 0; i < 3000; ++i) {
    const auto cursor = index.nearest(near_some_route(dice, routes), infinity);
    ASSERT_TRUE(cursor.has_value());
    const LocalPoint p = dice.point(near_some_route(dice, routes), 300.0);
    const CorridorPosition truth = follow_by_brute_force(routes[cursor->route], *cursor, p);
    EXPECT_EQ(difference(index.match_near_cursor(*cursor, p), truth), "") << i;
  }
}

TEST_P(CorridorIndexOfSeed, FollowsADriveWithoutLosingTheNearestPlace) {
  Dice dice{GetParam()};
  const CorridorShape route{{test::some_line(dice, {}, 200.0, 200)}, 50.0, false};
  const CorridorIndex index{{route}};
  CorridorPosition cursor = *index.nearest_on_route(0, route.lines[0][0]);
  double chainage = 0.0;
  for (const auto& s : plain_segments(route))
    for (double t = 0.0; t < 1.0; t += 0.25) {
      const LocalPoint p = s.a + t * (s.b - s.a);
      cursor = index.match_near_cursor(cursor, p);
      EXPECT_LT(cursor.distance_m, 1e-6);
      EXPECT_GE(cursor.chainage_m, chainage - 1e-6);
      chainage = cursor.chainage_m;
    }
  EXPECT_NEAR(chainage, index.length_m(0), 60.0);
}

TEST_P(CorridorIndexOfSeed, IsTheSameInAMirror) {
  Dice dice{GetParam()};
  const auto routes = some_routes(dice, 8, 2000.0);
  auto mirrored = routes;
  for (CorridorShape& route : mirrored)
    for (Polyline& line : route.lines)
      for (LocalPoint& v : line) v.y = -v.y;
  const CorridorIndex index{routes};
  const CorridorIndex other{mirrored};
  for (int i = 0; i < 1000; ++i) {
    const LocalPoint p = near_some_route(dice, routes);
    const auto here = index.nearest(p, infinity);
    const auto there = other.nearest({p.x, -p.y}, infinity);
    EXPECT_EQ(here->route, there->route);
    EXPECT_EQ(here->segment, there->segment);
    EXPECT_EQ(here->distance_m, there->distance_m);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, CorridorIndexOfSeed, testing::Range<std::uint64_t>(300, 306));

TEST(CorridorIndex, MeasuresToSegmentsNotToVertices) {
  const CorridorIndex index{{{{{{0, 0}, {1000, 0}}}, 50.0, false}}};
  const auto found = index.nearest({500, 30}, 50.0);
  ASSERT_TRUE(found.has_value());
  EXPECT_DOUBLE_EQ(found->distance_m, 30.0);
  EXPECT_DOUBLE_EQ(found->chainage_m, 500.0);
  EXPECT_DOUBLE_EQ(found->along, 0.5);
  EXPECT_EQ(found->direction, (LocalPoint{1, 0}));
}

TEST(CorridorIndex, PrefersTheSmallerRouteThenTheSmallerSegmentBetweenEquals) {
  const Polyline out_and_back{{0, 0}, {100, 0}, {200, 0}, {100, 0}, {0, 0}};
  const CorridorIndex index{{{{out_and_back}, 50.0, false}, {{out_and_back}, 50.0, false}}};
  EXPECT_EQ(index.nearest({50, 10}, 50.0)->route, 0U);
  EXPECT_EQ(index.nearest({50, 10}, 50.0)->segment, 0U);
  EXPECT_EQ(index.nearest({100, 10}, 50.0)->segment, 0U);
  EXPECT_EQ(index.nearest_on_route(1, {150, 10})->segment, 1U);
}

TEST(CorridorIndex, OffersTheWayOutAndTheWayBack) {
  const CorridorIndex index{{{{{{0, 0}, {1000, 0}, {1000, 10}, {0, 10}}}, 50.0, false}}};
  std::vector<double> headings;
  index.for_each_within(0, {500, 5}, 50.0, [&](const CorridorPosition& c) { headings.push_back(c.direction.x); });
  EXPECT_THAT(headings, ElementsAre(1.0, -1.0));
}

TEST(CorridorIndex, CountsNoLengthBetweenTheLinesOfARoute) {
  const CorridorIndex index{{{{{{0, 0}, {100, 0}}, {}, {{500, 0}, {600, 0}, {600, 50}}}, 50.0, true}}};
  EXPECT_DOUBLE_EQ(index.length_m(0), 250.0);
  EXPECT_DOUBLE_EQ(index.nearest({550, 1}, 10.0)->chainage_m, 150.0);
  EXPECT_FALSE(index.nearest({300, 0}, 100.0).has_value());
  EXPECT_EQ(index.match_near_cursor(*index.nearest({90, 0}, 10.0), {520, 3}).chainage_m, 120.0);
  EXPECT_TRUE(index.one_way(0));
  EXPECT_EQ(index.half_width_m(0), 50.0);
}

TEST(CorridorIndex, TakesALineOfOnePlaceForAPoint) {
  const CorridorIndex index{{{{{{5, 5}, {5, 5}, {5, 5}}}, 50.0, false}, {{{{50, 5}}}, 50.0, false}}};
  EXPECT_EQ(index.nearest({8, 9}, 50.0)->distance_m, 5.0);
  EXPECT_EQ(index.nearest({53, 9}, 50.0)->route, 1U);
  EXPECT_EQ(index.length_m(0), 0.0);
  EXPECT_EQ(index.nearest({8, 9}, 50.0)->direction, LocalPoint{});
}

TEST(CorridorIndex, PassesOverRepeatedVertices) {
  const CorridorIndex index{{{{{{0, 0}, {0, 0}, {100, 0}, {100, 0}, {100, 0}, {100, 100}}}, 50.0, false}}};
  CorridorPosition cursor = *index.nearest({1, 0}, 10.0);
  cursor = index.match_near_cursor(cursor, {101, 60});
  EXPECT_EQ(cursor.segment, 1U);
  EXPECT_DOUBLE_EQ(cursor.chainage_m, 160.0);
}

TEST(CorridorIndex, FindsNothingWithoutRoutesOrSegments) {
  const CorridorIndex none;
  EXPECT_EQ(none.route_count(), 0U);
  EXPECT_FALSE(none.nearest({0, 0}, infinity).has_value());
  const CorridorIndex bare{{{{}, 50.0, false}, {{{}}, 50.0, false}}};
  EXPECT_FALSE(bare.nearest({0, 0}, infinity).has_value());
  EXPECT_FALSE(bare.nearest_on_route(1, {0, 0}).has_value());
  EXPECT_EQ(bare.length_m(0), 0.0);
}

TEST(CorridorIndex, IsNeverNearNotANumber) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const CorridorIndex index{{{{{{0, 0}, {1000, 0}}}, 50.0, false}}};
  const CorridorPosition cursor = *index.nearest({1, 1}, 10.0);
  for (const LocalPoint p : {LocalPoint{nan, 0}, LocalPoint{0, nan}}) {
    EXPECT_FALSE(index.nearest(p, infinity).has_value());
    EXPECT_FALSE(index.nearest_on_route(0, p).has_value());
    EXPECT_FALSE(index.match_near_cursor(cursor, p).distance_m <= 1e9);
    int candidates = 0;
    index.for_each_within(p, infinity, [&](const CorridorPosition&) { ++candidates; });
    index.for_each_within(0, p, infinity, [&](const CorridorPosition&) { ++candidates; });
    EXPECT_EQ(candidates, 0);
  }
  EXPECT_FALSE(index.nearest({1, 1}, nan).has_value());
}

TEST(CorridorIndex, RefusesVerticesThatAreNowhere) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW((CorridorIndex{{{{{{0, 0}, {nan, 0}}}, 50.0, false}}}), Error);
}

}  // namespace
}  // namespace haulwatch::geo
