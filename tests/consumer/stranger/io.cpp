#include <haulwatch/haulwatch.hpp>
#include <haulwatch/io/time_text.hpp>

#include <cstdio>
#include <cstdlib>

int main() {
  const auto time = haulwatch::io::parse_rfc3339("2026-01-02T03:04:05.678+08:00");
  if (!time) return EXIT_FAILURE;
  std::printf("%lld ms since 1970\n", static_cast<long long>(time->time_since_epoch().count()));
  return EXIT_SUCCESS;
}
