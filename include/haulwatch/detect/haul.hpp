#pragma once

#include <haulwatch/detect/dump_suspicion.hpp>
#include <haulwatch/detect/load_state.hpp>
#include <haulwatch/detect/manifest_match.hpp>
#include <haulwatch/detect/manifest_watch.hpp>
#include <haulwatch/detect/permit_cover.hpp>
#include <haulwatch/detect/route_monitor.hpp>
#include <haulwatch/detect/stage.hpp>
#include <haulwatch/detect/stop_place.hpp>
#include <haulwatch/detect/way_marks.hpp>
#include <haulwatch/geo/rounded_point.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

namespace haulwatch::detect {

/// Says each trip: a load from where it was taken up to where it ended, under which permit and manifest, and what was
/// wrong with it (`permit_cover`, `ManifestMatch`).
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
    geo::RoundedPoint stood;   ///< the last stop that has ended
    WayMarks marks;
    float distance_m = 0;
    std::uint32_t site_and_one = 0;  ///< of loading; 0 is none
    bool open : 1 = false;
    std::uint8_t left_routes : 2 = 0;  ///< how often, as far as that
    bool slow : 1 = false;
    bool unwatched : 1 = false;  ///< the load sensor told of an empty body, or nothing was heard for a while
  };

  using Finding = NoFinding<Haul>;

  template <class FactsView>
  void on_sample(State& state, const Sample& sample, const World& world, FactsView& facts, Emit& emit) const noexcept {
    const auto& load = facts.template get<LoadState::Finding>();
    const auto& dump = facts.template get<DumpSuspicion::Finding>();
    const auto& route = facts.template get<RouteMonitor::Finding>();
    const auto& stop = facts.template get<Dwell::Finding>();
    if (stop.ended) state.stood = geo::RoundedPoint{stop.ended->centre};
    if (state.open) add_way(state, sample);
    if (state.open) note_route(state, route);
    const bool heard = !facts.template get<SignalWatch::Finding>().after_silence;
    if (state.open) mark_way(state, sample, stop.stands, heard, load.raised);
    if (!heard || sample.fix.sensors.load == LoadReading::empty) state.unwatched = true;
    const Moment moment{state, sample, world, emit};
    if (state.open && load.lost_track) end_lost(moment);
    if (!state.open && load.took_unheard) begin(moment, load.taken_at, load.taken_from, true);
    if (load.just_loaded && is_topped_up(state, load, dump)) return;
    if (state.open && load.just_loaded) end_unseen(moment, load, dump);
    if (state.open && load.just_emptied) end_seen(moment, load, dump);
    if (load.just_loaded) begin(moment, load.changed, load.site, false);
  }

  template <class FactsView>
  void on_timer(State&, TimeUtc, const World&, FactsView&, Emit&) const noexcept {}

  static void rebase(State& state, const geo::LocalFrame& from, const geo::LocalFrame& to) noexcept {
    for (geo::RoundedPoint* point : {&state.anchor, &state.stood}) *point = point->moved(from, to);
  }

 private:
  static void note_route(State& state, const RouteMonitor::Finding& route) noexcept {
    constexpr std::uint8_t many = 3;
    if (route.just_left && state.left_routes < many) ++state.left_routes;
    if (route.deviating && state.left_routes == 0) state.left_routes = 1;
    if (route.taken_back && state.left_routes > 0 && state.left_routes < many) --state.left_routes;
  }

  struct Moment {
    State& state;
    const Sample& sample;
    const World& world;
    Emit& emit;
  };

  /// A truck that has stood, or whose receiver wanders, has not driven: way counts in steps beyond the noise.
  static void add_way(State& state, const Sample& sample) noexcept {
    constexpr double least_m = 20.0;
    const double way = geo::distance(state.anchor.point(), sample.place);
    if (way < std::max(least_m, 3.0 * sample.sigma_m)) return;
    state.distance_m += static_cast<float>(way);
    state.anchor = geo::RoundedPoint{sample.place};
  }

  /// A load can only have ended where the truck was slow, or unheard.
  static void mark_way(State& state, const Sample& sample, bool stands, bool heard, bool raised) noexcept {
    constexpr double crawl_mps = 3.0;
    const bool slow = stands || sample.speed_mps() < crawl_mps || raised;
    const bool crept = state.distance_m > state.marks.last_m();
    if ((slow && (!state.slow || crept)) || !heard) state.marks.note(sample.time - state.loaded_at, state.distance_m);
    state.slow = slow;
  }

  /// Driven up to where the load ended, as far as that is known.
  static float distance_m(const State& state, TimeUtc unloaded_at) noexcept {
    if (unloaded_at == no_time) return state.distance_m;
    return state.marks.way_at(unloaded_at - state.loaded_at).value_or(state.distance_m);
  }

  /// A second loading of a truck whose sound sensor never stopped telling of a load adds to that load.
  static bool is_topped_up(const State& state, const LoadState::Finding& load,
                           const DumpSuspicion::Finding& dump) noexcept {
    return state.open && load.sensor_sound && !state.unwatched && !dump.dumped;
  }

  static void begin(const Moment& m, TimeUtc loaded_at, std::optional<registry::SiteIndex> site,
                    bool inferred) noexcept {
    State& state = m.state;
    state = {.stood = state.stood};
    state.open = true;
    state.loaded_at = loaded_at;
    state.site_and_one = site ? *site + 1 : 0;
    // A visit to a site is known for a loading when the truck has left it: the way counts from where it stood.
    constexpr double beside_m = 1000.0;
    const bool stood_there = site && geo::distance(state.stood.point(), m.sample.place) <= beside_m;
    state.anchor = stood_there ? state.stood : geo::RoundedPoint{m.sample.place};
    state.subject = subject_of(m.world.vehicle, EpisodeKind::trip, site_id(m.world, state.site_and_one), loaded_at);
    const Papers papers = papers_of(m.world, load_taken(m, {}), m.sample.time, ManifestShelf::Use::carried);
    tell(m, EventKind::trip_started, {.time = loaded_at, .inferred = inferred}, papers);
  }

  struct End {
    TimeUtc time = no_time;
    TimeUtc unloaded_at = no_time;
    std::optional<registry::SiteIndex> destination{};
    bool inferred = false;
    TimeUtc over = no_time;  ///< for want of `unloaded_at`: what is opened later is another load's manifest
  };

  /// Another load is there: it was dumped, or went unheard where a silence left room for it, or nobody knows.
  static void end_unseen(const Moment& m, const LoadState::Finding& next, const DumpSuspicion::Finding& dump) noexcept {
    if (dump.dumped) return end_dumped(m, dump.end, true);
    if (dump.visit) return end_unheard(m, *dump.visit);
    TripFaults faults;
    faults.add(TripFault::unloading_not_seen);
    const TimeUtc midway = m.state.loaded_at + (next.changed - m.state.loaded_at) / 2;
    finish(m, {m.sample.time, no_time, {}, true, midway}, faults);
  }

  /// The track goes on with another vehicle, or as if with one.
  static void end_lost(const Moment& m) noexcept {
    TripFaults faults;
    faults.add(TripFault::unloading_not_seen);
    finish(m, {m.sample.time, no_time, {}, true, m.sample.time}, faults);
  }

  static void end_seen(const Moment& m, const LoadState::Finding& load, const DumpSuspicion::Finding& dump) noexcept {
    if (dump.dumped) return end_dumped(m, dump.end, false);
    if (load.site) return end_at(m, *load.site, load.changed, false);
    if (dump.visit) return end_unheard(m, *dump.visit);
    end_dumped(m, load.changed, false);
  }

  static void end_dumped(const Moment& m, TimeUtc at, bool inferred) noexcept {
    TripFaults faults;
    faults.add(TripFault::unapproved_place);
    finish(m, {at, at, {}, inferred}, faults);
  }

  static void end_unheard(const Moment& m, const UnheardVisit& visit) noexcept {
    // A checkpoint may meet a registry with fewer sites.
    if (visit.site < m.world.registry.sites().size()) end_at(m, visit.site, visit.left, true);
  }

  static void end_at(const Moment& m, registry::SiteIndex site, TimeUtc at, bool inferred) noexcept {
    finish(m, {at, at, site, inferred}, {});
  }

  static void finish(const Moment& m, End end, TripFaults seen) noexcept {
    end.time = std::max(end.time, m.state.loaded_at);
    if (end.unloaded_at != no_time) end.unloaded_at = end.time;
    const TimeUtc known = end.unloaded_at == no_time ? end.over : m.sample.time;
    Papers papers = papers_of(m.world, load_taken(m, end), known, ManifestShelf::Use::spent);
    if (m.state.left_routes > 0) seen.add(TripFault::off_route);
    seen.for_each([&](TripFault fault) { papers.cover.faults.add(fault); });
    tell(m, EventKind::trip_ended, end, papers);
    if (papers.mismatch) tell_uncovered(m.world, uncovered(m, end, papers), m.emit);
    m.state.open = false;
  }

  static LoadTaken load_taken(const Moment& m, const End& end) noexcept {
    return {m.state.subject, m.state.loaded_at, end.unloaded_at, m.state.site_and_one, end.destination};
  }

  static void tell(const Moment& m, EventKind kind, const End& end, const Papers& papers) noexcept {
    Trip trip = trip_of(m.world, load_taken(m, end), papers);
    trip.faults = papers.cover.faults;
    if (kind == EventKind::trip_ended) trip.distance_m = distance_m(m.state, end.unloaded_at);
    m.emit.event({kind, m.state.subject, end.time, m.world.frame.to_lon_lat(m.sample.place), end.inferred}, trip);
  }

  static UncoveredTrip uncovered(const Moment& m, const End& end, const Papers& papers) noexcept {
    UncoveredTrip trip;
    trip.trip = m.state.subject;
    trip.loaded_at = m.state.loaded_at;
    trip.unloaded_at = end.unloaded_at;
    trip.over = end.over;
    trip.ended = end.time;
    trip.place = m.world.frame.to_lon_lat(m.sample.place);
    trip.distance_m = distance_m(m.state, end.unloaded_at);
    trip.origin_and_one = m.state.site_and_one;
    trip.destination_and_one = end.destination ? *end.destination + 1 : 0;
    trip.faults = papers.cover.faults.without(TripFault::no_manifest);
    trip.inferred = end.inferred;
    trip.mismatch = name_of(*papers.mismatch);
    return trip;
  }
};
static_assert(sizeof(Haul::State) <= 96);

}  // namespace haulwatch::detect
