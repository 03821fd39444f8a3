#pragma once

#include <haulwatch/fix.hpp>
#include <haulwatch/track/reorder_buffer.hpp>
#include <haulwatch/units.hpp>
#include <haulwatch/verdict.hpp>

#include <chrono>
#include <cstdint>
#include <limits>

namespace haulwatch::track {

/// What becomes of held fixes that the log ends with, unwitnessed and uncontradicted.
enum class Orphans : std::uint8_t {
  keep,    ///< the vehicle came back just before the end
  refuse,  ///< in sorted fixes nothing can contradict a wrong clock: what stands so far apart at the end is one
};

struct TimeOrderOptions {
  /// How much later than a newer fix an older one may still arrive and be put in order.
  Milliseconds lateness = std::chrono::seconds{30};
  /// A step ahead of the newest fix that needs a witness before the clock is believed, where `received` is not known.
  Milliseconds unwitnessed_step = std::chrono::seconds{60};
  Orphans orphans = Orphans::keep;
  /// A first fix so far before the next two is a dead clock's.
  Milliseconds past_guard = std::chrono::days{7};
};

/// Puts one vehicle's fixes in order of event time, and keeps a wrong clock from carrying the watermark away.
///
/// The watermark is the newest believed time − `lateness`; a fix is released once it lies before it. A fix that steps
/// ahead by more than `unwitnessed_step` is held: three of them in all are a vehicle that came back after a gap and are
/// believed; three fixes of the old timeline first, and the held ones are refused as `future`. A `received` time
/// believes or refuses at once. Every verdict depends on the fixes alone, never on ticks. O(1) for orderly input.
class TimeOrder {
 public:
  struct State {
    TimeUtc newest = no_time;  ///< newest believed event time
    TimeUtc last_released = no_time;
    std::uint8_t held = 0;      ///< fixes at the back of `waiting` that are not believed yet
    std::uint8_t contrary = 0;  ///< fixes of the old timeline since the first of them
    ReorderBuffer waiting;
  };

  explicit TimeOrder(TimeOrderOptions options = {}) noexcept : options_{options} {}

  /// Takes a fix in. What is refused, duplicates among them, goes to `refuse(const Fix&, Verdict)` at once.
  /// Call `release` after it. \returns whether the fix itself is waiting now.
  template <class Refuse>
  bool take(State& state, const Fix& fix, FixSlab& slab, Refuse&& refuse) const {
    if (state.last_released != no_time && fix.time <= state.last_released) {
      refuse(fix, verdict_of_late(state, fix));
      return false;
    }
    Fix twin;
    switch (state.waiting.insert(fix, slab, twin)) {
      case ReorderBuffer::Inserted::dropped_as_twin:
        refuse(twin, Verdict::duplicate);
        return false;
      case ReorderBuffer::Inserted::in_place_of_twin:
        refuse(twin, Verdict::duplicate);
        return true;
      case ReorderBuffer::Inserted::as_new:
        break;
    }
    believe(state, fix, slab, refuse);
    return true;
  }

  /// Gives `accept(const Fix&)` every fix that nothing can come before any more, oldest first.
  template <class Accept>
  void release(State& state, FixSlab& slab, Accept&& accept) const {
    if (state.newest == no_time) return;
    release_before(state, state.newest - options_.lateness, slab, accept);
    if (state.waiting.full()) pass_front(state, slab, accept);
  }

  /// The same for time that has passed without a word from the vehicle. What is held stays held.
  template <class Accept>
  void release_before(State& state, TimeUtc watermark, FixSlab& slab, Accept&& accept) const {
    while (state.waiting.size() > state.held && state.waiting.front().time < watermark) pass_front(state, slab, accept);
  }

  /// The world's clock has reached `now`: a held fix that is not from the future of that is no wrong clock's.
  static void witness(State& state, TimeUtc now) noexcept {
    if (state.newest == no_time && !state.waiting.empty() && state.waiting.back().time <= now) believe_all(state);
    if (state.held > 0 && state.waiting.back().time <= now) believe_all(state);
  }

