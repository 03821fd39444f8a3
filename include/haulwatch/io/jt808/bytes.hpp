#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace haulwatch::io::jt808 {

using Bytes = std::span<const std::uint8_t>;

namespace detail {

/// Numbers of the wire, which are big endian. \pre the bytes are there
[[nodiscard]] constexpr std::uint16_t u16_at(Bytes bytes, std::size_t at) noexcept {
  return static_cast<std::uint16_t>(bytes[at] << 8U | bytes[at + 1]);
}

[[nodiscard]] constexpr std::uint32_t u32_at(Bytes bytes, std::size_t at) noexcept {
  return std::uint32_t{u16_at(bytes, at)} << 16U | u16_at(bytes, at + 2);
}

}  // namespace detail
}  // namespace haulwatch::io::jt808
