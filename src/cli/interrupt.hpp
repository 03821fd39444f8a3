#pragma once

#include <atomic>

namespace haulwatch::cli {

/// Ctrl-C while this lives: the first one asks to stop, a second one ends the program at once.
///
/// One at a time in a process. SIGTERM counts as Ctrl-C.
class InterruptWatch {
 public:
  InterruptWatch();
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;

  [[nodiscard]] static const std::atomic<bool>& asked() noexcept;
};

}  // namespace haulwatch::cli
