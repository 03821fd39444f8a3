#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <functional>
#include <string_view>

namespace haulwatch::detail {

/// libstdc++'s hash of texts (MurmurHash2, 64 bits) spreads over all its bits, so that the table need not mix again.
struct TextHash {
  using is_avalanching = void;
  [[nodiscard]] std::size_t operator()(std::string_view text) const noexcept {
    return std::hash<std::string_view>{}(text);
  }
};

/// From texts kept elsewhere to dense numbers.
using TextIndex = boost::unordered_flat_map<std::string_view, std::uint32_t, TextHash>;

}  // namespace haulwatch::detail
