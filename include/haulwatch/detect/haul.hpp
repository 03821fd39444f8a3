#pragma once

#include <haulwatch/detect/dump_suspicion.hpp>
#include <haulwatch/detect/load_state.hpp>
#include <haulwatch/detect/route_monitor.hpp>
#include <haulwatch/detect/stage.hpp>
#include <haulwatch/detect/stop_place.hpp>
#include <haulwatch/geo/rounded_point.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

namespace haulwatch::detect {

/// Says each trip: a load from where it was taken up to where it ended, under which permit, and what was wrong with it.
///
/// A trip begins and ends with what `LoadState` finds. It ends in the place of a suspicion that stands when the load is
/// concluded; a second loading with no end between closes the first trip with `unloading_not_seen`.
///
/// Time: O(1) a fix, O(permits of the vehicle) at either end. Memory: `sizeof(State)`. Threads: immutable.
class Haul {
 public:
  struct State {
    TimeUtc loaded_at = no_time;  ///< of the open trip
    SubjectId subject{};
    geo::RoundedPoint anchor;  ///< up to where `distance_m` counts
    float distance_m = 0;
    std::uint32_t site_and_one = 0;  ///< of loading; 0 is none
    bool open : 1 = false;
    bool left_route : 1 = false;
  };

  using Finding = NoFinding<Haul>;

  template <class FactsView>
  void on_sample(State& state, const Sample& sample, const World& world, FactsView& facts, Emit& emit) const noexcept {
    const auto& load = facts.template get<LoadState::Finding>();
    const auto& dump = facts.template get<DumpSuspicion::Finding>();
    const auto& route = facts.template get<RouteMonitor::Finding>();
    if (state.open) add_way(state, sample);
    if (state.open && (route.just_left || route.deviating)) state.left_route = true;
    const Moment moment{state, sample, world, emit};
    if (!state.open && load.took_unheard) begin(moment, load.taken_at, load.taken_from, true);
    if (state.open && load.just_loaded) end_unseen(moment, dump);
    if (state.open && load.just_emptied) end_seen(moment, load, dump);
    if (load.just_loaded) begin(moment, load.changed, load.site, false);
  }

  template <class FactsView>
  void on_timer(State&, TimeUtc, const World&, FactsView&, Emit&) const noexcept {}

  static void rebase(State& state, const geo::LocalFrame& from, const geo::LocalFrame& to) noexcept {
    state.anchor = geo::RoundedPoint{to.to_local(from.to_lon_lat(state.anchor.point()))};
  }

 private:
  struct Moment {
    State& state;
    const Sample& sample;
    const World& world;
    Emit& emit;
  };

  /// The permit that comes nearest to covering a trip, and what it does not cover.
  struct Cover {
    const registry::Permit* permit = nullptr;
    TripFaults faults;
  };

  /// A truck that has stood, or whose receiver wanders, has not driven: way counts in steps beyond the noise.
  static void add_way(State& state, const Sample& sample) noexcept {
    constexpr double least_m = 20.0;
    const double way = geo::distance(state.anchor.point(), sample.place);
    if (way < std::max(least_m, 3.0 * sample.sigma_m)) return;
    state.distance_m += static_cast<float>(way);
    state.anchor = geo::RoundedPoint{sample.place};
  }

  static void begin(const Moment& m, TimeUtc loaded_at, std::optional<registry::SiteIndex> site,
                    bool inferred) noexcept {
    State& state = m.state;
    state = {};
    state.open = true;
    state.loaded_at = loaded_at;
    state.site_and_one = site ? *site + 1 : 0;
    state.anchor = geo::RoundedPoint{m.sample.place};
    state.subject = subject_of(m.world.vehicle, EpisodeKind::trip, site_id(m.world, state.site_and_one), loaded_at);
    const Cover cover = cover_of(m, nullptr);
    tell(m, EventKind::trip_started, {loaded_at, no_time, {}, inferred}, cover);
  }

  struct End {
    TimeUtc time = no_time;
    TimeUtc unloaded_at = no_time;
    std::string_view destination;
    bool inferred = false;
  };

