#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace haulwatch {

/// A number that was measured, by its name; the unit is in the name, as in `offset_s`.
struct Measure {
  std::string_view name;  ///< lives as long as the program, or as what read it
  double value = 0;

  friend constexpr bool operator==(const Measure&, const Measure&) = default;
};

/// The few numbers that bear out a finding, in the order in which they were added. They lie in the event itself, so
/// that an event is a copy of bytes.
class Measures {
 public:
  static constexpr std::size_t capacity = 6;

  constexpr Measures() = default;

  /// What finds no room any more is left out.
  constexpr Measures& add(std::string_view name, double value) noexcept {
    if (count_ < capacity) measures_[count_++] = {name, value};
    return *this;
  }

  [[nodiscard]] constexpr std::span<const Measure> list() const noexcept { return {measures_.data(), count_}; }

  friend constexpr bool operator==(const Measures& a, const Measures& b) noexcept {
    return std::equal(a.list().begin(), a.list().end(), b.list().begin(), b.list().end());
  }

 private:
  std::array<Measure, capacity> measures_{};
  std::uint8_t count_ = 0;
};

}  // namespace haulwatch
