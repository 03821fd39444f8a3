#pragma once

#include <haulwatch/fix.hpp>
#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <vector>

namespace haulwatch::test {

/// A time during which a truck really stood, to the half second.
struct TrueHalt {
  TimeUtc start;
  TimeUtc end;
};

/// How the terminal of a random driver sees the world.
struct Terminal {
  Milliseconds interval{10'000};
  double sigma_m = 4.0;         ///< of each axis
  double correlation_s = 0.0;   ///< of the error, Gauss-Markov; 0 is white
  double outlier_share = 0.01;  ///< thrown `outlier_m` away in any direction
  double outlier_m = 150.0;
  bool speed = true;  ///< reports speed and heading, with 0.3 m/s and 5 degrees of error
};

/// A shift of work: drives of 0.3 to 4 km at 8 to 20 m/s on winding roads, halts of one to fifteen minutes between
/// them, and as decoys red lights of 10 to 45 s, crawling at 2 to 3 m/s and queues that hop 15 to 40 m every twenty
/// seconds.
class RandomDriver {
 public:
  RandomDriver(std::uint64_t seed, Milliseconds span) : random_{seed} {
    using namespace std::chrono;
    now_ = sys_days{2026y / March / 3} + 4h;
    const TimeUtc end = now_ + span;
    stand(real(120.0, 300.0));
    while (now_ < end) {
      drive_somewhere();
      stand(std::exp(real(std::log(62.0), std::log(900.0))));
      if (real(0.0, 1.0) < 0.4) heading_ += std::numbers::pi;
    }
    drive(4000.0, 12.0);
  }

  [[nodiscard]] const std::vector<TrueHalt>& halts() const noexcept { return halts_; }

  [[nodiscard]] std::vector<Fix> fixes(const Terminal& terminal, std::uint64_t seed) const {
    std::mt19937_64 random{seed};
    std::normal_distribution<double> normal{0.0, 1.0};
    std::uniform_real_distribution<double> share{0.0, 1.0};
    const geo::LocalFrame frame{{121.0, 30.7}};
    const auto every = static_cast<std::size_t>(terminal.interval / tick);
    const double keep =
        terminal.correlation_s > 0.0 ? std::exp(-seconds(terminal.interval) / terminal.correlation_s) : 0.0;
    geo::LocalPoint error = terminal.sigma_m * geo::LocalPoint{normal(random), normal(random)};
    std::vector<Fix> all;
    for (std::size_t i = random() % every; i < way_.size(); i += every) {
      const Moment& truth = way_[i];
      error = keep * error +
              (terminal.sigma_m * std::sqrt(1.0 - keep * keep)) * geo::LocalPoint{normal(random), normal(random)};
      geo::LocalPoint seen = truth.at + error;
      if (share(random) < terminal.outlier_share) {
        const double angle = 2.0 * std::numbers::pi * share(random);
        seen = seen + terminal.outlier_m * geo::LocalPoint{std::cos(angle), std::sin(angle)};
      }
      Fix fix;
      fix.time = truth.time;
      fix.position = frame.to_lon_lat(seen);
      fix.record = static_cast<std::uint32_t>(all.size());
      if (terminal.speed) {
        const double blur = truth.speed > 0.0 ? 0.3 * normal(random) : 0.15 * normal(random);
        fix.speed_mps = static_cast<float>(std::max(0.0, truth.speed + blur));
        const double course = std::fmod(truth.heading * 180.0 / std::numbers::pi + 5.0 * normal(random) + 720.0, 360.0);
        fix.heading_deg = static_cast<float>(course);
      }
      all.push_back(fix);
    }
    return all;
  }

 private:
  static constexpr Milliseconds tick{500};
  struct Moment {
    TimeUtc time;
    geo::LocalPoint at;
    double speed = 0.0;
    double heading = 0.0;  ///< radians clockwise from north
  };

  double real(double from, double to) { return std::uniform_real_distribution<double>{from, to}(random_); }

  void step(double speed) {
    now_ += tick;
    at_ = at_ + (speed * seconds(tick)) * geo::LocalPoint{std::sin(heading_), std::cos(heading_)};
    way_.push_back({now_, at_, speed, heading_});
  }

