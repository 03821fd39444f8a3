#include "pipeline_run.hpp"

#include "support/random_fleet.hpp"
#include "support/recorded_events.hpp"
#include "support/variations.hpp"

#include <haulwatch/engine/default_engine.hpp>
#include <haulwatch/engine/default_pipeline.hpp>
#include <haulwatch/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace haulwatch::test {
namespace {

using namespace std::chrono_literals;

/// Rows out of order by up to 25 s, and a few that come minutes too late, so that portions differ where ticks do.
Recording disordered(const Recording& recording, std::uint64_t seed) {
  Recording rows = delayed(recording, 25s, seed);
  for (std::size_t i = 40; i + 60 < rows.fixes.size(); i += 97) std::swap(rows.fixes[i], rows.fixes[i + 60]);
  return rows;
}

PipelineOptions with(unsigned shards, unsigned sources, unsigned open_ticks = 8) {
  PipelineOptions options;
  options.shards = shards;
  options.sources = sources;
  options.open_ticks = open_ticks;
  return options;
}

class PipelineThreads : public ::testing::Test {
 protected:
  void expect_the_same_as_one_engine(PipelineOptions options, std::size_t batch, const Told& expected) {
    SCOPED_TRACE(std::to_string(options.shards) + " shards, " + std::to_string(options.sources) + " sources, " +
                 std::to_string(options.open_ticks) + " open ticks, batches of " + std::to_string(batch));
    TellingPipeline pipeline{registry_, options};
    std::vector<Source> sources = open_sources(*pipeline.operator->(), options.sources);
    push_all(sources, rows_, batch);
    pipeline->finish();
    const PipelineMetrics metrics = pipeline->metrics();
    expect_all_accounted_for(metrics);
    EXPECT_EQ(metrics.accepted, rows_.fixes);
    EXPECT_EQ(metrics.verdicts, expected.counts);
    EXPECT_EQ(metrics.delivered, pipeline.told().events.size());
    EXPECT_EQ(metrics.queue_wait.count(), rows_.fixes);
    EXPECT_TRUE(same_lines(sorted(lines(expected.refusals)), sorted(lines(pipeline.told().refusals))));
    if (options.engine.delivery == Delivery::ordered) {
      EXPECT_TRUE(same_events(expected, pipeline.told()));
    } else {
      EXPECT_TRUE(same_lines(sorted(lines(expected.events)), sorted(lines(pipeline.told().events))));
    }
  }

