#pragma once

#include <haulwatch/units.hpp>

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

namespace haulwatch::cli {

/// Reads `30s`, `1.5min`, `24h`, `250ms`, `2d`, or a bare 0.
[[nodiscard]] inline std::optional<Milliseconds> parse_duration(std::string_view text) noexcept {
  double number = 0.0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || !(number >= 0.0) || number > 1e9) return std::nullopt;
  const std::string_view unit{rest, static_cast<std::size_t>(text.data() + text.size() - rest)};
  if (unit.empty() && number == 0.0) return Milliseconds{0};
  if (unit == "ms") return milliseconds(number * 1e-3);
  if (unit == "s") return milliseconds(number);
  if (unit == "min" || unit == "m") return milliseconds(number * 60.0);
  if (unit == "h") return milliseconds(number * 3600.0);
  if (unit == "d") return milliseconds(number * 86400.0);
  return std::nullopt;
}

}  // namespace haulwatch::cli
