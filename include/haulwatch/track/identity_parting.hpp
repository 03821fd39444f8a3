#pragma once

#include <haulwatch/fix.hpp>
#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/geo/rounded_point.hpp>
#include <haulwatch/track/jump_gate.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <utility>

namespace haulwatch::track {

struct IdentityOptions {
  bool part = true;                 ///< false takes all fixes of one name as of one vehicle
  MetresPerSecond max_speed{42.0};  ///< no truck is faster, as for `JumpGateOptions`
  Metres slack{150.0};              ///< what places may be wrong by, beyond that
  Metres apart{2000.0};             ///< nearer, a wild place may lie
  std::uint32_t min_turns = 8;      ///< from one place to another that no truck reaches, before two are believed in
  Milliseconds doubt = std::chrono::hours{1};  ///< a second place that is not told again for so long was none
  /// After so many fixes elsewhere, and such a silence where it was, one vehicle has moved on.
  std::uint32_t min_run = 30;
  Milliseconds min_silence = std::chrono::minutes{30};
  Milliseconds forget = std::chrono::hours{24};  ///< one of two that is silent for so long has gone
};

/// Tells the fixes of two vehicles that report under one name apart, by continuity.
///
/// One vehicle cannot be at two places in turn. A fix that the vehicle cannot have driven to begins a second track;
/// where the reports go on to turn from one track to the other and back, each track by itself being drivable, there are
/// two vehicles. From then on each fix belongs to the track that it continues: by where that can have come to, and
/// where both can, by how near it lies, by which readings it carries, by the odometer, and by whose turn it was to
/// report. The vehicle that was there first keeps the name. Times have to be in order. O(1); a plain copy.
class IdentityParting {
 public:
  /// One of the two tracks, as far as it has come.
  struct Side {
    TimeUtc time = no_time;
    geo::RoundedPoint at;
    geo::RoundedPoint velocity;     ///< metres a second
    float odometer_m = -1.0F;       ///< negative where not reported
    std::uint16_t readings = 0;     ///< which the last fix carried, a bit each
    std::uint8_t said = 0;          ///< by its sensors, a bit each
    std::uint16_t interval_ds = 0;  ///< between reports, tenths of a second; 0 where not known
  };

  struct State {
    Side own;
    Side other;
    TimeUtc since = no_time;   ///< the first fix of the second track
    TimeUtc parted = no_time;  ///< when two were believed in; `no_time` while they are not
    std::uint8_t turns = 0;
    std::uint16_t usual_readings = 0;  ///< of this name's fixes, by majority (Boyer and Moore 1981)
    std::uint8_t usual_votes = 0;
    std::uint8_t run = 0;  ///< fixes of the second track since the last of the first
    bool last_other = false;
  };

  explicit IdentityParting(IdentityOptions options = {}) noexcept : options_{options} {}

  /// \returns whether the fix is of a second vehicle under this name
  [[nodiscard]] bool is_of_other(State& state, const PlacedFix& next) const noexcept {
    if (!options_.part) return false;
    const Report report{next.fix, next.at, next.sigma_m, next.velocity, readings_of(next.fix)};
    return is_others(state, report);
  }

  /// Moves what is remembered from one frame to another.
  static void rebase(State& state, const geo::LocalFrame& from, const geo::LocalFrame& to) noexcept {
    for (Side* side : {&state.own, &state.other}) side->at = side->at.moved(from, to);
  }

  /// Metres between the two tracks.
  [[nodiscard]] static double apart_m(const State& state) noexcept {
    return geo::distance(state.own.at.point(), state.other.at.point());
  }

 private:
  /// A fix and what it reads, found once.
  struct Report {
    const Fix& fix;
    geo::LocalPoint at;
    double sigma_m;
    geo::LocalPoint velocity;
    std::uint16_t readings;
  };

  [[nodiscard]] bool is_others(State& state, const Report& next) const noexcept {
    if (state.parted == no_time) vote(state, next.readings);
    if (state.own.time == no_time) {
      go_on(state.own, next);
      return false;
    }
    if (state.other.time != no_time) forget(state, next.fix.time);
    if (state.other.time == no_time) return begin_other(state, next);
    return choose(state, next);
  }

