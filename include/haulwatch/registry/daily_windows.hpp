#pragma once

#include <haulwatch/units.hpp>

#include <chrono>
#include <optional>
#include <vector>

namespace haulwatch::registry {

/// Hours of the day when something holds, in local time at a fixed offset from UTC.
///
/// A window may cross midnight (`19:00` to `06:00`); it holds from its first minute (inclusive) to its last
/// (exclusive). No window at all means all day. Windows may touch or overlap: they are joined on construction.
class DailyWindows {
 public:
  /// Minutes after local midnight; `from == to` is a whole day.
  struct Window {
    std::chrono::minutes from{0};
    std::chrono::minutes to{0};
    friend bool operator==(const Window&, const Window&) = default;
  };

  /// All day.
  DailyWindows() = default;

  /// \param windows each bound in [0, 24 h]
  DailyWindows(const std::vector<Window>& windows, std::chrono::minutes utc_offset);

  [[nodiscard]] bool holds_at(TimeUtc time) const noexcept { return all_day() || is_open_at(time); }

  /// The first instant after `time` at which `holds_at` changes; nothing when it never does. O(number of windows).
  [[nodiscard]] std::optional<TimeUtc> next_change_after(TimeUtc time) const noexcept;

  /// Sorted, disjoint, within [0, 24 h); a window over midnight is two of them. Empty for all day.
  [[nodiscard]] const std::vector<Window>& parts() const noexcept { return open_; }

  [[nodiscard]] bool all_day() const noexcept { return open_.empty(); }
  [[nodiscard]] std::chrono::minutes utc_offset() const noexcept { return utc_offset_; }

 private:
  [[nodiscard]] bool is_open_at(TimeUtc time) const noexcept;

  /// Sorted, disjoint, within [0, 24 h); a window over midnight is kept as its two parts.
  std::vector<Window> open_;
  std::chrono::minutes utc_offset_{0};
};

}  // namespace haulwatch::registry
