#include <haulwatch/simulation/terminal_fault.hpp>

#include "drives.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace haulwatch::simulation {
namespace {

using ::testing::IsEmpty;

constexpr std::uint64_t seed = 13;
constexpr std::uint32_t fleet = 4000;

std::vector<FaultLabel> labels_of(const TerminalProfile& profile, std::uint32_t vehicles = fleet) {
  return fault_labels(profile, seed, vehicles, one_day);
}

TEST(TerminalFault, PerfectTerminalsHaveNone) {
  EXPECT_THAT(labels_of(perfect_terminals()), IsEmpty());
}

TEST(TerminalFault, StrikesTheShareOfVehiclesAskedFor) {
  TerminalProfile profile = perfect_terminals();
  profile.body_lift.inverted = {0.1};
  profile.faults.week_rollover = {0.05};
  const auto labels = labels_of(profile);
  const auto count = [&](std::string_view kind, std::string_view sign) {
    return static_cast<double>(std::count_if(labels.begin(), labels.end(), [&](const FaultLabel& label) {
      return label.kind == kind && label.sign == sign;
    }));
  };
  EXPECT_NEAR(count("sensor_sick", "inverted"), 400.0, 60.0);
  EXPECT_NEAR(count("clock_suspected", "week_rollover"), 200.0, 45.0);
  EXPECT_EQ(count("sensor_sick", "inverted") + count("clock_suspected", "week_rollover"),
            static_cast<double>(labels.size()));
}

TEST(TerminalFault, LabelsLieWithinTheRunAndAreInOrder) {
  const TerminalProfile middling;
  const auto labels = labels_of(middling);
  ASSERT_FALSE(labels.empty());
  for (const FaultLabel& label : labels) {
    EXPECT_GE(label.from, one_day.from);
    EXPECT_LE(label.to, one_day.to);
    EXPECT_LT(label.from, label.to);
  }
  EXPECT_TRUE(std::is_sorted(labels.begin(), labels.end(),
                             [](const FaultLabel& a, const FaultLabel& b) { return a.vehicle < b.vehicle; }));
}

TEST(TerminalFault, AbsentSensorsCannotBeSick) {
  TerminalProfile profile = perfect_terminals();
  profile.load = {.absent = {1.0}, .stuck = {1.0}};
  EXPECT_THAT(labels_of(profile), IsEmpty());
}

TEST(TerminalFault, OneDoseMoreLeavesOtherFaultsWhereTheyWere) {
  TerminalProfile fewer = perfect_terminals();
  fewer.faults.clock_jump = {0.1};
  TerminalProfile more = fewer;
  more.ignition.stuck = {0.3};
  more.faults.gcj02 = {0.2};
  for (std::uint32_t vehicle = 0; vehicle < 500; ++vehicle) {
    const ClockFault a = plan_faults(fewer, seed, vehicle, one_day).clock;
    const ClockFault b = plan_faults(more, seed, vehicle, one_day).clock;
    EXPECT_EQ(a.shift, b.shift);
    EXPECT_EQ(a.span.from, b.span.from);
  }
}

TEST(TerminalFault, RolloverIs1024WeeksInThePast) {
  TerminalProfile profile = perfect_terminals();
  profile.faults.week_rollover = {1.0};
  EXPECT_EQ(plan_faults(profile, seed, 7, one_day).clock.shift, -std::chrono::days{7168});
}

TEST(TerminalFault, MixesUpVehiclesInPairs) {
  const FaultDoses doses{.shared_id = {0.1}, .second_id = {0.06}, .swapped_id = {0.04}};
  const auto identities = plan_identities(doses, seed, fleet, one_day);
  int mixed_up = 0;
  for (std::uint32_t vehicle = 0; vehicle < fleet; ++vehicle) {
    const VehicleIdentity& identity = identities[vehicle];
    if (identity.mix_up == IdentityMixUp::none) continue;
    ++mixed_up;
    const VehicleIdentity& other = identities[identity.other];
    EXPECT_NE(identity.other, vehicle);
    EXPECT_EQ(other.other, vehicle);
    EXPECT_EQ(other.mix_up, identity.mix_up);
    EXPECT_EQ(other.span.from, identity.span.from);
  }
  EXPECT_EQ(mixed_up, 800);
}

TEST(TerminalFault, LabelsEachDeathOfATerminal) {
  TerminalProfile profile = perfect_terminals();
  profile.uplink.deaths = {4.0, 600.0, 0.3};
  const auto labels = labels_of(profile, 500);
  EXPECT_NEAR(static_cast<double>(labels.size()), 500.0 * 3.9, 160.0);
  for (const FaultLabel& label : labels) EXPECT_EQ(label.kind, "signal_lost");
}

}  // namespace
}  // namespace haulwatch::simulation
