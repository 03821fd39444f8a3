#pragma once

#include <algorithm>
#include <chrono>
#include <thread>

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#endif

namespace haulwatch::detail {

/// Waits for another thread: spins, then yields, then sleeps, up to a millisecond at a time.
class Backoff {
 public:
  void pause() {
    if (rounds_ < spins) {
      relax();
    } else if (rounds_ < spins + yields) {
      std::this_thread::yield();
    } else {
      std::this_thread::sleep_for(nap_);
      nap_ = std::min(2 * nap_, longest);
      return;
    }
    ++rounds_;
  }
  void reset() noexcept {
    rounds_ = 0;
    nap_ = shortest;
  }

 private:
  static constexpr int spins = 64;
  static constexpr int yields = 16;
  static constexpr std::chrono::microseconds shortest{50};
  static constexpr std::chrono::microseconds longest{1000};

  static void relax() noexcept {
#if defined(__x86_64__) || defined(__i386__)
    _mm_pause();
#endif
  }

  int rounds_ = 0;
  std::chrono::microseconds nap_ = shortest;
};

}  // namespace haulwatch::detail
