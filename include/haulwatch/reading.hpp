#pragma once

#include <cassert>
#include <cmath>
#include <cstdint>
#include <limits>

namespace haulwatch {

/// A number that a terminal may or may not have reported, in four bytes (`std::optional<float>` takes eight).
/// 'Not reported' is never the same as 0; a NaN on the way in counts as not reported.
class Reading {
 public:
  constexpr Reading() = default;
  explicit(false) constexpr Reading(float value) noexcept : value_{value} {}

  [[nodiscard]] bool has_value() const noexcept { return !std::isnan(value_); }
  explicit operator bool() const noexcept { return has_value(); }

  [[nodiscard]] float value() const noexcept {
    assert(has_value());
    return value_;
  }
  [[nodiscard]] float value_or(float otherwise) const noexcept { return has_value() ? value_ : otherwise; }

  /// Two readings are equal when both are absent, or both present with the same number.
  friend bool operator==(Reading a, Reading b) noexcept {
    return a.value_ == b.value_ || (!a.has_value() && !b.has_value());
  }

 private:
  float value_ = std::numeric_limits<float>::quiet_NaN();
};

/// What a two-state sensor said, if it said anything.
enum class Sensed : std::uint8_t { unknown, no, yes };

/// What a load sensor said, if it said anything.
enum class LoadReading : std::uint8_t { unknown, empty, half, full };

/// The truck's own sensors beside its position. Most terminals lack some, and some lie: every one has 'unknown'.
struct Sensors {
  Sensed ignition = Sensed::unknown;
  Sensed body_lift = Sensed::unknown;     ///< tipping body raised
  Sensed cover_closed = Sensed::unknown;  ///< load covered
  LoadReading load = LoadReading::unknown;

  friend bool operator==(const Sensors&, const Sensors&) = default;
};

}  // namespace haulwatch
