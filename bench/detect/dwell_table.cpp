// Prints how well stops agree with true halts, by interval and noise, with and without reported speed.
//
//     dwell_table                 the table of docs/stops.md, on the reporting seeds
//     dwell_table --fit           the same on the seeds that the method was worked out on
//     dwell_table --misses INTERVAL_S WORLD SPEED|PLACES   each missed halt and invented stop of one row; worlds count
//     from 0

#include <haulwatch/detect/dwell.hpp>
#include <haulwatch/engine/chain.hpp>
#include <haulwatch/engine/engine.hpp>
#include <haulwatch/event.hpp>

#include <detect/random_driver.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <variant>
#include <vector>

namespace {

using namespace haulwatch;
using namespace std::chrono_literals;
using test::RandomDriver;
using test::StopScore;
using test::TrackingUnit;
using test::TrueHalt;

constexpr std::array<Milliseconds, 6> intervals{1s, 5s, 10s, 15s, 30s, 60s};
constexpr std::uint64_t fitting_seed = 1000;
constexpr std::uint64_t reporting_seed = 5000;
constexpr std::uint64_t shifts = 40;

struct Noise {
  std::string_view name;
  TrackingUnit unit;
};
const std::array<Noise, 4> noises{{
    {"white 4 m", {}},
    {"10 m over 60 s", {10s, 10.0, 60.0}},
    {"6 m over 30 s, whole km/h, a tenth lost", {10s, 6.0, 30.0, 0.01, 300.0, true, 1.0 / 3.6, 0.1}},
    {"4 m over 60 s, each 10 min while parked", {10s, 4.0, 60.0, 0.01, 150.0, true, 0.0, 0.0, 10min}},
}};

TrackingUnit unit_of(const Noise& noise, Milliseconds interval, bool speed) {
  TrackingUnit unit = noise.unit;
  unit.interval = interval;
  unit.speed = speed;
  return unit;
}

struct Stops : Sink {
  std::vector<TrueHalt> ended;
  void on_event(const Event& event) override {
    if (event.kind != EventKind::stop_ended) return;
    const Stop& stop = std::get<Stop>(event.details);
    ended.push_back({stop.start, stop.end});
  }
};

std::vector<TrueHalt> stops_in(const std::vector<Fix>& fixes) {
  Stops stops;
  BasicEngine engine{registry::Registry::none(), Chain{detect::Dwell{}}, {}, stops};
  engine.vehicle("ZF-1");
  engine.push(fixes);
  engine.finish();
  return stops.ended;
}

Milliseconds owed_from(Milliseconds interval) {
  return std::max<Milliseconds>(90s, 3 * interval);
}

void print_misses(std::uint64_t seed, const RandomDriver& driver, const test::Unpaired& unpaired) {
  const TimeUtc begin = driver.halts().front().start;
  const auto print = [&](const char* what, const TrueHalt& halt) {
    std::printf("seed %llu %s %.1f to %.1f (%.1f s)\n", static_cast<unsigned long long>(seed), what,
                seconds(halt.start - begin), seconds(halt.end - begin), seconds(halt.end - halt.start));
  };
  for (const TrueHalt& halt : unpaired.missed) print("missed", halt);
  for (const TrueHalt& stop : unpaired.invented) print("invented", stop);
}

enum class Tell : std::uint8_t { score_only, misses };

StopScore score_of(const TrackingUnit& unit, std::uint64_t seed, Tell tell = Tell::score_only) {
  StopScore total;
  for (std::uint64_t i = 0; i < shifts; ++i) {
    const RandomDriver driver{seed + i, 8h};
    const test::Unpaired unpaired =
        test::score(total, driver.halts(), stops_in(driver.fixes(unit, seed + 100 + i)), owed_from(unit.interval));
    if (tell == Tell::misses) print_misses(seed + i, driver, unpaired);
  }
  return total;
}

void print_table(std::uint64_t seed) {
  std::puts(
      "| interval | noise | speed | halts | recall | precision | neutral | start error: median | 90 % | end error: "
      "median | 90 % |");
  std::puts("|---|---|---|---|---|---|---|---|---|---|---|");
  for (const Noise& noise : noises)
    for (const bool speed : {true, false})
      for (const Milliseconds interval : intervals) {
        const StopScore s = score_of(unit_of(noise, interval, speed), seed);
        std::printf("| %g s | %s | %s | %zu | %.4f | %.4f | %zu | %.1f s | %.1f s | %.1f s | %.1f s |\n",
                    seconds(interval), noise.name.data(), speed ? "yes" : "no", s.owed, s.recall(), s.precision(),
                    s.neutral, test::absolute_at(0.5, s.start_error_s), test::absolute_at(0.9, s.start_error_s),
                    test::absolute_at(0.5, s.end_error_s), test::absolute_at(0.9, s.end_error_s));
      }
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> args(argv + 1, argv + argc);
  if (args.size() == 4 && args[0] == "--misses") {
    const Noise& noise = noises.at(std::strtoul(argv[3], nullptr, 10));
    const auto interval = Milliseconds{static_cast<std::int64_t>(1000 * std::strtod(argv[2], nullptr))};
    score_of(unit_of(noise, interval, args[3] == "SPEED"), fitting_seed, Tell::misses);
    return 0;
  }
  print_table(!args.empty() && args[0] == "--fit" ? fitting_seed : reporting_seed);
  return 0;
}
