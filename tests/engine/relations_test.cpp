#include "support/random_fleet.hpp"
#include "support/recorded_events.hpp"
#include "support/variations.hpp"

#include <haulwatch/engine/default_engine.hpp>
#include <haulwatch/engine/default_replay.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace haulwatch::test {
namespace {

using namespace std::chrono_literals;

/// What has to stay the same, or change in a known way, however the same happenings are told.
class Relations : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  RandomFleet fleet_ = random_fleet({.seed = GetParam()});
  const Recording& recording_ = fleet_.recording;
  RegistryPtr registry_ = fleet_.registry();
  Told expected_ = replay(registry_, recording_);
  ::testing::ScopedTrace seed_{__FILE__, __LINE__, "fleet of seed " + std::to_string(GetParam())};
};

INSTANTIATE_TEST_SUITE_P(Fleet, Relations, ::testing::Values(1U, 2U, 3U), ::testing::PrintToStringParamName());

ReplayOptions with_shards(unsigned shards) {
  ReplayOptions options;
  options.shards = shards;
  options.engine.tracks = true;
  return options;
}

TEST(RandomFleets, ShowEveryKindOfEventAndOfRefusal) {
  std::map<EventKind, std::size_t> events;
  VerdictCounts verdicts;
  std::size_t inferred = 0;
  std::size_t between_fixes = 0;
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const RandomFleet fleet = random_fleet({.seed = seed});
    const Told told = replay(fleet.registry(), fleet.recording);
    verdicts += told.counts;
    for (const Event& event : told.events) {
      ++events[event.kind];
      inferred += event.inferred ? 1U : 0U;
      const auto* visit = std::get_if<ZoneVisit>(&event.details);
      between_fixes += visit != nullptr && visit->between_fixes ? 1U : 0U;
    }
    EXPECT_EQ(told.counts.total(), fleet.recording.fixes.size()) << "seed " << seed;
  }
  constexpr std::size_t kinds_told = static_cast<std::size_t>(EventKind::route_rejoined) + 1;
  for (std::size_t i = 0; i < kinds_told; ++i) {
    const auto kind = static_cast<EventKind>(i);
    EXPECT_GE(events[kind], 5U) << name_of(kind);
  }
  EXPECT_GE(inferred, 5U);
  EXPECT_GE(between_fixes, 3U);
  EXPECT_GE(verdicts[Verdict::implied_speed], 20U);
  EXPECT_GE(verdicts[Verdict::duplicate], 20U);
}

TEST_P(Relations, AnyNumberOfShardsTellsTheSameEventsRefusalsAndTracks) {
  const Told one = replay(registry_, recording_, with_shards(1));
  EXPECT_TRUE(same_events(expected_, one)) << "tracks changed the events";
  for (const unsigned shards : {2U, 3U, 7U}) {
    SCOPED_TRACE(shards);
    const Told many = replay(registry_, recording_, with_shards(shards));
    EXPECT_TRUE(same_events(one, many));
    EXPECT_TRUE(same_lines(lines(one.refusals), lines(many.refusals)));
    EXPECT_TRUE(same_lines(lines(one.tracks), lines(many.tracks)));
    EXPECT_EQ(one.counts, many.counts);
  }
}

TEST_P(Relations, ResultsSpilledToTemporaryFilesAreTheSame) {
  ReplayOptions tiny = with_shards(2);
  tiny.memory_bytes = 1U << 12U;
  for (const Recording& recording : {recording_, shuffled(recording_, GetParam())}) {
    const Told in_memory = replay(registry_, recording, with_shards(2));
    const Told spilled = replay(registry_, recording, tiny);
    EXPECT_TRUE(same_events(in_memory, spilled));
    EXPECT_TRUE(same_lines(lines(in_memory.refusals), lines(spilled.refusals)));
    EXPECT_TRUE(same_lines(lines(in_memory.tracks), lines(spilled.tracks)));
  }
}

