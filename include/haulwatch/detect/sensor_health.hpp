#pragma once

#include <haulwatch/detect/drive_stretch.hpp>
#include <haulwatch/detect/dwell.hpp>
#include <haulwatch/detect/locate.hpp>
#include <haulwatch/detect/sensor_record.hpp>
#include <haulwatch/detect/signal_watch.hpp>
#include <haulwatch/detect/stage.hpp>
#include <haulwatch/detect/stop_place.hpp>
#include <haulwatch/detect/unheard_visit.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace haulwatch::detect {

struct SensorHealthOptions {
  Milliseconds min_loading = std::chrono::minutes{3};     ///< standing at an origin, for a visit that loads
  Milliseconds min_unloading = std::chrono::seconds{60};  ///< standing at a disposal
  Milliseconds overnight = std::chrono::hours{3};         ///< standing, after which no engine idles
  Milliseconds frozen = std::chrono::seconds{60};         ///< on one place while it drives by its own speeds
};

/// Learns which sensors of a vehicle can be believed, from what its life must have shown them, and names the sick.
///
/// A truck that drives has its ignition on, its body down and its load unchanged, and does not stand; one that was
/// loaded had its cover open, and leaves full; one that was tipped had its body up, and leaves empty; one that stood
/// overnight was switched off; and between two loadings the body was up somewhere. Each such trial is an agreement or a
/// contradiction (`SensorRecord`); of what one way has to show twice, only one is tried. What a load sensor says of a
/// load is tried only between the gate and the next halt, so that a load that was dumped elsewhere is held against no
/// sensor. `sensor_sick` is told once, and revised when its sign proves to be another; `sensor_healed` after many
/// agreements in a row. The numbers of the trials are set by hand on simulated fleets: docs/sick-terminals.md.
///
/// Time: O(1) a fix, and one look-up of places while it stands. Memory: `sizeof(State)`. Threads: immutable after
/// construction.
class SensorHealth {
 public:
  /// A visit to a place of loading or unloading, and what was said there.
  struct Visit {
    TimeUtc start = no_time;  ///< of the longest stop
    TimeUtc end = no_time;
    std::uint32_t site_and_one = 0;  ///< 0: none
    std::uint8_t lift_reports = 0;
    std::uint8_t cover_reports = 0;
    bool lifted = false;
    bool opened = false;
  };

  /// What a stop said of ignition and speed.
  struct Standing {
    std::uint8_t ignition_reports = 0;
    bool switched_off = false;
    bool stood = false;  ///< a speed of nought was reported
  };

  /// What the first legs after a visit have to show.
  struct Leaving {
    TimeUtc until = no_time;
    SaidDriving cover;
    std::uint8_t load_reports = 0;
    std::uint8_t load_full = 0;  ///< of those
    bool loaded = false;         ///< what the place was for
    bool load_open = false;      ///< not tried yet
    bool cover_open = false;     ///< likewise
  };

  /// What was said since the last visit to a place of loads.
  struct Way {
    SaidDriving cover;  ///< on the last legs
    SaidDriving load;   ///< likewise
    std::uint8_t lift_reports = 0;
    bool after_loading = false;
    bool raised = false;
    bool unheard = false;      ///< something may have happened that nobody heard
    bool cover_tried = false;  ///< by its first legs
    bool load_tried = false;   ///< likewise
  };

  /// What a fix touches lies first.
  struct State {
    TimeUtc last = no_time;
    TimeUtc frozen_from = no_time;       ///< the place, told and not healed
    std::array<std::uint8_t, 4> mute{};  ///< stretches in a row without a word from a sensor that once spoke, and one
    std::array<std::uint8_t, 5>
        heard{};                         ///< by a sensor, since its record was looked at: bit 0 said off, bit 1 said on
    std::array<SensorTrust, 5> trust{};  ///< as the records stand
    Standing standing;
    Leaving leaving;
    Way way;
    Visit visit;
    DriveStretch drive;
    DriveStretch::Tally stretch;
    bool on_wheels = false;  ///< it has driven as no vessel does
    std::array<std::uint8_t, 5> revisions{};
    TimeUtc frozen_to = no_time;
    std::array<SensorRecord, 5> records;
  };

