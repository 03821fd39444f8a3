#pragma once

#include <haulwatch/detect/approved_place.hpp>
#include <haulwatch/detect/dump_suspicion.hpp>
#include <haulwatch/detect/load_state.hpp>
#include <haulwatch/detect/permit_cover.hpp>
#include <haulwatch/detect/permits_in_force.hpp>
#include <haulwatch/detect/presence.hpp>
#include <haulwatch/detect/route_match.hpp>
#include <haulwatch/detect/stage.hpp>
#include <haulwatch/geo/corridor_index.hpp>
#include <haulwatch/geo/rounded_point.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

namespace haulwatch::detect {

struct RouteOptions {
  Metres margin{15.0};         ///< beyond the corridor's edge before a fix speaks of leaving; at least two sigma
  std::uint8_t min_fixes = 3;  ///< that speak of leaving; two do that lie clearly (three sigma more) outside
  Milliseconds min_duration = std::chrono::seconds{30};  ///< from the first of them to the last
  Metres min_way{
      100.0};  ///< driven meanwhile, and away from where the corridor was left: a stop beside the road is none
  std::uint8_t return_fixes = 2;                         ///< inside again
  Milliseconds return_after = std::chrono::seconds{30};  ///< or one, and nothing for so long and two intervals
  Metres join_way{100.0};       ///< along a route before a vehicle is on it: a road that crosses is not
  Metres access{500.0};         ///< from a route's end to the site that it leads to, at most
  Metres turned_back{200.0};    ///< backwards along the route before it counts
  Metres skipped_from{1000.0};  ///< of the route that was passed over before it counts
  Milliseconds sparse_after = std::chrono::minutes{2};  ///< an edge crossed in a longer step is inferred
};

/// Says when a vehicle leaves the routes of its permits, and when it is back.
///
/// Inside the corridor of any route of any permit in force is inside. A vehicle is judged while such a permit names a
/// route and none leaves the way free, and only once it has driven some way along a route; a registered place of its
/// permits ends that. Fixes are judged, never the line between them; each counts by how many sigma it lies beyond the
/// margin, so that noise, a parallel road and a corridor's edge make no events. A deviation is dated back to where the
/// edge was crossed; it ends inside a corridor, in a registered place, with the permit, or with the load. Behind
/// `LoadState` and `DumpSuspicion` only a loaded vehicle is held against its routes: an empty one goes home by any way.
/// docs/routes.md says why.
///
/// Time: O(1) a fix inside, O(segments of the own routes / 8) outside. Memory: `sizeof(State)`, no allocation. Threads:
/// immutable after construction.
class RouteMonitor {
 public:
  /// Beyond the edge: since it was crossed, or, against a one-way route, since the vehicle turned.
  struct Excursion {
    TimeUtc start = no_time;
    TimeUtc first_fix = no_time;  ///< names the episode
    geo::RoundedPoint edge;       ///< where it began; once it is announced, where it ended
    geo::RoundedPoint anchor;     ///< up to where `path_m` counts
    float path_m = 0;
    float slow_path_m = 0;  ///< when it was slow last
    float farthest_m = 0;   ///< beyond the edge
    float evidence = 0;     ///< sum of what the fixes lie beyond the margin, in sigma
    float path_before_votes_m = 0;
    std::uint32_t votes_after_ms = 0;  ///< since `first_fix`
    registry::RouteIndex route = 0;    ///< that was left
    registry::PermitIndex permit = 0;
    std::uint8_t votes = 0;
    std::uint8_t clear_votes = 0;
  };

  struct State {
    PermitsInForce permits;
    TimeUtc previous_time = no_time;
    geo::RoundedPoint previous_place;
    Excursion excursion;
    TimeUtc returned = no_time;
    std::uint32_t return_wait_ms = 0;
    registry::RouteIndex route = 0;  ///< with `segment` and `chainage_m`: the last place inside a corridor
    std::uint32_t segment = 0;
    float chainage_m = 0;
    float turn_m = 0;  ///< farthest chainage in the direction of travel; while joining: where that began
    float short_cut_m = 0;
    float unseen_m = 0;
    TravelDirection direction = TravelDirection::unknown;
    std::uint8_t back_fixes = 0;
    std::uint8_t returning = 0;  ///< fixes inside again
    bool judged : 1 = false;
    bool has_cursor : 1 = false;
    bool joined : 1 = false;
    bool joining : 1 = false;
    bool elsewhere : 1 = false;    ///< a fix lay beyond the margin since the last inside
    bool outside : 1 = false;      ///< an excursion that is not confirmed
    bool deviating : 1 = false;    ///< one that is
    bool left_unseen : 1 = false;  ///< the edge was crossed in a silence
    bool returned_unseen : 1 = false;
    bool in_place : 1 = false;          ///< it came back to a registered place
    bool permitted_load : 1 = false;    ///< it came from an origin of its permits
    bool loaded : 1 = false;            ///< known to be: bound to its routes from the place of loading on
    bool told : 1 = false;              ///< `excursion` was a deviation of this load, and is over
    bool suspended : 1 = false;         ///< because the load was suspected to be gone
    std::uint8_t end_revision : 2 = 0;  ///< of its next `route_rejoined`
  };

