#pragma once

#include <haulwatch/detect/gate_watch.hpp>
#include <haulwatch/detect/overspeed_watch.hpp>
#include <haulwatch/detect/presence.hpp>
#include <haulwatch/detect/stage.hpp>
#include <haulwatch/detect/stop_place.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
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
    geo::LocalPoint previous_place;
    TimeUtc previous_time = no_time;
    double nearest_m = 0.0;             ///< signed distance of that site
    std::uint32_t nearest_and_one = 0;  ///< site nearest to `previous_place`; 0: none is near
    float previous_sigma_m = 0;
    bool previous_in_registry_frame = false;
    bool at_gate = false;  ///< a crossing waits in `gates`
    bool settled = false;  ///< nothing changes while the vehicle stays at `previous_place`
    OverspeedWatch::State overspeed;
    Presences presences;
    GateWatch::State gates;
  };

  /// Of `State`, what nearly every fix touches: the first of the areas that the vehicle is in.
  static constexpr std::size_t hot_bytes = 168;

  /// The places that the vehicle is in, as confirmed.
  struct Finding {
    const Presences* presences = nullptr;
    NearestSite nearest;  ///< to the sample's place

    /// The first registered site that the vehicle is in.
    [[nodiscard]] std::optional<registry::SiteIndex> site(const registry::Registry& registry) const noexcept {
      if (presences == nullptr) return std::nullopt;
      std::optional<registry::SiteIndex> first;
      presences->for_each([&](const Presence& p) {
        if (p.is_inside() && p.area < registry.sites().size() && (!first || p.area < *first)) first = p.area;
      });
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
      state.settled = false;
      return;
    }
    const Step step = step_to(state, sample);
    // A timer fires before later samples only: an edge at the very instant of this one is its own to see.
    presence_.at_window_edge(state.presences, sample.time, sample.place, world, emit);
    facts.found().nearest = look_around(state, step, world, emit);
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
    state.settled = false;
    GateWatch::rebase(state.gates, from, to);
  }

 private:
  /// A parked vehicle's place is held: what was true of it last is true still.
  NearestSite look_around(State& state, const Step& step, const World& world, Emit& emit) const noexcept {
    const auto sites = world.registry.sites();
    // A checkpoint may meet a registry with fewer sites.
    if (state.settled && step.from == step.to && state.nearest_and_one <= sites.size()) {
      if (state.nearest_and_one == 0) return {};
      return {&sites[state.nearest_and_one - 1], state.nearest_m};
    }
    const bool free_way = step.from == step.to || world.registry.barriers().nothing_between(step.from, step.to);
    const NearestSite nearest = presence_.update(state.presences, step, free_way, world, emit);
    if (!free_way || state.at_gate) {
      gates_.update(state.gates, step, free_way, world, emit);
      state.at_gate = state.gates.count > 0;
    }
    state.settled = !state.at_gate && PresenceWatch::is_settled(state.presences);
    state.nearest_m = nearest.signed_distance_m;
    state.nearest_and_one = nearest.site == nullptr ? 0 : static_cast<std::uint32_t>(nearest.site - sites.data()) + 1;
    return nearest;
  }

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
    state.at_gate = false;
  }

  static void wake_for_windows(const State& state, TimeUtc now, const World& world, Emit& emit) noexcept {
    TimeUtc next = no_time;
    state.presences.for_each([&](const Presence& p) {
      if (!p.is_inside() || p.area < world.registry.sites().size()) return;
      const registry::Zone& zone = world.registry.zones()[p.area - world.registry.sites().size()];
      if (zone.windows.all_day()) return;
      const std::optional<TimeUtc> change = zone.windows.next_change_after(now);
      if (change && (next == no_time || *change < next)) next = *change;
    });
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

/// The site nearest to the sample's place: what `Locate` has found, or in a chain without it a look-up.
template <class FactsView>
[[nodiscard]] NearestSite nearest_site(const FactsView& facts, const Sample& sample, const World& world) noexcept {
  if constexpr (FactsView::template gives<Locate::Finding>)
    return facts.template get<Locate::Finding>().nearest;
  else
    return world.registry_frame ? nearest_site(world, sample.place) : NearestSite{};
}

}  // namespace haulwatch::detect