  static constexpr std::size_t hot_bytes = 216;  ///< of `State` that nearly every fix touches: all but the records

  struct Finding {
    std::array<SensorTrust, sensor_kind_count> trust{};

    [[nodiscard]] SensorTrust of(SensorKind sensor) const noexcept { return trust[static_cast<std::size_t>(sensor)]; }
    [[nodiscard]] bool is_sick(SensorKind sensor) const noexcept { return of(sensor) == SensorTrust::sick; }
  };

  explicit SensorHealth(SensorHealthOptions options = {}) noexcept : options_{options} {}

  template <class FactsView>
  void on_sample(State& state, const Sample& sample, const World& world, FactsView& facts, Emit& emit) const noexcept {
    const auto& stop = facts.template get<Dwell::Finding>();
    hear(state, sample);
    hear_on_way(state.way, sample, facts.template advice<SignalWatch::Finding>().after_silence);
    watch_place(state, sample, world, emit);
    bool tried = stand(state, sample, stop);
    if (state.visit.site_and_one != 0 || stop.stands || stop.ended)
      tried |= visit(state, sample, world, stop, nearest_site(facts, sample, world));
    tried |= leave_with_load(state, sample, stop);
    if (const auto leg = state.drive.take(sample)) tried |= drive(state, sample, *leg);
    if (tried) judge_all(state, sample, world, emit);
    if (tried || stop.ended)
      for (std::size_t i = 0; i < state.records.size(); ++i) state.trust[i] = trust_of(state, i);
    std::copy(state.trust.begin(), state.trust.end(), facts.found().trust.begin());
    if (state.frozen_from != no_time)
      facts.found().trust[static_cast<std::size_t>(SensorKind::position)] = SensorTrust::sick;
  }

  template <class FactsView>
  void on_timer(State&, TimeUtc, const World&, FactsView&, Emit&) const noexcept {}

  static void rebase(State& state, const geo::LocalFrame& from, const geo::LocalFrame& to) noexcept {
    DriveStretch::rebase(state.drive, from, to);
  }

 private:
  using Truth = SensorRecord::Truth;

  /// How many trials it takes: for contradictions, and for agreements until a sick one is believed again.
  struct Rule {
    SensorLimits limits;
    int heal_on = 3;
    int heal_off = 3;
  };
  /// Ignition and lift are tried by every two minutes of driving, the others by visits; speed by driving alone.
  static constexpr std::array<Rule, 5> rules{{
      {{2, 2, 4, false}, 15, 1},   // ignition: off while driving; on all night
      {{2, 2, 4, true}, 3, 15},    // lift: not up while unloading; up while driving
      {{2, 2, 3, true}, 3, 2},     // open cover: not open at a visit; open on leaving loaded
      {{2, 2, 3, false}, 3, 3},    // load: empty on leaving an origin; not empty on leaving a disposal
      {{2, 3, 99, false}, 15, 1},  // speed: nought while driving
  }};
  static constexpr double stretch_s = 120.0;
  static constexpr double fence_m = 30.0;  ///< as `LoadState`: a fence is drawn by hand
  static constexpr std::uint8_t enough_reports = 4;
  static constexpr std::uint16_t min_frozen = 3;
  static constexpr std::uint8_t mute_stretches = 10;
  static constexpr int calm_stretches = 15;
  static constexpr std::uint8_t most_revisions = 2;