  struct Finding {
    bool judged = false;     ///< a permit in force binds the vehicle to routes, and its place is known
    bool inside = false;     ///< the corridor of one of them
    bool on_route = false;   ///< it has driven along a route since it last was at a registered place
    bool deviating = false;  ///< a confirmed deviation is open
    bool just_left = false;
    bool just_rejoined = false;
    bool taken_back = false;  ///< a deviation: the truck was empty by then
    TravelDirection direction = TravelDirection::unknown;
    std::optional<registry::RouteIndex> route;    ///< nearest of the own routes, or the one that it is on
    std::optional<registry::PermitIndex> permit;  ///< the first in force that names it
    double chainage_m = 0.0;
    double beyond_m = 0.0;     ///< of the corridor's edge; negative inside
    double sigma_m = 0.0;      ///< of the place
    geo::LocalPoint place;     ///< in the registry's frame
    TimeUtc since = no_time;   ///< start of the open deviation, or of the one that has just ended
    TimeUtc until = no_time;   ///< end of the one that has just ended
    double path_m = 0.0;       ///< driven in it
    double farthest_m = 0.0;   ///< most beyond the edge in it
    double short_cut_m = 0.0;  ///< of the route, passed over since joining with fixes elsewhere
    double unseen_m = 0.0;     ///< the same in silences
    SubjectId subject{};       ///< of that deviation

    /// On which registered route, of any permit and anybody, the vehicle is; the deepest inside. Asks the R-tree.
    [[nodiscard]] std::optional<RouteMatch> approved_for_anyone(const World& world) const noexcept {
      const geo::CorridorIndex& all = world.registry.corridors();
      std::optional<RouteMatch> best;
      if (!judged) return best;
      all.for_each_within(place, all.widest_half_width_m(), [&](const geo::CorridorPosition& at) {
        const RouteMatch found{at, at.distance_m - all.half_width_m(at.route)};
        if (found.beyond_m <= 0.0 && (!best || is_before(found, *best))) best = found;
      });
      return best;
    }

   private:
    static bool is_before(const RouteMatch& a, const RouteMatch& b) noexcept {
      if (a.beyond_m != b.beyond_m) return a.beyond_m < b.beyond_m;
      if (a.position.route != b.position.route) return a.position.route < b.position.route;
      return a.position.segment < b.position.segment;
    }
  };

  explicit RouteMonitor(RouteOptions options = {}) noexcept : options_{options} {}

  template <class FactsView>
  void on_sample(State& state, const Sample& sample, const World& world, FactsView& facts, Emit& emit) const noexcept {
    if (world.permits.empty()) return;
    if (!world.registry_frame) {
      lose_sight(state);
      return;
    }
    Call call{state, world, emit, facts.found(), sample.time};
    if (sample.time >= state.permits.next_change()) renew_permits(call, hours_for<FactsView>());
    const Step step = step_to(state, sample);
    const Carried load = load_of(state, facts, world);
    if (load.known && load.there && !state.loaded) state.joined = true;  // its way begins at the place of loading
    state.loaded = load.known && load.there;
    if (load.dumped != no_time) end_by(call, load);
    if (load.begins) state.told = state.suspended = false;
    if (!load.there) {
      drop_load(call, load);
    } else {
      if (state.suspended) resume(call);
      if (state.judged) judge(call, step, sample);
    }
    state.previous_time = step.to_time;
    state.previous_place = geo::RoundedPoint{step.to};
    tell_state(call);
    wake(call);
  }

