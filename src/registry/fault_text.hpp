#pragma once

#include <haulwatch/lon_lat.hpp>

#include <array>
#include <charconv>
#include <string>

namespace haulwatch::registry {

/// The fewest digits that read back as the same number.
inline std::string text_of(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

inline std::string text_of(LonLat place) {
  return "[" + text_of(place.lon) + ", " + text_of(place.lat) + "]";
}

}  // namespace haulwatch::registry
