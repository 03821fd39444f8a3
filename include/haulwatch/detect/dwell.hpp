#pragma once

#include <haulwatch/detect/stage.hpp>
#include <haulwatch/detect/stop_place.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>

namespace haulwatch::detect {

struct DwellOptions {
  Metres radius{25.0};        ///< around the centre before a stop is confirmed: three sigma in a town and half a truck
  Metres hold_radius{40.0};   ///< after it: a parked receiver wanders
  MetresPerSecond slow{1.5};  ///< above Doppler noise, below creeping traffic
  Milliseconds min_duration = std::chrono::seconds{60};  ///< shorter halts are traffic
  double braking_mps2 = 1.0;       ///< of a truck coming to a stand, to date the stop's start between two fixes
  double accelerating_mps2 = 0.7;  ///< of one driving off, to date its end
};

/// Finds where a vehicle stood still: when, where and for how long.
///
/// A running centre with two radii, fused with the reported speed: near and slow fixes belong to the stop, what is far
/// or fast speaks against it, and only several such fixes over some seconds end it. Creeping queues (near, not slow)
/// and outliers (far, alone) so neither make a stop nor break one. Where no speed can be trusted, near is enough; a
/// queue then shows by its drift. Start and end are dated back to between the fixes, by how long a truck needs from the
/// last moving fix to the centre. A silence that ends where it began is a stay. One that ends so near that the
/// vehicle can hardly have done more than drive off, or come, was a stay up to that drive; one that ends elsewhere
/// closes the stop at its last fix. An edge that lies in a silence is `inferred`.
///
/// Time: O(1) a fix. Memory: `sizeof(State)`, no allocation. Threads: immutable after construction.
class Dwell {
 public:
  /// One fix as far as a stop's edges need it.
  struct Passing {
    TimeUtc time = no_time;
    geo::LocalPoint at;
    float speed_mps = 0;
    bool reported = false;  ///< the speed is the terminal's own
  };

  /// Fixes that stand together.
  struct Cluster {
    std::uint32_t count = 0;
    TimeUtc last = no_time;
    geo::LocalPoint centre;
    Passing first;
    Passing approach;     ///< the last fix before it
    float spread_m2 = 0;  ///< sum of squared distances to the centre, metres²
    /// Least squares of place over time, about the means: how the fixes drift. Kept until the stop is confirmed.
    float mean_s = 0;  ///< since the first fix
    float time_s2 = 0;
    float drift_east_ms = 0;
    float drift_north_ms = 0;
  };

  struct State {
    Passing previous;  ///< the last fix of all
    std::uint8_t against = 0;
    bool confirmed = false;
    bool moved = false;   ///< near fixes of the stop were fast
    Cluster stop;         ///< empty while the vehicle moves
    SubjectId subject{};  ///< of the stop, once it is confirmed
    Passing departure;    ///< the first fix since the stop's last that spoke against it
  };

  /// A stop that is over.
  struct Ended {
    TimeUtc since = no_time;
    TimeUtc until = no_time;
    geo::LocalPoint centre;
    SubjectId subject{};
  };

  struct Finding {
    bool stands = false;        ///< a confirmed stop is open: since when, where, which
    bool just_started = false;  ///< it was confirmed by this sample
    TimeUtc since = no_time;
    geo::LocalPoint centre;
    SubjectId subject{};
    std::optional<Ended> ended;  ///< before this sample, which may confirm the next one at once
  };

  explicit Dwell(DwellOptions options = {}) noexcept : options_{options} {}

  template <class FactsView>
  void on_sample(State& state, const Sample& sample, const World& world, FactsView& facts, Emit& emit) const noexcept {
    const Passing now = passing(state, sample);
    Finding& found = facts.found();
    if (state.stop.count == 0) {
      begin(state, now, sample);
    } else {
      weigh(state, now, sample, world, found, emit);
    }
    if (!state.confirmed && stood_long_enough(state, sample)) {
      state.confirmed = true;
      state.subject = subject(state, world);
      found.just_started = true;
      emit_started(state, world, emit);
    }
    if (state.confirmed) {
      found.stands = true;
      found.since = start_of(state).time;
      found.centre = state.stop.centre;
      found.subject = state.subject;
    }
    state.previous = now;
  }

