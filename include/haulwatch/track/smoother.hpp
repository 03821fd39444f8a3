#pragma once

#include <haulwatch/fix.hpp>
#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/track/jump_gate.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>

namespace haulwatch::track {

/// Covariance of one axis of a constant-velocity state. Both axes share it, since noise and process are isotropic.
struct AxisCovariance {
  double pp = 0.0;  ///< position, m²
  double pv = 0.0;  ///< position × velocity, m²/s
  double vv = 0.0;  ///< velocity, m²/s²
};

/// Place and velocity with their covariance.
struct Motion {
  geo::LocalPoint place;     ///< metres
  geo::LocalPoint velocity;  ///< metres a second
  AxisCovariance covariance;
  /// What the step that led here added to the place's variance beyond the spread of its velocity, m²: a look back needs
  /// the same figure.
  double way_variance = 0.0;
};

struct SmootherOptions {
  /// Per axis where neither accuracy nor HDOP is reported: 3 m open sky, half as much again.
  Metres default_sigma{4.5};
  Metres uere{4.0};  ///< per unit of HDOP
  /// How fast the velocity spreads, m²/s³, in intervals up to 5 s and longer ones.
  double process_noise_dense = 2.0;
  double process_noise_sparse = 3.0;
  double unseen_way_noise = 0.01;       ///< m²/s³: what a truck does between two measured velocities that agree
  double unseen_manoeuvre_mps2 = 0.09;  ///< the way between two that differ errs by this times the interval squared
  MetresPerSecond manoeuvre_from{3.0};  ///< a difference of velocity that tells of such a manoeuvre half for sure
  MetresPerSecond velocity_sigma{0.4};  ///< of a Doppler velocity, per axis
  MetresPerSecond course_floor{1.5};    ///< below it a reported heading is noise
  MetresPerSecond still_speed{0.5};     ///< a reported speed below it is standing
  Milliseconds reset_after = std::chrono::minutes{5};    ///< a longer silence tells nothing about the motion after it
  Milliseconds parked_after = std::chrono::seconds{20};  ///< standing by reported speed for so long is parked
  Milliseconds parked_after_unseen = std::chrono::seconds{60};  ///< the same where no speed is reported
  Metres parked_radius{40.0};                                   ///< drift of a parked receiver without reported speed
  Metres parked_radius_still{120.0};                            ///< the same while it reports that it stands
};

/// The constant-velocity Kalman filter of one vehicle, with Doppler velocity, adaptive noise and a parked clamp.
///
/// 2 × 2 algebra shared by both axes: about 80 flops a fix. A measured velocity corrects before the place does: it
/// tells most of the way, so that the place's surprise is judged by what is left. While the vehicle is parked the place
/// is frozen, so that drift adds no way; the filter runs on beneath, so that a departure finds it ready. What the
/// filter gains depends on interval and noise: docs/smoothing.md has the table.
class Smoother {
 public:
  struct State {
    TimeUtc time = no_time;
    double noise_scale = 1.0;    ///< of the measurement variance, learned
    geo::LocalPoint still_mean;  ///< where the vehicle has stood, on the average of the last fixes
    TimeUtc still_since = no_time;
    std::uint16_t still_count = 0;
    std::uint8_t leaving = 0;  ///< fixes in a row that looked like driving off
    bool parked = false;
    bool fresh = true;  ///< the last step began a new track: no prediction led to it
    Motion motion;      ///< the estimate; while parked, the frozen one
    Motion beneath;     ///< while parked: what the filter thinks
  };

  explicit Smoother(SmootherOptions options = {}) noexcept : options_{options} {}

  /// Standard deviation of one axis of a fix, metres: what the terminal says of itself, within reason.
  [[nodiscard]] double sigma_of(const Fix& fix) const noexcept {
    if (fix.accuracy_m.has_value()) return std::clamp(static_cast<double>(fix.accuracy_m.value()), 1.0, 200.0);
    if (fix.hdop.has_value())
      return std::clamp(static_cast<double>(fix.hdop.value()) * options_.uere.value(), 3.0, 200.0);
    return options_.default_sigma.value();
  }

