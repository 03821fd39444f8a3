#pragma once

#include <haulwatch/detect/dwell.hpp>
#include <haulwatch/detect/stage.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <chrono>

namespace haulwatch::detect {

struct SignalWatchOptions {
  Milliseconds min_silence = std::chrono::minutes{3};  ///< shorter silences are tunnels and retries
  double intervals = 3.0;         ///< missed reports, by the vehicle's own interval, that make a silence
  double parked_intervals = 2.5;  ///< the same while it stands, by the longest interval it keeps there
};

/// Says when a vehicle fell silent and when it was heard again.
///
/// Silent is more than `intervals` of the vehicle's own reports and at least `min_silence`. Terminals report more
/// slowly when parked: while the vehicle stands, the longest pause that it made there before is what counts, and it
/// fades by a tenth each time; a pause of more than six hours is no terminal's heartbeat and teaches nothing more.
/// Time: O(1). Memory: 40 B.
class SignalWatch {
 public:
  struct State {
    TimeUtc last = no_time;
    LonLat last_position;
    float moving_interval_s = 0;
    float parked_interval_s = 0;
    bool silent = false;
  };

  /// Whether the sample is the first after a silence.
  struct Finding {
    bool after_silence = false;
  };

  explicit SignalWatch(SignalWatchOptions options = {}) noexcept : options_{options} {}

  template <class FactsView>
  void on_sample(State& state, const Sample& sample, const World& world, FactsView& facts, Emit& emit) const noexcept {
    const bool stands = facts.template get<Dwell::Finding>().stands;
    if (state.last != no_time) {
      if (state.silent) restored(state, sample, world, emit);
      facts.found().after_silence = state.silent;
      learn(state, seconds(sample.time - state.last), stands);
    }
    state.silent = false;
    state.last = sample.time;
    state.last_position = sample.fix.position;
    emit.wake_at(sample.time + silence_of(state, stands));
  }

  template <class FactsView>
  void on_timer(State& state, TimeUtc, const World& world, FactsView&, Emit& emit) const noexcept {
    state.silent = true;
    emit.do_not_wake();
    emit.event({EventKind::signal_lost, subject(state, world), state.last, state.last_position, false},
               Silence{state.last, no_time, {}});
  }

 private:
  static SubjectId subject(const State& state, const World& world) noexcept {
    return subject_of(world.vehicle, EpisodeKind::silence, {}, state.last);
  }

  static void restored(const State& state, const Sample& sample, const World& world, Emit& emit) noexcept {
    const geo::LocalPoint before = world.frame.to_local(state.last_position);
    const float gap = static_cast<float>(geo::distance(before, sample.raw));
    emit.event({EventKind::signal_restored, subject(state, world), sample.time, sample.fix.position, false},
               Silence{state.last, sample.time, gap});
  }

  /// The moving interval follows slowly and takes a pause for no more than three intervals; the parked one takes it
  /// whole.
  void learn(State& state, double dt, bool stands) const noexcept {
    const auto step = static_cast<float>(dt);
    if (stands) {
      constexpr float longest_heartbeat_s = 6 * 3600;
      state.parked_interval_s = std::max(std::min(step, longest_heartbeat_s), 0.9F * state.parked_interval_s);
      return;
    }
    if (state.silent) return;
    if (state.moving_interval_s == 0) state.moving_interval_s = step;
    state.moving_interval_s += 0.1F * (std::min(step, 3.0F * state.moving_interval_s) - state.moving_interval_s);
  }

  [[nodiscard]] Milliseconds silence_of(const State& state, bool stands) const noexcept {
    const double moving = options_.intervals * static_cast<double>(state.moving_interval_s);
    const double parked = stands ? options_.parked_intervals * static_cast<double>(state.parked_interval_s) : 0.0;
    return std::max(options_.min_silence, milliseconds(std::max(moving, parked)));
  }

  SignalWatchOptions options_;
};

}  // namespace haulwatch::detect
