#include "support/random_fleet.hpp"
#include "support/recorded_events.hpp"
#include "support/variations.hpp"

#include <haulwatch/engine/default_engine.hpp>
#include <haulwatch/engine/fleet_sink.hpp>
#include <haulwatch/geo/ground_distance.hpp>
#include <haulwatch/registry/compile.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace haulwatch::test {
namespace {

using namespace std::chrono_literals;

/// Trucks whose permits allow a single load each.
class FleetOfQuotas : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  RandomFleet fleet_ = with_one_load_a_permit(random_fleet({.seed = GetParam(), .vehicles = 8, .span = 5h}));
  RegistryPtr registry_ = fleet_.registry();
  Told expected_ = replay(registry_, fleet_.recording);
};
INSTANTIATE_TEST_SUITE_P(Seeds, FleetOfQuotas, ::testing::Values(1U, 2U, 3U), ::testing::PrintToStringParamName());

TEST_P(FleetOfQuotas, AReplayTellsEachLoadBeyondTheFirst) {
  std::map<std::string_view, std::size_t> loads;
  for (const Event& event : expected_.events)
    if (event.kind == EventKind::trip_ended) ++loads[std::get<Trip>(event.details).permit];
  std::size_t too_many = 0;
  for (const auto& [permit, count] : loads)
    if (!permit.empty()) too_many += count - 1;
  EXPECT_GE(too_many, 2U);
  EXPECT_EQ(expected_.count_of(EventKind::quota_exceeded), too_many);
}

TEST_P(FleetOfQuotas, NeitherShardsNorTheOrderOfRowsChangeIt) {
  ReplayOptions options;
  options.shards = 3;
  EXPECT_TRUE(same_events(expected_, replay(registry_, fleet_.recording, options)));
  EXPECT_TRUE(same_events(expected_, replay(registry_, shuffled(fleet_.recording, GetParam()), options)));
  options.order = ReplayOrder::arrival;
  EXPECT_TRUE(same_events(expected_, replay(registry_, fleet_.recording, options)));
}

TEST_P(FleetOfQuotas, ALiveEngineTellsItHoweverOftenTicksCome) {
  for (const Milliseconds step : {0ms, 1'000ms, 60'000ms}) {
    SCOPED_TRACE(step.count());
    Told told;
    told.registry = registry_;
    Engine* told_by = nullptr;
    KeepingSink sink{told, [&told_by](VehicleIndex vehicle) { return told_by->name(vehicle); }};
    FleetSink with_fleet{registry_, sink};
    Engine engine{registry_, default_chain(), {}, with_fleet};
    told_by = &engine;
    TimeUtc newest = no_time;
    for (Fix fix : fleet_.recording.fixes) {
      fix.vehicle = engine.vehicle(fleet_.recording.vehicles[static_cast<std::size_t>(fix.vehicle)]);
      newest = std::max(newest, fix.time);
      engine.push(fix);
      if (step > 0ms && newest.time_since_epoch() % step == 0ms) {
        engine.advance({newest});
        EXPECT_FALSE(with_fleet.fleet().holds_events()) << "an event waits for a later one";
      }
    }
    engine.finish();
    EXPECT_TRUE(same_events(expected_, told));
  }
}

TEST_P(FleetOfQuotas, OtherNamesOfVehiclesExceedWithTheSameTrips) {
  const auto backwards = [](const std::string& name) { return std::string{name.rbegin(), name.rend()} + "?"; };
  const RegistryPtr registry = registry::compile(renamed(fleet_.draft, backwards), 1);
  Told told = replay(registry, renamed(fleet_.recording, backwards));
  std::map<std::string, std::string> original;
  for (const std::string& vehicle : fleet_.recording.vehicles) original[backwards(vehicle)] = vehicle;
  for (Event& event : told.events) event.vehicle = original.at(std::string{event.vehicle});
  EXPECT_TRUE(same_lines(lines(expected_.events, Ids::by_episode), lines(in_order(told.events), Ids::by_episode)));
}

/// From when on it shows that the second and the third truck have exchanged names: both are heard, kilometres apart.
TimeUtc time_of_swap(const Recording& recording) {
  constexpr double apart_m = 3000.0;
  std::array<const Fix*, 3> last{};
  for (std::size_t i = 0; i < recording.fixes.size(); ++i) {
    const Fix& fix = recording.fixes[i];
    const auto truck = static_cast<std::size_t>(fix.vehicle);
    if (truck >= last.size()) continue;
    last[truck] = &fix;
    if (i < recording.fixes.size() / 3 || truck == 0 || last[1] == nullptr || last[2] == nullptr) continue;
    const bool heard = fix.time - std::min(last[1]->time, last[2]->time) < 30s;
    if (heard && geo::ground_distance(last[1]->position, last[2]->position) > apart_m) return fix.time;
  }
  ADD_FAILURE() << "they are always near each other";
  return no_time;
}

