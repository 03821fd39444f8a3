#pragma once

#include <haulwatch/fix.hpp>
#include <haulwatch/track/front.hpp>
#include <haulwatch/verdict.hpp>

#include <vector>

namespace haulwatch::bench {

/// Runs fixes through the whole front; `on_sample(sample, state)` and `on_refused(fix, verdict)` see what comes out.
template <class OnSample, class OnRefused>
void run_front(const std::vector<Fix>& fixes, OnSample&& on_sample, OnRefused&& on_refused) {
  track::Front front;
  track::Front::State state;
  track::FixSlab slab;
  struct Out {
    OnSample& on_sample;
    OnRefused& on_refused;
    track::Front::State& state;
    void sample(const track::Sample& s) { on_sample(s, state); }
    void refused(const Fix& fix, Verdict verdict) { on_refused(fix, verdict); }
    void rebase(const geo::LocalFrame&, const geo::LocalFrame&) {}
  } out{on_sample, on_refused, state};
  for (const Fix& fix : fixes) front.push(state, fix, slab, out);
  front.flush(state, slab, out);
}

}  // namespace haulwatch::bench