  RandomFleet fleet_ = random_fleet({.seed = 81, .vehicles = 14, .span = 40min});
  RegistryPtr registry_ = fleet_.registry();
  TickedRecording rows_ = ticked(disordered(fleet_.recording, 82), 10s);
};

TEST_F(PipelineThreads, TellWhatOneEngineTellsWhateverTheirNumbers) {
  const Told expected = told_by_engine(registry_, rows_);
  expect_the_same_as_one_engine(with(1, 1), 1, expected);
  expect_the_same_as_one_engine(with(3, 1, 1), 64, expected);
  expect_the_same_as_one_engine(with(1, 3, 2), 5, expected);
  expect_the_same_as_one_engine(with(4, 3, 1), 17, expected);
  expect_the_same_as_one_engine(with(2, 5, 64), 1000, expected);
}

TEST_F(PipelineThreads, TellWhatLateFixesChangeInTracks) {
  PipelineOptions options = with(3, 2);
  options.engine.tracks = true;
  const Told expected = told_by_engine(registry_, rows_, options.engine);
  TellingPipeline pipeline{registry_, options};
  std::vector<Source> sources = open_sources(*pipeline.operator->(), options.sources);
  push_all(sources, rows_, 20);
  pipeline->finish();
  const auto in_order = [](auto list) {
    std::sort(list.begin(), list.end());
    return list;
  };
  EXPECT_GT(expected.counts[Verdict::merged], 10U);
  EXPECT_GT(expected.tracks_anew.size(), 5U);
  EXPECT_EQ(in_order(expected.tracks_anew), in_order(pipeline.told().tracks_anew));
  EXPECT_TRUE(same_lines(sorted(lines(expected.tracks)), sorted(lines(pipeline.told().tracks))));
}

TEST_F(PipelineThreads, TellItThroughQueuesOfAFewFixes) {
  const Told expected = told_by_engine(registry_, rows_);
  for (const Overflow overflow : {Overflow::block, Overflow::reject}) {
    PipelineOptions options = with(2, 2, 2);
    options.queue_capacity = 3;
    options.overflow = overflow;
    TellingPipeline pipeline{registry_, options};
    std::vector<Source> sources = open_sources(*pipeline.operator->(), 2);
    push_all(sources, rows_, 50);
    pipeline->finish();
    EXPECT_TRUE(same_events(expected, pipeline.told()));
    const PipelineMetrics metrics = pipeline->metrics();
    expect_all_accounted_for(metrics);
    EXPECT_EQ(metrics.accepted, rows_.fixes);
    EXPECT_GT(metrics.waits + metrics.rejected, 0U) << "no queue was ever full: the run proves little";
    EXPECT_EQ(overflow == Overflow::block ? metrics.rejected : metrics.waits, 0U);
  }
}

TEST_F(PipelineThreads, WithImmediateDeliveryTellTheSameInOrderWithinEachVehicle) {
  PipelineOptions options = with(2, 2);
  options.engine.delivery = Delivery::immediate;
  options.engine.tracks = true;
  const Told expected = told_by_engine(registry_, rows_, options.engine);
  expect_the_same_as_one_engine(options, 20, expected);

  TellingPipeline pipeline{registry_, options};
  std::vector<Source> sources = open_sources(*pipeline.operator->(), 2);
  push_all(sources, rows_, 20);
  pipeline->finish();
  std::map<std::string_view, std::uint32_t> next;
  for (const Event& event : pipeline.told().events) EXPECT_EQ(event.sequence, next[event.vehicle]++);
  EXPECT_TRUE(same_lines(sorted(lines(expected.tracks)), sorted(lines(pipeline.told().tracks))));
}

TEST_F(PipelineThreads, DrivenByTheHostsOwnLoopTellTheSame) {
  const Told expected = told_by_engine(registry_, rows_);
  PipelineOptions options = with(2, 2, 3);
  options.threads = haulwatch::PipelineThreads::host;
  options.overflow = Overflow::reject;
  options.queue_capacity = 40;
  TellingPipeline pipeline{registry_, options};
  std::vector<Source> sources = open_sources(*pipeline.operator->(), 2);
  std::atomic<bool> pushed{false};
  std::thread loop{[&] {
    while (!pushed) {
      pipeline->run_shard(0);
      pipeline->run_shard(1);
      pipeline->deliver();
    }
  }};
  push_all(sources, rows_, 30);
  EXPECT_TRUE(pipeline->drain());
  pushed = true;
  loop.join();
  pipeline->finish();
  EXPECT_TRUE(same_events(expected, pipeline.told()));
  expect_all_accounted_for(pipeline->metrics());
}

TEST_F(PipelineThreads, DeliverTickByTickWithoutWaitingForTheEnd) {
  const Told expected = told_by_engine(registry_, rows_);
  TellingPipeline pipeline{registry_, with(2, 2)};
  std::vector<Source> sources = open_sources(*pipeline.operator->(), 2);
  push_all(sources, rows_, 100);
  ASSERT_TRUE(pipeline->drain());
  const PipelineMetrics metrics = pipeline->metrics();
  EXPECT_EQ(metrics.steps, rows_.spans.size());
  EXPECT_EQ(metrics.tick_to_sink.count(), metrics.steps);
  EXPECT_EQ(metrics.queued, 0U);
  EXPECT_GT(metrics.delivered, expected.events.size() * 3 / 4);
  pipeline->stop();
}

/// Notes up to when it was told that all had come, and checks that nothing older comes then but from late fixes.
class BoundsSink : public Sink {
 public:
  void on_event(const Event&) override { ++events; }
  void on_complete_before(TimeUtc bound) override { bounds.emplace_back(bound, events); }
  std::vector<std::pair<TimeUtc, std::size_t>> bounds;
  std::size_t events = 0;
};

TEST_F(PipelineThreads, SayUpToWhenAllHasComeAsOneEngineDoes) {
  BoundsSink expected;
  Engine engine{registry_, default_chain(), {}, expected};
  for (const TickedRecording::Span& span : rows_.spans) {
    for (Fix fix : span.fixes) {
      fix.vehicle = engine.vehicle(rows_.vehicles[static_cast<std::size_t>(fix.vehicle)]);
      engine.push(fix);
    }
    engine.advance({span.tick});
  }
  engine.finish();
  BoundsSink sink;
  Pipeline pipeline{registry_, default_chain(), with(3, 2), sink};
  std::vector<Source> sources = open_sources(pipeline, 2);
  push_all(sources, rows_, 50);
  pipeline.finish();
  EXPECT_EQ(expected.bounds, sink.bounds);
}

TEST_F(PipelineThreads, ShowEachVehiclesPresentAtAnyTime) {
  PipelineOptions options = with(2, 2);
  options.engine.delivery = Delivery::immediate;  // so that the events told are all that the status knows
  TellingPipeline pipeline{registry_, options};
  std::vector<Source> sources = open_sources(*pipeline.operator->(), 2);
  std::atomic<bool> pushed{false};
  std::thread map{[&] {
    while (!pushed) {
      pipeline->for_each_status([&](std::string_view name, const VehicleStatus& status) {
        EXPECT_FALSE(name.empty());
        if (status.time == no_time) return;
        // Torn apart, time and place would not belong together.
        EXPECT_NEAR(status.place.lat, 30.7, 3.0);
        EXPECT_EQ(status.registry, 1U);
        EXPECT_EQ(status.stopped, status.stopped_since != no_time);
        EXPECT_LE(status.stopped_since, status.time);
      });
    }
  }};
  push_all(sources, rows_, 20);
  ASSERT_TRUE(pipeline->drain());
  pushed = true;
  map.join();

  // What was told to have begun and not to have ended is what is.
  std::map<std::string, bool> silent;
  std::map<std::string, bool> stopped;
  for (const Event& event : pipeline.told().events) {
    const std::string vehicle{event.vehicle};
    if (event.kind == EventKind::signal_lost) silent[vehicle] = true;
    if (event.kind == EventKind::signal_restored) silent[vehicle] = false;
    if (event.kind == EventKind::stop_started) stopped[vehicle] = true;
    if (event.kind == EventKind::stop_ended) stopped[vehicle] = false;
  }
  EXPECT_GT(stopped.size(), 5U);
  EXPECT_GT(silent.size(), 3U);
  for (const auto& [vehicle, is] : silent) EXPECT_EQ(pipeline->status(vehicle).value().silent, is) << vehicle;
  for (const auto& [vehicle, is] : stopped) EXPECT_EQ(pipeline->status(vehicle).value().stopped, is) << vehicle;
  EXPECT_FALSE(pipeline->status("nobody").has_value());
}

TEST_F(PipelineThreads, GoOnWithoutASourceThatIsIdle) {
  const Told expected = told_by_engine(registry_, rows_);
  TellingPipeline pipeline{registry_, with(2, 3, 1000)};
  std::vector<Source> sources = open_sources(*pipeline.operator->(), 3);
  sources[1].idle();
  push_share(sources[0], rows_, 0, 1, 100);
  ASSERT_TRUE(pipeline->drain());
  EXPECT_EQ(pipeline->metrics().steps, 0U) << "the third has not said a word yet";
  sources[2].close();
  ASSERT_TRUE(pipeline->drain());
  EXPECT_EQ(pipeline->metrics().steps, rows_.spans.size());
  pipeline->finish();
  EXPECT_TRUE(same_events(expected, pipeline.told()));
}

TEST_F(PipelineThreads, LetTheOthersTicksHoldForAnIdleSourcesVehicles) {
  // Every second vehicle's terminal falls silent for good half way, and its source says no more.
  TickedRecording rows = rows_;
  for (std::size_t i = rows.spans.size() / 2; i < rows.spans.size(); ++i)
    std::erase_if(rows.spans[i].fixes, [](const Fix& fix) { return static_cast<std::size_t>(fix.vehicle) % 2 == 1; });
  const Told expected = told_by_engine(registry_, rows);
  TellingPipeline pipeline{registry_, with(2, 2, 1000)};
  std::vector<Source> sources = open_sources(*pipeline.operator->(), 2);
  TickedRecording first_half = rows;
  first_half.spans.resize(rows.spans.size() / 2);
  push_share(sources[1], first_half, 1, 2, 100);
  sources[1].idle();
  push_share(sources[0], rows, 0, 2, 100);
  ASSERT_TRUE(pipeline->drain());
  EXPECT_EQ(pipeline->metrics().steps, rows.spans.size());
  const std::size_t lost = pipeline.told().count_of(EventKind::signal_lost);
  EXPECT_GT(lost, 0U);
  pipeline->finish();
  EXPECT_TRUE(same_events(expected, pipeline.told()));
}

TEST_F(PipelineThreads, KeepAVehicleToItsSourceAndGiveItOnWithTheClosedOne) {
  TellingPipeline pipeline{registry_, with(2, 2)};
  std::vector<Source> sources = open_sources(*pipeline.operator->(), 2);
  const VehicleIndex truck = sources[0].vehicle("ZF-1").value();
  EXPECT_FALSE(sources[1].vehicle("ZF-1").has_value());
  EXPECT_EQ(sources[0].vehicle("ZF-1"), truck);
  EXPECT_EQ(pipeline->name(truck), "ZF-1");
  Fix fix;
  fix.vehicle = truck;
  fix.time = TimeUtc{1h};
  fix.position = {121.0, 30.7};
  EXPECT_EQ(sources[1].push(fix), 0U);
  ASSERT_EQ(sources[1].rejected().size(), 1U);
  EXPECT_EQ(sources[1].rejected()[0].time, fix.time);
  EXPECT_EQ(sources[0].push(fix), 1U);

  EXPECT_THROW((void)pipeline->open_source(), Error);
  sources[0].close();
  Source next = pipeline->open_source();
  EXPECT_EQ(next.vehicle("ZF-1"), truck);
  fix.time += 10s;
  EXPECT_EQ(next.push(fix), 1U);
  pipeline->finish();
  const PipelineMetrics metrics = pipeline->metrics();
  expect_all_accounted_for(metrics);
  EXPECT_EQ(metrics.verdicts[Verdict::kept], 2U);
  EXPECT_EQ(metrics.foreign_vehicles, 1U);
  EXPECT_EQ(metrics.rejected, 1U);
}

TEST_F(PipelineThreads, StoppedAtAnyMomentLoseNothingAndHangNobody) {
  for (const Overflow overflow : {Overflow::block, Overflow::reject}) {
    for (int run = 0; run < 12; ++run) {
      PipelineOptions options = with(2, 2, 2);
      options.overflow = overflow;
      options.queue_capacity = run % 2 == 0 ? 16 : 4096;
      Told told;
      std::vector<Source> sources;
      PipelineMetrics metrics;
      {
        TellingPipeline pipeline{registry_, options};
        sources = open_sources(*pipeline.operator->(), 2);
        std::vector<std::thread> hosts;
        for (std::size_t i = 0; i < 2; ++i) {
          hosts.emplace_back([&, i] {
            for (const TickedRecording::Span& span : rows_.spans) {
              std::vector<Fix> call;
              for (Fix fix : span.fixes) {
                const auto vehicle = static_cast<std::size_t>(fix.vehicle);
                if (vehicle % 2 != i) continue;
                fix.vehicle = sources[i].vehicle(rows_.vehicles[vehicle]).value();
                call.push_back(fix);
              }
              sources[i].push(call);
              sources[i].tick(span.tick);
            }
          });
        }
        std::this_thread::sleep_for(std::chrono::microseconds{run * 700});
        if (run % 3 == 0) {
          pipeline->finish();
        } else {
          pipeline->stop();
        }
        metrics = pipeline->metrics();
        for (std::thread& host : hosts) host.join();
        expect_all_accounted_for(pipeline->metrics());
        EXPECT_EQ(pipeline->metrics().accepted, metrics.accepted) << "a fix was taken after the end";
        EXPECT_EQ(pipeline->metrics().offered, rows_.fixes);
        EXPECT_EQ(metrics.delivered, pipeline.told().events.size());
      }
      // The pipeline is gone; its sources are not.
      Fix fix;
      EXPECT_EQ(sources[0].push(fix), 0U);
      EXPECT_FALSE(sources[0].tick(TimeUtc{1h}));
      sources[1].idle();
    }
  }
}

TEST_F(PipelineThreads, StoppedSayNothingOfTheSilenceAndEverythingThatIsProven) {
  TellingPipeline stopped{registry_, with(2, 1)};
  TellingPipeline finished{registry_, with(2, 1)};
  for (TellingPipeline* pipeline : {&stopped, &finished}) {
    Source source = pipeline->operator->()->open_source();
    push_share(source, rows_, 0, 1, 100);
  }
  stopped->stop();
  finished->finish();
  std::vector<std::string> of_stopped = sorted(lines(stopped.told().events));
  const std::vector<std::string> of_finished = sorted(lines(finished.told().events));
  EXPECT_LE(of_stopped.size(), of_finished.size());
  EXPECT_TRUE(std::includes(of_finished.begin(), of_finished.end(), of_stopped.begin(), of_stopped.end()));
  stopped->finish();  // has ended already: nothing more comes of it
  EXPECT_EQ(stopped.told().events.size(), of_stopped.size());
}

/// Throws at every `n`-th event.
class FaultySink : public Sink {
 public:
  explicit FaultySink(std::uint64_t n) : n_{n} {}
  void on_event(const Event&) override {
    if (++events % n_ == 0) throw std::runtime_error{"the disk is full"};
    ++taken;
  }
  void on_refused(const Fix&, Verdict) override { throw 42; }

