#pragma once

#include <haulwatch/engine/sink.hpp>
#include <haulwatch/fix.hpp>
#include <haulwatch/geo/course.hpp>
#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/track/cleaned_fix.hpp>
#include <haulwatch/track/fixed_lag_smoother.hpp>
#include <haulwatch/track/front.hpp>
#include <haulwatch/track/sample.hpp>
#include <haulwatch/units.hpp>

#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

namespace haulwatch {

/// Makes cleaned tracks for a sink: each kept fix with its place smoothed over the two fixes after it.
///
/// Beside the fold and not part of it: no event depends on it. Memory: about 500 B a vehicle. Threads: its engine's.
class TrackExport {
  struct Pending {
    track::Sample sample;
    geo::LocalFrame frame;
    bool after_gap = false;
  };

 public:
  struct State {
    track::FixedLagSmoother::State lag;
    std::array<Pending, track::FixedLagSmoother::lag + 1> pending;
    TimeUtc last = no_time;
    LonLat frame_origin;
    bool parked = false;
  };

  explicit TrackExport(const track::Smoother& filter) noexcept : smoother_{filter} {}

  void add(VehicleIndex vehicle, const track::Sample& sample, const track::Front::State& front, Sink& sink) {
    State& v = at(vehicle);
    const double dt = v.last == no_time ? 0.0 : seconds(sample.time - v.last);
    track::FixedLagSmoother::Step step{front.smoother.motion, dt, !front.smoother.fresh && !sample.parked && !v.parked};
    if (v.frame_origin != front.frame.frame.origin()) step.linked = false;
    if (v.lag.count == v.pending.size()) shift(v);
    v.pending[v.lag.count == v.pending.size() ? v.pending.size() - 1 : v.lag.count] =
        Pending{sample, front.frame.frame, v.last != no_time && sample.time - v.last > gap};
    v.last = sample.time;
    v.parked = sample.parked;
    v.frame_origin = front.frame.frame.origin();
    track::Motion oldest;
    if (smoother_.push(v.lag, step, oldest)) give(v.pending[0], oldest, sink);
  }

  /// Gives what is still in the window.
  void finish(VehicleIndex vehicle, Sink& sink) {
    if (static_cast<std::size_t>(vehicle) >= vehicles_.size()) return;
    State& v = at(vehicle);
    const std::size_t left = track::FixedLagSmoother::pending(v.lag);
    for (std::size_t i = 0; i < left; ++i) give(v.pending[v.lag.count - left + i], smoother_.flushed(v.lag, i), sink);
    v.lag = {};
  }

  /// Event time of the oldest fix that is not given yet; `no_time` when there is none.
  [[nodiscard]] static TimeUtc oldest_pending(const State& state) noexcept {
    const std::size_t left = track::FixedLagSmoother::pending(state.lag);
    return left == 0 ? no_time : state.pending[state.lag.count - left].sample.time;
  }

  [[nodiscard]] State save(VehicleIndex vehicle) const {
    const auto i = static_cast<std::size_t>(vehicle);
    return i < vehicles_.size() ? vehicles_[i] : State{};
  }
  /// \param state may be another engine's, where the vehicle had another number
  void restore(VehicleIndex vehicle, const State& state) {
    State& v = at(vehicle);
    v = state;
    for (Pending& pending : v.pending) pending.sample.fix.vehicle = vehicle;
  }

 private:
  static constexpr Milliseconds gap = std::chrono::minutes{3};

  State& at(VehicleIndex vehicle) {
    const auto i = static_cast<std::size_t>(vehicle);
    if (i >= vehicles_.size()) vehicles_.resize(i + 1);
    return vehicles_[i];
  }

  static void shift(State& v) noexcept {
    for (std::size_t i = 1; i < v.pending.size(); ++i) v.pending[i - 1] = v.pending[i];
  }

  static void give(const Pending& pending, const track::Motion& motion, Sink& sink) {
    track::CleanedFix out;
    out.time = pending.sample.time;
    out.position = pending.sample.fix.position;
    out.vehicle = pending.sample.fix.vehicle;
    out.delay_s = track::delay_of(pending.sample.fix);
    out.repaired = pending.sample.fix.repaired;
    out.clean = pending.frame.to_lon_lat(motion.place);
    const double speed = geo::norm(motion.velocity);
    out.speed_mps = static_cast<float>(speed);
    constexpr double course_from = 0.5;  // a slower velocity has no direction worth the name
    if (speed >= course_from) out.heading_deg = static_cast<float>(geo::course_deg(motion.velocity));
    out.sigma_m = static_cast<float>(std::sqrt(std::max(0.0, motion.covariance.pp)));
    using enum track::TrackState;
    out.state = pending.after_gap ? track::TrackState::gap : pending.sample.parked ? stopped : moving;
    sink.on_track(out);
  }

  track::FixedLagSmoother smoother_;
  std::vector<State> vehicles_;
};

}  // namespace haulwatch
