#pragma once

#include <concurrentqueue.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#if defined(__SANITIZE_THREAD__)
extern "C" {
void AnnotateIgnoreWritesBegin(const char* file, int line);
void AnnotateIgnoreWritesEnd(const char* file, int line);
}
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
  explicit TokenQueue(std::size_t producers) {
    producers_.reserve(producers);
    for (std::size_t i = 0; i < producers; ++i)
      producers_.push_back(std::make_unique<moodycamel::ProducerToken>(queue_));
  }

  /// Allocates only while the producer's share of the queue grows. False when there is no memory for that.
  bool put(std::size_t producer, const Item* items, std::size_t count) {
    const UnseenWrites unseen;
    return queue_.enqueue_bulk(*producers_[producer], items, count);
  }

  std::size_t take(std::size_t producer, Item* items, std::size_t at_most) {
    return queue_.try_dequeue_bulk_from_producer(*producers_[producer], items, at_most);
  }

 private:
  using Queue = moodycamel::ConcurrentQueue<Item>;

  /// The queue hands emptied blocks back to the producer through a fence, which GCC's thread sanitizer does not follow:
  /// it would call each second use of a block a race. What the items themselves carry is still followed.
  struct UnseenWrites {
#if defined(__SANITIZE_THREAD__)
    UnseenWrites() noexcept {
      AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
    }
    ~UnseenWrites() {
      AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    }
    UnseenWrites(const UnseenWrites&) = delete;
    UnseenWrites& operator=(const UnseenWrites&) = delete;
#else
    UnseenWrites() noexcept {}  // NOLINT(modernize-use-equals-default): so that an unused one is no warning
#endif
  };

  Queue queue_{0};
  std::vector<std::unique_ptr<moodycamel::ProducerToken>> producers_;
};

}  // namespace haulwatch::detail
