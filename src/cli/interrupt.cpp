#include "interrupt.hpp"

#include <csignal>

#include <unistd.h>

namespace haulwatch::cli {

namespace {

std::atomic<bool> stop_asked{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may touch nothing else");

extern "C" void on_signal(int /*signal*/) {
  constexpr int interrupted = 130;
  if (stop_asked.exchange(true)) _exit(interrupted);
}

void handle(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

}  // namespace

InterruptWatch::InterruptWatch() {
  stop_asked = false;
  handle(on_signal);
}

InterruptWatch::~InterruptWatch() {
  handle(SIG_DFL);
}

const std::atomic<bool>& InterruptWatch::asked() noexcept {
  return stop_asked;
}

}  // namespace haulwatch::cli
