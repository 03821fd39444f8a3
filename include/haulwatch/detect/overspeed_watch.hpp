#pragma once

#include <haulwatch/detect/presence.hpp>
#include <haulwatch/detect/stage.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace haulwatch::detect {

struct OverspeedOptions {
  double tolerance = 1.10;  ///< of the limit: a speedometer, a Doppler reading and a map each err a little
  Milliseconds min_duration = std::chrono::seconds{10};
};

/// Says when a vehicle drove faster than a zone allows. The strictest of the zones it is in, whose windows hold, is the
/// limit.
///
/// It begins with the first fix above the tolerated limit, be it one by which the entry is not believed yet; is said
/// once the vehicle is in the zone and it has lasted `min_duration`; and ends with the first fix within the limit or
/// outside the zone, or at the last one before a silence. The speed is the terminal's own
/// where it can be trusted, else the smoother's.
class OverspeedWatch {
 public:
  struct State {
    TimeUtc since = no_time;          ///< first fix above; `no_time` when within the limit
    TimeUtc outside_since = no_time;  ///< first fix beyond the fence, while the zone is not clearly left
    geo::LocalPoint place;            ///< at `since`, then at `outside_since`
    registry::ZoneIndex zone = 0;
    float max_speed_mps = 0;
    bool announced = false;
  };

  explicit OverspeedWatch(OverspeedOptions options = {}) noexcept : options_{options} {}

  void update(State& state, const Presences& presences, const Step& step, const World& world,
              Emit& emit) const noexcept {
    if (state.since != no_time && step.duration() > silence) end(state, step.from_time, step.from, world, emit);
    if (state.since != no_time && is_in_phase(presences, state.zone, Presence::Phase::leaving, world)) {
      hold(state, step);
      return;
    }
    if (state.since == no_time && presences.empty()) return;
    using enum Presence::Phase;
    const registry::Zone* limit = strictest(presences, inside, step.to_time, world);
    if (state.since != no_time && is_in_phase(presences, state.zone, entering, world)) {
      go_on_unconfirmed(state, step, world);
    } else if (state.since != no_time) {
      go_on(state, limit, step, world, emit);
    }
    if (state.since != no_time) return;
    if (limit == nullptr || !is_over(*limit, step)) limit = strictest(presences, entering, step.to_time, world);
    if (limit == nullptr || !is_over(*limit, step)) return;
    state = State{step.to_time, no_time, step.to, number_of(*limit, world), static_cast<float>(step.speed_mps), false};
  }

  /// The rule of the zone may have stopped holding.
  void at_window_edge(State& state, TimeUtc edge, geo::LocalPoint place, const World& world,
                      Emit& emit) const noexcept {
    if (state.since == no_time || world.registry.zones()[state.zone].windows.holds_at(edge)) return;
    if (state.outside_since != no_time) {
      end(state, state.outside_since, state.place, world, emit);
    } else {
      end(state, edge, place, world, emit);
    }
  }

  void leave(State& state, TimeUtc last_time, geo::LocalPoint last_place, const World& world,
             Emit& emit) const noexcept {
    if (state.since != no_time) end(state, last_time, last_place, world, emit);
  }

 private:
  static constexpr Milliseconds silence = std::chrono::minutes{2};  ///< after it nobody knows how fast it was

  static registry::ZoneIndex number_of(const registry::Zone& zone, const World& world) noexcept {
    return static_cast<registry::ZoneIndex>(&zone - world.registry.zones().data());
  }

  [[nodiscard]] bool is_over(const registry::Zone& zone, const Step& step) const noexcept {
    return step.speed_mps > zone.max_speed.value() * options_.tolerance;
  }

  static bool is_in_phase(const Presences& presences, registry::ZoneIndex zone, Presence::Phase phase,
                          const World& world) noexcept {
    const Presence* p = presences.of(static_cast<geo::AreaIndex>(zone + world.registry.sites().size()));
    return p != nullptr && p->phase == phase;
  }

  /// Nothing is said of a zone in which the vehicle may never have been.
  static void go_on_unconfirmed(State& state, const Step& step, const World& world) noexcept {
    if (step.speed_mps <= world.registry.zones()[state.zone].max_speed.value()) state = {};
    if (state.since == no_time) return;
    state.max_speed_mps = std::max(state.max_speed_mps, static_cast<float>(step.speed_mps));
  }

  static void hold(State& state, const Step& step) noexcept {
    if (state.outside_since != no_time) return;
    state.outside_since = step.to_time;
    if (state.announced) state.place = step.to;
  }

  void go_on(State& state, const registry::Zone* limit, const Step& step, const World& world,
             Emit& emit) const noexcept {
    const bool same_zone = limit != nullptr && number_of(*limit, world) == state.zone;
    if (!same_zone && state.outside_since != no_time) {
      end(state, state.outside_since, state.place, world, emit);
    } else if (!same_zone || step.speed_mps <= limit->max_speed.value()) {
      end(state, step.to_time, step.to, world, emit);
    } else {
      state.outside_since = no_time;
      state.max_speed_mps = std::max(state.max_speed_mps, static_cast<float>(step.speed_mps));
      if (state.announced || !is_over(*limit, step) || step.to_time - state.since < options_.min_duration) return;
      state.announced = true;
      emit_event(state, EventKind::overspeed_started, state.since, state.place, world, emit);
    }
  }

  static const registry::Zone* strictest(const Presences& presences, Presence::Phase phase, TimeUtc now,
                                         const World& world) noexcept {
    const registry::Zone* limit = nullptr;
    presences.for_each([&](const Presence& p) {
      if (p.phase != phase || p.area < world.registry.sites().size()) return;
      const registry::Zone& zone = world.registry.zones()[p.area - world.registry.sites().size()];
      if (zone.rule != registry::ZoneRule::speed_limit || !zone.windows.holds_at(now)) return;
      if (limit == nullptr || zone.max_speed < limit->max_speed ||
          (zone.max_speed == limit->max_speed && &zone < limit))
        limit = &zone;
    });
    return limit;
  }

  static void end(State& state, TimeUtc when, geo::LocalPoint where, const World& world, Emit& emit) noexcept {
    if (state.announced) emit_event(state, EventKind::overspeed_ended, when, where, world, emit);
    state = {};
  }

  static void emit_event(const State& state, EventKind kind, TimeUtc when, geo::LocalPoint where, const World& world,
                         Emit& emit) noexcept {
    const registry::Zone& zone = world.registry.zones()[state.zone];
    emit.event({kind, subject_of(world.vehicle, EpisodeKind::overspeed, zone.id, state.since), when,
                world.frame.to_lon_lat(where), false},
               Overspeed{static_cast<float>(zone.max_speed.value()), state.max_speed_mps, zone.id});
  }

  OverspeedOptions options_;
};

}  // namespace haulwatch::detect
