// Prints how far cleaned places lie from the truth, by sampling, noise and method, and what becomes of planted spikes.
//
//     smoothing_table                 the tables of docs/smoothing.md, on the reporting seeds
//     smoothing_table --fit           the same on the seeds that constants were fitted on
//     smoothing_table --dump FOLDER   the tracks and their truth as CSV, for movingpandas_smoothing.py

#include <haulwatch/track/fixed_lag_smoother.hpp>
#include <haulwatch/track/front.hpp>

#include <support/truck_motion.hpp>

#include "run_front.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace haulwatch;
using bench::run_front;
using test::Dice;
using test::ReceiverError;
using test::Terminal;
using test::TruckMotion;

constexpr std::array<double, 6> intervals{1, 2, 5, 10, 15, 30};
constexpr std::array<ReceiverError, 3> errors{{{4.0, 0.0}, {4.0, 60.0}, {8.0, 0.0}}};
constexpr std::uint64_t fitting_seed = 1000;
constexpr std::uint64_t reporting_seed = 5000;
constexpr std::uint64_t tracks = 12;
constexpr double hours_each = 2.0;

std::string name_of(const ReceiverError& error) {
  std::string name =
      error.tau_s > 0 ? "tau " + std::to_string(std::lround(error.tau_s)) + " s " : std::string{"white "};
  return name + std::to_string(std::lround(error.sigma_m)) + " m";
}

/// Root of the mean square of distances.
class Rms {
 public:
  void add(double distance) noexcept {
    sum_ += distance * distance;
    ++count_;
  }
  [[nodiscard]] double value() const noexcept { return std::sqrt(sum_ / static_cast<double>(count_)); }

 private:
  double sum_ = 0.0;
  std::uint64_t count_ = 0;
};

struct Errors {
  Rms raw, filter, lagged;
};

/// Compares what the front gives with the truth, over the fixes that were taken while the truck moved.
class Judge {
 public:
  Judge(const TruckMotion& motion, const track::Smoother& smoother, Errors& result)
      : motion_{motion}, lagged_{smoother}, errors_{result} {}

  void sample(const track::Sample& sample, const track::Front::State& state) {
    const geo::LocalPoint truth = truth_of(sample.time);
    const bool moving = moves(sample.time);
    if (moving) {
      errors_.raw.add(geo::distance(sample.raw + shift_, truth));
      errors_.filter.add(geo::distance(sample.place + shift_, truth));
    }
    const double dt = last_ == no_time ? 0.0 : seconds(sample.time - last_);
    const bool linked = !state.smoother.fresh && !sample.parked && !parked_;
    last_ = sample.time;
    parked_ = sample.parked;
    times_.push_back(sample.time);
    track::Motion oldest;
    if (lagged_.push(window_, {state.smoother.motion, dt, linked}, oldest)) give(oldest);
  }

  void finish() {
    for (std::size_t i = 0; i < track::FixedLagSmoother::pending(window_); ++i) give(lagged_.flushed(window_, i));
  }

  /// The vehicle's frame begins at its first fix, the truth's at the terminal's origin.
  void frame(const geo::LocalFrame& vehicle) { shift_ = geo::LocalFrame{Terminal::origin}.to_local(vehicle.origin()); }

 private:
  void give(const track::Motion& motion) {
    const TimeUtc time = times_[given_++];
    if (moves(time)) errors_.lagged.add(geo::distance(motion.place + shift_, truth_of(time)));
  }
  [[nodiscard]] geo::LocalPoint truth_of(TimeUtc t) const { return motion_.at(seconds(t - Terminal::epoch)).place; }
  [[nodiscard]] bool moves(TimeUtc t) const {
    return geo::norm(motion_.at(seconds(t - Terminal::epoch)).velocity) > 0.5;
  }

  const TruckMotion& motion_;
  track::FixedLagSmoother lagged_;
  track::FixedLagSmoother::State window_;
  Errors& errors_;
  geo::LocalPoint shift_;
  std::vector<TimeUtc> times_;
  std::size_t given_ = 0;
  TimeUtc last_ = no_time;
  bool parked_ = false;
};

Errors errors_of(ReceiverError error, double interval, bool doppler, std::uint64_t seed) {
  Errors result;
  const track::Smoother smoother;
  for (std::uint64_t i = 0; i < tracks; ++i) {
    const TruckMotion motion{seed + i, hours_each};
    Terminal terminal{error, interval, doppler, seed + 100 + i};
    Judge judge{motion, smoother, result};
    run_front(
        terminal.report(motion),
        [&](const track::Sample& s, const track::Front::State& state) {
          judge.frame(state.frame.frame);
          judge.sample(s, state);
        },
        [](const Fix&, Verdict) {});
    judge.finish();
  }
  return result;
}

