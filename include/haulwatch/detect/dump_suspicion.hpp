#pragma once

#include <haulwatch/detect/dump_weights.hpp>
#include <haulwatch/detect/dwell.hpp>
#include <haulwatch/detect/load_state.hpp>
#include <haulwatch/detect/route_distance.hpp>
#include <haulwatch/detect/stage.hpp>
#include <haulwatch/detect/stop_place.hpp>
#include <haulwatch/detect/unheard_visit.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <optional>

namespace haulwatch::detect {

struct DumpOptions {
  DumpWeights weights;
  double threshold = 0.5;      ///< score from which a suspicion is raised, once the load is known to be gone
  double early = 0.9;          ///< before that
  MetresPerSecond crawl{3.0};  ///< slower is a candidate: walking pace, and a little
  Milliseconds min_crawl = std::chrono::seconds{40};  ///< for so long
  Metres leave{300.0};                                ///< away from it before a candidate is judged by how it left
  Milliseconds parked = std::chrono::hours{2};        ///< in a depot or car park, and the load still unaccounted for
  bool every_candidate = false;                       ///< for fitting: each is told, likely or not, and none taken back
};

/// Says where a load was probably dumped: one suspicion a load, with reasons.
///
/// While a truck is loaded, each stop, crawl (or drive with the body up) and silence away from places of loads is a
/// candidate. It is judged when the truck is some way off, and again farther off, as a sum of log-odds from one table
/// (`DumpWeights`). The likeliest is kept; it is raised when its score passes the threshold, and revised by what comes:
/// another load though no disposal was seen since speaks for it, a disposal takes it back. A silence that left room for
/// a visit to a disposal competes with all of them.
///
/// Time: O(1) a fix, O(places and routes of its permits) a candidate. Memory: `sizeof(State)`. Threads: immutable after
/// construction.
class DumpSuspicion {
 public:
  static constexpr std::size_t kept_most = 3;

  /// A candidate that is behind the truck.
  struct Kept {
    DumpCandidate candidate;
    std::uint16_t revision = 0;  ///< of its next event
  };

  struct State {
    TimeUtc previous_time = no_time;
    geo::RoundedPoint previous_place;
    std::array<geo::RoundedPoint, 3> trail;  ///< the way so far, every 100 m; the newest first
    Sensed covered = Sensed::unknown;
    bool raised : 1 = false;
    bool watching : 1 = false;         ///< loaded, and nothing has shown where the load went
    bool visited : 1 = false;          ///< a silence makes it likelier than not that the load went where it should
    DumpCandidate current;             ///< going on
    DumpCandidate leaving;             ///< over, and the truck still near
    std::array<Kept, kept_most> kept;  ///< the likeliest since the last loading
    TimeUtc loaded_at = no_time;
    geo::RoundedPoint came_from;  ///< on the way to `current`
    geo::RoundedPoint came_to;    ///< on the way to `leaving`
    geo::RoundedPoint left_from;  ///< where `leaving` ended
    geo::RoundedPoint loaded_in;
    float farthest_m = 0;         ///< from there, since the load is on
    float slowest_mps = 0;        ///< in `current`
    TimeUtc raised_at = no_time;  ///< in `current`
    TimeUtc lowered_at = no_time;
    UnheardVisit visit;  ///< the likeliest in a silence since the last loading, where `unheard` has room
    UnheardOdds unheard;
    TimeUtc lost_at = no_time;  ///< the load, by a sound sensor and outside every place; said of this load
    DumpRecord record;          ///< of the loads before
    float said_odds = 0;
    std::uint32_t site_and_one = 0;  ///< of loading; 0 is none
    DumpProof proof = DumpProof::none;
    std::uint8_t told = 0;  ///< of `kept`: the one that `subject` names
  };

  static constexpr std::size_t hot_bytes = 160;  ///< of `State` that nearly every fix touches

