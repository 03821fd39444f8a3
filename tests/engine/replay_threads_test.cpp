#include "support/random_fleet.hpp"
#include "support/recorded_events.hpp"
#include "support/temporary_folder.hpp"
#include "support/variations.hpp"

#include <haulwatch/engine/default_engine.hpp>
#include <haulwatch/engine/default_replay.hpp>
#include <haulwatch/error.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace haulwatch::test {
namespace {

using namespace std::chrono_literals;

constexpr FleetSettings small_fleet{.seed = 51, .vehicles = 14, .span = 40min};

ReplayOptions with_shards(unsigned shards) {
  ReplayOptions options;
  options.shards = shards;
  options.engine.tracks = true;
  return options;
}

void expect_same(const Told& expected, const Told& actual) {
  EXPECT_TRUE(same_events(expected, actual));
  EXPECT_TRUE(same_lines(lines(expected.refusals), lines(actual.refusals)));
  EXPECT_TRUE(same_lines(lines(expected.tracks), lines(actual.tracks)));
  EXPECT_EQ(expected.counts, actual.counts);
}

class ReplayThreads : public ::testing::Test {
 protected:
  ReplayThreads() {
    for (const std::string& vehicle : recording_.vehicles) names_.intern(vehicle);
  }

  ReplayResult run(const ReplayOptions& options, ReplaySink& sink, std::size_t batch = 1000) const {
    Replay replay{registry_, default_chain(), options};
    return replay.run([&] { return std::make_unique<RecordedFixes>(recording_.fixes, batch); }, names_, sink);
  }

  RandomFleet fleet_ = random_fleet(small_fleet);
  const Recording& recording_ = fleet_.recording;
  RegistryPtr registry_ = fleet_.registry();
  VehicleNames names_;
};

TEST_F(ReplayThreads, OneTwoThreeAndSevenTellTheSame) {
  const Told one = replay(registry_, recording_, with_shards(1));
  for (const unsigned shards : {2U, 3U, 7U}) {
    SCOPED_TRACE(shards);
    expect_same(one, replay(registry_, recording_, with_shards(shards)));
  }
}

TEST_F(ReplayThreads, SortTheSameFromAnyOrderOfRows) {
  const Told one = replay(registry_, recording_, with_shards(1));
  const Told sorted = replay(registry_, shuffled(recording_, 52), with_shards(3));
  EXPECT_TRUE(same_events(one, sorted));
  EXPECT_TRUE(same_lines(lines(one.tracks), lines(sorted.tracks)));
  EXPECT_EQ(one.counts, sorted.counts);
}

TEST_F(ReplayThreads, EndWithWhatTheSinkThrew) {
  struct Full : std::runtime_error {
    Full() : std::runtime_error{"the disk is full"} {}
  };
  class FullSink : public ReplaySink {
   public:
    void on_event(const Event&) override {
      if (++given == 3) throw Full{};
    }
    int given = 0;
  };
  for (const unsigned shards : {1U, 2U, 7U}) {
    SCOPED_TRACE(shards);
    FullSink sink;
    EXPECT_THROW(run(with_shards(shards), sink), Full);
    EXPECT_EQ(sink.given, 3);
  }
}

/// Fixes that break off with an error that is not the input's.
class FailingFixes : public FixSource {
 public:
  explicit FailingFixes(const std::vector<Fix>& fixes) : whole_{fixes, 100} {}
  bool read(std::vector<Fix>& batch) override {
    if (++batches_ > 5) throw std::logic_error{"a fault of the host"};
    return whole_.read(batch);
  }

