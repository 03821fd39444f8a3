#include <haulwatch/simulation/track_merge.hpp>

#include "drives.hpp"

#include <haulwatch/simulation/track_row_writer.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace haulwatch::simulation {
namespace {

constexpr std::uint64_t seed = 29;
constexpr std::uint32_t fleet = 12;
constexpr TimeSpan six_hours{monday, monday + std::chrono::hours{6}};
const geo::LocalFrame county{LonLat{121.0, 30.7}};

/// Each vehicle goes its own way, a kilometre east of the one before, with halts, blind areas and tunnels.
Drive way_of(std::uint32_t vehicle) {
  Drive drive;
  drive.then([&](MotionPiece& p) { p.from = {1000.0 * vehicle, 0.0}; });
  for (int lap = 0; drive.end() < six_hours.to; ++lap) {
    drive.drives(700.0 + 13.3 * vehicle, 8.0)
        .stands(200.0 + 31.0 * lap)
        .then([](MotionPiece& p) { p.coverage = false; })
        .drives(400.0, 11.0)
        .then([](MotionPiece& p) {
          p.coverage = true;
          p.sky = Sky::none;
        })
        .drives(60.0, 11.0)
        .then([](MotionPiece& p) { p.sky = Sky::urban; })
        .drives(300.0, 6.0)
        .then([](MotionPiece& p) {
          p.sky = Sky::open;
          p.body_raised = !p.body_raised;
        });
  }
  return drive;
}

class Ways {
 public:
  Ways() {
    for (std::uint32_t vehicle = 0; vehicle < fleet; ++vehicle) ways_.push_back(way_of(vehicle).pieces());
  }
  const MotionPiece* operator()(std::uint32_t vehicle) {
    if (next_[vehicle] == ways_[vehicle].size()) return nullptr;
    return &ways_[vehicle][next_[vehicle]++];
  }

