#pragma once

#include <haulwatch/detect/stage.hpp>
#include <haulwatch/units.hpp>

#include <string_view>

namespace haulwatch::detect {

/// Says once that two vehicles report under one name, which `track::IdentityParting` has found: `shared_id`. The second
/// one's fixes are refused from there on, so that no track is of both. Time: O(1). Memory: `sizeof(State)`.
class IdentityWatch {
 public:
  struct State {
    bool told = false;
  };
  using Finding = NoFinding<IdentityWatch>;

  template <class FactsView>
  void on_sample(State& state, const Sample& sample, const World& world, FactsView&, Emit& emit) const noexcept {
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

  template <class FactsView>
  void on_timer(State&, TimeUtc, const World&, FactsView&, Emit&) const noexcept {}
};

}  // namespace haulwatch::detect
