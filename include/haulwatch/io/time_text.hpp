#pragma once

#include <haulwatch/units.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

namespace haulwatch::io {

namespace detail {
/// As `parse_rfc3339`, but a `std::optional` handed back through memory costs a fifth more time.
[[nodiscard]] bool read_rfc3339(std::string_view text, const std::chrono::minutes* assume_offset,
                                TimeUtc& time) noexcept;
}  // namespace detail

/// Reads a date and time of RFC 3339: `2026-01-02T03:04:05.678+08:00`.
///
/// Also taken: `t` or one blank for the `T`; an offset as `Z`, `z`, `±hh:mm`, `±hhmm` or `±hh`; a fraction of any
/// length, of which milliseconds are kept and the rest is cut off (rounded down). Days are checked against their month
/// and year. A leap second (`:60`, taken only as the last second of a UTC month) becomes the last millisecond before
/// it, so that times stay in order. Anything before or after the time, blanks too, is refused.
///
/// \param assume_offset offset from UTC of a text that names none; without it such a text is refused
/// \return nothing where the text is not such a time
///
/// No allocation, no locale, about 20 ns. Threads: any.
[[nodiscard]] inline std::optional<TimeUtc> parse_rfc3339(
    std::string_view text, const std::optional<std::chrono::minutes>& assume_offset = std::nullopt) noexcept {
  TimeUtc time;
  if (!detail::read_rfc3339(text, assume_offset ? &*assume_offset : nullptr, time)) return std::nullopt;
  return time;
}

/// Reads an offset from UTC: `Z`, `±hh:mm`, `±hhmm` or `±hh`, up to 23:59 either way.
[[nodiscard]] std::optional<std::chrono::minutes> parse_utc_offset(std::string_view text) noexcept;

/// Reads a time of day: `hh:mm` from `00:00` to `24:00`, as minutes after midnight.
[[nodiscard]] std::optional<std::chrono::minutes> parse_clock(std::string_view text) noexcept;

/// Characters that `write_rfc3339_ms` writes.
inline constexpr std::size_t rfc3339_ms_length = 24;

/// Writes `2026-01-02T03:04:05.678Z` and no terminating zero. A time outside the years 0 to 9999, which that form
/// cannot spell, is written as the nearest that it can.
///
/// \param out room for `rfc3339_ms_length` characters
/// \return the end of what was written
char* write_rfc3339_ms(char* out, TimeUtc time) noexcept;

}  // namespace haulwatch::io
