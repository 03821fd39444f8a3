#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

namespace haulwatch {

/// A bounded queue of whole batches between one reader and one shard of a replay.
///
/// A lock a batch of a thousand fixes costs nothing beside parsing them; live data goes through the lock-free pipeline
/// instead. Emptied batches travel back to be filled again. Threads: one pushes, one pops.
template <class Batch>
class BatchQueue {
 public:
  /// Waits while the queue is full. \returns an emptied batch whose memory may be used again.
  Batch push(Batch&& batch) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return waiting_.size() < limit; });
    waiting_.push_back(std::move(batch));
    Batch spare;
    if (!spare_.empty()) {
      spare = std::move(spare_.back());
      spare_.pop_back();
    }
    lock.unlock();
    changed_.notify_one();
    return spare;
  }

  /// Takes the next batch in exchange for the one that was in `batch`. False once closed and empty.
  bool pop(Batch& batch) {
    std::unique_lock lock{mutex_};
    spare_.push_back(std::move(batch));
    changed_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
    if (waiting_.empty()) return false;
    batch = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    changed_.notify_one();
    return true;
  }

  void close() {
    const std::lock_guard lock{mutex_};
    closed_ = true;
    changed_.notify_all();
  }

 private:
  static constexpr std::size_t limit = 16;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Batch> waiting_;
  std::vector<Batch> spare_;
  bool closed_ = false;
};

}  // namespace haulwatch
