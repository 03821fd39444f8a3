#pragma once

#include <haulwatch/fix.hpp>
#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/lon_lat.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <random>
#include <vector>

namespace haulwatch::test {

/// Numbers that are the same on every platform, which the standard's distributions are not.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_{seed} {}

  [[nodiscard]] double uniform(double low, double high) {
    return low + (high - low) * static_cast<double>(engine_() >> 11U) * 0x1p-53;
  }
  [[nodiscard]] bool chance(double p) { return uniform(0.0, 1.0) < p; }
  [[nodiscard]] double normal(double sigma) {
    const double r = std::sqrt(-2.0 * std::log(1.0 - uniform(0.0, 1.0)));
    return sigma * r * std::cos(2.0 * std::numbers::pi * uniform(0.0, 1.0));
  }
  [[nodiscard]] std::uint64_t whole(std::uint64_t below) { return engine_() % below; }

 private:
  std::mt19937_64 engine_;
};

/// Where a truck truly was.
struct TrueMotion {
  geo::LocalPoint place;     ///< metres
  geo::LocalPoint velocity;  ///< metres a second
};

/// A truck on streets: straight stretches of 100 m to 1.2 km at 20 to 80 km/h, right-angled turns of 8 to 18 m radius,
/// bends of 40 to 250 m radius, red lights.
///
/// The speed obeys 1.0 m/s² of gain, 1.4 m/s² of braking and 1.8 m/s² across (heavy trucks stay below these), by a
/// forward and a backward pass over the way metre by metre. Truth is known at each tenth of a second.
class TruckMotion {
 public:
  explicit TruckMotion(std::uint64_t seed, double hours = 1.0) : dice_{seed} { drive(hours * 3600.0); }

  [[nodiscard]] double duration_s() const noexcept { return static_cast<double>(truth_.size() - 1) * step_s; }
  [[nodiscard]] const TrueMotion& at(double t) const noexcept {
    return truth_[std::min(truth_.size() - 1, static_cast<std::size_t>(std::lround(t / step_s)))];
  }

 private:
  static constexpr double step_s = 0.1;

  struct Metre {
    geo::LocalPoint place;
    double heading = 0.0;  ///< radians anticlockwise from east
    double limit = 0.0;    ///< metres a second, by the road
    double wait_s = 0.0;
  };

  void drive(double enough_s) {
    while (static_cast<double>(truth_.size()) * step_s < enough_s) {
      std::vector<Metre> way = lay_way();
      limit_by_power(way);
      follow(way);
    }
  }

  /// A stretch that begins and ends at a standstill, going on from where the last one ended.
  std::vector<Metre> lay_way() {
    std::vector<Metre> way;
    const int pieces = 3 + static_cast<int>(dice_.whole(6));
    for (int i = 0; i < pieces; ++i) {
      const double limit = dice_.uniform(20.0, 80.0) / 3.6;
      lay(way, dice_.uniform(100.0, 1200.0), 0.0, limit);
      const double side = dice_.chance(0.5) ? 1.0 : -1.0;
      if (dice_.chance(0.6)) {
        const double radius = dice_.uniform(8.0, 18.0);
        lay(way, radius * std::numbers::pi / 2.0, side / radius, limit);
      } else if (dice_.chance(0.5)) {
        const double radius = dice_.uniform(40.0, 250.0);
        lay(way, radius * dice_.uniform(0.3, 1.6), side / radius, limit);
      }
      if (dice_.chance(0.3)) way.back().wait_s = dice_.uniform(5.0, 60.0);
    }
    way.back().wait_s = std::max(way.back().wait_s, dice_.uniform(5.0, 120.0));
    return way;
  }

  void lay(std::vector<Metre>& way, double length, double curvature, double limit) {
    constexpr double across = 1.8;
    if (curvature != 0.0) limit = std::min(limit, std::sqrt(across / std::abs(curvature)));
    for (double s = 0.0; s < length; s += 1.0) {
      heading_ += curvature;
      place_ = place_ + geo::LocalPoint{std::cos(heading_), std::sin(heading_)};
      way.push_back({place_, heading_, limit, 0.0});
    }
  }

