#include <haulwatch/io/wire.hpp>

#include "io/random_records.hpp"

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

namespace haulwatch::io {
namespace {

constexpr std::size_t records = 10'000;

/// A day's mix: many fixes of 200 vehicles, most optional fields now there, now not.
struct Fixes {
  Fixes() {
    testing::RandomRecords random{41};
    WireWriter writer;
    for (std::size_t i = 0; i < records; ++i) {
      Fix fix = random.fix();
      fix.vehicle = names.intern("truck-" + std::to_string(random.below(200)));
      writer.append(bytes, fix, names.name(fix.vehicle));
      fixes.push_back(fix);
    }
  }

  /// What is read is what was written: by writing it again.
  [[nodiscard]] bool come_back() {
    WireReader reader{bytes};
    WireWriter writer;
    std::string again;
    for (Fix fix; reader.next(fix, names) == WireStep::record;) writer.append(again, fix, names.name(fix.vehicle));
    return again == bytes && reader.records() == records;
  }

  VehicleNames names;
  std::vector<Fix> fixes;
  std::string bytes;
};

struct Events {
  Events() {
    testing::RandomRecords random{42};
    WireWriter writer;
    for (std::size_t i = 0; i < records; ++i) writer.append(bytes, events.emplace_back(random.event()));
  }

  [[nodiscard]] bool come_back() const {
    WireReader reader{bytes};
    TextStore texts;
    WireWriter writer;
    std::string again;
    for (Event event; reader.next(event, texts) == WireStep::record;) writer.append(again, event);
    return again == bytes && reader.records() == records;
  }

  std::vector<Event> events;
  std::string bytes;
};

void count(benchmark::State& state, std::size_t bytes) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(records));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
  state.counters["bytes_per_record"] = static_cast<double>(bytes) / static_cast<double>(records);
}

void BM_WireWriteFixes(benchmark::State& state) {
  Fixes data;
  if (!data.come_back()) return state.SkipWithError("a round trip changes the fixes");
  WireWriter writer;
  std::string out;
  for (auto _ : state) {
    out.clear();
    for (const Fix& fix : data.fixes) writer.append(out, fix, data.names.name(fix.vehicle));
    benchmark::DoNotOptimize(out.data());
  }
  count(state, data.bytes.size());
}
BENCHMARK(BM_WireWriteFixes);

void BM_WireReadFixesFromMemory(benchmark::State& state) {
  Fixes data;
  if (!data.come_back()) return state.SkipWithError("a round trip changes the fixes");
  for (auto _ : state) {
    WireReader reader{data.bytes};
    Fix fix;
    while (reader.next(fix, data.names) == WireStep::record) benchmark::DoNotOptimize(fix);
  }
  count(state, data.bytes.size());
}
BENCHMARK(BM_WireReadFixesFromMemory);

void BM_WireReadFixesFromStream(benchmark::State& state) {
  Fixes data;
  if (!data.come_back()) return state.SkipWithError("a round trip changes the fixes");
  for (auto _ : state) {
    std::istringstream in{data.bytes};
    WireReader reader{in};
    Fix fix;
    while (reader.next(fix, data.names) == WireStep::record) benchmark::DoNotOptimize(fix);
  }
  count(state, data.bytes.size());
}
BENCHMARK(BM_WireReadFixesFromStream);

void BM_WireWriteEvents(benchmark::State& state) {
  const Events data;
  if (!data.come_back()) return state.SkipWithError("a round trip changes the events");
  WireWriter writer;
  std::string out;
  for (auto _ : state) {
    out.clear();
    for (const Event& event : data.events) writer.append(out, event);
    benchmark::DoNotOptimize(out.data());
  }
  count(state, data.bytes.size());
}
BENCHMARK(BM_WireWriteEvents);

void BM_WireReadEvents(benchmark::State& state) {
  const Events data;
  if (!data.come_back()) return state.SkipWithError("a round trip changes the events");
  TextStore texts;
  for (auto _ : state) {
    WireReader reader{data.bytes};
    Event event;
    while (reader.next(event, texts) == WireStep::record) benchmark::DoNotOptimize(event);
  }
  count(state, data.bytes.size());
}
BENCHMARK(BM_WireReadEvents);

}  // namespace
}  // namespace haulwatch::io