  /// Where the vehicle would be at `time` if it went on as it did.
  [[nodiscard]] Course course(const State& state, TimeUtc time) const noexcept {
    const Motion& motion = state.motion;
    if (state.time == no_time || time - state.time > options_.reset_after) return {motion.place, motion.velocity};
    return {motion.place + seconds(time - state.time) * motion.velocity, motion.velocity};
  }

  /// One accepted fix. `state.motion` is the estimate after it.
  void update(State& state, const PlacedFix& fix, bool trust_speed) const noexcept {
    const Doppler doppler = doppler_of(fix, trust_speed);
    const bool follows = state.time != no_time && fix.fix.time - state.time <= options_.reset_after;
    state.fresh = !follows;
    if (follows) {
      Motion& motion = state.parked ? state.beneath : state.motion;
      const double dt = seconds(fix.fix.time - state.time);
      predict(motion, dt, way_variance(motion, dt, doppler));
      correct_velocity(motion, doppler);
      correct_place(motion, state.noise_scale, fix, dt);
    } else {
      begin(state, fix, doppler);
    }
    state.time = fix.fix.time;
    clamp_while_parked(state, fix, doppler);
  }

  /// \param way_variance see `Motion`
  void predict(Motion& motion, double dt, double way_variance) const noexcept {
    const double q = process_noise(dt);
    AxisCovariance& p = motion.covariance;
    motion.place = motion.place + dt * motion.velocity;
    motion.way_variance = way_variance;
    p.pp += 2.0 * dt * p.pv + dt * dt * p.vv + q * dt * dt * dt / 4.0 + way_variance;
    p.pv += dt * p.vv + q * dt * dt / 2.0;
    p.vv += q * dt;
  }

  static void rebase(State& state, const geo::LocalFrame& from, const geo::LocalFrame& to) noexcept {
    for (geo::LocalPoint* place : {&state.motion.place, &state.beneath.place, &state.still_mean})
      *place = to.to_local(from.to_lon_lat(*place));
  }

  [[nodiscard]] const SmootherOptions& options() const noexcept { return options_; }

 private:
  /// Of the normalised innovation squared, chi-square with two degrees of freedom: 99 % lie below.
  static constexpr double surprising = 9.2;

  /// What a fix says of its own motion.
  struct Doppler {
    enum class Says : std::uint8_t { nothing, stands, creeps, drives };
    Says says = Says::nothing;
    bool has_velocity = false;
    geo::LocalPoint velocity;
  };

  [[nodiscard]] Doppler doppler_of(const PlacedFix& placed, bool trust_speed) const noexcept {
    const Fix& fix = placed.fix;
    using enum Doppler::Says;
    Doppler doppler;
    if (!trust_speed || !fix.speed_mps.has_value()) return doppler;
    const double speed = static_cast<double>(fix.speed_mps.value());
    if (!(speed >= 0.0 && std::isfinite(speed))) return doppler;
    if (speed < options_.still_speed.value()) return {stands, true, {}};
    if (speed < options_.course_floor.value()) return {creeps, false, {}};
    doppler.says = drives;
    if (!fix.heading_deg.has_value() || !std::isfinite(fix.heading_deg.value())) return doppler;
    doppler.has_velocity = true;
    doppler.velocity = placed.velocity;
    return doppler;
  }

  /// At such intervals a truck does little between two fixes that neither shows.
  [[nodiscard]] static bool is_dense(double dt) noexcept { return dt <= 5.0; }

  [[nodiscard]] double process_noise(double dt) const noexcept {
    return is_dense(dt) ? options_.process_noise_dense : options_.process_noise_sparse;
  }

  /// Between two measured velocities the way is their mean times the interval, save for when the velocity changed. A
  /// truck that brakes, turns and gains speed at some 1 m/s² errs by about a twelfth of that times the interval
  /// squared, hardly more for a large difference than for a small one (docs/smoothing.md); none at all tells that it
  /// went on as it was. Without a measured velocity this is the white-acceleration model.
  [[nodiscard]] double way_variance(const Motion& motion, double dt, const Doppler& doppler) const noexcept {
    if (!doppler.has_velocity) return process_noise(dt) * dt * dt * dt / 12.0;
    const double change = geo::squared_norm(doppler.velocity - motion.velocity);
    const double half_sure = options_.manoeuvre_from.value() * options_.manoeuvre_from.value();
    const double manoeuvre = options_.unseen_manoeuvre_mps2 * dt * dt;
    return options_.unseen_way_noise * dt * dt * dt / 12.0 + manoeuvre * manoeuvre * change / (change + half_sure);
  }

