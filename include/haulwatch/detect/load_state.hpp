#pragma once

#include <haulwatch/detect/dwell.hpp>
#include <haulwatch/detect/load_sensor.hpp>
#include <haulwatch/detect/sensor_health.hpp>
#include <haulwatch/detect/stage.hpp>
#include <haulwatch/detect/stop_place.hpp>
#include <haulwatch/units.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace haulwatch::detect {

struct LoadOptions {
  Milliseconds min_loading = std::chrono::minutes{3};     ///< standing at an origin, for a load without a sensor
  Milliseconds min_unloading = std::chrono::seconds{60};  ///< standing at a disposal
};

enum class Load : std::uint8_t { unknown, empty, loaded };

/// Says whether a truck is loaded, and when and where that changed.
///
/// A visit to an origin with a stop long enough loads it, one to a disposal, transfer or dock empties it: decided when
/// the truck leaves the place, and dated to the end of the visit's longest stop. A load sensor that earned belief
/// (`LoadSensor`) may deny that, and alone tells of a change outside every place; one that `SensorHealth` calls sick
/// says nothing. Emits nothing: later stages read it.
///
/// Time: O(1) a fix far from places. Memory: `sizeof(State)`. Threads: immutable after construction.
class LoadState {
 public:
  /// The stops at one place of loading or unloading since the truck came there.
  struct Visit {
    TimeUtc start = no_time;  ///< of the longest stop
    TimeUtc end = no_time;
    registry::SiteIndex site = 0;
    LoadReading told_before = LoadReading::unknown;
    bool open = false;
  };

  struct State {
    Visit visit;
    LoadSensor sensor;
    Load load = Load::unknown;
    float confidence = 0;
    std::uint8_t lifts_seen = 0;  ///< unloadings that the lift sensor saw
    std::uint8_t lifts_missed = 0;
    bool raised_in_visit = false;
    LoadReading told_far = LoadReading::unknown;  ///< by the sensor, when last outside every place of loads
  };

  struct Finding {
    Load load = Load::unknown;
    float confidence = 0;       ///< that `load` is so, 0 to 1
    bool just_loaded = false;   ///< with `changed` and `site`
    bool just_emptied = false;  ///< likewise
    bool by_sensor = false;     ///< the change was seen by the sensor alone
    bool sensor_sound = false;
    bool lift_sound = false;  ///< the lift sensor has seen most of the unloadings
    bool load_sick = false;   ///< what a sensor says now is to be passed over
    bool lift_sick = false;   ///< likewise
    TimeUtc changed = no_time;
    std::optional<registry::SiteIndex> site;  ///< none: outside every registered place
  };

  explicit LoadState(LoadOptions options = {}) noexcept : options_{options} {}

  template <class FactsView>
  void on_sample(State& state, const Sample& sample, const World& world, FactsView& facts, Emit&) const noexcept {
    const auto& stop = facts.template get<Dwell::Finding>();
    const auto health = facts.template advice<SensorHealth::Finding>();
    Finding& found = facts.found();
    found.load_sick = health.is_sick(SensorKind::load);
    found.lift_sick = health.is_sick(SensorKind::body_lift);
    state.sensor.read(sample.fix.sensors.load, sample.time);
    const std::optional<registry::SiteIndex> here = place_of_loads(world, sample.place, fence_m);
    if (here && sample.fix.sensors.body_lift == Sensed::yes) state.raised_in_visit = true;
    if (stop.just_ended) note_stop(state, stop, world);
    if (!here && !state.visit.open) {
      state.told_far = state.sensor.told();
      state.raised_in_visit = false;
    }
    if (state.visit.open && (!here || *here != state.visit.site) && !stop.stands) decide(state, sample, world, found);
    if (!here && !state.visit.open && !stop.stands) believe_sensor(state, stop, found);
    found.load = state.load;
    found.confidence = state.confidence;
    found.sensor_sound = is_sound(state, found);
    found.lift_sound = !found.lift_sick && state.lifts_seen > 0 && 3 * state.lifts_missed <= state.lifts_seen;
  }

