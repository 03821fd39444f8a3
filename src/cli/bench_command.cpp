#include "bench_command.hpp"

#include "engine/lived_fleet.hpp"
#include "replay_command.hpp"
#include "set_up.hpp"

#include <haulwatch/engine/default_replay.hpp>
#include <haulwatch/error.hpp>
#include <haulwatch/io/recording.hpp>
#include <haulwatch/io/track_files.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <functional>
#include <iterator>
#include <memory>
#include <thread>
#include <utility>

#include <unistd.h>

namespace haulwatch::cli {

namespace {

/// More fixes than this are not kept in memory: some 250 MB.
constexpr std::size_t most_fixes = 3'000'000;
constexpr int runs = 3;

struct Timing {
  double wall_s = 0.0;
  double processor_s = 0.0;
};

double processor_seconds() {
  std::timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

Timing timed(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  const double processor = processor_seconds();
  work();
  return {std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(),
          processor_seconds() - processor};
}

/// Of several runs the one in the middle by its wall time.
Timing median_of_runs(const std::function<void()>& work) {
  std::array<Timing, runs> all;
  for (Timing& timing : all) timing = timed(work);
  std::ranges::sort(all, {}, &Timing::wall_s);
  return all[runs / 2];
}

class CountingSink : public ReplaySink {
 public:
  void on_event(const Event&) override { ++events; }
  std::uint64_t events = 0;
};

/// Hands out fixes that are in memory already.
class FixesInMemory : public FixSource {
 public:
  explicit FixesInMemory(const std::vector<Fix>& fixes) : fixes_{fixes} {}
  bool read(std::vector<Fix>& batch) override {
    constexpr std::size_t most = 4096;
    const std::size_t count = std::min(most, fixes_.size() - next_);
    const auto first = fixes_.begin() + static_cast<std::ptrdiff_t>(next_);
    batch.assign(first, first + static_cast<std::ptrdiff_t>(count));
    next_ += count;
    return count > 0;
  }

 private:
  const std::vector<Fix>& fixes_;
  std::size_t next_ = 0;
};

/// A line of the table.
struct Measured {
  const char* what = "";
  std::size_t vehicles = 0;
  unsigned shards = 1;
  std::size_t fixes = 0;
  std::uint64_t events = 0;
  Timing timing;

  [[nodiscard]] double per_second() const noexcept { return static_cast<double>(fixes) / timing.wall_s; }
  [[nodiscard]] double processor_ns() const noexcept {
    return 1e9 * timing.processor_s / static_cast<double>(std::max<std::size_t>(fixes, 1));
  }
};

/// What is folded: a registry, the names of vehicles and their fixes.
struct Log {
  std::shared_ptr<const registry::Registry> registry;
  const VehicleNames* names = nullptr;
  std::vector<Fix> fixes;
};

class Bench {
 public:
  explicit Bench(const BenchRequest& request) : request_{request}, settings_{load_settings(request.settings)} {
    shards_ = request.shards;
    if (shards_.empty()) {
      shards_.push_back(1);
      const unsigned cores = std::thread::hardware_concurrency();
      if (cores > 1) shards_.push_back(cores);
    }
  }

  std::vector<Measured> run() {
    if (!request_.tracks.empty()) {
      measure_tracks();
    } else {
      for (const std::uint32_t vehicles : request_.vehicles) measure_simulated(vehicles);
    }
    return std::move(measured_);
  }

 private:
  [[nodiscard]] ReplayOptions options(unsigned shards) const {
    ReplayOptions options;
    options.engine.front = settings_.front;
    options.map_guard = settings_.map_guard;
    options.shards = shards;
    return options;
  }

  void tell(const char* what) const {
    if (isatty(STDERR_FILENO) == 1) fmt::print(stderr, "\r\x1b[K{} …", what);
  }

  void measure_fold(const Log& log) {
    for (const unsigned shards : shards_) {
      tell("folding");
      std::uint64_t events = 0;
      const Timing timing = median_of_runs([&] {
        CountingSink sink;
        Replay replay{log.registry, default_chain(settings_.detect), options(shards)};
        replay.run([&] { return std::make_unique<FixesInMemory>(log.fixes); }, *log.names, sink);
        events = sink.events;
      });
      measured_.push_back({"fold", log.names->size(), shards, log.fixes.size(), events, timing});
    }
  }

  /// Fixes of a fleet that has been at work for two hours; fewer minutes of a larger one.
  void measure_simulated(std::uint32_t vehicles) {
    tell("simulating");
    constexpr std::chrono::minutes at_work{120};
    const std::chrono::minutes watched{
        std::clamp<std::int64_t>(static_cast<std::int64_t>(most_fixes / (6U * vehicles)), 5, 240)};
    const bench::LivedFleet fleet{{.vehicles = vehicles, .duration = at_work + watched}};
    VehicleNames names;
    for (const std::string& name : fleet.names()) names.intern(name);
    Log log{fleet.registry(), &names, {}};
    constexpr Milliseconds step = std::chrono::seconds{10};
    const TimeUtc from = fleet.begins() + at_work;
    for (TimeUtc now = from; now < from + watched && log.fixes.size() < most_fixes; now += step)
      fleet.add_arrivals(now, now + step, log.fixes);
    measure_fold(log);
  }

  void measure_tracks() {
    try {
      measure_files(io::all_track_files(request_.tracks));
    } catch (const FileError& error) {
      throw InputRefused{error.what()};
    }
  }

  void measure_files(const std::vector<std::string>& files) {
    io::Recording recording{files, request_.format};
    Log log{load_registry(request_.registry, request_.registry_datum), &recording.names(), {}};
    tell("reading");
    std::size_t read = 0;
    const Timing timing = median_of_runs([&] {
      log.fixes.clear();
      read = 0;
      const auto source = recording.open();
      for (std::vector<Fix> batch; source->read(batch);) {
        read += batch.size();
        if (log.fixes.size() < most_fixes) log.fixes.insert(log.fixes.end(), batch.begin(), batch.end());
      }
    });
    if (read == 0) throw InputRefused{"no fix in " + files.front()};
    measured_.push_back({"read", recording.names().size(), 1, read, 0, timing});
    measure_fold(log);
    for (const unsigned shards : shards_) {
      tell("replaying");
      std::uint64_t events = 0;
      const Timing whole = median_of_runs([&] {
        CountingSink sink;
        Replay replay{log.registry, default_chain(settings_.detect), options(shards)};
        replay.run([&] { return recording.open(); }, recording.names(), sink);
        events = sink.events;
      });
      measured_.push_back({"replay", recording.names().size(), shards, read, events, whole});
    }
  }

  const BenchRequest& request_;
  Settings settings_;
  std::vector<unsigned> shards_;
  std::vector<Measured> measured_;
};

std::string as_table(const std::vector<Measured>& measured) {
  std::string text = fmt::format("{:<8} {:>9} {:>7} {:>11} {:>10} {:>13} {:>19}\n", "what", "vehicles", "shards",
                                 "fixes", "events", "fixes/s", "processor ns a fix");
  for (const Measured& m : measured)
    fmt::format_to(std::back_inserter(text), "{:<8} {:>9} {:>7} {:>11} {:>10} {:>13.0f} {:>19.0f}\n", m.what,
                   m.vehicles, m.shards, m.fixes, m.events, m.per_second(), m.processor_ns());
  return text;
}

std::string as_json(const std::vector<Measured>& measured) {
  std::string text = "[";
  for (const Measured& m : measured)
    fmt::format_to(std::back_inserter(text),
                   R"({}{{"what":"{}","vehicles":{},"shards":{},"fixes":{},"events":{},"seconds":{:.6f},)"
                   R"("processor_seconds":{:.6f},"fixes_per_second":{:.0f}}})",
                   text.size() > 1 ? ",\n " : "", m.what, m.vehicles, m.shards, m.fixes, m.events, m.timing.wall_s,
                   m.timing.processor_s, m.per_second());
  return text + "]\n";
}

}  // namespace

ExitCode run_bench(const BenchRequest& request) {
  const std::vector<Measured> measured = Bench{request}.run();
  if (isatty(STDERR_FILENO) == 1) fmt::print(stderr, "\r\x1b[K");
  fmt::print("{}", request.json ? as_json(measured) : as_table(measured));
  return ExitCode::done;
}

}  // namespace haulwatch::cli