void print_errors(std::uint64_t seed) {
  std::puts("| interval | noise | raw | places only: filter | lag 2 | with speed and heading: filter | lag 2 |");
  std::puts("|---|---|---|---|---|---|---|");
  for (const ReceiverError error : errors)
    for (const double interval : intervals) {
      const Errors plain = errors_of(error, interval, false, seed);
      const Errors doppler = errors_of(error, interval, true, seed);
      std::printf("| %g s | %s | %.2f | %.2f | %.2f | %.2f | %.2f |\n", interval, name_of(error).c_str(),
                  plain.raw.value(), plain.filter.value(), plain.lagged.value(), doppler.filter.value(),
                  doppler.lagged.value());
    }
}

struct Spikes {
  std::uint64_t planted = 0, gone = 0, good = 0, lost = 0;
};

/// One fix in a hundred, 500 m off in any direction. Never two in a row: what follows a spike is a good fix.
std::vector<bool> plant_spikes(std::vector<Fix>& fixes, std::uint64_t seed) {
  Dice dice{seed};
  const geo::LocalFrame frame{Terminal::origin};
  std::vector<bool> planted(fixes.size());
  for (std::size_t i = 5; i < fixes.size(); ++i) {
    if (planted[i - 1] || !dice.chance(0.01)) continue;
    const double way = dice.uniform(0.0, 2.0 * std::numbers::pi);
    fixes[i].position =
        frame.to_lon_lat(frame.to_local(fixes[i].position) + 500.0 * geo::LocalPoint{std::cos(way), std::sin(way)});
    planted[i] = true;
  }
  return planted;
}

Spikes spikes_of(ReceiverError error, double interval, bool doppler, std::uint64_t seed) {
  Spikes spikes;
  for (std::uint64_t i = 0; i < tracks; ++i) {
    const TruckMotion motion{seed + i, hours_each * (interval >= 10 ? 6 : 1)};
    Terminal terminal{error, interval, doppler, seed + 100 + i};
    std::vector<Fix> fixes = terminal.report(motion);
    const std::vector<bool> planted = plant_spikes(fixes, seed + 200 + i);
    for (const bool spike : planted) spike ? ++spikes.planted : ++spikes.good;
    run_front(
        fixes, [](const track::Sample&, const track::Front::State&) {},
        [&](const Fix& fix, Verdict) { planted[fix.record] ? ++spikes.gone : ++spikes.lost; });
  }
  return spikes;
}

void print_spikes(std::uint64_t seed) {
  std::puts(
      "\n| interval | places only: spikes refused | good refused | with speed and heading: spikes refused | good "
      "refused |");
  std::puts("|---|---|---|---|---|");
  for (const double interval : intervals) {
    std::printf("| %g s |", interval);
    for (const bool doppler : {false, true}) {
      const Spikes s = spikes_of({4.0, 60.0}, interval, doppler, seed);
      std::printf(" %.2f %% of %llu | %.3f %% |", 100.0 * static_cast<double>(s.gone) / static_cast<double>(s.planted),
                  static_cast<unsigned long long>(s.planted),
                  100.0 * static_cast<double>(s.lost) / static_cast<double>(s.good));
    }
    std::puts("");
  }
}

void dump(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  const geo::LocalFrame frame{Terminal::origin};
  for (const ReceiverError error : errors)
    for (const double interval : intervals) {
      std::ofstream out{folder /
                        (std::to_string(std::lround(interval)) + "_" + std::to_string(std::lround(error.sigma_m)) +
                         "_" + std::to_string(std::lround(error.tau_s)) + ".csv")};
      out.precision(12);
      out << "track,t,lon,lat,true_lon,true_lat,moving\n";
      for (std::uint64_t i = 0; i < tracks; ++i) {
        const TruckMotion motion{reporting_seed + i, hours_each};
        Terminal terminal{error, interval, false, reporting_seed + 100 + i};
        for (const Fix& fix : terminal.report(motion)) {
          const test::TrueMotion& truth = motion.at(seconds(fix.time - Terminal::epoch));
          const LonLat place = frame.to_lon_lat(truth.place);
          out << i << ',' << seconds(fix.time - Terminal::epoch) << ',' << fix.position.lon << ',' << fix.position.lat
              << ',' << place.lon << ',' << place.lat << ',' << (geo::norm(truth.velocity) > 0.5) << '\n';
        }
      }
    }
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> args(argv + 1, argv + argc);
  if (args.size() == 2 && args[0] == "--dump") {
    dump(std::string{args[1]});
    return 0;
  }
  const std::uint64_t seed = !args.empty() && args[0] == "--fit" ? fitting_seed : reporting_seed;
  print_errors(seed);
  print_spikes(seed);
  return 0;
}
