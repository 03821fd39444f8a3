#include <haulwatch/geo/datum.hpp>

#include <haulwatch/geo/local_frame.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace haulwatch::geo {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

double metres_between(LonLat a, LonLat b) {
  return norm(LocalFrame{a}.to_local(b));
}

double round_trip_miss(LonLat place, Datum datum) {
  return metres_between(place, to_wgs84(from_wgs84(place, datum), datum));
}

double worst_round_trip(double west, double south, double east, double north, int count, std::uint64_t seed) {
  std::mt19937_64 random{seed};
  std::uniform_real_distribution<double> lon{west, east};
  std::uniform_real_distribution<double> lat{south, north};
  double worst = 0.0;
  for (int i = 0; i < count; ++i) {
    const LonLat place{lon(random), lat(random)};
    for (const Datum datum : {Datum::gcj02, Datum::bd09}) worst = std::max(worst, round_trip_miss(place, datum));
  }
  return worst;
}

TEST(Datum, ComesBackWithinAMillimetreAllOverChina) {
  EXPECT_LT(worst_round_trip(73.0, 3.0, 136.0, 54.0, 200000, 1), 1e-3);
}

TEST(Datum, ComesBackWithinAMillimetreAllOverTheWorld) {
  EXPECT_LT(worst_round_trip(-180.0, -89.0, 180.0, 89.0, 100000, 2), 1e-3);
}

TEST(Datum, ComesBackWithinAMillimetreOnBothSidesOfTheBoxsEdge) {
  EXPECT_LT(worst_round_trip(71.95, 20.0, 72.10, 40.0, 30000, 3), 1e-3) << "west";
  EXPECT_LT(worst_round_trip(136.7, 20.0, 137.9, 40.0, 30000, 4), 1e-3) << "east";
  EXPECT_LT(worst_round_trip(80.0, 0.8, 130.0, 1.9, 30000, 5), 1e-3) << "south";
  EXPECT_LT(worst_round_trip(80.0, 54.8, 130.0, 55.9, 30000, 6), 1e-3) << "north";
  EXPECT_LT(worst_round_trip(71.9, 54.7, 73.1, 55.9, 30000, 7), 1e-3) << "corner";
}

TEST(Datum, HasNoStepAtTheBoxsEdge) {
  for (const Datum datum : {Datum::gcj02, Datum::bd09}) {
    LonLat before = from_wgs84({71.9, 30.0}, datum);
    for (double lon = 71.9; lon < 73.2; lon += 1e-4) {
      const LonLat here = from_wgs84({lon, 30.0}, datum);
      EXPECT_LT(metres_between(before, here), 12.0) << lon;  // 1e-4 degrees are 9.6 m
      before = here;
    }
  }
}

TEST(Datum, ShiftsByTheKnownLengthsNearPinghu) {
  std::mt19937_64 random{8};
  std::uniform_real_distribution<double> lon{120.95, 121.25};
  std::uniform_real_distribution<double> lat{30.60, 30.80};
  for (int i = 0; i < 2000; ++i) {
    const LonLat place{lon(random), lat(random)};
    const double gcj = metres_between(place, from_wgs84(place, Datum::gcj02));
    const double bd = metres_between(place, from_wgs84(place, Datum::bd09));
    EXPECT_TRUE(gcj > 479.0 && gcj < 501.0) << gcj;
    EXPECT_TRUE(bd > 1098.0 && bd < 1154.0) << bd;
  }
}

TEST(Datum, ShiftsPinghuSouthAndEast) {
  const LonLat pinghu{121.01, 30.70};
  const LocalPoint shift = LocalFrame{pinghu}.to_local(from_wgs84(pinghu, Datum::gcj02));
  EXPECT_NEAR(shift.y, -251.0, 15.0);
  EXPECT_NEAR(shift.x, 422.0, 15.0);
}

TEST(Datum, LeavesPlacesOutsideTheBoxAsTheyAre) {
  for (const LonLat place : {LonLat{2.35, 48.85}, LonLat{-122.4, 37.8}, LonLat{151.2, -33.9}, LonLat{72.0, 30.0}})
    for (const Datum datum : {Datum::wgs84, Datum::gcj02, Datum::bd09}) {
      EXPECT_EQ(from_wgs84(place, datum), place);
      EXPECT_EQ(to_wgs84(place, datum), place);
    }
}

TEST(Datum, LeavesWgs84AsItIs) {
  const LonLat pinghu{121.01, 30.70};
  EXPECT_EQ(to_wgs84(pinghu, Datum::wgs84), pinghu);
  EXPECT_EQ(from_wgs84(pinghu, Datum::wgs84), pinghu);
}

TEST(Datum, MakesNoPlaceOutOfNotANumber) {
  for (const LonLat place : {LonLat{not_a_number, 30.0}, LonLat{121.0, not_a_number}})
    for (const Datum datum : {Datum::wgs84, Datum::gcj02, Datum::bd09}) {
      EXPECT_TRUE(std::isnan(to_wgs84(place, datum).lon) && std::isnan(to_wgs84(place, datum).lat));
      EXPECT_TRUE(std::isnan(from_wgs84(place, datum).lon) && std::isnan(from_wgs84(place, datum).lat));
    }
}

}  // namespace
}  // namespace haulwatch::geo
