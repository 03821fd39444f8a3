#pragma once

#include <haulwatch/track/block_pool.hpp>
#include <haulwatch/track/fix_codec.hpp>
#include <haulwatch/units.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace haulwatch::track {

/// One vehicle's fixes in the order in which they were given, in some 15 bytes each, bit for bit.
///
/// They lie in blocks of a kibibyte, each of which can be read without those before it: so old ones are dropped from
/// the front, and what has to be written anew is cut off at a block's beginning. Blocks are numbered from 0 on, and a
/// number that was cut off is given again.
///
/// Time: some 30 ns to append or read a fix. Memory: its blocks; allocates only through the pool. Whoever drops a
/// journal gives its blocks back first. Threads: none; belongs to its vehicle's shard.
class Journal {
 public:
  Journal() = default;
  Journal(Journal&& other) noexcept { *this = std::move(other); }
  Journal& operator=(Journal&& other) noexcept {
    first_ = std::exchange(other.first_, nullptr);
    last_ = std::exchange(other.last_, nullptr);
    end_number_ = std::exchange(other.end_number_, 0);
    blocks_ = std::exchange(other.blocks_, 0);
    fixes_ = std::exchange(other.fixes_, 0);
    newest_ = std::exchange(other.newest_, no_time);
    codec_ = other.codec_;
    return *this;
  }
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  ~Journal() = default;

  /// \returns whether the fix is the first of a new block
  bool append(const JournalledFix& fix, BlockPool& pool) {
    // The few bytes at a block's end into which the longest fix might not fit stay empty.
    const bool opens = last_ == nullptr || last_->used + FixCodec::longest > Block::capacity;
    if (opens) {
      open_block(fix.fix.time, pool);
      codec_ = FixCodec{};
    }
    last_->used += static_cast<std::uint32_t>(codec_.write(fix, last_->bytes.data() + last_->used));
    ++last_->count;
    ++fixes_;
    newest_ = fix.fix.time;
    return opens;
  }

  /// Calls `take(const JournalledFix&)` with each fix of `block` and of those after it. The fixes have no vehicle.
  template <class Take>
  static void read(const Block* block, Take&& take) {
    JournalledFix fix;
    for (; block != nullptr; block = block->next) {
      FixCodec codec;
      const std::byte* at = block->bytes.data();
      for (std::uint32_t i = 0; i < block->count; ++i) {
        at = codec.read(at, fix);
        take(std::as_const(fix));
      }
    }
  }

  /// Drops `block` and all after it.
  void cut_from(Block* block, BlockPool& pool) noexcept {
    newest_ = block->before;
    while (last_ != nullptr) {
      Block* gone = last_;
      last_ = gone->previous;
      drop(gone, pool);
      --end_number_;
      if (gone == block) break;
    }
    (last_ != nullptr ? last_->next : first_) = nullptr;
    // The codec is behind the last fix of what was dropped: the next fix has to open a block.
    if (last_ != nullptr) last_->used = Block::capacity;
  }

  /// Drops all before `block`.
  void drop_before(const Block* block, BlockPool& pool) noexcept {
    while (first_ != block) {
      Block* gone = first_;
      first_ = gone->next;
      drop(gone, pool);
    }
    first_->previous = nullptr;
  }

  void clear(BlockPool& pool) noexcept {
    if (first_ != nullptr) cut_from(first_, pool);
    newest_ = no_time;
    end_number_ = 0;
  }

  [[nodiscard]] Block* first_block() const noexcept { return first_; }
  [[nodiscard]] Block* last_block() const noexcept { return last_; }
  /// \pre not empty
  [[nodiscard]] std::uint32_t number_of_last_block() const noexcept { return end_number_ - 1; }
  [[nodiscard]] bool empty() const noexcept { return fixes_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return fixes_; }
  [[nodiscard]] std::size_t blocks() const noexcept { return blocks_; }

  /// All of it as a value.
  struct Saved {
    std::vector<Block> blocks;
    std::uint32_t end_number = 0;
    std::size_t fixes = 0;
    TimeUtc newest = no_time;
    FixCodec codec;
  };
  [[nodiscard]] Saved save() const { return {copies_of(first_), end_number_, fixes_, newest_, codec_}; }
  void restore(const Saved& saved, BlockPool& pool) {
    clear(pool);
    const BlockChain chain = restored(saved.blocks, pool);
    first_ = chain.first;
    last_ = chain.last;
    end_number_ = saved.end_number;
    blocks_ = static_cast<std::uint32_t>(saved.blocks.size());
    fixes_ = saved.fixes;
    newest_ = saved.newest;
    codec_ = saved.codec;
  }

 private:
  void open_block(TimeUtc first, BlockPool& pool) {
    Block* block = pool.take();
    block->first = first;
    block->before = newest_;
    block->previous = last_;
    (last_ != nullptr ? last_->next : first_) = block;
    last_ = block;
    ++end_number_;
    ++blocks_;
  }

  void drop(Block* block, BlockPool& pool) noexcept {
    fixes_ -= block->count;
    --blocks_;
    pool.give_back(block);
  }

  Block* first_ = nullptr;
  Block* last_ = nullptr;
  std::uint32_t end_number_ = 0;
  std::uint32_t blocks_ = 0;
  std::size_t fixes_ = 0;
  TimeUtc newest_ = no_time;
  FixCodec codec_;
};

}  // namespace haulwatch::track