  /// Silence closes no stop: a parked terminal may sleep.
  template <class FactsView>
  void on_timer(State&, TimeUtc, const World&, FactsView&, Emit&) const noexcept {}

  static void rebase(State& state, const geo::LocalFrame& from, const geo::LocalFrame& to) noexcept {
    for (geo::LocalPoint* point :
         {&state.previous.at, &state.departure.at, &state.stop.approach.at, &state.stop.first.at, &state.stop.centre})
      *point = to.to_local(from.to_lon_lat(*point));
  }

  [[nodiscard]] const DwellOptions& options() const noexcept { return options_; }

 private:
  /// What is silent for longer tells nothing about when the vehicle came or went.
  static constexpr Milliseconds silence = std::chrono::minutes{2};

  /// A terminal that sleeps while its vehicle stands falls silent, and speaks up, within about a report of driving:
  /// what is farther from the other end of a silence may have stood anywhere.
  static constexpr Milliseconds short_drive = std::chrono::minutes{1};

  /// When a stop began or ended, and whether that was seen.
  struct Edge {
    TimeUtc time = no_time;
    bool inferred = false;
  };

  [[nodiscard]] static Passing passing(const State& state, const Sample& sample) noexcept {
    if (sample.speed_trusted) return {sample.time, sample.raw, sample.fix.speed_mps.value(), true};
    // Position noise hides the speed between two fixes closer in time than this: there the smoother knows better.
    constexpr double chord_from_s = 8.0;
    const double dt = state.previous.time == no_time ? 0.0 : seconds(sample.time - state.previous.time);
    const double speed =
        dt >= chord_from_s ? geo::distance(sample.raw, state.previous.at) / dt : geo::norm(sample.velocity);
    return {sample.time, sample.raw, static_cast<float>(speed), false};
  }

  /// Of a place alone nobody can tell that it is fast.
  [[nodiscard]] bool is_slow(const Passing& passing) const noexcept {
    return !passing.reported || static_cast<double>(passing.speed_mps) < options_.slow.value();
  }

  /// Between two fixes at one place the vehicle stood, however fast it is at either, when it had far more time than
  /// way.
  [[nodiscard]] bool stood_between(const Passing& a, const Passing& b, const Sample& sample) const noexcept {
    if (a.time == no_time) return false;
    const Milliseconds dt = b.time - a.time;
    const double way = geo::distance(a.at, b.at);
    return 2 * dt >= options_.min_duration && way <= reach(options_.radius, sample) && way <= 0.5 * seconds(dt);
  }

  static double reach(Metres base, const Sample& sample) noexcept {
    return std::max(base.value(), std::min(4.0 * sample.fix_sigma_m, 100.0));
  }

  /// Standard deviation of one axis of the stop's fixes, by themselves.
  static double sigma_of(const Cluster& stop) noexcept {
    return stop.count < 2 ? 0.0 : std::sqrt(static_cast<double>(stop.spread_m2) / (2.0 * (stop.count - 1U)));
  }

  /// How far from the centre a fix may lie. A parked receiver that says it stands may wander on, step by step.
  [[nodiscard]] bool is_near(const State& state, const Passing& now, const Sample& sample) const noexcept {
    const double away = geo::distance(now.at, state.stop.centre);
    if (!state.confirmed) return away <= reach(options_.radius, sample);
    const double hold = reach(options_.hold_radius, sample);
    constexpr std::uint32_t enough = 10;
    const double own = state.stop.count < enough ? 0.0 : 4.0 * sigma_of(state.stop);
    if (away <= std::max(hold, std::min(own, 2.0 * hold))) return true;
    const bool drifts = now.reported && is_slow(now) && state.against == 0 &&
                        geo::distance(now.at, state.previous.at) <= reach(options_.radius, sample);
    return drifts && away <= 3.0 * hold;
  }