  /// The log has ended: everything goes out, save held fixes against which the old timeline has spoken.
  template <class Accept, class Refuse>
  void flush(State& state, FixSlab& slab, Accept&& accept, Refuse&& refuse) const {
    if (state.contrary > 0 || options_.orphans == Orphans::refuse) refuse_held(state, slab, refuse);
    state.held = 0;
    while (!state.waiting.empty()) pass_front(state, slab, accept);
  }

  [[nodiscard]] const TimeOrderOptions& options() const noexcept { return options_; }

 private:
  static constexpr std::uint8_t witnesses = 3;

  [[nodiscard]] Verdict verdict_of_late(const State& state, const Fix& fix) const noexcept {
    if (fix.time == state.last_released) return Verdict::duplicate;
    return fix.time < state.last_released - options_.past_guard ? Verdict::too_old : Verdict::late;
  }

  template <class Refuse>
  void believe(State& state, const Fix& fix, FixSlab& slab, Refuse& refuse) const {
    if (fix.received != no_time) {
      // Admission has compared it with its arrival: it is believed, and so is all that waits before it.
      if (state.newest == no_time || fix.time > state.newest) state.newest = fix.time;
      recount_held(state);
      return;
    }
    if (state.newest == no_time) {
      if (state.waiting.size() >= witnesses) begin(state, slab, refuse);
      return;
    }
    if (fix.time > state.newest + options_.unwitnessed_step) {
      ++state.held;
      if (state.held >= witnesses) believe_all(state);
      return;
    }
    if (fix.time > state.newest) state.newest = fix.time;
    if (state.held == 0) return;
    recount_held(state);
    if (state.held > 0 && !fix.backfill && ++state.contrary >= witnesses) refuse_held(state, slab, refuse);
  }

  /// The first three fixes choose the timeline by majority: one wild clock among them is outvoted.
  template <class Refuse>
  void begin(State& state, FixSlab& slab, Refuse& refuse) const {
    const TimeUtc oldest = state.waiting.at(0).time;
    const TimeUtc second = state.waiting.at(1).time;
    const TimeUtc newest = state.waiting.at(2).time;
    if (second - oldest > options_.past_guard && newest - second <= options_.past_guard) {
      refuse(state.waiting.front(), Verdict::too_old);
      state.waiting.pop_front(slab);
      state.newest = newest;
      return;
    }
    state.newest = second;
    recount_held(state);
    if (state.held == 0) state.newest = newest;
  }

  /// Held are those beyond the newest believed time by more than the step, now that it may have moved.
  void recount_held(State& state) const noexcept {
    std::uint8_t held = 0;
    for (std::size_t i = state.waiting.size(); i > 0 && held < witnesses; --i, ++held) {
      if (state.waiting.at(i - 1).time <= state.newest + options_.unwitnessed_step) {
        state.newest = std::max(state.newest, state.waiting.at(i - 1).time);
        break;
      }
    }
    state.held = held;
    if (held == 0) state.contrary = 0;
  }

  static void believe_all(State& state) noexcept {
    state.newest = state.waiting.back().time;
    state.held = 0;
    state.contrary = 0;
  }

  template <class Refuse>
  static void refuse_held(State& state, FixSlab& slab, Refuse& refuse) {
    for (; state.held > 0; --state.held) {
      refuse(state.waiting.back(), Verdict::future);
      state.waiting.pop_back(slab);
    }
    state.contrary = 0;
  }

  template <class Accept>
  static void pass_front(State& state, FixSlab& slab, Accept& accept) {
    // It is taken out, and where it lay nothing is put before `accept` has come back.
    const Fix& fix = state.waiting.front();
    state.waiting.pop_front(slab);
    state.held = std::min<std::uint8_t>(
        state.held, static_cast<std::uint8_t>(std::min<std::size_t>(state.waiting.size(), witnesses)));
    state.last_released = fix.time;
    accept(fix);
  }

  TimeOrderOptions options_;
};

}  // namespace haulwatch::track
