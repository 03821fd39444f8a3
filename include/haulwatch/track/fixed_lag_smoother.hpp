#pragma once

#include <haulwatch/track/smoother.hpp>
#include <haulwatch/units.hpp>

#include <array>
#include <cstddef>

namespace haulwatch::track {

/// Looks two fixes ahead before it says where a vehicle was: the Rauch–Tung–Striebel step over the filter's last
/// posteriors.
///
/// For exported tracks only, never for a decision, since it delays by `lag` fixes. It looks neither across a parked
/// stretch or a reset of the filter nor across a silence of more than `longest_gap_s`: what a truck did in it is not
/// told by where it came out. The window holds `lag` + 1 posteriors; the exact windowed form (RTS from the
/// window's end), not the recursive approximation. Time: about 40 flops a fix and step of lag.
class FixedLagSmoother {
 public:
  static constexpr std::size_t lag = 2;
  static constexpr double longest_gap_s = 120.0;

  /// A filter's estimate, and whether a prediction from the one before led to it.
  struct Step {
    Motion motion;
    double dt_s = 0.0;    ///< since the step before
    bool linked = false;  ///< to the step before by the motion model
  };

  struct State {
    std::array<Step, lag + 1> window;
    std::size_t count = 0;
  };

  explicit FixedLagSmoother(const Smoother& filter) noexcept : filter_{filter} {}

  /// Adds the newest step. When the window is full, returns true and gives the smoothed motion of its oldest step.
  bool push(State& state, const Step& step, Motion& oldest) const noexcept {
    if (state.count == lag + 1) drop_oldest(state);
    state.window[state.count++] = step;
    if (state.count <= lag) return false;
    oldest = smoothed(state, 0);
    return true;
  }

  /// At the end of a track: the smoothed motion of the `i`-th step that has not been given out yet.
  /// \pre `i` < `pending(state)`
  [[nodiscard]] Motion flushed(const State& state, std::size_t i) const noexcept {
    return smoothed(state, state.count == lag + 1 ? i + 1 : i);
  }
  [[nodiscard]] static std::size_t pending(const State& state) noexcept {
    return state.count == lag + 1 ? lag : state.count;
  }

 private:
  [[nodiscard]] static bool leads_on(const Step& next) noexcept { return next.linked && next.dt_s <= longest_gap_s; }

  static void drop_oldest(State& state) noexcept {
    for (std::size_t i = 1; i < state.count; ++i) state.window[i - 1] = state.window[i];
    --state.count;
  }

  [[nodiscard]] Motion smoothed(const State& state, std::size_t index) const noexcept {
    std::size_t last = index;
    while (last + 1 < state.count && leads_on(state.window[last + 1])) ++last;
    Motion later = state.window[last].motion;
    for (std::size_t i = last; i > index; --i)
      later = step_back(state.window[i - 1].motion, state.window[i].dt_s, later);
    return later;
  }

  [[nodiscard]] Motion step_back(const Motion& now, double dt, const Motion& later) const noexcept {
    Motion predicted = now;
    filter_.predict(predicted, dt, later.way_variance);
    const AxisCovariance& p = now.covariance;
    const AxisCovariance& f = predicted.covariance;
    const double det = f.pp * f.vv - f.pv * f.pv;
    if (!(det > 0.0)) return now;
    // C = P Fᵀ F⁻¹_predicted, both 2 × 2.
    const double a = p.pp + dt * p.pv;
    const double b = p.pv + dt * p.vv;
    const double c_pp = (a * f.vv - p.pv * f.pv) / det;
    const double c_pv = (p.pv * f.pp - a * f.pv) / det;
    const double c_vp = (b * f.vv - p.vv * f.pv) / det;
    const double c_vv = (p.vv * f.pp - b * f.pv) / det;
    const geo::LocalPoint d_place = later.place - predicted.place;
    const geo::LocalPoint d_velocity = later.velocity - predicted.velocity;
    Motion smooth = now;  // with its own way_variance, which the step before it needs
    smooth.place = now.place + c_pp * d_place + c_pv * d_velocity;
    smooth.velocity = now.velocity + c_vp * d_place + c_vv * d_velocity;
    const double e_pp = later.covariance.pp - f.pp;
    const double e_pv = later.covariance.pv - f.pv;
    const double e_vv = later.covariance.vv - f.vv;
    smooth.covariance.pp = p.pp + c_pp * (c_pp * e_pp + c_pv * e_pv) + c_pv * (c_pp * e_pv + c_pv * e_vv);
    smooth.covariance.pv = p.pv + c_pp * (c_vp * e_pp + c_vv * e_pv) + c_pv * (c_vp * e_pv + c_vv * e_vv);
    smooth.covariance.vv = p.vv + c_vp * (c_vp * e_pp + c_vv * e_pv) + c_vv * (c_vp * e_pv + c_vv * e_vv);
    return smooth;
  }

  Smoother filter_;
};

}  // namespace haulwatch::track
