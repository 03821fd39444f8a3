#include <haulwatch/event.hpp>
#include <haulwatch/fix.hpp>
#include <haulwatch/registry/daily_windows.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>

using namespace std::chrono_literals;

int main() {
  const haulwatch::registry::DailyWindows night{{{.from = 19h, .to = 6h}}, 8h};
  const haulwatch::TimeUtc four_in_the_morning_at_pinghu{std::chrono::sys_days{2026y / 1 / 1} + 20h};
  const bool open = night.holds_at(four_in_the_morning_at_pinghu);
  std::printf("%s\n", open ? "open" : "closed");
  return open ? EXIT_SUCCESS : EXIT_FAILURE;
}
