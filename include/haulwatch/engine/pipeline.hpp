#pragma once

#include <haulwatch/engine/detail/source_fold.hpp>
#include <haulwatch/engine/engine.hpp>
#include <haulwatch/engine/pipeline_metrics.hpp>
#include <haulwatch/engine/sink.hpp>
#include <haulwatch/engine/vehicle_status.hpp>
#include <haulwatch/fix.hpp>
#include <haulwatch/registry/registry.hpp>
#include <haulwatch/units.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace haulwatch {

namespace detail {
class PipelineCore;
class SourceSlot;
}  // namespace detail

/// What a source does when a shard's queue is full, or too many of its ticks are open.
enum class Overflow : std::uint8_t {
  block,   ///< waits for room
  reject,  ///< gives the fixes back, or says that the tick was not taken
};

/// Whose threads run the shards and the delivery.
enum class PipelineThreads : std::uint8_t {
  own,   ///< the pipeline's: one a shard, and one that calls the sink
  host,  ///< the host calls `run_shard` and `deliver` from its own loop; needs `Overflow::reject`
};

struct PipelineOptions {
  EngineOptions engine;
  unsigned shards = 1;
  unsigned sources = 8;               ///< that may be open at once
  std::size_t queue_capacity = 8192;  ///< fixes that may wait, for each source and shard
  unsigned open_ticks = 8;            ///< a source's ticks that may wait for delivery
  Overflow overflow = Overflow::block;
  PipelineThreads threads = PipelineThreads::own;
  /// Told once of each kind of trouble that the pipeline has survived: a sink or an engine that threw. Called from the
  /// thread that met it, and must not throw.
  std::function<void(std::string_view)> on_problem;
};

/// One host thread's way into a pipeline.
///
/// A vehicle belongs to the source that first asked for its number, for as long as the pipeline lives; a closed
/// source's vehicles go to whoever opens a source next. No call after the pipeline's end does harm: fixes are given
/// back. Threads: one at a time, the same or another. Nothing is allocated once every vehicle is known and the queues
/// have grown to their working size.
class Source {
 public:
  Source() = default;
  Source(Source&& other) noexcept : core_{std::move(other.core_)}, slot_{std::exchange(other.slot_, nullptr)} {}
  Source& operator=(Source&& other) noexcept;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  /// Closes it.
  ~Source();

  /// The number by which the pipeline knows the vehicle. Absent when it belongs to another source, whose thread has to
  /// push its fixes: send a vehicle's reports to the thread that `StableHash` of its name chooses, and it never does.
  /// About 10 ns for a vehicle of its own; a new one takes a lock.
  [[nodiscard]] std::optional<VehicleIndex> vehicle(std::string_view name);

  /// Sends the fixes to their shards, in this order for each vehicle. Cheapest in batches: a call costs about as much
  /// as folding one fix.
  /// \returns how many were taken; the others are in `rejected()`
  std::size_t push(std::span<const Fix> fixes);
  std::size_t push(const Fix& fix) { return push(std::span{&fix, 1}); }

  /// What the last `push` gave back, in the order given. Fixes of vehicles that are not this source's are always among
  /// them.
  [[nodiscard]] std::span<const Fix> rejected() const noexcept;

  /// All of this source's fixes that the host knows up to `now` have been pushed. What that proves is delivered once
  /// every source that is not idle has said as much. A tick that is not later than the one before does nothing.
  /// \returns false when the tick was not taken (`Overflow::reject`, or the pipeline has ended)
  bool tick(TimeUtc now);

  /// Nothing will come for a while: until the next push or tick, the other sources' ticks hold for this one's vehicles.
  void idle();

  /// For good. Idle from now on.
  void close() noexcept;

  [[nodiscard]] bool is_open() const noexcept { return slot_ != nullptr; }

