#include <haulwatch/registry/daily_windows.hpp>

#include <algorithm>
#include <cassert>

namespace haulwatch::registry {
namespace {

using std::chrono::minutes;
using Window = DailyWindows::Window;

constexpr minutes day{24 * 60};

/// Parts within one day: a window over midnight becomes its evening and its morning.
std::vector<Window> parts_within_a_day(const std::vector<Window>& windows) {
  std::vector<Window> parts;
  for (const Window& window : windows) {
    assert(window.from >= minutes{0} && window.from <= day && window.to >= minutes{0} && window.to <= day);
    const minutes from = window.from % day;
    const minutes to = window.to % day;
    if (from == to) return {{minutes{0}, day}};
    if (from < to) {
      parts.push_back({from, to});
    } else {
      parts.push_back({from, day});
      if (to > minutes{0}) parts.push_back({minutes{0}, to});
    }
  }
  return parts;
}

/// Sorts windows and makes one of those that touch or overlap.
std::vector<Window> joined(std::vector<Window> parts) {
  std::ranges::sort(parts, {}, &Window::from);
  std::vector<Window> all;
  for (const Window& part : parts) {
    if (!all.empty() && part.from <= all.back().to) {
      all.back().to = std::max(all.back().to, part.to);
    } else {
      all.push_back(part);
    }
  }
  return all;
}

/// Reduced to its day before the offset is added, so that the very first and last instants do not overflow.
Milliseconds time_of_local_day(TimeUtc time, minutes utc_offset) noexcept {
  constexpr Milliseconds whole = day;
  const Milliseconds of_utc_day = (time.time_since_epoch() % whole + whole) % whole;
  return ((of_utc_day + utc_offset) % whole + whole) % whole;
}

}  // namespace

DailyWindows::DailyWindows(const std::vector<Window>& windows, minutes utc_offset)
    : open_{joined(parts_within_a_day(windows))}, utc_offset_{utc_offset} {
  const bool every_minute = open_.size() == 1 && open_.front() == Window{minutes{0}, day};
  if (every_minute) open_.clear();
}

bool DailyWindows::is_open_at(TimeUtc time) const noexcept {
  const Milliseconds now = time_of_local_day(time, utc_offset_);
  return std::ranges::any_of(open_, [now](const Window& w) { return w.from <= now && now < w.to; });
}

std::optional<TimeUtc> DailyWindows::next_change_after(TimeUtc time) const noexcept {
  if (all_day()) return std::nullopt;
  const Milliseconds now = time_of_local_day(time, utc_offset_);
  const bool over_midnight = open_.front().from == minutes{0} && open_.back().to == day;

  Milliseconds wait = Milliseconds::max();
  const auto consider = [&](minutes bound) {
    const bool is_no_change = over_midnight && (bound == minutes{0} || bound == day);
    if (is_no_change) return;
    const Milliseconds until = bound - now;
    wait = std::min(wait, until > Milliseconds{0} ? until : until + day);
  };
  for (const Window& window : open_) {
    consider(window.from);
    consider(window.to);
  }
  if (time > TimeUtc::max() - wait) return std::nullopt;
  return time + wait;
}

}  // namespace haulwatch::registry
