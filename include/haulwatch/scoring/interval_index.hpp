#pragma once

#include <haulwatch/scoring/episode.hpp>
#include <haulwatch/units.hpp>

#include <cstdint>
#include <map>
#include <span>
#include <string_view>
#include <vector>

namespace haulwatch::scoring {

/// Finds the episodes of a vehicle that touch a span of time.
///
/// Episodes lie in classes by length, each at most twice as long as the shortest of its class, so that one that lasts
/// for a month does not make every search run over the month.
/// Time: O(log n + found) a search in each of at most 64 classes. Threads: any, after construction.
class IntervalIndex {
 public:
  /// \param episodes must outlive the index
  explicit IntervalIndex(std::span<const Episode> episodes);

  /// Calls `take(index of the episode)` for each that begins no later than `to` and ends no earlier than `from`.
  template <class Take>
  void each_touching(std::string_view vehicle, TimeUtc from, TimeUtc to, Take&& take) const {
    const auto found = vehicles_.find(vehicle);
    if (found == vehicles_.end()) return;
    for (const auto& [longest_ms, members] : found->second) {
      const TimeUtc earliest = from - Milliseconds{longest_ms};
      for (auto at = first_from(members, earliest); at != members.end(); ++at) {
        const Episode& episode = episodes_[*at];
        if (episode.start > to) break;
        if (episode.end >= from) take(*at);
      }
    }
  }

 private:
  using Members = std::vector<std::uint32_t>;       ///< by start
  using Classes = std::map<std::int64_t, Members>;  ///< by the longest length of the class, in milliseconds
  [[nodiscard]] Members::const_iterator first_from(const Members& members, TimeUtc start) const;

  std::span<const Episode> episodes_;
  std::map<std::string_view, Classes> vehicles_;
};

}  // namespace haulwatch::scoring