  static void join(Cluster& stop, const Passing& fix) noexcept {
    constexpr std::uint32_t memory = 64;  // so that the centre follows a drift of hours
    if (stop.count == 0) {
      stop.first = fix;
      stop.centre = fix.at;
    }
    ++stop.count;
    const double share = 1.0 / std::min(stop.count, memory);
    const geo::LocalPoint before = fix.at - stop.centre;
    stop.centre = stop.centre + share * before;
    const geo::LocalPoint after = fix.at - stop.centre;
    stop.spread_m2 += static_cast<float>(geo::dot(before, after));
    const auto since_mean = static_cast<float>(seconds(fix.time - stop.first.time)) - stop.mean_s;
    stop.mean_s += static_cast<float>(share) * since_mean;
    stop.time_s2 += since_mean * since_mean * static_cast<float>(1.0 - share);
    stop.drift_east_ms += since_mean * static_cast<float>(after.x);
    stop.drift_north_ms += since_mean * static_cast<float>(after.y);
    stop.last = fix.time;
  }

  void begin(State& state, const Passing& now, const Sample& sample) const noexcept {
    const bool stood = stood_between(state.previous, now, sample);
    if (!is_slow(now) && !stood) return;
    state.against = 0;
    state.moved = false;
    state.stop = {};
    state.stop.approach = state.previous;
    if (stood) join(state.stop, state.previous);
    join(state.stop, now);
  }

  /// Two votes speak of one bad fix, three of a vehicle that has gone.
  void weigh(State& state, const Passing& now, const Sample& sample, const World& world, Finding& found,
             Emit& emit) const noexcept {
    constexpr std::uint8_t enough = 3;
    constexpr Milliseconds doubt = std::chrono::seconds{4};  // at 1 Hz the noise of neighbours is of one piece
    const bool near = is_near(state, now, sample);
    const bool slow = is_slow(now) || stood_between(state.previous, now, sample);
    if (near && slow) {
      join(state.stop, now);
      // A candidate that moves every now and then is a queue; a parked truck may be shunted.
      state.against = state.confirmed || state.against == 0 ? 0 : static_cast<std::uint8_t>(state.against - 1);
      return;
    }
    if (near && state.against > 0 && state.departure.reported && is_slow(state.departure)) state.against = 0;
    note_departure(state, now);
    state.moved = state.moved || (near && !slow);
    const bool half = slow || (near && state.confirmed);
    state.against = static_cast<std::uint8_t>(std::min(state.against + (half && now.reported ? 1 : 2), 100));
    const bool gone = state.against >= enough && now.time - state.departure.time >= doubt;
    if (gone || left_in_silence(state, now)) close(state, now, sample, world, found, emit);
  }

  /// The fix by which the end is dated. One of unknown speed joins the stop for a few seconds after it drove off; and
  /// the speed with which it left shows on the way to the fix after.
  static void note_departure(State& state, const Passing& now) noexcept {
    Passing& departure = state.departure;
    if (departure.time == no_time || departure.time < state.stop.last || state.against == 0) {
      const Passing& last = state.previous;
      const bool rolled = !last.reported && geo::distance(last.at, state.stop.centre) > rolling_m(state.stop);
      departure = rolled ? last : now;
      if (!rolled) return;
    }
    if (!departure.reported && departure.time == state.previous.time) departure.speed_mps = now.speed_mps;
  }

  /// A silence that ends elsewhere needs no second witness.
  static bool left_in_silence(const State& state, const Passing& now) noexcept {
    constexpr double elsewhere_m = 200.0;
    return now.time - state.previous.time > silence && geo::distance(now.at, state.stop.centre) >= elsewhere_m;
  }