  void begin(State& state, const PlacedFix& fix, const Doppler& doppler) const noexcept {
    constexpr double unknown_velocity_sigma = 15.0;
    Motion motion{fix.at, {}, {fix.sigma_m * fix.sigma_m, 0.0, unknown_velocity_sigma * unknown_velocity_sigma}};
    correct_velocity(motion, doppler);
    // A terminal that slept while its truck stood speaks up from the same lot.
    if (state.parked && doppler.says != Doppler::Says::drives &&
        geo::distance(fix.at, state.still_mean) <= wander_limit(fix, doppler)) {
      state.beneath = motion;
      return;
    }
    state.motion = motion;
    state.parked = false;
    state.still_count = 0;
    state.leaving = 0;
  }

  static void correct_place(Motion& m, double& noise_scale, const PlacedFix& fix, double dt) noexcept {
    AxisCovariance& p = m.covariance;
    const geo::LocalPoint innovation = fix.at - m.place;
    const double told_variance = fix.sigma_m * fix.sigma_m;
    double r = told_variance * noise_scale;
    const double nis = geo::squared_norm(innovation) / (p.pp + r);
    adapt_noise(noise_scale, geo::squared_norm(innovation), p.pp, told_variance);
    if (nis > surprising) doubt(m, r, nis, dt);
    const double s = p.pp + r;
    const double k_p = p.pp / s;
    const double k_v = p.pv / s;
    m.place = m.place + k_p * innovation;
    m.velocity = m.velocity + k_v * innovation;
    p.vv -= k_v * p.pv;
    p.pv *= 1.0 - k_p;
    p.pp *= 1.0 - k_p;
  }

  /// The gate has already refused what cannot be driven. So what still surprises is at dense reports a bad place, let
  /// in with less weight (Huber); at sparse ones it is a truck that drove otherwise than its two velocities told.
  static void doubt(Motion& m, double& r, double nis, double dt) noexcept {
    const double more = nis / surprising;
    if (is_dense(dt)) {
      r *= more;
      return;
    }
    const double unseen = (m.covariance.pp + r) * (more - 1.0);
    m.way_variance += unseen;
    m.covariance.pp += unseen;
  }

  /// The square of an innovation is, on the average, the prediction's variance plus the measurement's; the rest of it
  /// tells of the noise, the more so the larger the measurement's share. Never below what the terminal says of itself:
  /// noise that is correlated in time looks small from one fix to the next.
  static void adapt_noise(double& noise_scale, double squared_innovation, double predicted_variance,
                          double told_variance) noexcept {
    constexpr double rate = 0.05;
    constexpr double at_most = 12.0;  // a wild one teaches no more
    const double measured_variance = told_variance * noise_scale;
    const double expected = predicted_variance + measured_variance;
    const double share = measured_variance / expected;
    const double seen = std::min(0.5 * squared_innovation, at_most * expected);
    const double told = (seen - predicted_variance) / told_variance;
    noise_scale = std::clamp(noise_scale + rate * share * share * (told - noise_scale), 1.0, 9.0);
  }

  /// A receiver that stands tells its noise plainly, at any interval. An outlier teaches no more than four times it.
  static void learn_noise(double& noise_scale, double told) noexcept {
    noise_scale = std::clamp(noise_scale + 0.05 * (std::min(told, 4.0 * noise_scale) - noise_scale), 1.0, 9.0);
  }

  void correct_velocity(Motion& m, const Doppler& doppler) const noexcept {
    if (!doppler.has_velocity) return;
    AxisCovariance& p = m.covariance;
    const geo::LocalPoint innovation = doppler.velocity - m.velocity;
    const double s = p.vv + options_.velocity_sigma.value() * options_.velocity_sigma.value();
    if (!(geo::squared_norm(innovation) <= 25.0 * s)) return;  // a course from before the turn, or a mounting fault
    const double k_p = p.pv / s;
    const double k_v = p.vv / s;
    m.place = m.place + k_p * innovation;
    m.velocity = m.velocity + k_v * innovation;
    p.pp -= k_p * p.pv;
    p.pv *= 1.0 - k_v;
    p.vv *= 1.0 - k_v;
  }

