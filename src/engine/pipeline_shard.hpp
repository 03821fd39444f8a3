#pragma once

#include "counter.hpp"
#include "pipeline_clock.hpp"
#include "source_slot.hpp"
#include "token_queue.hpp"
#include "trouble.hpp"

#include <haulwatch/engine/detail/source_fold.hpp>
#include <haulwatch/engine/latency.hpp>
#include <haulwatch/units.hpp>
#include <haulwatch/verdict.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace haulwatch::detail {

/// What a shard hands to the delivery: all of one step, or, where delivery is immediate, of one round.
struct ShardBatch {
  Found found;
  TimeUtc tick = no_time;   ///< of the step; `no_time` for a round
  TimeUtc bound = no_time;  ///< no event of the shard's before this can come any more, but from late fixes
  std::uint32_t ticked_us = 0;
  std::size_t shard = 0;
  ShardBatch* next = nullptr;
};

/// One shard: takes what sources sent, folds it, and hands on what was found.
///
/// A source's ticks are taken when they come, and what they prove is tagged with them. Only when every source that is
/// awake has passed a tick is that tick a step, whose findings go to the delivery; nobody waits for it here. Steps are
/// the ticks of all sources in the order of time, whatever the order in which their queues were read.
///
/// Threads: one at a time runs it; counters and latencies are read by any.
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): what other threads write lies in lines of its own
class PipelineShard {
 public:
  PipelineShard(std::size_t number, const PipelineOptions& options, const MakeFold& make_fold, PipelineShared& shared,
                Trouble& trouble);

  /// Sources know the queue before the shard knows them.
  [[nodiscard]] FeedQueue& queue() noexcept { return queue_; }
  void connect(std::vector<std::unique_ptr<SourceSlot>>& sources);

  /// \returns how many items were taken
  std::size_t run_round();

  // After the last round, when nobody else runs:
  void flush_fixes();
  [[nodiscard]] TimeUtc newest_kept() const noexcept;
  void finish_at(TimeUtc end);
  /// All that no step has taken, as a batch without a tick.
  void hand_over_rest();

  // By the delivery: takes the next batch, and gives it back once it is done with.
  [[nodiscard]] ShardBatch* take_batch();
  void give_back(ShardBatch& batch);

  struct alignas(cache_line) Counts {
    Counter folded, failed, rounds, events, batches;
  };
  [[nodiscard]] const Counts& counts() const noexcept { return counts_; }
  [[nodiscard]] VerdictCounts verdicts() const noexcept;
  [[nodiscard]] Latency queue_wait() const noexcept { return queue_wait_.read(); }

  /// Whoever runs the shard holds it.
  [[nodiscard]] bool try_hold() noexcept { return !held_.exchange(true, std::memory_order_acquire); }
  void let_go() noexcept { held_.store(false, std::memory_order_release); }

 private:
  /// What one of a source's ticks has proven.
  struct Segment {
    Found found;
    TimeUtc tick = no_time;
    TimeUtc bound = no_time;
    std::uint32_t ticked_us = 0;
  };
  struct Feed {
    SourceSlot* source = nullptr;
    std::unique_ptr<SourceFold> fold;
    Found found;                    ///< since the last tick
    std::vector<Segment> segments;  ///< no step yet; the first `segment_count` of them
    std::size_t segment_count = 0;
    TimeUtc ticked = no_time;
    TimeUtc bound = no_time;
    std::uint64_t idles = 0;
    VerdictCounts told;
    bool failed = false;

    [[nodiscard]] bool is_awake() const noexcept { return source->wakes() > idles; }
  };

  std::size_t read_feed(std::size_t number);
  void take(Feed& feed, std::span<const FeedItem> items);
  void fold_fixes(Feed& feed, std::span<const FeedItem> fixes);
  void meet(Feed& feed, VehicleIndex vehicle);
  void tick(Feed& feed, TimeUtc now, std::uint32_t ticked_us);
  template <class Call>
  void guarded(Feed& feed, Call&& call) noexcept;
  void tell_verdicts(Feed& feed) noexcept;
  void make_steps();
  void make_step(TimeUtc tick);
  [[nodiscard]] ShardBatch& spare_batch();
  void hand_over(ShardBatch& batch);

  const std::size_t number_;
  const PipelineOptions& options_;
  const MakeFold& make_fold_;
  PipelineShared& shared_;
  Trouble& trouble_;
  FeedQueue queue_;
  std::vector<Feed> feeds_;
  std::array<FeedItem, 256> items_;
  TimeUtc last_step_ = no_time;
  std::vector<std::unique_ptr<ShardBatch>> batches_;
  std::vector<ShardBatch*> spare_;
  TokenQueue<ShardBatch*> handed_over_{1};
  TokenQueue<ShardBatch*> given_back_{1};
  alignas(cache_line) std::atomic<bool> held_{false};
  Counts counts_;
  std::array<Counter, verdict_count> verdicts_;
  LatencyRecorder queue_wait_;
};

}  // namespace haulwatch::detail
