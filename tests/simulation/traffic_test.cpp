#include <haulwatch/simulation/drive.hpp>
#include <haulwatch/simulation/traffic.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace haulwatch::simulation {
namespace {

/// One straight road of 2 km with a light at its end, and what a truck does on it.
struct LitRoad {
  RoadNetwork network;
  NodeIndex west = network.add_junction({0, 0});
  NodeIndex crossroads = network.add_junction({1000, 0});
  NodeIndex east = network.add_junction({2000, 0});
  RoadIndex first = network.add_road(west, crossroads, RoadClass::local, {{{0, 0}, 13.9}, {{1000, 0}, 13.9}});
  RoadIndex second = network.add_road(crossroads, east, RoadClass::local, {{{1000, 0}, 13.9}, {{2000, 0}, 13.9}});
  TrafficProfile profile{.jam_share_at_peak = 0.0, .jam_share_by_day = 0.0};

  LitRoad() { network.junction(crossroads).light_cycle_s = 100.0; }

  PieceStore store;

  LivedMotion drive(double offset_s) {
    network.junction(crossroads).light_offset_s = offset_s;
    const Traffic traffic{network, profile, 1};
    Random random{4};
    RoadWay way;
    WayHome{network, east}.append_way(network, west, way);
    WayPoints points;
    append_way_points(network, way, points);
    LivedMotion motion{{{-20, 0}, std::numbers::pi / 2}, store};
    traffic.put_onto(points, 0.0, random);
    Path path;
    make_path(motion.pose(), points, 9.0, path);
    Drive{motion, traffic, random}.follow(path, {}, Activity::driving, [](std::uint8_t) {});
    return motion;
  }
};

double standing_s(LivedMotion motion) {
  double seconds = 0.0;
  for (; !motion.empty(); motion.pop())
    if (motion.front().activity == Activity::traffic) seconds += motion.front().motion.duration_s;
  return seconds;
}

TEST(Traffic, IsRedForOneDirectionWhileTheOtherHasGreen) {
  LitRoad road;
  const Traffic traffic{road.network, road.profile, 1};
  const double north = 0.0;
  const double east = std::numbers::pi / 2;

  for (double clock = 0.0; clock < 300.0; clock += 0.5) {
    const bool north_goes = traffic.red_for(road.crossroads, north, clock) <= 0.0;
    const bool east_goes = traffic.red_for(road.crossroads, east, clock) <= 0.0;
    EXPECT_FALSE(north_goes && east_goes) << clock;
  }
}

TEST(Traffic, SaysHowLongRedStillLasts) {
  LitRoad road;
  const Traffic traffic{road.network, road.profile, 1};

  for (double clock = 0.0; clock < 200.0; clock += 7.0) {
    const double red = traffic.red_for(road.crossroads, 0.0, clock);
    if (red <= 0.0) continue;
    EXPECT_GT(traffic.red_for(road.crossroads, 0.0, clock + red - 0.01), 0.0);
    EXPECT_LE(traffic.red_for(road.crossroads, 0.0, clock + red + 0.01), 0.0);
  }
}

TEST(Traffic, MakesATruckWaitAtSomeLightsAndPassOthers) {
  int waits = 0;
  int passes = 0;
  for (double offset = 0.0; offset < 100.0; offset += 5.0) {
    const double waited = standing_s(LitRoad{}.drive(offset));
    EXPECT_LT(waited, 75.0);
    ++(waited > 0.0 ? waits : passes);
  }
  EXPECT_GE(waits, 6);
  EXPECT_GE(passes, 6);
}

TEST(Traffic, JamsRoadsInTheRushHourAndHardlyAtNight) {
  const LitRoad road;
  const Traffic traffic{road.network, TrafficProfile{}, 1};
  const double at_eight = 2.0 * 3600.0;
  const double at_three = 21.0 * 3600.0;

  EXPECT_EQ(hour_of_day(at_eight), 8.0);
  EXPECT_EQ(hour_of_day(at_three), 3.0);
  EXPECT_GT(traffic.jam_share_at(at_eight), 20.0 * traffic.jam_share_at(at_three));
}

TEST(Drive, StandsAtItsBeginningAndAtItsEnd) {
  LitRoad road;
  LivedMotion motion = road.drive(0.0);
  EXPECT_EQ(motion.front().motion.speed_mps, 0.0);
  MotionPiece last;
  for (; !motion.empty(); motion.pop()) last = motion.front().motion;

  EXPECT_NEAR(state_of(last, last.duration_s).speed_mps, 0.0, 2e-3);
  EXPECT_NEAR(motion.pose().at.x, 2000.0, 1e-6);
}

}  // namespace
}  // namespace haulwatch::simulation
