#include <haulwatch/simulation/receiver_error.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace haulwatch::simulation {
namespace {

/// A canyon is worse than a street between houses by this factor.
constexpr double canyon_factor = 1.5;
/// In which the fast part takes on the size that its surroundings ask for: a receiver's filter remembers.
constexpr double surroundings_tau_s = 20.0;
/// Of the wander of parked receivers: reflections come and go as satellites move.
constexpr double wander_tau_s = 400.0;
/// In which the wander grows to its size, and in which it is gone once the vehicle moves.
constexpr double wander_growth_s = 300.0;
constexpr double wander_fading_s = 15.0;
/// How far from its middle a Gauss–Markov process of two axes gets in some ten of its correlation times.
constexpr double extent_in_sigmas = 3.2;

double drawn(Range range, Random& random) {
  return random.uniform(range.low, range.high);
}

}  // namespace

ReceiverError::ReceiverError(const NoiseDoses& noise, const PlaceErrorDoses& places, std::uint64_t seed,
                             std::uint32_t vehicle, TimeUtc start) noexcept
    : random_{Random::stream(seed, "receiver error", vehicle)},
      doses_{&places},
      slow_{drawn(noise.slow_tau_s, random_), random_},
      fast_{drawn(noise.fast_tau_s, random_), random_},
      wander_{wander_tau_s, random_},
      multipath_spans_{places.multipath, Random::stream(seed, "multipath", vehicle), start},
      slow_sigma_m_{drawn(noise.slow_sigma_m, random_)},
      open_sigma_m_{drawn(noise.fast_open_sigma_m, random_)},
      urban_sigma_m_{drawn(noise.fast_urban_sigma_m, random_)},
      white_sigma_m_{drawn(noise.white_sigma_m, random_)},
      fast_sigma_m_{open_sigma_m_},
      last_{start} {}

ReceivedPlace ReceiverError::place(const Reception& reception) noexcept {
  const double dt_s = std::max(0.0, seconds(reception.at - last_));
  last_ = reception.at;
  const double target = reception.sky == Sky::open    ? open_sigma_m_
                        : reception.sky == Sky::urban ? urban_sigma_m_
                                                      : canyon_factor * urban_sigma_m_;
  fast_sigma_m_ += (target - fast_sigma_m_) * dt_s / (dt_s + surroundings_tau_s);
  const geo::LocalPoint white{random_.normal(), random_.normal()};
  // One draw after the other: the order in which the terms of a sum are evaluated is the compiler's choice.
  geo::LocalPoint runs = multipath(reception);
  runs = runs + drift(reception, dt_s);
  runs = runs + cold_start(reception.at);
  const geo::LocalPoint slow = slow_.step(dt_s, random_);
  const geo::LocalPoint fast = fast_.step(dt_s, random_);
  ReceivedPlace received;
  received.offset = slow_sigma_m_ * slow + fast_sigma_m_ * fast + white_sigma_m_ * white + runs;
  received.sigma_m = std::sqrt(slow_sigma_m_ * slow_sigma_m_ + fast_sigma_m_ * fast_sigma_m_ +
                               white_sigma_m_ * white_sigma_m_ + 0.5 * geo::squared_norm(runs));
  if (random_.chance(doses_->spikes_per_1000 * 1e-3)) {
    received.offset = received.offset + anywhere(random_.log_normal(doses_->spike_m, 0.5));
    received.far_off = true;
  }
  return received;
}

void ReceiverError::start_cold(TimeUtc at, double severity) noexcept {
  cold_from_ = at;
  cold_offset_ = anywhere(random_.log_normal(severity * doses_->cold_start_m, 0.7));
}

geo::LocalPoint ReceiverError::multipath(const Reception& reception) noexcept {
  const bool among_buildings = reception.sky == Sky::urban || reception.sky == Sky::canyon;
  if (!multipath_spans_.covers(reception.at) || !among_buildings) return {};
  if (multipath_from_ != multipath_spans_.span().from) {
    multipath_from_ = multipath_spans_.span().from;
    multipath_offset_ = anywhere(random_.log_normal(doses_->multipath_m, 0.5));
  }
  return multipath_offset_;
}

geo::LocalPoint ReceiverError::drift(const Reception& reception, double dt_s) noexcept {
  if (reception.parked && !was_parked_)
    drift_sigma_m_ =
        random_.chance(doses_->parked_drift.value) ? drawn(doses_->parked_drift_m, random_) / extent_in_sigmas : 0.0;
  was_parked_ = reception.parked;
  if (drift_sigma_m_ == 0.0) return {};
  if (reception.parked)
    drift_grown_ += (1.0 - drift_grown_) * dt_s / (dt_s + wander_growth_s);
  else
    drift_grown_ *= wander_fading_s / (dt_s + wander_fading_s);
  if (!reception.parked && drift_grown_ < 0.01) drift_sigma_m_ = drift_grown_ = 0.0;
  return drift_sigma_m_ * drift_grown_ * wander_.step(dt_s, random_);
}

geo::LocalPoint ReceiverError::cold_start(TimeUtc at) noexcept {
  if (cold_from_ == no_time) return {};
  const double share = exponential_of(-seconds(at - cold_from_) / doses_->cold_start_tau_s);
  if (share < 0.001) cold_from_ = no_time;
  return share * cold_offset_;
}

geo::LocalPoint ReceiverError::anywhere(double distance_m) noexcept {
  const SineCosine direction = sine_cosine(random_.uniform(0.0, 2.0 * std::numbers::pi));
  return {distance_m * direction.cosine, distance_m * direction.sine};
}

}  // namespace haulwatch::simulation
