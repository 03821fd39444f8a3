#include <haulwatch/track/front.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace haulwatch::track {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const TimeUtc morning{std::chrono::sys_days{std::chrono::March / 12 / 2026} + 7h};
constexpr double metres_per_degree_lon = 95'790.0;

struct Collected {
  std::vector<Sample> samples;
  std::vector<Verdict> refused;
  void sample(const Sample& s) { samples.push_back(s); }
  void refused_one(Verdict why) { refused.push_back(why); }
};
struct Out {
  Collected& to;
  void sample(const Sample& s) { to.samples.push_back(s); }
  void refused(const Fix&, Verdict why) { to.refused.push_back(why); }
  void rebase(const geo::LocalFrame&, const geo::LocalFrame&) {}
};

Fix fix_at(Milliseconds after, double east_m, double north_m = 0.0) {
  Fix fix;
  fix.time = morning + after;
  fix.position = {121.0 + east_m / metres_per_degree_lon, 30.7 + north_m / 110'860.0};
  return fix;
}

std::vector<Fix> eastward(int count, Milliseconds every = 10s, double speed = 10.0) {
  std::vector<Fix> fixes;
  for (int i = 0; i < count; ++i) fixes.push_back(fix_at(i * every, speed * seconds(i * every)));
  return fixes;
}

Collected through(const std::vector<Fix>& fixes, FrontOptions options = {}) {
  Collected all;
  Out out{all};
  const Front front{options};
  Front::State state;
  FixSlab slab;
  for (const Fix& fix : fixes) front.push(state, fix, slab, out);
  front.flush(state, slab, out);
  return all;
}

TEST(Front, PutsFixesThatArriveWithinTheLatenessInOrder) {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    std::mt19937 random{seed};
    std::vector<Fix> fixes = eastward(200, 5s);
    std::vector<std::pair<double, Fix>> arrivals;
    for (const Fix& fix : fixes)
      arrivals.emplace_back(seconds(fix.time - morning) + std::uniform_real_distribution<double>{0.0, 29.0}(random),
                            fix);
    std::sort(arrivals.begin(), arrivals.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<Fix> shuffled;
    for (const auto& [when, fix] : arrivals) shuffled.push_back(fix);
    const Collected got = through(shuffled);
    ASSERT_EQ(got.samples.size(), fixes.size()) << "seed " << seed;
    ASSERT_TRUE(std::is_sorted(got.samples.begin(), got.samples.end(),
                               [](const Sample& a, const Sample& b) { return a.time < b.time; }))
        << "seed " << seed;
  }
}

TEST(Front, CountsASecondReportForOneInstantAsADuplicate) {
  std::vector<Fix> fixes = eastward(20);
  fixes.push_back(fixes[18]);
  fixes.push_back(fixes[3]);
  const Collected got = through(fixes);
  EXPECT_EQ(got.samples.size(), 20U);
  EXPECT_THAT(got.refused, ElementsAre(Verdict::duplicate, Verdict::late));
}

TEST(Front, RefusesWhatIsNoPlace) {
  std::vector<Fix> fixes = eastward(5);
  fixes[0].position = {0.0, 0.0};
  fixes[1].position = {200.0, 30.0};
  fixes[2].position = {std::numeric_limits<double>::quiet_NaN(), 30.0};
  fixes[3].valid = Sensed::no;
  EXPECT_THAT(through(fixes).refused, testing::UnorderedElementsAre(Verdict::null_island, Verdict::out_of_range,
                                                                    Verdict::out_of_range, Verdict::no_fix));
}

TEST(Front, JudgesAClockByTheTimeOfArrivalWhereThatIsKnown) {
  std::vector<Fix> fixes = eastward(12);
  for (Fix& fix : fixes) fix.received = fix.time + 2s;
  fixes[4].time = fixes[4].received + 2min;
  fixes[5].time = fixes[5].received - 24h * 30;
  EXPECT_THAT(through(fixes).refused, ElementsAre(Verdict::future, Verdict::too_old));
}

TEST(Front, OneWildClockMovesNoWatermark) {
  for (const Milliseconds ahead : {Milliseconds{10min}, Milliseconds{24h}, Milliseconds{24h * 365 * 70}}) {
    std::vector<Fix> fixes = eastward(60);
    fixes[20].time += ahead;
    const Collected got = through(fixes);
    EXPECT_EQ(got.samples.size(), 59U);
    EXPECT_THAT(got.refused, ElementsAre(Verdict::future));
  }
}

TEST(Front, AFirstFixOf1970IsOutvoted) {
  std::vector<Fix> fixes = eastward(20);
  fixes[0].time = TimeUtc{1s};
  EXPECT_THAT(through(fixes).refused, ElementsAre(Verdict::too_old));
}

TEST(Front, ATruckThatComesBackAfterHoursIsBelieved) {
  std::vector<Fix> fixes = eastward(30);
  for (std::size_t i = 15; i < fixes.size(); ++i) fixes[i].time += 2h;
  const Collected got = through(fixes);
  EXPECT_EQ(got.samples.size(), 30U);
  EXPECT_THAT(got.refused, IsEmpty());
}

TEST(Front, HourlyReportsAreNoWildClocks) {
  EXPECT_EQ(through(eastward(30, 1h, 0.0)).samples.size(), 30U);
}

TEST(Front, RefusesSpikesOf500MetresAtEveryInterval) {
  for (const Milliseconds every : {1s, 5s, 10s, 15s, 30s}) {
    int refused = 0;
    int spikes = 0;
    int lost = 0;
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
      std::mt19937 random{seed};
      std::normal_distribution<double> noise{0.0, 3.0};
      std::vector<Fix> fixes;
      for (int i = 0; i < 100; ++i) {
        const bool spike = i % 25 == 12;
        const double angle = std::uniform_real_distribution<double>{0.0, 6.28}(random);
        fixes.push_back(fix_at(i * every,
                               10.0 * seconds(i * every) + noise(random) + (spike ? 500.0 * std::cos(angle) : 0.0),
                               noise(random) + (spike ? 500.0 * std::sin(angle) : 0.0)));
        fixes.back().speed_mps = 10.0F;
        fixes.back().heading_deg = 90.0F;
        spikes += spike ? 1 : 0;
      }
      const Collected got = through(fixes);
      for (const Verdict why : got.refused) refused += why == Verdict::implied_speed ? 1 : 0;
      for (const Sample& s : got.samples) lost += std::abs(s.raw.y) > 100.0 ? 1 : 0;
    }
    EXPECT_GE(refused, spikes * 99 / 100) << every.count();
    EXPECT_LE(refused, spikes + 1) << every.count() << " ms: good fixes refused";
  }
}

