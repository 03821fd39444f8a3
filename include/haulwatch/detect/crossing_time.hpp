#pragma once

#include <haulwatch/units.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>

namespace haulwatch::detect {

/// When something between two fixes happened: at `time`, not before `earliest`, not after `latest`.
///
/// 16 B: the two earlier instants are kept as whole milliseconds before the latest, of at most 49 days.
class CrossingTime {
 public:
  CrossingTime() = default;

  /// \param earliest `no_time` where no fix came before; at most `time`, which is at most `latest`
  CrossingTime(TimeUtc earliest, TimeUtc time, TimeUtc latest) noexcept
      : latest_{latest},
        time_before_{span(latest - time)},
        earliest_before_{earliest == no_time ? unknown : span(latest - earliest)} {}

  [[nodiscard]] TimeUtc latest() const noexcept { return latest_; }
  [[nodiscard]] TimeUtc time() const noexcept { return latest_ - Milliseconds{time_before_}; }
  [[nodiscard]] TimeUtc earliest() const noexcept {
    return earliest_before_ == unknown ? no_time : latest_ - Milliseconds{earliest_before_};
  }
  /// From the last fix on one side to the first on the other; 0 where no fix came before.
  [[nodiscard]] Milliseconds step() const noexcept {
    return earliest_before_ == unknown ? Milliseconds{0} : Milliseconds{earliest_before_};
  }

 private:
  static constexpr std::uint32_t unknown = std::numeric_limits<std::uint32_t>::max();

  static std::uint32_t span(Milliseconds span) noexcept {
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(span.count(), 0, unknown - 1));
  }

  TimeUtc latest_ = no_time;
  std::uint32_t time_before_ = 0;
  std::uint32_t earliest_before_ = unknown;
};

}  // namespace haulwatch::detect
