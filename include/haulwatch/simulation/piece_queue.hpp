#pragma once

#include <haulwatch/simulation/motion.hpp>

#include <cstddef>
#include <cstdint>
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

/// Pieces of one vehicle's motion between who makes them and who takes them.
///
/// Tens of thousands of vehicles each hold a part of an errand, so what is taken is given back at once, in blocks so
/// small that the allocator has them at hand. Memory: 104 B a piece, and some 1 KiB. Threads: one at a time.
class PieceQueue {
 public:
  /// Pieces added and taken since the beginning.
  [[nodiscard]] std::uint64_t added() const noexcept { return added_; }
  [[nodiscard]] std::uint64_t taken() const noexcept { return taken_; }
  [[nodiscard]] bool empty() const noexcept { return added_ == taken_; }
  [[nodiscard]] const LivedPiece& front() const noexcept { return blocks_[first_][taken_ % per_block]; }

  /// \return the new piece, to be filled in
  LivedPiece& add() {
    if (added_ % per_block == 0) blocks_.emplace_back().reserve(per_block);
    ++added_;
    return blocks_.back().emplace_back();
  }

  void pop() noexcept {
    if (++taken_ % per_block != 0) return;
    std::vector<LivedPiece>{}.swap(blocks_[first_++]);
    if (first_ < blocks_.size()) return;
    blocks_.clear();
    first_ = 0;
  }

  /// Drops the pieces added last. \param added as `added` said then; not before what was taken
  void take_back_to(std::uint64_t added) noexcept {
    for (; added_ > added; --added_) {
      blocks_.back().pop_back();
      if (blocks_.back().empty()) blocks_.pop_back();
    }
  }

 private:
  static constexpr std::size_t per_block = 16;

  std::vector<std::vector<LivedPiece>> blocks_;
  std::size_t first_ = 0;
  std::uint64_t added_ = 0;
  std::uint64_t taken_ = 0;
};

}  // namespace haulwatch::simulation
