#include <haulwatch/geo/local_frame.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

namespace haulwatch::geo {
namespace {

/// Length of the geodesic on the WGS-84 ellipsoid, metres: Vincenty's inverse formula (Survey Review 1975).
double geodesic_m(LonLat from, LonLat to) {
  constexpr double a = 6378137.0;
  constexpr double f = 1.0 / 298.257223563;
  constexpr double b = a * (1.0 - f);
  constexpr double rad = std::numbers::pi / 180.0;
  const double u1 = std::atan((1.0 - f) * std::tan(from.lat * rad));
  const double u2 = std::atan((1.0 - f) * std::tan(to.lat * rad));
  const double l = std::remainder(to.lon - from.lon, 360.0) * rad;
  double lambda = l;
  for (int i = 0; i < 100; ++i) {
    const double x = std::cos(u2) * std::sin(lambda);
    const double y = std::cos(u1) * std::sin(u2) - std::sin(u1) * std::cos(u2) * std::cos(lambda);
    const double sin_sigma = std::hypot(x, y);
    if (sin_sigma == 0.0) return 0.0;
    const double cos_sigma = std::sin(u1) * std::sin(u2) + std::cos(u1) * std::cos(u2) * std::cos(lambda);
    const double sigma = std::atan2(sin_sigma, cos_sigma);
    const double sin_alpha = std::cos(u1) * std::cos(u2) * std::sin(lambda) / sin_sigma;
    const double cos2_alpha = 1.0 - sin_alpha * sin_alpha;
    const double cos_2m = cos2_alpha > 0.0 ? cos_sigma - 2.0 * std::sin(u1) * std::sin(u2) / cos2_alpha : 0.0;
    const double c = f / 16.0 * cos2_alpha * (4.0 + f * (4.0 - 3.0 * cos2_alpha));
    const double before = lambda;
    lambda = l + (1.0 - c) * f * sin_alpha *
                     (sigma + c * sin_sigma * (cos_2m + c * cos_sigma * (2.0 * cos_2m * cos_2m - 1.0)));
    if (std::abs(lambda - before) > 1e-13) continue;
    const double k2 = cos2_alpha * (a * a - b * b) / (b * b);
    const double big_a = 1.0 + k2 / 16384.0 * (4096.0 + k2 * (-768.0 + k2 * (320.0 - 175.0 * k2)));
    const double big_b = k2 / 1024.0 * (256.0 + k2 * (-128.0 + k2 * (74.0 - 47.0 * k2)));
    const double d =
        big_b * sin_sigma *
        (cos_2m + big_b / 4.0 *
                      (cos_sigma * (2.0 * cos_2m * cos_2m - 1.0) -
                       big_b / 6.0 * cos_2m * (4.0 * sin_sigma * sin_sigma - 3.0) * (4.0 * cos_2m * cos_2m - 3.0)));
    return b * big_a * (sigma - d);
  }
  return std::nan("");
}

/// The share by which local lengths may be off this far from the origin: tan(latitude) x latitude difference, and the
/// terms of second order that this leaves out.
double stated_error(LonLat origin, double reach_m) {
  const double phi = std::abs(origin.lat) * std::numbers::pi / 180.0;
  const double turn = reach_m / 6.35e6;
  return std::tan(phi) * turn + turn * turn;
}

class LocalFrameAt : public testing::TestWithParam<LonLat> {};

TEST_P(LocalFrameAt, KeepsLengthsWithinTheStatedError) {
  const LonLat origin = GetParam();
  const LocalFrame frame{origin};
  std::mt19937_64 random{20};
  for (const double reach : {1000.0, 10000.0, 50000.0}) {
    std::uniform_real_distribution<double> metres{-reach, reach};
    for (int i = 0; i < 300; ++i) {
      const LocalPoint p{metres(random), metres(random)};
      const LocalPoint q{metres(random), metres(random)};
      const double truth = geodesic_m(frame.to_lon_lat(p), frame.to_lon_lat(q));
      EXPECT_NEAR(distance(p, q), truth, truth * stated_error(origin, reach) + 1e-3) << "reach " << reach << ", " << i;
    }
  }
}

TEST_P(LocalFrameAt, GoesThereAndBackWithinAMicrometre) {
  const LocalFrame frame{GetParam()};
  std::mt19937_64 random{21};
  std::uniform_real_distribution<double> metres{-2e5, 2e5};
  for (int i = 0; i < 1000; ++i) {
    const LocalPoint p{metres(random), metres(random)};
    EXPECT_LT(distance(frame.to_local(frame.to_lon_lat(p)), p), 1e-6);
  }
}

INSTANTIATE_TEST_SUITE_P(Places, LocalFrameAt,
                         testing::Values(LonLat{0.0, 0.0}, LonLat{121.0, 30.7}, LonLat{-70.0, -33.4},
                                         LonLat{25.0, 60.2}, LonLat{20.0, 69.6}, LonLat{15.6, 78.2},
                                         LonLat{179.9, -17.0}, LonLat{-179.9, 66.0}));

TEST(LocalFrame, IsAsGoodAsItsDocumentSaysAtFiftyKilometresAndThirtyDegrees) {
  const LocalFrame frame{{121.0, 30.0}};
  const LonLat north = frame.to_lon_lat({0.0, 50000.0});
  const LonLat north_east = frame.to_lon_lat({1000.0, 50000.0});
  EXPECT_NEAR(1000.0 / geodesic_m(north, north_east) - 1.0, 0.0045, 0.0003);
}

TEST(LocalFrame, IsContinuousAcrossTheAntimeridian) {
  const LocalFrame frame{{179.99, 10.0}};
  const LocalPoint west = frame.to_local({179.999, 10.0});
  const LocalPoint east = frame.to_local({-179.999, 10.0});
  EXPECT_NEAR(east.x - west.x, geodesic_m({179.999, 10.0}, {-179.999, 10.0}), 1e-2);
  EXPECT_LT(frame.to_lon_lat(east).lon, 0.0);
}

}  // namespace
}  // namespace haulwatch::geo
