#pragma once

#include <haulwatch/fix.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <vector>

namespace haulwatch {

/// When which vehicle has something to do though it says nothing: so that a tick costs what is due, not the size of the
/// fleet. For a few vehicles; `DueWheel` serves a fleet.
///
/// A binary heap of (time, vehicle). A vehicle's time mostly moves on with each fix; its old entry is left in place,
/// and whoever takes it out looks whether it still counts. A vehicle has an entry of its own only when its time moved
/// earlier. Time: O(log n) to add or take. Threads: as a container.
class DueTimes {
 public:
  struct Entry {
    TimeUtc due;
    VehicleIndex vehicle;
  };

  void add(TimeUtc due, VehicleIndex vehicle) {
    heap_.push_back({due, vehicle});
    std::push_heap(heap_.begin(), heap_.end(), later);
  }

  /// Calls `take(vehicle)` for each entry due by `now`, earliest first. Entries added meanwhile and due count too.
  template <class Take>
  void take_until(TimeUtc now, Take&& take) {
    while (!heap_.empty() && heap_.front().due <= now) take(take_first().vehicle);
  }

  [[nodiscard]] bool empty() const noexcept { return heap_.empty(); }

  /// The earliest entry, which stays. \pre not empty
  [[nodiscard]] const Entry& first() const noexcept { return heap_.front(); }

  /// \pre not empty
  Entry take_first() {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    const Entry entry = heap_.back();
    heap_.pop_back();
    return entry;
  }

  static bool later(const Entry& a, const Entry& b) noexcept {
    return a.due != b.due ? a.due > b.due : a.vehicle > b.vehicle;
  }

 private:
  std::vector<Entry> heap_;
};

}  // namespace haulwatch