 private:
  std::vector<std::vector<MotionPiece>> ways_;
  std::map<std::uint32_t, std::size_t> next_;
};

std::vector<Report> merged(const TerminalProfile& profile, Milliseconds slice = std::chrono::minutes{5},
                           std::uint64_t of_seed = seed) {
  TrackMerge merge{profile, county, of_seed, fleet, six_hours};
  std::vector<Report> reports;
  merge.finish(
      Ways{}, [&](const Report& report) { reports.push_back(report); }, slice);
  return reports;
}

std::string text_of(const std::vector<Report>& reports) {
  std::vector<std::string> names;
  for (std::uint32_t vehicle = 0; vehicle < fleet; ++vehicle) names.push_back("truck " + std::to_string(vehicle));
  TrackRowWriter writer{names};
  std::string text;
  for (const Report& report : reports) writer.append(text, report);
  return text;
}

/// A county where everything goes wrong often.
TerminalProfile rough_terminals() {
  TerminalProfile profile;
  profile.reporting.at_turns = {0.5};
  profile.reporting.by_distance = {0.2};
  profile.uplink.outages = {20.0, 600.0, 0.8};
  profile.uplink.deaths = {8.0, 300.0, 0.8};
  profile.uplink.in_pieces = {0.5};
  profile.uplink.sent_twice = {0.5};
  profile.places.frozen = {10.0, 200.0, 0.8};
  profile.faults.shared_id = {0.2};
  profile.faults.second_id = {0.2};
  profile.faults.swapped_id = {0.2};
  return profile;
}

TEST(TrackMerge, HandsOutReportsInOrderOfArrival) {
  const auto reports = merged(rough_terminals());
  ASSERT_GT(reports.size(), 5000U);
  EXPECT_TRUE(std::is_sorted(reports.begin(), reports.end(),
                             [](const Report& a, const Report& b) { return a.received < b.received; }));
}

TEST(TrackMerge, GivesTheSameBytesForAnySlice) {
  const std::string expected = text_of(merged(rough_terminals()));
  for (const Milliseconds slice : {Milliseconds{std::chrono::seconds{7}}, Milliseconds{std::chrono::minutes{1}},
                                   Milliseconds{std::chrono::minutes{61}}, Milliseconds{std::chrono::hours{9}}})
    EXPECT_TRUE(text_of(merged(rough_terminals(), slice)) == expected) << slice.count() << " ms";
}

/// What terminals still tell as the run ends is in order with what was under way by then.
TEST(TrackMerge, EndsInTheSameOrderForAnySlice) {
  TerminalProfile profile = rough_terminals();
  profile.uplink.outages = {100.0, 600.0, 0.8};
  profile.uplink.latency_median_s = 10.0;
  for (std::uint64_t of_seed = 1; of_seed <= 6; ++of_seed) {
    const std::string expected = text_of(merged(profile, std::chrono::minutes{5}, of_seed));
    EXPECT_TRUE(text_of(merged(profile, std::chrono::minutes{50}, of_seed)) == expected) << of_seed;
  }
}

TEST(TrackMerge, LosesNothingAndRepeatsNothing) {
  const auto reports = merged(perfect_terminals());
  std::map<std::uint32_t, std::multiset<TimeUtc>> times;
  for (const Report& report : reports) times[report.terminal].insert(report.time);
  ASSERT_EQ(times.size(), fleet);
  for (const auto& [vehicle, stamps] : times) {
    EXPECT_EQ(std::set<TimeUtc>(stamps.begin(), stamps.end()).size(), stamps.size()) << vehicle;
    // Six hours at ten seconds, without a minute of tunnel in each half hour or so.
    EXPECT_GT(stamps.size(), 2000U);
    EXPECT_LT(stamps.size(), 2160U);
  }
}

TEST(TrackMerge, MarksWhatComesOutOfBlindAreas) {
  for (const Report& report : merged(perfect_terminals())) {
    const double delay = seconds(report.received - report.time);
    EXPECT_EQ(report.backfill, delay > 2.0) << delay;
    EXPECT_LT(delay, 500.0);
  }
}

TEST(TrackMerge, StopsAtTheEndOfTheRun) {
  for (const Report& report : merged(perfect_terminals())) EXPECT_LT(report.time, six_hours.to);
}

/// East of the county's middle, which tells whose way a report is from.
std::uint32_t way_under(const Report& report) {
  const geo::LocalPoint at = county.to_local({report.lon_millionths * 1e-6, report.lat_millionths * 1e-6});
  return static_cast<std::uint32_t>(std::lround(at.x / 1000.0));
}

std::vector<VehicleIdentity> identities_of(const TerminalProfile& profile) {
  return plan_identities(profile.faults, seed, fleet, six_hours);
}

TEST(TrackMerge, TwoVehiclesMayShareOneName) {
  TerminalProfile profile = perfect_terminals();
  profile.faults.shared_id = {1.0};
  const auto identities = identities_of(profile);
  std::map<std::uint32_t, std::set<std::uint32_t>> names_of_way;
  for (const Report& report : merged(profile)) {
    const std::uint32_t way = way_under(report);
    const VehicleIdentity& identity = identities[way];
    const TimeUtc made = report.time;
    if (!identity.span.covers(made - std::chrono::seconds{1}) || !identity.span.covers(made + std::chrono::seconds{1}))
      continue;
    EXPECT_EQ(report.terminal, identity.reports_as_itself ? way : identity.other);
    names_of_way[way].insert(report.terminal);
  }
  EXPECT_EQ(names_of_way.size(), fleet) << "all are still seen";
}

TEST(TrackMerge, OneVehicleMayCarryTwoNamesAndTheOtherNone) {
  TerminalProfile profile = perfect_terminals();
  profile.faults.second_id = {1.0};
  const auto identities = identities_of(profile);
  std::map<std::uint32_t, std::set<std::uint32_t>> names_of_way;
  for (const Report& report : merged(profile)) {
    const std::uint32_t way = way_under(report);
    if (identities[way].span.covers(report.time - std::chrono::seconds{1}) &&
        identities[way].span.covers(report.time + std::chrono::minutes{1}))
      names_of_way[way].insert(report.terminal);
  }
  for (std::uint32_t vehicle = 0; vehicle < fleet; ++vehicle) {
    const VehicleIdentity& identity = identities[vehicle];
    if (identity.reports_as_itself)
      EXPECT_THAT(names_of_way[vehicle], ::testing::UnorderedElementsAre(vehicle, identity.other));
    else
      EXPECT_THAT(names_of_way[vehicle], ::testing::IsEmpty());
  }
}

TEST(TrackMerge, TwoVehiclesMaySwapNames) {
  TerminalProfile profile = perfect_terminals();
  profile.faults.swapped_id = {1.0};
  const auto identities = identities_of(profile);
  for (const Report& report : merged(profile)) {
    const VehicleIdentity& identity = identities[way_under(report)];
    const bool inside = identity.span.covers(report.time - std::chrono::seconds{1}) &&
                        identity.span.covers(report.time + std::chrono::seconds{1});
    const bool outside = !identity.span.covers(report.time - std::chrono::seconds{1}) &&
                         !identity.span.covers(report.time + std::chrono::seconds{1});
    EXPECT_TRUE(!inside || report.terminal == identity.other);
    EXPECT_TRUE(!outside || report.terminal == way_under(report));
  }
}

}  // namespace
}  // namespace haulwatch::simulation
