#pragma once

#include <concurrentqueue.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace haulwatch::detail {

/// moodycamel's queue used in the one way in which it promises an order: each producer has its own token, and the one
/// consumer takes from one producer at a time.
///
/// The queue itself is unbounded and keeps its blocks; who uses it bounds it. Threads: one a producer, and one
/// consumer.
template <class Item>
class TokenQueue {
 public:
  explicit TokenQueue(std::size_t producers) : queue_{0} {
    producers_.reserve(producers);
    for (std::size_t i = 0; i < producers; ++i) producers_.push_back(std::make_unique<Producer>(queue_));
  }

  /// Allocates only while the producer's share of the queue grows. False when there is no memory for that.
  bool put(std::size_t producer, const Item* items, std::size_t count) {
    Producer& own = *producers_[producer];
    own.see_freed_blocks();
    return queue_.enqueue_bulk(own.token, items, count);
  }

  std::size_t take(std::size_t producer, Item* items, std::size_t at_most) {
    Producer& from = *producers_[producer];
    const std::size_t count = queue_.try_dequeue_bulk_from_producer(from.token, items, at_most);
    if (count > 0) from.show_freed_blocks();
    return count;
  }

 private:
  using Queue = moodycamel::ConcurrentQueue<Item>;
  struct Producer {
    explicit Producer(Queue& queue) : token{queue} {}
    moodycamel::ProducerToken token;

    // The queue hands emptied blocks back through a fence, which the thread sanitizer does not follow.
#if defined(__SANITIZE_THREAD__)
    void see_freed_blocks() noexcept {
      __tsan_acquire(&freed);
    }
    void show_freed_blocks() noexcept {
      __tsan_release(&freed);
    }
    char freed = 0;
#else
    void see_freed_blocks() const noexcept {}
    void show_freed_blocks() const noexcept {}
#endif
  };

  Queue queue_;
  std::vector<std::unique_ptr<Producer>> producers_;
};

}  // namespace haulwatch::detail
