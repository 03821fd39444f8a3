#include <haulwatch/scoring/interval_index.hpp>

#include <algorithm>
#include <bit>

namespace haulwatch::scoring {

IntervalIndex::IntervalIndex(std::span<const Episode> episodes) : episodes_{episodes} {
  for (std::uint32_t i = 0; i < episodes.size(); ++i) {
    const auto length = static_cast<std::uint64_t>(episodes[i].length().count());
    const auto longest = static_cast<std::int64_t>(std::bit_ceil(length + 1));
    vehicles_[episodes[i].told->vehicle][longest].push_back(i);
  }
  for (auto& [vehicle, classes] : vehicles_)
    for (auto& [longest, members] : classes)
      std::ranges::stable_sort(members, {}, [&](std::uint32_t i) { return episodes_[i].start; });
}

IntervalIndex::Members::const_iterator IntervalIndex::first_from(const Members& members, TimeUtc start) const {
  return std::ranges::lower_bound(members, start, {}, [&](std::uint32_t i) { return episodes_[i].start; });
}

}  // namespace haulwatch::scoring
