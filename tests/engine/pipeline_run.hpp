#pragma once

#include "support/random_fleet.hpp"
#include "support/recorded_events.hpp"
#include "support/variations.hpp"

#include <haulwatch/engine/default_engine.hpp>
#include <haulwatch/engine/default_pipeline.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace haulwatch::test {

/// A recording cut by ticks: what the host knows before each.
struct TickedRecording {
  struct Span {
    std::vector<Fix> fixes;
    TimeUtc tick = no_time;
  };
  std::vector<std::string> vehicles;
  std::vector<Span> spans;
  std::size_t fixes = 0;
};

inline TickedRecording ticked(const Recording& rows, Milliseconds every) {
  TickedRecording all{rows.vehicles, {{}}, rows.fixes.size()};
  TimeUtc next = rows.fixes.front().time + every;
  TimeUtc newest = no_time;
  for (const Fix& fix : rows.fixes) {
    newest = std::max(newest, fix.time);
    for (; next <= newest; next += every) {
      all.spans.back().tick = next;
      all.spans.emplace_back();
    }
    all.spans.back().fixes.push_back(fix);
  }
  all.spans.back().tick = next;
  return all;
}

/// What one engine on one thread tells of it.
inline Told told_by_engine(const RegistryPtr& registry, const TickedRecording& rows,
                           const EngineOptions& options = {}) {
  Told told;
  told.registry = registry;
  Engine* told_by = nullptr;
  KeepingSink sink{told, [&told_by](VehicleIndex vehicle) { return told_by->name(vehicle); }};
  Engine engine{registry, default_chain(), options, sink};
  told_by = &engine;
  for (const TickedRecording::Span& span : rows.spans) {
    for (Fix fix : span.fixes) {
      fix.vehicle = engine.vehicle(rows.vehicles[static_cast<std::size_t>(fix.vehicle)]);
      engine.push(fix);
    }
    engine.advance({span.tick});
  }
  engine.finish();
  told.counts = engine.counts();
  return told;
}

/// A pipeline and what its sink was told.
class TellingPipeline {
 public:
  TellingPipeline(const RegistryPtr& registry, const PipelineOptions& options)
      : pipeline_{registry, default_chain(), options, sink_} {
    told_.registry = registry;
  }
  Pipeline* operator->() noexcept { return &pipeline_; }
  [[nodiscard]] Told& told() noexcept { return told_; }

 private:
  Told told_;
  KeepingSink sink_{told_, [this](VehicleIndex vehicle) { return pipeline_.name(vehicle); }};
  Pipeline pipeline_;
};

inline std::vector<Source> open_sources(AnyPipeline& pipeline, unsigned count) {
  std::vector<Source> sources;
  for (unsigned i = 0; i < count; ++i) sources.push_back(pipeline.open_source());
  return sources;
}

/// Pushes every `of`-th vehicle's fixes, `batch` a call, with all ticks. What was given back is pushed again.
inline void push_share(Source& source, const TickedRecording& rows, std::size_t share, std::size_t of,
                       std::size_t batch) {
  std::vector<Fix> call;
  const auto send = [&] {
    std::vector<Fix> rest = call;
    while (source.push(rest) < rest.size()) {
      rest.assign(source.rejected().begin(), source.rejected().end());
      std::this_thread::yield();
    }
    call.clear();
  };
  for (const TickedRecording::Span& span : rows.spans) {
    for (Fix fix : span.fixes) {
      const auto vehicle = static_cast<std::size_t>(fix.vehicle);
      if (vehicle % of != share) continue;
      fix.vehicle = source.vehicle(rows.vehicles[vehicle]).value();
      call.push_back(fix);
      if (call.size() == batch) send();
    }
    if (!call.empty()) send();
    while (!source.tick(span.tick)) std::this_thread::yield();
  }
}

/// Every source by a thread of its own.
inline void push_all(std::vector<Source>& sources, const TickedRecording& rows, std::size_t batch) {
  std::vector<std::thread> hosts;
  for (std::size_t i = 0; i < sources.size(); ++i)
    hosts.emplace_back([&, i] { push_share(sources[i], rows, i, sources.size(), batch + 7 * i); });
  for (std::thread& host : hosts) host.join();
}

inline std::vector<std::string> sorted(std::vector<std::string> lines) {
  std::sort(lines.begin(), lines.end());
  return lines;
}

/// The books balance, and nothing is on its way any more.
inline void expect_all_accounted_for(const PipelineMetrics& m) {
  EXPECT_EQ(m.offered, m.accepted + m.rejected);
  EXPECT_EQ(m.accepted, m.folded + m.failed);
  EXPECT_EQ(m.queued, 0U);
  EXPECT_EQ(m.folded, m.verdicts.total());
  EXPECT_EQ(m.waiting, 0U);
  EXPECT_EQ(m.found, m.delivered + m.failed_events);
  EXPECT_EQ(m.held, 0U);
}

}  // namespace haulwatch::test
