#include "pipeline_shard.hpp"

#include "backoff.hpp"

#include <algorithm>
#include <utility>

namespace haulwatch::detail {

PipelineShard::PipelineShard(std::size_t number, const PipelineOptions& options, const MakeFold& make_fold,
                             PipelineShared& shared, Trouble& trouble)
    : number_{number},
      options_{options},
      make_fold_{make_fold},
      shared_{shared},
      trouble_{trouble},
      queue_{options.sources} {}

void PipelineShard::connect(std::vector<std::unique_ptr<SourceSlot>>& sources) {
  feeds_.resize(sources.size());
  for (std::size_t i = 0; i < sources.size(); ++i) feeds_[i].source = sources[i].get();
}

std::size_t PipelineShard::run_round() {
  std::size_t taken = 0;
  for (std::size_t i = 0; i < feeds_.size(); ++i) taken += read_feed(i);
  // Whether a source is awake is asked only now: one that woke before another's tick that was read is seen to be.
  if (taken > 0) counts_.rounds.add(1);
  make_steps();
  if (options_.engine.delivery == Delivery::immediate) hand_over_rest();
  return taken;
}

std::size_t PipelineShard::read_feed(std::size_t number) {
  const std::size_t count = queue_.take(number, items_.data(), items_.size());
  if (count == 0) return 0;
  Feed& feed = feeds_[number];
  take(feed, {items_.data(), count});
  tell_verdicts(feed);
  feed.source->lane(number_).taken.add(count);
  return count;
}

void PipelineShard::take(Feed& feed, std::span<const FeedItem> items) {
  while (!items.empty()) {
    const FeedItem& first = items.front();
    const auto end =
        std::find_if(items.begin(), items.end(), [](const FeedItem& i) { return i.kind != FeedKind::fix; });
    const auto fixes = static_cast<std::size_t>(end - items.begin());
    if (fixes > 0) {
      fold_fixes(feed, items.first(fixes));
      items = items.subspan(fixes);
      continue;
    }
    if (first.kind == FeedKind::vehicle_met) {
      meet(feed, first.fix.vehicle);
    } else if (first.kind == FeedKind::tick) {
      tick(feed, first.fix.time, first.pushed_us);
    } else {
      ++feed.idles;
    }
    items = items.subspan(1);
  }
}

/// An engine that threw is in no state to go on: what it held is lost, and said to be.
template <class Call>
void PipelineShard::guarded(Feed& feed, Call&& call) noexcept {
  try {
    call();
  } catch (...) {
    trouble_.note_current_exception(Trouble::Of::engine);
    feed.failed = true;
    feed.fold.reset();
  }
}

void PipelineShard::fold_fixes(Feed& feed, std::span<const FeedItem> fixes) {
  queue_wait_.add(PipelineClock::between(fixes.front().pushed_us, shared_.clock.now_us()), fixes.size());
  if (!feed.failed) guarded(feed, [&] { feed.fold->push(fixes, feed.found); });
  (feed.failed ? counts_.failed : counts_.folded).add(fixes.size());
}

void PipelineShard::meet(Feed& feed, VehicleIndex vehicle) {
  if (feed.failed) return;
  guarded(feed, [&] {
    if (!feed.fold) feed.fold = make_fold_();
    feed.fold->meet(vehicle, shared_.vehicles.name(vehicle), shared_.vehicles.status(vehicle));
  });
}

void PipelineShard::tick(Feed& feed, TimeUtc now, std::uint32_t ticked_us) {
  if (feed.fold) guarded(feed, [&] { feed.fold->advance(now, feed.found); });
  feed.ticked = std::max(feed.ticked, now);
  if (now <= last_step_) return;  // slept, and is behind the others: what it proves goes with its next tick
  if (feed.segment_count == feed.segments.size()) feed.segments.emplace_back();
  Segment& segment = feed.segments[feed.segment_count++];
  if (options_.engine.delivery == Delivery::ordered) std::swap(segment.found, feed.found);
  segment.tick = now;
  // A source may meet its first vehicle here before this tick is a step: until then it held back nothing.
  segment.bound = feed.fold ? feed.fold->delivered_before() : now - options_.engine.front.order.lateness;
  segment.ticked_us = ticked_us;
}

void PipelineShard::make_steps() {
  for (;;) {
    TimeUtc passed_by_all = TimeUtc::max();
    TimeUtc next = TimeUtc::max();
    for (const Feed& feed : feeds_) {
      if (feed.is_awake()) passed_by_all = std::min(passed_by_all, std::max(feed.ticked, last_step_));
      if (feed.segment_count > 0) next = std::min(next, feed.segments.front().tick);
    }
    if (next == TimeUtc::max() || next > passed_by_all) return;
    make_step(next);
  }
}

void PipelineShard::make_step(TimeUtc tick) {
  ShardBatch& batch = spare_batch();
  batch.tick = tick;
  batch.bound = tick - options_.engine.front.order.lateness;
  batch.ticked_us = shared_.clock.now_us();
  for (Feed& feed : feeds_) {
    std::size_t done = 0;
    for (; done < feed.segment_count && feed.segments[done].tick <= tick; ++done) {
      Segment& segment = feed.segments[done];
      batch.found.append(segment.found);
      segment.found.clear();
      feed.bound = segment.bound;
      const auto longer = [&](std::uint32_t at) { return static_cast<std::int32_t>(at - batch.ticked_us) < 0; };
      if (longer(segment.ticked_us)) batch.ticked_us = segment.ticked_us;
    }
    const auto begin = feed.segments.begin();
    std::rotate(begin, begin + static_cast<std::ptrdiff_t>(done),
                begin + static_cast<std::ptrdiff_t>(feed.segment_count));
    feed.segment_count -= done;
    if (!feed.fold) continue;
    // What it has proven with later ticks of its own has to come with those.
    if (!feed.is_awake() && feed.segment_count == 0) {
      Found& found = options_.engine.delivery == Delivery::ordered ? batch.found : feed.found;
      guarded(feed, [&] { feed.fold->advance(tick, found); });
      tell_verdicts(feed);
      if (!feed.fold) continue;
      feed.bound = feed.fold->delivered_before();
    }
    batch.bound = std::min(batch.bound, feed.bound);
  }
  last_step_ = tick;
  hand_over(batch);
}

void PipelineShard::hand_over_rest() {
  const bool ordered = options_.engine.delivery == Delivery::ordered;
  const auto has_none = [ordered](const Feed& feed) {
    return feed.found.empty() && (!ordered || feed.segment_count == 0);
  };
  if (std::all_of(feeds_.begin(), feeds_.end(), has_none)) return;
  ShardBatch& batch = spare_batch();
  batch.tick = no_time;
  for (Feed& feed : feeds_) {
    for (std::size_t i = 0; ordered && i < feed.segment_count; ++i) {
      batch.found.append(feed.segments[i].found);
      feed.segments[i].found.clear();
    }
    if (ordered) feed.segment_count = 0;
    batch.found.append(feed.found);
    feed.found.clear();
  }
  hand_over(batch);
}

void PipelineShard::flush_fixes() {
  for (Feed& feed : feeds_) {
    if (feed.fold) guarded(feed, [&] { feed.fold->flush_fixes(feed.found); });
    tell_verdicts(feed);
  }
}

TimeUtc PipelineShard::newest_kept() const noexcept {
  TimeUtc newest = no_time;
  for (const Feed& feed : feeds_)
    if (feed.fold) newest = std::max(newest, feed.fold->newest_kept());
  return newest;
}

void PipelineShard::finish_at(TimeUtc end) {
  for (Feed& feed : feeds_)
    if (feed.fold) guarded(feed, [&] { feed.fold->finish_at(end, feed.found); });
}

void PipelineShard::tell_verdicts(Feed& feed) noexcept {
  if (!feed.fold) return;
  const VerdictCounts& now = feed.fold->counts();
  for (std::size_t i = 0; i < verdict_count; ++i) {
    const auto verdict = static_cast<Verdict>(i);
    if (now[verdict] != feed.told[verdict]) verdicts_[i].add(now[verdict] - feed.told[verdict]);
  }
  feed.told = now;
}

VerdictCounts PipelineShard::verdicts() const noexcept {
  VerdictCounts all;
  for (std::size_t i = 0; i < verdict_count; ++i) all.add(static_cast<Verdict>(i), verdicts_[i].read());
  return all;
}

ShardBatch& PipelineShard::spare_batch() {
  ShardBatch* back = nullptr;
  while (given_back_.take(0, &back, 1) == 1) spare_.push_back(back);
  if (spare_.empty()) {
    batches_.push_back(std::make_unique<ShardBatch>());
    spare_.push_back(batches_.back().get());
  }
  ShardBatch& batch = *spare_.back();
  spare_.pop_back();
  batch.found.clear();
  batch.shard = number_;
  batch.next = nullptr;
  return batch;
}

void PipelineShard::hand_over(ShardBatch& batch) {
  counts_.events.add(batch.found.events.size());
  counts_.batches.add(1);  // before the other side can count it too
  ShardBatch* const handed = &batch;
  for (Backoff backoff; !handed_over_.put(0, &handed, 1);) backoff.pause();
}

ShardBatch* PipelineShard::take_batch() {
  ShardBatch* batch = nullptr;
  return handed_over_.take(0, &batch, 1) == 1 ? batch : nullptr;
}

void PipelineShard::give_back(ShardBatch& batch) {
  ShardBatch* const back = &batch;
  // Without memory for one more place in the queue the batch is made anew when the shard needs one.
  (void)given_back_.put(0, &back, 1);
}

}  // namespace haulwatch::detail