  /// Another load is there: it was dumped, or went unheard where a silence left room for it, or nobody knows.
  static void end_unseen(const Moment& m, const DumpSuspicion::Finding& dump) noexcept {
    if (dump.dumped) return end_dumped(m, dump.end, true);
    if (dump.visit) return end_unheard(m, *dump.visit);
    Cover cover = cover_of(m, nullptr);
    cover.faults.add(TripFault::unloading_not_seen);
    finish(m, {m.sample.time, no_time, {}, true}, cover);
  }

  static void end_seen(const Moment& m, const LoadState::Finding& load, const DumpSuspicion::Finding& dump) noexcept {
    if (dump.dumped) return end_dumped(m, dump.end, false);
    if (load.site) return end_at(m, *load.site, load.changed, false);
    if (dump.visit) return end_unheard(m, *dump.visit);
    end_dumped(m, load.changed, false);
  }

  static void end_dumped(const Moment& m, TimeUtc at, bool inferred) noexcept {
    Cover cover = cover_of(m, nullptr);
    cover.faults.add(TripFault::unapproved_place);
    finish(m, {at, at, {}, inferred}, cover);
  }

  static void end_unheard(const Moment& m, const UnheardVisit& visit) noexcept {
    // A checkpoint may meet a registry with fewer sites.
    if (visit.site < m.world.registry.sites().size()) end_at(m, visit.site, visit.left, true);
  }

  static void end_at(const Moment& m, registry::SiteIndex site, TimeUtc at, bool inferred) noexcept {
    finish(m, {at, at, m.world.registry.sites()[site].id, inferred}, cover_of(m, &site));
  }

  static void finish(const Moment& m, End end, Cover cover) noexcept {
    end.time = std::max(end.time, m.state.loaded_at);
    if (end.unloaded_at != no_time) end.unloaded_at = end.time;
    if (m.state.left_route) cover.faults.add(TripFault::off_route);
    if (m.state.site_and_one == 0) cover.faults.add(TripFault::unknown_origin);
    tell(m, EventKind::trip_ended, end, cover);
    m.state.open = false;
  }

  /// Of the permits that name the origin: one that holds and names the destination, else one that holds, else any.
  /// \param destination null where it is not known, or is none
  static Cover cover_of(const Moment& m, const registry::SiteIndex* destination) noexcept {
    Cover best;
    if (m.world.permits.empty() && m.world.registry.permits().empty()) return best;
    int best_rank = 0;
    for (const registry::PermitIndex index : m.world.permits) {
      const registry::Permit& permit = m.world.registry.permits()[index];
      const TimeUtc at = m.state.loaded_at;
      const bool names_origin = m.state.site_and_one == 0 || names(permit.origins, m.state.site_and_one - 1);
      if (!names_origin || at < permit.valid_from || at >= permit.valid_to) continue;
      const bool in_hours = permit.daily_windows.holds_at(at);
      const bool right = destination == nullptr || names(permit.disposals, *destination);
      const int rank = 1 + (in_hours ? 1 : 0) + (right ? 2 : 0);
      if (rank <= best_rank) continue;
      best_rank = rank;
      best = {&permit, {}};
      if (!in_hours) best.faults.add(TripFault::off_hours);
      if (!right) best.faults.add(TripFault::wrong_destination);
    }
    if (best.permit == nullptr) best.faults.add(TripFault::no_permit);
    return best;
  }

  static bool names(const std::vector<registry::SiteIndex>& sites, registry::SiteIndex index) noexcept {
    return sites.empty() || std::ranges::find(sites, index) != sites.end();
  }

  static void tell(const Moment& m, EventKind kind, const End& end, const Cover& cover) noexcept {
    Trip trip;
    trip.origin = site_id(m.world, m.state.site_and_one);
    trip.destination = end.destination;
    trip.loaded_at = m.state.loaded_at;
    trip.unloaded_at = end.unloaded_at;
    if (cover.permit != nullptr) trip.permit = cover.permit->id;
    trip.faults = cover.faults;
    if (kind == EventKind::trip_ended) trip.distance_m = m.state.distance_m;
    m.emit.event({kind, m.state.subject, end.time, m.world.frame.to_lon_lat(m.sample.place), end.inferred}, trip);
  }
};
static_assert(sizeof(Haul::State) <= 48);

}  // namespace haulwatch::detect
