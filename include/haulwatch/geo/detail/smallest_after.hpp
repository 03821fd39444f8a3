#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

namespace haulwatch::geo::detail {

/// Puts any number of items in order without allocating: each pass over the items keeps the `capacity` smallest that
/// come after those already given out, and passes repeat until one was not full. Nearly always that is the first.
template <class T, std::size_t capacity, class Less>
class SmallestAfter {
 public:
  /// `offer_all(*this)` offers every item, the same each time; `give` gets them in order, equal ones once.
  template <class OfferAll, class Give>
  void run(OfferAll&& offer_all, Give&& give) {
    do {
      count_ = 0;
      offer_all(*this);
      for (std::size_t i = 0; i < count_; ++i) give(items_[i]);
      given_ = given_ || count_ > 0;
      if (count_ > 0) last_ = items_[count_ - 1];
    } while (count_ == capacity);
  }

  void offer(const T& item) {
    if (given_ && !less_(last_, item)) return;
    if (count_ == capacity && !less_(item, items_[count_ - 1])) return;
    const auto end = items_.begin() + static_cast<std::ptrdiff_t>(count_);
    const auto place = std::lower_bound(items_.begin(), end, item, less_);
    if (place != end && !less_(item, *place)) return;
    const auto kept = count_ == capacity ? end - 1 : end;
    std::move_backward(place, kept, kept + 1);
    *place = item;
    count_ += count_ < capacity ? 1 : 0;
  }

 private:
  std::array<T, capacity> items_;
  std::size_t count_ = 0;
  T last_{};
  bool given_ = false;
  Less less_{};
};

}  // namespace haulwatch::geo::detail
