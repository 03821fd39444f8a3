#include <haulwatch/geo/place_index.hpp>

#include <haulwatch/error.hpp>

#include "geo/shapes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <utility>

namespace haulwatch::geo {
namespace {

using test::Dice;
using test::near_by_brute_force;
using test::near_by_index;
using test::rectangle;
using testing::IsEmpty;
using testing::SizeIs;

constexpr double band = PlaceIndex::band_m;
/// An edge met exactly is inside; one met up to rounding may be either.
constexpr double rounding_m = 1e-7;

/// "" when the index agrees with the search through all edges, else what differs.
std::string difference_at(const PlaceIndex& index, const std::vector<MultiPolygon>& areas, LocalPoint p) {
  const std::vector<AreaHit> truth = near_by_brute_force(areas, p);
  const std::vector<AreaHit> found = near_by_index(index, p);
  const auto text = [](const std::vector<AreaHit>& hits) {
    std::string all;
    for (const AreaHit& hit : hits) all += " " + std::to_string(hit.area) + ":" + std::to_string(hit.signed_distance_m);
    return all;
  };
  bool same = truth.size() == found.size();
  for (std::size_t i = 0; same && i < truth.size(); ++i)
    same = truth[i].area == found[i].area &&
           std::abs(truth[i].signed_distance_m - found[i].signed_distance_m) <= rounding_m;
  if (same && index.nothing_near(p) && !truth.empty()) return "nothing_near, but" + text(truth);
  if (same) return "";
  return "at " + std::to_string(p.x) + ' ' + std::to_string(p.y) + " found" + text(found) + ", truth" + text(truth);
}

/// Points where indices go wrong: on vertices, edges, the limits of the band, borders of cells.
std::vector<LocalPoint> awkward_points(Dice& dice, const std::vector<MultiPolygon>& areas) {
  std::vector<LocalPoint> points;
  const auto on_grid = [](double x) { return std::round(x / 64.0) * 64.0; };
  for (const MultiPolygon& area : areas)
    test::for_each_edge(area, [&](LocalPoint a, LocalPoint b) {
      const LocalPoint m = 0.5 * (a + b);
      const double length = distance(a, b);
      if (length == 0.0) return;
      const LocalPoint side = (1.0 / length) * LocalPoint{a.y - b.y, b.x - a.x};
      for (const double d : {0.0, band, -band, std::nextafter(band, 0.0), -std::nextafter(band, 0.0), 1e-9, -1e-9})
        points.push_back(m + d * side);
      points.push_back(a);
      points.push_back({on_grid(a.x), on_grid(a.y)});
      points.push_back({on_grid(m.x), m.y});
      points.push_back({m.x, on_grid(m.y)});
      points.push_back({std::nextafter(on_grid(a.x), a.x), a.y});
      points.push_back(dice.point(m, 200.0));
    });
  return points;
}

class PlaceIndexOfSeed : public testing::TestWithParam<std::uint64_t> {};

TEST_P(PlaceIndexOfSeed, AgreesWithBruteForceAtRandomAndAwkwardPoints) {
  Dice dice{GetParam()};
  const auto areas = test::some_areas(dice, 25, 8000.0);
  const PlaceIndex index{areas};
  for (const LocalPoint p : awkward_points(dice, areas)) EXPECT_EQ(difference_at(index, areas, p), "");
  for (int i = 0; i < 5000; ++i) EXPECT_EQ(difference_at(index, areas, dice.point({}, 12000.0)), "");
}

TEST_P(PlaceIndexOfSeed, AgreesWithBruteForceWhenMostBlocksAreLeftToTheTree) {
  Dice dice{GetParam()};
  const auto areas = test::some_areas(dice, 25, 8000.0);
  for (const std::size_t most_blocks : {0U, 3U}) {
    const PlaceIndex index{areas, {}, most_blocks};
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(difference_at(index, areas, dice.point({}, 12000.0)), "");
  }
}

TEST_P(PlaceIndexOfSeed, ClearanceIsALowerBound) {
  Dice dice{GetParam()};
  const auto areas = test::some_areas(dice, 8, 6000.0);
  const std::vector<Polyline> lines{test::some_line(dice, dice.point({}, 4000.0), 300.0, 6)};
  const PlaceIndex index{areas, lines};
  for (int i = 0; i < 20000; ++i) {
    const LocalPoint p = dice.point({}, 12000.0);
    const double clearance = index.clearance_m(p);
    if (clearance <= 0.0) continue;
    for (std::size_t a = 0; a < areas.size(); ++a)
      EXPECT_GE(std::abs(signed_distance_m(areas[a], p)) - band, clearance) << p.x << ' ' << p.y;
    for (std::size_t v = 1; v < lines[0].size(); ++v)
      EXPECT_GE(std::sqrt(nearest_on_segment(p, lines[0][v - 1], lines[0][v]).squared_distance_m2), clearance);
  }
}

TEST_P(PlaceIndexOfSeed, IsTheSameInAMirror) {
  Dice dice{GetParam()};
  const auto areas = test::some_areas(dice, 15, 5000.0);
  for (const auto& [kx, ky] : {std::pair{-1.0, 1.0}, std::pair{1.0, -1.0}}) {
    const auto turned = [kx = kx, ky = ky](LocalPoint p) { return LocalPoint{kx * p.x, ky * p.y}; };
    auto mirrored = areas;
    for (MultiPolygon& area : mirrored)
      for (Polygon& part : area) {
        for (LocalPoint& v : part.outer) v = turned(v);
        for (Ring& hole : part.holes)
          for (LocalPoint& v : hole) v = turned(v);
      }
    const PlaceIndex index{areas};
    const PlaceIndex other{mirrored};
    for (int i = 0; i < 3000; ++i) {
      const LocalPoint p = dice.point({}, 8000.0);
      const auto here = near_by_index(index, p);
      const auto there = near_by_index(other, turned(p));
      ASSERT_EQ(here.size(), there.size());
      for (std::size_t k = 0; k < here.size(); ++k) {
        EXPECT_EQ(here[k].area, there[k].area);
        EXPECT_EQ(here[k].signed_distance_m, there[k].signed_distance_m);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, PlaceIndexOfSeed, testing::Range<std::uint64_t>(100, 108));

TEST(PlaceIndex, AgreesWithBruteForceOnShapesDrawnOnCellBorders) {
  const std::vector<MultiPolygon> areas{
      {{rectangle(0, 0, 64, 64), {}}},
      {{rectangle(-640, -640, 640, 640), {rectangle(-320, -320, 320, 320)}}},
      {{rectangle(32, 32, 4096, 4096), {}}},
      {{{{0, 0}, {4096, 0}, {4096, 0}, {4096, 64}, {0, 64}, {0, 64}}, {}}},
      {{rectangle(640, -640, 704, 640), {}}, {rectangle(704, -640, 768, 640), {}}},
  };
  const PlaceIndex index{areas};
  for (double x = -800; x <= 900; x += 16)
    for (double y = -800; y <= 900; y += 16) EXPECT_EQ(difference_at(index, areas, {x, y}), "");
  for (double x = 3900; x <= 4300; x += 8)
    for (double y = 3900; y <= 4300; y += 8) EXPECT_EQ(difference_at(index, areas, {x, y}), "");
}

TEST(PlaceIndex, LeavesOutAnAreaExactlyTheBandAway) {
  const PlaceIndex index{{{{rectangle(0, 0, 100, 100), {}}}}};
  EXPECT_THAT(near_by_index(index, {-band, 50}), IsEmpty());
  EXPECT_THAT(near_by_index(index, {-std::nextafter(band, 0.0), 50}), SizeIs(1));
}

TEST(PlaceIndex, ClipsDepthToTheBand) {
  const PlaceIndex index{{{{rectangle(0, 0, 10000, 10000), {}}}}};
  for (const double x : {band, band + 1e-6, 5000.0}) {
    const auto hits = near_by_index(index, {x, 5000});
    ASSERT_THAT(hits, SizeIs(1));
    EXPECT_EQ(hits[0].signed_distance_m, -band);
  }
}

TEST(PlaceIndex, HandlesAPolygonOfTenThousandVertices) {
  Dice dice{7};
  const std::vector<MultiPolygon> areas{{{test::star(dice, {}, 20000.0, 20300.0, 10000), {}}}};
  const PlaceIndex index{areas};
  for (int i = 0; i < 2000; ++i) {
    const double angle = dice.between(0.0, 6.2831853);
    const double radius = dice.between(19800.0, 20500.0);
    EXPECT_EQ(difference_at(index, areas, {radius * std::cos(angle), radius * std::sin(angle)}), "");
  }
  for (int i = 0; i < 500; ++i) EXPECT_EQ(difference_at(index, areas, dice.point({}, 25000.0)), "");
}

TEST(PlaceIndex, NamesEveryAreaOfAManyLayeredPlace) {
  std::vector<MultiPolygon> areas;
  for (int i = 0; i < 400; ++i) {
    const double half = 100.0 + 7.0 * i;
    areas.push_back({{rectangle(-half, -half, half, half), {}}});
  }
  for (const std::size_t most_blocks : {0U, 1000U}) {
    const PlaceIndex index{areas, {}, most_blocks};
    Dice dice{8};
    for (int i = 0; i < 300; ++i) EXPECT_EQ(difference_at(index, areas, dice.point({}, 3500.0)), "");
  }
}

TEST(PlaceIndex, HoldsZonesAllOverTheGlobeInLittleMemory) {
  Dice dice{9};
  const LocalFrame frame{{121.0, 30.7}};
  std::vector<MultiPolygon> areas;
  for (int i = 0; i < 1000; ++i) {
    const LonLat place{dice.between(-180.0, 180.0), dice.between(-60.0, 70.0)};
    areas.push_back(test::some_area(dice, frame.to_local(place), 500.0));
  }
  const PlaceIndex index{areas};
  EXPECT_LT(index.memory_bytes(), std::size_t{64} << 20U);
  for (const MultiPolygon& area : areas)
    EXPECT_EQ(difference_at(index, areas, dice.point(area[0].outer[0], 300.0)), "");
  for (int i = 0; i < 300; ++i) EXPECT_EQ(difference_at(index, areas, dice.point({}, 2e7)), "");
}

TEST(PlaceIndex, KnowsTheInsideOfAContinentByItsBorder) {
  const std::vector<MultiPolygon> areas{{{rectangle(-2e6, -1.5e6, 2e6, 1.5e6), {rectangle(-3e5, -3e5, 3e5, 3e5)}}},
                                        {{rectangle(1e6, 1e6, 1.0005e6, 1.0005e6), {}}}};
  const PlaceIndex index{areas};
  EXPECT_LT(index.memory_bytes(), std::size_t{128} << 20U);
  Dice dice{10};
  for (int i = 0; i < 20000; ++i) EXPECT_EQ(difference_at(index, areas, dice.point({}, 2.5e6)), "");
  for (int i = 0; i < 2000; ++i) EXPECT_EQ(difference_at(index, areas, dice.point({1e6, 1e6}, 1000.0)), "");
}

TEST(PlaceIndex, AnswersAtHighLatitudesAndAcrossTheAntimeridian) {
  for (const LonLat origin : {LonLat{25.0, 60.0}, LonLat{18.0, 80.0}, LonLat{179.98, 66.0}}) {
    const LocalFrame frame{origin};
    Ring ring;
    for (const LonLat v : {LonLat{-0.02, -0.01}, LonLat{0.05, -0.01}, LonLat{0.05, 0.01}, LonLat{-0.02, 0.01}}) {
      const double lon = origin.lon + v.lon;
      ring.push_back(frame.to_local({lon > 180.0 ? lon - 360.0 : lon, origin.lat + v.lat}));
    }
    const std::vector<MultiPolygon> areas{{{ring, {}}}};
    const PlaceIndex index{areas};
    Dice dice{11};
    for (int i = 0; i < 3000; ++i) EXPECT_EQ(difference_at(index, areas, dice.point({}, 6000.0)), "");
    const double east = origin.lon + 0.04;
    EXPECT_THAT(near_by_index(index, frame.to_local({east > 180.0 ? east - 360.0 : east, origin.lat})), SizeIs(1));
  }
}

TEST(PlaceIndex, FindsNothingWhereNothingIsRegistered) {
  for (const PlaceIndex& index : {PlaceIndex{}, PlaceIndex{{}, {}}, PlaceIndex{{{}}, {{}, {{5.0, 5.0}}}}}) {
    EXPECT_TRUE(index.nothing_near({0.0, 0.0}));
    EXPECT_TRUE(index.nothing_near({1e12, -1e12}));
    EXPECT_GT(index.clearance_m({3.0, 4.0}), 0.0);
    EXPECT_THAT(near_by_index(index, {0.0, 0.0}), IsEmpty());
    EXPECT_THAT(test::areas_crossed(index, {0.0, 0.0}, {1e6, 1e6}), IsEmpty());
    EXPECT_THAT(test::lines_crossed(index, {0.0, 0.0}, {1e6, 1e6}), IsEmpty());
  }
}

TEST(PlaceIndex, FindsNothingAtNotANumber) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double inf = std::numeric_limits<double>::infinity();
  const PlaceIndex index{{{{rectangle(-1e5, -1e5, 1e5, 1e5), {}}}}, {{{-10.0, 0.0}, {10.0, 0.0}}}};
  for (const LocalPoint p : {LocalPoint{nan, 0.0}, LocalPoint{0.0, nan}, LocalPoint{nan, nan}}) {
    EXPECT_TRUE(index.nothing_near(p));
    EXPECT_EQ(index.clearance_m(p), 0.0);
    EXPECT_THAT(near_by_index(index, p), IsEmpty());
    EXPECT_TRUE(std::isnan(index.signed_distance(0, p)));
    EXPECT_THAT(test::areas_crossed(index, p, {0.0, 0.0}), IsEmpty());
    EXPECT_THAT(test::areas_crossed(index, {0.0, 0.0}, p), IsEmpty());
    EXPECT_THAT(test::lines_crossed(index, {0.0, -1.0}, p), IsEmpty());
  }
  EXPECT_THAT(near_by_index(index, {inf, -inf}), IsEmpty());
  EXPECT_THAT(test::areas_crossed(index, {0.0, 0.0}, {inf, 0.0}), IsEmpty());
}

TEST(PlaceIndex, RefusesShapesThatAreNowhere) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW((PlaceIndex{{{{{{0, 0}, {nan, 1}, {1, 1}}, {}}}}}), Error);
  EXPECT_THROW((PlaceIndex{{}, {{{0, 0}, {1e9, 1}}}}), Error);
}

TEST(PlaceIndex, TellsTheUnclippedDistanceOfOneArea) {
  Dice dice{12};
  const auto areas = test::some_areas(dice, 20, 8000.0);
  const PlaceIndex index{areas};
  for (int i = 0; i < 5000; ++i) {
    const LocalPoint p = dice.point({}, 30000.0);
    const auto area = static_cast<AreaIndex>(dice.whole(0, 19));
    EXPECT_EQ(index.signed_distance(area, p), signed_distance_m(areas[area], p));
  }
}

TEST(PlaceIndex, AnswersAfterItWasMoved) {
  PlaceIndex index{{{{rectangle(0, 0, 100, 100), {}}}}};
  const PlaceIndex moved = std::move(index);
  EXPECT_EQ(moved.area_count(), 1U);
  EXPECT_THAT(near_by_index(moved, {50.0, 50.0}), SizeIs(1));
}

}  // namespace
}  // namespace haulwatch::geo