  template <class FactsView>
  void on_timer(State&, TimeUtc, const World&, FactsView&, Emit&) const noexcept {}

 private:
  static constexpr double fence_m = 30.0;  ///< a centre of a stop may lie as far outside as a drawn fence is wrong
  static constexpr float by_visit = 0.85F;
  static constexpr float by_both = 0.98F;

  static std::optional<registry::SiteIndex> place_of_loads(const World& world, geo::LocalPoint at,
                                                           double margin_m) noexcept {
    if (!world.registry_frame) return std::nullopt;
    const NearestSite near = nearest_site(world, at);
    if (near.site == nullptr || near.signed_distance_m > margin_m || !takes_loads(near.site->role)) return std::nullopt;
    return static_cast<registry::SiteIndex>(near.site - world.registry.sites().data());
  }

  static bool is_sound(const State& state, const Finding& found) noexcept {
    return state.sensor.is_sound() && !found.load_sick;
  }

  static void note_stop(State& state, const Dwell::Finding& stop, const World& world) noexcept {
    constexpr double at_the_fence_m = 10.0;  // as `stop_place`
    const auto site = place_of_loads(world, stop.centre, at_the_fence_m);
    if (!site) return;
    Visit& visit = state.visit;
    if (!visit.open || visit.site != *site) visit = {stop.since, stop.until, *site, state.told_far, true};
    if (stop.until - stop.since > visit.end - visit.start) {
      visit.start = stop.since;
      visit.end = stop.until;
    }
  }

  void decide(State& state, const Sample& sample, const World& world, Finding& found) const noexcept {
    const Visit visit = state.visit;
    state.visit.open = false;
    // A checkpoint may meet a registry with fewer sites.
    if (visit.site >= world.registry.sites().size()) return;
    const bool loads = world.registry.sites()[visit.site].role == registry::SiteRole::origin;
    if (visit.end - visit.start < (loads ? options_.min_loading : options_.min_unloading)) return;
    const LoadReading after = loads ? LoadReading::full : LoadReading::empty;
    const bool denied = is_sound(state, found) && state.sensor.told() != after;
    state.sensor.witness(after);
    if (!loads) note_lift(state, sample);
    if (visit.told_before == after && state.load == (loads ? Load::empty : Load::loaded)) state.sensor.contradict();
    if (denied) return;
    const float confidence = is_sound(state, found) ? by_both : by_visit;
    change(state, loads ? Load::loaded : Load::empty, confidence, found);
    found.changed = visit.end;
    found.site = visit.site;
  }

  static void note_lift(State& state, const Sample& sample) noexcept {
    if (sample.fix.sensors.body_lift == Sensed::unknown) return;
    std::uint8_t& count = state.raised_in_visit ? state.lifts_seen : state.lifts_missed;
    if (++count >= 12) {
      state.lifts_seen = static_cast<std::uint8_t>(state.lifts_seen / 2);
      state.lifts_missed = static_cast<std::uint8_t>(state.lifts_missed / 2);
    }
    state.raised_in_visit = false;
  }

  static void believe_sensor(State& state, const Dwell::Finding& stop, Finding& found) noexcept {
    if (!is_sound(state, found)) return;
    const Load told = state.sensor.told() == LoadReading::full ? Load::loaded : Load::empty;
    if (told == state.load) return;
    change(state, told, by_visit, found);
    found.by_sensor = true;
    found.changed = stop.just_ended && stop.until > state.sensor.changed() ? stop.until : state.sensor.changed();
  }

  static void change(State& state, Load load, float confidence, Finding& found) noexcept {
    found.just_loaded = load == Load::loaded;
    found.just_emptied = load == Load::empty && state.load != Load::empty;
    state.load = load;
    state.confidence = confidence;
  }

  LoadOptions options_;
};
static_assert(sizeof(LoadState::State) <= 96);

}  // namespace haulwatch::detect
