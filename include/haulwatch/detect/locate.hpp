#pragma once

#include <haulwatch/detect/gate_watch.hpp>
#include <haulwatch/detect/overspeed_watch.hpp>
#include <haulwatch/detect/presence.hpp>
#include <haulwatch/detect/stage.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

namespace haulwatch::detect {

struct LocateOptions {
  PresenceOptions presence;
  GateWatchOptions gates;
  OverspeedOptions overspeed;
};

/// Says which sites and zones a vehicle entered and left, which gates it crossed, and where it drove too fast.
///
/// Sites and zones have hysteresis in metres and a confirmation, so that a fence beside a road and a receiver that
/// wanders make no events (`Presence`); a forbidden zone or a gate between two sparse fixes is found on the way between
/// them; a zone's rule begins and ends at the very minute of its window, on a timer. Far from every place a sample
/// costs one look-up. Time: O(1) a sample far from places, O(areas near) else. Memory: `sizeof(State)`. Threads:
/// immutable after construction.
class Locate {
 public:
  struct State {
    std::array<Presence, presence_slots> presences;
    GateWatch::State gates;
    OverspeedWatch::State overspeed;
    geo::LocalPoint previous_place;
    TimeUtc previous_time = no_time;
    float previous_sigma_m = 0;
    bool previous_in_registry_frame = false;
  };

  /// The places that the vehicle is in, as confirmed.
  struct Finding {
    const std::array<Presence, presence_slots>* presences = nullptr;

    /// The first registered site that the vehicle is in.
    [[nodiscard]] std::optional<registry::SiteIndex> site(const registry::Registry& registry) const noexcept {
      if (presences == nullptr) return std::nullopt;
      std::optional<registry::SiteIndex> first;
      for (const Presence& p : *presences)
        if (p.is_inside() && p.area < registry.sites().size() && (!first || p.area < *first)) first = p.area;
      return first;
    }
  };

  explicit Locate(LocateOptions options = {}) noexcept
      : presence_{options.presence}, gates_{options.gates}, overspeed_{options.overspeed} {}

  template <class FactsView>
  void on_sample(State& state, const Sample& sample, const World& world, FactsView& facts, Emit& emit) const noexcept {
    facts.found().presences = &state.presences;
    if (!world.registry_frame) {
      if (state.previous_in_registry_frame) leave_everything(state, sample, world, emit);
      state.previous_in_registry_frame = false;
      state.previous_time = no_time;
      return;
    }
    const Step step = step_to(state, sample);
    // A timer fires before later samples only: an edge at the very instant of this one is its own to see.
    presence_.at_window_edge(state.presences, sample.time, sample.place, world, emit);
    presence_.update(state.presences, step, world, emit);
    gates_.update(state.gates, step, world, emit);
    overspeed_.update(state.overspeed, state.presences, step, world, emit);
    wake_for_windows(state, sample.time, world, emit);
    state.previous_place = sample.place;
    state.previous_time = sample.time;
    state.previous_sigma_m = static_cast<float>(sample.sigma_m);
    state.previous_in_registry_frame = true;
  }

  /// A window of a zone in which the vehicle stands has opened or closed.
  template <class FactsView>
  void on_timer(State& state, TimeUtc deadline, const World& world, FactsView& facts, Emit& emit) const noexcept {
    facts.found().presences = &state.presences;
    presence_.at_window_edge(state.presences, deadline, state.previous_place, world, emit);
    overspeed_.at_window_edge(state.overspeed, deadline, state.previous_place, world, emit);
    wake_for_windows(state, deadline, world, emit);
  }

  static void rebase(State& state, const geo::LocalFrame& from, const geo::LocalFrame& to) noexcept {
    state.previous_place = to.to_local(from.to_lon_lat(state.previous_place));
    GateWatch::rebase(state.gates, from, to);
  }

 private:
  static Step step_to(const State& state, const Sample& sample) noexcept {
    Step step;
    step.from = state.previous_time == no_time ? sample.place : state.previous_place;
    step.to = sample.place;
    step.from_time = state.previous_time;
    step.to_time = sample.time;
    step.sigma_m = std::max(sample.sigma_m, static_cast<double>(state.previous_sigma_m));
    step.speed_mps = sample.speed_mps();
    return step;
  }

  void leave_everything(State& state, const Sample& sample, const World& world, Emit& emit) const noexcept {
    presence_.leave_all(state.presences, state.previous_place, state.previous_time, sample.time, world, emit);
    overspeed_.leave(state.overspeed, state.previous_time, state.previous_place, world, emit);
    gates_.leave_all(state.gates, world, emit);
  }

  static void wake_for_windows(const State& state, TimeUtc now, const World& world, Emit& emit) noexcept {
    TimeUtc next = no_time;
    for (const Presence& p : state.presences) {
      if (!p.is_inside() || p.area < world.registry.sites().size()) continue;
      const registry::Zone& zone = world.registry.zones()[p.area - world.registry.sites().size()];
      if (zone.windows.all_day()) continue;
      const std::optional<TimeUtc> change = zone.windows.next_change_after(now);
      if (change && (next == no_time || *change < next)) next = *change;
    }
    if (next == no_time) {
      emit.do_not_wake();
    } else {
      emit.wake_at(next);
    }
  }

  PresenceWatch presence_;
  GateWatch gates_;
  OverspeedWatch overspeed_;
};

}  // namespace haulwatch::detect
