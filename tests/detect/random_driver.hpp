#pragma once

#include "support/truck_motion.hpp"

#include <haulwatch/fix.hpp>
#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <vector>

namespace haulwatch::test {

/// A time during which a truck really stood, to the half second.
struct TrueHalt {
  TimeUtc start;
  TimeUtc end;
};

/// How the unit on a random driver's truck sees the world.
struct TrackingUnit {
  Milliseconds interval{10'000};
  double sigma_m = 4.0;         ///< of each axis
  double correlation_s = 0.0;   ///< of the error, Gauss-Markov; 0 is white
  double outlier_share = 0.01;  ///< thrown `outlier_m` away in any direction
  double outlier_m = 150.0;
  bool speed = true;                ///< reports speed and heading, with 0.3 m/s and 5 degrees of error
  double speed_step_mps = 0.0;      ///< to which the speed is rounded down, as terminals do that send whole km/h
  double lost_share = 0.0;          ///< of the reports, each for itself
  Milliseconds parked_interval{0};  ///< two minutes after it came to a stand; 0 is as ever
};

/// A shift of work: drives of 0.3 to 4 km at 8 to 20 m/s on winding roads, halts of one to fifteen minutes between
/// them, yards that are crossed at a walking pace with a turn before the halt, moves of 120 to 250 m between two halts,
/// and as decoys red lights of 10 to 45 s, crawling at 2 to 3 m/s and queues that hop 15 to 40 m every twenty seconds.
/// Each drive brakes and gains speed in its own way.
class RandomDriver {
 public:
  RandomDriver(std::uint64_t seed, Milliseconds span) : dice_{seed} {
    using namespace std::chrono;
    now_ = sys_days{2026y / March / 3} + 4h;
    const TimeUtc end = now_ + span;
    stand(real(120.0, 300.0));
    while (now_ < end) {
      drive_somewhere();
      if (dice_.chance(0.4)) cross_yard();
      stand(std::exp(real(std::log(62.0), std::log(900.0))));
      if (dice_.chance(0.2)) {
        drive(real(120.0, 250.0), real(3.0, 6.0));
        stand(std::exp(real(std::log(62.0), std::log(900.0))));
      }
      if (real(0.0, 1.0) < 0.4) heading_ += std::numbers::pi;
    }
    drive(4000.0, 12.0);
  }

  /// Of any length, in order.
  [[nodiscard]] const std::vector<TrueHalt>& halts() const noexcept { return halts_; }

