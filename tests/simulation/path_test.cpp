#include <haulwatch/simulation/path.hpp>
#include <haulwatch/simulation/road_network.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace haulwatch::simulation {
namespace {

/// A road east from the origin, and one north from its end.
struct TwoRoads {
  RoadNetwork network;
  NodeIndex west = network.add_junction({0, 0});
  NodeIndex corner = network.add_junction({400, 0});
  NodeIndex north = network.add_junction({400, 400});
  RoadIndex first = network.add_road(west, corner, RoadClass::local, {{{0, 0}, 13.9}, {{400, 0}, 13.9}});
  RoadIndex second = network.add_road(corner, north, RoadClass::local, {{{400, 0}, 11.1}, {{400, 400}, 11.1}});
};

double jump_between(const PathElement& before, const PathElement& after) {
  const geo::LocalPoint end =
      before.from + way_displacement(before.heading_rad, before.curvature_per_m, before.length_m);
  return geo::distance(end, after.from);
}

double turn_between(const PathElement& before, const PathElement& after) {
  const double end = before.heading_rad + before.curvature_per_m * before.length_m;
  return std::abs(std::remainder(after.heading_rad - end, 2.0 * std::numbers::pi));
}

void expect_smooth(const Path& path) {
  for (std::size_t i = 1; i < path.size(); ++i) {
    EXPECT_LT(jump_between(path[i - 1], path[i]), 1e-6) << "element " << i;
    EXPECT_LT(turn_between(path[i - 1], path[i]), 1e-6) << "element " << i;
  }
}

TEST(RoadNetwork, KeepsTheLengthOfARoadThatIsSplit) {
  TwoRoads roads;

  const NodeIndex middle = roads.network.split(roads.first, 150.0);

  EXPECT_EQ(roads.network.junction(middle).at, (geo::LocalPoint{150, 0}));
  EXPECT_NEAR(roads.network.road(roads.first).length_m, 150.0, 1e-9);
  EXPECT_NEAR(roads.network.roads().back().length_m, 250.0, 1e-9);
  EXPECT_EQ(roads.network.roads().back().to, roads.corner);
}

TEST(WayHome, LeadsOverEachRoadToItsDestination) {
  const TwoRoads roads;
  const WayHome home{roads.network, roads.north};

  RoadWay way;
  ASSERT_TRUE(home.append_way(roads.network, roads.west, way));

  ASSERT_EQ(way.size(), 2U);
  EXPECT_EQ(way[0].road, roads.first);
  EXPECT_EQ(way[1].road, roads.second);
  EXPECT_NEAR(length_of(way), 800.0, 1e-9);
}

TEST(WayHome, SaysWhenThereIsNoWay) {
  TwoRoads roads;
  const NodeIndex island = roads.network.add_junction({9000, 0});
  RoadWay way;

  EXPECT_FALSE((WayHome{roads.network, roads.north}.append_way(roads.network, island, way)));
}

TEST(Path, RoundsACornerAndKeepsRightOfTheMiddle) {
  const TwoRoads roads;
  RoadWay way;
  WayHome{roads.network, roads.north}.append_way(roads.network, roads.west, way);
  WayPoints points;
  append_way_points(roads.network, way, points);
  Path path;

  make_path({{-30, -2.1}, std::numbers::pi / 2}, points, 9.0, path);

  expect_smooth(path);
  EXPECT_GT(end_of(path).at.x, 401.0) << "northbound, right is east";
  EXPECT_NEAR(end_of(path).at.y, 400.0, 1e-6);
  EXPECT_NEAR(end_of(path).heading_rad, 0.0, 1e-6);
}

TEST(Path, SetsOutInTheDirectionOfTheBodyAndTurnsTowardsItsFirstVertex) {
  Path path;

  make_path({{0, 0}, std::numbers::pi}, {{.at = {50, 200}, .limit_mps = 5}}, 9.0, path);

  expect_smooth(path);
  EXPECT_NEAR(std::remainder(path.front().heading_rad - std::numbers::pi, 2 * std::numbers::pi), 0.0, 1e-9);
  EXPECT_LT(geo::distance(end_of(path).at, {50, 200}), 1e-6);
}

TEST(Path, SwingsRoundAHairpinWithoutAJumpInHeading) {
  Path path;
  const WayPoints there_and_back{{.at = {0, 100}, .radius_m = 12, .limit_mps = 10},
                                 {.at = {0, 300}, .radius_m = 12, .limit_mps = 10},
                                 {.at = {1, 100}, .radius_m = 12, .limit_mps = 10}};

  make_path({{0, 0}, 0.0}, there_and_back, 9.0, path);

  expect_smooth(path);
  EXPECT_LT(geo::distance(end_of(path).at, {1, 100}), 1e-6);
}

TEST(Path, PutsANewVertexWhereItIsAskedTo) {
  WayPoints points{{.at = {0, 0}}, {.at = {100, 0}}, {.at = {100, 100}}};

  const std::size_t index = insert_way_point(points, 130.0);

  ASSERT_EQ(points.size(), 4U);
  EXPECT_EQ(index, 2U);
  EXPECT_LT(geo::distance(points[2].at, {100, 30}), 1e-9);
}

}  // namespace
}  // namespace haulwatch::simulation
