#include "small_world.hpp"

#include <haulwatch/simulation/elementary.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace haulwatch::simulation {
namespace {

using namespace std::chrono_literals;

double turn_between(double a, double b) {
  const double turn = std::remainder(a - b, 2.0 * std::numbers::pi);
  return std::abs(turn);
}

TEST(Motion, LeadsRoundAQuarterCircleToItsEnd) {
  const double radius = 100.0;
  const double length = radius * std::numbers::pi / 2;
  const MotionPiece east_then_south{.duration_s = length / 10.0,
                                    .heading_rad = std::numbers::pi / 2,
                                    .curvature_per_m = 1 / radius,
                                    .speed_mps = 10.0};

  const MotionState end = state_of(east_then_south, length / 10.0);

  EXPECT_NEAR(end.at.x, radius, 1e-9);
  EXPECT_NEAR(end.at.y, -radius, 1e-9);
  EXPECT_NEAR(end.heading_rad, std::numbers::pi, 1e-12);
  EXPECT_NEAR(end.velocity.y, -10.0, 1e-9);
}

TEST(Motion, LeadsBackwardsOutOfTheBodysHeading) {
  const MotionPiece back{.duration_s = 2.0, .speed_mps = 1.0, .reversing = true};

  const MotionState end = state_of(back, 2.0);

  EXPECT_NEAR(end.at.y, -2.0, 1e-12);
  EXPECT_EQ(end.heading_rad, 0.0);
  EXPECT_NEAR(end.velocity.y, -1.0, 1e-12);
}

TEST(Motion, GoesOnWhereItWasInPlaceTimeHeadingSpeedAndOdometer) {
  const LivedWorld world = live(world_of(11, 30, 30h));

  for (const auto& [vehicle, pieces] : world.motion) {
    for (std::size_t i = 1; i < pieces.size(); ++i) {
      const MotionPiece& before = pieces[i - 1].motion;
      const MotionPiece& after = pieces[i].motion;
      const MotionState end = state_of(before, before.duration_s);
      SCOPED_TRACE(testing::Message() << "seed 11, vehicle " << vehicle << ", piece " << i << " of " << pieces.size());
      ASSERT_EQ(before.end(), after.start);
      ASSERT_LT(geo::distance(end.at, after.from), 0.025);
      ASSERT_LT(turn_between(end.heading_rad, after.heading_rad), 5e-3);
      ASSERT_NEAR(end.odometer_m, after.odometer_m, 0.025);
      ASSERT_NEAR(end.speed_mps, after.speed_mps, 0.02);
    }
  }
}

TEST(Motion, StaysWithinWhatATruckCanDo) {
  const LivedWorld world = live(world_of(12, 20, 24h));

  for (const auto& [vehicle, pieces] : world.motion)
    for (const LivedPiece& piece : pieces) {
      SCOPED_TRACE(testing::Message() << "seed 12, vehicle " << vehicle);
      ASSERT_LT(piece.motion.speed_mps, 26.0);
      ASSERT_LT(std::abs(piece.motion.acceleration_mps2), 4.0);
      const double sideways = piece.motion.speed_mps * piece.motion.speed_mps * std::abs(piece.motion.curvature_per_m);
      ASSERT_LT(sideways, 3.0);
    }
}

}  // namespace
}  // namespace haulwatch::simulation
