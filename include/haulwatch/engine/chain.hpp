#pragma once

#include <haulwatch/detect/stage.hpp>
#include <haulwatch/engine/detail/prefetch.hpp>
#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
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
    TimeUtc next_deadline = no_time;  ///< the earliest of `deadlines`
    std::array<TimeUtc, size> deadlines = filled_with_no_time();
    detail::StageStates<Stages...> stages;
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
    state.next_deadline = earliest(state.deadlines);
  }

  /// Fires every timer whose deadline comes before `limit`, the earliest first, with exactly its deadline.
  /// \returns the last deadline that was fired; `no_time` when there was none
  TimeUtc fire_timers_before(State& state, TimeUtc limit, const detect::World& world,
                             detect::Emit& emit) const noexcept {
    TimeUtc fired = no_time;
    for (TimeUtc deadline = state.next_deadline; deadline != no_time && deadline < limit;
         deadline = state.next_deadline) {
      Findings findings;
      emit.at_moment(deadline);
      [&]<std::size_t... I>(std::index_sequence<I...>) {
        (fire_if_due<I>(state, findings, deadline, world, emit), ...);
      }
      (std::make_index_sequence<size>{});
      state.next_deadline = earliest(state.deadlines);
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
    state.next_deadline = earliest(state.deadlines);
  }

  /// The earliest deadline that a stage has set; `no_time` when there is none.
  [[nodiscard]] static TimeUtc next_deadline(const State& state) noexcept { return state.next_deadline; }

  /// Asks for what the next sample will touch to be brought near: all of a stage's state, or as much of its beginning
  /// as the stage's `hot_bytes` says.
  static void prefetch(const State& state) noexcept {
    detail::prefetch(&state, &state.stages);
    (prefetch_one<Stages>(state), ...);
  }

  static void rebase(State& state, const geo::LocalFrame& from, const geo::LocalFrame& to) noexcept {
    (rebase_one<Stages>(state, from, to), ...);
  }

 private:
  using Findings = std::tuple<typename Stages::Finding...>;
  template <std::size_t I>
  using StageAt = std::tuple_element_t<I, std::tuple<Stages...>>;

  /// `no_time` is the least of all times: counted from just above it, it is the last.
  static TimeUtc earliest(const std::array<TimeUtc, size>& deadlines) noexcept {
    const auto rank = [](TimeUtc time) {
      return static_cast<std::uint64_t>(time.time_since_epoch().count()) - least - 1;
    };
    std::uint64_t first = rank(no_time);
    for (const TimeUtc deadline : deadlines) first = std::min(first, rank(deadline));
    return TimeUtc{Milliseconds{static_cast<std::int64_t>(first + least + 1)}};
  }
  static constexpr std::uint64_t least = static_cast<std::uint64_t>(no_time.time_since_epoch().count());

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
  static void prefetch_one(const State& state) noexcept {
    constexpr std::size_t bytes = [] {
      if constexpr (requires { Stage::hot_bytes; }) return Stage::hot_bytes;
      return sizeof(typename Stage::State);
    }();
    detail::prefetch(&static_cast<const detail::StageSlot<Stage>&>(state.stages).state, bytes);
  }

  template <class Stage>
  static void rebase_one(State& state, const geo::LocalFrame& from, const geo::LocalFrame& to) noexcept {
    if constexpr (requires(typename Stage::State & own) { Stage::rebase(own, from, to); })
      Stage::rebase(state.stages.template of<Stage>(), from, to);
  }

  std::tuple<Stages...> stages_;
};

}  // namespace haulwatch
