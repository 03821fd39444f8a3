#include <haulwatch/track/front.hpp>

#include <support/truck_motion.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

namespace haulwatch::track {
namespace {

using test::Dice;
using test::ReceiverError;
using test::Terminal;
using test::TruckMotion;

struct Refusals {
  std::vector<std::uint32_t> records;
  void sample(const Sample&) {}
  void refused(const Fix& fix, Verdict) { records.push_back(fix.record); }
  void rebase(const geo::LocalFrame&, const geo::LocalFrame&) {}
};

std::vector<std::uint32_t> refused_of(const std::vector<Fix>& fixes) {
  Refusals out;
  const Front front;
  Front::State state;
  FixSlab slab;
  for (const Fix& fix : fixes) front.push(state, fix, slab, out);
  front.flush(state, slab, out);
  return out.records;
}

/// A straight drive, each fix `way[i]` metres east of the first and 10 s after the one before.
std::vector<Fix> drive(const std::vector<double>& way) {
  const geo::LocalFrame frame{Terminal::origin};
  std::vector<Fix> fixes;
  for (const double x : way) {
    Fix fix;
    fix.record = static_cast<std::uint32_t>(fixes.size());
    fix.time = Terminal::epoch + std::chrono::seconds{10} * fixes.size();
    fix.position = frame.to_lon_lat({x, 0.0});
    fixes.push_back(fix);
  }
  return fixes;
}

void throw_aside(Fix& fix, geo::LocalPoint by) {
  const geo::LocalFrame frame{Terminal::origin};
  fix.position = frame.to_lon_lat(frame.to_local(fix.position) + by);
}

struct Count {
  int spikes = 0, gone = 0, good = 0, lost = 0;
};

Count plant_and_count(double interval_s, bool doppler, std::uint64_t seed) {
  const TruckMotion motion{seed, interval_s >= 10 ? 6.0 : 1.0};
  Terminal terminal{ReceiverError{4.0, 60.0}, interval_s, doppler, seed + 1};
  std::vector<Fix> fixes = terminal.report(motion);
  Dice dice{seed + 2};
  std::vector<bool> planted(fixes.size());
  Count count;
  for (std::size_t i = 5; i < fixes.size(); ++i) {
    planted[i] = !planted[i - 1] && dice.chance(0.02);
    const double way = dice.uniform(0.0, 2.0 * std::numbers::pi);
    if (planted[i]) throw_aside(fixes[i], {500.0 * std::cos(way), 500.0 * std::sin(way)});
    ++(planted[i] ? count.spikes : count.good);
  }
  for (const std::uint32_t record : refused_of(fixes)) ++(planted[record] ? count.gone : count.lost);
  return count;
}

TEST(JumpGate, LetsNoSpikeOf500MetresPassUpTo10SecondsAndHardlyLosesAGoodFix) {
  for (const double interval : {1.0, 5.0, 10.0})
    for (const bool doppler : {false, true}) {
      const Count c = plant_and_count(interval, doppler, 77);
      EXPECT_GE(c.gone * 100, c.spikes * 99) << interval << " s, speed reported: " << doppler;
      EXPECT_LE(c.lost * 1000, c.good) << interval << " s, speed reported: " << doppler;
    }
}

TEST(JumpGate, LetsNoSpikeOf500MetresPassAt30SecondsWhereSpeedAndHeadingAreReported) {
  Count all;
  for (std::uint64_t seed = 300; seed < 310; ++seed) {
    const Count c = plant_and_count(30.0, true, seed * 10);
    all = {all.spikes + c.spikes, all.gone + c.gone, all.good + c.good, all.lost + c.lost};
  }
  EXPECT_GE(all.gone * 100, all.spikes * 99) << all.gone << " of " << all.spikes;
  EXPECT_LE(all.lost * 1000, all.good);
}

TEST(JumpGate, KeepsABendThatIsTakenAtSpeedBetweenTwoReportsAMinuteApart) {
  const geo::LocalFrame frame{Terminal::origin};
  std::vector<Fix> fixes = drive({0, 0, 0, 0, 0, 0, 0});
  for (std::size_t i = 0; i < fixes.size(); ++i) {
    const auto minutes = static_cast<double>(i);
    fixes[i].time = Terminal::epoch + std::chrono::minutes{i};
    fixes[i].position = frame.to_lon_lat({1500.0 * std::min(3.0, minutes), 1500.0 * std::max(0.0, minutes - 3.0)});
  }
  EXPECT_THAT(refused_of(fixes), testing::IsEmpty());
}

TEST(JumpGate, JudgesTheFixThatWitnessedAgainstASpikeToo) {
  std::vector<Fix> fixes = drive({0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1100});
  throw_aside(fixes[5], {0.0, 3000.0});
  throw_aside(fixes[7], {0.0, -3000.0});
  EXPECT_THAT(refused_of(fixes), testing::ElementsAre(5U, 7U));
}

TEST(JumpGate, KeepsGoodFixesWhereTheSpeedChangesAtOnce) {
  EXPECT_THAT(refused_of(drive({0, 250, 500, 750, 1000, 1010, 1020, 1030, 1330, 1630, 1930, 1935, 1940, 2240})),
              testing::IsEmpty());
}

}  // namespace
}  // namespace haulwatch::track
