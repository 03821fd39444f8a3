#include <haulwatch/simulation/sensor_panel.hpp>

#include "drives.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <vector>

namespace haulwatch::simulation {
namespace {

constexpr std::uint64_t seed = 21;

/// What is said each ten seconds, of a body that is raised for every other ten minutes.
std::vector<Sensors> said_with(SensorFault fault, Sensor sensor = Sensor::body_lift) {
  std::array<SensorFault, sensor_count> faults{};
  faults[static_cast<std::size_t>(sensor)] = fault;
  SensorPanel panel{faults, seed, 1};
  std::vector<Sensors> said;
  for (int i = 0; i < 2000; ++i) {
    MotionPiece piece;
    piece.body_raised = i / 60 % 2 == 1;
    piece.load = i / 60 % 2 == 1 ? LoadReading::full : LoadReading::empty;
    said.push_back(panel.read(piece, monday + i * std::chrono::seconds{10}));
  }
  return said;
}

Sensed truth(std::size_t i) {
  return i / 60 % 2 == 1 ? Sensed::yes : Sensed::no;
}

std::size_t changes(const std::vector<Sensors>& said) {
  std::size_t count = 0;
  for (std::size_t i = 1; i < said.size(); ++i) count += said[i].body_lift != said[i - 1].body_lift ? 1U : 0U;
  return count;
}

TEST(SensorPanel, HealthySensorsSayTheTruth) {
  const auto said = said_with({});
  for (std::size_t i = 0; i < said.size(); ++i) EXPECT_EQ(said[i].body_lift, truth(i)) << i;
  EXPECT_EQ(said.front().ignition, Sensed::yes);
  EXPECT_EQ(said.front().cover_closed, Sensed::yes);
  EXPECT_EQ(said.front().load, LoadReading::empty);
}

TEST(SensorPanel, AbsentSensorsSayNothing) {
  for (const Sensors& each : said_with({.absent = true})) EXPECT_EQ(each.body_lift, Sensed::unknown);
}

TEST(SensorPanel, DeadSensorsFallSilentWhenTheyDie) {
  const auto said = said_with({.sickness = SensorSickness::dead, .span = {monday + std::chrono::hours{1}, one_day.to}});
  EXPECT_EQ(said[359].body_lift, truth(359));
  EXPECT_EQ(said[360].body_lift, Sensed::unknown);
  EXPECT_EQ(said.back().body_lift, Sensed::unknown);
}

TEST(SensorPanel, StuckSensorsKeepTheirLastWordUntilMended) {
  const auto said = said_with(
      {.sickness = SensorSickness::stuck, .span = {monday + std::chrono::minutes{15}, monday + std::chrono::hours{4}}});
  for (std::size_t i = 90; i < 1440; ++i) EXPECT_EQ(said[i].body_lift, Sensed::yes) << i;
  for (std::size_t i = 1440; i < said.size(); ++i) EXPECT_EQ(said[i].body_lift, truth(i)) << i;
}

TEST(SensorPanel, InvertedSensorsSayTheContrary) {
  const auto said = said_with({.sickness = SensorSickness::inverted, .span = one_day});
  for (std::size_t i = 0; i < said.size(); ++i) EXPECT_NE(said[i].body_lift, truth(i)) << i;
  const auto loads = said_with({.sickness = SensorSickness::inverted, .span = one_day}, Sensor::load);
  EXPECT_EQ(loads.front().load, LoadReading::full);
  EXPECT_EQ(loads[60].load, LoadReading::empty);
}

TEST(SensorPanel, FlickeringSensorsChangeFarMoreOftenThanTheTruth) {
  EXPECT_GT(changes(said_with({.sickness = SensorSickness::flickering, .span = one_day})), 400U);
}

TEST(SensorPanel, ContradictingSensorsKnowNothingOfTheTruth) {
  const auto said = said_with({.sickness = SensorSickness::contradicting, .span = one_day});
  std::size_t right = 0;
  for (std::size_t i = 0; i < said.size(); ++i) right += said[i].body_lift == truth(i) ? 1U : 0U;
  EXPECT_NEAR(static_cast<double>(right) / static_cast<double>(said.size()), 0.5, 0.15);
  EXPECT_LT(changes(said), 100U) << "it keeps to each of its sayings for minutes";
}

}  // namespace
}  // namespace haulwatch::simulation