  /// A permit begins or ends, or one fix inside was not contradicted.
  template <class FactsView>
  void on_timer(State& state, TimeUtc deadline, const World& world, FactsView& facts, Emit& emit) const noexcept {
    Call call{state, world, emit, facts.found(), deadline};
    if (state.returning > 0 && deadline >= return_deadline(state)) finish_return(call);
    if (deadline >= state.permits.next_change()) renew_permits(call, hours_for<FactsView>());
    tell_state(call);
    wake(call);
  }

  static void rebase(State& state, const geo::LocalFrame& from, const geo::LocalFrame& to) noexcept {
    for (geo::RoundedPoint* point : {&state.previous_place, &state.excursion.edge, &state.excursion.anchor})
      *point = point->moved(from, to);
  }

  [[nodiscard]] const RouteOptions& options() const noexcept { return options_; }

 private:
  /// What nearly every step needs.
  struct Call {
    State& state;
    const World& world;
    Emit& emit;
    Finding& found;
    TimeUtc now;

    [[nodiscard]] RouteMatcher routes() const noexcept { return {state.permits, now, world}; }
    [[nodiscard]] ApprovedPlaces places() const noexcept { return {state.permits, now, world}; }
    /// A loaded vehicle that has left its routes is not back on them in a depot or at a pump.
    [[nodiscard]] ApprovedPlaces refuges() const noexcept { return state.loaded ? places().of_loads() : places(); }
    [[nodiscard]] bool is_one_way() const noexcept { return world.registry.corridors().one_way(state.route); }
  };

  static Step step_to(const State& state, const Sample& sample) noexcept {
    Step step;
    step.from = state.previous_time == no_time ? sample.place : state.previous_place.point();
    step.to = sample.place;
    step.from_time = state.previous_time;
    step.to_time = sample.time;
    step.sigma_m = sample.sigma_m;
    step.speed_mps = sample.speed_mps();
    if (sample.parked) step.speed_mps = 0.0;
    return step;
  }

  struct Carried {
    bool known = false;
    bool there = true;
    bool begins = false;
    bool suspected = false;    ///< to be gone, which may turn out to be wrong
    TimeUtc gone = no_time;    ///< when it went, where it has just gone
    TimeUtc dumped = no_time;  ///< when the load that is concluded now was
    geo::LocalPoint heap{};    ///< and where
  };

  /// In a chain that does not know, every vehicle counts as loaded.
  template <class FactsView>
  static Carried load_of(State& state, const FactsView& facts, const World& world) noexcept {
    // NOLINTNEXTLINE(misc-redundant-expression): two different findings
    if constexpr (FactsView::template gives<LoadState::Finding> && FactsView::template gives<DumpSuspicion::Finding>) {
      const auto& load = facts.template get<LoadState::Finding>();
      const auto& dump = facts.template get<DumpSuspicion::Finding>();
      if (load.just_loaded) state.permitted_load = load.site && is_permitted_origin(*load.site, world);
      // In doubt for the accused: what has probably been unloaded is bound to no route.
      const bool doubtful = dump.suspected || dump.visited != no_time;
      const bool there = load.load == Load::loaded && state.permitted_load && !doubtful;
      return {.known = true,
              .there = there,
              .begins = load.just_loaded,
              .suspected = doubtful,
              .gone = dump.suspected ? dump.end
                      : doubtful     ? dump.visited
                                     : load.changed,
              .dumped = dump.dumped ? dump.end : no_time,
              .heap = dump.place};
    } else {
      return {};
    }
  }

  /// The routes of a permit are for its loads: what comes from elsewhere has none to keep to.
  static bool is_permitted_origin(registry::SiteIndex site, const World& world) noexcept {
    return std::ranges::any_of(world.permits, [&](registry::PermitIndex index) {
      return detail::names(world.registry.permits()[index].origins, site);
    });
  }

  /// What is empty is bound to no route any more.
  static void drop_load(Call& call, const Carried& load) noexcept {
    State& state = call.state;
    if (state.deviating) {
      if (state.returning == 0 || load.gone < state.returned) {
        const TimeUtc gone = load.gone == no_time ? call.now : load.gone;
        state.returned = std::clamp(gone, state.excursion.start, call.now);
        state.returned_unseen = false;
        state.excursion.edge = state.previous_place;
        // It went where the truck was slow; that is known when the truck is on its way from there.
        if (state.excursion.slow_path_m > 0.0F) state.excursion.path_m = state.excursion.slow_path_m;
      }
      end_deviation(call);
      state.suspended = load.suspected;
    }
    if (!load.suspected) state.suspended = false;
    state.has_cursor = false;
    end_journey(state);
  }