  struct Finding {
    TimeUtc visited = no_time;          ///< when the load was, likelier than not, unloaded unheard
    bool suspected = false;             ///< a suspicion stands: the load is thought to be gone since `end`
    bool dumped = false;                ///< one stood when the load was concluded, by the next one or by being gone
    TimeUtc end = no_time;              ///< of that candidate
    geo::LocalPoint place;              ///< likewise
    std::optional<UnheardVisit> visit;  ///< where else the concluded load may have gone unheard
  };

  explicit DumpSuspicion(DumpOptions options = {}) noexcept : options_{options} {}

  template <class FactsView>
  void on_sample(State& state, const Sample& sample, const World& world, FactsView& facts, Emit& emit) const noexcept {
    const auto& load = facts.template get<LoadState::Finding>();
    Call call{state, sample, world, emit, load, facts.template get<Dwell::Finding>(), facts.found()};
    if (load.lost_track) state.watching = false;
    if (state.watching && load.silence) consider_silence(call);
    if (load.just_emptied || is_seen_again(call)) conclude_emptied(call);
    if (load.just_loaded) {
      begin_load(call);
      // It was loaded before the silence, as was found only after it.
      if (load.silence) consider_silence(call);
    }
    if (state.watching) watch(call);
    call.found.suspected = state.watching && state.raised;
    if (state.watching && state.visited && !state.raised) call.found.visited = state.visit.left;
    if (call.found.suspected) point_out(call);
    if (extend_trail(state, sample) && state.watching) go_farther(call);
    if (facts.template advice<SensorHealth::Finding>().is_sick(SensorKind::cover_closed)) {
      state.covered = Sensed::unknown;
    } else if (sample.fix.sensors.cover_closed != Sensed::unknown) {
      state.covered = sample.fix.sensors.cover_closed;
    }
    state.previous_time = sample.time;
    state.previous_place = geo::RoundedPoint{sample.place};
  }

  template <class FactsView>
  void on_timer(State&, TimeUtc, const World&, FactsView&, Emit&) const noexcept {}

  static void rebase(State& state, const geo::LocalFrame& from, const geo::LocalFrame& to) noexcept {
    const auto move = [&](geo::RoundedPoint& p) { p = p.moved(from, to); };
    for (geo::RoundedPoint& p : state.trail) move(p);
    for (Kept& kept : state.kept) move(kept.candidate.place);
    for (geo::RoundedPoint* p : {&state.current.place, &state.leaving.place, &state.previous_place, &state.came_from,
                                 &state.came_to, &state.left_from, &state.loaded_in})
      move(*p);
  }

 private:
  struct Call {
    State& state;
    const Sample& sample;
    const World& world;
    Emit& emit;
    const LoadState::Finding& load;
    const Dwell::Finding& stop;
    Finding& found;
  };

  // The load ----------------------------------------------------------------------------------------------------------

  void begin_load(Call& call) const noexcept {
    State& state = call.state;
    if (state.watching) {
      settle(call);
      prove(call, DumpProof::reloaded);
    }
    conclude(call);
    state.current = state.leaving = {};
    state.kept = {};
    state.unheard = {};
    state.lost_at = no_time;
    state.proof = DumpProof::none;
    state.raised = state.visited = false;
    state.watching = true;
    state.loaded_at = call.load.changed;
    state.loaded_in = geo::RoundedPoint{call.sample.place};
    state.farthest_m = 0;
    state.site_and_one = call.load.site ? *call.load.site + 1 : 0;
  }

  /// What stands of the load that ends here: a new one may begin at the same sample.
  void conclude(Call& call) const noexcept {
    State& state = call.state;
    if (!state.watching) return;
    if (options_.every_candidate) tell_all_kept(call);
    state.record.add_load(likelihood(state));
    find_end(call);
  }

  static void find_end(Call& call) noexcept {
    call.found.dumped = call.state.raised;
    if (call.state.raised) point_out(call);
    if (call.state.unheard.room > 0.0F) call.found.visit = call.state.visit;
  }

  static void point_out(Call& call) noexcept {
    call.found.end = told(call.state).end();
    call.found.place = told(call.state).place.point();
  }

