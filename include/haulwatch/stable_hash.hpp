#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

namespace haulwatch {

/// A 64-bit hash that is the same on every machine, compiler and release: ids of events are made of it.
///
/// FNV-1a over the bytes of each part, a length after each text so that ("ab", "c") differs from ("a", "bc"), and the
/// finaliser of SplitMix64 (Steele, Lea, Flood 2014) to spread what FNV leaves in the low bits.
class StableHash {
 public:
  constexpr StableHash& add(std::string_view text) noexcept {
    for (const char c : text) step(static_cast<unsigned char>(c));
    return add(std::uint64_t{text.size()});
  }
  constexpr StableHash& add(std::uint64_t number) noexcept {
    for (int i = 0; i < 8; ++i) step(static_cast<unsigned char>(number >> (8 * i)));
    return *this;
  }
  [[nodiscard]] constexpr std::uint64_t value() const noexcept {
    std::uint64_t z = state_ + 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }

 private:
  constexpr void step(unsigned char byte) noexcept { state_ = (state_ ^ byte) * 0x100000001b3U; }
  std::uint64_t state_ = 0xcbf29ce484222325U;
};

}  // namespace haulwatch
