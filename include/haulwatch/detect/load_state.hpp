#pragma once

#include <haulwatch/detect/dwell.hpp>
#include <haulwatch/detect/identity_watch.hpp>
#include <haulwatch/detect/lift_sensor.hpp>
#include <haulwatch/detect/load_sensor.hpp>
#include <haulwatch/detect/locate.hpp>
#include <haulwatch/detect/sensor_health.hpp>
#include <haulwatch/detect/signal_watch.hpp>
#include <haulwatch/detect/stage.hpp>
#include <haulwatch/detect/stop_place.hpp>
#include <haulwatch/detect/unheard_visit.hpp>
#include <haulwatch/geo/rounded_point.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace haulwatch::detect {

struct LoadOptions {
  Milliseconds min_loading = std::chrono::minutes{3};     ///< standing at an origin, for a load without a sensor
  Milliseconds min_unloading = std::chrono::seconds{60};  ///< standing at a disposal
  Milliseconds usual_act = std::chrono::minutes{4};       ///< that an unheard loading or unloading takes
  MetresPerSecond usual_pace{6.0};  ///< as the crow flies between places, before the vehicle has shown its own
};

enum class Load : std::uint8_t { unknown, empty, loaded };

/// Says whether a truck is loaded, and when and where that changed.
///
/// A visit to an origin with a stop long enough loads it, one to a disposal, transfer or dock empties it (at a dock or
/// transfer that its permits name as an origin it loads): decided when the truck leaves the place, and dated to the end
/// of the visit's longest stop, a loading to that of the last long enough. A load sensor that earned belief
/// (`LoadSensor`) may deny that, and alone tells of a change outside every place; one that `SensorHealth` calls sick
/// says nothing. A truck that unloads though nobody saw it load took its load up in a silence that left room for it, or
/// at a stop outside every place. Emits nothing: later stages read it.
///
/// Time: O(1) a fix far from places; O(places of its permits) after a silence. Memory: `sizeof(State)`. Threads:
/// immutable after construction.
class LoadState {
 public:
  /// From one time to another; empty where there is none.
  struct Spell {
    TimeUtc start = no_time;
    TimeUtc end = no_time;

    [[nodiscard]] Milliseconds length() const noexcept { return start == no_time ? Milliseconds{0} : end - start; }
  };

  /// What was seen at one place of loading or unloading since the truck came there.
  struct Visit {
    Spell stop;     ///< the longest; in a place of loading the last that is long enough
    Spell slow;     ///< the longest without a step faster than a creep: a terminal that holds its place shows no stop
    Spell slowing;  ///< likewise, up to now
    Spell unheard;  ///< in which it may have stood there, having been there at one end of a silence
    registry::SiteIndex site = 0;
    LoadReading told_before = LoadReading::unknown;
    bool open = false;
  };

  /// Where a load may have been taken up unheard since the last was gone.
  struct Taken {
    TimeUtc at = no_time;
    std::uint32_t site_and_one = 0;  ///< 0: at a stop outside every place
    float room = 0;
  };

  struct State {
    TimeUtc previous_time = no_time;
    geo::RoundedPoint previous_place;
    geo::RoundedPoint previous_raw;
    float pace_mps = 0;
    float confidence = 0;
    LoadSensor sensor;
    LiftSensor lift;
    Load load = Load::unknown;
    LoadReading told_far = LoadReading::unknown;  ///< by the sensor, when last outside every place of loads
    bool raised_in_visit = false;
    bool stood = false;     ///< at the sample before
    std::uint8_t held = 0;  ///< samples before that repeated one place to the last digit
    Visit visit;
    Taken unheard;
    Taken outside;
    TimeUtc changed = no_time;
    geo::RoundedPoint changed_place;
  };

  /// Of `State`, what nearly every fix touches: all but where a load may have come from.
  static constexpr std::size_t hot_bytes = 184;

  struct Finding {
    Load load = Load::unknown;
    float confidence = 0;       ///< that `load` is so, 0 to 1
    bool just_loaded = false;   ///< with `changed` and `site`
    bool just_emptied = false;  ///< likewise
    bool by_sensor = false;     ///< the change was seen by the sensor alone
    bool sensor_sound = false;
    bool lift_sees = false;   ///< the lift sensor has seen most of the unloadings
    bool raised = false;      ///< the body is up, by a sensor that may be believed
    bool load_sick = false;   ///< what the sensor says now is to be passed over
    bool lift_sick = false;   ///< likewise
    bool lost_track = false;  ///< it may be another vehicle from here on: the load before is nobody knows whose
    bool in_place_of_loads = false;
    TimeUtc changed = no_time;
    std::optional<registry::SiteIndex> site;  ///< none: outside every registered place
    bool took_unheard = false;                ///< what has just been emptied had been taken up unheard:
    TimeUtc taken_at = no_time;
    std::optional<registry::SiteIndex> taken_from;
    double pace_mps = 0.0;           ///< of this vehicle between places, as the crow flies
    std::optional<Unheard> silence;  ///< that this sample has ended
  };