  static SensorRecord& of(State& state, SensorKind sensor) noexcept {
    return record(state, static_cast<std::size_t>(sensor));
  }
  /// With all that it has said so far.
  static SensorRecord& record(State& state, std::size_t sensor) noexcept {
    const std::uint8_t heard = std::exchange(state.heard[sensor], std::uint8_t{0});
    if ((heard & 1U) != 0) state.records[sensor].hears(false);
    if ((heard & 2U) != 0) state.records[sensor].hears(true);
    return state.records[sensor];
  }
  static void hear(State& state, SensorKind sensor, bool says_on) noexcept {
    std::uint8_t& heard = state.heard[static_cast<std::size_t>(sensor)];
    heard = static_cast<std::uint8_t>(heard | (says_on ? 2U : 1U));
  }
  static void count(std::uint8_t& counter) noexcept {
    if (counter < 255) ++counter;
  }

  static void hear(State& state, const Sample& sample) noexcept {
    const Sensors& s = sample.fix.sensors;
    const std::array spoke{s.ignition != Sensed::unknown, s.body_lift != Sensed::unknown,
                           s.cover_closed != Sensed::unknown, s.load != LoadReading::unknown};
    for (std::size_t i = 0; i < spoke.size(); ++i)
      if (spoke[i] && state.mute[i] == 0) state.mute[i] = 1;
    if (s.ignition != Sensed::unknown) hear(state, SensorKind::ignition, s.ignition == Sensed::yes);
    if (s.body_lift != Sensed::unknown) hear(state, SensorKind::body_lift, s.body_lift == Sensed::yes);
    if (s.cover_closed != Sensed::unknown) hear(state, SensorKind::cover_closed, s.cover_closed == Sensed::no);
    if (s.load != LoadReading::unknown) hear(state, SensorKind::load, s.load != LoadReading::empty);
    if (sample.fix.speed_mps.has_value()) hear(state, SensorKind::speed, sample.fix.speed_mps.value() >= 0.3F);
  }

  static void hear_on_way(Way& way, const Sample& sample, bool after_silence) noexcept {
    const Sensed lift = sample.fix.sensors.body_lift;
    if (lift != Sensed::unknown) count(way.lift_reports);
    way.raised = way.raised || lift == Sensed::yes;
    way.unheard = way.unheard || after_silence;
  }

  /// A night switches the engine off. \returns whether something was tried
  bool stand(State& state, const Sample& sample, const Dwell::Finding& stop) const noexcept {
    Standing& standing = state.standing;
    bool tried = false;
    if (stop.ended) {
      if (standing.stood) of(state, SensorKind::speed).witness(Truth::off, true, sample.time);
      const Milliseconds stood = stop.ended->until - stop.ended->since;
      if (state.on_wheels && stood >= options_.overnight && standing.ignition_reports >= enough_reports) {
        const int weight = stood >= 2 * options_.overnight ? 2 : 1;
        of(state, SensorKind::ignition).witness(Truth::off, standing.switched_off, sample.time, weight);
        tried = true;
      }
      standing = {};
    }
    if (!stop.stands) return tried;
    const Sensed ignition = sample.fix.sensors.ignition;
    if (ignition != Sensed::unknown) count(standing.ignition_reports);
    standing.switched_off = standing.switched_off || ignition == Sensed::no;
    standing.stood = standing.stood || sample.fix.speed_mps.value_or(9.0F) < 0.3F;
    return tried;
  }

  bool visit(State& state, const Sample& sample, const World& world, const Dwell::Finding& stop,
             const NearestSite& nearest) const noexcept {
    Visit& visit = state.visit;
    const auto site = place_of_loads(world, nearest, fence_m);
    const std::uint32_t here = site ? *site + 1 : 0;
    if (stop.ended && visit.site_and_one != 0 && stop.ended->until - stop.ended->since > visit.end - visit.start) {
      visit.start = stop.ended->since;
      visit.end = stop.ended->until;
    }
    bool tried = false;
    if (visit.site_and_one != 0 && here != visit.site_and_one && !stop.stands) tried = conclude(state, sample, world);
    if (here == 0) return tried;
    if (visit.site_and_one == 0 && stop.stands) visit.site_and_one = here;
    if (visit.site_and_one != here) return tried;
    const Sensors& s = sample.fix.sensors;
    if (s.body_lift != Sensed::unknown) count(visit.lift_reports);
    if (s.cover_closed != Sensed::unknown) count(visit.cover_reports);
    visit.lifted = visit.lifted || s.body_lift == Sensed::yes;
    visit.opened = visit.opened || s.cover_closed == Sensed::no;
    return tried;
  }

