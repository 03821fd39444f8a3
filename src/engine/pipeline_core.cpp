#include "pipeline_core.hpp"

#include "backoff.hpp"

#include <haulwatch/error.hpp>

#include <algorithm>
#include <utility>

namespace haulwatch::detail {
namespace {

PipelineOptions checked(PipelineOptions options) {
  if (options.shards == 0) throw Error{"a pipeline needs a shard"};
  if (options.sources == 0) throw Error{"a pipeline needs a source"};
  if (options.queue_capacity == 0) throw Error{"a pipeline's queues need room for a fix"};
  if (options.open_ticks == 0) throw Error{"a pipeline needs an open tick to go on"};
  if (options.threads == PipelineThreads::host && options.overflow == Overflow::block)
    throw Error{"a host that runs the shards itself must not be blocked by them: choose Overflow::reject"};
  return options;
}

/// What was counted on the other side first must not make a difference of less than nothing.
std::uint64_t difference(std::uint64_t all, std::uint64_t part) noexcept {
  return all > part ? all - part : 0;
}

}  // namespace

PipelineCore::PipelineCore(const PipelineOptions& options, Sink& sink, MakeFold make_fold)
    : options_{checked(options)},
      make_fold_{std::move(make_fold)},
      trouble_{options_.on_problem},
      shards_{[this] {
        std::vector<std::unique_ptr<PipelineShard>> shards;
        for (std::size_t i = 0; i < options_.shards; ++i)
          shards.push_back(std::make_unique<PipelineShard>(i, options_, make_fold_, shared_, trouble_));
        return shards;
      }()},
      merge_{shards_, options_, sink, shared_, trouble_} {
  for (std::size_t i = 0; i < options_.sources; ++i) {
    std::vector<SourceSlot::Way> ways;
    for (std::size_t s = 0; s < shards_.size(); ++s) {
      SourceSlot::Way way{&shards_[s]->queue(), nullptr, nullptr};
      if (options_.engine.delivery == Delivery::immediate) {
        way.handed_over = &shards_[s]->counts().batches;
        way.delivered = &merge_.settled(s);
      }
      ways.push_back(way);
    }
    sources_.push_back(std::make_unique<SourceSlot>(i, options_, shared_, ways));
  }
  for (const auto& shard : shards_) shard->connect(sources_);
  if (options_.threads == PipelineThreads::own) start_threads();
}

void PipelineCore::start_threads() {
  try {
    for (std::size_t i = 0; i < shards_.size(); ++i) shard_threads_.emplace_back([this, i] { run_shard_thread(i); });
    delivery_thread_ = std::thread{[this] { run_delivery_thread(); }};
  } catch (...) {
    end(End::of_work);
    throw;
  }
}

void PipelineCore::run_shard_thread(std::size_t shard) {
  Backoff backoff;
  for (;;) {
    const bool last = sources_gone_.load(std::memory_order_acquire);
    if (run_shard(shard) > 0) {
      backoff.reset();
    } else if (last) {
      return;
    } else {
      backoff.pause();
    }
  }
}

void PipelineCore::run_delivery_thread() {
  Backoff backoff;
  for (;;) {
    const bool last = shards_gone_.load(std::memory_order_acquire);
    if (deliver() > 0) {
      backoff.reset();
    } else if (last) {
      return;
    } else {
      backoff.pause();
    }
  }
}

std::size_t PipelineCore::run_shard(std::size_t shard) {
  if (!shards_.at(shard)->try_hold()) return 0;
  const std::size_t taken = shards_[shard]->run_round();
  shards_[shard]->let_go();
  return taken;
}

std::size_t PipelineCore::deliver() {
  if (!merge_.try_hold()) return 0;
  delivering_.store(std::this_thread::get_id(), std::memory_order_relaxed);
  const std::size_t taken = merge_.run_round();
  delivering_.store({}, std::memory_order_relaxed);
  merge_.let_go();
  return taken;
}

SourceSlot& PipelineCore::open_source() {
  const std::lock_guard lock{opening_};
  if (shared_.closing.load(std::memory_order_relaxed)) throw Error{"the pipeline has ended"};
  for (const auto& source : sources_)
    if (source->try_open()) return *source;
  throw Error{"all " + std::to_string(sources_.size()) + " sources of the pipeline are open"};
}

void PipelineCore::close_source(SourceSlot& slot) noexcept {
  const std::lock_guard lock{opening_};
  slot.close();
}

std::vector<std::uint64_t> PipelineCore::sent_so_far() const {
  std::vector<std::uint64_t> sent;
  for (const auto& source : sources_)
    for (std::size_t s = 0; s < shards_.size(); ++s) sent.push_back(source->lane(s).sent.read());
  return sent;
}

bool PipelineCore::is_drained(const std::vector<std::uint64_t>& sent) {
  if (ended_.load(std::memory_order_acquire)) return true;
  std::size_t i = 0;
  for (const auto& source : sources_)
    for (std::size_t s = 0; s < shards_.size(); ++s)
      if (source->lane(s).taken.read() < sent[i++]) return false;
  // A shard that took the last item may still be at what that brought about.
  for (const auto& shard : shards_) {
    if (!shard->try_hold()) return false;
    shard->let_go();
  }
  std::uint64_t batches = 0;
  for (const auto& shard : shards_) batches += shard->counts().batches.read();
  return merge_.counts().batches.read() >= batches;
}

bool PipelineCore::drain(std::chrono::milliseconds at_most) {
  const std::vector<std::uint64_t> sent = sent_so_far();
  const auto until = std::chrono::steady_clock::now() + at_most;
  for (Backoff backoff; !is_drained(sent);) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::size_t done = 0;
    if (options_.threads == PipelineThreads::host) {
      for (std::size_t s = 0; s < shards_.size(); ++s) done += run_shard(s);
      done += deliver();
    }
    if (done == 0) backoff.pause();
  }
  return true;
}