  explicit LoadState(LoadOptions options = {}) noexcept : options_{options} {}

  template <class FactsView>
  void on_sample(State& state, const Sample& sample, const World& world, FactsView& facts, Emit&) const noexcept {
    const auto& stop = facts.template get<Dwell::Finding>();
    const auto health = facts.template advice<SensorHealth::Finding>();
    Finding& found = facts.found();
    found.lost_track = facts.template advice<IdentityWatch::Finding>().lost_track;
    if (found.lost_track) forget_load(state);
    found.load_sick = health.is_sick(SensorKind::load);
    found.lift_sick = health.is_sick(SensorKind::body_lift);
    state.sensor.read(sample.fix.sensors.load, sample.time);
    state.lift.read(sample.fix.sensors.body_lift, sample.time, sample.speed_mps());
    const std::optional<registry::SiteIndex> here = place_of_loads(world, nearest_site(facts, sample, world), fence_m);
    if (here && state.lift.up()) state.raised_in_visit = true;
    if (here) note_presence(state, sample, *here);
    if (stop.ended) note_stop(state, *stop.ended, sample, world);
    note_held(state, sample);
    if (!here && !state.visit.open) {
      state.told_far = state.sensor.told();
      state.raised_in_visit = false;
    }
    if (facts.template get<SignalWatch::Finding>().after_silence && state.previous_time != no_time)
      note_silence(state, sample, world, found);
    if (state.visit.open && (!here || *here != state.visit.site) && !stop.stands) decide(state, sample, world, found);
    const bool decided = found.just_loaded || found.just_emptied;
    if (!decided && !here && !state.visit.open && !stop.stands) believe_sensor(state, sample, world, stop, found);
    found.load = state.load;
    found.in_place_of_loads = here || state.visit.open;
    found.confidence = state.confidence;
    found.sensor_sound = is_sound(state, found);
    found.lift_sees = !found.lift_sick && state.lift.sees_unloadings();
    found.raised = !found.lift_sick && state.lift.up();
    found.pace_mps = pace(state);
    constexpr double standing_mps = 1.5;
    state.stood = sample.speed_mps() < standing_mps;
    state.previous_time = sample.time;
    state.previous_place = geo::RoundedPoint{sample.place};
  }

  template <class FactsView>
  void on_timer(State&, TimeUtc, const World&, FactsView&, Emit&) const noexcept {}

  static void rebase(State& state, const geo::LocalFrame& from, const geo::LocalFrame& to) noexcept {
    for (geo::RoundedPoint* p : {&state.previous_place, &state.changed_place, &state.previous_raw})
      *p = p->moved(from, to);
  }

 private:
  static constexpr double fence_m = 30.0;  ///< a centre of a stop may lie as far outside as a drawn fence is wrong
  static constexpr float by_visit = 0.85F;
  static constexpr float by_both = 0.98F;
  static constexpr float by_inference = 0.6F;
  static constexpr float at_the_place_m = 100.0F;
  static constexpr float enough_room = 0.6F;  ///< of the usual pace: half as fast again is fast

  /// What the sensors are worth is kept: a terminal is swapped with its sensors or without, nobody knows.
  static void forget_load(State& state) noexcept {
    state.visit = {};
    state.unheard = state.outside = {};
    state.changed = no_time;
    state.confidence = 0;
    state.load = Load::unknown;
    state.told_far = LoadReading::unknown;
    state.raised_in_visit = false;
    state.sensor.forget();
  }

  static bool is_sound(const State& state, const Finding& found) noexcept {
    return state.sensor.is_sound() && !found.load_sick;
  }

  static void open_visit(State& state, registry::SiteIndex site) noexcept {
    if (state.visit.open && state.visit.site == site) return;
    state.visit = {};
    state.visit.site = site;
    state.visit.told_before = state.told_far;
    state.visit.open = true;
  }

  static void lengthen(Spell& longest, const Spell& spell) noexcept {
    if (spell.length() > longest.length()) longest = spell;
  }

  static void note_presence(State& state, const Sample& sample, registry::SiteIndex here) noexcept {
    constexpr double creep_mps = 1.0;
    // The visit before is decided first.
    if (state.visit.open && state.visit.site != here) return;
    open_visit(state, here);
    Visit& visit = state.visit;
    if (state.previous_time == no_time) return;
    const double step = seconds(sample.time - state.previous_time);
    if (geo::distance(state.previous_place.point(), sample.place) > creep_mps * step) {
      visit.slowing = {};
      return;
    }
    if (visit.slowing.start == no_time) visit.slowing.start = state.previous_time;
    visit.slowing.end = sample.time;
    lengthen(visit.slow, visit.slowing);
  }

