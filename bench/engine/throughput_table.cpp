// What the whole chain costs a fix, beside the least program that does anything with one (docs/performance.md).
//
//     throughput_table [--vehicles 10000,100000] [--profile typical] [--simulated 500] [--journal HOURS] [--minutes 30]
//                      [--from 180] [--no-floor]

#include "engine/lived_fleet.hpp"
#include "floor/floor.hpp"

#include <haulwatch/engine/default_engine.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <malloc.h>

namespace haulwatch::bench {
namespace {

struct Request {
  std::vector<std::uint32_t> vehicles{10'000, 100'000};
  std::string profile = "typical";
  std::uint32_t simulated = 500;
  double journal_h = 0.0;
  int from_min = 180;
  int minutes = 30;
  bool floor = true;
  std::uint64_t most_fixes = 20'000'000;
};

double cpu_seconds() {
  std::timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

class CountingSink : public Sink {
 public:
  void on_event(const Event&) override { ++events; }
  std::uint64_t events = 0;
};

EngineOptions options_of(const Request& request) {
  EngineOptions options;
  options.journal.horizon = milliseconds(request.journal_h * 3600.0);
  return options;
}

/// An engine whose vehicles have lived up to `now`, each as the simulated truck did that it is a copy of.
class LivedEngine {
 public:
  LivedEngine(const LivedFleet& fleet, const Request& request, TimeUtc now)
      : engine{fleet.registry(), default_chain(), options_of(request), sink} {
    CountingSink silent;
    Engine youth{fleet.registry(), default_chain(), options_of(request), silent};
    for (std::uint32_t i = 0; i < fleet.simulated(); ++i) youth.vehicle(fleet.names()[i]);
    TimeUtc tick = fleet.begins();
    for (const Fix& fix : fleet.fixes()) {
      if (LivedFleet::arrival(fix) >= now) break;
      for (; tick <= LivedFleet::arrival(fix); tick += round) youth.advance({tick});
      youth.push(fix);
    }
    youth.advance({now});
    const std::size_t before = heap_bytes();
    for (std::uint32_t i = 0; i < fleet.vehicles(); ++i) engine.vehicle(fleet.names()[i]);
    engine.advance({now - round});
    for (std::uint32_t i = 0; i < fleet.vehicles(); ++i)
      engine.restore(VehicleIndex{i}, youth.save(VehicleIndex{i % fleet.simulated()}));
    engine.advance({now});
    bytes_a_vehicle = static_cast<double>(heap_bytes() - before) / fleet.vehicles();
  }

  static constexpr Milliseconds round = std::chrono::seconds{10};

  CountingSink sink;
  Engine engine;
  double bytes_a_vehicle = 0.0;

 private:
  static std::size_t heap_bytes() noexcept {
    const auto info = mallinfo2();
    return info.uordblks + info.hblkhd;
  }
};

struct Cost {
  double push_s = 0.0;
  double tick_s = 0.0;
  double floor_s = 0.0;
  std::uint64_t fixes = 0;
  std::uint64_t events = 0;
  double bytes_a_vehicle = 0.0;
};

/// What `valgrind --tool=callgrind --toggle-collect='*fold_*'` counts.
[[gnu::noinline]] void fold_fixes(Engine& engine, std::span<const Fix> fixes) {
  engine.push(fixes);
}
[[gnu::noinline]] void fold_tick(Engine& engine, TimeUtc now) {
  engine.advance({now});
}

/// Floor and chain take each ten seconds in turn, so that whatever else the machine does slows both.
Cost measure(const LivedFleet& fleet, const Request& request) {
  const TimeUtc from = fleet.begins() + std::chrono::minutes{request.from_min};
  const TimeUtc to = from + std::chrono::minutes{request.minutes};
  LivedEngine lived{fleet, request, from};
  Floor floor{fleet.vehicles(), fleet.registry()->frame()};
  Cost cost;
  cost.bytes_a_vehicle = lived.bytes_a_vehicle;
  std::vector<Fix> batch;
  const auto warm = from + std::chrono::minutes{1};
  std::uint64_t events_before = 0;
  for (TimeUtc now = from; now < to && cost.fixes < request.most_fixes; now += LivedEngine::round) {
    batch.clear();
    fleet.add_arrivals(now, now + LivedEngine::round, batch);
    const double begin = cpu_seconds();
    if (request.floor) floor.push(batch);
    const double pushed_floor = cpu_seconds();
    fold_fixes(lived.engine, batch);
    const double pushed = cpu_seconds();
    fold_tick(lived.engine, now + LivedEngine::round);
    const double ticked = cpu_seconds();
    if (now < warm) {
      events_before = lived.sink.events;
      continue;
    }
    cost.fixes += batch.size();
    cost.floor_s += pushed_floor - begin;
    cost.push_s += pushed - pushed_floor;
    cost.tick_s += ticked - pushed;
  }
  cost.events = lived.sink.events - events_before;
  const Floor::Counts& counts = floor.counts();
  std::fprintf(stderr, "floor: %llu refused, %llu off the road, %llu stops\n",
               static_cast<unsigned long long>(counts.refused), static_cast<unsigned long long>(counts.left_road),
               static_cast<unsigned long long>(counts.stops));
  return cost;
}

void print(const Cost& cost, const LivedFleet& fleet) {
  const auto fixes = static_cast<double>(cost.fixes);
  const double chain_s = cost.push_s + cost.tick_s;
  std::printf("| %u | %llu | %.3f | %.0f | %.0f | %.0f | %.2f | %.1f | %.0f |\n", fleet.vehicles(),
              static_cast<unsigned long long>(cost.fixes), static_cast<double>(cost.events) / fixes,
              1e9 * cost.floor_s / fixes, 1e9 * cost.push_s / fixes, 1e9 * cost.tick_s / fixes, 1e-6 * fixes / chain_s,
              cost.floor_s > 0.0 ? chain_s / cost.floor_s : 0.0, cost.bytes_a_vehicle);
  std::fflush(stdout);
}

void run(const Request& request) {
  std::printf("%zu B of state a vehicle\n\n", Engine::bytes_per_vehicle);
  std::puts(
      "| vehicles | fixes | events a fix | floor ns | push ns | ticks ns | chain M fixes/s | x floor | heap B a "
      "vehicle "
      "|\n|---|---|---|---|---|---|---|---|---|");
  for (const std::uint32_t vehicles : request.vehicles) {
    const LivedFleet fleet{{.profile = request.profile,
                            .simulated = request.simulated,
                            .vehicles = vehicles,
                            .duration = std::chrono::minutes{request.from_min + request.minutes}}};
    print(measure(fleet, request), fleet);
  }
}

Request parsed(const std::vector<std::string_view>& args) {
  Request request;
  for (std::size_t i = 0; i < args.size(); ++i) {
    const auto value = [&] { return i + 1 < args.size() ? std::string{args[++i]} : std::string{}; };
    if (args[i] == "--no-floor") request.floor = false;
    if (args[i] == "--profile") request.profile = value();
    if (args[i] == "--simulated") request.simulated = static_cast<std::uint32_t>(std::stoul(value()));
    if (args[i] == "--journal") request.journal_h = std::stod(value());
    if (args[i] == "--from") request.from_min = std::stoi(value());
    if (args[i] == "--minutes") request.minutes = std::stoi(value());
    if (args[i] == "--most") request.most_fixes = std::stoull(value());
    if (args[i] == "--vehicles") {
      request.vehicles.clear();
      std::string list = value() + ',';
      for (std::size_t at = 0, end = 0; (end = list.find(',', at)) != std::string::npos; at = end + 1)
        request.vehicles.push_back(static_cast<std::uint32_t>(std::stoul(list.substr(at, end - at))));
    }
  }
  return request;
}

}  // namespace
}  // namespace haulwatch::bench

int main(int argc, char** argv) {
  haulwatch::bench::run(haulwatch::bench::parsed({argv + 1, argv + argc}));
  return 0;
}