  /// The load that ends here went in a place that the truck had passed long before: from there on it was bound to no
  /// route. What was told of the way after that is taken back, or cut short.
  static void end_by(Call& call, const Carried& load) noexcept {
    State& state = call.state;
    if (!state.deviating && !(state.told && state.returned > load.dumped)) return;
    if (load.dumped <= state.excursion.start) {
      take_back(call);
      return;
    }
    state.returned = load.dumped;
    state.excursion.edge = geo::RoundedPoint{load.heap};
    state.returned_unseen = true;
    end_deviation(call);
  }

  static void take_back(Call& call) noexcept {
    State& state = call.state;
    tell(call, EventKind::route_left, state.excursion.start, state.left_unseen, 1, true);
    if (!state.deviating) tell(call, EventKind::route_rejoined, state.returned, true, state.end_revision, true);
    state.deviating = state.outside = state.told = false;
    state.returning = 0;
    call.found.taken_back = true;
  }

  /// The load is still on: it never was back.
  static void resume(Call& call) noexcept {
    State& state = call.state;
    state.suspended = false;
    tell(call, EventKind::route_rejoined, state.returned, true, next_end(state), true);
    state.deviating = true;
    state.told = false;
    state.excursion.anchor = state.previous_place;
  }

  static std::uint16_t next_end(State& state) noexcept {
    const std::uint16_t revision = state.end_revision;
    constexpr std::uint8_t last = 3;
    if (state.end_revision < last) ++state.end_revision;
    return revision;
  }

  [[nodiscard]] double margin_m(const Step& step) const noexcept {
    return std::max(options_.margin.value(), 2.0 * step.sigma_m);
  }
  [[nodiscard]] bool is_sparse(const Step& step) const noexcept { return step.duration() > options_.sparse_after; }

  // Permits -----------------------------------------------------------------------------------------------------------

  /// A load that is on keeps to its roads at any hour; where loads are not known, a vehicle is bound by its hours.
  template <class FactsView>
  static constexpr PermitHours hours_for() noexcept {
    return FactsView::template gives<LoadState::Finding> ? PermitHours::any : PermitHours::daily_windows;
  }

  void renew_permits(Call& call, PermitHours hours) const noexcept {
    State& state = call.state;
    const TimeUtc edge = state.permits.next_change();
    const bool known = state.previous_time != no_time;
    state.permits.renew(call.now, call.world, hours);
    state.judged = state.permits.bind_to_routes(call.now, call.world);
    const auto still_binds = [&](registry::RouteIndex route) {
      return state.judged && state.permits.naming(route, call.now, call.world).has_value();
    };
    if (state.deviating && !still_binds(state.excursion.route)) {
      if (state.returning > 0) {
        finish_return(call);
      } else {
        state.returned = edge;
        state.returned_unseen = !known;
        if (known) state.excursion.edge = state.previous_place;
        end_deviation(call);
      }
    }
    if (state.has_cursor && still_binds(state.route)) return;
    state.has_cursor = false;
    if (!state.deviating) end_journey(state);
  }

  /// Beyond the registry's frame nothing is judged; what was left open stays so.
  static void lose_sight(State& state) noexcept {
    state.previous_time = no_time;
    state.has_cursor = false;
    state.returning = 0;
    if (!state.deviating) end_journey(state);
  }

  /// From now on nobody can leave a route before the vehicle has joined one again.
  static void end_journey(State& state) noexcept {
    state.joined = state.loaded;
    state.joining = state.outside = state.deviating = false;
    state.returning = state.back_fixes = 0;
    state.direction = TravelDirection::unknown;
  }

  // One fix -----------------------------------------------------------------------------------------------------------

  void judge(Call& call, const Step& step, const Sample& sample) const noexcept {
    const auto match = call.routes().match(step.to, motion_of(call.state, step, sample));
    if (!match) return;
    if (match->beyond_m <= 0.0) {
      be_inside(call, *match, step);
    } else {
      be_outside(call, match->beyond_m, step);
    }
    tell_match(call, *match, step);
  }

  static RouteMotion motion_of(const State& state, const Step& step, const Sample& sample) noexcept {
    RouteMotion motion;
    // Until it has joined, heading alone tells the legs of a route that goes out and back.
    if (state.has_cursor && state.joined) {
      motion.cursor.emplace();
      motion.cursor->route = state.route;
      motion.cursor->segment = state.segment;
    }
    motion.chainage_m = static_cast<double>(state.chainage_m);
    motion.way_m = geo::distance(step.from, step.to);
    if (state.joined) motion.direction = state.direction;
    motion.velocity = sample.velocity;
    return motion;
  }