  [[nodiscard]] std::vector<Fix> fixes(const TrackingUnit& unit, std::uint64_t seed) const {
    Dice dice{seed};
    const geo::LocalFrame frame{{121.0, 30.7}};
    const auto every = static_cast<std::size_t>(unit.interval / tick);
    const double keep = unit.correlation_s > 0.0 ? std::exp(-seconds(unit.interval) / unit.correlation_s) : 0.0;
    const double fresh = unit.sigma_m * std::sqrt(1.0 - keep * keep);
    geo::LocalPoint error{dice.normal(unit.sigma_m), dice.normal(unit.sigma_m)};
    std::vector<Fix> all;
    std::size_t stands_since = 0;
    std::size_t sleeps_until = 0;
    for (std::size_t i = dice.whole(every); i < way_.size(); i += every) {
      const Moment& truth = way_[i];
      if (truth.speed > 0.0) {
        stands_since = i;
        sleeps_until = 0;
      }
      error = keep * error + geo::LocalPoint{dice.normal(fresh), dice.normal(fresh)};
      geo::LocalPoint seen = truth.at + error;
      if (dice.chance(unit.outlier_share)) {
        const double angle = dice.uniform(0.0, 2.0 * std::numbers::pi);
        seen = seen + unit.outlier_m * geo::LocalPoint{std::cos(angle), std::sin(angle)};
      }
      if (i < sleeps_until || dice.chance(unit.lost_share)) continue;
      if (unit.parked_interval > Milliseconds{0} && (i - stands_since) * tick >= std::chrono::minutes{2})
        sleeps_until = i + static_cast<std::size_t>(unit.parked_interval / tick);
      Fix fix;
      fix.time = truth.time;
      fix.position = frame.to_lon_lat(seen);
      fix.record = static_cast<std::uint32_t>(all.size());
      if (unit.speed) measure_velocity(fix, truth, unit, dice);
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

  double real(double from, double to) { return dice_.uniform(from, to); }

  static void measure_velocity(Fix& fix, const Moment& truth, const TrackingUnit& unit, Dice& dice) {
    const double blur = dice.normal(truth.speed > 0.0 ? 0.3 : 0.15);
    double speed = std::max(0.0, truth.speed + blur);
    if (unit.speed_step_mps > 0.0) speed = unit.speed_step_mps * std::floor(speed / unit.speed_step_mps);
    fix.speed_mps = static_cast<float>(speed);
    const double course = std::fmod(truth.heading * 180.0 / std::numbers::pi + dice.normal(5.0) + 720.0, 360.0);
    fix.heading_deg = static_cast<float>(course);
  }

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
    const double braking = real(0.6, 1.6);
    const double gain = real(0.4, 1.1);
    double speed = 0.0;
    double bend = 0.0;
    for (double left = length; left > 0.5;) {
      const double may = std::sqrt(2.0 * left * braking);
      speed = std::min({speed + gain * seconds(tick), top_speed, may});
      speed = std::max(speed, 0.3);
      if (real(0.0, 1.0) < 0.02) bend = real(-0.1, 0.1) / std::max(speed, 4.0) * 4.0;
      heading_ += bend * seconds(tick);
      step(speed);
      left -= speed * seconds(tick);
    }
  }

  void drive_somewhere() {
    const auto legs = 1 + dice_.whole(3);
    for (std::uint64_t leg = 0; leg < legs; ++leg) {
      drive(real(300.0, 2000.0), real(8.0, 20.0));
      switch (dice_.whole(5)) {
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

  void cross_yard() {
    drive(real(30.0, 120.0), real(2.0, 4.0));
    heading_ += real(-1.0, 1.0) * std::numbers::pi;
    drive(real(15.0, 60.0), real(1.5, 3.0));
  }

  void queue() {
    for (auto hops = 3 + dice_.whole(8); hops > 0; --hops) {
      stand(real(5.0, 15.0));
      drive(real(15.0, 40.0), 4.0);
    }
  }

  Dice dice_;
  TimeUtc now_;
  geo::LocalPoint at_;
  double heading_ = 0.5;
  std::vector<Moment> way_;
  std::vector<TrueHalt> halts_;
};

/// How well stops found agree with halts that were, one to one, by intersection over union of at least a half.
struct StopScore {
  std::size_t owed = 0;               ///< halts of at least the length asked for
  std::size_t seen = 0;               ///< of those
  std::size_t claimed = 0;            ///< stops given, but for those that are neutral
  std::size_t neutral = 0;            ///< stops given that agree with none of the halts owed and meet a shorter one
  std::vector<double> start_error_s;  ///< of what was seen, later is positive
  std::vector<double> end_error_s;

  [[nodiscard]] double recall() const {
    return owed == 0 ? 1.0 : static_cast<double>(seen) / static_cast<double>(owed);
  }
  [[nodiscard]] double precision() const {
    return claimed == 0 ? 1.0 : static_cast<double>(seen) / static_cast<double>(claimed);
  }
};

/// The absolute value below which that share of the errors lies.
inline double absolute_at(double quantile, std::vector<double> errors) {
  if (errors.empty()) return 0.0;
  for (double& e : errors) e = std::abs(e);
  std::sort(errors.begin(), errors.end());
  return errors[static_cast<std::size_t>(quantile * static_cast<double>(errors.size() - 1))];
}

inline double shared_s(const TrueHalt& a, const TrueHalt& b) {
  return seconds(std::min(a.end, b.end) - std::max(a.start, b.start));
}
inline double overlap(const TrueHalt& a, const TrueHalt& b) {
  const double both = shared_s(a, b);
  return both <= 0.0 ? 0.0 : both / (seconds(a.end - a.start) + seconds(b.end - b.start) - both);
}

/// What a single pairing of halts and stops left over, to be looked at.
struct Unpaired {
  std::vector<TrueHalt> missed;
  std::vector<TrueHalt> invented;
};

inline Unpaired score(StopScore& total, const std::vector<TrueHalt>& halts, const std::vector<TrueHalt>& found,
                      Milliseconds owed_from) {
  Unpaired unpaired;
  std::vector<bool> taken(halts.size(), false);
  for (const TrueHalt& stop : found) {
    bool is_right = false;
    bool meets_shorter = false;
    for (std::size_t i = 0; i < halts.size() && !is_right; ++i) {
      const bool owed = halts[i].end - halts[i].start >= owed_from;
      meets_shorter = meets_shorter || (!owed && shared_s(halts[i], stop) > 0.0);
      if (!owed || taken[i] || overlap(halts[i], stop) < 0.5) continue;
      is_right = taken[i] = true;
      total.start_error_s.push_back(seconds(stop.start - halts[i].start));
      total.end_error_s.push_back(seconds(stop.end - halts[i].end));
    }
    total.seen += is_right ? 1U : 0U;
    total.neutral += !is_right && meets_shorter ? 1U : 0U;
    total.claimed += is_right || !meets_shorter ? 1U : 0U;
    if (!is_right && !meets_shorter) unpaired.invented.push_back(stop);
  }
  for (std::size_t i = 0; i < halts.size(); ++i) {
    if (halts[i].end - halts[i].start < owed_from) continue;
    ++total.owed;
    if (!taken[i]) unpaired.missed.push_back(halts[i]);
  }
  return unpaired;
}

}  // namespace haulwatch::test