  bool conclude(State& state, const Sample& sample, const World& world) const noexcept {
    const Visit visit = std::exchange(state.visit, {});
    const auto sites = world.registry.sites();
    // A checkpoint may meet a registry with fewer sites.
    if (visit.site_and_one > sites.size()) return false;
    const registry::SiteIndex site = visit.site_and_one - 1;
    const Act act = act_at(world, site, true);
    // Where a truck may do either, nobody knows what its sensors have to show.
    if (act != act_at(world, site, false)) {
      state.way.unheard = true;
      return false;
    }
    const bool loads = act == Act::loading;
    if (!state.on_wheels || visit.end - visit.start < (loads ? options_.min_loading : options_.min_unloading))
      return false;
    try_way(state, loads, sample.time);
    if (visit.cover_reports >= enough_reports)
      of(state, SensorKind::cover_closed).witness(Truth::on, visit.opened, sample.time);
    if (!loads && visit.lift_reports >= enough_reports)
      of(state, SensorKind::body_lift).witness(Truth::on, visit.lifted, sample.time);
    constexpr Milliseconds while_nothing_happens = std::chrono::minutes{10};
    state.leaving = {sample.time + while_nothing_happens, {}, 0, 0, loads, true, loads};
    state.drive.forget();
    state.way = {};
    state.way.after_loading = loads;
    return true;
  }

  /// What the way to a place that loads, or unloads, had to show.
  static void try_way(State& state, bool loads, TimeUtc now) noexcept {
    const Way& way = state.way;
    constexpr std::uint8_t whole_way = 20;  // reports of a lift
    if (loads && way.after_loading && !way.unheard && !way.raised && way.lift_reports >= whole_way)
      of(state, SensorKind::body_lift).witness(Truth::on, false, now);
    if (loads && !way.load_tried && way.load.known >= 3)
      of(state, SensorKind::load).witness(Truth::off, 2 * way.load.on < way.load.known, now);
    if (!loads && !way.cover_tried && way.cover.known >= 3)
      of(state, SensorKind::cover_closed).witness(Truth::off, 2 * way.cover.on < way.cover.known, now);
  }

  /// Of the last minute or two.
  static void add_recent(SaidDriving& recent, const SaidDriving& leg) noexcept {
    constexpr std::uint8_t enough = 12;
    if (recent.known >= enough) {
      recent.known /= 2;
      recent.on /= 2;
    }
    recent += leg;
  }

  bool drive(State& state, const Sample& sample, const DriveStretch::Tally& leg) const noexcept {
    add_recent(state.way.cover, leg.said[DriveStretch::cover_open]);
    add_recent(state.way.load, leg.said[DriveStretch::loaded]);
    bool tried = leave_covered(state, sample, leg);
    state.on_wheels = true;
    state.stretch += leg;
    if (static_cast<double>(state.stretch.driven_s) < stretch_s) return tried;
    try_driving(state, sample.time);
    state.stretch = {};
    return true;
  }