void PipelineCore::wait_for_sources() const {
  for (const auto& source : sources_)
    for (Backoff backoff; source->is_busy();) backoff.pause();
}

void PipelineCore::hold_everything() {
  for (const auto& shard : shards_)
    for (Backoff backoff; !shard->try_hold();) backoff.pause();
  for (Backoff backoff; !merge_.try_hold();) backoff.pause();
}

void PipelineCore::end(End how) {
  if (delivering_.load(std::memory_order_relaxed) == std::this_thread::get_id())
    throw Error{"a sink cannot end the pipeline that calls it"};
  const std::lock_guard lock{ending_};
  if (std::exchange(ending_begun_, true)) return;
  {
    const std::lock_guard no_new_source{opening_};
    shared_.closing.store(true, std::memory_order_seq_cst);
  }
  wait_for_sources();
  sources_gone_.store(true, std::memory_order_release);
  for (std::thread& thread : shard_threads_) thread.join();
  shards_gone_.store(true, std::memory_order_release);
  if (delivery_thread_.joinable()) delivery_thread_.join();
  hold_everything();
  delivering_.store(std::this_thread::get_id(), std::memory_order_relaxed);
  fold_the_rest(how);
  delivering_.store({}, std::memory_order_relaxed);
  ended_.store(true, std::memory_order_release);
}

void PipelineCore::fold_the_rest(End how) {
  for (const auto& shard : shards_)
    while (shard->run_round() > 0) {
    }
  merge_.run_round();
  TimeUtc newest = no_time;
  for (const auto& shard : shards_) {
    shard->flush_fixes();
    newest = std::max(newest, shard->newest_kept());
  }
  for (const auto& shard : shards_) {
    shard->finish_at(how == End::of_log ? newest : no_time);
    shard->hand_over_rest();
  }
  merge_.deliver_rest();
}

PipelineMetrics PipelineCore::metrics() const {
  PipelineMetrics all;
  // What is downstream is read first, so that what moves meanwhile is rather counted twice than missed.
  all.steps = merge_.counts().steps.read();
  all.delivered = merge_.counts().delivered.read();
  all.failed_events = merge_.counts().failed_events.read();
  all.sink_failures = merge_.counts().sink_failures.read();
  all.tick_to_sink = merge_.tick_to_sink();
  for (const auto& shard : shards_) {
    all.verdicts += shard->verdicts();
    all.folded += shard->counts().folded.read();
    all.failed += shard->counts().failed.read();
    all.rounds += shard->counts().rounds.read();
    all.found += shard->counts().events.read();
    all.queue_wait += shard->queue_wait();
  }
  for (const auto& source : sources_) {
    all.accepted += source->counts().accepted.read();
    all.rejected += source->counts().rejected.read();
    all.offered += source->counts().offered.read();
    all.waits += source->counts().waits.read();
    all.rejected_ticks += source->counts().rejected_ticks.read();
    all.foreign_vehicles += source->counts().foreign_vehicles.read();
  }
  all.queued = difference(all.accepted, all.folded + all.failed);
  all.waiting = difference(all.folded, all.verdicts.total());
  all.held = difference(all.found, all.delivered + all.failed_events);
  return all;
}

}  // namespace haulwatch::detail