  std::uint64_t events = 0;
  std::uint64_t taken = 0;

 private:
  std::uint64_t n_;
};

TEST_F(PipelineThreads, SurviveASinkThatThrowsAndSaySo) {
  const Told expected = told_by_engine(registry_, rows_);
  FaultySink sink{3};
  PipelineOptions options = with(2, 2);
  std::vector<std::string> told;
  options.on_problem = [&](std::string_view text) { told.emplace_back(text); };
  {
    Pipeline pipeline{registry_, default_chain(), options, sink};
    std::vector<Source> sources = open_sources(pipeline, 2);
    push_all(sources, rows_, 100);
    pipeline.finish();
    const PipelineMetrics metrics = pipeline.metrics();
    expect_all_accounted_for(metrics);
    EXPECT_EQ(metrics.delivered, sink.taken);
    EXPECT_EQ(metrics.failed_events, expected.events.size() / 3);
    EXPECT_EQ(metrics.sink_failures, metrics.failed_events + expected.refusals.size());
    EXPECT_FALSE(pipeline.problem().empty());
  }
  EXPECT_EQ(sink.events, expected.events.size());
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told[0], ::testing::HasSubstr("the sink threw"));
}

/// Does not return until it is let go.
class StuckSink : public Sink {
 public:
  void on_event(const Event&) override {
    while (stuck) std::this_thread::yield();
    ++events;
  }
  std::atomic<bool> stuck{true};
  std::uint64_t events = 0;
};

