#pragma once

#include <haulwatch/engine/detail/slab.hpp>
#include <haulwatch/fix.hpp>

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

namespace haulwatch {

/// One record a vehicle, by dense index, in slabs that never move: growth copies nothing and stops nobody.
///
/// Memory: `sizeof(Record)` a vehicle, in slabs of 64 up to 1,024 vehicles and of 2,048 beyond, of which what holds no
/// vehicle yet is never touched. Allocates only in `add`. Threads: as a container.
template <class Record>
class VehicleTable {
 public:
  VehicleTable() = default;
  VehicleTable(const VehicleTable&) = delete;
  VehicleTable& operator=(const VehicleTable&) = delete;
  ~VehicleTable() {
    for (std::size_t i = size_; i > 0; --i) std::destroy_at(record(i - 1));
  }

  /// A new record; its index is the number of those before it.
  VehicleIndex add() {
    if (size_ == capacity_) {
      const std::size_t more = slabs_.size() < small_slabs ? small_slab : large_slab;
      slabs_.emplace_back(more * sizeof(Record));
      capacity_ += more;
    }
    ::new (static_cast<void*>(record(size_))) Record{};
    return VehicleIndex{static_cast<std::uint32_t>(size_++)};
  }

  [[nodiscard]] Record& operator[](VehicleIndex vehicle) noexcept {
    assert(static_cast<std::size_t>(vehicle) < size_);
    return *record(static_cast<std::size_t>(vehicle));
  }
  [[nodiscard]] const Record& operator[](VehicleIndex vehicle) const noexcept {
    assert(static_cast<std::size_t>(vehicle) < size_);
    return *record(static_cast<std::size_t>(vehicle));
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  static constexpr std::size_t small_slabs = 16;
  static constexpr std::size_t small_slab = 64;
  static constexpr std::size_t small = small_slabs * small_slab;
  static constexpr std::size_t large_slab = 2'048;

  [[nodiscard]] Record* record(std::size_t i) const noexcept {
    const bool is_small = i < small;
    const std::size_t slab = is_small ? i / small_slab : small_slabs + (i - small) / large_slab;
    const std::size_t place = is_small ? i % small_slab : (i - small) % large_slab;
    return std::launder(reinterpret_cast<Record*>(slabs_[slab].data())) + place;
  }

  std::vector<detail::Slab> slabs_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace haulwatch
