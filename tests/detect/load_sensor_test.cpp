#include <haulwatch/detect/load_sensor.hpp>

#include "detect/stage_run.hpp"

#include <gtest/gtest.h>

namespace haulwatch::detect {
namespace {

using test::at_s;
constexpr auto empty = LoadReading::empty;
constexpr auto full = LoadReading::full;

/// Reports every 30 s.
class Reports {
 public:
  Reports& say(LoadReading reading, int times = 4) {
    for (int i = 0; i < times; ++i) sensor.read(reading, at_s(now_ += 30.0));
    return *this;
  }
  /// A place that loads, or empties.
  Reports& visit(LoadReading told, LoadReading truth) {
    say(told);
    sensor.witness(truth);
    return *this;
  }
  LoadSensor sensor;

 private:
  double now_ = 0.0;
};

TEST(LoadSensor, EarnsBeliefByAgreeingBothWays) {
  Reports r;
  r.visit(full, full);
  EXPECT_FALSE(r.sensor.is_sound());
  r.visit(empty, empty);
  EXPECT_TRUE(r.sensor.is_sound());
}

TEST(LoadSensor, IsNotBelievedWhenItIsStuck) {
  Reports r;
  for (int i = 0; i < 5; ++i) r.visit(full, full).visit(full, empty);
  EXPECT_FALSE(r.sensor.is_sound());
}

TEST(LoadSensor, IsNotBelievedWhenItIsInverted) {
  Reports r;
  for (int i = 0; i < 5; ++i) r.visit(empty, full).visit(full, empty);
  EXPECT_FALSE(r.sensor.is_sound());
}

TEST(LoadSensor, LosesBeliefWhenItBreaksAfterAWeek) {
  Reports r;
  for (int i = 0; i < 40; ++i) r.visit(full, full).visit(empty, empty);
  EXPECT_TRUE(r.sensor.is_sound());
  for (int i = 0; i < 12; ++i) r.visit(empty, full).visit(empty, empty);
  EXPECT_FALSE(r.sensor.is_sound());
}

TEST(LoadSensor, IsNotBelievedWhileItFlickers) {
  Reports r;
  r.visit(full, full).visit(empty, empty);
  for (int i = 0; i < 8; ++i) r.say(full, 1).say(empty, 1);
  EXPECT_EQ(r.sensor.told(), empty);
  EXPECT_FALSE(r.sensor.is_sound());
}

TEST(LoadSensor, TakesOneReadingForABounce) {
  Reports r;
  r.say(empty).say(full, 1);
  EXPECT_EQ(r.sensor.told(), empty);
  r.say(full, 2);
  EXPECT_EQ(r.sensor.told(), full);
}

TEST(LoadSensor, HoldsAMissingReadingForNeitherWord) {
  Reports r;
  r.say(full).say(LoadReading::unknown, 20).say(LoadReading::half, 20);
  EXPECT_EQ(r.sensor.told(), full);
}

}  // namespace
}  // namespace haulwatch::detect
