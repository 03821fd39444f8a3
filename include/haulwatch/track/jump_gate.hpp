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
#include <numbers>

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
  PlacedFix() = default;
  PlacedFix(const Fix& fix_, geo::LocalPoint at_, double sigma_m_) noexcept
      : fix{fix_}, at{at_}, sigma_m{sigma_m_}, velocity{reported_velocity(fix_)} {}

  Fix fix;
  geo::LocalPoint at;        ///< metres in the vehicle's frame
  double sigma_m = 4.5;      ///< one standard deviation of an axis
  geo::LocalPoint velocity;  ///< metres a second, by reported speed and heading; nought where either is not reported

 private:
  /// The sine of a heading costs as much as the rest of a filter's step: it is found once.
  static geo::LocalPoint reported_velocity(const Fix& fix) noexcept {
    if (!fix.speed_mps.has_value() || !fix.heading_deg.has_value() || fix.speed_mps.value() == 0.0F) return {};
    const auto speed = static_cast<double>(fix.speed_mps.value());
    const double course = static_cast<double>(fix.heading_deg.value()) * std::numbers::pi / 180.0;
    return {speed * std::sin(course), speed * std::cos(course)};
  }
};

/// Where a track's own motion would have brought its vehicle.
struct Course {
  geo::LocalPoint place;     ///< metres in the vehicle's frame
  geo::LocalPoint velocity;  ///< metres a second
};