  void be_inside(Call& call, const RouteMatch& match, const Step& step) const noexcept {
    State& state = call.state;
    const bool same_route = state.has_cursor && state.route == match.position.route;
    const auto chainage = static_cast<float>(match.position.chainage_m);
    const bool jumps = !state.joined && jumps_ahead(call, match, step);
    const bool follows = same_route && !state.elsewhere && !jumps;
    if (same_route && state.joined) count_skipped(state, chainage, step);
    state.route = match.position.route;
    state.segment = match.position.segment;
    state.chainage_m = chainage;
    state.has_cursor = true;
    state.elsewhere = state.outside = false;
    if (!state.joined) {
      join(call, follows ? Continuity::kept : Continuity::broken, step);
    } else if (!follows) {
      state.direction = TravelDirection::unknown;
      note_turn(call, step);
    } else {
      follow(call, step);
    }
    if (state.deviating && is_wrong_way(call)) {
      add_way(state, step);
      state.returning = 0;
    } else if (state.deviating) {
      come_back(call, step, Refuge::corridor);
    }
  }

  void be_outside(Call& call, double beyond, const Step& step) const noexcept {
    State& state = call.state;
    const double margin = margin_m(step);
    state.elsewhere = state.elsewhere || beyond > margin;
    if (state.deviating) {
      deviate(call, beyond, step);
      return;
    }
    if (!state.joined) {
      state.joining = state.joining && !state.elsewhere;
      return;
    }
    const bool arrives = (!state.outside && is_at_place(call, step.from, margin)) || is_at_place(call, step.to, margin);
    if (arrives) {
      end_journey(state);
      return;
    }
    if (!state.outside) begin_excursion(call, step);
    const float before = state.excursion.path_m;
    add_way(state, step);
    weigh(state.excursion, beyond, before, step, margin);
    if (is_confirmed(state.excursion, step)) leave(call);
  }

  [[nodiscard]] bool is_at_place(const Call& call, geo::LocalPoint p, double margin) const noexcept {
    return call.places().lie_at(p, margin, options_.access.value());
  }

  // Along the route ---------------------------------------------------------------------------------------------------

  /// Part of the route that no fix saw: cut short, when fixes lay elsewhere meanwhile.
  void count_skipped(State& state, float chainage, const Step& step) const noexcept {
    const float skipped = std::abs(chainage - state.chainage_m);
    if (!(static_cast<double>(skipped) > options_.skipped_from.value())) return;
    if (state.elsewhere) {
      state.short_cut_m += skipped;
    } else if (is_sparse(step)) {
      state.unseen_m += skipped;
    }
  }

  enum class Continuity : std::uint8_t { kept, broken };

  /// More way along the route than was driven: another leg of it.
  static bool jumps_ahead(const Call& call, const RouteMatch& match, const Step& step) noexcept {
    const double across = 2.0 * call.world.registry.corridors().half_width_m(match.position.route);
    const double along = std::abs(match.position.chainage_m - static_cast<double>(call.state.chainage_m));
    constexpr double winding = 2.0;
    return along > winding * geo::distance(step.from, step.to) + across;
  }

  void join(Call& call, Continuity continuity, const Step& step) const noexcept {
    State& state = call.state;
    const float progress = state.chainage_m - state.turn_m;
    if (!state.joining || continuity == Continuity::broken || (call.is_one_way() && progress < 0)) {
      state.joining = true;
      state.turn_m = state.chainage_m;
      return;
    }
    if (!(static_cast<double>(std::abs(progress)) >= way_to_join_m(call))) return;
    state.joining = false;
    state.joined = true;
    state.direction = progress > 0 ? TravelDirection::along : TravelDirection::against;
    state.short_cut_m = state.unseen_m = 0;
    note_turn(call, step);
  }

  /// What crosses a corridor at 45 degrees makes as much way along it as it is wide.
  [[nodiscard]] double way_to_join_m(const Call& call) const noexcept {
    constexpr double enough_m = 200.0;
    const geo::CorridorIndex& corridors = call.world.registry.corridors();
    const double across = std::min(2.0 * corridors.half_width_m(call.state.route), enough_m);
    return std::min(std::max(options_.join_way.value(), across), 0.5 * corridors.length_m(call.state.route));
  }

