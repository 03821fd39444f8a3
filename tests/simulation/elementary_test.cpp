#include <haulwatch/simulation/elementary.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace haulwatch::simulation {
namespace {

TEST(Elementary, LogarithmAgreesWithTheLibraryToTheFifteenthDigit) {
  for (int i = -400; i <= 400; ++i) {
    const double x = std::exp(0.37 * i);
    EXPECT_NEAR(logarithm(x), std::log(x), 1e-15 * std::max(1.0, std::abs(std::log(x)))) << x;
  }
  EXPECT_EQ(logarithm(1.0), 0.0);
}

TEST(Elementary, ExponentialAgreesWithTheLibraryAndEndsInZero) {
  for (int i = -690; i <= 690; ++i) {
    const double x = 1.013 * i;
    EXPECT_NEAR(exponential_of(x) / std::exp(x), 1.0, 2e-13) << x;
  }
  EXPECT_EQ(exponential_of(0.0), 1.0);
  EXPECT_EQ(exponential_of(-1e9), 0.0);
}

TEST(Elementary, AngleCoversTheWholeCircle) {
  for (int i = -179; i <= 180; ++i) {
    const double angle = i * std::numbers::pi / 180.0;
    EXPECT_NEAR(angle_of(3.0 * std::sin(angle), 3.0 * std::cos(angle)), angle, 1e-14) << i;
  }
  EXPECT_EQ(angle_of(0.0, 0.0), 0.0);
}

TEST(Elementary, SineAndCosineAgreeWithTheLibrary) {
  for (int i = -5000; i <= 5000; ++i) {
    const double angle = 0.0173 * i;
    const SineCosine both = sine_cosine(angle);
    EXPECT_NEAR(both.sine, std::sin(angle), 2e-14) << angle;
    EXPECT_NEAR(both.cosine, std::cos(angle), 2e-14) << angle;
  }
}

}  // namespace
}  // namespace haulwatch::simulation
