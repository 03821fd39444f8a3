#pragma once

#include "counter.hpp"
#include "pipeline_shard.hpp"
#include "source_slot.hpp"
#include "trouble.hpp"

#include <haulwatch/engine/sink.hpp>
#include <haulwatch/event.hpp>
#include <haulwatch/units.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

namespace haulwatch::detail {

/// Brings together what the shards found and calls the sink: the one place in the pipeline where one waits for another.
///
/// A step is delivered once every shard has reached one: the earliest goes first. What it proves, and nobody can come
/// before any more, is sorted and given out; so the sink gets the same events in the same order, and in the same
/// portions, as from one engine that was given the same fixes and ticks. Threads: one at a time runs it; counters are
/// read by any.
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): what other threads write lies in lines of its own
class EventMerge {
 public:
  EventMerge(std::vector<std::unique_ptr<PipelineShard>>& shards, const PipelineOptions& options, Sink& sink,
             PipelineShared& shared, Trouble& trouble);

  /// \returns how many batches were taken
  std::size_t run_round();

  /// After the shards' last batch: all that is left.
  void deliver_rest();

  struct alignas(cache_line) Counts {
    Counter steps, delivered, failed_events, sink_failures, batches;
  };
  [[nodiscard]] const Counts& counts() const noexcept { return counts_; }
  /// Batches of a shard that are done with, for better or worse; of steps, those taken.
  [[nodiscard]] const Counter& settled(std::size_t shard) const noexcept { return settled_[shard]; }
  [[nodiscard]] Latency tick_to_sink() const noexcept { return tick_to_sink_.read(); }

  [[nodiscard]] bool try_hold() noexcept { return !held_by_somebody_.exchange(true, std::memory_order_acquire); }
  void let_go() noexcept { held_by_somebody_.store(false, std::memory_order_release); }

 private:
  /// Steps of one shard that wait for the others'.
  struct Steps {
    ShardBatch* first = nullptr;
    ShardBatch* last = nullptr;
    TimeUtc bound = no_time;  ///< of the last one taken
  };

  void take(ShardBatch& batch);
  void make_steps();
  void make_step(TimeUtc tick);
  ShardBatch& pop(Steps& steps) noexcept;
  void deliver_before(TimeUtc bound);
  void tell_complete_before(TimeUtc bound) noexcept;
  void deliver_others(Found& found);
  void deliver_events(std::size_t count) noexcept;
  template <class Call>
  bool survived(Call&& call) noexcept;

  std::vector<std::unique_ptr<PipelineShard>>& shards_;
  const bool ordered_;
  Sink& sink_;
  PipelineShared& shared_;
  Trouble& trouble_;
  std::vector<Steps> steps_;
  Found waiting_;  ///< taken and not delivered
  alignas(cache_line) std::atomic<bool> held_by_somebody_{false};
  Counts counts_;
  std::vector<Counter> settled_;
  LatencyRecorder tick_to_sink_;
};

}  // namespace haulwatch::detail
