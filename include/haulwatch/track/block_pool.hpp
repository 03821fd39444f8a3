#pragma once

#include <haulwatch/units.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace haulwatch::track {

/// One kibibyte of somebody's log, linked to the blocks before and after it.
struct Block {
  static constexpr std::size_t size = 1024;
  static constexpr std::size_t capacity = size - 2 * sizeof(void*) - 2 * sizeof(TimeUtc) - 2 * sizeof(std::uint32_t);

  Block* next = nullptr;
  Block* previous = nullptr;
  TimeUtc first = no_time;   ///< of what lies in it
  TimeUtc before = no_time;  ///< of the last that lies in the block before it
  std::uint32_t count = 0;   ///< records in it
  std::uint32_t used = 0;    ///< bytes
  std::array<std::byte, capacity> bytes;
};
static_assert(sizeof(Block) == Block::size);

/// Blocks for the logs of many vehicles. What is given back is kept for the next one, so that a shard which has seen
/// its working size allocates no more. Threads: as a container.
class BlockPool {
 public:
  [[nodiscard]] Block* take() {
    if (free_ == nullptr) grow();
    Block* block = free_;
    free_ = block->next;
    block->next = nullptr;
    block->previous = nullptr;
    block->count = 0;
    block->used = 0;
    ++in_use_;
    return block;
  }

  void give_back(Block* block) noexcept {
    block->next = free_;
    free_ = block;
    --in_use_;
  }

  [[nodiscard]] std::size_t blocks_in_use() const noexcept { return in_use_; }

 private:
  static constexpr std::size_t slab_size = 64;

  void grow() {
    // Not value-initialised: a mebibyte of zeros each time would be for nobody.
    slabs_.push_back(std::make_unique_for_overwrite<Block[]>(slab_size));
    for (std::size_t i = slab_size; i > 0; --i) {
      Block& block = slabs_.back()[i - 1];
      block.next = free_;
      free_ = &block;
    }
  }

  std::vector<std::unique_ptr<Block[]>> slabs_;
  Block* free_ = nullptr;
  std::size_t in_use_ = 0;
};

/// A copy of a log's blocks, from `first` on.
[[nodiscard]] inline std::vector<Block> copies_of(const Block* first) {
  std::vector<Block> all;
  for (; first != nullptr; first = first->next) all.push_back(*first);
  return all;
}

/// Both ends of a chain of blocks; none where it is empty.
struct BlockChain {
  Block* first = nullptr;
  Block* last = nullptr;
};

/// A log's blocks again, from copies of them.
[[nodiscard]] inline BlockChain restored(const std::vector<Block>& copies, BlockPool& pool) {
  BlockChain chain;
  for (const Block& copy : copies) {
    Block* block = pool.take();
    *block = copy;
    block->next = nullptr;
    block->previous = chain.last;
    (chain.last != nullptr ? chain.last->next : chain.first) = block;
    chain.last = block;
  }
  return chain;
}

}  // namespace haulwatch::track
