#pragma once

#include <haulwatch/detect/stage.hpp>
#include <haulwatch/geo/rounded_point.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace haulwatch::detect {

struct IdentityWatchOptions {
  MetresPerSecond max_speed{42.0};                ///< no truck is faster, as for `track::JumpGateOptions`
  Metres apart{1000.0};                           ///< nearer, a wild stretch may lie
  Milliseconds proof = std::chrono::seconds{60};  ///< going on at the new place for so long, before it is told
};

/// Says what one name's own reports show of whose they are.
///
/// `identity_suspected` with the sign `shared_id`, once: two vehicles report under one name, which
/// `track::IdentityParting` has found. The second one's fixes are refused from there on, so that no track is of both.
/// `track_jumped`: the track broke off and goes on where no vehicle can have come to in the time. By itself that is a
/// fact and no suspicion; whose track goes on there is asked of the whole fleet (`fleet::Identities`).
/// Time: O(1). Memory: `sizeof(State)`.
class IdentityWatch {
 public:
  struct State {
    TimeUtc last = no_time;
    geo::RoundedPoint last_at;
    TimeUtc broke_off = no_time;  ///< of a jump that is not told yet; `no_time` where there is none
    geo::RoundedPoint from;
    geo::RoundedPoint to;
    std::uint32_t gap_ms = 0;  ///< from where it broke off to where it went on
    std::uint16_t held_s = 0;  ///< for which the place has not changed by one digit; longer than it counts is as good
    bool told = false;         ///< that two share the name
    bool held = false;  ///< before the jump that is not told yet, for so long that the vehicle can have driven there
  };
  static_assert(sizeof(State) <= 48);
  struct Finding {
    bool lost_track = false;  ///< a jump has just been told: what is remembered of a load may be another vehicle's
  };

  explicit IdentityWatch(IdentityWatchOptions options = {}) noexcept : options_{options} {}

  template <class FactsView>
  void on_sample(State& state, const Sample& sample, const World& world, FactsView& facts, Emit& emit) const noexcept {
    watch_sharing(state, sample, world, emit);
    facts.found().lost_track = watch_jumps(state, sample, world, emit);
    note_place(state, sample);
  }

  template <class FactsView>
  void on_timer(State&, TimeUtc, const World&, FactsView&, Emit&) const noexcept {}

  static void rebase(State& state, const geo::LocalFrame& from, const geo::LocalFrame& to) noexcept {
    for (geo::RoundedPoint* at : {&state.last_at, &state.from, &state.to}) *at = at->moved(from, to);
  }

 private:
  static void watch_sharing(State& state, const Sample& sample, const World& world, Emit& emit) noexcept {
    const bool shared = sample.shared_since != no_time;
    if (shared && !state.told) {
      constexpr std::string_view sign = "shared_id";
      const SubjectId subject = subject_of(world.vehicle, EpisodeKind::identity, sign, sample.shared_since);
      TerminalFinding finding{.sign = sign, .values = {}};
      finding.values.add("apart_m", static_cast<double>(sample.apart_m));
      emit.event({EventKind::identity_suspected, subject, sample.shared_since, sample.fix.position, false}, finding);
    }
    state.told = shared;
  }

  /// A jump is told when the track has gone on for a while: what jumps back was no other vehicle's track.
  /// \returns whether one is told now that no receiver has made by holding its place
  bool watch_jumps(State& state, const Sample& sample, const World& world, Emit& emit) const noexcept {
    if (state.last == no_time) return false;
    if (state.told) {
      state.broke_off = no_time;
      return false;
    }
    const bool pending = state.broke_off != no_time;
    if (is_jump(state.last_at.point(), state.last, sample)) {
      const bool back = pending && !is_jump(state.from.point(), state.broke_off, sample);
      state.held = !is_jump(state.last_at.point(), state.last - std::chrono::seconds{state.held_s}, sample);
      state.broke_off = back ? no_time : state.last;
      state.from = state.last_at;
      state.gap_ms = static_cast<std::uint32_t>((sample.time - state.last).count());
      state.to = geo::RoundedPoint{sample.raw};
    } else if (pending && sample.time - went_on(state) >= options_.proof) {
      tell_jump(state, world, emit);
      state.broke_off = no_time;
      return !state.held;
    }
    return false;
  }

  static void note_place(State& state, const Sample& sample) noexcept {
    const geo::RoundedPoint at{sample.raw};
    constexpr double most_s = 65'535.0;
    const bool same = state.last != no_time && at.point() == state.last_at.point();
    const double held_s = same ? static_cast<double>(state.held_s) + seconds(sample.time - state.last) : 0.0;
    state.held_s = static_cast<std::uint16_t>(std::min(held_s, most_s));
    state.last = sample.time;
    state.last_at = at;
  }

  [[nodiscard]] bool is_jump(geo::LocalPoint from, TimeUtc since, const Sample& sample) const noexcept {
    const double way = geo::distance(from, sample.raw);
    return way > options_.apart.value() && way > options_.max_speed.value() * seconds(sample.time - since);
  }

  static TimeUtc went_on(const State& state) noexcept { return state.broke_off + Milliseconds{state.gap_ms}; }

  static void tell_jump(const State& state, const World& world, Emit& emit) noexcept {
    const SubjectId subject = subject_of(world.vehicle, EpisodeKind::jump, {}, state.broke_off);
    const float gap = static_cast<float>(geo::distance(state.from.point(), state.to.point()));
    emit.event({EventKind::track_jumped, subject, went_on(state), world.frame.to_lon_lat(state.to.point()), false},
               TrackJump{state.broke_off, went_on(state), gap, world.frame.to_lon_lat(state.from.point())});
  }

  IdentityWatchOptions options_;
};

}  // namespace haulwatch::detect
