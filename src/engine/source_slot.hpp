#pragma once

#include "counter.hpp"
#include "pipeline_clock.hpp"
#include "token_queue.hpp"
#include "vehicle_directory.hpp"

#include <haulwatch/engine/detail/source_fold.hpp>
#include <haulwatch/engine/detail/text_index.hpp>
#include <haulwatch/engine/pipeline.hpp>
#include <haulwatch/fix.hpp>
#include <haulwatch/units.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace haulwatch::detail {

using FeedQueue = TokenQueue<FeedItem>;

/// How much has gone from a source to a shard, in items. The source waits for room by comparing the two.
struct Lane {
  alignas(cache_line) Counter sent;   ///< by the source
  alignas(cache_line) Counter taken;  ///< by the shard
};

/// What sources see of the pipeline around them.
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): what other threads write lies in lines of its own
struct PipelineShared {
  PipelineClock clock;
  VehicleDirectory vehicles;
  alignas(cache_line) std::atomic<bool> closing{false};
  /// Up to which tick everything was delivered: what was opened up to then is open no more.
  alignas(cache_line) std::atomic<TimeUtc> delivered_tick{no_time};
};

/// All that a source is, while some host's thread has it and between two of those.
class SourceSlot {
 public:
  struct Way {
    FeedQueue* queue = nullptr;
    const Counter* handed_over = nullptr;  ///< where delivery is immediate: the shard's batches,
    const Counter* delivered = nullptr;    ///< and those of them that the sink was given
  };

  SourceSlot(std::size_t number, const PipelineOptions& options, PipelineShared& shared, const std::vector<Way>& ways);

  // By the source's thread ------------------------------------------------------------------------------------------
  std::optional<VehicleIndex> vehicle(std::string_view name);
  std::size_t push(std::span<const Fix> fixes);
  [[nodiscard]] std::span<const Fix> rejected() const noexcept { return rejected_; }
  bool tick(TimeUtc now);
  void idle();

  // By whoever opens, under the pipeline's lock
  bool try_open();
  void close() noexcept;

  // By the shards ---------------------------------------------------------------------------------------------------
  [[nodiscard]] Lane& lane(std::size_t shard) noexcept { return *lanes_[shard]; }
  /// Grows with each time that the source woke; it is awake while that is more than the `idle` items read.
  [[nodiscard]] std::uint64_t wakes() const noexcept { return wakes_.read(); }

  // By anybody ------------------------------------------------------------------------------------------------------
  /// A call that began before the pipeline was closing goes on.
  [[nodiscard]] bool is_busy() const noexcept { return busy_.load(std::memory_order_seq_cst); }
  struct Counts {
    Counter offered, accepted, rejected, waits, rejected_ticks, foreign_vehicles;
  };
  [[nodiscard]] const Counts& counts() const noexcept { return counts_; }

 private:
  struct Route {
    std::uint32_t shard = none;
    VehicleIndex inside{};
    static constexpr std::uint32_t none = ~std::uint32_t{0};
  };
  /// Of one shard.
  struct Road {
    Way way;
    std::vector<FeedItem> staged;
    std::vector<VehicleIndex> outside;  ///< by the fold's number
  };
  class Entry;

  [[nodiscard]] bool is_closing() const noexcept { return shared_.closing.load(std::memory_order_relaxed); }
  [[nodiscard]] const Route* route_of(VehicleIndex vehicle) const noexcept;
  [[nodiscard]] std::size_t room(std::size_t shard) const noexcept;
  void send(std::size_t shard);
  void put(std::size_t shard, const FeedItem* items, std::size_t count);
  void put_to_all(const FeedItem& item);
  void give_back(std::size_t shard, std::span<const FeedItem> items);
  void reject(const Fix& fix);
  void wake() noexcept;
  void forget_delivered_ticks() noexcept;
  [[nodiscard]] bool wait_for_credit();

  const std::size_t number_;
  const PipelineOptions options_;
  PipelineShared& shared_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::vector<Road> roads_;
  TextIndex known_;
  std::vector<Route> routes_;  ///< by the pipeline's number
  std::vector<Fix> rejected_;
  std::vector<TimeUtc> open_ticks_;
  TimeUtc last_tick_ = no_time;
  bool idle_ = true;
  bool open_ = false;
  alignas(cache_line) Counter wakes_;
  std::atomic<bool> busy_{false};
  Counts counts_;
};

}  // namespace haulwatch::detail
