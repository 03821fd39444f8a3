#pragma once

#include <haulwatch/fix.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace haulwatch::track {

struct ClockOptions {
  bool repair = true;  ///< false takes times as they are
  /// A fix of a later time than its arrival was stamped by a wrong clock; so much is what clocks of platforms differ.
  Milliseconds ahead = std::chrono::seconds{60};
  /// How far behind its arrival a fix may be though its clock is right: it was kept in a dead zone.
  Milliseconds kept_at_most = std::chrono::days{7};
};

/// Puts times right that a terminal's clock has provably got wrong, fix by fix in the order of their arrival.
///
/// - A week rollover is exactly 1,024 weeks (the week number of GPS has ten bits): a fix that lies 1,024 or 2,048 weeks
///   and no more than a week's delay before its arrival, or before the vehicle's newest fix where arrivals are not
///   recorded, is put forward by them. Each fix proves itself, so that none is lost.
/// - Nothing arrives before it was sent. Three fixes in a row, ahead of their arrivals by the same time to 30 s, prove
/// a
///   clock ahead by that much; a multiple of a quarter of an hour is a local time sent as UTC. What was received late
///   as well could be of either clock: what lies within a minute of its arrival as it stands is left as it stands.
/// - A clock that was right and is behind all at once by a steady time over 3 min and eight fixes was set back, as by a
///   restart: fixes out of a dead zone come in a burst, their delays shrinking, and are none such.
///
/// A clock that has always been behind is estimated and not corrected: a slow way to the platform looks the same. Time:
/// O(1). Memory: `sizeof(State)`.
class ClockRepair {
 public:
  struct State {
    Milliseconds offset{0};     ///< of the clock, ahead of the platform's; taken off
    Milliseconds candidate{0};  ///< seen, and not proven yet
    TimeUtc candidate_since = no_time;
    TimeUtc newest = no_time;      ///< event time, put right
    Milliseconds least_delay{0};   ///< of the window under way
    Milliseconds steady_delay{0};  ///< least of the window before: 0 where it is a usual one
    std::uint16_t window = 0;      ///< fixes in it
    std::uint8_t agreeing = 0;     ///< fixes in a row that bear the candidate out
    std::uint8_t right = 0;        ///< fixes in a row whose times agreed with their arrivals
    TimeRepair kind = TimeRepair::none;
  };

  explicit ClockRepair(ClockOptions options = {}) noexcept : options_{options} {}

  /// A time of a fix, and what was done to it.
  struct Time {
    TimeUtc time = no_time;
    TimeRepair repaired = TimeRepair::none;
  };

  /// \returns the time of the fix put right, and a mark if it was
  [[nodiscard]] Time repaired_time(State& state, const Fix& fix) const noexcept {
    if (!options_.repair || fix.repaired != TimeRepair::none) return {fix.time, fix.repaired};
    Stamps better{roll_over(state, fix), fix.received, fix.backfill};
    if (better.repaired == TimeRepair::none && fix.received != no_time) shift(state, better);
    state.newest = std::max(state.newest, better.time);
    return {better.time, better.repaired};
  }

  /// \returns the fix with its time put right, and a mark if it was
  [[nodiscard]] Fix repaired(State& state, const Fix& fix) const noexcept {
    const Time better = repaired_time(state, fix);
    Fix copy = fix;
    copy.time = better.time;
    copy.repaired = better.repaired;
    return copy;
  }

  /// How far the clock is estimated to be ahead (negative: behind), whether or not that is corrected; 0 where it is not
  /// known to be wrong.
  [[nodiscard]] static Milliseconds ahead_by(const State& state) noexcept {
    return state.offset != Milliseconds{0} ? state.offset : -state.steady_delay;
  }

 private:
  static constexpr Milliseconds era = std::chrono::weeks{1024};
  static constexpr Milliseconds at_once = std::chrono::seconds{60};  ///< a delay of a fix that nothing held up
  static constexpr int proof_ahead = 3;
  static constexpr int proof_behind = 8;
  static constexpr Milliseconds behind_for = std::chrono::minutes{3};
  static constexpr int believed_right = 20;
  static constexpr std::uint16_t window_fixes = 200;

  struct Stamps : Time {
    Stamps(Time time_, TimeUtc received_, bool backfill_) noexcept
        : Time{time_}, received{received_}, backfill{backfill_} {}
    TimeUtc received;
    bool backfill;
  };

