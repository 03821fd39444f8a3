#include "support/late_arrivals.hpp"
#include "support/random_fleet.hpp"
#include "support/recorded_events.hpp"

#include <haulwatch/engine/default_engine.hpp>
#include <haulwatch/engine/fleet_sink.hpp>
#include <haulwatch/engine/manifest_log.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace haulwatch::test {
namespace {

using namespace std::chrono_literals;

/// A day of a small fleet under permits, quotas and manifests, told in perfect order, against which every other way of
/// telling it is held.
class Day {
 public:
  explicit Day(std::uint64_t seed, int vehicles = 6, Milliseconds span = 5h)
      : fleet_{random_fleet({.seed = seed, .vehicles = vehicles, .span = span})} {
    if (seed % 2 != 0) fleet_ = with_one_load_a_permit(std::move(fleet_));
    registry_ = fleet_.registry();
    const Arrivals in_order = arrivals({}, ReceivedTimes::not_kept);
    manifests_ = std::make_shared<const ManifestLog>(manifests_for(fold(in_order, 0ms).told.events, seed), *registry_);
    expected_ = fold(in_order, 0ms).told;
    expected_.events = final_events(expected_.events);
  }

  [[nodiscard]] const Recording& recording() const { return fleet_.recording; }
  [[nodiscard]] const RegistryPtr& registry() const { return registry_; }
  [[nodiscard]] const std::shared_ptr<const ManifestLog>& manifests() const { return manifests_; }
  [[nodiscard]] const Told& expected() const { return expected_; }
  [[nodiscard]] Arrivals arrivals(const std::vector<Outage>& outages, ReceivedTimes received) const {
    return test::arrivals(fleet_.recording, outages, received);
  }
  /// Long after the last upload.
  [[nodiscard]] TimeUtc end() const { return fleet_.recording.fixes.back().time + 8h; }
  [[nodiscard]] FoldedArrivals fold(const Arrivals& arrivals, Milliseconds tick_every,
                                    const EngineOptions& options = {}) const {
    return test::fold(registry_, arrivals, {options, tick_every, manifests_, end()});
  }
  [[nodiscard]] ReplayOptions replay_options() const {
    ReplayOptions options;
    options.until = end();
    options.manifests = manifests_;
    return options;
  }
  [[nodiscard]] ::testing::AssertionResult ends_alike(const FoldedArrivals& folded) const {
    if (expected_.events.empty()) return ::testing::AssertionFailure() << "nothing was expected";
    return same_lines(episodes(expected_.events), episodes(final_events(folded.told.events)));
  }