  void follow(Call& call, const Step& step) const noexcept {
    constexpr std::uint8_t enough = 2;
    State& state = call.state;
    const double moved = static_cast<double>(state.chainage_m) - static_cast<double>(state.turn_m);
    const bool known = state.direction != TravelDirection::unknown;
    const double onward = known ? moved * static_cast<double>(static_cast<int>(state.direction)) : -std::abs(moved);
    if (onward >= 0.0) {
      if (known) note_turn(call, step);
      state.back_fixes = 0;
    } else if (onward >= -options_.turned_back.value()) {
      state.back_fixes = 0;
    } else if (++state.back_fixes >= enough) {
      turn(call, moved > 0.0 ? TravelDirection::along : TravelDirection::against, step);
    }
  }

  /// The farthest so far: against a one-way route a deviation begins, or has ended, where the vehicle turned.
  static void note_turn(Call& call, const Step& step) noexcept {
    State& state = call.state;
    state.turn_m = state.chainage_m;
    state.back_fixes = 0;
    if (!call.is_one_way() || state.outside) return;
    if (state.deviating) {
      state.returned = step.to_time;
      state.excursion.edge = geo::RoundedPoint{step.to};
      state.returned_unseen = false;
      return;
    }
    begin_at(call, step.to_time, step.to);
    state.left_unseen = false;
  }

  void turn(Call& call, TravelDirection direction, const Step& step) const noexcept {
    State& state = call.state;
    const float back = std::abs(state.chainage_m - state.turn_m);
    state.direction = direction;
    if (call.is_one_way() && !state.deviating && direction == TravelDirection::against) {
      if (has_completed(call, step)) {
        end_journey(state);
        return;
      }
      state.excursion.path_m = back;
      state.excursion.anchor = geo::RoundedPoint{step.to};
      state.turn_m = state.chainage_m;
      leave(call);
    } else if (call.is_one_way() && state.deviating && direction == TravelDirection::along) {
      end_deviation(call);
    }
    note_turn(call, step);
  }

  /// It turned at the end of the way, or at a registered place.
  [[nodiscard]] bool has_completed(const Call& call, const Step& step) const noexcept {
    const geo::CorridorIndex& corridors = call.world.registry.corridors();
    const double left_m = corridors.length_m(call.state.route) - static_cast<double>(call.state.turn_m);
    return left_m <= 2.0 * corridors.half_width_m(call.state.route) + margin_m(step) ||
           is_at_place(call, call.state.excursion.edge.point(), margin_m(step));
  }

  static bool is_wrong_way(const Call& call) noexcept {
    return call.is_one_way() && call.state.direction == TravelDirection::against;
  }

  // Leaving -----------------------------------------------------------------------------------------------------------

  static void begin_at(Call& call, TimeUtc start, geo::LocalPoint edge) noexcept {
    Excursion& excursion = call.state.excursion;
    call.state.told = false;
    excursion = {};
    excursion.start = start;
    excursion.first_fix = call.now;
    excursion.edge = excursion.anchor = geo::RoundedPoint{edge};
    excursion.route = call.state.route;
  }

  void begin_excursion(Call& call, const Step& step) const noexcept {
    State& state = call.state;
    const RouteMatcher routes = call.routes();
    const double fraction = crossing(step, [&](geo::LocalPoint p) { return routes.are_left(p); });
    begin_at(call, time_of(step, fraction, Crossing::outward), step.place_at(fraction));
    state.left_unseen = is_sparse(step);
    state.outside = true;
  }

  /// Where on the way between two fixes, of which the second alone is beyond, the edge lies: to 1/4096 of the way.
  template <class IsBeyond>
  static double crossing(const Step& step, IsBeyond&& is_beyond) noexcept {
    constexpr int halvings = 12;
    if (step.first()) return 1.0;
    double before = 0.0;
    double after = 1.0;
    for (int i = 0; i < halvings; ++i) {
      const double middle = 0.5 * (before + after);
      (is_beyond(step.place_at(middle)) ? after : before) = middle;
    }
    return 0.5 * (before + after);
  }

  enum class Crossing : std::uint8_t { outward, inward };