/// Tells a wild position from a truck that really went there, by what it would have had to do between both neighbours.
///
/// A fix near where the last one was heading passes at once. Any other is held until the next one: it stays when a
/// truck can drive there and on without leaving its even course by more than it does, it is refused when only the way
/// past it can be driven. Three in a row that agree with
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
    std::uint8_t suspect_count = 0;
    std::uint8_t speed_doubt = 0;  ///< grows when the reported speed and the way covered disagree
    std::uint16_t frozen = 0;      ///< refused for that, since whoever reads it set it back
    std::array<PlacedFix, 2> suspects;
  };

  explicit JumpGate(JumpGateOptions options = {}) noexcept : options_{options} {}

  /// \param course    `(TimeUtc)` gives the `Course` that the fixes accepted so far tell of; asked again after each
  /// \param accept    called with each `PlacedFix` that stays, in order of time
  /// \param refuse    called with `(const Fix&, Verdict)`
  template <class CourseAt, class Accept, class Refuse>
  void take(State& state, const PlacedFix& next, CourseAt&& course, Accept&& accept, Refuse&& refuse) const {
    if (state.suspect_count > 0 && next.fix.time > hold_deadline(state)) resolve(state, accept, refuse);
    // A suspect that is judged leaves its witness to be judged in turn: that may be the spike.
    const bool unresolved = state.suspect_count > 0 && !weigh(state, next, course(next.fix.time), accept, refuse);
    if (!unresolved && is_frozen(state, next.fix)) {
      if (state.frozen < std::numeric_limits<std::uint16_t>::max()) ++state.frozen;
      return refuse(next.fix, Verdict::frozen);
    }
    const bool first = state.time == no_time;
    if (state.suspect_count > 0 || (!first && is_suspect(state, next, course(next.fix.time)))) {
      state.suspects[state.suspect_count++] = next;
    } else {
      admit(state, next, accept);
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
  // Metres a second, and m/s². Reasons: docs/smoothing.md.
  static constexpr double usual_acceleration = 1.5;
  static constexpr double road_speed = 22.2;         ///< 80 km/h
  static constexpr double fast_road_speed = 33.0;    ///< 120 km/h: straight on
  static constexpr double course_floor = 1.5;        ///< a reported speed below it is a truck that stands
  static constexpr double velocity_explains = 0.65;  ///< what is left of a usual swing where velocities are reported

  static constexpr double nan = std::numeric_limits<double>::quiet_NaN();

  struct Node {
    TimeUtc time;
    geo::LocalPoint at;
    geo::LocalPoint velocity;  ///< NaN when not known
    double speed_mps;          ///< NaN when not reported
    double sigma_m;
  };
  static Node node_of(const State& s, geo::LocalPoint velocity = {nan, nan}) noexcept {
    return {s.time, s.at, velocity, static_cast<double>(s.speed_mps), static_cast<double>(s.sigma_m)};
  }
  static Node node_of(const PlacedFix& f) noexcept {
    return {f.fix.time, f.at, trusted_velocity(f),
            static_cast<double>(f.fix.speed_mps.value_or(std::numeric_limits<float>::quiet_NaN())), f.sigma_m};
  }

  static geo::LocalPoint trusted_velocity(const PlacedFix& placed) noexcept {
    const Fix& fix = placed.fix;
    if (!fix.speed_mps.has_value()) return {nan, nan};
    if (static_cast<double>(fix.speed_mps.value()) < course_floor) return {0.0, 0.0};
    return fix.heading_deg.has_value() ? placed.velocity : geo::LocalPoint{nan, nan};
  }
  static bool is_known(geo::LocalPoint velocity) noexcept { return std::isfinite(velocity.x + velocity.y); }

  static double slack(const Node& a, const Node& b) noexcept {
    return 3.0 * std::sqrt(a.sigma_m * a.sigma_m + b.sigma_m * b.sigma_m);
  }

  [[nodiscard]] bool is_frozen(const State& state, const Fix& fix) const noexcept {
    if (state.time == no_time || !fix.speed_mps.has_value() || fix.position != state.position) return false;
    // It drove before, too: a truck that drives off has a speed before it has left its place.
    if (!(static_cast<double>(state.speed_mps) >= options_.frozen_speed.value())) return false;
    const auto speed = static_cast<double>(fix.speed_mps.value());
    return speed >= options_.frozen_speed.value() &&
           speed * seconds(fix.time - state.time) >= options_.frozen_way.value();
  }

  [[nodiscard]] bool is_suspect(const State& state, const PlacedFix& next, const Course& course) const noexcept {
    const double dt = seconds(next.fix.time - state.time);
    const Node from = node_of(state);
    const Node to = node_of(next);
    geo::LocalPoint expected = course.place;
    if (speeds_trusted(state) && !std::isnan(from.speed_mps) && is_known(to.velocity))
      expected = expected + 0.5 * dt * (to.velocity - course.velocity);
    const double deviation = geo::distance(next.at, expected);
    const double manoeuvre = 0.5 * options_.max_acceleration_mps2 * dt * dt;
    const double noise = slack(from, to);
    const double allowed = noise + options_.suspect_floor.value() + std::min(manoeuvre, options_.suspect_cap.value());
    return !(deviation <= allowed) || !reachable(geo::distance(from.at, to.at), dt, noise);
  }

  /// By the top speed alone. \param noise `slack`
  [[nodiscard]] bool reachable(double way, double dt, double noise) const noexcept {
    return way <= options_.max_speed.value() * dt + noise;
  }

  /// The longest way between two reported speeds: accelerate, then brake, by no more than a truck can; in a long
  /// interval, drive on at 80 km/h in between.
  [[nodiscard]] double longest_way(double v0, double v1, double dt) const noexcept {
    const double a = options_.max_acceleration_mps2;
    const double gain = std::max(0.0, a * dt * dt / 4.0 - (v0 - v1) * (v0 - v1) / (4.0 * a));
    const double at_once = (v0 + v1) / 2.0 * dt + std::min(gain, options_.max_mean_gain.value() * dt);
    return std::max(at_once, usual_way(v0, v1, dt));
  }

  [[nodiscard]] bool leg_drivable(const Node& a, const Node& b, bool trust_speeds) const noexcept {
    const double dt = seconds(b.time - a.time);
    const double way = geo::distance(a.at, b.at);
    const double noise = slack(a, b);
    if (!reachable(way, dt, noise)) return false;
    if (!trust_speeds || std::isnan(a.speed_mps) || std::isnan(b.speed_mps)) return true;
    return way <= longest_way(a.speed_mps, b.speed_mps, dt) + noise;
  }

  /// The longest way at usual gains of speed and up to 80 km/h.
  [[nodiscard]] static double usual_way(double v0, double v1, double dt) noexcept {
    const double peak = std::max({v0, v1, std::min(road_speed, (v0 + v1 + usual_acceleration * dt) / 2.0)});
    const double ramps = (2.0 * peak - v0 - v1) / usual_acceleration;
    if (ramps >= dt) return (v0 + v1) / 2.0 * dt;
    return (2.0 * peak * peak - v0 * v0 - v1 * v1) / (2.0 * usual_acceleration) + peak * (dt - ramps);
  }

  /// How far a fix lies from the even course between its neighbours, for a truck of that top speed. One that stands and
  /// then drives strays by the speed times t1 t2 / (t1 + t2); one that turns hardly by more, for it slows down. A long
  /// interval has room for turns at full speed: a right angle strays by the root of two, a way back by two.
  [[nodiscard]] static double usual_swing(double top, double t1, double t2) noexcept {
    constexpr double short_swing_s = 15.0;  // two intervals of 30 s
    constexpr double growth = 0.4;          // about the root of two at 60 s
    const double swing = t1 * t2 / (t1 + t2);
    return top * swing * std::clamp(1.0 + growth * (swing / short_swing_s - 1.0), 1.0, 2.0);
  }

  /// How far `b` strays from the even course from `a` to `c`, beyond noise and as a share of what a truck does; and
  /// where velocities are reported, from the course that they tell.
  [[nodiscard]] double stray(const Node& a, const Node& b, const Node& c, bool trust_speeds) const noexcept {
    const double t1 = seconds(b.time - a.time);
    const double t2 = seconds(c.time - b.time);
    const double share = t1 / (t1 + t2);
    const bool told = trust_speeds && !std::isnan(a.speed_mps) && !std::isnan(b.speed_mps) && !std::isnan(c.speed_mps);
    const double before = told ? std::max({a.speed_mps, b.speed_mps, c.speed_mps}) : geo::norm(a.velocity);
    const double mean = geo::distance(a.at, c.at) / (t1 + t2);
    const double usual = usual_swing(std::max({road_speed, before, mean}), t1, t2);
    const double noise = std::max(slack(a, b), slack(b, c));
    const double by_places =
        std::max(0.0, geo::norm((1.0 - share) * (b.at - a.at) - share * (c.at - b.at)) - noise) / usual;
    if (!told || !is_known(a.velocity) || !is_known(b.velocity) || !is_known(c.velocity)) return by_places;
    const geo::LocalPoint in = b.at - a.at - 0.5 * t1 * (a.velocity + b.velocity);
    const geo::LocalPoint out = c.at - b.at - 0.5 * t2 * (b.velocity + c.velocity);
    const double unexplained = std::max(0.0, geo::norm((1.0 - share) * in - share * out) - noise);
    return std::max(by_places, unexplained / (velocity_explains * usual));
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

  [[nodiscard]] bool path_drivable(const Node& a, const Node& b, const Node& c, bool trust_speeds) const noexcept {
    if (on_way(a, b, c)) return true;
    return leg_drivable(a, b, trust_speeds) && leg_drivable(b, c, trust_speeds) && stray(a, b, c, trust_speeds) <= 1.0;
  }

  /// Judges what is held by the light of `next`; false when it cannot be told yet. `next` itself is left alone.
  template <class Accept, class Refuse>
  bool weigh(State& state, const PlacedFix& next, const Course& course, Accept& accept, Refuse& refuse) const {
    return state.suspect_count == 1 ? weigh_one(state, next, course, accept, refuse)
                                    : weigh_two(state, next, course, accept, refuse);
  }

  template <class Accept, class Refuse>
  bool weigh_one(State& state, const PlacedFix& next, const Course& course, Accept& accept, Refuse& refuse) const {
    const Node last = node_of(state, course.velocity);
    const Node now = node_of(next);
    const bool trust = speeds_trusted(state);
    const PlacedFix first = state.suspects[0];
    if (path_drivable(last, node_of(first), now, trust)) {
      state.suspect_count = 0;
      admit(state, first, accept);
      return true;
    }
    // Either may be the wild one, unless this one lies where it was expected.
    if (is_suspect(state, next, course) || !leg_drivable(last, now, trust)) return false;
    state.suspect_count = 0;
    refuse(first.fix, Verdict::implied_speed);
    return true;
  }

  template <class Accept, class Refuse>
  bool weigh_two(State& state, const PlacedFix& next, const Course& course, Accept& accept, Refuse& refuse) const {
    const Node last = node_of(state, course.velocity);
    const Node now = node_of(next);
    const bool trust = speeds_trusted(state);
    const PlacedFix first = state.suspects[0];
    const PlacedFix second = state.suspects[1];
    const bool by_first = path_drivable(last, node_of(first), now, trust);
    const bool by_second = path_drivable(last, node_of(second), now, trust);
    state.suspect_count = 0;
    if (by_first &&
        (!by_second || stray(last, node_of(first), now, trust) <= stray(last, node_of(second), now, trust))) {
      admit(state, first, accept);
      refuse(second.fix, Verdict::implied_speed);
    } else if (by_second) {
      refuse(first.fix, Verdict::implied_speed);
      admit(state, second, accept);
    } else if (path_drivable(begin_of(first, second, trust), node_of(second), now, trust)) {
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

  /// A track that may begin with these two: where no velocity is reported, that of the way between them.
  [[nodiscard]] static Node begin_of(const PlacedFix& first, const PlacedFix& second, bool trust_speeds) noexcept {
    Node node = node_of(first);
    if (!trust_speeds || !is_known(node.velocity))
      node.velocity = (1.0 / seconds(second.fix.time - first.fix.time)) * (second.at - first.at);
    return node;
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
