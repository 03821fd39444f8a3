#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <unordered_map>
#include <vector>

namespace haulwatch::geo::detail {

/// Sets of area numbers, each kept once and named by a number. Set 0 is the empty one.
class AreaSets {
 public:
  AreaSets() { number_of({}); }

  /// \param members ascending
  std::uint32_t number_of(const std::vector<std::uint32_t>& members);

  /// The set that differs from `set` in having or not having `area`.
  std::uint32_t toggled(std::uint32_t set, std::uint32_t area);

  [[nodiscard]] std::span<const std::uint32_t> members(std::uint32_t set) const { return members_[set]; }
  [[nodiscard]] std::size_t size() const noexcept { return members_.size(); }

 private:
  std::map<std::vector<std::uint32_t>, std::uint32_t> numbers_;
  std::vector<std::vector<std::uint32_t>> members_;
  std::unordered_map<std::uint64_t, std::uint32_t> toggled_;
};

}  // namespace haulwatch::geo::detail
