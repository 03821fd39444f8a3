#pragma once

#include <haulwatch/fix.hpp>
#include <haulwatch/track/fix_codec.hpp>
#include <haulwatch/track/reorder_buffer.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace haulwatch {

/// Puts late fixes among those that a vehicle has run, as if they had come in time.
///
/// Of two fixes for one instant the `preferred` one stays, whichever came first: as in the reorder buffer. Keeps its
/// room from one use to the next. Time: O(n log n) in the late ones, O(n) in the others. Threads: none.
class LateFixes {
 public:
  std::vector<track::JournalledFix> late;        ///< in: in order of arrival; out: without meaning
  std::vector<track::JournalledFix> journalled;  ///< in: in order of event time, no two for one instant

  std::vector<track::JournalledFix> run;  ///< out: what there is to run, in order of event time
  std::vector<Fix> twins;                 ///< out: what another fix for the same instant has beaten
  TimeUtc first_change = no_time;  ///< out: event time of the first fix that `journalled` has not; `no_time` for none

  void merge() {
    // A late one that comes twice is a twin of itself: by time, and of one time in order of arrival.
    for (std::size_t i = 0; i < late.size(); ++i) order_.emplace_back(late[i].fix.time, i);
    std::sort(order_.begin(), order_.end());
    run.clear();
    twins.clear();
    first_change = no_time;
    auto next = journalled.begin();
    for (const auto& [time, index] : order_) {
      for (; next != journalled.end() && next->fix.time <= time; ++next) run.push_back(*next);
      put(late[index]);
    }
    run.insert(run.end(), next, journalled.end());
    order_.clear();
  }

 private:
  void put(const track::JournalledFix& one) {
    if (!run.empty() && run.back().fix.time == one.fix.time) {
      track::JournalledFix& present = run.back();
      if (!track::preferred(one.fix, present.fix)) {
        twins.push_back(one.fix);
        return;
      }
      twins.push_back(present.fix);
      present = one;
    } else {
      run.push_back(one);
    }
    if (first_change == no_time) first_change = one.fix.time;
  }

  std::vector<std::pair<TimeUtc, std::size_t>> order_;
};

}  // namespace haulwatch