  static void limit_by_power(std::vector<Metre>& way) {
    constexpr double gain = 1.0;
    constexpr double braking = 1.4;
    double v = 0.0;
    for (Metre& m : way) {
      m.limit = v = std::min(m.limit, std::sqrt(v * v + 2.0 * gain));
      if (m.wait_s > 0.0) v = 0.0;
    }
    v = 0.0;
    for (auto m = way.rbegin(); m != way.rend(); ++m) {
      if (m->wait_s > 0.0) v = 0.0;
      m->limit = v = std::min(m->limit, std::sqrt(v * v + 2.0 * braking));
    }
  }

  void follow(const std::vector<Metre>& way) {
    for (std::size_t i = 1; i < way.size(); ++i) {
      const double mean = std::max(0.5, 0.5 * (way[i - 1].limit + way[i].limit));
      const double arrival = clock_ + 1.0 / mean;
      for (; next_ < arrival; next_ += step_s) note(way[i - 1], way[i], (next_ - clock_) * mean, way[i].limit);
      clock_ = arrival;
      for (; next_ < clock_ + way[i].wait_s; next_ += step_s) note(way[i - 1], way[i], 1.0, 0.0);
      clock_ += way[i].wait_s;
    }
  }

  void note(const Metre& from, const Metre& to, double share, double speed) {
    const double heading = from.heading + share * (to.heading - from.heading);
    const double v = from.limit + share * (speed - from.limit);
    truth_.push_back({from.place + share * (to.place - from.place),
                      speed == 0.0 ? geo::LocalPoint{} : v * geo::LocalPoint{std::cos(heading), std::sin(heading)}});
  }

  Dice dice_;
  geo::LocalPoint place_;
  double heading_ = 0.0;
  double clock_ = 0.0;
  double next_ = 0.0;
  std::vector<TrueMotion> truth_;
};

/// How a receiver errs, on each axis.
struct ReceiverError {
  double sigma_m = 4.0;
  double tau_s = 0.0;  ///< of a first-order Gauss-Markov process; 0 is white
};

/// What a terminal with that receiver would report of a motion.
///
/// Speed and course come from a velocity with 0.3 m/s of noise an axis, as Doppler gives; below 0.5 m/s the receiver
/// says 0; both are rounded as JT/T 808 rounds them (0.1 km/h, 1 degree). `record` is the fix's number in the track.
class Terminal {
 public:
  static constexpr LonLat origin{121.0, 30.7};
  static constexpr TimeUtc epoch{std::chrono::sys_days{std::chrono::year{2026} / 3 / 2}};

  Terminal(ReceiverError error, double interval_s, bool doppler, std::uint64_t seed)
      : error_{error}, interval_s_{interval_s}, doppler_{doppler}, dice_{seed} {
    wander_ = {dice_.normal(error.sigma_m), dice_.normal(error.sigma_m)};
  }

  [[nodiscard]] std::vector<Fix> report(const TruckMotion& motion) {
    std::vector<Fix> fixes;
    const geo::LocalFrame frame{origin};
    for (double t = 0.0; t <= motion.duration_s(); t += interval_s_) {
      const TrueMotion& truth = motion.at(t);
      err();
      Fix fix;
      fix.time = epoch + milliseconds(t);
      fix.position = frame.to_lon_lat(truth.place + wander_);
      if (doppler_) measure_velocity(fix, truth.velocity);
      fix.record = static_cast<std::uint32_t>(fixes.size());
      fixes.push_back(fix);
    }
    return fixes;
  }

 private:
  void err() {
    const double keep = error_.tau_s > 0.0 ? std::exp(-interval_s_ / error_.tau_s) : 0.0;
    const double fresh = error_.sigma_m * std::sqrt(1.0 - keep * keep);
    wander_ = {keep * wander_.x + dice_.normal(fresh), keep * wander_.y + dice_.normal(fresh)};
  }

  void measure_velocity(Fix& fix, geo::LocalPoint velocity) {
    constexpr double sigma = 0.3;
    constexpr double static_hold = 0.5;
    const geo::LocalPoint v = velocity + geo::LocalPoint{dice_.normal(sigma), dice_.normal(sigma)};
    const double speed = geo::norm(v);
    fix.speed_mps = speed < static_hold ? 0.0F : static_cast<float>(std::round(speed * 36.0) / 36.0);
    double course = std::atan2(v.x, v.y) * 180.0 / std::numbers::pi;
    if (course < 0.0) course += 360.0;
    fix.heading_deg = static_cast<float>(std::fmod(std::round(course), 360.0));
  }

  ReceiverError error_;
  double interval_s_;
  bool doppler_;
  Dice dice_;
  geo::LocalPoint wander_;
};

}  // namespace haulwatch::test