TEST_F(PipelineThreads, HoldTheSourcesBackWhileASinkIsStuckAndGoOnAfterwards) {
  const Told expected = told_by_engine(registry_, rows_);
  for (const Delivery delivery : {Delivery::ordered, Delivery::immediate}) {
    StuckSink sink;
    PipelineOptions options = with(2, 1, 4);
    options.engine.delivery = delivery;
    options.queue_capacity = 64;
    Pipeline pipeline{registry_, default_chain(), options, sink};
    Source source = pipeline.open_source();
    std::thread host{[&] { push_share(source, rows_, 0, 1, 100); }};
    while (pipeline.metrics().waits == 0 || pipeline.metrics().found == 0) std::this_thread::yield();
    EXPECT_FALSE(pipeline.drain(20ms));
    const PipelineMetrics stuck = pipeline.metrics();
    EXPECT_LT(stuck.accepted, rows_.fixes);
    EXPECT_EQ(stuck.delivered, 0U);
    sink.stuck = false;
    host.join();
    pipeline.finish();
    EXPECT_EQ(sink.events, expected.events.size());
    expect_all_accounted_for(pipeline.metrics());
  }
}

TEST_F(PipelineThreads, OfTwoPipelinesDoNotMeet) {
  const RandomFleet other = random_fleet({.seed = 83, .vehicles = 9, .span = 40min});
  const TickedRecording other_rows = ticked(delayed(other.recording, 25s, 84), 10s);
  const RegistryPtr other_registry = other.registry();
  const Told expected = told_by_engine(registry_, rows_);
  const Told expected_other = told_by_engine(other_registry, other_rows);
  TellingPipeline here{registry_, with(2, 1)};
  TellingPipeline there{other_registry, with(1, 1)};
  Source source = here->open_source();
  Source other_source = there->open_source();
  std::thread beside{[&] { push_share(other_source, other_rows, 0, 1, 33); }};
  push_share(source, rows_, 0, 1, 20);
  beside.join();
  here->finish();
  there->finish();
  EXPECT_TRUE(same_events(expected, here.told()));
  EXPECT_TRUE(same_events(expected_other, there.told()));
}