  void close(State& state, const Passing& now, const Sample& sample, const World& world, Finding& found,
             Emit& emit) const noexcept {
    const Edge start = start_of(state);
    const Edge end = end_of(state);
    const bool brief_stop = !state.confirmed && is_long_enough(state, start, end) && is_settled(state, sample);
    if (brief_stop) emit_started(state, world, emit);
    if (state.confirmed || brief_stop) {
      emit_ended(state, start.time, end, world, emit);
      found.ended = Ended{start.time, end.time, state.stop.centre, subject(state, world)};
    }
    const Passing told{end.time, state.stop.centre, 0.0F, false};
    const bool was_told = state.confirmed || brief_stop;
    begin_again(state, now, sample);
    // Stops of one vehicle never overlap.
    if (was_told && state.stop.count > 0 && state.stop.approach.time < told.time) state.stop.approach = told;
  }

  /// What spoke against the old stop may be the beginning of a new one.
  void begin_again(State& state, const Passing& now, const Sample& sample) const noexcept {
    const double same_place = reach(options_.radius, sample);
    const auto stands_with_now = [&](const Passing& fix) {
      return fix.time < now.time && is_slow(fix) && geo::distance(fix.at, now.at) <= same_place;
    };
    const Passing left{state.stop.last, state.stop.centre, 0.0F, false};
    const Passing departure = state.departure;
    state.confirmed = false;
    state.against = 0;
    state.moved = false;
    state.stop = {};
    if (!is_slow(now)) return;
    const bool from_departure = stands_with_now(departure);
    const bool from_previous = !from_departure && stands_with_now(state.previous);
    state.stop.approach = from_departure ? left : from_previous ? departure : state.previous;
    if (from_departure) join(state.stop, departure);
    if (from_previous) join(state.stop, state.previous);
    join(state.stop, now);
  }

  [[nodiscard]] bool stood_long_enough(const State& state, const Sample& sample) const noexcept {
    return is_long_enough(state, start_of(state), {state.stop.last, false}) && is_settled(state, sample);
  }

  /// What only a silence makes long enough is a stop by the terminal's own word that it stood: places alone may have
  /// been passed on the way into a dead zone, or out of one.
  [[nodiscard]] bool is_long_enough(const State& state, Edge start, Edge end) const noexcept {
    if (state.stop.count < 2) return false;
    const bool told_standing = state.stop.first.reported && !state.moved;
    const TimeUtc from = start.inferred && !told_standing ? state.stop.first.time : start.time;
    const TimeUtc until = end.inferred && !told_standing ? state.stop.last : end.time;
    return until - from >= options_.min_duration;
  }

  /// The fixes do not drift from one end of the stop to the other by more than its radius, or than their own scatter
  /// explains: on an even way they lie so that it is sqrt(24) = 4.9 of their sigma long. Where no trusted speed spoke
  /// of motion, none has to be looked for.
  [[nodiscard]] bool is_settled(const State& state, const Sample& sample) const noexcept {
    const Cluster& stop = state.stop;
    if (stop.count < 3 || !(stop.time_s2 > 0.0F) || (stop.first.reported && !state.moved)) return true;
    const double way = std::hypot(static_cast<double>(stop.drift_east_ms), static_cast<double>(stop.drift_north_ms)) /
                       static_cast<double>(stop.time_s2) * seconds(stop.last - stop.first.time);
    return way <= std::max(reach(options_.radius, sample), 4.0 * sigma_of(stop));
  }

  /// Time from a moving fix to a standstill `way` metres on (or from it, mirrored): at its speed, then braking.
  static Milliseconds edge_time(double way, double speed, double deceleration) noexcept {
    constexpr double creeping = 2.0;  // what is slower did not cover the way at that speed
    const double v = std::max(speed, creeping);
    return milliseconds(way / v + v / (2.0 * deceleration));
  }