  /// In a silence the vehicle hardly drove evenly: it drove to the edge, or from it, at a truck's pace and stood for
  /// the rest.
  [[nodiscard]] TimeUtc time_of(const Step& step, double fraction, Crossing crossing) const noexcept {
    constexpr double usual_mps = 10.0;
    if (step.first()) return step.to_time;
    if (!is_sparse(step)) return step.time_at(fraction);
    const double length = geo::distance(step.from, step.to);
    const double pace = std::max(usual_mps, length / seconds(step.duration()));
    if (crossing == Crossing::inward) return step.from_time + milliseconds(fraction * length / pace);
    return step.to_time - milliseconds((1.0 - fraction) * length / pace);
  }

  /// A standing vehicle makes no way, however its receiver wanders; a driving one counts when it has left the noise.
  static void add_way(State& state, const Step& step) noexcept {
    constexpr double standing_mps = 1.0;
    constexpr double shortest_m = 20.0;
    const double noise = std::max(shortest_m, 3.0 * step.sigma_m);
    if (step.speed_mps < standing_mps && geo::distance(step.from, step.to) < noise) return;
    const double way = geo::distance(state.excursion.anchor.point(), step.to);
    if (way < noise) return;
    state.excursion.path_m += static_cast<float>(way);
    constexpr double slow_mps = 3.0;
    if (step.speed_mps < slow_mps) state.excursion.slow_path_m = state.excursion.path_m;
    state.excursion.anchor = geo::RoundedPoint{step.to};
  }

  /// Cumulative sum: a fix adds what it lies beyond the margin in sigma, at most `clear`, and one short of the margin
  /// takes away; at nothing the count begins anew. Of fixes closer in time than their errors change each tells less.
  void weigh(Excursion& e, double beyond, float path_before, const Step& step, double margin) const noexcept {
    const double sigma = std::max(step.sigma_m, least_sigma_m);
    const double weight = (beyond - margin) / sigma;
    const double news = std::min(seconds(step.duration()) / independent_after_s, 1.0);
    e.farthest_m = std::max(e.farthest_m, static_cast<float>(beyond));
    e.evidence = std::max(0.0F, e.evidence + static_cast<float>(news * std::min(weight, clear)));
    if (e.evidence == 0.0F) e.votes = e.clear_votes = 0;
    if (!(weight > 0.0)) return;
    if (e.votes == 0) {
      e.path_before_votes_m = path_before;
      e.votes_after_ms = whole_ms(step.to_time - e.first_fix);
    }
    if (e.votes < std::numeric_limits<std::uint8_t>::max()) ++e.votes;
    if (weight > clear && e.clear_votes < std::numeric_limits<std::uint8_t>::max()) ++e.clear_votes;
  }

  static std::uint32_t whole_ms(Milliseconds span) noexcept {
    return static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(span.count(), 0, std::numeric_limits<std::uint32_t>::max()));
  }

  [[nodiscard]] bool is_confirmed(const Excursion& e, const Step& step) const noexcept {
    const bool enough_fixes = e.votes >= options_.min_fixes || e.clear_votes >= clear_fixes;
    const Milliseconds lasted = step.to_time - e.first_fix - Milliseconds{e.votes_after_ms};
    const double way = static_cast<double>(e.path_m - e.path_before_votes_m);
    return enough_fixes && e.evidence >= enough_evidence && lasted >= options_.min_duration &&
           way >= options_.min_way.value() && geo::distance(e.edge.point(), step.to) >= options_.min_way.value();
  }

  void leave(Call& call) const noexcept {
    State& state = call.state;
    const auto permit = state.permits.naming(state.excursion.route, call.now, call.world);
    if (!permit) return;
    state.excursion.permit = *permit;
    state.deviating = true;
    state.outside = state.told = state.suspended = false;
    state.returning = 0;
    state.end_revision = 0;
    call.found.just_left = true;
    tell(call, EventKind::route_left, state.excursion.start, state.left_unseen);
  }

  // Coming back -------------------------------------------------------------------------------------------------------

  enum class Refuge : std::uint8_t { corridor, place };

  void deviate(Call& call, double beyond, const Step& step) const noexcept {
    State& state = call.state;
    if (call.refuges().contain(step.to)) {
      come_back(call, step, Refuge::place);
      return;
    }
    state.returning = 0;
    add_way(state, step);
    state.excursion.farthest_m = std::max(state.excursion.farthest_m, static_cast<float>(beyond));
  }

  void come_back(Call& call, const Step& step, Refuge refuge) const noexcept {
    State& state = call.state;
    if (state.returning == 0) begin_return(call, step);
    state.in_place = refuge == Refuge::place;
    if (++state.returning >= options_.return_fixes) finish_return(call);
  }

