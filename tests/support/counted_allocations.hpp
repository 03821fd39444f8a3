#pragma once

// Replaces the program's allocation functions by counting ones: include it in one file of a test program alone.

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace haulwatch::test {
/// How often the whole program has asked for memory. What a test asks is how much this grows.
inline std::atomic<long> allocations{0};
}  // namespace haulwatch::test

[[gnu::noinline]] void* operator new(std::size_t size) {
  ++haulwatch::test::allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc{};
}
// The temporary buffers of the standard library's stable algorithms come from here.
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++haulwatch::test::allocations;
  return std::malloc(size == 0 ? 1 : size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