  [[nodiscard]] Time roll_over(const State& state, const Fix& fix) const noexcept {
    const TimeUtc known = fix.received != no_time ? fix.received : state.newest;
    Time better{fix.time, TimeRepair::none};
    if (known == no_time || known - fix.time < era - options_.kept_at_most) return better;
    for (int eras = 1; eras <= 2; ++eras) {
      const Milliseconds rest = known - fix.time - eras * era;
      if (rest < -options_.kept_at_most || rest > options_.kept_at_most) continue;
      if (fix.received != no_time && rest < -options_.ahead) continue;
      better.time += eras * era;
      better.repaired = TimeRepair::week_rollover;
      break;
    }
    return better;
  }

  void shift(State& state, Stamps& fix) const noexcept {
    const Milliseconds delay = fix.received - fix.time;
    const bool stands = delay >= -options_.ahead && delay <= at_once;
    if (state.offset != Milliseconds{0}) return stands ? note_right(state, fix, delay) : correct(state, fix, delay);
    if (stands) return note_right(state, fix, delay);
    const bool ahead = delay < -options_.ahead;
    if (!ahead && (fix.backfill || delay > std::chrono::days{2})) return;
    note_candidate(state, fix, -delay, ahead ? std::chrono::seconds{30} : std::chrono::seconds{10});
    if (ahead ? state.agreeing >= proof_ahead
              : state.agreeing >= proof_behind && fix.received - state.candidate_since >= behind_for &&
                    state.right >= believed_right)
      settle(state, fix);
  }

  static void note_candidate(State& state, const Stamps& fix, Milliseconds ahead, Milliseconds within) noexcept {
    const Milliseconds off = ahead - state.candidate;
    if (state.agreeing > 0 && off <= within && -off <= within) {
      state.candidate = std::max(state.candidate, ahead);  // the least delayed tells most
      state.agreeing = static_cast<std::uint8_t>(std::min(state.agreeing + 1, 200));
      return;
    }
    state.candidate = ahead;
    state.candidate_since = fix.received;
    state.agreeing = 1;
  }

  void settle(State& state, Stamps& fix) const noexcept {
    constexpr Milliseconds quarter = std::chrono::minutes{15};
    const Milliseconds up = state.candidate + quarter - Milliseconds{1};
    const Milliseconds whole = up - up % quarter;
    const bool local = state.candidate > Milliseconds{0} && whole >= 2 * quarter && whole - state.candidate <= at_once;
    state.offset = local ? whole : state.candidate;
    const bool jumped = state.right >= believed_right;
    state.kind = local ? TimeRepair::local_time : jumped ? TimeRepair::jump : TimeRepair::offset;
    state.agreeing = 0;
    state.right = 0;
    correct(state, fix, fix.received - fix.time);
  }

  /// Takes the offset off, where what remains is a delay that can be.
  void correct(State& state, Stamps& fix, Milliseconds delay) const noexcept {
    const Milliseconds rest = delay + state.offset;
    const Milliseconds most = state.offset > Milliseconds{0} ? options_.kept_at_most : 10 * at_once;
    if (rest < -options_.ahead) {
      // Farther ahead than it was: the clock has been set anew.
      note_candidate(state, fix, -delay, std::chrono::seconds{30});
      if (state.agreeing >= proof_ahead) settle(state, fix);
      return;
    }
    if (rest > most) return;
    state.right = 0;
    fix.time -= state.offset;
    fix.repaired = state.kind;
  }

  void note_right(State& state, const Stamps& fix, Milliseconds delay) const noexcept {
    state.agreeing = 0;
    state.right = static_cast<std::uint8_t>(std::min(state.right + 1, believed_right));
    if (state.offset != Milliseconds{0} && state.right == believed_right) {
      state.offset = Milliseconds{0};
      state.kind = TimeRepair::none;
    }
    if (fix.backfill) return;
    state.least_delay = state.window == 0 ? delay : std::min(state.least_delay, delay);
    if (++state.window < window_fixes) return;
    state.window = 0;
    constexpr Milliseconds usual_from = std::chrono::seconds{-5};
    constexpr Milliseconds usual_to = std::chrono::seconds{20};
    const bool usual = state.least_delay >= usual_from && state.least_delay <= usual_to;
    state.steady_delay = usual ? Milliseconds{0} : state.least_delay;
  }

  ClockOptions options_;
};

}  // namespace haulwatch::track