 private:
  RandomFleet fleet_;
  RegistryPtr registry_;
  std::shared_ptr<const ManifestLog> manifests_;
  Told expected_;
};

std::vector<Outage> some_outages(const Recording& recording, std::mt19937_64& random) {
  const auto whole = [&](std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(high - low + 1));
  };
  const TimeUtc start = recording.fixes.front().time;
  const auto span = (recording.fixes.back().time - start).count();
  std::vector<Outage> all;
  for (std::uint32_t vehicle = 0; vehicle < recording.vehicles.size(); ++vehicle) {
    TimeUtc free = start + Milliseconds{whole(0, span / 3)};
    for (auto left = whole(1, 3); left > 0; --left) {
      Outage outage;
      outage.vehicle = vehicle;
      outage.from = free;
      outage.to = free + Milliseconds{whole(60'000, 7'200'000)};
      outage.piece = static_cast<std::size_t>(whole(1, 60));
      outage.newest_first = random() % 3 != 0;
      outage.twice = random() % 3 != 0;
      outage.between = Milliseconds{whole(0, 3'000)};
      all.push_back(outage);
      free = outage.to + Milliseconds{whole(0, span / 6)};
    }
  }
  return all;
}

/// The fewest of the outages with which it still fails.
template <class Fails>
std::vector<Outage> shrunk(std::vector<Outage> outages, Fails&& fails) {
  for (std::size_t size = outages.size() / 2; size > 0; size /= 2) {
    for (std::size_t at = 0; at + size <= outages.size();) {
      std::vector<Outage> fewer = outages;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(at),
                  fewer.begin() + static_cast<std::ptrdiff_t>(at + size));
      if (!fewer.empty() && fails(fewer)) {
        outages = fewer;
      } else {
        at += size;
      }
    }
  }
  return outages;
}

/// More where somebody asks for them: HAULWATCH_ROUNDS=100.
int rounds() {
  const char* wanted = std::getenv("HAULWATCH_ROUNDS");
  return wanted == nullptr ? 1 : std::max(1, std::atoi(wanted));
}

constexpr std::array<std::uint64_t, 4> seeds{301, 302, 303, 304};

class LateData : public ::testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Fleet, LateData, ::testing::ValuesIn(seeds), ::testing::PrintToStringParamName());

TEST(LateDataDays, HoldEveryKindOfEvent) {
  std::size_t all = 0;
  std::array<std::size_t, event_kind_count> counts{};
  for (const std::uint64_t seed : seeds) {
    const Day day{seed};
    for (const Event& event : day.expected().events) ++counts[static_cast<std::size_t>(event.kind)];
    all += day.expected().events.size();
  }
  for (std::size_t i = 0; i < event_kind_count; ++i) EXPECT_GT(counts[i], 0U) << name_of(static_cast<EventKind>(i));
  EXPECT_GT(all, 1'000U);
}

TEST_P(LateData, EndsAsPerfectOrderWouldHoweverItArrives) {
  const Day day{GetParam()};
  std::mt19937_64 random{GetParam()};
  for (int round = 0; round < rounds(); ++round) {
    for (const ReceivedTimes received : {ReceivedTimes::kept, ReceivedTimes::not_kept}) {
      for (const Milliseconds ticks : std::array<Milliseconds, 3>{0s, 5s, 60s}) {
        const std::vector<Outage> outages = some_outages(day.recording(), random);
        const auto differs = [&](const std::vector<Outage>& some) {
          return !day.ends_alike(day.fold(day.arrivals(some, received), ticks));
        };
        if (!differs(outages)) continue;
        const std::vector<Outage> fewest = shrunk(outages, differs);
        std::string list;
        for (const Outage& outage : fewest) list += told(outage) + '\n';
        ADD_FAILURE() << "ticks every " << ticks.count() << " ms, received "
                      << (received == ReceivedTimes::kept ? "kept" : "not kept") << ", with\n"
                      << list << day.ends_alike(day.fold(day.arrivals(fewest, received), ticks)).message();
        return;
      }
    }
  }
}

/// Two hours of one vehicle, uploaded in pieces, newest first, twice.
std::vector<Outage> one_outage(const Day& day, std::uint32_t vehicle) {
  Outage outage;
  outage.vehicle = vehicle;
  outage.from = day.recording().fixes.front().time + 80min;
  outage.to = outage.from + 2h;
  outage.between = 100ms;
  return {outage};
}

TEST(LateUpload, CostsOneRunOrTwoHoweverManyFixesItHas) {
  const Day day{311, 2};
  for (const std::uint32_t vehicle : {0U, 1U}) {  // every second, and every two
    const FoldedArrivals folded = day.fold(day.arrivals(one_outage(day, vehicle), ReceivedTimes::kept), 1s);
    EXPECT_TRUE(day.ends_alike(folded));
    EXPECT_GE(folded.told.counts[Verdict::merged], 1'000U);
    EXPECT_GE(folded.told.counts[Verdict::duplicate], folded.told.counts[Verdict::merged]);
    EXPECT_LE(folded.reruns, 2U);
  }
}

/// Manifests were due before their truck was heard at all, since it began its day without a network, or spent it so.
TEST(LateUpload, MayComeFromBeforeTheFirstFix) {
  const Day day{301};
  const TimeUtc start = day.recording().fixes.front().time;
  for (const std::uint32_t vehicle : {0U, 4U, 5U}) {
    Outage morning;
    morning.vehicle = vehicle;
    morning.from = start;
    morning.to = start + 2h;
    Outage whole_day = morning;
    whole_day.to = start + 6h;
    whole_day.newest_first = false;
    for (const Outage& outage : {morning, whole_day}) {
      for (const Milliseconds ticks : {0ms, 60'000ms}) {
        const FoldedArrivals folded = day.fold(day.arrivals({outage}, ReceivedTimes::not_kept), ticks);
        EXPECT_TRUE(day.ends_alike(folded)) << told(outage) << " with ticks every " << ticks.count();
        EXPECT_EQ(folded.told.counts[Verdict::late], 0U);
      }
    }
  }
}

TEST(LateUpload, IsRefusedBeyondTheHorizonAndCounted) {
  const Day day{312, 2};
  EngineOptions options;
  options.journal.horizon = 30min;
  const Arrivals arrived = day.arrivals(one_outage(day, 1), ReceivedTimes::kept);
  const FoldedArrivals folded = day.fold(arrived, 5s, options);
  EXPECT_GE(folded.told.counts[Verdict::late], 100U);
  EXPECT_GE(folded.told.counts[Verdict::merged], 100U);
  EXPECT_EQ(folded.told.counts.total(), arrived.at.size());
  const auto told_late = std::count_if(folded.told.refusals.begin(), folded.told.refusals.end(),
                                       [](const Told::Refusal& r) { return r.why == Verdict::late; });
  EXPECT_EQ(static_cast<std::uint64_t>(told_late), folded.told.counts[Verdict::late]);
}

TEST(LateUpload, LeavesEachFixInOneBucketAsInAReplayOfTheArrivals) {
  const Day day{313};
  std::mt19937_64 random{313};
  const Arrivals arrived = day.arrivals(some_outages(day.recording(), random), ReceivedTimes::kept);
  const FoldedArrivals folded = day.fold(arrived, 0ms);
  EXPECT_EQ(folded.told.counts.total(), arrived.at.size());
  ReplayOptions options = day.replay_options();
  options.order = ReplayOrder::arrival;
  options.engine.tracks = true;
  std::vector<std::string> first;
  for (const unsigned shards : {1U, 3U}) {
    SCOPED_TRACE(shards);
    options.shards = shards;
    const Told told = replay(day.registry(), arrived.recording, options);
    EXPECT_EQ(told.counts, folded.told.counts);
    // As many are refused as the counts say, each once, and every other one is in the tracks, once.
    EXPECT_EQ(told.refusals.size(), told.counts.total() - told.counts.accepted());
    const auto kept = std::count_if(told.tracks.begin(), told.tracks.end(),
                                    [](const Told::Cleaned& t) { return t.fix.verdict == Verdict::kept; });
    EXPECT_EQ(static_cast<std::uint64_t>(kept), told.counts.accepted());
    if (first.empty()) first = lines(told.events);
    EXPECT_EQ(lines(told.events), first);
  }
}

TEST(LateUpload, AFinalViewIsThatOfPerfectOrder) {
  const Day day{314};
  std::mt19937_64 random{314};
  const Arrivals arrived = day.arrivals(some_outages(day.recording(), random), ReceivedTimes::kept);
  ReplayOptions options = day.replay_options();
  options.final_only = true;
  const Told expected = replay(day.registry(), arrived.recording, options);
  options.order = ReplayOrder::arrival;
  const Told told = replay(day.registry(), arrived.recording, options);
  EXPECT_FALSE(expected.events.empty());
  EXPECT_TRUE(same_lines(episodes(expected.events), episodes(told.events)));
  EXPECT_TRUE(std::none_of(told.events.begin(), told.events.end(), [](const Event& e) { return e.retracted; }));
}

TEST(LateUpload, MayComeAfterAVehicleMovedToAnotherEngine) {
  const Day day{315, 2};
  const Arrivals arrived = day.arrivals(one_outage(day, 1), ReceivedTimes::kept);
  const FoldedArrivals folded = day.fold(arrived, 0ms);
  Told told;
  Engine* speaker = nullptr;
  KeepingSink sink{told, [&](VehicleIndex vehicle) { return speaker->name(vehicle); }};
  FleetSink fleet{day.registry(), sink};
  EngineOptions options;
  options.manifests = day.manifests()->duty();
  Engine home{day.registry(), default_chain(), options, fleet};
  Engine away{day.registry(), default_chain(), options, fleet};
  away.vehicle("somebody else, so that numbers differ");
  std::vector<Engine*> at(arrived.recording.vehicles.size(), &home);
  const auto manifests = filed(*day.manifests());
  auto next = manifests.begin();
  const auto file_until = [&](TimeUtc now) {
    for (; next != manifests.end() && next->version->at <= now; ++next) {
      const auto number =
          std::find(arrived.recording.vehicles.begin(), arrived.recording.vehicles.end(), next->vehicle) -
          arrived.recording.vehicles.begin();
      Engine& engine = *at[static_cast<std::size_t>(number)];
      engine.push(engine.vehicle(next->vehicle), *next->version);
    }
  };
  for (std::size_t i = 0; i < arrived.at.size(); ++i) {
    file_until(arrived.at[i]);
    Fix fix = arrived.recording.fixes[i];
    const auto number = static_cast<std::size_t>(fix.vehicle);
    const std::string& name = arrived.recording.vehicles[number];
    if (i % 200 == 0) {
      Engine& to = at[number] == &home ? away : home;
      to.restore(to.vehicle(name), at[number]->save(at[number]->vehicle(name)));
      at[number]->forget(at[number]->vehicle(name));
      at[number] = &to;
    }
    speaker = at[number];
    fix.vehicle = speaker->vehicle(name);
    speaker->push(fix);
  }
  file_until(TimeUtc::max());
  for (Engine* engine : {&home, &away}) {
    speaker = engine;
    engine->flush_fixes();
    engine->finish_at(day.end());
  }
  EXPECT_TRUE(same_lines(episodes(final_events(folded.told.events)), episodes(final_events(told.events))));
}

}  // namespace
}  // namespace haulwatch::test