/// The first truck reports under a second name as well, and from some time on the second and the third bear each
/// other's.
Recording mixed_up(Recording recording) {
  const auto twin = VehicleIndex{static_cast<std::uint32_t>(recording.vehicles.size())};
  recording.vehicles.emplace_back("twin");
  const TimeUtc swapped = time_of_swap(recording);
  std::vector<Fix> seconds_terminal;
  for (Fix& fix : recording.fixes) {
    if (fix.vehicle == VehicleIndex{0}) {
      Fix second = fix;
      second.vehicle = twin;
      second.time += 3s;
      second.position.lat += 0.00005;
      seconds_terminal.push_back(second);
    }
    if (fix.time <= swapped) continue;
    if (fix.vehicle == VehicleIndex{1}) {
      fix.vehicle = VehicleIndex{2};
    } else if (fix.vehicle == VehicleIndex{2}) {
      fix.vehicle = VehicleIndex{1};
    }
  }
  recording.fixes.insert(recording.fixes.end(), seconds_terminal.begin(), seconds_terminal.end());
  std::stable_sort(recording.fixes.begin(), recording.fixes.end(),
                   [](const Fix& a, const Fix& b) { return a.time < b.time; });
  return recording;
}

RandomFleet with_names_mixed_up(RandomFleet fleet) {
  fleet.recording = mixed_up(fleet.recording);
  return fleet;
}

/// What the folds tell of identities has to keep all relations that the chains' own events keep.
class FleetOfMixedUpNames : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  RandomFleet fleet_ = with_names_mixed_up(random_fleet({.seed = GetParam(), .vehicles = 6, .span = 6h}));
  RegistryPtr registry_ = fleet_.registry();
  Told expected_ = replay(registry_, fleet_.recording);
};
INSTANTIATE_TEST_SUITE_P(Seeds, FleetOfMixedUpNames, ::testing::Values(1U, 2U, 3U));

std::vector<std::string> identities(const std::vector<Event>& events) {
  std::vector<std::string> all;
  for (const Event& event : events)
    if (event.kind == EventKind::identity_suspected) {
      const auto& finding = std::get<TerminalFinding>(event.details);
      all.push_back(std::string{event.vehicle} + " " + std::string{finding.sign} + " " + std::string{finding.other});
    }
  std::sort(all.begin(), all.end());
  return all;
}

TEST_P(FleetOfMixedUpNames, EachIsToldWithTheOthersName) {
  const std::vector<std::string>& names = fleet_.recording.vehicles;
  std::vector<std::string> all{names[0] + " second_id twin", "twin second_id " + names[0],
                               names[1] + " swapped_id " + names[2], names[2] + " swapped_id " + names[1]};
  std::sort(all.begin(), all.end());
  EXPECT_EQ(identities(expected_.events), all);
  EXPECT_GE(expected_.count_of(EventKind::track_jumped), 2U);
}

TEST_P(FleetOfMixedUpNames, NeitherShardsNorTheOrderOfRowsChangeIt) {
  ReplayOptions options;
  options.shards = 3;
  EXPECT_TRUE(same_events(expected_, replay(registry_, fleet_.recording, options)));
  EXPECT_TRUE(same_events(expected_, replay(registry_, shuffled(fleet_.recording, GetParam()), options)));
}

TEST_P(FleetOfMixedUpNames, OtherNamesAreMixedUpLikewise) {
  const auto backwards = [](const std::string& name) { return std::string{name.rbegin(), name.rend()} + "?"; };
  const RegistryPtr registry = registry::compile(renamed(fleet_.draft, backwards), 1);
  Told told = replay(registry, renamed(fleet_.recording, backwards));
  std::map<std::string, std::string> original;
  for (const std::string& vehicle : fleet_.recording.vehicles) original[backwards(vehicle)] = vehicle;
  for (Event& event : told.events) {
    event.vehicle = original.at(std::string{event.vehicle});
    if (auto* finding = std::get_if<TerminalFinding>(&event.details); finding != nullptr && !finding->other.empty())
      finding->other = original.at(std::string{finding->other});
  }
  EXPECT_TRUE(same_lines(lines(expected_.events, Ids::by_episode), lines(in_order(told.events), Ids::by_episode)));
}

TEST_P(FleetOfMixedUpNames, ThreeWeeksLaterItIsFoundThreeWeeksLater) {
  constexpr Milliseconds three_weeks = std::chrono::weeks{3};
  const RegistryPtr registry = registry::compile(later_by(fleet_.draft, three_weeks), 1);
  const Told told = replay(registry, later_by(fleet_.recording, three_weeks));
  EXPECT_TRUE(
      same_lines(lines(later_by(expected_.events, three_weeks), Ids::by_episode), lines(told.events, Ids::by_episode)));
}

TEST(FleetOfMixedUpNamesMirrored, TellsTheMirrorImage) {
  const RandomFleet fleet =
      with_names_mixed_up(random_fleet({.seed = 4, .vehicles = 6, .span = 6h, .frame = {0.0, 0.0}}));
  const Told expected = replay(fleet.registry(), fleet.recording);
  EXPECT_GE(identities(expected.events).size(), 2U);
  for (const Mirror mirror : {Mirror::east_west, Mirror::north_south}) {
    const RegistryPtr registry = registry::compile(mirrored(fleet.draft, mirror), 1);
    const Told told = replay(registry, mirrored(fleet.recording, mirror));
    EXPECT_TRUE(same_lines(lines(mirrored(expected.events, mirror)), lines(told.events)));
  }
}

}  // namespace
}  // namespace haulwatch::test