  /// The first reports outside the fence show what the place has done to the load; none can have gone elsewhere yet.
  static bool leave_with_load(State& state, const Sample& sample, const Dwell::Finding& stop) noexcept {
    Leaving& leaving = state.leaving;
    if (stop.stands) leaving.load_open = leaving.cover_open = false;
    const LoadReading said = sample.fix.sensors.load;
    if (!leaving.load_open || said == LoadReading::unknown) return false;
    count(leaving.load_reports);
    if (said != LoadReading::empty) count(leaving.load_full);
    if (leaving.load_reports < 3) return false;
    leaving.load_open = false;
    if (sample.time > leaving.until) return false;
    state.way.load_tried = true;
    const bool says_loaded = 2 * leaving.load_full >= leaving.load_reports;
    of(state, SensorKind::load)
        .witness(leaving.loaded ? Truth::on : Truth::off, says_loaded == leaving.loaded, sample.time);
    return true;
  }

  /// Some drivers cover their load at the gate: what counts is the drive that begins there.
  static bool leave_covered(State& state, const Sample& sample, const DriveStretch::Tally& leg) noexcept {
    Leaving& leaving = state.leaving;
    if (!leaving.cover_open) return false;
    leaving.cover += leg.said[DriveStretch::cover_open];
    if (leaving.cover.known < 3) return false;
    leaving.cover_open = false;
    if (sample.time > leaving.until) return false;
    state.way.cover_tried = true;
    of(state, SensorKind::cover_closed).witness(Truth::off, 2 * leaving.cover.on < leaving.cover.known, sample.time);
    return true;
  }

  static void try_driving(State& state, TimeUtc now) noexcept {
    const auto& said = state.stretch.said;
    constexpr std::array tallied{DriveStretch::ignition_on, DriveStretch::body_up, DriveStretch::cover_open,
                                 DriveStretch::loaded};
    for (std::size_t i = 0; i < tallied.size(); ++i) {
      const SaidDriving& s = said[tallied[i]];
      listen(state.mute[i], record(state, i), s.known > 0, now);
      if (s.known >= 2) record(state, i).restless(s.changes, s.bounces, now);
    }
    try_reading(of(state, SensorKind::ignition), Truth::on, said[DriveStretch::ignition_on], now);
    try_reading(of(state, SensorKind::body_lift), Truth::off, said[DriveStretch::body_up], now);
    const SaidDriving& nought = said[DriveStretch::speed_nought];
    if (nought.known >= 2 && (nought.on == nought.known || nought.on == 0))
      of(state, SensorKind::speed).witness(Truth::on, nought.on == 0, now);
  }

  /// Mostly wrong is a contradiction, wholly right an agreement; what lies between is neither.
  static void try_reading(SensorRecord& record, Truth truth, const SaidDriving& said, TimeUtc now) noexcept {
    if (said.known < 2) return;
    const int wrong = truth == Truth::on ? said.known - said.on : said.on;
    if (2 * wrong >= said.known) record.witness(truth, false, now);
    if (wrong == 0) record.witness(truth, true, now);
  }

  static void listen(std::uint8_t& mute, SensorRecord& record, bool spoke, TimeUtc now) noexcept {
    if (spoke) {
      mute = 1;
    } else if (mute > 0) {
      if (mute == 1) record.mute(now);
      count(mute);
    }
  }

  void judge_all(State& state, const Sample& sample, const World& world, Emit& emit) const noexcept {
    for (std::size_t i = 0; i < state.records.size(); ++i) judge(state, i, sample, world, emit);
  }

  void judge(State& state, std::size_t i, const Sample& sample, const World& world, Emit& emit) const noexcept {
    SensorRecord& record = SensorHealth::record(state, i);
    const Rule& rule = rules[i];
    const bool fresh = record.take_fresh();
    const bool silent = i < state.mute.size() && state.mute[i] > mute_stretches;
    const SensorSign sign = silent ? SensorSign::falls_silent : record.sign(rule.limits);
    if (!record.is_sick()) {
      if (!silent && (!fresh || !record.exceeds(rule.limits))) return;
      record.fall_sick(sign);
      state.revisions[i] = 0;
      return tell(state, i, EventKind::sensor_sick, sample, world, emit);
    }
    if (fresh && i < state.mute.size() && is_better_known(record.told(), sign) && state.revisions[i] < most_revisions) {
      record.fall_sick(sign);
      ++state.revisions[i];
      return tell(state, i, EventKind::sensor_sick, sample, world, emit);
    }
    const bool healed = record.told() == SensorSign::falls_silent
                            ? !silent
                            : record.has_healed(rule.heal_on, rule.heal_off, calm_stretches);
    if (!healed) return;
    tell(state, i, EventKind::sensor_healed, sample, world, emit);
    record = {};
  }

