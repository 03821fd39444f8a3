#pragma once

#include <haulwatch/detect/stage.hpp>
#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/units.hpp>

#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace haulwatch {

namespace detail {

/// `std::tuple` is not trivially copyable; a checkpoint has to be a copy of bytes.
template <class Stage>
struct StageSlot {
  typename Stage::State state;
};

template <class... Stages>
struct StageStates : StageSlot<Stages>... {
  template <class Stage>
  [[nodiscard]] typename Stage::State& of() noexcept {
    return static_cast<StageSlot<Stage>&>(*this).state;
  }
};

}  // namespace detail

/// The stages that a vehicle's samples pass through, in this order; each sees what those before it found.
///
/// A chain holds the stages' options and is shared by all vehicles of a shard; what is known of one vehicle is `State`.
/// `Chain<Dwell, SignalWatch, Locate, MyStage>` adds a stage of one's own: see examples/custom_stage.cpp.
template <detect::Stage... Stages>
class Chain {
 public:
  static constexpr std::size_t size = sizeof...(Stages);

  struct State {
    detail::StageStates<Stages...> stages;
    std::array<TimeUtc, size> deadlines = filled_with_no_time();
  };

  explicit Chain(Stages... stages) : stages_{std::move(stages)...} {}

  void on_sample(State& state, const detect::Sample& sample, const detect::World& world,
                 detect::Emit& emit) const noexcept {
    Findings findings;
    emit.at_moment(sample.time);
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (run<I>(state, findings, emit,
              [&](const auto& stage, auto& own, auto& facts) { stage.on_sample(own, sample, world, facts, emit); }),
       ...);
    }
    (std::make_index_sequence<size>{});
  }

  /// Fires every timer whose deadline comes before `limit`, the earliest first, with exactly its deadline.
  /// \returns the last deadline that was fired; `no_time` when there was none
  TimeUtc fire_timers_before(State& state, TimeUtc limit, const detect::World& world,
                             detect::Emit& emit) const noexcept {
    TimeUtc fired = no_time;
    for (TimeUtc deadline = next_deadline(state); deadline != no_time && deadline < limit;
         deadline = next_deadline(state)) {
      Findings findings;
      emit.at_moment(deadline);
      [&]<std::size_t... I>(std::index_sequence<I...>) {
        (fire_if_due<I>(state, findings, deadline, world, emit), ...);
      }
      (std::make_index_sequence<size>{});
      fired = deadline;
    }
    return fired;
  }

  /// Tells the stages that ask for it that the vehicle's shelf of manifests has changed.
  void on_manifests(State& state, TimeUtc now, const detect::World& world, detect::Emit& emit) const noexcept {
    emit.at_moment(now);
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (tell_manifests<I>(state, now, world, emit), ...);
    }
    (std::make_index_sequence<size>{});
  }

  /// The earliest deadline that a stage has set; `no_time` when there is none.
  [[nodiscard]] static TimeUtc next_deadline(const State& state) noexcept {
    TimeUtc next = no_time;
    for (const TimeUtc deadline : state.deadlines)
      if (deadline != no_time && (next == no_time || deadline < next)) next = deadline;
    return next;
  }

  static void rebase(State& state, const geo::LocalFrame& from, const geo::LocalFrame& to) noexcept {
    (rebase_one<Stages>(state, from, to), ...);
  }

 private:
  using Findings = std::tuple<typename Stages::Finding...>;
  template <std::size_t I>
  using StageAt = std::tuple_element_t<I, std::tuple<Stages...>>;

  static constexpr std::array<TimeUtc, size> filled_with_no_time() noexcept {
    std::array<TimeUtc, size> all{};
    all.fill(no_time);
    return all;
  }

  template <std::size_t I, class Call>
  void run(State& state, Findings& findings, detect::Emit& emit, Call&& call) const noexcept {
    emit.at_stage(state.deadlines[I]);
    [&]<std::size_t... Earlier>(std::index_sequence<Earlier...>) {
      detect::Facts<typename StageAt<I>::Finding, typename StageAt<Earlier>::Finding...> facts{
          std::get<I>(findings), std::get<Earlier>(findings)...};
      call(std::get<I>(stages_), state.stages.template of<StageAt<I>>(), facts);
    }
    (std::make_index_sequence<I>{});
  }

  template <std::size_t I>
  void fire_if_due(State& state, Findings& findings, TimeUtc deadline, const detect::World& world,
                   detect::Emit& emit) const noexcept {
    if (state.deadlines[I] != deadline) return;
    state.deadlines[I] = no_time;
    run<I>(state, findings, emit,
           [&](const auto& stage, auto& own, auto& facts) { stage.on_timer(own, deadline, world, facts, emit); });
  }

  template <std::size_t I>
  void tell_manifests(State& state, TimeUtc now, const detect::World& world, detect::Emit& emit) const noexcept {
    const auto& stage = std::get<I>(stages_);
    auto& own = state.stages.template of<StageAt<I>>();
    emit.at_stage(state.deadlines[I]);
    if constexpr (requires { stage.on_manifests(own, now, world, emit); }) stage.on_manifests(own, now, world, emit);
  }

  template <class Stage>
  static void rebase_one(State& state, const geo::LocalFrame& from, const geo::LocalFrame& to) noexcept {
    if constexpr (requires(typename Stage::State & own) { Stage::rebase(own, from, to); })
      Stage::rebase(state.stages.template of<Stage>(), from, to);
  }

  std::tuple<Stages...> stages_;
};

}  // namespace haulwatch