  static void note_held(State& state, const Sample& sample) noexcept {
    constexpr double same_m = 0.05;
    const bool same = geo::distance(state.previous_raw.point(), sample.raw) < same_m;
    state.held = same ? static_cast<std::uint8_t>(std::min(state.held + 1, 100)) : std::uint8_t{0};
    state.previous_raw = geo::RoundedPoint{sample.raw};
  }

  /// A terminal that holds its place while it stands repeats the last one that it reported on the way: it stands up to
  /// a report farther on, somewhere between that and where it is seen next.
  static std::optional<registry::SiteIndex> place_of_held(const Dwell::Ended& stop, const Sample& sample,
                                                          const World& world) noexcept {
    constexpr double longest_m = 1000.0;  // a minute's drive in a town
    const geo::LocalPoint way = sample.place - stop.centre;
    if (geo::norm(way) > longest_m) return std::nullopt;
    for (const double share : {0.5, 1.0})
      if (const auto site = place_of_loads(world, stop.centre + share * way, fence_m)) return site;
    return std::nullopt;
  }

  void note_stop(State& state, const Dwell::Ended& stop, const Sample& sample, const World& world) const noexcept {
    constexpr double at_the_fence_m = 10.0;  // as `stop_place`
    constexpr std::uint8_t held_from = 2;
    auto site = place_of_loads(world, stop.centre, at_the_fence_m);
    if (!site && state.held >= held_from) site = place_of_held(stop, sample, world);
    if (!site) {
      note_stop_outside(state, stop, world);
      return;
    }
    open_visit(state, *site);
    const Spell spell{stop.since, stop.until};
    // Who queues may stand longer than who is loaded, and is loaded last.
    const bool loads = act_at(world, *site, state.load == Load::loaded) == Act::loading;
    if (loads && spell.length() >= options_.min_loading)
      state.visit.stop = spell;
    else
      lengthen(state.visit.stop, spell);
  }

  /// A stop outside every place in which an empty truck may have been loaded: the latest that is long enough.
  void note_stop_outside(State& state, const Dwell::Ended& stop, const World& world) const noexcept {
    if (state.load == Load::loaded || !world.registry_frame) return;
    const Milliseconds length = stop.until - stop.since;
    if (length < options_.min_loading || length > longest_loading) return;
    const NearestSite near = nearest_site(world, stop.centre);
    if (near.site != nullptr && near.signed_distance_m <= queue_m) return;
    state.outside = {stop.until, 0, 0};
  }

  void note_silence(State& state, const Sample& sample, const World& world, Finding& found) const noexcept {
    found.silence = Unheard{state.previous_time, sample.time, state.previous_place.point(), sample.place, state.stood};
    note_unheard_stay(state, *found.silence, world);
    state.sensor.forget();
    state.sensor.read(sample.fix.sensors.load, sample.time);
    if (state.load == Load::loaded) return;
    const auto visit = roomiest_visit(world, Act::loading, *found.silence, pace(state), options_.usual_act);
    if (!visit || visit->room < enough_room || visit->room <= state.unheard.room) return;
    if (slept(*found.silence) && visit->from_m > at_the_place_m) return;
    state.unheard = {visit->left, visit->site + 1, visit->room};
  }

  /// What it was not heard to do where it was lost, or heard again: the way between took the rest of the time.
  void note_unheard_stay(State& state, const Unheard& silence, const World& world) const noexcept {
    Visit& visit = state.visit;
    if (!visit.open) return;
    const bool loads = act_at(world, visit.site, state.load == Load::loaded) == Act::loading;
    if (loads == (state.load == Load::loaded)) return;
    const Milliseconds way = milliseconds(geo::distance(silence.from, silence.to) / pace(state));
    const Milliseconds stay = std::max(silence.end - silence.start - way, Milliseconds{0});
    const bool began_here = world.registry.places().signed_distance(visit.site, silence.from) <= fence_m;
    const TimeUtc since = began_here ? silence.start : silence.end - stay;
    lengthen(visit.unheard, {since, since + stay});
  }

  [[nodiscard]] double pace(const State& state) const noexcept {
    return state.pace_mps > 0.0F ? static_cast<double>(state.pace_mps) : options_.usual_pace.value();
  }

