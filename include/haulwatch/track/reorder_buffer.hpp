#pragma once

#include <haulwatch/fix.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <type_traits>
#include <vector>

namespace haulwatch::track {

/// Blocks of fixes for the few vehicles whose disorder outgrows the slots in their own record.
///
/// One slab serves one shard. A block that is given back is kept for the next vehicle, so that a shard which has seen
/// its worst disorder allocates no more. Threads: as a container.
class FixSlab {
 public:
  static constexpr std::array<std::uint16_t, 3> block_sizes{16, 64, 256};

  [[nodiscard]] Fix* take(std::size_t size_class) {
    Pool& pool = pools_[size_class];
    if (pool.free.empty()) {
      pool.blocks.push_back(std::make_unique<Fix[]>(block_sizes[size_class]));
      pool.free.reserve(pool.blocks.capacity());
      pool.free.push_back(pool.blocks.back().get());
    }
    Fix* block = pool.free.back();
    pool.free.pop_back();
    return block;
  }

  void give_back(std::size_t size_class, Fix* block) noexcept { pools_[size_class].free.push_back(block); }

 private:
  struct Pool {
    std::vector<std::unique_ptr<Fix[]>> blocks;
    std::vector<Fix*> free;
  };
  std::array<Pool, block_sizes.size()> pools_;
};

/// Which of two reports of one vehicle for the same instant is the better one, whatever the order of arrival: the one
/// that says more about itself, then the one whose values are smaller.
[[nodiscard]] inline bool preferred(const Fix& a, const Fix& b) noexcept {
  const auto told = [](const Fix& f) {
    return static_cast<int>(f.speed_mps.has_value()) + static_cast<int>(f.heading_deg.has_value()) +
           static_cast<int>(f.accuracy_m.has_value() || f.hdop.has_value()) +
           static_cast<int>(f.sensors.body_lift != Sensed::unknown) +
           static_cast<int>(f.sensors.load != LoadReading::unknown) +
           static_cast<int>(f.sensors.ignition != Sensed::unknown);
  };
  if (told(a) != told(b)) return told(a) > told(b);
  const auto uncertain = [](const Fix& f) { return f.accuracy_m.value_or(f.hdop.value_or(1e9F)); };
  if (uncertain(a) != uncertain(b)) return uncertain(a) < uncertain(b);
  if (a.position.lon != b.position.lon) return a.position.lon < b.position.lon;
  if (a.position.lat != b.position.lat) return a.position.lat < b.position.lat;
  if (a.speed_mps.value_or(-1) != b.speed_mps.value_or(-1)) return a.speed_mps.value_or(-1) < b.speed_mps.value_or(-1);
  if (a.heading_deg.value_or(-1) != b.heading_deg.value_or(-1))
    return a.heading_deg.value_or(-1) < b.heading_deg.value_or(-1);
  if (a.odometer_m != b.odometer_m) return a.odometer_m < b.odometer_m;
  const auto senses = [](const Fix& f) {
    return static_cast<int>(f.sensors.ignition) * 64 + static_cast<int>(f.sensors.body_lift) * 16 +
           static_cast<int>(f.sensors.cover_closed) * 4 + static_cast<int>(f.sensors.load);
  };
  return senses(a) < senses(b);
}

/// The few newest fixes of one vehicle, in order of event time, until none can come before them any more.
///
/// Four slots lie in the vehicle's own record: a truck that reports each 10 s fills just them within 30 s of lateness.
/// More disorder moves the fixes into blocks of 16, 64 and 256 from a slab. Insertion is from the back, so an orderly
/// vehicle pays one comparison. Time: O(1) for orderly input, O(size) worst. Threads: none; belongs to its vehicle's
/// shard.
class ReorderBuffer {
 public:
  static constexpr std::size_t capacity_limit = 256;

  enum class Inserted : std::uint8_t { as_new, in_place_of_twin, dropped_as_twin };

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool full() const noexcept { return size_ == capacity_limit; }
  [[nodiscard]] const Fix& front() const noexcept { return at(0); }
  [[nodiscard]] const Fix& back() const noexcept { return at(size_ - 1U); }
  [[nodiscard]] const Fix& at(std::size_t i) const noexcept { return slots()[(head_ + i) & (capacity() - 1U)]; }

  /// Puts the fix in its place. Of two fixes for one instant only the `preferred` one stays; the other is written to
  /// `twin`. Must not be called on a full buffer. Allocates only when the slab has no block left.
  Inserted insert(const Fix& fix, FixSlab& slab, Fix& twin) {
    std::size_t place = size_;
    while (place > 0 && at(place - 1).time > fix.time) --place;
    if (place > 0 && at(place - 1).time == fix.time) {
      Fix& present = slots()[(head_ + place - 1) & (capacity() - 1U)];
      if (!preferred(fix, present)) {
        twin = fix;
        return Inserted::dropped_as_twin;
      }
      twin = present;
      present = fix;
      return Inserted::in_place_of_twin;
    }
    if (size_ == capacity()) grow(slab);
    Fix* all = slots();
    const std::size_t mask = capacity() - 1U;
    for (std::size_t i = size_; i > place; --i) all[(head_ + i) & mask] = all[(head_ + i - 1) & mask];
    all[(head_ + place) & mask] = fix;
    ++size_;
    return Inserted::as_new;
  }

  void pop_front(FixSlab& slab) noexcept {
    head_ = static_cast<std::uint16_t>((head_ + 1U) & (capacity() - 1U));
    --size_;
    if (size_ == 0) shrink(slab);
  }

  void pop_back(FixSlab& slab) noexcept {
    --size_;
    if (size_ == 0) shrink(slab);
  }

 private:
  static constexpr std::uint16_t inline_slots = 4;

  [[nodiscard]] std::size_t capacity() const noexcept {
    return size_class_ == 0 ? inline_slots : FixSlab::block_sizes[size_class_ - 1U];
  }
  [[nodiscard]] Fix* slots() noexcept { return size_class_ == 0 ? own_.data() : block_; }
  [[nodiscard]] const Fix* slots() const noexcept { return size_class_ == 0 ? own_.data() : block_; }

  void grow(FixSlab& slab) {
    Fix* larger = slab.take(size_class_);
    for (std::size_t i = 0; i < size_; ++i) larger[i] = at(i);
    if (size_class_ > 0) slab.give_back(size_class_ - 1U, block_);
    block_ = larger;
    head_ = 0;
    ++size_class_;
  }

  /// A drained buffer goes home to its own slots, so that one bad hour does not hold a block for ever.
  void shrink(FixSlab& slab) noexcept {
    head_ = 0;
    if (size_class_ == 0) return;
    slab.give_back(size_class_ - 1U, block_);
    block_ = nullptr;
    size_class_ = 0;
  }

  Fix* block_ = nullptr;
  std::uint16_t head_ = 0;
  std::uint16_t size_ = 0;
  std::uint8_t size_class_ = 0;
  std::array<Fix, inline_slots> own_{};
};

}  // namespace haulwatch::track
