#include "event_merge.hpp"

#include <algorithm>
#include <utility>

namespace haulwatch::detail {

EventMerge::EventMerge(std::vector<std::unique_ptr<PipelineShard>>& shards, const PipelineOptions& options, Sink& sink,
                       PipelineShared& shared, Trouble& trouble)
    : shards_{shards},
      ordered_{options.engine.delivery == Delivery::ordered},
      sink_{sink},
      shared_{shared},
      trouble_{trouble},
      steps_(shards.size()),
      settled_(shards.size()) {}

std::size_t EventMerge::run_round() {
  std::size_t taken = 0;
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    while (ShardBatch* const batch = shards_[i]->take_batch()) {
      take(*batch);
      settled_[i].add(1);
      ++taken;
    }
  }
  make_steps();
  counts_.batches.add(taken);
  return taken;
}

void EventMerge::take(ShardBatch& batch) {
  if (!ordered_ || batch.tick == no_time) {
    waiting_.append(batch.found);
    if (!ordered_) {
      deliver_others(waiting_);
      deliver_events(waiting_.events.size());
    }
    batch.found.clear();
  }
  if (batch.tick == no_time) {
    shards_[batch.shard]->give_back(batch);
    return;
  }
  Steps& steps = steps_[batch.shard];
  (steps.first == nullptr ? steps.first : steps.last->next) = &batch;
  steps.last = &batch;
}

void EventMerge::make_steps() {
  for (;;) {
    TimeUtc next = TimeUtc::max();
    for (const Steps& steps : steps_) {
      if (steps.first == nullptr) return;
      next = std::min(next, steps.first->tick);
    }
    make_step(next);
  }
}

ShardBatch& EventMerge::pop(Steps& steps) noexcept {
  ShardBatch& batch = *steps.first;
  steps.first = batch.next;
  batch.next = nullptr;
  steps.bound = batch.bound;
  return batch;
}

void EventMerge::make_step(TimeUtc tick) {
  TimeUtc bound = TimeUtc::max();
  std::uint32_t now_us = shared_.clock.now_us();
  std::uint32_t ticked_us = now_us;
  for (Steps& steps : steps_) {
    if (steps.first->tick == tick) {
      ShardBatch& batch = pop(steps);
      if (static_cast<std::int32_t>(batch.ticked_us - ticked_us) < 0) ticked_us = batch.ticked_us;
      waiting_.append(batch.found);
      shards_[batch.shard]->give_back(batch);
    }
    bound = std::min(bound, steps.bound);
  }
  if (ordered_) {
    deliver_others(waiting_);
    deliver_before(bound);
    if (bound != no_time) tell_complete_before(bound);
  }
  now_us = shared_.clock.now_us();
  tick_to_sink_.add(PipelineClock::between(ticked_us, now_us));
  shared_.delivered_tick.store(tick, std::memory_order_release);
  counts_.steps.add(1);
}

void EventMerge::deliver_rest() {
  run_round();
  for (Steps& steps : steps_) {
    while (steps.first != nullptr) {
      ShardBatch& batch = pop(steps);
      waiting_.append(batch.found);
      shards_[batch.shard]->give_back(batch);
    }
  }
  deliver_others(waiting_);
  deliver_before(TimeUtc::max());
  if (ordered_) tell_complete_before(TimeUtc::max());
}

void EventMerge::tell_complete_before(TimeUtc bound) noexcept {
  survived([&] { sink_.on_complete_before(bound); });
}

void EventMerge::deliver_before(TimeUtc bound) {
  std::vector<Event>& events = waiting_.events;
  const auto rest = std::partition(events.begin(), events.end(),
                                   [&](const Event& e) { return e.detected < bound || bound == TimeUtc::max(); });
  std::sort(events.begin(), rest, happens_before);
  deliver_events(static_cast<std::size_t>(rest - events.begin()));
}

/// By vehicle, and for each in the order in which they were decided.
void EventMerge::deliver_others(Found& found) {
  const auto by_vehicle = [](const auto& a, const auto& b) { return a.vehicle < b.vehicle; };
  std::stable_sort(found.refusals.begin(), found.refusals.end(), by_vehicle);
  for (const FoundRefusal& refusal : found.refusals)
    survived([&] {
      if (refusal.reinstated)
        sink_.on_reinstated(refusal.fix, refusal.why);
      else
        sink_.on_refused(refusal.fix, refusal.why);
    });
  found.refusals.clear();
  std::stable_sort(found.tracks.begin(), found.tracks.end(), by_vehicle);
  for (const FoundTrack& track : found.tracks)
    survived([&] {
      if (track.again_since != no_time)
        sink_.on_track_again(track.fix.vehicle, track.again_since);
      else
        sink_.on_track(track.fix);
    });
  found.tracks.clear();
}

void EventMerge::deliver_events(std::size_t count) noexcept {
  std::vector<Event>& events = waiting_.events;
  for (std::size_t i = 0; i < count; ++i)
    (survived([&] { sink_.on_event(events[i]); }) ? counts_.delivered : counts_.failed_events).add(1);
  events.erase(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(count));
}

template <class Call>
bool EventMerge::survived(Call&& call) noexcept {
  try {
    call();
    return true;
  } catch (...) {
    counts_.sink_failures.add(1);
    trouble_.note_current_exception(Trouble::Of::sink);
    return false;
  }
}

}  // namespace haulwatch::detail
