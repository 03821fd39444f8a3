#include <haulwatch/io/detail/append_text.hpp>
#include <haulwatch/io/event_writer.hpp>
#include <haulwatch/io/track_writer.hpp>

#include "io/random_records.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace haulwatch::io {
namespace {

constexpr std::size_t records = 10'000;

void count(benchmark::State& state, std::size_t items, std::size_t bytes) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(items));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

void BM_EventsAsJson(benchmark::State& state) {
  testing::RandomRecords random{43};
  std::vector<Event> events;
  for (std::size_t i = 0; i < records; ++i) events.push_back(random.event());
  std::string out;
  for (auto _ : state) {
    out.clear();
    for (const Event& event : events) append_json(out, event);
    benchmark::DoNotOptimize(out.data());
  }
  count(state, records, out.size());
}
BENCHMARK(BM_EventsAsJson);

void BM_CleanedTracksAsCsv(benchmark::State& state) {
  testing::RandomRecords random{44};
  std::vector<track::CleanedFix> fixes(records);
  for (track::CleanedFix& fix : fixes) {
    fix.time = random.fix().time;
    fix.position = random.fix().position;
    fix.clean = LonLat{fix.position.lon + 1e-6, fix.position.lat - 1e-6};
    fix.speed_mps = static_cast<float>(random.uniform(0, 25));
    fix.heading_deg = static_cast<float>(random.uniform(0, 360));
    fix.sigma_m = static_cast<float>(random.uniform(1, 20));
  }
  std::string out;
  for (auto _ : state) {
    out.clear();
    for (const track::CleanedFix& fix : fixes) append_csv(out, "truck-17", fix);
    benchmark::DoNotOptimize(out.data());
  }
  count(state, records, out.size());
}
BENCHMARK(BM_CleanedTracksAsCsv);

void append_by_standard(std::string& out, double value) {
  std::array<char, 400> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed, 7);
  out.append(digits.data(), end.ptr);
}

/// Degrees with 7 decimals, by the writers' own way or by the standard library.
template <void (*append)(std::string&, double)>
void degrees(benchmark::State& state) {
  testing::RandomRecords random{45};
  std::vector<double> values(records);
  std::string ours;
  std::string reference;
  for (double& value : values) {
    value = random.uniform(-180, 180);
    append(ours, value);
    append_by_standard(reference, value);
  }
  if (ours != reference) return state.SkipWithError("differs from the standard library");
  for (auto _ : state) {
    ours.clear();
    for (const double value : values) append(ours, value);
    benchmark::DoNotOptimize(ours.data());
  }
  count(state, records, ours.size());
}
BENCHMARK(degrees<detail::append_fixed<7>>)->Name("BM_Degrees");
BENCHMARK(degrees<append_by_standard>)->Name("BM_DegreesByStandardLibrary");

}  // namespace
}  // namespace haulwatch::io