  void forget(State& state, TimeUtc now) const noexcept {
    const Milliseconds patience = state.parted != no_time ? options_.forget : options_.doubt;
    const bool moved_on =
        state.parted == no_time && state.run >= options_.min_run && now - state.own.time > options_.min_silence;
    const bool own_gone = moved_on || now - state.own.time > options_.forget;
    if (!own_gone && now - state.other.time <= patience) return;
    if (own_gone) state.own = state.other;
    state.other = {};
    state.since = state.parted = no_time;
    state.turns = 0;
    state.run = 0;
  }

  static void vote(State& state, std::uint16_t readings) noexcept {
    constexpr int most = 250;
    if (readings == state.usual_readings) {
      if (state.usual_votes < most) ++state.usual_votes;
    } else if (state.usual_votes > 0) {
      --state.usual_votes;
    } else {
      state.usual_readings = readings;
    }
  }

  bool begin_other(State& state, const Report& next) const noexcept {
    if (reaches(state.own, next) && !leaps(state.own, next) && !reads_otherwise(state.own, next)) {
      go_on(state.own, next);
      return false;
    }
    state.other = {};
    go_on(state.other, next);
    state.since = next.fix.time;
    state.turns = 0;
    state.run = 0;
    state.last_other = true;
    return false;
  }

  bool choose(State& state, const Report& next) const noexcept {
    if (state.parted != no_time) return assign(state, next);
    const bool by_own = reaches(state.own, next);
    const bool by_other = reaches(state.other, next);
    if (!by_own && !(by_other && goes_on_evenly(state.other, next))) {
      state.other = {};
      return begin_other(state, next);
    }
    const bool other = by_own && by_other ? cost(state.other, next) < cost(state.own, next) : by_other;
    const bool turned = by_own != by_other && other != state.last_other && apart_m(state) >= options_.apart.value() &&
                        goes_on_evenly(other ? state.other : state.own, next);
    if (turned) ++state.turns;
    state.last_other = other;
    state.run = other ? static_cast<std::uint8_t>(std::min(state.run + 1, 255)) : std::uint8_t{0};
    go_on(other ? state.other : state.own, next);
    if (state.turns < options_.min_turns) return false;
    state.parted = next.fix.time;
    // Which track is the older one may have been lost in a silence; the older terminal is known by what it reads.
    const bool swapped = state.other.readings == state.usual_readings && state.own.readings != state.usual_readings;
    if (swapped) std::swap(state.own, state.other);
    return other != swapped;
  }

  /// A place that its vehicle cannot have come to is its own all the same, but no place to go on from.
  bool assign(State& state, const Report& next) const noexcept {
    const bool other = cost(state.other, next) < cost(state.own, next);
    Side& side = other ? state.other : state.own;
    if (reaches(side, next)) go_on(side, next);
    return other;
  }

  [[nodiscard]] double excess(const Side& side, const Report& next) const noexcept {
    return geo::distance(side.at.point(), next.at) - options_.max_speed.value() * seconds(next.fix.time - side.time);
  }
  [[nodiscard]] bool reaches(const Side& side, const Report& next) const noexcept {
    return excess(side, next) <= options_.slack.value() + 3.0 * next.sigma_m;
  }

  /// Somewhere else after a silence: it may have driven there, and it may still be where it was.
  [[nodiscard]] bool leaps(const Side& side, const Report& next) const noexcept {
    constexpr double silence_s = 90.0;
    return seconds(next.fix.time - side.time) > silence_s &&
           geo::distance(side.at.point(), next.at) > options_.apart.value();
  }

  /// By readings that came and went: it may be of another terminal.
  [[nodiscard]] static bool reads_otherwise(const Side& side, const Report& next) noexcept {
    const unsigned differ = side.readings ^ next.readings;
    return (differ & (differ - 1U)) != 0;  // two of them or more
  }

  /// As a vehicle's next report does, and a second wild place hardly ever.
  [[nodiscard]] static bool goes_on_evenly(const Side& side, const Report& next) noexcept {
    constexpr double longest_s = 310.0;  // what parked terminals report by
    constexpr double noise_m = 100.0;
    constexpr double strays_mps = 10.0;
    const double dt = seconds(next.fix.time - side.time);
    return dt <= longest_s && geo::distance(expected_at(side, dt), next.at) <= noise_m + strays_mps * dt;
  }

  [[nodiscard]] static geo::LocalPoint expected_at(const Side& side, double dt) noexcept {
    constexpr double foreseen_s = 60.0;
    return side.at.point() + std::min(dt, foreseen_s) * side.velocity.point();
  }

