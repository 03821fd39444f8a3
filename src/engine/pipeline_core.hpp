#pragma once

#include "counter.hpp"
#include "event_merge.hpp"
#include "pipeline_shard.hpp"
#include "source_slot.hpp"
#include "trouble.hpp"

#include <haulwatch/engine/detail/source_fold.hpp>
#include <haulwatch/engine/pipeline.hpp>
#include <haulwatch/engine/pipeline_metrics.hpp>
#include <haulwatch/engine/sink.hpp>
#include <haulwatch/fix.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace haulwatch::detail {

/// All of a pipeline but its chain. Sources share it, so that one that outlives the pipeline does no harm.
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): what other threads write lies in lines of its own
class PipelineCore {
 public:
  PipelineCore(const PipelineOptions& options, Sink& sink, MakeFold make_fold);
  PipelineCore(const PipelineCore&) = delete;
  PipelineCore& operator=(const PipelineCore&) = delete;
  ~PipelineCore() = default;  // whoever made it has ended it

  enum class End : std::uint8_t {
    of_log,   ///< silence up to the newest fix is evidence
    of_work,  ///< nothing is said of the silence
  };
  void end(End how);

  SourceSlot& open_source();
  void close_source(SourceSlot& slot) noexcept;
  std::size_t run_shard(std::size_t shard);
  std::size_t deliver();
  bool drain(std::chrono::milliseconds at_most);

  [[nodiscard]] const PipelineOptions& options() const noexcept { return options_; }
  [[nodiscard]] std::string_view name(VehicleIndex vehicle) const { return shared_.vehicles.name(vehicle); }
  [[nodiscard]] const VehicleDirectory& vehicles() const noexcept { return shared_.vehicles; }
  [[nodiscard]] PipelineMetrics metrics() const;
  [[nodiscard]] std::string problem() const { return trouble_.first(); }

 private:
  void start_threads();
  void run_shard_thread(std::size_t shard);
  void run_delivery_thread();
  [[nodiscard]] bool is_drained(const std::vector<std::uint64_t>& sent);
  [[nodiscard]] std::vector<std::uint64_t> sent_so_far() const;
  void wait_for_sources() const;
  void hold_everything();
  void fold_the_rest(End how);

  const PipelineOptions options_;
  const MakeFold make_fold_;
  PipelineShared shared_;
  Trouble trouble_;
  std::vector<std::unique_ptr<PipelineShard>> shards_;
  std::vector<std::unique_ptr<SourceSlot>> sources_;
  EventMerge merge_;
  std::mutex opening_;
  std::mutex ending_;
  bool ending_begun_ = false;
  std::atomic<bool> ended_{false};
  std::atomic<bool> sources_gone_{false};
  std::atomic<bool> shards_gone_{false};
  std::vector<std::thread> shard_threads_;
  std::thread delivery_thread_;
  std::atomic<std::thread::id> delivering_;
};

}  // namespace haulwatch::detail