  void stand(double span_s) {
    const TimeUtc start = now_;
    while (now_ < start + milliseconds(span_s)) step(0.0);
    halts_.push_back({start, now_});
  }

  /// From standing to standing.
  void drive(double length, double top_speed) {
    double speed = 0.0;
    double bend = 0.0;
    for (double left = length; left > 0.5;) {
      const double may = std::sqrt(2.0 * left * 1.0);
      speed = std::min({speed + 0.7 * seconds(tick), top_speed, may});
      speed = std::max(speed, 0.3);
      if (real(0.0, 1.0) < 0.02) bend = real(-0.1, 0.1) / std::max(speed, 4.0) * 4.0;
      heading_ += bend * seconds(tick);
      step(speed);
      left -= speed * seconds(tick);
    }
  }

  void drive_somewhere() {
    const auto legs = 1 + random_() % 3;
    for (std::uint64_t leg = 0; leg < legs; ++leg) {
      drive(real(300.0, 2000.0), real(8.0, 20.0));
      switch (random_() % 5) {
        case 0:
        case 1:
          stand(real(10.0, 45.0));
          break;
        case 2:
          drive(real(60.0, 400.0), real(2.0, 3.0));
          break;
        case 3:
          queue();
          break;
        default:
          break;
      }
    }
    drive(real(300.0, 2000.0), real(8.0, 20.0));
  }

  void queue() {
    for (auto hops = 3 + random_() % 8; hops > 0; --hops) {
      stand(real(5.0, 15.0));
      drive(real(15.0, 40.0), 4.0);
    }
  }

  std::mt19937_64 random_;
  TimeUtc now_;
  geo::LocalPoint at_;
  double heading_ = 0.5;
  std::vector<Moment> way_;
  std::vector<TrueHalt> halts_;
};

/// How well stops found agree with halts that were, one to one, by intersection over union of at least a half.
struct StopScore {
  std::size_t halts = 0;     ///< of at least the length asked for
  std::size_t found = 0;     ///< stops given
  std::size_t seen = 0;      ///< of the halts
  std::size_t right = 0;     ///< of the stops given: those that are one halt of at least 50 s
  std::vector<double> edge;  ///< seconds off at both ends of what was seen

  [[nodiscard]] double recall() const {
    return halts == 0 ? 1.0 : static_cast<double>(seen) / static_cast<double>(halts);
  }
  [[nodiscard]] double precision() const {
    return found == 0 ? 1.0 : static_cast<double>(right) / static_cast<double>(found);
  }
  /// Of the absolute edge errors, seconds.
  [[nodiscard]] double edge_at(double quantile) const {
    if (edge.empty()) return 0.0;
    std::vector<double> sorted = edge;
    for (double& e : sorted) e = std::abs(e);
    std::sort(sorted.begin(), sorted.end());
    return sorted[static_cast<std::size_t>(quantile * static_cast<double>(sorted.size() - 1))];
  }
};

inline double overlap(const TrueHalt& a, const TrueHalt& b) {
  const double both = seconds(std::min(a.end, b.end) - std::max(a.start, b.start));
  return both <= 0.0 ? 0.0 : both / (seconds(a.end - a.start) + seconds(b.end - b.start) - both);
}

inline void score(StopScore& total, const std::vector<TrueHalt>& halts, const std::vector<TrueHalt>& found,
                  double least_s) {
  std::vector<bool> used(halts.size(), false);
  total.found += found.size();
  for (const TrueHalt& stop : found) {
    for (std::size_t i = 0; i < halts.size(); ++i) {
      const double length = seconds(halts[i].end - halts[i].start);
      if (used[i] || length < 50.0 || overlap(halts[i], stop) < 0.5) continue;
      used[i] = true;
      ++total.right;
      if (length < least_s) break;
      ++total.seen;
      total.edge.push_back(seconds(stop.start - halts[i].start));
      total.edge.push_back(seconds(stop.end - halts[i].end));
      break;
    }
  }
  for (const TrueHalt& halt : halts) total.halts += seconds(halt.end - halt.start) >= least_s ? 1U : 0U;
}

}  // namespace haulwatch::test
