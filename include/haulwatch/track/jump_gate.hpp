#pragma once

#include <haulwatch/fix.hpp>
#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/units.hpp>
#include <haulwatch/verdict.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>

namespace haulwatch::track {

struct JumpGateOptions {
  MetresPerSecond max_speed{42.0};              ///< no truck is faster (151 km/h); raise it for trains and aircraft
  double max_acceleration_mps2 = 2.0;           ///< a lively empty truck, or hard braking
  MetresPerSecond max_mean_gain{8.0};           ///< a leg's mean speed above that reported at its two ends
  Metres suspect_floor{20.0};                   ///< a deviation that needs no second opinion, beside the noise
  Metres suspect_cap{120.0};                    ///< one that always does, however long the interval
  Milliseconds hold = std::chrono::minutes{2};  ///< a suspect without a witness for so long is judged as it is
  MetresPerSecond frozen_speed{3.0};            ///< reported while the place does not change by one digit
  Metres frozen_way{15.0};                      ///< which that speed would have covered
};

/// A fix with what the gate has to know of it.
struct PlacedFix {
  Fix fix;
  geo::LocalPoint at;    ///< metres in the vehicle's frame
  double sigma_m = 4.5;  ///< one standard deviation of an axis
};

/// Where a track's own motion would have brought its vehicle.
struct Course {
  geo::LocalPoint place;     ///< metres in the vehicle's frame
  geo::LocalPoint velocity;  ///< metres a second
};

/// Tells a wild position from a truck that really went there, by what it would have had to do between both neighbours.
///
/// A fix near where the last one was heading passes at once. Any other is held until the next one: it stays when a
/// truck can drive there and on, it is refused when only the way past it can be driven. Three in a row that agree with
/// each other and with nothing before are a truck that came out of a tunnel, and are believed. So one bad kept fix
/// cannot shut out good ones, and a spike of 500 m falls even at intervals of 30 s, where its implied speed alone would
/// pass.
///
/// Time: O(1). Verdicts depend on the vehicle's fixes in event-time order alone.
class JumpGate {
 public:
  struct State {
    TimeUtc time = no_time;
    geo::LocalPoint at;
    LonLat position;
    float speed_mps = std::numeric_limits<float>::quiet_NaN();
    float sigma_m = 0;
    std::array<PlacedFix, 2> suspects;
    std::uint8_t suspect_count = 0;
    std::uint16_t frozen = 0;      ///< refused for that, since whoever reads it set it back
    std::uint8_t speed_doubt = 0;  ///< grows when the reported speed and the way covered disagree
  };

  explicit JumpGate(JumpGateOptions options = {}) noexcept : options_{options} {}

  /// \param course    `(TimeUtc)` gives the `Course` that the fixes accepted so far tell of; asked again after each
  /// \param accept    called with each `PlacedFix` that stays, in order of time
  /// \param refuse    called with `(const Fix&, Verdict)`
  template <class CourseAt, class Accept, class Refuse>
  void take(State& state, const PlacedFix& next, CourseAt&& course, Accept&& accept, Refuse&& refuse) const {
    if (state.suspect_count > 0 && next.fix.time > hold_deadline(state)) resolve(state, accept, refuse);
    // A suspect that is judged leaves its witness to be judged in turn: that may be the spike.
    if (state.suspect_count > 0 && !weigh(state, next, course(next.fix.time), accept, refuse)) {
      state.suspects[state.suspect_count++] = next;
    } else if (is_frozen(state, next.fix)) {
      if (state.frozen < std::numeric_limits<std::uint16_t>::max()) ++state.frozen;
      refuse(next.fix, Verdict::frozen);
    } else if (state.suspect_count == 0 &&
               (state.time == no_time || !is_suspect(state, next, course(next.fix.time).place))) {
      admit(state, next, accept);
    } else {
      state.suspects[state.suspect_count++] = next;
    }
  }

  /// When the suspects have to be judged without a witness; `no_time` when there is none.
  [[nodiscard]] TimeUtc hold_deadline(const State& state) const noexcept {
    return state.suspect_count == 0 ? no_time : state.suspects[0].fix.time + options_.hold;
  }

