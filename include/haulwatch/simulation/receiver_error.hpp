#pragma once

#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/simulation/motion.hpp>
#include <haulwatch/simulation/random_spans.hpp>
#include <haulwatch/simulation/terminal_profile.hpp>
#include <haulwatch/units.hpp>

#include <cmath>
#include <cstdint>

namespace haulwatch::simulation {

/// One axis-symmetric first-order Gauss–Markov process (Ornstein–Uhlenbeck): its autocorrelation falls as exp(-t /
/// tau). It has standard deviation 1 and is scaled where it is used, so that the surroundings may change its size.
class GaussMarkov {
 public:
  GaussMarkov(double tau_s, Random& random) noexcept : tau_s_{tau_s}, at_{random.normal(), random.normal()} {}

  /// Goes on by `dt_s` from where it was. Two normal draws; the exponential is kept while `dt_s` stays the same.
  geo::LocalPoint step(double dt_s, Random& random) noexcept {
    if (dt_s != dt_s_) {
      dt_s_ = dt_s;
      keep_ = exponential_of(-dt_s / tau_s_);
      fresh_ = std::sqrt(1.0 - keep_ * keep_);
    }
    at_ = {keep_ * at_.x + fresh_ * random.normal(), keep_ * at_.y + fresh_ * random.normal()};
    return at_;
  }

 private:
  double tau_s_;
  double dt_s_ = 0.0;
  double keep_ = 1.0;
  double fresh_ = 0.0;
  geo::LocalPoint at_;
};

/// What the surroundings are to a receiver at the moment of a report.
struct Reception {
  TimeUtc at = no_time;
  Sky sky = Sky::open;
  bool parked = false;
};

/// A place as a receiver errs.
struct ReceivedPlace {
  geo::LocalPoint offset;  ///< metres from the truth
  double sigma_m = 0.0;    ///< of a horizontal axis, as an honest receiver would know it
  bool far_off = false;    ///< a single place that is no part of the noise
};

/// Errors of one receiver's places: three parts of noise on each axis (slow and fast Gauss–Markov, white), runs of
/// multipath among high buildings, wander while parked, single places far off, a cold start that settles.
///
/// The parts and their sizes: an hour-long part of 3.73 m² was fitted to differential positions (Markov, 3,847 s); some
/// tens of seconds come from multipath and the receiver's filter; the doses are those of the profile. Some 60 ns a
/// place, no allocation. Threads: one at a time.
class ReceiverError {
 public:
  ReceiverError(const NoiseDoses& noise, const PlaceErrorDoses& places, std::uint64_t seed, std::uint32_t vehicle,
                TimeUtc start) noexcept;

  /// \param reception in order of time
  [[nodiscard]] ReceivedPlace place(const Reception& reception) noexcept;

  /// Power has come back: the next place is off by the cold start's median, times `severity`.
  void start_cold(TimeUtc at, double severity) noexcept;

 private:
  [[nodiscard]] geo::LocalPoint multipath(const Reception& reception) noexcept;
  [[nodiscard]] geo::LocalPoint drift(const Reception& reception, double dt_s) noexcept;
  [[nodiscard]] geo::LocalPoint cold_start(TimeUtc at) noexcept;
  [[nodiscard]] geo::LocalPoint anywhere(double distance_m) noexcept;

  Random random_;
  const PlaceErrorDoses* doses_;
  GaussMarkov slow_;
  GaussMarkov fast_;
  GaussMarkov wander_;
  RandomSpans multipath_spans_;
  double slow_sigma_m_;
  double open_sigma_m_;
  double urban_sigma_m_;
  double white_sigma_m_;
  double fast_sigma_m_;
  double drift_sigma_m_ = 0.0;  ///< of this parked spell
  double drift_grown_ = 0.0;    ///< 0 to 1: wander begins at nothing
  geo::LocalPoint multipath_offset_;
  geo::LocalPoint cold_offset_;
  TimeUtc multipath_from_ = no_time;
  TimeUtc cold_from_ = no_time;
  TimeUtc last_;
  bool was_parked_ = false;
};

}  // namespace haulwatch::simulation