  void decide(State& state, const Sample& sample, const World& world, Finding& found) const noexcept {
    const Visit visit = state.visit;
    state.visit.open = false;
    // A checkpoint may meet a registry with fewer sites.
    if (visit.site >= world.registry.sites().size()) return;
    const bool loads = act_at(world, visit.site, state.load == Load::loaded) == Act::loading;
    const Spell act = act_of(visit, loads ? options_.min_loading : options_.min_unloading);
    if (act.start == no_time) return;
    const bool heard = visit.unheard.start == no_time;
    const LoadReading after = loads ? LoadReading::full : LoadReading::empty;
    const bool denied =
        heard && is_sound(state, found) && state.sensor.told() != LoadReading::unknown && state.sensor.told() != after;
    if (heard) {
      state.sensor.witness(after);
      if (!loads && state.lift.reports()) state.lift.witness(state.raised_in_visit);
    }
    state.raised_in_visit = false;
    if (heard && visit.told_before == after && state.load == (loads ? Load::empty : Load::loaded))
      state.sensor.contradict();
    if (denied) return;
    found.changed = act.end;
    found.site = visit.site;
    if (!loads && state.load == Load::empty) infer_taking(state, act, found);
    learn_pace(state, sample, act.end);
    change(state, loads ? Load::loaded : Load::empty, is_sound(state, found) ? by_both : by_visit, sample, found);
  }

  /// When it loaded or unloaded in a visit; empty where there was no time. What was seen of it speaks first.
  [[nodiscard]] Spell act_of(const Visit& visit, Milliseconds least) const noexcept {
    if (visit.stop.length() >= least) return visit.stop;
    if (visit.slow.length() >= least) return visit.slow;
    const Milliseconds seen = std::max(visit.stop.length(), visit.slow.length());
    if (seen + visit.unheard.length() < least) return {};
    return {visit.unheard.start, visit.unheard.start + std::min(visit.unheard.length(), options_.usual_act)};
  }

  /// It unloads, and nobody saw it load: in a silence that left room, else at a stop outside every place.
  static void infer_taking(State& state, const Spell& act, Finding& found) noexcept {
    const Taken& taken = state.unheard.at != no_time ? state.unheard : state.outside;
    if (taken.at == no_time || taken.at >= act.start || taken.at <= state.changed) return;
    found.just_emptied = found.took_unheard = true;
    found.taken_at = taken.at;
    if (taken.site_and_one != 0) found.taken_from = taken.site_and_one - 1;
  }

  /// From place to place, the stops on the way in it.
  void learn_pace(State& state, const Sample& sample, TimeUtc arrived) const noexcept {
    constexpr double least_m = 2000.0;
    constexpr float share = 0.2F;
    if (state.changed == no_time || state.load == Load::unknown) return;
    const double way = geo::distance(state.changed_place.point(), sample.place);
    const double took = seconds(arrived - options_.usual_act - state.changed);
    if (way < least_m || took <= 0.0) return;
    const double seen = std::clamp(way / took, 0.5 * options_.usual_pace.value(), 2.0 * options_.usual_pace.value());
    state.pace_mps = static_cast<float>(pace(state)) + share * static_cast<float>(seen - pace(state));
  }

  static void believe_sensor(State& state, const Sample& sample, const World& world, const Dwell::Finding& stop,
                             Finding& found) noexcept {
    if (!is_sound(state, found) || state.sensor.told() == LoadReading::unknown) return;
    const Load told = state.sensor.told() == LoadReading::full ? Load::loaded : Load::empty;
    if (told == state.load) return;
    found.by_sensor = true;
    found.changed =
        stop.ended && stop.ended->until > state.sensor.changed() ? stop.ended->until : state.sensor.changed();
    const Taken& taken = state.unheard;
    if (told == Load::loaded && taken.at != no_time && taken.at <= found.changed && taken.at > state.changed) {
      found.changed = taken.at;
      found.site = taken.site_and_one - 1;
    } else if (told == Load::loaded) {
      found.site = loading_place_beside(world, sample.place);
    }
    change(state, told, by_visit, sample, found);
  }

  /// Terminals that hold their place while they stand tell one that lies up to a report before it.
  static std::optional<registry::SiteIndex> loading_place_beside(const World& world, geo::LocalPoint at) noexcept {
    constexpr double before_the_gate_m = 250.0;
    const auto site = place_of_loads(world, at, before_the_gate_m);
    return site && act_at(world, *site, false) == Act::loading ? site : std::nullopt;
  }

  static void change(State& state, Load load, float confidence, const Sample& sample, Finding& found) noexcept {
    found.just_loaded = load == Load::loaded;
    found.just_emptied = found.just_emptied || (load == Load::empty && state.load != Load::empty);
    state.load = load;
    state.confidence = found.took_unheard ? by_inference : confidence;
    state.changed = found.changed;
    state.changed_place = geo::RoundedPoint{sample.place};
    state.unheard = state.outside = {};
  }

  static constexpr Milliseconds longest_loading = std::chrono::minutes{40};  ///< longer is a rest
  static constexpr double queue_m = 60.0;                                    ///< as `stop_place`

  LoadOptions options_;
};
static_assert(sizeof(LoadState::State) <= 256);

}  // namespace haulwatch::detect