  /// No witness came: what a truck can reach stays.
  template <class Accept, class Refuse>
  void resolve(State& state, Accept&& accept, Refuse&& refuse) const {
    const auto count = state.suspect_count;
    state.suspect_count = 0;
    for (std::uint8_t i = 0; i < count; ++i) {
      const PlacedFix suspect = state.suspects[i];
      if (leg_drivable(node_of(state), node_of(suspect), speeds_trusted(state))) {
        admit(state, suspect, accept);
      } else {
        refuse(suspect.fix, Verdict::implied_speed);
      }
    }
  }

  /// Moves what is remembered from one frame to another.
  static void rebase(State& state, const geo::LocalFrame& from, const geo::LocalFrame& to) noexcept {
    state.at = to.to_local(from.to_lon_lat(state.at));
    for (std::uint8_t i = 0; i < state.suspect_count; ++i)
      state.suspects[i].at = to.to_local(state.suspects[i].fix.position);
  }

  [[nodiscard]] const JumpGateOptions& options() const noexcept { return options_; }

  /// Whether the speeds that this vehicle reports agree with the way that it covers.
  [[nodiscard]] static bool speeds_trusted(const State& state) noexcept { return state.speed_doubt < doubt_limit; }

 private:
  static constexpr std::uint8_t doubt_limit = 4;
  static constexpr std::uint8_t doubt_max = 8;
  // Fitted on invented tracks, judged on others: docs/smoothing.md. Metres a second, and m/s².
  static constexpr double usual_acceleration = 1.5;
  static constexpr double road_speed = 22.2;       ///< 80 km/h: with corners in it
  static constexpr double fast_road_speed = 33.0;  ///< 120 km/h: straight on
  static constexpr double unseen_speed = 20.0;     ///< where none is reported

  struct Node {
    TimeUtc time;
    geo::LocalPoint at;
    double speed_mps;  ///< NaN when not reported
    double sigma_m;
  };
  static Node node_of(const State& s) noexcept {
    return {s.time, s.at, static_cast<double>(s.speed_mps), static_cast<double>(s.sigma_m)};
  }
  static Node node_of(const PlacedFix& f) noexcept {
    return {f.fix.time, f.at, static_cast<double>(f.fix.speed_mps.value_or(std::numeric_limits<float>::quiet_NaN())),
            f.sigma_m};
  }

  static double slack(const Node& a, const Node& b) noexcept { return 3.0 * std::hypot(a.sigma_m, b.sigma_m); }

  [[nodiscard]] bool is_frozen(const State& state, const Fix& fix) const noexcept {
    if (state.time == no_time || !fix.speed_mps.has_value() || fix.position != state.position) return false;
    // It drove before, too: a truck that drives off has a speed before it has left its place.
    if (!(static_cast<double>(state.speed_mps) >= options_.frozen_speed.value())) return false;
    const auto speed = static_cast<double>(fix.speed_mps.value());
    return speed >= options_.frozen_speed.value() &&
           speed * seconds(fix.time - state.time) >= options_.frozen_way.value();
  }

  [[nodiscard]] bool is_suspect(const State& state, const PlacedFix& next, geo::LocalPoint predicted) const noexcept {
    const double dt = seconds(next.fix.time - state.time);
    const Node from = node_of(state);
    const Node to = node_of(next);
    const double deviation = geo::distance(next.at, predicted);
    const double manoeuvre = 0.5 * options_.max_acceleration_mps2 * dt * dt;
    const double allowed =
        slack(from, to) + options_.suspect_floor.value() + std::min(manoeuvre, options_.suspect_cap.value());
    return !(deviation <= allowed) || !reachable(from, to);
  }

  /// By the top speed alone.
  [[nodiscard]] bool reachable(const Node& a, const Node& b) const noexcept {
    const double dt = seconds(b.time - a.time);
    return geo::distance(a.at, b.at) <= options_.max_speed.value() * dt + slack(a, b);
  }

  /// The longest way between two reported speeds: accelerate, then brake, by no more than a truck can.
  [[nodiscard]] double longest_way(double v0, double v1, double dt) const noexcept {
    const double a = options_.max_acceleration_mps2;
    const double gain = std::max(0.0, a * dt * dt / 4.0 - (v0 - v1) * (v0 - v1) / (4.0 * a));
    return (v0 + v1) / 2.0 * dt + std::min(gain, options_.max_mean_gain.value() * dt);
  }