  void begin_return(Call& call, const Step& step) const noexcept {
    State& state = call.state;
    const RouteMatcher routes = call.routes();
    const ApprovedPlaces places = call.refuges();
    const double fraction = crossing(step, [&](geo::LocalPoint p) { return !routes.are_left(p) || places.contain(p); });
    const geo::LocalPoint edge = step.place_at(fraction);
    state.returned = time_of(step, fraction, Crossing::inward);
    state.returned_unseen = is_sparse(step);
    state.return_wait_ms = whole_ms(std::max(options_.return_after, 2 * step.duration()));
    state.excursion.path_m += static_cast<float>(geo::distance(state.excursion.anchor.point(), edge));
    state.excursion.edge = state.excursion.anchor = geo::RoundedPoint{edge};
  }

  static TimeUtc return_deadline(const State& state) noexcept {
    return state.previous_time + Milliseconds{state.return_wait_ms};
  }

  static void finish_return(Call& call) noexcept {
    const bool arrived = call.state.in_place;
    end_deviation(call);
    if (arrived) end_journey(call.state);
  }

  static void end_deviation(Call& call) noexcept {
    State& state = call.state;
    state.deviating = state.outside = false;
    state.returning = 0;
    state.told = true;
    call.found.just_rejoined = true;
    call.found.until = state.returned;
    tell(call, EventKind::route_rejoined, state.returned, state.returned_unseen, next_end(state));
  }

  // Telling -----------------------------------------------------------------------------------------------------------

  static SubjectId subject(const Call& call) noexcept {
    const Excursion& e = call.state.excursion;
    return subject_of(call.world.vehicle, EpisodeKind::deviation, call.world.registry.routes()[e.route].id,
                      e.first_fix);
  }

  static void tell(Call& call, EventKind kind, TimeUtc time, bool inferred, std::uint16_t revision = 0,
                   bool retracted = false) noexcept {
    const Excursion& e = call.state.excursion;
    const TimeUtc end = kind == EventKind::route_rejoined ? time : no_time;
    call.emit.event(
        {kind, subject(call), time, call.world.frame.to_lon_lat(e.edge.point()), inferred, revision, retracted},
        RouteDeviation{call.world.registry.routes()[e.route].id, e.start, end, e.farthest_m, e.path_m,
                       call.world.registry.permits()[e.permit].id});
  }

  static void tell_match(Call& call, const RouteMatch& match, const Step& step) noexcept {
    Finding& found = call.found;
    found.judged = true;
    found.inside = match.beyond_m <= 0.0;
    found.route = match.position.route;
    found.permit = call.state.permits.naming(match.position.route, call.now, call.world);
    found.chainage_m = match.position.chainage_m;
    found.beyond_m = match.beyond_m;
    found.sigma_m = step.sigma_m;
    found.place = step.to;
  }

  static void tell_state(Call& call) noexcept {
    const State& state = call.state;
    Finding& found = call.found;
    found.on_route = state.joined;
    found.direction = state.direction;
    found.short_cut_m = static_cast<double>(state.short_cut_m);
    found.unseen_m = static_cast<double>(state.unseen_m);
    found.deviating = state.deviating;
    if (!state.deviating && !found.just_rejoined) return;
    found.since = state.excursion.start;
    found.path_m = static_cast<double>(state.excursion.path_m);
    found.farthest_m = static_cast<double>(state.excursion.farthest_m);
    found.subject = subject(call);
  }

  /// Only what is open needs to be woken: everything else may wait for the next fix.
  static void wake(Call& call) noexcept {
    const State& state = call.state;
    TimeUtc next = state.deviating ? state.permits.next_change() : TimeUtc::max();
    if (state.returning > 0) next = std::min(next, return_deadline(state));
    if (next == TimeUtc::max()) {
      call.emit.do_not_wake();
    } else {
      call.emit.wake_at(next);
    }
  }

  static constexpr double least_sigma_m = 5.0;         ///< what a receiver says of itself leaves out reflections
  static constexpr double independent_after_s = 20.0;  ///< errors of fixes closer to each other agree
  static constexpr double clear = 3.0;                 ///< sigma beyond the margin; no fix counts for more
  static constexpr std::uint8_t clear_fixes = 2;       ///< one may be an outlier
  static constexpr float enough_evidence = 4.5F;       ///< that of clear fixes over 30 s; more than one ever gives

  RouteOptions options_;
};
static_assert(sizeof(RouteMonitor::State) <= 152);

}  // namespace haulwatch::detect
