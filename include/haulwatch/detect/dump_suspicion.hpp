#pragma once

#include <haulwatch/detect/dump_weights.hpp>
#include <haulwatch/detect/dwell.hpp>
#include <haulwatch/detect/load_state.hpp>
#include <haulwatch/detect/route_monitor.hpp>
#include <haulwatch/detect/signal_watch.hpp>
#include <haulwatch/detect/stage.hpp>
#include <haulwatch/detect/stop_place.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <optional>

namespace haulwatch::detect {

struct DumpOptions {
  DumpWeights weights;
  double threshold = 0.5;                             ///< score from which a suspicion is raised
  MetresPerSecond crawl{3.0};                         ///< slower is a candidate: walking pace, and a little
  Milliseconds min_crawl = std::chrono::seconds{40};  ///< for so long
  Metres leave{300.0};                                ///< away from it before a candidate is judged by how it left
};

/// Says where a load was probably dumped: one suspicion a load, with reasons.
///
/// While a truck is loaded, each stop, crawl (or drive with the body up) and silence away from places of loads is a
/// candidate. It is judged when the truck is some way off, as a sum of log-odds from one table (`DumpWeights`). The
/// likeliest is kept; it is raised when its score passes the threshold, and revised by what comes: another load though
/// no disposal was seen since speaks for it, a disposal takes it back.
///
/// Time: O(1) a fix. Memory: `sizeof(State)`. Threads: immutable after construction.
class DumpSuspicion {
 public:
  struct State {
    DumpCandidate current;  ///< going on
    DumpCandidate leaving;  ///< over, and the truck still near
    DumpCandidate best;     ///< likeliest since the last loading
    TimeUtc previous_time = no_time;
    TimeUtc loaded_at = no_time;
    geo::RoundedPoint previous_place;
    std::array<geo::RoundedPoint, 3> trail;  ///< the way so far, every 100 m; the newest first
    geo::RoundedPoint came_from;
    SubjectId subject{};
    std::uint32_t site_and_one = 0;  ///< of loading; 0 is none
    std::uint16_t revision = 0;
    bool raised : 1 = false;
    bool watching : 1 = false;  ///< loaded, and nothing has shown where the load went
  };

  struct Finding {
    bool dumped = false;    ///< a suspicion stood when the load was concluded, by the next one or by being gone
    TimeUtc end = no_time;  ///< of that candidate
  };

  explicit DumpSuspicion(DumpOptions options = {}) noexcept : options_{options} {}

  template <class FactsView>
  void on_sample(State& state, const Sample& sample, const World& world, FactsView& facts, Emit& emit) const noexcept {
    const auto& load = facts.template get<LoadState::Finding>();
    Call call{state,
              sample,
              world,
              emit,
              load,
              facts.template get<Dwell::Finding>(),
              facts.template get<RouteMonitor::Finding>(),
              facts.found()};
    if (load.just_emptied) conclude_emptied(call);
    if (load.just_loaded) begin_load(call);
    if (state.watching) watch(call, facts.template get<SignalWatch::Finding>().after_silence);
    extend_trail(state, sample);
    state.previous_time = sample.time;
    state.previous_place = geo::RoundedPoint{sample.place};
  }

  template <class FactsView>
  void on_timer(State&, TimeUtc, const World&, FactsView&, Emit&) const noexcept {}

  static void rebase(State& state, const geo::LocalFrame& from, const geo::LocalFrame& to) noexcept {
    const auto move = [&](geo::RoundedPoint& p) { p = geo::RoundedPoint{to.to_local(from.to_lon_lat(p.point()))}; };
    for (geo::RoundedPoint& p : state.trail) move(p);
    for (geo::RoundedPoint* p :
         {&state.current.place, &state.leaving.place, &state.best.place, &state.previous_place, &state.came_from})
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
    const RouteMonitor::Finding& route;
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
    state.current = state.leaving = state.best = {};
    state.raised = false;
    state.watching = true;
    state.revision = 0;
    state.loaded_at = call.load.changed;
    state.site_and_one = call.load.site ? *call.load.site + 1 : 0;
  }

  /// What stands of the load that ends here: a new one may begin at the same sample.
  static void conclude(Call& call) noexcept {
    call.found.dumped = call.state.raised;
    call.found.end = call.state.best.end;
  }

  void conclude_emptied(Call& call) const noexcept {
    State& state = call.state;
    if (!state.watching) return;
    settle(call);
    if (call.load.site) {
      prove(call, DumpProof::disposal_seen);
    } else {
      lose_load(call);
    }
    conclude(call);
    state.watching = false;
    state.raised = false;
  }

