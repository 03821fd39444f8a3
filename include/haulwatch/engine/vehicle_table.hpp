#pragma once

#include <haulwatch/fix.hpp>

#include <cassert>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <vector>

namespace haulwatch {

/// One record a vehicle, by dense index, in slabs that never move: growth copies nothing and stops nobody.
///
/// Memory: `sizeof(Record)` a vehicle, in slabs of 256. Allocates only in `add`. Threads: as a container.
template <class Record>
class VehicleTable {
 public:
  /// A new record; its index is the number of those before it.
  VehicleIndex add() {
    if (size_ == slabs_.size() * slab_size) slabs_.push_back(std::make_unique<Record[]>(slab_size));
    return VehicleIndex{static_cast<std::uint32_t>(size_++)};
  }

  [[nodiscard]] Record& operator[](VehicleIndex vehicle) noexcept {
    const auto i = static_cast<std::size_t>(vehicle);
    assert(i < size_);
    return slabs_[i / slab_size][i % slab_size];
  }
  [[nodiscard]] const Record& operator[](VehicleIndex vehicle) const noexcept {
    const auto i = static_cast<std::size_t>(vehicle);
    assert(i < size_);
    return slabs_[i / slab_size][i % slab_size];
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  static constexpr std::size_t slab_size = 256;
  std::vector<std::unique_ptr<Record[]>> slabs_;
  std::size_t size_ = 0;
};

}  // namespace haulwatch
