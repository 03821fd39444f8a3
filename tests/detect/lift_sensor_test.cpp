#include <haulwatch/detect/lift_sensor.hpp>

#include "detect/stage_run.hpp"

#include <gtest/gtest.h>

namespace haulwatch::detect {
namespace {

using test::at_s;

/// Says `reading` every 10 s from `from_s` to `to_s` at that speed.
void say(LiftSensor& sensor, double from_s, double to_s, Sensed reading, double speed) {
  for (double t = from_s; t <= to_s; t += 10.0) sensor.read(reading, at_s(t), speed);
}

TEST(LiftSensor, IsBelievedWhenABodyThatWasDownIsRaised) {
  LiftSensor sensor;
  say(sensor, 0, 600, Sensed::no, 10.0);
  say(sensor, 610, 700, Sensed::yes, 0.0);
  EXPECT_TRUE(sensor.up());
  say(sensor, 710, 720, Sensed::no, 0.0);
  EXPECT_FALSE(sensor.up());
}

TEST(LiftSensor, IsNotBelievedWhileItIsStuckUpOrInverted) {
  LiftSensor stuck;
  say(stuck, 0, 600, Sensed::yes, 0.0);
  EXPECT_FALSE(stuck.up()) << "bodies are down most of the time";
  LiftSensor fast;
  say(fast, 0, 3600, Sensed::no, 0.0);
  say(fast, 3610, 3700, Sensed::yes, 15.0);
  EXPECT_FALSE(fast.up()) << "nobody drives at speed with the body up";
}

TEST(LiftSensor, IsNotBelievedWhileItFlickers) {
  LiftSensor sensor;
  say(sensor, 0, 3600, Sensed::no, 10.0);
  for (double t = 3610; t < 4000; t += 20.0) {
    sensor.read(Sensed::yes, at_s(t), 0.0);
    sensor.read(Sensed::no, at_s(t + 10.0), 0.0);
  }
  sensor.read(Sensed::yes, at_s(4000), 0.0);
  EXPECT_FALSE(sensor.up());
}

TEST(LiftSensor, SeesUnloadingsOnlyOnceItHasSeenMostOfThem) {
  LiftSensor sensor;
  say(sensor, 0, 600, Sensed::no, 10.0);
  EXPECT_FALSE(sensor.sees_unloadings());
  sensor.witness(true);
  EXPECT_TRUE(sensor.sees_unloadings());
  sensor.witness(false);
  EXPECT_FALSE(sensor.sees_unloadings()) << "a grab may have emptied it";
}

}  // namespace
}  // namespace haulwatch::detect
