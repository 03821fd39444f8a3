#pragma once

#include <chrono>
#include <cmath>
#include <compare>
#include <cstdint>
#include <limits>

namespace haulwatch {

/// A span of event time, in whole milliseconds: the finest step that any terminal we know reports.
using Milliseconds = std::chrono::milliseconds;

/// An instant of event time: milliseconds since 1970-01-01T00:00Z.
using TimeUtc = std::chrono::sys_time<Milliseconds>;

/// The absence of a time. It is older than every real one, so that "newest so far" needs no special first case.
inline constexpr TimeUtc no_time = TimeUtc{Milliseconds{std::numeric_limits<std::int64_t>::min()}};

/// Seconds between two instants, as a plain number for arithmetic.
[[nodiscard]] constexpr double seconds(Milliseconds span) noexcept {
  return static_cast<double>(span.count()) * 1e-3;
}

/// The nearest whole millisecond to `s` seconds.
[[nodiscard]] inline Milliseconds milliseconds(double s) noexcept {
  return Milliseconds{std::llround(s * 1e3)};
}

/// A distance along the ground, in metres.
class Metres {
 public:
  constexpr Metres() = default;
  explicit constexpr Metres(double value) noexcept : value_{value} {}
  [[nodiscard]] constexpr double value() const noexcept { return value_; }
  friend constexpr auto operator<=>(Metres, Metres) = default;

 private:
  double value_ = 0.0;
};

/// A speed over the ground, in metres a second.
class MetresPerSecond {
 public:
  constexpr MetresPerSecond() = default;
  explicit constexpr MetresPerSecond(double value) noexcept : value_{value} {}
  [[nodiscard]] constexpr double value() const noexcept { return value_; }
  friend constexpr auto operator<=>(MetresPerSecond, MetresPerSecond) = default;

 private:
  double value_ = 0.0;
};

namespace literals {
constexpr Metres operator""_m(long double value) {
  return Metres{static_cast<double>(value)};
}
constexpr Metres operator""_m(unsigned long long value) {
  return Metres{static_cast<double>(value)};
}
constexpr MetresPerSecond operator""_mps(long double value) {
  return MetresPerSecond{static_cast<double>(value)};
}
constexpr MetresPerSecond operator""_mps(unsigned long long value) {
  return MetresPerSecond{static_cast<double>(value)};
}
}  // namespace literals

}  // namespace haulwatch