  [[nodiscard]] bool leg_drivable(const Node& a, const Node& b, bool trust_speeds) const noexcept {
    if (!reachable(a, b)) return false;
    if (!trust_speeds || std::isnan(a.speed_mps) || std::isnan(b.speed_mps)) return true;
    const double dt = seconds(b.time - a.time);
    return geo::distance(a.at, b.at) <= longest_way(a.speed_mps, b.speed_mps, dt) + slack(a, b);
  }

  /// The way at usual gains of speed and below a top speed, which a truck does not leave twice in a row.
  [[nodiscard]] static double usual_way(double v0, double v1, double dt, double top) noexcept {
    const double peak = std::max({v0, v1, std::min(top, (v0 + v1 + usual_acceleration * dt) / 2.0)});
    const double ramps = (2.0 * peak - v0 - v1) / usual_acceleration;
    if (ramps >= dt) return (v0 + v1) / 2.0 * dt;
    return (2.0 * peak * peak - v0 * v0 - v1 * v1) / (2.0 * usual_acceleration) + peak * (dt - ramps);
  }

  /// How fast a truck comes round a corner, by the corner's cosine.
  [[nodiscard]] static double corner_speed(double cosine, double straight) noexcept {
    if (cosine > 0.5) return straight;
    return cosine > -0.3 ? 8.0 : 4.0;
  }
  [[nodiscard]] static double cosine(geo::LocalPoint a, geo::LocalPoint b) noexcept {
    const double product = geo::norm(a) * geo::norm(b);
    return product > 0.0 ? geo::dot(a, b) / product : 1.0;
  }

  /// What is known of the speeds at the two neighbours of a suspect.
  struct Ends {
    geo::LocalPoint velocity_before;
    double speed_after;
  };

  /// Whether a truck would drive round by `b`. It slows down for a corner, so that 500 m aside and back within a minute
  /// is more than it does, though each leg alone is slow enough.
  [[nodiscard]] bool detour_drivable(const Node& a, const Node& b, const Node& c, const Ends& ends) const noexcept {
    const geo::LocalPoint in = b.at - a.at;
    const geo::LocalPoint out = c.at - b.at;
    const double noise = 2.0 * std::max({a.sigma_m, b.sigma_m, c.sigma_m}) + options_.suspect_floor.value();
    if (geo::norm(in) < 2.0 * noise || geo::norm(out) < 2.0 * noise) return true;
    const double corner = cosine(in, out);
    const double before = geo::norm(ends.velocity_before);
    const double mean = geo::distance(a.at, c.at) / seconds(c.time - a.time);
    const double usual_top = corner > 0.5 ? fast_road_speed : road_speed;
    const double top = std::max(usual_top, 1.25 * std::max({before, ends.speed_after, mean}));
    const double v_a = std::min(before, corner_speed(cosine(ends.velocity_before, in), before));
    const double v_b = corner_speed(corner, top);
    return geo::norm(in) <= usual_way(v_a, v_b, seconds(b.time - a.time), top) + slack(a, b) &&
           geo::norm(out) <= usual_way(v_b, ends.speed_after, seconds(c.time - b.time), top) + slack(b, c);
  }

  /// A place on the straight way between its neighbours is no spike, however suddenly the speed changed there.
  [[nodiscard]] bool on_way(const Node& a, const Node& b, const Node& c) const noexcept {
    const geo::LocalPoint way = c.at - a.at;
    const double length_2 = geo::squared_norm(way);
    const double share = length_2 > 0.0 ? std::clamp(geo::dot(b.at - a.at, way) / length_2, 0.0, 1.0) : 0.0;
    if (geo::distance(b.at, a.at + share * way) > slack(a, b) + options_.suspect_floor.value()) return false;
    return geo::distance(a.at, b.at) <= fast_road_speed * seconds(b.time - a.time) + slack(a, b) &&
           geo::distance(b.at, c.at) <= fast_road_speed * seconds(c.time - b.time) + slack(b, c);
  }

