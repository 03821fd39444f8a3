#pragma once

#include <haulwatch/engine/sink.hpp>
#include <haulwatch/event.hpp>

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>

namespace haulwatch::c {

/// Events that lie ready for somebody who comes for them. While it is full the pipeline's delivery waits.
///
/// Threads: any.
class ReadyEvents : public Sink {
 public:
  explicit ReadyEvents(std::size_t capacity) : capacity_{std::max<std::size_t>(1, capacity)} {}

  void on_event(const Event& event) override {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return unbounded_ || events_.size() < capacity_; });
    events_.push_back(event);
  }

  /// Whoever ends the pipeline cannot take events meanwhile.
  void hold_any_number() {
    {
      const std::lock_guard lock{mutex_};
      unbounded_ = true;
    }
    changed_.notify_all();
  }

  /// Gives each event to `take` until that returns false: then the event stays. \returns how many were taken
  template <class Take>
  std::size_t take_while(Take&& take) {
    std::size_t taken = 0;
    {
      const std::lock_guard lock{mutex_};
      for (; !events_.empty() && take(events_.front()); ++taken) events_.pop_front();
    }
    if (taken > 0) changed_.notify_all();
    return taken;
  }

 private:
  std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Event> events_;
  bool unbounded_ = false;
};

}  // namespace haulwatch::c