  /// How long the vehicle drove between that fix and the stop in a silence, by a truck's usual pace; nothing where it
  /// may have done more than that.
  [[nodiscard]] std::optional<Milliseconds> drive_in_silence(const Passing& passing, geo::LocalPoint centre,
                                                             double acceleration) const noexcept {
    constexpr double usual = 10.0;
    if (passing.reported && is_slow(passing)) return std::nullopt;
    const double speed = std::max(static_cast<double>(passing.speed_mps), usual);
    const Milliseconds drive = edge_time(geo::distance(passing.at, centre), speed, acceleration);
    return drive <= short_drive ? std::optional{drive} : std::nullopt;
  }

  /// Beyond this of the centre a fix of unknown speed was not standing yet, or no longer.
  static double rolling_m(const Cluster& stop) noexcept { return std::max(10.0, 2.5 * sigma_of(stop)); }

  [[nodiscard]] Edge start_of(const State& state) const noexcept {
    const Cluster& stop = state.stop;
    const Passing& a = stop.approach;
    const Passing& f = stop.first;
    if (a.time == no_time) return {f.time, false};
    if (f.time - a.time > silence) {
      const bool came = static_cast<double>(a.speed_mps) >= options_.slow.value();
      const auto drive = drive_in_silence(a, stop.centre, options_.braking_mps2);
      return {came && drive ? a.time + *drive : f.time, true};
    }
    const double rolled = geo::distance(f.at, stop.centre);
    if (f.reported ? !is_slow(f) : rolled > rolling_m(stop)) {
      const TimeUtc estimate = f.time + edge_time(rolled, static_cast<double>(f.speed_mps), options_.braking_mps2);
      return {std::min(estimate, stop.last), false};
    }
    const double way = geo::distance(a.at, stop.centre);
    const TimeUtc estimate = a.time + edge_time(way, static_cast<double>(a.speed_mps), options_.braking_mps2);
    return {std::min(estimate, f.time), false};
  }

  [[nodiscard]] Edge end_of(const State& state) const noexcept {
    const Cluster& stop = state.stop;
    const Passing& d = state.departure;
    const double way = geo::distance(d.at, stop.centre);
    if (d.time - stop.last > silence) {
      const auto drive = drive_in_silence(d, stop.centre, options_.accelerating_mps2);
      return {drive ? d.time - *drive : stop.last, true};
    }
    const TimeUtc estimate = d.time - edge_time(way, static_cast<double>(d.speed_mps), options_.accelerating_mps2);
    const TimeUtc least = d.time > stop.last ? stop.last : stop.first.time;
    return {std::clamp(estimate, least, d.time), false};
  }

  static SubjectId subject(const State& state, const World& world) noexcept {
    return subject_of(world.vehicle, EpisodeKind::stop, {}, state.stop.first.time);
  }

  [[nodiscard]] static Stop describe(const State& state, TimeUtc start, TimeUtc end, const World& world) noexcept {
    // Of a Gaussian cloud 95 % lie within 2.448 sigma of the centre.
    const StopPlace place =
        stop_place(world, state.stop.centre, end == no_time ? state.stop.last - start : end - start);
    return Stop{start, end, static_cast<float>(2.448 * sigma_of(state.stop)), place.site, place.purpose};
  }

  void emit_started(const State& state, const World& world, Emit& emit) const noexcept {
    const Edge start = start_of(state);
    emit.event({EventKind::stop_started, subject(state, world), start.time, world.frame.to_lon_lat(state.stop.centre),
                start.inferred},
               describe(state, start.time, no_time, world));
  }

  static void emit_ended(const State& state, TimeUtc start, Edge end, const World& world, Emit& emit) noexcept {
    emit.event({EventKind::stop_ended, subject(state, world), end.time, world.frame.to_lon_lat(state.stop.centre),
                end.inferred},
               describe(state, start, end.time, world));
  }

  DwellOptions options_;
};

}  // namespace haulwatch::detect
