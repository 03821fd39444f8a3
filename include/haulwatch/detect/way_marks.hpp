#pragma once

#include <haulwatch/units.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace haulwatch::detect {

/// How far a truck had driven when it last slowed down before a given time: where a load ended is often known only when
/// the truck is long somewhere else.
///
/// Keeps a few marks; the one that lies nearest behind another makes way for a new one, so that the whole way stays
/// covered. O(1); a plain copy of 52 B.
class WayMarks {
 public:
  /// \param since the beginning of the way; marks come in the order of time
  void note(Milliseconds since, float way_m) noexcept {
    if (count_ == marks_.size()) drop_nearest();
    marks_[count_++] = {static_cast<std::uint32_t>(std::max<std::int64_t>(since.count() / 1000, 0)), way_m};
  }

  /// Of the latest mark; 0 without any.
  [[nodiscard]] float last_m() const noexcept { return count_ == 0 ? 0.0F : marks_[count_ - 1].way_m; }

  /// Nothing where no mark is so old.
  [[nodiscard]] std::optional<float> way_at(Milliseconds since) const noexcept {
    for (std::size_t i = count_; i-- > 0;)
      if (Milliseconds{std::int64_t{marks_[i].second} * 1000} <= since) return marks_[i].way_m;
    return std::nullopt;
  }

 private:
  struct Mark {
    std::uint32_t second = 0;
    float way_m = 0;
  };

  void drop_nearest() noexcept {
    std::size_t nearest = 1;
    for (std::size_t i = 2; i < count_; ++i)
      if (marks_[i].way_m - marks_[i - 1].way_m < marks_[nearest].way_m - marks_[nearest - 1].way_m) nearest = i;
    std::copy(marks_.begin() + static_cast<std::ptrdiff_t>(nearest) + 1, marks_.end(),
              marks_.begin() + static_cast<std::ptrdiff_t>(nearest));
    --count_;
  }

  std::array<Mark, 6> marks_{};
  std::uint32_t count_ = 0;
};

}  // namespace haulwatch::detect
