#pragma once

#include <cstddef>

namespace haulwatch::detail {

/// Asks for the lines of some bytes to be brought near for writing, for use some hundred nanoseconds later.
inline void prefetch(const void* begin, const void* end) noexcept {
  constexpr std::size_t line = 64;
  const char* at = static_cast<const char*>(begin);
  for (; at < end; at += line) __builtin_prefetch(at, 1);
  __builtin_prefetch(static_cast<const char*>(end) - 1, 1);
  // GCC takes a function that does nothing else for one without effect, and drops the calls of it.
  __asm__ __volatile__("");
}
inline void prefetch(const void* begin, std::size_t bytes) noexcept {
  prefetch(begin, static_cast<const char*>(begin) + bytes);
}

}  // namespace haulwatch::detail
