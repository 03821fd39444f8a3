#include "support/random_fleet.hpp"
#include "support/recorded_events.hpp"
#include "support/variations.hpp"

#include <haulwatch/engine/default_engine.hpp>
#include <haulwatch/engine/fleet_sink.hpp>
#include <haulwatch/registry/compile.hpp>

#include <gtest/gtest.h>

#include <algorithm>
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

}  // namespace
}  // namespace haulwatch::test
