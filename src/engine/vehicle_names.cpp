#include <haulwatch/engine/vehicle_names.hpp>

#include <haulwatch/error.hpp>

#include <algorithm>
#include <limits>

namespace haulwatch {

VehicleIndex VehicleNames::intern(std::string_view text) {
  if (const auto found = index_.find(text); found != index_.end()) return VehicleIndex{found->second};
  if (names_.size() > std::numeric_limits<std::uint32_t>::max()) throw Error{"more than 2^32 vehicles"};
  const auto next = static_cast<std::uint32_t>(names_.size());
  names_.push_back(keep(text));
  index_.emplace(names_.back(), next);
  return VehicleIndex{next};
}

std::string_view VehicleNames::keep(std::string_view text) {
  constexpr std::size_t block_size = 16U << 10;
  if (text.size() > free_size_) {
    // A long text gets a block of its own size; what was left of the block before is given up.
    free_size_ = std::max(block_size, text.size());
    blocks_.push_back(std::make_unique<char[]>(free_size_));
    free_ = blocks_.back().get();
  }
  char* const kept = free_;
  text.copy(kept, text.size());
  free_ += text.size();
  free_size_ -= text.size();
  return {kept, text.size()};
}

}  // namespace haulwatch