  /// How badly a fix continues a track; about 1 for each thing that a vehicle does now and then.
  [[nodiscard]] double cost(const Side& side, const Report& next) const noexcept {
    const double dt = seconds(next.fix.time - side.time);
    constexpr double noise_m = 25.0;
    constexpr double strays_mps = 4.0;  // as far as a truck strays from an even course within half a minute
    constexpr double longest_s = 120.0;
    constexpr double most_by_place = 6.0;  // a place may be wild, and the rest of its report right
    double sum = std::min(most_by_place, geo::distance(expected_at(side, dt), next.at) /
                                             (noise_m + strays_mps * std::min(dt, longest_s)));
    if (!reaches(side, next)) {
      constexpr double impossible = 2.0;
      constexpr double each_m = 500.0;
      constexpr double most = 5.0;
      sum += std::min(most, impossible + excess(side, next) / each_m);
    }
    constexpr double each_reading = 4.0;
    sum += each_reading * std::popcount(static_cast<unsigned>(side.readings ^ next.readings));
    constexpr double each_state = 1.0;
    sum += each_state * std::popcount(static_cast<unsigned>(side.said ^ said_by(next.fix)));
    sum += odometer_cost(side, next);
    // Terminals keep their intervals, save for reports of turns and changes.
    if (side.interval_ds > 0 && dt < 0.07 * static_cast<double>(side.interval_ds)) sum += 1.0;
    return sum;
  }

  /// An odometer runs no faster than its truck, and not back.
  [[nodiscard]] double odometer_cost(const Side& side, const Report& next) const noexcept {
    if (side.odometer_m < 0.0F || next.fix.odometer_m < 0.0) return 0.0;
    const double driven = next.fix.odometer_m - static_cast<double>(side.odometer_m);
    constexpr double rounding_m = 300.0;
    constexpr double other_odometer = 12.0;
    const double most = options_.max_speed.value() * seconds(next.fix.time - side.time) + rounding_m;
    return driven < -rounding_m || driven > most ? other_odometer : 0.0;
  }

  static void go_on(Side& side, const Report& next) noexcept {
    const double dt = side.time == no_time ? 0.0 : seconds(next.fix.time - side.time);
    constexpr double longest_s = 600.0;
    if (dt > 0.0 && dt < longest_s) {
      const double before = side.interval_ds == 0 ? 10.0 * dt : static_cast<double>(side.interval_ds);
      side.interval_ds = static_cast<std::uint16_t>(0.7 * before + 0.3 * 10.0 * dt);
    }
    side.velocity = geo::RoundedPoint{velocity_of(side, next, dt)};
    side.at = geo::RoundedPoint{next.at};
    side.time = next.fix.time;
    side.odometer_m = static_cast<float>(next.fix.odometer_m);
    side.readings = next.readings;
    side.said = said_by(next.fix);
  }

  static geo::LocalPoint velocity_of(const Side& side, const Report& next, double dt) noexcept {
    if (next.fix.speed_mps.has_value() && next.fix.heading_deg.has_value()) return next.velocity;
    constexpr double longest_s = 60.0;
    if (dt <= 0.0 || dt > longest_s) return {};
    return (1.0 / dt) * (next.at - side.at.point());
  }

  static std::uint16_t readings_of(const Fix& fix) noexcept {
    unsigned bits = 0;
    for (const bool has : {fix.speed_mps.has_value(), fix.heading_deg.has_value(), fix.accuracy_m.has_value(),
                           fix.hdop.has_value(), fix.odometer_m >= 0.0, fix.valid != Sensed::unknown,
                           fix.sensors.ignition != Sensed::unknown, fix.sensors.body_lift != Sensed::unknown,
                           fix.sensors.cover_closed != Sensed::unknown, fix.sensors.load != LoadReading::unknown})
      bits = bits << 1U | (has ? 1U : 0U);
    return static_cast<std::uint16_t>(bits);
  }

  static std::uint8_t said_by(const Fix& fix) noexcept {
    unsigned bits = 0;
    for (const bool yes : {fix.sensors.ignition == Sensed::yes, fix.sensors.body_lift == Sensed::yes,
                           fix.sensors.cover_closed == Sensed::yes, fix.sensors.load == LoadReading::full})
      bits = bits << 1U | (yes ? 1U : 0U);
    return static_cast<std::uint8_t>(bits);
  }

  IdentityOptions options_;
};

}  // namespace haulwatch::track
