#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace haulwatch::detail {

/// What two threads write at once must not share one.
inline constexpr std::size_t cache_line = 64;

/// Counted by one thread, read by any.
class Counter {
 public:
  void add(std::uint64_t n) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_release);
  }
  [[nodiscard]] std::uint64_t read() const noexcept { return value_.load(std::memory_order_acquire); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

}  // namespace haulwatch::detail