TEST_P(Relations, AnEngineTellsTheSameAsAReplay) {
  const Told ordered = fold(registry_, recording_);
  EXPECT_TRUE(same_events(expected_, ordered));
  EXPECT_EQ(expected_.counts, ordered.counts);
  Driving at_once;
  at_once.engine.delivery = Delivery::immediate;
  const Told immediate = fold(registry_, recording_, at_once);
  EXPECT_TRUE(same_lines(lines(expected_.events), lines(in_order(immediate.events))));
}

TEST_P(Relations, ImmediateDeliveryKeepsTheOrderWithinAVehicle) {
  Driving at_once;
  at_once.engine.delivery = Delivery::immediate;
  at_once.tick_every = 7s;
  std::map<std::string_view, std::uint32_t> next;
  const Told told = fold(registry_, recording_, at_once);
  for (const Event& event : told.events) EXPECT_EQ(event.sequence, next[event.vehicle]++) << event.vehicle;
}

TEST_P(Relations, RowsLateByLessThanTheLatenessChangeNothing) {
  for (const std::uint64_t order : {1U, 2U}) {
    SCOPED_TRACE(order);
    const Recording disordered = delayed(recording_, 29'999ms, order);
    const Told folded = fold(registry_, disordered);
    EXPECT_TRUE(same_events(expected_, folded));
    EXPECT_EQ(expected_.counts, folded.counts);
    EXPECT_TRUE(same_events(expected_, replay(registry_, disordered, with_shards(2))));
  }
}

TEST_P(Relations, AnyOrderOfTheRowsReplaysTheSame) {
  const std::vector<std::pair<const char*, Recording>> orders{
      {"grouped by vehicle", grouped_by_vehicle(recording_)},
      {"newest first", newest_first(recording_)},
      {"shuffled", shuffled(recording_, GetParam())},
      {"grouped, and newest first", newest_first(grouped_by_vehicle(recording_))}};
  const Told tracked = replay(registry_, recording_, with_shards(1));
  for (const auto& [name, recording] : orders) {
    SCOPED_TRACE(name);
    const Told told = replay(registry_, recording, with_shards(3));
    EXPECT_TRUE(same_events(expected_, told));
    EXPECT_TRUE(same_lines(lines(tracked.tracks), lines(told.tracks)));
    EXPECT_EQ(expected_.counts, told.counts);
  }
}

TEST_P(Relations, MoreLatenessThanTheDisorderNeedsChangesNothing) {
  for (const Milliseconds lateness : {0ms, 1ms, 60'000ms, 300'000ms}) {
    SCOPED_TRACE(lateness.count());
    Driving driving;
    driving.engine.front.order.lateness = lateness;
    EXPECT_TRUE(same_events(expected_, fold(registry_, recording_, driving)));
    driving.engine.delivery = Delivery::immediate;
    driving.tick_every = 1min;
    EXPECT_TRUE(same_lines(lines(expected_.events), lines(in_order(fold(registry_, recording_, driving).events))));
  }
}

TEST_P(Relations, TicksChangeNothingHoweverOftenTheyCome) {
  for (const Milliseconds step : {1'000ms, 7'000ms, 60'000ms, 3'600'000ms}) {
    SCOPED_TRACE(step.count());
    Driving driving;
    driving.tick_every = step;
    EXPECT_TRUE(same_events(expected_, fold(registry_, recording_, driving)));
    EXPECT_TRUE(same_events(expected_, fold(registry_, delayed(recording_, 29'999ms, 5), driving))) << "delayed";
    driving.engine.delivery = Delivery::immediate;
    EXPECT_TRUE(same_lines(lines(expected_.events), lines(in_order(fold(registry_, recording_, driving).events))));
  }
}

TEST_P(Relations, AFixSentTwiceIsCountedAndChangesNothing) {
  for (const Recording& twice : {each_row_twice(recording_), followed_by_itself(recording_)}) {
    const Told told = replay(registry_, twice, with_shards(2));
    EXPECT_TRUE(same_events(expected_, told));
    EXPECT_EQ(told.counts.total(), 2 * expected_.counts.total());
    EXPECT_EQ(told.counts[Verdict::duplicate], expected_.counts[Verdict::duplicate] + recording_.fixes.size());
  }
  EXPECT_TRUE(same_events(expected_, fold(registry_, each_row_twice(recording_))));
}

TEST_P(Relations, OtherNamesOfVehiclesChangeNamesAndIdsOnly) {
  const auto backwards = [](const std::string& name) { return std::string{name.rbegin(), name.rend()} + "?"; };
  const RegistryPtr registry = registry::compile(renamed(fleet_.draft, backwards), 1);
  Told told = replay(registry, renamed(recording_, backwards));
  std::map<std::string, std::string> original;
  for (const std::string& vehicle : recording_.vehicles) original[backwards(vehicle)] = vehicle;
  for (Event& event : told.events) event.vehicle = original.at(std::string{event.vehicle});
  EXPECT_TRUE(same_lines(lines(expected_.events, Ids::by_episode), lines(in_order(told.events), Ids::by_episode)));
}

TEST_P(Relations, ThreeWeeksLaterEverythingHappensThreeWeeksLater) {
  constexpr Milliseconds three_weeks = std::chrono::weeks{3};
  const RegistryPtr registry = registry::compile(later_by(fleet_.draft, three_weeks), 1);
  const Told told = replay(registry, later_by(recording_, three_weeks));
  EXPECT_TRUE(
      same_lines(lines(later_by(expected_.events, three_weeks), Ids::by_episode), lines(told.events, Ids::by_episode)));
}

TEST_P(Relations, FarAwayZonesChangeNothing) {
  const RegistryPtr larger = registry::compile(with_far_zones(fleet_.draft, 1'000), 1);
  EXPECT_TRUE(same_events(expected_, replay(larger, recording_)));
}

TEST_P(Relations, TheNumbersOfVehiclesDoNotMatter) {
  for (const std::uint64_t order : {1U, 2U}) {
    const Recording other = renumbered(recording_, order);
    EXPECT_TRUE(same_events(expected_, replay(registry_, other, with_shards(3))));
    EXPECT_TRUE(same_events(expected_, fold(registry_, grouped_by_vehicle(other))));
  }
}

TEST_P(Relations, TheInputMayBeCutAnywhere) {
  for (const std::size_t size :
       {std::size_t{2}, std::size_t{13}, recording_.fixes.size() / 2, recording_.fixes.size()}) {
    SCOPED_TRACE(size);
    Driving driving;
    driving.fixes_a_call = size;
    EXPECT_TRUE(same_events(expected_, fold(registry_, recording_, driving)));
  }
}

/// The world about 0 degrees east and north, where a mirror image needs no rounding.
class MirrorRelations : public ::testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Fleet, MirrorRelations, ::testing::Values(4U, 5U, 6U), ::testing::PrintToStringParamName());

TEST_P(MirrorRelations, AMirroredWorldTellsMirroredEvents) {
  const RandomFleet fleet = random_fleet({.seed = GetParam(), .frame = {0.0, 0.0}});
  const Told expected = replay(fleet.registry(), fleet.recording);
  ASSERT_FALSE(expected.events.empty());
  for (const Mirror mirror : {Mirror::east_west, Mirror::north_south}) {
    SCOPED_TRACE(mirror == Mirror::east_west ? "east-west" : "north-south");
    const RegistryPtr registry = registry::compile(mirrored(fleet.draft, mirror), 1);
    const Told told = replay(registry, mirrored(fleet.recording, mirror));
    EXPECT_TRUE(same_lines(lines(mirrored(expected.events, mirror)), lines(told.events)));
  }
}

}  // namespace
}  // namespace haulwatch::test