  /// Unloading in a registered place, though a sensor had told before of a load that was lost on the way.
  static bool is_seen_again(const Call& call) noexcept {
    return call.state.watching && call.state.lost_at != no_time && call.load.site && !call.load.just_loaded;
  }

  void conclude_emptied(Call& call) const noexcept {
    State& state = call.state;
    if (!state.watching) return;
    if (!call.load.site) {
      lose_load(call);
      find_end(call);
      return;
    }
    settle(call);
    prove(call, DumpProof::disposal_seen);
    conclude(call);
    state.watching = false;
    state.raised = false;
  }

  /// A sound sensor says that the load is gone: it went in the likeliest candidate about that time. That may still go
  /// on, and what comes shows whether the sensor was right.
  void lose_load(Call& call) const noexcept {
    State& state = call.state;
    state.lost_at = call.load.changed;
    if (!state.current.exists()) settle(call);
    for (Kept& kept : state.kept) note_lost(state, kept.candidate);
    judge(call);
  }

  static constexpr Milliseconds near_the_loss = std::chrono::minutes{3};

  static void note_lost(State& state, DumpCandidate& c) noexcept {
    if (!c.exists() || state.lost_at == no_time) return;
    if (state.lost_at < c.start - near_the_loss || state.lost_at > c.end() + near_the_loss) return;
    c.load = DumpCandidate::After::lost;
    const bool holds_visit =
        c.shape == DumpCandidate::Shape::silence && state.visit.left >= c.start && state.visit.left <= c.end();
    if (holds_visit) state.unheard.lost = true;
  }

  void prove(Call& call, DumpProof proof) const noexcept {
    call.state.proof = proof;
    judge(call);
  }

  // Candidates --------------------------------------------------------------------------------------------------------

  void watch(Call& call) const noexcept {
    State& state = call.state;
    const bool up = call.load.raised;
    const bool dragged = was_slow_unseen(call);
    const bool slow = call.stop.stands || call.sample.speed_mps() < options_.crawl.value() || up || dragged;
    if (call.stop.ended && call.stop.stands && state.current.exists()) end_candidate(call);
    const bool may_begin = state.lost_at == no_time || call.sample.time <= state.lost_at + near_the_loss;
    if (slow && (may_begin || state.current.exists())) {
      if (!state.current.exists()) begin_candidate(call, dragged);
      extend_candidate(call, up);
      if (call.stop.stands) miss_disposal(call);
    } else if (state.current.exists()) {
      end_candidate(call);
    }
    if (state.leaving.exists()) follow_leaving(call);
  }

  /// Where reports are far apart it may have crawled, or stood for a minute, between two that were fast.
  [[nodiscard]] bool was_slow_unseen(const Call& call) const noexcept {
    constexpr Milliseconds far_apart = std::chrono::seconds{20};
    const State& state = call.state;
    if (call.load.silence || state.previous_time == no_time || state.previous_time < state.loaded_at) return false;
    const Milliseconds step = call.sample.time - state.previous_time;
    if (step < far_apart) return false;
    return geo::distance(state.previous_place.point(), call.sample.place) < options_.crawl.value() * seconds(step);
  }

  /// Home, and for hours, and no disposal was seen.
  void miss_disposal(Call& call) const noexcept {
    State& state = call.state;
    if (state.proof != DumpProof::none || call.sample.time - call.stop.since < options_.parked) return;
    if (!call.world.registry_frame) return;
    const NearestSite near = nearest_site(call.world, call.stop.centre);
    if (near.site == nullptr || near.signed_distance_m > at_the_fence_m || takes_loads(near.site->role)) return;
    prove(call, DumpProof::no_disposal);
  }

  static void begin_candidate(Call& call, bool dragged) noexcept {
    State& state = call.state;
    state.current = {};
    state.current.start = dragged ? state.previous_time : call.sample.time;
    state.current.place = dragged ? state.previous_place : geo::RoundedPoint{call.sample.place};
    state.current.shape = DumpCandidate::Shape::crawl;
    state.came_from = state.trail.back();
    state.slowest_mps = std::numeric_limits<float>::max();
    state.raised_at = no_time;
  }