  void clamp_while_parked(State& state, const PlacedFix& fix, const Doppler& doppler) const noexcept {
    if (state.parked) {
      if (drives_off(state, fix, doppler)) {
        state.parked = false;
        state.still_count = 0;
        state.motion = state.beneath;
      } else {
        learn_noise(state.noise_scale,
                    0.5 * geo::squared_norm(fix.at - state.still_mean) / (fix.sigma_m * fix.sigma_m));
        follow_wander(state, fix);
      }
      return;
    }
    if (doppler.says == Doppler::Says::creeps || doppler.says == Doppler::Says::drives) {
      state.still_count = 0;
      return;
    }
    const double radius = std::max(options_.parked_radius.value(), 4.0 * fix.sigma_m);
    if (state.still_count > 0 && geo::distance(fix.at, state.still_mean) > radius) state.still_count = 0;
    if (state.still_count == 0) state.still_since = fix.fix.time;
    average(state, fix);
    const bool told = doppler.says == Doppler::Says::stands;
    const Milliseconds needed = told ? options_.parked_after : options_.parked_after_unseen;
    if (state.still_count >= 3 && fix.fix.time - state.still_since >= needed) park(state, fix);
  }

  /// The mean of all fixes since it stands, and after thirty of them of about the last thirty.
  static void average(State& state, const PlacedFix& fix) noexcept {
    constexpr std::uint16_t memory = 30;
    state.still_count = std::min<std::uint16_t>(static_cast<std::uint16_t>(state.still_count + 1U), memory);
    state.still_mean = state.still_mean + (1.0 / state.still_count) * (fix.at - state.still_mean);
  }

  static void park(State& state, const PlacedFix& fix) noexcept {
    state.parked = true;
    state.leaving = 0;
    state.beneath = state.motion;
    state.motion = Motion{state.still_mean, {}, {fix.sigma_m * fix.sigma_m / 3.0, 0.0, 0.01}};
  }

  /// The frozen place moves only when the wander as a whole has left it: a truck that is pushed on in a queue.
  void follow_wander(State& state, const PlacedFix& fix) const noexcept {
    average(state, fix);
    if (geo::distance(state.still_mean, state.motion.place) > options_.parked_radius.value())
      state.motion.place = state.still_mean;
  }

  [[nodiscard]] double wander_limit(const PlacedFix& fix, const Doppler& doppler) const noexcept {
    const Metres limit = doppler.says == Doppler::Says::stands ? options_.parked_radius_still : options_.parked_radius;
    return std::max(limit.value(), 5.0 * fix.sigma_m);
  }

  /// Outside the wander at once; inside it by its own word, or at dense reports by the speed at which it goes outward,
  /// each heard twice.
  [[nodiscard]] bool drives_off(State& state, const PlacedFix& fix, const Doppler& doppler) const noexcept {
    constexpr double outward_speed = 3.0;
    constexpr double outward_way = 12.0;
    constexpr double beyond_noise = 3.0;
    const geo::LocalPoint way = fix.at - state.still_mean;
    const double away = geo::norm(way);
    const double limit = wander_limit(fix, doppler);
    const double noise = fix.sigma_m * std::sqrt(state.noise_scale);
    if (doppler.says == Doppler::Says::stands) {
      state.leaving = 0;
      return away > limit;
    }
    const bool says_drives = doppler.says == Doppler::Says::drives;
    const bool runs = doppler.says == Doppler::Says::nothing && away > std::max(outward_way, beyond_noise * noise) &&
                      geo::dot(way, state.beneath.velocity) > outward_speed * away;
    if (away > limit) return true;
    state.leaving = says_drives || runs ? static_cast<std::uint8_t>(state.leaving + 1U) : std::uint8_t{0};
    return state.leaving >= 2 || (says_drives && away > 2.0 * fix.sigma_m);
  }

  SmootherOptions options_;
};

}  // namespace haulwatch::track