  /// What never changed may yet prove inverted, what was inverted may prove to say anything, and what says anything to
  /// do so from report to report.
  static bool is_better_known(SensorSign told, SensorSign now) noexcept {
    if (told == now || now == SensorSign::never_changes || now == SensorSign::falls_silent) return false;
    if (told == SensorSign::contradicts) return now == SensorSign::flickers;
    return told == SensorSign::never_changes || (told == SensorSign::inverted && now != SensorSign::inverted);
  }

  static void tell(const State& state, std::size_t i, EventKind kind, const Sample& sample, const World& world,
                   Emit& emit) noexcept {
    const SensorRecord& record = state.records[i];
    const std::string_view sensor = name_of(static_cast<SensorKind>(i));
    const SubjectId subject = subject_of(world.vehicle, EpisodeKind::sensor, sensor, record.since());
    const bool sick = kind == EventKind::sensor_sick;
    TerminalFinding finding{sensor, name_of(record.told()), {}, {}};
    finding.values.add("denied", record.denied()).add("agreed", record.agreed()).add("changes", record.changes());
    finding.values.add("changed_back", record.bounces());
    emit.event({kind, subject, sick ? record.since() : sample.time, sample.fix.position, false,
                sick ? std::uint16_t{state.revisions[i]} : std::uint16_t{0}},
               finding);
  }

  /// A fix whose place is refused is no sample, so that this is known by the first that comes after. A jammer freezes
  /// the place at each drive anew: that is one sickness, over after half an hour without.
  void watch_place(State& state, const Sample& sample, const World& world, Emit& emit) const noexcept {
    constexpr Milliseconds calm = std::chrono::minutes{30};
    const bool frozen = sample.frozen >= min_frozen && sample.time - state.last >= options_.frozen;
    if (state.frozen_from != no_time && !frozen && sample.time - state.frozen_to >= calm) {
      tell_frozen(EventKind::sensor_healed, state, sample, world, emit);
      state.frozen_from = no_time;
    }
    if (frozen) {
      const bool known = state.frozen_from != no_time;
      if (!known) state.frozen_from = state.last;
      state.frozen_to = sample.time;
      if (!known) tell_frozen(EventKind::sensor_sick, state, sample, world, emit);
    }
    state.last = sample.time;
  }

  static void tell_frozen(EventKind kind, const State& state, const Sample& sample, const World& world,
                          Emit& emit) noexcept {
    const std::string_view sensor = name_of(SensorKind::position);
    const SubjectId subject = subject_of(world.vehicle, EpisodeKind::sensor, sensor, state.frozen_from);
    TerminalFinding finding{sensor, name_of(SensorSign::never_changes), {}, {}};
    if (kind == EventKind::sensor_sick) finding.values.add("refused", sample.frozen);
    finding.values.add("frozen_s", seconds(state.frozen_to - state.frozen_from));
    emit.event({kind, subject, kind == EventKind::sensor_sick ? state.frozen_from : state.frozen_to,
                sample.fix.position, false},
               finding);
  }

  static SensorTrust trust_of(const State& state, std::size_t i) noexcept {
    const SensorRecord& record = state.records[i];
    if (record.is_sick()) return SensorTrust::sick;
    return record.is_sound() ? SensorTrust::sound : SensorTrust::unknown;
  }

  SensorHealthOptions options_;
};

}  // namespace haulwatch::detect