  [[nodiscard]] bool path_drivable(const Node& a, const Node& b, const Node& c, geo::LocalPoint velocity,
                                   bool trust_speeds) const noexcept {
    if (on_way(a, b, c)) return true;
    const double mean = geo::distance(a.at, c.at) / seconds(c.time - a.time);
    const bool told = trust_speeds && !std::isnan(c.speed_mps);
    const Ends ends{velocity, told ? c.speed_mps : std::max(unseen_speed, mean)};
    return leg_drivable(a, b, trust_speeds) && leg_drivable(b, c, trust_speeds) && detour_drivable(a, b, c, ends);
  }

  /// Judges what is held by the light of `next`; false when it cannot be told yet. `next` itself is left alone.
  template <class Accept, class Refuse>
  bool weigh(State& state, const PlacedFix& next, const Course& course, Accept& accept, Refuse& refuse) const {
    return state.suspect_count == 1 ? weigh_one(state, next, course, accept, refuse)
                                    : weigh_two(state, next, course, accept, refuse);
  }

  template <class Accept, class Refuse>
  bool weigh_one(State& state, const PlacedFix& next, const Course& course, Accept& accept, Refuse& refuse) const {
    const Node last = node_of(state);
    const Node now = node_of(next);
    const bool trust = speeds_trusted(state);
    const PlacedFix first = state.suspects[0];
    if (path_drivable(last, node_of(first), now, course.velocity, trust)) {
      state.suspect_count = 0;
      admit(state, first, accept);
      return true;
    }
    // Either may be the wild one, unless this one lies where it was expected.
    if (is_suspect(state, next, course.place) || !leg_drivable(last, now, trust)) return false;
    state.suspect_count = 0;
    refuse(first.fix, Verdict::implied_speed);
    return true;
  }

  template <class Accept, class Refuse>
  bool weigh_two(State& state, const PlacedFix& next, const Course& course, Accept& accept, Refuse& refuse) const {
    const Node last = node_of(state);
    const Node now = node_of(next);
    const bool trust = speeds_trusted(state);
    const PlacedFix first = state.suspects[0];
    const PlacedFix second = state.suspects[1];
    const bool by_first = path_drivable(last, node_of(first), now, course.velocity, trust);
    const bool by_second = path_drivable(last, node_of(second), now, course.velocity, trust);
    state.suspect_count = 0;
    if (by_first && (!by_second || detour(last, node_of(first), now) <= detour(last, node_of(second), now))) {
      admit(state, first, accept);
      refuse(second.fix, Verdict::implied_speed);
    } else if (by_second) {
      refuse(first.fix, Verdict::implied_speed);
      admit(state, second, accept);
    } else if (reachable(node_of(first), node_of(second)) && reachable(node_of(second), now)) {
      admit(state, first, accept);
      admit(state, second, accept);
    } else if (leg_drivable(last, now, trust)) {
      refuse(first.fix, Verdict::implied_speed);
      refuse(second.fix, Verdict::implied_speed);
    } else {
      refuse(first.fix, Verdict::implied_speed);
      state.suspects[0] = second;
      state.suspect_count = 1;
    }
    return true;
  }

  [[nodiscard]] static double detour(const Node& a, const Node& b, const Node& c) noexcept {
    return geo::distance(a.at, b.at) + geo::distance(b.at, c.at);
  }

  template <class Accept>
  void admit(State& state, const PlacedFix& fix, Accept& accept) const {
    if (state.time != no_time) note_speed(state, fix);
    state.time = fix.fix.time;
    state.at = fix.at;
    state.position = fix.fix.position;
    state.speed_mps = fix.fix.speed_mps.value_or(std::numeric_limits<float>::quiet_NaN());
    state.sigma_m = static_cast<float>(fix.sigma_m);
    accept(fix);
  }

  void note_speed(State& state, const PlacedFix& fix) const noexcept {
    const Node a = node_of(state);
    const Node b = node_of(fix);
    if (std::isnan(a.speed_mps) || std::isnan(b.speed_mps)) return;
    if (!leg_drivable(a, b, true)) {
      state.speed_doubt = std::min<std::uint8_t>(doubt_max, static_cast<std::uint8_t>(state.speed_doubt + 2));
    } else if (state.speed_doubt > 0 && a.speed_mps + b.speed_mps > 4.0) {
      --state.speed_doubt;
    }
  }

  JumpGateOptions options_;
};

}  // namespace haulwatch::track