 private:
  friend class AnyPipeline;
  Source(std::shared_ptr<detail::PipelineCore> core, detail::SourceSlot& slot) noexcept
      : core_{std::move(core)}, slot_{&slot} {}

  std::shared_ptr<detail::PipelineCore> core_;
  detail::SourceSlot* slot_ = nullptr;
};

/// The live engine: fixes from several threads through lock-free queues to shards, events in order to one sink.
///
/// Each shard folds its own vehicles and never waits; only the delivery waits for the slowest source. With
/// `Delivery::ordered` the sink gets, tick by tick, the very events that one engine would give on one thread for the
/// same fixes and ticks; refused fixes come by vehicle within a tick. With `Delivery::immediate` events come when they
/// are proven, in order within a vehicle only. docs/live-pipeline.md says how to embed it.
///
/// The sink is called from one thread at a time: the pipeline's own, or whoever calls `deliver`, `finish` or `stop`.
/// What it throws is counted and survived. A sink that blocks holds up delivery and in the end the sources; it must not
/// push to its own pipeline with `Overflow::block`, nor end it.
///
/// Threads: any, for every call but the destructor. Texts of events live as long as the pipeline.
class AnyPipeline {
 public:
  AnyPipeline(const AnyPipeline&) = delete;
  AnyPipeline& operator=(const AnyPipeline&) = delete;
  /// As `stop`.
  ~AnyPipeline();

  /// \throws Error when as many are open as the options allow, or the pipeline has ended
  [[nodiscard]] Source open_source();

  /// Waits until all that was pushed so far is folded, and all is delivered that ticks allow.
  /// \returns false when that took longer than `at_most`
  bool drain(std::chrono::milliseconds at_most = std::chrono::hours{24});

  /// The log has ended: what is queued is folded, silence up to the newest fix is evidence, and all is delivered. The
  /// same events as `BasicEngine::finish`. Sources are refused from now on.
  void finish();

  /// Ends without a word on the silence: what is queued is folded and what is proven is delivered, nothing more. Waits
  /// for a call of the sink to return.
  void stop();

  /// One round of a shard's work, on the host's thread. \returns how many items it took: 0 when there was nothing to do
  /// or another thread is at it
  std::size_t run_shard(unsigned shard);

  /// Gives the sink what is ready. \returns how many batches of results were taken from the shards
  std::size_t deliver();

  [[nodiscard]] unsigned shard_count() const noexcept;

  /// The text of a number that some source was given.
  [[nodiscard]] std::string_view name(VehicleIndex vehicle) const;

  /// Where a vehicle is and what it is about, as of the last batch that its shard has folded; absent when no source
  /// ever asked for it. Takes a lock to find the vehicle, and none to read.
  [[nodiscard]] std::optional<VehicleStatus> status(std::string_view vehicle) const;

  /// The same for all, in the order in which they were met. The lock is not held while `call` runs.
  void for_each_status(const std::function<void(std::string_view vehicle, const VehicleStatus&)>& call) const;

  [[nodiscard]] PipelineMetrics metrics() const;

  /// The first trouble that was survived; empty when there was none.
  [[nodiscard]] std::string problem() const;

 protected:
  AnyPipeline(const PipelineOptions& options, Sink& sink, detail::MakeFold make_fold);

 private:
  std::shared_ptr<detail::PipelineCore> core_;
};

/// \see AnyPipeline, which holds all that does not depend on the chain.
template <class ChainType>
class BasicPipeline : public AnyPipeline {
 public:
  /// Starts at once. \param sink must outlive the pipeline \throws Error for options that cannot work
  BasicPipeline(std::shared_ptr<const registry::Registry> registry, ChainType chain, PipelineOptions options,
                Sink& sink)
      : AnyPipeline{options, sink, [registry = std::move(registry), chain = std::move(chain), engine = options.engine] {
                      return std::make_unique<detail::EngineFold<ChainType>>(registry, chain, engine);
                    }} {}
};

}  // namespace haulwatch
