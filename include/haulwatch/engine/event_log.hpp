#pragma once

#include <haulwatch/event.hpp>
#include <haulwatch/track/block_pool.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace haulwatch {

/// An event of a run, and whether anybody was told of it.
struct LoggedEvent {
  Event event;
  bool told = true;  ///< false: later proof overtook it in the same run, or took it back before it was told
};

/// What one vehicle's run has said, in the order in which it was said: some 100 bytes an event.
///
/// Events have numbers from 0 on that stay theirs while older ones are dropped; a number that was cut off is given
/// again. Texts stay views. Threads: none; belongs to its vehicle's shard. Whoever drops a log gives its blocks back
/// first.
class EventLog {
 public:
  EventLog() = default;
  EventLog(EventLog&& other) noexcept { swap(other); }
  EventLog& operator=(EventLog&& other) noexcept {
    swap(other);
    return *this;
  }
  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;
  ~EventLog() = default;

  void append(const LoggedEvent& logged, track::BlockPool& pool);

  /// The number that the next event gets.
  [[nodiscard]] std::uint64_t end() const noexcept { return end_; }
  /// The number of the oldest one that is left.
  [[nodiscard]] std::uint64_t begin() const noexcept { return begin_; }

  /// Calls `take(const LoggedEvent&)` with each from the number `from` on, but those below `begin()`.
  template <class Take>
  void read(std::uint64_t from, std::string_view vehicle, Take&& take) const {
    LoggedEvent event;
    event.event.vehicle = vehicle;
    std::uint64_t number = begin_;
    for (const track::Block* block = first_; block != nullptr; block = block->next) {
      if (number + block->count <= from) {
        number += block->count;
        continue;
      }
      const std::byte* at = block->bytes.data();
      for (std::uint32_t i = 0; i < block->count; ++i, ++number) {
        if (number < from) {
          at += size_of_record(at);
        } else {
          at = read_record(at, event);
          take(event);
        }
      }
    }
  }

  /// The last event of that kind of that episode among those with a number below `below`; false where there is none.
  bool find_last(SubjectId subject, EventKind kind, std::uint64_t below, LoggedEvent& found) const noexcept;

  /// Whether any event of that episode has a number below `below`.
  [[nodiscard]] bool has_episode(SubjectId subject, std::uint64_t below) const noexcept;

  /// Drops those from the number `from` on.
  void cut_from(std::uint64_t from, track::BlockPool& pool) noexcept;

  /// Drops whole blocks of those below the number `before`; each is given to `gone(const LoggedEvent&)` first.
  template <class Gone>
  void drop_before(std::uint64_t before, track::BlockPool& pool, Gone&& gone) {
    while (first_ != nullptr && begin_ + first_->count <= before) {
      LoggedEvent event;
      const std::byte* at = first_->bytes.data();
      for (std::uint32_t i = 0; i < first_->count; ++i) {
        at = read_record(at, event);
        gone(event);
      }
      drop_first(pool);
    }
  }

  void clear(track::BlockPool& pool) noexcept {
    while (first_ != nullptr) drop_first(pool);
    begin_ = end_ = 0;
  }

  /// All of it as a value. Its texts are views still.
  struct Saved {
    std::vector<track::Block> blocks;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
  };
  [[nodiscard]] Saved save() const { return {track::copies_of(first_), begin_, end_}; }
  void restore(const Saved& saved, track::BlockPool& pool) {
    clear(pool);
    const track::BlockChain chain = track::restored(saved.blocks, pool);
    first_ = chain.first;
    last_ = chain.last;
    begin_ = saved.begin;
    end_ = saved.end;
  }

 private:
  void swap(EventLog& other) noexcept;
  void drop_first(track::BlockPool& pool) noexcept;
  static std::size_t size_of_record(const std::byte* at) noexcept;
  static const std::byte* read_record(const std::byte* at, LoggedEvent& logged) noexcept;

  track::Block* first_ = nullptr;
  track::Block* last_ = nullptr;
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
};

}  // namespace haulwatch
