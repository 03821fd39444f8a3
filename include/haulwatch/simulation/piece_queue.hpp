#pragma once

#include <haulwatch/simulation/motion.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace haulwatch::simulation {

/// What a vehicle is at, as its driver would say.
enum class Activity : std::uint8_t {
  driving,
  traffic,  ///< a light, a jam, a level crossing
  queueing,
  loading,
  unloading,
  dumping,
  parking,  ///< resting, eating, washing, refuelling, repair, off duty
  other,    ///< weighbridge, covering, changing gear before reversing, an errand
};

struct LivedPiece {
  MotionPiece motion;
  geo::LocalPoint to;  ///< where it ends
  Activity activity = Activity::driving;
};

/// Room for pieces that queues have done with. The next queue gets what was given back last, which is still at hand.
/// Memory: as much as was in use at one time. Threads: one at a time.
class PieceStore {
 public:
  using Block = std::vector<LivedPiece>;
  static constexpr std::size_t per_block = 32;

  [[nodiscard]] Block take() {
    if (spare_.empty()) {
      Block block;
      block.reserve(per_block);
      return block;
    }
    Block block = std::move(spare_.back());
    spare_.pop_back();
    return block;
  }
  void give(Block&& block) {
    block.clear();
    spare_.push_back(std::move(block));
  }

 private:
  std::vector<Block> spare_;
};

/// Pieces of one vehicle's motion between who makes them and who takes them.
///
/// Tens of thousands of vehicles each hold a part of an errand, so what is taken is given back block by block, and no
/// piece ever moves. Memory: 104 B a piece, and up to two blocks. Threads: one at a time.
class PieceQueue {
 public:
  /// \param store outlives the queue
  explicit PieceQueue(PieceStore& store) noexcept : store_{&store} {}

  /// Pieces added and taken since the beginning.
  [[nodiscard]] std::uint64_t added() const noexcept { return added_; }
  [[nodiscard]] std::uint64_t taken() const noexcept { return taken_; }
  [[nodiscard]] bool empty() const noexcept { return added_ == taken_; }
  [[nodiscard]] const LivedPiece& front() const noexcept { return blocks_[first_][taken_ % per_block]; }

  void add(const LivedPiece& piece) {
    if (added_ % per_block == 0) blocks_.push_back(store_->take());
    ++added_;
    blocks_.back().push_back(piece);
  }

  void pop() {
    if (++taken_ % per_block != 0) return;
    store_->give(std::move(blocks_[first_++]));
    // A queue that runs empty in the middle of a block never gets to the end of its list.
    if (first_ < blocks_.size() && first_ < per_block) return;
    blocks_.erase(blocks_.begin(), blocks_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }

  /// Drops the pieces added last. \param added as `added` said then; not before what was taken
  void take_back_to(std::uint64_t added) {
    for (; added_ > added; --added_) {
      blocks_.back().pop_back();
      if (!blocks_.back().empty()) continue;
      store_->give(std::move(blocks_.back()));
      blocks_.pop_back();
    }
  }

 private:
  static constexpr std::size_t per_block = PieceStore::per_block;

  PieceStore* store_;
  std::vector<PieceStore::Block> blocks_;
  std::size_t first_ = 0;  ///< the block in which the front lies
  std::uint64_t added_ = 0;
  std::uint64_t taken_ = 0;
};

}  // namespace haulwatch::simulation