TEST_F(PipelineThreads, MayBeginAndEndWithoutAnybodyNoticing) {
  { TellingPipeline never_used{registry_, with(3, 2)}; }
  {
    TellingPipeline finished{registry_, with(1, 2)};
    finished->finish();
    finished->stop();
    EXPECT_TRUE(finished->drain());
    EXPECT_THROW((void)finished->open_source(), Error);
  }
  TellingPipeline ticked_only{registry_, with(2, 1)};
  Source clock = ticked_only->open_source();
  for (int i = 1; i <= 100; ++i) EXPECT_TRUE(clock.tick(TimeUtc{i * 1s}));
  EXPECT_TRUE(ticked_only->drain());
  EXPECT_EQ(ticked_only->metrics().steps, 100U);
}

TEST(PipelineFleets, OfAnyKindTellWhatOneEngineTellsThroughQueuesOfAnySize) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random{seed};
    const auto up_to = [&](std::uint64_t n) { return static_cast<unsigned>(1 + random() % n); };
    const RandomFleet fleet =
        random_fleet({.seed = 900 + seed, .vehicles = static_cast<int>(2 + up_to(8)), .span = 30min, .spikes = 0.02});
    const RegistryPtr registry = fleet.registry();
    const TickedRecording rows = ticked(disordered(fleet.recording, seed), Milliseconds{1000LL * up_to(60)});
    PipelineOptions options = with(up_to(4), up_to(4), up_to(9));
    options.queue_capacity = up_to(400);
    options.overflow = seed % 2 == 0 ? Overflow::block : Overflow::reject;
    const Told expected = told_by_engine(registry, rows);
    TellingPipeline pipeline{registry, options};
    std::vector<Source> sources = open_sources(*pipeline.operator->(), options.sources);
    push_all(sources, rows, up_to(200));
    pipeline->finish();
    EXPECT_TRUE(same_events(expected, pipeline.told()));
    EXPECT_TRUE(same_lines(sorted(lines(expected.refusals)), sorted(lines(pipeline.told().refusals))));
    EXPECT_EQ(pipeline->metrics().verdicts, expected.counts);
    expect_all_accounted_for(pipeline->metrics());
  }
}

