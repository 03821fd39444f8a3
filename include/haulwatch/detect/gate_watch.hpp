#pragma once

#include <haulwatch/detect/crossing_time.hpp>
#include <haulwatch/detect/presence.hpp>
#include <haulwatch/detect/stage.hpp>
#include <haulwatch/geo/place_index.hpp>
#include <haulwatch/geo/segment.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>

namespace haulwatch::detect {

struct GateWatchOptions {
  Metres clear{15.0};  ///< beyond the line before a crossing counts; at least two sigma of the place
  Milliseconds sparse_after = std::chrono::minutes{2};  ///< a crossing within a longer step is inferred
};

/// Finds the gates that a vehicle crossed, with direction.
///
/// The way between two fixes is tested, so no gate is too narrow for a sparse terminal. A crossing counts once the
/// vehicle is clearly beyond the line; going back before that cancels it, so a truck parked on the line crosses
/// nothing.
class GateWatch {
 public:
  struct Pending {
    geo::LineIndex gate = 0;
    bool to_right = false;
    std::uint8_t ordinal = 0;  ///< among the crossings of one step
    CrossingTime when;
    geo::LocalPoint place;
  };

  struct State {
    std::uint8_t count = 0;
    std::array<Pending, 2> pending;
  };

  explicit GateWatch(GateWatchOptions options = {}) noexcept : options_{options} {}

  /// \param free_way no gate lies on the way, as far as is known
  void update(State& state, const Step& step, bool free_way, const World& world, Emit& emit) const noexcept {
    if (!step.first() && !free_way) {
      std::uint8_t ordinal = 0;
      world.registry.barriers().for_each_line_crossed(step.from, step.to, [&](const geo::LineCrossing& crossing) {
        note(state, crossing, step, ordinal++, world, emit);
      });
    }
    for (std::uint8_t i = 0; i < state.count;) {
      if (distance_m(world.registry.gates()[state.pending[i].gate], step.to) >= clear_m(step)) {
        announce(state.pending[i], world, emit);
        remove(state, i);
      } else {
        ++i;
      }
    }
  }

  /// The vehicle turned up so far away that it is clearly beyond every line.
  void leave_all(State& state, const World& world, Emit& emit) const noexcept {
    for (std::uint8_t i = 0; i < state.count; ++i) announce(state.pending[i], world, emit);
    state = {};
  }

  static void rebase(State& state, const geo::LocalFrame& from, const geo::LocalFrame& to) noexcept {
    for (std::uint8_t i = 0; i < state.count; ++i)
      state.pending[i].place = to.to_local(from.to_lon_lat(state.pending[i].place));
  }

 private:
  [[nodiscard]] double clear_m(const Step& step) const noexcept {
    return std::max(options_.clear.value(), 2.0 * step.sigma_m);
  }

  static double distance_m(const registry::Gate& gate, geo::LocalPoint at) noexcept {
    double squared = std::numeric_limits<double>::infinity();
    for (std::size_t i = 1; i < gate.line.size(); ++i)
      squared = std::min(squared, geo::nearest_on_segment(at, gate.line[i - 1], gate.line[i]).squared_distance_m2);
    return std::sqrt(squared);
  }

  static void remove(State& state, std::uint8_t i) noexcept {
    for (--state.count; i < state.count; ++i) state.pending[i] = state.pending[i + 1U];
  }

  void note(State& state, const geo::LineCrossing& crossing, const Step& step, std::uint8_t ordinal, const World& world,
            Emit& emit) const noexcept {
    for (std::uint8_t i = 0; i < state.count; ++i) {
      if (state.pending[i].gate != crossing.line) continue;
      // Back before it was clearly beyond: neither crossing happened.
      if (state.pending[i].to_right != crossing.left_to_right) remove(state, i);
      return;
    }
    if (state.count == state.pending.size()) {
      announce(state.pending[0], world, emit);
      remove(state, 0);
    }
    Pending& p = state.pending[state.count++];
    p = {crossing.line, crossing.left_to_right, ordinal,
         CrossingTime{step.from_time, step.time_at(crossing.at), step.to_time}, step.place_at(crossing.at)};
  }

  void announce(const Pending& p, const World& world, Emit& emit) const noexcept {
    const registry::Gate& gate = world.registry.gates()[p.gate];
    const auto direction = p.to_right == gate.inside_is_left ? CrossingDirection::out : CrossingDirection::in;
    const SubjectId subject =
        subject_of(world.vehicle, EpisodeKind::gate_crossing, gate.id, p.when.latest(), p.ordinal);
    emit.event({EventKind::gate_crossed, subject, p.when.time(), world.frame.to_lon_lat(p.place),
                p.when.step() > options_.sparse_after},
               GateCrossing{gate.id, direction, p.when.earliest(), p.when.latest()});
  }

  GateWatchOptions options_;
};

}  // namespace haulwatch::detect