 private:
  RecordedFixes whole_;
  int batches_ = 0;
};

TEST_F(ReplayThreads, EndWithWhatTheSourceThrew) {
  for (const unsigned shards : {1U, 7U}) {
    Told told;
    KeepingSink sink{told, [this](VehicleIndex vehicle) { return names_.name(vehicle); }};
    Replay replay{registry_, default_chain(), with_shards(shards)};
    EXPECT_THROW(replay.run([&] { return std::make_unique<FailingFixes>(recording_.fixes); }, names_, sink),
                 std::logic_error);
    EXPECT_TRUE(told.events.empty());
  }
}

TEST_F(ReplayThreads, EndWithWhatAShardThrew) {
  const TemporaryFolder folder;
  setenv("TMPDIR", (folder.path() / "that is not there").c_str(), 1);
  for (const unsigned shards : {1U, 7U}) {
    SCOPED_TRACE(shards);
    ReplayOptions options = with_shards(shards);
    options.memory_bytes = 1U << 12U;
    Told told;
    KeepingSink sink{told, [this](VehicleIndex vehicle) { return names_.name(vehicle); }};
    EXPECT_THROW(run(options, sink), FileError);
    EXPECT_TRUE(told.events.empty());
  }
}

TEST_F(ReplayThreads, AskedToStopMidwayTellWhatIsProvenAndNoSilence) {
  std::size_t many = 0;
  for (const unsigned shards : {1U, 3U}) {
    SCOPED_TRACE(shards);
    std::atomic<bool> interrupted{false};
    ReplayOptions options = with_shards(shards);
    options.interrupted = &interrupted;
    const std::uint64_t half = recording_.fixes.size() / 2;
    options.progress = [&](std::uint64_t fixes) { interrupted = fixes >= half; };
    Told told;
    KeepingSink sink{told, [this](VehicleIndex vehicle) { return names_.name(vehicle); }};
    const ReplayResult result = run(options, sink, 100);

    EXPECT_TRUE(result.interrupted);
    EXPECT_GE(result.counts.total(), half);
    EXPECT_LT(result.counts.total(), half + 100);
    EXPECT_FALSE(told.events.empty());
    for (const Event& event : told.events) EXPECT_LE(event.detected, result.newest);
    many = shards == 1 ? told.events.size() : many;
    EXPECT_EQ(told.events.size(), many);
  }
}

TEST_F(ReplayThreads, AskedToStopByAnotherThreadEndSoon) {
  std::atomic<bool> interrupted{false};
  std::atomic<bool> reading{false};
  ReplayOptions options = with_shards(2);
  options.interrupted = &interrupted;
  options.progress = [&](std::uint64_t) { reading = true; };
  std::thread somebody{[&] {
    while (!reading) std::this_thread::yield();
    interrupted = true;
  }};
  Told told;
  KeepingSink sink{told, [this](VehicleIndex vehicle) { return names_.name(vehicle); }};
  const ReplayResult result = run(options, sink, 1);
  somebody.join();
  // The other thread may come too late on a busy machine; either way nothing hangs and each fix counts once.
  EXPECT_LE(result.counts.total(), recording_.fixes.size());
  EXPECT_TRUE(result.interrupted || result.counts.total() == recording_.fixes.size());
}

TEST_F(ReplayThreads, OfTwoReplaysAtOnceDoNotMeet) {
  const RandomFleet other = random_fleet({.seed = 53, .vehicles = 9, .span = 40min});
  const RegistryPtr other_registry = other.registry();
  const Told expected = replay(registry_, recording_, with_shards(1));
  const Told expected_other = replay(other_registry, other.recording, with_shards(1));
  Told here;
  Told there;
  std::thread beside{[&] { there = replay(other_registry, other.recording, with_shards(2)); }};
  here = replay(registry_, recording_, with_shards(3));
  beside.join();
  expect_same(expected, here);
  expect_same(expected_other, there);
}

TEST_F(ReplayThreads, OfTwoEnginesMayShareOneRegistry) {
  Driving driving;
  driving.tick_every = 10s;
  const Told expected = fold(registry_, recording_, driving);
  Told here;
  Told there;
  std::thread beside{[&] { there = fold(registry_, recording_, driving); }};
  here = fold(registry_, recording_, driving);
  beside.join();
  EXPECT_TRUE(same_events(expected, here));
  EXPECT_TRUE(same_events(expected, there));
}

}  // namespace
}  // namespace haulwatch::test
