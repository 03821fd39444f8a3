#pragma once

#include <haulwatch/fix.hpp>
#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/track/admission.hpp>
#include <haulwatch/track/clock_repair.hpp>
#include <haulwatch/track/identity_parting.hpp>
#include <haulwatch/track/jump_gate.hpp>
#include <haulwatch/track/reorder_buffer.hpp>
#include <haulwatch/track/sample.hpp>
#include <haulwatch/track/smoother.hpp>
#include <haulwatch/track/time_order.hpp>
#include <haulwatch/units.hpp>
#include <haulwatch/verdict.hpp>

#include <cmath>
#include <cstdint>
#include <utility>

namespace haulwatch::track {

struct FrontOptions {
  ClockOptions clock;
  IdentityOptions identity;
  AdmissionOptions admission;
  TimeOrderOptions order;
  JumpGateOptions jump;
  SmootherOptions smoother;
};

/// Which frame a vehicle's local metres are in.
///
/// The registry's, while the vehicle is within reach of it; else one about the vehicle itself, moved along as it
/// travels. The two radii keep a vehicle on the rim from changing to and fro.
struct FrameState {
  geo::LocalFrame frame;
  bool chosen = false;
  bool of_registry = false;
};

/// Turns one vehicle's fixes, as they arrive, into samples in event-time order: put right ► admit ► order ►
/// part ► smooth.
///
/// One fix in gives none, one or several samples out. Time: O(1) a fix. Memory: `State` alone, plus slab blocks for
/// disorder. Threads: immutable after construction; each `State` belongs to one shard.
class Front {
 public:
  /// What an arriving fix touches lies first.
  struct State {
    ClockRepair::State clock;
    TimeOrder::State order;
    FrameState frame;
    IdentityParting::State identity;
    Smoother::State smoother;
    JumpGate::State gate;
  };

  /// \param registry_frame nullptr where there is no registry with places
  explicit Front(FrontOptions options = {}, const geo::LocalFrame* registry_frame = nullptr) noexcept
      : clock_{options.clock},
        admission_{options.admission},
        order_{options.order},
        identity_{options.identity},
        gate_{options.jump},
        smoother_{options.smoother},
        registry_frame_{registry_frame} {}

  /// \param out.sample  `(const Sample&)`, in order of event time
  /// \param out.refused `(const Fix&, Verdict)`, as soon as it is known
  /// \param out.rebase  `(const LocalFrame& from, const LocalFrame& to)` before a sample in another frame
  /// \param out.released `(const Fix&)`, where it has it: in order of event time, before anything is made of the fix;
  ///                     false: nothing shall be made of it
  template <class Out>
  void push(State& state, const Fix& sent, FixSlab& slab, Out& out) const {
    const ClockRepair::Time right = clock_.repaired_time(state.clock, sent);
    if (right.time == sent.time && right.repaired == sent.repaired) return take_in(state, sent, slab, out);
    Fix fix = sent;
    fix.time = right.time;
    fix.repaired = right.repaired;
    take_in(state, fix, slab, out);
  }

  /// Time has passed up to `now` for every vehicle. \returns as `resolve_before`
  template <class Out>
  TimeUtc advance(State& state, TimeUtc now, FixSlab& slab, Out& out) const {
    const TimeUtc watermark = now - order_.options().lateness;
    TimeOrder::witness(state.order, now);
    order_.release_before(state.order, watermark, slab, [&](const Fix& ready) { release(state, ready, out); });
    return resolve_before(state, watermark, out);
  }
  /// Time has passed: fixes that waited for a witness until before `limit` are judged without. \returns since when
  /// that was due; `no_time` where nothing was
  template <class Out>
  TimeUtc resolve_before(State& state, TimeUtc limit, Out& out) const {
    const TimeUtc deadline = gate_.hold_deadline(state.gate);
    if (deadline == no_time || deadline >= limit) return no_time;
    resolve(state, out);
    return deadline;
  }

  /// The log has ended: all that waits goes out.
  template <class Out>
  void flush(State& state, FixSlab& slab, Out& out) const {
    order_.flush(
        state.order, slab, [&](const Fix& ready) { release(state, ready, out); },
        [&out](const Fix& refused, Verdict why) { out.refused(refused, why); });
    resolve(state, out);
  }

  /// A fix that was released once already, of a vehicle that is run again. Its order is not looked at.
  template <class Out>
  void rerun(State& state, const Fix& fix, Out& out) const {
    pass_on(state, fix, out);
  }

  /// The earliest instant at which `advance` has something to do though no fix comes; `no_time` when there is none.
  [[nodiscard]] TimeUtc next_due(const State& state) const noexcept {
    TimeUtc due = no_time;
    if (state.order.waiting.size() > state.order.held)
      due = state.order.waiting.front().time + order_.options().lateness + Milliseconds{1};
    if (const TimeUtc hold = gate_.hold_deadline(state.gate); hold != no_time) {
      const TimeUtc hold_due = hold + order_.options().lateness + Milliseconds{1};
      if (due == no_time || hold_due < due) due = hold_due;
    }
    return due;
  }

  /// Whether something waits for a witness, however much time passes: suspects, or fixes of a clock not believed.
  [[nodiscard]] static bool waits_for_witness(const State& state) noexcept {
    return state.gate.suspect_count > 0 || (state.order.held > 0 && state.order.waiting.size() == state.order.held);
  }