TEST(Front, ComesOutOfATunnelOntoItsNewPlace) {
  std::vector<Fix> fixes = eastward(20);
  for (std::size_t i = 10; i < fixes.size(); ++i) fixes[i].position.lat += 0.02;  // 2 km aside from one fix to the next
  const Collected got = through(fixes);
  EXPECT_EQ(got.samples.size(), 20U);
}

TEST(Front, RefusesAFrozenPlaceWhileTheTerminalSaysThatItDrives) {
  std::vector<Fix> fixes = eastward(20);
  for (Fix& fix : fixes) fix.speed_mps = 10.0F;
  for (std::size_t i = 8; i < 12; ++i) fixes[i].position = fixes[7].position;
  const Collected got = through(fixes);
  EXPECT_EQ(std::count(got.refused.begin(), got.refused.end(), Verdict::frozen), 4);
}

TEST(Front, AJammerThatReportsNoSpeedCostsNoFixForLong) {
  std::vector<Fix> fixes = eastward(200);
  for (Fix& fix : fixes) fix.speed_mps = 0.0F;
  EXPECT_GE(through(fixes).samples.size(), 195U);
}

TEST(Front, AParkedHourAddsNoWay) {
  for (const bool with_speed : {true, false}) {
    std::vector<Fix> fixes;
    for (int i = 0; i < 360; ++i) {
      const double drift = 2.0 * 3.14159 * i / 90.0;
      fixes.push_back(fix_at(i * 10s, 15.0 * std::cos(drift), 15.0 * std::sin(drift)));  // 30 m across
      if (with_speed) fixes.back().speed_mps = 0.0F;
    }
    const Collected got = through(fixes);
    double way = 0.0;
    for (std::size_t i = 12; i < got.samples.size(); ++i)
      way += geo::distance(got.samples[i].place, got.samples[i - 1].place);
    EXPECT_LE(way, 20.0) << "reported speed: " << with_speed;
  }
}

TEST(Front, TheMirrorImageOfATrackIsTheMirrorImageOfItsSamples) {
  std::vector<Fix> fixes = eastward(80);
  std::mt19937 random{5};
  std::normal_distribution<double> noise{0.0, 4e-5};
  for (Fix& fix : fixes) fix.position.lat += noise(random);
  std::vector<Fix> mirrored = fixes;
  for (Fix& fix : mirrored) fix.position.lon = -fix.position.lon;
  const Collected a = through(fixes);
  const Collected b = through(mirrored);
  ASSERT_EQ(a.samples.size(), b.samples.size());
  for (std::size_t i = 0; i < a.samples.size(); ++i) {
    ASSERT_EQ(a.samples[i].place.x, -b.samples[i].place.x);
    ASSERT_EQ(a.samples[i].place.y, b.samples[i].place.y);
  }
}

TEST(ReorderBuffer, GrowsThroughItsBlocksAndGivesThemBack) {
  ReorderBuffer buffer;
  FixSlab slab;
  Fix twin;
  for (int round = 0; round < 3; ++round) {
    for (int i = 255; i >= 0; --i)
      ASSERT_EQ(buffer.insert(fix_at(i * 1s, 0.0), slab, twin), ReorderBuffer::Inserted::as_new);
    EXPECT_TRUE(buffer.full());
    for (int i = 0; i < 256; ++i) {
      ASSERT_EQ(buffer.front().time, morning + i * 1s);
      buffer.pop_front(slab);
    }
  }
  EXPECT_TRUE(buffer.empty());
}

}  // namespace
}  // namespace haulwatch::track