  static void extend_candidate(Call& call, bool up) noexcept {
    DumpCandidate& c = call.state.current;
    note_pace(call);
    if (call.state.covered == Sensed::yes && call.sample.fix.sensors.cover_closed == Sensed::no) c.uncovered = true;
    if (up && call.state.previous_time != no_time) {
      if (call.state.raised_at == no_time) call.state.raised_at = call.sample.time;
      call.state.lowered_at = call.sample.time;
      const double step = seconds(std::min(call.sample.time - call.state.previous_time, Milliseconds{60'000}));
      c.raised_s = added(c.raised_s, std::max(step, 1.0));
      const double way = geo::distance(call.state.previous_place.point(), call.sample.place);
      constexpr double rolls_mps = 0.7;
      if (!call.stop.stands && way > rolls_mps * step) c.rolling_m = added(c.rolling_m, std::max(way, 1.0));
    }
    if (call.stop.stands) {
      c.shape = DumpCandidate::Shape::stop;
      c.stop = call.stop.subject;
      c.place = geo::RoundedPoint{call.stop.centre};
      c.start = std::max(call.stop.since, call.state.loaded_at);
    }
    c.end_at(call.sample.time);
  }

  /// Where it was slowest it is most likely to have done something.
  static void note_pace(Call& call) noexcept {
    constexpr double walk_from_mps = 0.4;
    constexpr double walk_to_mps = 2.2;
    State& state = call.state;
    DumpCandidate& c = state.current;
    const auto speed = static_cast<float>(call.sample.speed_mps());
    if (speed < state.slowest_mps) {
      state.slowest_mps = speed;
      c.place = geo::RoundedPoint{call.sample.place};
    }
    if (c.start == call.sample.time || state.previous_time == no_time) return;
    const double step = seconds(call.sample.time - state.previous_time);
    const double pace = geo::distance(state.previous_place.point(), call.sample.place) / std::max(step, 1.0);
    if (pace >= walk_from_mps && pace <= walk_to_mps) c.walking_s = added(c.walking_s, step);
  }

  static std::uint16_t added(std::uint16_t sum, double more) noexcept {
    return static_cast<std::uint16_t>(std::min(static_cast<double>(sum) + more, 65'535.0));
  }

  void end_candidate(Call& call) const noexcept {
    State& state = call.state;
    DumpCandidate c = state.current;
    state.current = {};
    if (call.stop.ended && call.stop.ended->subject == c.stop) c.end_at(call.stop.ended->until);
    if (c.rolling_m > 0) keep_to_raised(state, c);
    note_lost(state, c);
    const bool telling = c.raised_s > 0 || c.load == DumpCandidate::After::lost;
    if (c.end() - c.start < options_.min_crawl && !telling) return;
    finish(call, c, call.state.previous_place.point());
  }

  /// It stood somewhere before it rolled, or after: the body says when it dumped.
  static void keep_to_raised(const State& state, DumpCandidate& c) noexcept {
    constexpr Milliseconds around = std::chrono::seconds{30};
    const TimeUtc end = std::min(c.end(), state.lowered_at + around);
    c.start = std::max(c.start, state.raised_at - around);
    c.end_at(end);
  }

  /// What a candidate has to be known of before it is judged, but for how the truck leaves it.
  /// \param somewhere it was in the candidate's place; a silence that ends elsewhere has none
  void finish(Call& call, DumpCandidate& c, geo::LocalPoint left_from, bool somewhere = true) const noexcept {
    State& state = call.state;
    if (somewhere && !note_place(call, c)) return;
    if (const auto beyond = beyond_own_routes(call.world, state.loaded_at, c.place.point())) {
      c.bound = true;
      c.off_route_m = static_cast<float>(std::min(*beyond - 2.0 * call.sample.sigma_m, 1e6));
    }
    c.lift_sees = call.load.lift_sees;
    c.homeward_m = std::max(0.0F, state.farthest_m - from_loading_m(state, c.place.point()));
    note_lost(state, c);
    if (state.leaving.exists()) settle_leaving(call);
    state.came_to = state.came_from;
    state.left_from = geo::RoundedPoint{left_from};
    state.leaving = c;
  }

  /// \return false at a place of loads, where a load may come and go
  static bool note_place(Call& call, DumpCandidate& c) noexcept {
    constexpr double before_the_gate_m = 200.0;
    if (!call.world.registry_frame) return true;
    const NearestSite near = nearest_site(call.world, c.place.point());
    const bool of_loads = near.site != nullptr && takes_loads(near.site->role);
    if (near.site != nullptr && near.signed_distance_m <= at_the_fence_m) {
      if (of_loads) return false;
      if (near.site->role == registry::SiteRole::service)
        c.serviced = true;
      else
        c.known = true;
    } else if (of_loads && near.signed_distance_m <= before_the_gate_m) {
      c.queued = true;
    }
    const std::size_t sites = call.world.registry.sites().size();
    call.world.registry.places().for_each_near(c.place.point(), [&](const geo::AreaHit& hit) {
      if (hit.area < sites || hit.signed_distance_m > 0.0) return;
      if (call.world.registry.zones()[hit.area - sites].rule == registry::ZoneRule::watch) c.watched = true;
    });
    return true;
  }

  void consider_silence(Call& call) const noexcept {
    State& state = call.state;
    const Unheard& silence = *call.load.silence;
    if (silence.end <= state.loaded_at) return;
    if (state.current.exists()) end_candidate(call);
    consider_visit(call, silence);
    DumpCandidate c;
    c.shape = DumpCandidate::Shape::silence;
    c.start = std::max(silence.start, state.loaded_at);
    c.end_at(silence.end);
    const double way = geo::distance(silence.from, silence.to);
    if (!leaves_time(seconds(c.end() - c.start), way, call.load.pace_mps)) return;
    c.place = geo::RoundedPoint{silence.from + 0.5 * (silence.to - silence.from)};
    constexpr double same_place_m = 100.0;
    finish(call, c, silence.to, way <= same_place_m);
    if (state.leaving.exists()) take(call, state.leaving);
  }

  /// To stop and dump, after driving twice as fast as usual.
  static bool leaves_time(double length_s, double way_m, double pace_mps) noexcept {
    constexpr double quickest_s = 40.0;
    return length_s - way_m / (2.0 * pace_mps) >= quickest_s;
  }

  void consider_visit(Call& call, const Unheard& silence) const noexcept {
    constexpr Milliseconds takes = std::chrono::minutes{4};
    constexpr float at_the_place_m = 100.0F;
    State& state = call.state;
    const auto visit = roomiest_visit(call.world, Act::unloading, silence, call.load.pace_mps, takes);
    if (!visit) return;
    const UnheardOdds odds{visit->room, visit->from_m < at_the_place_m || visit->to_m < at_the_place_m};
    if (slept(silence) && !odds.at_place) return;
    if (state.unheard.room > 0.0F && odds.log_odds(options_.weights) <= state.unheard.log_odds(options_.weights))
      return;
    state.visit = *visit;
    state.unheard = odds;
    state.visited = odds.log_odds(options_.weights) > 0.0;
  }

  void follow_leaving(Call& call) const noexcept {
    note_load_after(call);
    const double off = geo::distance(call.state.left_from.point(), call.sample.place);
    if (off >= options_.leave.value()) settle_leaving(call);
  }

  /// What a sound sensor still tells of this load; in a place of loading it soon tells of the next one.
  static void note_load_after(Call& call) noexcept {
    if (!call.load.sensor_sound || call.load.load != Load::loaded || call.load.in_place_of_loads) return;
    const bool full = call.sample.fix.sensors.load == LoadReading::full;
    call.state.leaving.load = full ? DumpCandidate::After::kept : DumpCandidate::After::unknown;
  }

  static float from_loading_m(const State& state, geo::LocalPoint p) noexcept {
    return static_cast<float>(geo::distance(state.loaded_in.point(), p));
  }

  static void go_farther(Call& call) noexcept {
    State& state = call.state;
    state.farthest_m = std::max(state.farthest_m, from_loading_m(state, call.sample.place));
  }

  void note_way_out(Call& call) const noexcept {
    DumpCandidate& c = call.state.leaving;
    const geo::LocalPoint in = c.place.point() - call.state.came_to.point();
    const geo::LocalPoint out = call.sample.place - call.state.left_from.point();
    constexpr double least_m = 50.0;
    if (c.shape != DumpCandidate::Shape::silence && geo::norm(in) > least_m && geo::norm(out) > least_m) {
      const double cosine = std::clamp(geo::dot(in, out) / (geo::norm(in) * geo::norm(out)), -1.0, 1.0);
      c.turned_deg = static_cast<std::uint8_t>(std::lround(std::acos(cosine) * 180.0 / std::numbers::pi));
    }
  }

  void settle_leaving(Call& call) const noexcept {
    note_way_out(call);
    const DumpCandidate c = call.state.leaving;
    call.state.leaving = {};
    take(call, c);
  }

  /// Nothing more will be seen of how the truck left.
  void settle(Call& call) const noexcept {
    if (call.state.current.exists()) end_candidate(call);
    if (call.state.leaving.exists()) settle_leaving(call);
  }

  [[nodiscard]] double rank(const DumpCandidate& c) const noexcept {
    return c.exists() ? own_log_odds(c, options_.weights) : -std::numeric_limits<double>::infinity();
  }

  /// Where the load may have gone but in that one.
  [[nodiscard]] DumpRivals rivals_of(const State& state, std::size_t one) const noexcept {
    DumpRivals rivals{0.0, state.unheard, state.proof, state.record};
    for (std::size_t i = 0; i < state.kept.size(); ++i)
      if (i != one) rivals.odds += std::exp(rank(state.kept[i].candidate));
    return rivals;
  }

  /// That the load went in any of those kept.
  [[nodiscard]] double likelihood(const State& state) const noexcept {
    double sum = 0.0;
    for (std::size_t i = 0; i < kept_most; ++i)
      if (state.kept[i].candidate.exists()) sum += score_of(static_cast<double>(reasons_of_kept(state, i).sum()));
    return std::min(sum, 1.0);
  }

  [[nodiscard]] Reasons reasons_of_kept(const State& state, std::size_t i) const noexcept {
    return reasons_of(state.kept[i].candidate, rivals_of(state, i), options_.weights);
  }

  /// In the place of the least likely of those that were never told.
  void take(Call& call, const DumpCandidate& c) const noexcept {
    State& state = call.state;
    if (options_.every_candidate) tell_one(call, c, reasons_of(c, rivals_of(state, kept_most), options_.weights), 0);
    const auto same = std::ranges::find_if(state.kept, [&](const Kept& each) {
      return each.candidate.start == c.start && each.candidate.shape == c.shape;
    });
    if (same != state.kept.end()) {
      same->candidate = c;
    } else {
      const auto before = [&](const Kept& a, const Kept& b) {
        if ((a.revision > 0) != (b.revision > 0)) return b.revision > 0;
        return rank(a.candidate) < rank(b.candidate);
      };
      const auto least = std::ranges::min_element(state.kept, before);
      const bool is_told = state.raised && least == state.kept.begin() + state.told;
      if (is_told || rank(c) <= rank(least->candidate)) return;
      *least = {c, 0};
    }
    judge(call);
  }

  // Telling -----------------------------------------------------------------------------------------------------------

  static const DumpCandidate& told(const State& state) noexcept { return state.kept[state.told].candidate; }

  /// Raises, revises or takes back what the likeliest of all deserves.
  void judge(Call& call) const noexcept {
    if (options_.every_candidate) return;
    State& state = call.state;
    std::array<double, kept_most> ranks{};
    std::ranges::transform(state.kept, ranks.begin(), [&](const Kept& kept) { return rank(kept.candidate); });
    std::size_t best = static_cast<std::size_t>(std::ranges::max_element(ranks) - ranks.begin());
    if (!state.kept[best].candidate.exists()) return;
    if (state.raised && ranks[best] < ranks[state.told] + worth_saying) best = state.told;
    const auto odds = static_cast<double>(reasons_of_kept(state, best).sum());
    const bool gone = state.proof != DumpProof::none || state.kept[best].candidate.load == DumpCandidate::After::lost;
    const double enough = state.raised ? kept_above * options_.threshold : gone ? options_.threshold : options_.early;
    const bool passes = score_of(odds) >= enough;
    if (state.raised && (!passes || best != state.told)) take_back(call);
    const bool news = !state.raised || std::abs(odds - static_cast<double>(state.said_odds)) >= worth_saying;
    if (!passes || !news) return;
    state.told = static_cast<std::uint8_t>(best);
    state.raised = true;
    say(call, false);
  }

  static SubjectId subject_of_candidate(const Call& call, const DumpCandidate& c) noexcept {
    return subject_of(call.world.vehicle, EpisodeKind::suspicion, {}, c.start);
  }

  void take_back(Call& call) const noexcept {
    call.state.raised = false;
    say(call, true);
  }

  void say(Call& call, bool retracted) const noexcept {
    State& state = call.state;
    Kept& kept = state.kept[state.told];
    const Reasons reasons = reasons_of_kept(state, state.told);
    state.said_odds = reasons.sum();
    tell_one(call, kept.candidate, reasons, kept.revision++, retracted);
  }

  void tell_all_kept(Call& call) const noexcept {
    for (std::size_t i = 0; i < kept_most; ++i)
      if (const DumpCandidate& c = call.state.kept[i].candidate; c.exists())
        tell_one(call, c, reasons_of_kept(call.state, i), 1);
  }

  static void tell_one(Call& call, const DumpCandidate& c, const Reasons& reasons, std::uint16_t revision,
                       bool retracted = false) noexcept {
    haulwatch::DumpSuspicion event;
    event.start = c.start;
    event.end = c.end();
    event.reasons = reasons;
    event.score = static_cast<float>(score_of(static_cast<double>(reasons.sum())));
    if (c.shape == DumpCandidate::Shape::stop) event.stop = c.stop;
    event.origin = site_id(call.world, call.state.site_and_one);
    if (const registry::Permit* permit = permit_of(call)) event.permit = permit->id;
    const bool silent = c.shape == DumpCandidate::Shape::silence;
    call.emit.event({EventKind::dump_suspected, subject_of_candidate(call, c), c.end(),
                     call.world.frame.to_lon_lat(c.place.point()), silent, revision, retracted},
                    event);
  }

  /// The first that names the origin and is valid.
  static const registry::Permit* permit_of(const Call& call) noexcept {
    const State& state = call.state;
    if (state.site_and_one == 0) return nullptr;
    for (const registry::PermitIndex index : call.world.permits) {
      const registry::Permit& permit = call.world.registry.permits()[index];
      if (!permit.is_valid_at(state.loaded_at)) continue;
      if (std::ranges::find(permit.origins, state.site_and_one - 1) != permit.origins.end()) return &permit;
    }
    return nullptr;
  }

  /// \return true when it has come a step farther
  static bool extend_trail(State& state, const Sample& sample) noexcept {
    constexpr double every_m = 100.0;
    if (state.previous_time != no_time && geo::distance(state.trail[0].point(), sample.place) < every_m) return false;
    state.trail[2] = state.trail[1];
    state.trail[1] = state.trail[0];
    state.trail[0] = geo::RoundedPoint{sample.place};
    return true;
  }

  static constexpr double at_the_fence_m = 30.0;
  static constexpr double worth_saying = 0.5;  ///< log-odds
  static constexpr double kept_above = 0.6;    ///< of the threshold: what is raised is not taken back for a trifle

  DumpOptions options_;
};
static_assert(sizeof(DumpSuspicion::State) <= 576);

}  // namespace haulwatch::detect