  /// Nothing older than this can still become a sample; `no_time` when nothing waits.
  [[nodiscard]] static TimeUtc oldest_waiting(const State& state) noexcept {
    if (state.gate.suspect_count > 0) return state.gate.suspects[0].fix.time;
    return state.order.waiting.empty() ? no_time : state.order.waiting.front().time;
  }

  [[nodiscard]] const TimeOrderOptions& order_options() const noexcept { return order_.options(); }
  [[nodiscard]] const Smoother& smoother() const noexcept { return smoother_; }

 private:
  static constexpr double registry_reach_m = 200e3;
  static constexpr double registry_return_m = 180e3;
  static constexpr double own_frame_reach_m = 100e3;

  template <class Out>
  void take_in(State& state, const Fix& fix, FixSlab& slab, Out& out) const {
    if (const Verdict verdict = admission_.judge(fix); verdict != Verdict::kept) {
      out.refused(fix, verdict);
      return;
    }
    const auto refuse = [&out](const Fix& refused, Verdict why) { out.refused(refused, why); };
    if (!order_.take(state.order, fix, slab, refuse)) return;
    order_.release(state.order, slab, [&](const Fix& ready) { release(state, ready, out); });
  }

  template <class Out>
  void release(State& state, const Fix& fix, Out& out) const {
    if constexpr (requires { out.released(fix); })
      if (!out.released(fix)) return;
    pass_on(state, fix, out);
  }

  template <class Out>
  void pass_on(State& state, const Fix& fix, Out& out) const {
    // What no witness came for is judged in the frame that it was in, whether or not a tick has come to do so.
    const TimeUtc deadline = gate_.hold_deadline(state.gate);
    if (deadline != no_time && fix.time > deadline) resolve(state, out);
    const geo::LocalPoint at = choose_frame(state, fix.position, out);
    const PlacedFix placed{fix, at, smoother_.sigma_of(fix)};
    if (identity_.is_of_other(state.identity, placed)) return out.refused(fix, Verdict::other_vehicle);
    gate_.take(
        state.gate, placed, [&](TimeUtc time) { return smoother_.course(state.smoother, time); },
        [&](const PlacedFix& kept) { emit(state, kept, out); },
        [&out](const Fix& refused, Verdict why) { out.refused(refused, why); });
  }

  template <class Out>
  void resolve(State& state, Out& out) const {
    gate_.resolve(
        state.gate, [&](const PlacedFix& kept) { emit(state, kept, out); },
        [&out](const Fix& refused, Verdict why) { out.refused(refused, why); });
  }

  template <class Out>
  void emit(State& state, const PlacedFix& kept, Out& out) const {
    const bool trust = JumpGate::speeds_trusted(state.gate);
    const bool first = state.smoother.time == no_time;
    smoother_.update(state.smoother, kept, trust);
    const Motion& motion = state.smoother.motion;
    Sample sample;
    sample.fix = kept.fix;
    sample.time = kept.fix.time;
    sample.raw = kept.at;
    sample.place = motion.place;
    sample.velocity = motion.velocity;
    sample.sigma_m = std::sqrt(motion.covariance.pp);
    sample.fix_sigma_m = kept.sigma_m;
    sample.parked = state.smoother.parked;
    sample.speed_trusted = trust && kept.fix.speed_mps.has_value();
    sample.first = first;
    sample.clock_ahead_s = static_cast<float>(seconds(ClockRepair::ahead_by(state.clock)));
    if (state.identity.parted != no_time) {
      sample.shared_since = state.identity.since;
      sample.apart_m = static_cast<float>(IdentityParting::apart_m(state.identity));
    }
    sample.frozen = std::exchange(state.gate.frozen, std::uint16_t{0});
    out.sample(sample);
  }

  /// \returns the place in the frame chosen
  template <class Out>
  geo::LocalPoint choose_frame(State& state, LonLat position, Out& out) const {
    FrameState& now = state.frame;
    const geo::LocalPoint at = now.frame.to_local(position);
    const double from_own = now.chosen ? geo::norm(at) : 0.0;
    if (now.chosen && now.of_registry ? from_own <= registry_reach_m
                                      : now.chosen && from_own <= own_frame_reach_m && !back_in_reach(position))
      return at;
    const bool use_registry = registry_frame_ != nullptr && back_in_reach(position);
    const geo::LocalFrame next = use_registry ? *registry_frame_ : geo::LocalFrame{position};
    if (now.chosen) {
      IdentityParting::rebase(state.identity, now.frame, next);
      JumpGate::rebase(state.gate, now.frame, next);
      Smoother::rebase(state.smoother, now.frame, next);
      out.rebase(now.frame, next);
    }
    now = FrameState{next, true, use_registry};
    return next.to_local(position);
  }

  [[nodiscard]] bool back_in_reach(LonLat position) const noexcept {
    return registry_frame_ != nullptr && geo::norm(registry_frame_->to_local(position)) <= registry_return_m;
  }

  ClockRepair clock_;
  Admission admission_;
  TimeOrder order_;
  IdentityParting identity_;
  JumpGate gate_;
  Smoother smoother_;
  const geo::LocalFrame* registry_frame_;
};

}  // namespace haulwatch::track
