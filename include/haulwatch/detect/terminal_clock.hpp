#pragma once

#include <haulwatch/detect/stage.hpp>
#include <haulwatch/fix.hpp>
#include <haulwatch/units.hpp>

#include <chrono>
#include <cmath>

namespace haulwatch::detect {

/// Says once an episode that a terminal's clock is wrong: what the front put right (`track::ClockRepair`), and what it
/// only estimates. An episode is over half an hour after the last such fix. Time: O(1). Memory: 24 B.
class TerminalClock {
 public:
  struct State {
    TimeUtc last = no_time;  ///< fix of the episode
    TimeRepair told = TimeRepair::none;
  };
  using Finding = NoFinding<TerminalClock>;

  template <class FactsView>
  void on_sample(State& state, const Sample& sample, const World& world, FactsView&, Emit& emit) const noexcept {
    TimeRepair wrong = sample.fix.repaired;
    // Of a clock that is being put right no more is said.
    const bool silent = state.told == TimeRepair::none || state.told == TimeRepair::offset;
    if (wrong == TimeRepair::none && sample.clock_ahead_s != 0.0F && silent) wrong = TimeRepair::offset;
    if (wrong == TimeRepair::none) {
      constexpr Milliseconds calm = std::chrono::minutes{30};
      if (state.told != TimeRepair::none && sample.time - state.last >= calm) state.told = TimeRepair::none;
      return;
    }
    state.last = sample.time;
    if (state.told == wrong) return;
    state.told = wrong;
    const SubjectId subject = subject_of(world.vehicle, EpisodeKind::clock, name_of(wrong), sample.time);
    TerminalFinding finding{.sign = name_of(wrong), .values = {}};
    finding.values.add("repaired", sample.fix.repaired != TimeRepair::none ? 1.0 : 0.0);
    if (wrong == TimeRepair::week_rollover)
      finding.values.add("weeks", -1024.0);
    else if (sample.clock_ahead_s != 0.0F)
      finding.values.add("ahead_s", static_cast<double>(sample.clock_ahead_s));
    emit.event({EventKind::clock_suspected, subject, sample.time, sample.fix.position, false}, finding);
  }

  template <class FactsView>
  void on_timer(State&, TimeUtc, const World&, FactsView&, Emit&) const noexcept {}
};

}  // namespace haulwatch::detect