TEST(PipelineOptions, ThatCannotWorkAreRefused) {
  class : public Sink {
    void on_event(const Event&) override {}
  } sink;
  const auto refused = [&](auto&& change) {
    PipelineOptions options;
    change(options);
    EXPECT_THROW((Pipeline{registry::Registry::none(), default_chain(), options, sink}), Error);
  };
  refused([](PipelineOptions& o) { o.shards = 0; });
  refused([](PipelineOptions& o) { o.sources = 0; });
  refused([](PipelineOptions& o) { o.queue_capacity = 0; });
  refused([](PipelineOptions& o) { o.open_ticks = 0; });
  refused([](PipelineOptions& o) { o.threads = haulwatch::PipelineThreads::host; });
}

TEST(Latency, TellsEveryValueToWithinAnEighth) {
  for (std::int64_t us = 0; us < 3'000'000'000; us += 1 + us / 50) {
    const std::size_t bucket = Latency::bucket_of(Latency::Duration{us});
    const std::int64_t edge = Latency::upper_edge(bucket).count();
    ASSERT_GE(edge, us);
    ASSERT_LE(static_cast<double>(edge), static_cast<double>(us) * 1.125);
    ASSERT_TRUE(bucket == 0 || Latency::upper_edge(bucket - 1).count() < us);
  }
  Latency latency;
  EXPECT_EQ(latency.quantile(0.5), Latency::Duration{0});
  latency.add(Latency::Duration{3}, 90);
  latency.add(Latency::Duration{1000}, 10);
  EXPECT_EQ(latency.quantile(0.5), Latency::Duration{3});
  EXPECT_EQ(latency.quantile(0.9), Latency::Duration{3});
  EXPECT_EQ(latency.quantile(0.99), Latency::Duration{1023});
  EXPECT_EQ(latency.count(), 100U);
}

}  // namespace
}  // namespace haulwatch::test
