#pragma once

#include <haulwatch/engine/latency.hpp>

#include <chrono>
#include <cstdint>

namespace haulwatch::detail {

/// Tells how long a thing took inside the pipeline; no result depends on it.
class PipelineClock {
 public:
  [[nodiscard]] std::uint32_t now_us() const noexcept {
    const auto since = std::chrono::steady_clock::now() - begin_;
    return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::microseconds>(since).count());
  }
  /// The counter goes round after 71 minutes, so a wait is right up to that.
  [[nodiscard]] static Latency::Duration between(std::uint32_t from_us, std::uint32_t to_us) noexcept {
    return Latency::Duration{static_cast<std::int64_t>(to_us - from_us)};
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace haulwatch::detail