  /// A sound sensor says that the load is gone: it went in the candidate nearest to that time.
  void lose_load(Call& call) const noexcept {
    constexpr Milliseconds near = std::chrono::minutes{10};
    State& state = call.state;
    DumpCandidate& c = state.best;
    if (!c.exists() || call.load.changed < c.start - near || call.load.changed > c.end + near) return;
    c.load = DumpCandidate::After::lost;
    judge_best(call, DumpProof::none);
  }

  void prove(Call& call, DumpProof proof) const noexcept {
    if (!call.state.best.exists()) return;
    if (proof == DumpProof::disposal_seen && !call.state.raised) return;
    judge_best(call, proof);
  }

  // Candidates --------------------------------------------------------------------------------------------------------

  void watch(Call& call, bool after_silence) const noexcept {
    State& state = call.state;
    if (after_silence && state.previous_time > state.loaded_at) consider_silence(call);
    const bool up = call.sample.fix.sensors.body_lift == Sensed::yes;
    const bool slow = call.stop.stands || speed_of(call.sample) < options_.crawl.value() || up;
    if (slow) {
      if (!state.current.exists()) begin_candidate(call);
      extend_candidate(call, up);
    } else if (state.current.exists()) {
      end_candidate(call);
    }
    const bool stands_near = geo::distance(state.leaving.place.point(), call.sample.place) < options_.leave.value();
    if (state.leaving.exists() && !stands_near) judge_leaving(call);
  }

  static double speed_of(const Sample& sample) noexcept {
    return sample.speed_trusted ? static_cast<double>(sample.fix.speed_mps.value()) : geo::norm(sample.velocity);
  }

  static void begin_candidate(Call& call) noexcept {
    State& state = call.state;
    state.current = {};
    state.current.start = state.current.end = call.sample.time;
    state.current.place = geo::RoundedPoint{call.sample.place};
    state.current.shape = DumpCandidate::Shape::crawl;
  }

