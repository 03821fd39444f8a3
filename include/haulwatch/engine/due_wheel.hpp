#pragma once

#include <haulwatch/engine/due_times.hpp>
#include <haulwatch/fix.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace haulwatch {

/// When which vehicle has something to do though it says nothing, for a whole fleet whose times are mostly some seconds
/// to minutes ahead: entries come out as from `DueTimes`, and a million of them cost no more than a thousand.
///
/// A timing wheel (Varghese and Lauck 1987): entries of the same second lie together, unsorted, and are sorted when
/// that second begins; what lies more than four minutes ahead waits in a heap. Whoever takes entries out may be told
/// some of those to come, so that their vehicles are on their way from memory. Time: O(1) to add, O(log of a second's
/// entries) to take. Memory: 16 B an entry, and some 150 KB. Threads: as a container.
class DueWheel {
 public:
  DueWheel() { heads_.fill(none); }

  void add(TimeUtc due, VehicleIndex vehicle) {
    const std::int64_t second = second_of(due);
    if (second <= open_second_) {
      late_.add(due, vehicle);
    } else if (second - open_second_ > seconds_ahead) {
      far_.add(due, vehicle);
    } else {
      put(heads_[index_of(second)], {due, vehicle});
      ++in_wheel_;
    }
  }

  /// Calls `take(vehicle)` for each entry due by `now`, earliest first, and of those due at one instant the least
  /// vehicle first. Entries added meanwhile and due count too.
  /// \param soon `(vehicle)`, of one that may be taken some entries later; `next` the same nearer to its turn
  template <class Take, class Soon, class Next>
  void take_until(TimeUtc now, Take&& take, Soon&& soon, Next&& next) {
    const std::int64_t last = second_of(now);
    if (open_second_ == unopened) open_second_ = last - 1 - seconds_ahead;
    for (;;) {
      while (const DueTimes::Entry* first = first_open()) {
        if (first->due > now) return;
        if (open_.size() > ahead) soon(open_[open_.size() - 1 - ahead].vehicle);
        if (open_.size() > near) next(open_[open_.size() - 1 - near].vehicle);
        take(take_first_open().vehicle);
      }
      if (open_second_ >= last) return;
      open_next(last);
      for (std::size_t i = 1; i <= std::min(ahead, open_.size()); ++i) soon(open_[open_.size() - i].vehicle);
    }
  }

 private:
  using Entry = DueTimes::Entry;
  struct Chunk {
    std::array<Entry, 31> entries;
    std::uint32_t count = 0;
    std::uint32_t next = 0;
  };
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
  static constexpr std::int64_t unopened = std::numeric_limits<std::int64_t>::min() / 2;
  static constexpr std::int64_t seconds_ahead = 256;
  static constexpr std::size_t ahead = 6;
  static constexpr std::size_t near = 3;

  /// Of 1,024 ms.
  static std::int64_t second_of(TimeUtc time) noexcept { return time.time_since_epoch().count() >> 10; }
  static std::size_t index_of(std::int64_t second) noexcept {
    return static_cast<std::size_t>(second & (seconds_ahead - 1));
  }

  void put(std::uint32_t& head, Entry entry) {
    if (head == none || chunks_[head].count == chunks_[head].entries.size()) {
      std::uint32_t fresh = free_;
      if (fresh == none) {
        fresh = static_cast<std::uint32_t>(chunks_.size());
        chunks_.emplace_back();
      } else {
        free_ = chunks_[fresh].next;
      }
      chunks_[fresh].count = 0;
      chunks_[fresh].next = head;
      head = fresh;
    }
    Chunk& chunk = chunks_[head];
    chunk.entries[chunk.count++] = entry;
  }

  /// The next second that has entries, or the last.
  void open_next(std::int64_t last) {
    std::int64_t next = last;
    if (!far_.empty()) next = std::min(next, std::max(second_of(far_.first().due), open_second_ + 1));
    if (in_wheel_ > 0) {
      const std::int64_t end = std::min(next, open_second_ + seconds_ahead);
      for (std::int64_t second = open_second_ + 1; second <= end; ++second) {
        if (heads_[index_of(second)] == none) continue;
        next = second;
        break;
      }
    }
    open_second_ = next;
    std::uint32_t& head = heads_[index_of(next)];
    while (head != none) {
      Chunk& chunk = chunks_[head];
      open_.insert(open_.end(), chunk.entries.begin(), chunk.entries.begin() + chunk.count);
      in_wheel_ -= chunk.count;
      const std::uint32_t emptied = std::exchange(head, chunk.next);
      chunk.next = std::exchange(free_, emptied);
    }
    while (!far_.empty() && second_of(far_.first().due) <= next) open_.push_back(far_.take_first());
    std::sort(open_.begin(), open_.end(), DueTimes::later);
  }

  [[nodiscard]] const Entry* first_open() const noexcept {
    if (open_.empty()) return late_.empty() ? nullptr : &late_.first();
    return late_.empty() || DueTimes::later(late_.first(), open_.back()) ? &open_.back() : &late_.first();
  }
  Entry take_first_open() {
    if (!late_.empty() && first_open() == &late_.first()) return late_.take_first();
    const Entry first = open_.back();
    open_.pop_back();
    return first;
  }

  std::int64_t open_second_ = unopened;  ///< all before it has been taken
  std::vector<Entry> open_;              ///< of that second, the earliest last
  DueTimes late_;                        ///< of that second or earlier, added since it was opened
  std::array<std::uint32_t, seconds_ahead> heads_{};
  std::vector<Chunk> chunks_;
  std::uint32_t free_ = none;
  std::size_t in_wheel_ = 0;
  DueTimes far_;
};

}  // namespace haulwatch
