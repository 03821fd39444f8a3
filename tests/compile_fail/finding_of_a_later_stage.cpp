// expect: no earlier stage of the chain gives this finding
#include <haulwatch/detect/stage.hpp>
#include <haulwatch/engine/chain.hpp>

namespace stages {

using haulwatch::TimeUtc;
using haulwatch::detect::Emit;
using haulwatch::detect::Sample;
using haulwatch::detect::World;

struct Second {
  struct State {};
  struct Finding {
    int number = 0;
  };
  template <class FactsView>
  void on_sample(State&, const Sample&, const World&, FactsView& facts, Emit&) const noexcept {
    facts.found().number = 2;
  }
  template <class FactsView>
  void on_timer(State&, TimeUtc, const World&, FactsView&, Emit&) const noexcept {}
};

/// Reads what `Second` found.
struct First {
  struct State {};
  struct Finding {
    int number = 0;
  };
  template <class FactsView>
  void on_sample(State&, const Sample&, const World&, FactsView& facts, Emit&) const noexcept {
    facts.found().number = facts.template get<Second::Finding>().number;
  }
  template <class FactsView>
  void on_timer(State&, TimeUtc, const World&, FactsView&, Emit&) const noexcept {}
};

#ifdef MISTAKE
using Both = haulwatch::Chain<First, Second>;
#else
using Both = haulwatch::Chain<Second, First>;
#endif

}  // namespace stages

// A stage sees what those before it found; what comes later is not known yet.
void run(const stages::Both& chain, stages::Both::State& state, const stages::Sample& sample,
         const stages::World& world, stages::Emit& emit) {
  chain.on_sample(state, sample, world, emit);
}