  static void extend_candidate(Call& call, bool up) noexcept {
    DumpCandidate& c = call.state.current;
    if (up && call.state.previous_time != no_time) {
      const double step = seconds(std::min(call.sample.time - call.state.previous_time, Milliseconds{60'000}));
      c.raised_s += static_cast<float>(step);
      const double way = geo::distance(call.state.previous_place.point(), call.sample.place);
      constexpr double rolls_mps = 0.7;
      if (!call.stop.stands && way > rolls_mps * step) c.rolling_m += static_cast<float>(way);
    }
    if (call.stop.stands) {
      c.shape = DumpCandidate::Shape::stop;
      c.stop = call.stop.subject;
      c.place = geo::RoundedPoint{call.stop.centre};
      c.start = std::max(call.stop.since, call.state.loaded_at);
    }
    c.end = call.sample.time;
    note_route(c, call.route);
  }

  static void note_route(DumpCandidate& c, const RouteMonitor::Finding& route) noexcept {
    if (!route.judged) return;
    c.bound = true;
    if (route.inside) c.in_corridor = true;
    const double beyond = route.beyond_m - 2.0 * route.sigma_m;
    c.off_route_m = std::max(c.off_route_m, static_cast<float>(std::min(beyond, 1e6)));
  }

  void end_candidate(Call& call) const noexcept {
    State& state = call.state;
    DumpCandidate c = state.current;
    state.current = {};
    if (call.stop.just_ended && call.stop.subject == c.stop) c.end = call.stop.until;
    if (c.end - c.start < options_.min_crawl && c.raised_s <= 0.0F) return;
    finish(call, c);
  }

  /// What a stop has to be known of before it is judged, but for how the truck leaves it.
  void finish(Call& call, DumpCandidate& c) const noexcept {
    State& state = call.state;
    if (!note_place(call, c)) return;
    c.lift_sound = call.load.lift_sound;
    if (state.leaving.exists()) judge_leaving(call);
    state.came_from = state.trail.back();
    state.leaving = c;
  }

  /// \return false at a place of loads, where a load may come and go
  static bool note_place(Call& call, DumpCandidate& c) noexcept {
    constexpr double at_the_fence_m = 30.0;
    if (!call.world.registry_frame) return true;
    const NearestSite near = nearest_site(call.world, c.place.point());
    if (near.site != nullptr && near.signed_distance_m <= at_the_fence_m) {
      if (takes_loads(near.site->role)) return false;
      (near.site->role == registry::SiteRole::service ? c.serviced : c.known) = true;
    }
    const std::size_t sites = call.world.registry.sites().size();
    call.world.registry.places().for_each_near(c.place.point(), [&](const geo::AreaHit& hit) {
      if (hit.area < sites || hit.signed_distance_m > 0.0) return;
      c.watched = c.watched || call.world.registry.zones()[hit.area - sites].rule == registry::ZoneRule::watch;
    });
    return true;
  }

  void consider_silence(Call& call) const noexcept {
    State& state = call.state;
    constexpr double usual_mps = 10.0;
    DumpCandidate c;
    c.shape = DumpCandidate::Shape::silence;
    c.start = state.previous_time;
    c.end = call.sample.time;
    const geo::LocalPoint from = state.previous_place.point();
    const double way = geo::distance(from, call.sample.place);
    c.excess_s = static_cast<float>(seconds(c.end - c.start) - way / usual_mps);
    c.place = geo::RoundedPoint{from + 0.5 * (call.sample.place - from)};
    note_route(c, call.route);
    c.in_corridor = false;
    if (state.current.exists()) end_candidate(call);
    if (!note_place(call, c)) return;
    if (state.leaving.exists()) judge_leaving(call);
    take_if_likelier(call, c);
  }

  void judge_leaving(Call& call) const noexcept {
    State& state = call.state;
    DumpCandidate c = state.leaving;
    state.leaving = {};
    const geo::LocalPoint in = c.place.point() - state.came_from.point();
    const geo::LocalPoint out = call.sample.place - c.place.point();
    constexpr double least_m = 50.0;
    if (geo::norm(in) > least_m && geo::norm(out) > least_m) {
      const double cosine = std::clamp(geo::dot(in, out) / (geo::norm(in) * geo::norm(out)), -1.0, 1.0);
      c.turned_deg = static_cast<float>(std::acos(cosine) * 180.0 / std::numbers::pi);
    }
    if (call.load.sensor_sound && call.load.load == Load::loaded && is_still_full(call))
      c.load = DumpCandidate::After::kept;
    take_if_likelier(call, c);
  }

  static bool is_still_full(const Call& call) noexcept { return call.sample.fix.sensors.load == LoadReading::full; }

  /// Nothing more will be seen of how the truck left.
  void settle(Call& call) const noexcept {
    if (call.state.current.exists()) end_candidate(call);
    if (call.state.leaving.exists()) judge_leaving(call);
  }

  [[nodiscard]] double log_odds(const DumpCandidate& c, DumpProof proof) const noexcept {
    return static_cast<double>(reasons_of(c, proof, options_.weights).sum());
  }

  void take_if_likelier(Call& call, const DumpCandidate& c) const noexcept {
    State& state = call.state;
    if (state.best.exists() && log_odds(c, DumpProof::none) <= log_odds(state.best, DumpProof::none)) return;
    if (state.raised) take_back(call, DumpProof::none);
    state.revision = 0;
    state.best = c;
    state.subject = subject_of(call.world.vehicle, EpisodeKind::suspicion, {}, c.start);
    judge_best(call, DumpProof::none);
  }

  // Telling -----------------------------------------------------------------------------------------------------------

  void judge_best(Call& call, DumpProof proof) const noexcept {
    State& state = call.state;
    const bool passes = score_of(log_odds(state.best, proof)) >= options_.threshold;
    if (state.raised && !passes) return take_back(call, proof);
    if (!passes) return;
    if (state.raised) ++state.revision;
    state.raised = true;
    say(call, proof, false);
  }

  void take_back(Call& call, DumpProof proof) const noexcept {
    State& state = call.state;
    ++state.revision;
    state.raised = false;
    say(call, proof, true);
  }

  void say(Call& call, DumpProof proof, bool retracted) const noexcept {
    const State& state = call.state;
    const DumpCandidate& c = state.best;
    haulwatch::DumpSuspicion told;
    told.start = c.start;
    told.end = c.end;
    told.reasons = reasons_of(c, proof, options_.weights);
    told.score = static_cast<float>(score_of(static_cast<double>(told.reasons.sum())));
    if (c.shape == DumpCandidate::Shape::stop) told.stop = c.stop;
    told.origin = site_id(call.world, state.site_and_one);
    if (call.route.permit) told.permit = call.world.registry.permits()[*call.route.permit].id;
    const bool silent = c.shape == DumpCandidate::Shape::silence;
    call.emit.event({EventKind::dump_suspected, state.subject, c.end, call.world.frame.to_lon_lat(c.place.point()),
                     silent, state.revision, retracted},
                    told);
  }

  static void extend_trail(State& state, const Sample& sample) noexcept {
    constexpr double every_m = 100.0;
    if (state.previous_time != no_time && geo::distance(state.trail[0].point(), sample.place) < every_m) return;
    state.trail[2] = state.trail[1];
    state.trail[1] = state.trail[0];
    state.trail[0] = geo::RoundedPoint{sample.place};
  }

  DumpOptions options_;
};
static_assert(sizeof(DumpSuspicion::State) <= 384);

}  // namespace haulwatch::detect
