#include <haulwatch/simulation/track_merge.hpp>
#include <haulwatch/simulation/track_row_writer.hpp>

#include "simulation/drives.hpp"

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace haulwatch::simulation {
namespace {

constexpr std::uint64_t seed = 31;
constexpr TimeSpan two_hours{monday, monday + std::chrono::hours{2}};
const geo::LocalFrame county{LonLat{121.0, 30.7}};

/// All vehicles drive the same laps, each from a place of its own: what is measured is the terminals.
class Laps {
 public:
  explicit Laps(std::uint32_t vehicles) : next_(vehicles, 0), given_(vehicles) {
    while (drive_.end() < two_hours.to)
      drive_.drives(40.0, 12.0)
          .turns(10.0, 5.0, 0.03)
          .drives(50.0, 14.0)
          .stands(25.0)
          .then([](MotionPiece& p) { p.sky = p.sky == Sky::open ? Sky::urban : Sky::open; })
          .drives(30.0, 9.0)
          .turns(8.0, 6.0, -0.04);
  }

  const MotionPiece* operator()(std::uint32_t vehicle) {
    if (next_[vehicle] == drive_.pieces().size()) return nullptr;
    MotionPiece& piece = given_[vehicle];
    piece = drive_.pieces()[next_[vehicle]++];
    piece.from.x += 10.0 * vehicle;
    return &piece;
  }

 private:
  Drive drive_;
  std::vector<std::size_t> next_;
  std::vector<MotionPiece> given_;
};

std::vector<std::string> names_of(std::uint32_t vehicles) {
  std::vector<std::string> names;
  for (std::uint32_t vehicle = 0; vehicle < vehicles; ++vehicle)
    names.push_back("HA-" + std::to_string(10'000 + vehicle));
  return names;
}

bool in_order(std::uint32_t vehicles, const TerminalProfile& profile) {
  TrackMerge merge{profile, county, seed, vehicles, two_hours};
  TimeUtc last = no_time;
  bool ordered = true;
  merge.finish(Laps{vehicles}, [&](const Report& report) {
    ordered = ordered && last <= report.received;
    last = report.received;
  });
  return ordered;
}

/// Motion in, rows of text in order of arrival out: items are rows.
void BM_TracksOfAFleet(benchmark::State& state) {
  const auto vehicles = static_cast<std::uint32_t>(state.range(0));
  const TerminalProfile profile;
  if (!in_order(vehicles, profile)) return state.SkipWithError("rows are out of order");
  TrackRowWriter writer{names_of(vehicles)};
  std::int64_t rows = 0;
  std::int64_t bytes = 0;
  for (auto _ : state) {
    TrackMerge merge{profile, county, seed, vehicles, two_hours};
    std::string text;
    merge.finish(Laps{vehicles}, [&](const Report& report) {
      writer.append(text, report);
      ++rows;
      if (text.size() < 60'000) return;
      benchmark::DoNotOptimize(text.data());
      bytes += static_cast<std::int64_t>(text.size());
      text.clear();
    });
  }
  state.SetItemsProcessed(rows);
  state.SetBytesProcessed(bytes);
}
BENCHMARK(BM_TracksOfAFleet)->ArgName("vehicles")->Arg(100)->Arg(1000)->Arg(10'000)->Unit(benchmark::kMillisecond);

/// The text of one row.
void BM_TrackRow(benchmark::State& state) {
  const TerminalProfile profile;
  constexpr std::uint32_t vehicles = 10;
  std::vector<Report> reports;
  TrackMerge merge{profile, county, seed, vehicles, two_hours};
  merge.finish(Laps{vehicles}, [&](const Report& report) { reports.push_back(report); });
  TrackRowWriter writer{names_of(vehicles)};
  std::string text;
  for (auto _ : state) {
    text.clear();
    for (const Report& report : reports) writer.append(text, report);
    benchmark::DoNotOptimize(text.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(reports.size()));
}
BENCHMARK(BM_TrackRow);

/// One place with all its errors.
void BM_ReceivedPlace(benchmark::State& state) {
  const TerminalProfile profile;
  ReceiverError error{profile.noise, profile.places, seed, 1, monday};
  TimeUtc at = monday;
  for (auto _ : state) {
    at += std::chrono::seconds{10};
    benchmark::DoNotOptimize(error.place({.at = at}));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_ReceivedPlace);

}  // namespace
}  // namespace haulwatch::simulation
