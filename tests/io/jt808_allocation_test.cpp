#include <haulwatch/io/jt808/stream_parser.hpp>

#include "io/jt808_frames.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>

namespace {
std::atomic<long> allocations{0};
}

// Counts what the whole program allocates; what is asked below is only how much reading adds.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc{};
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size == 0 ? 1 : size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace haulwatch::io::jt808 {
namespace {

struct CountingListener : Listener {
  void on_fix(const Report& report) override { sum += report.fix.position.lon + report.fix.odometer_m; }
  double sum = 0.0;
};

TEST(Jt808Parser, AllocatesNothingAfterItsConstruction) {
  std::string stream;
  for (const std::string_view hex : {test::good_frame, test::batch_frame, test::part_1, test::part_2, test::part_3,
                                     std::string_view{"7e 7d03 7e 00 7e"}}) {
    stream += test::from_hex(hex);
  }
  StreamParser parser;
  CountingListener listener;
  const long before = allocations;
  for (int i = 0; i < 1000; ++i) parser.push(stream, listener);
  EXPECT_EQ(allocations - before, 0) << listener.sum;
  EXPECT_EQ(parser.counts().fixes, 5000U);
}

}  // namespace
}  // namespace haulwatch::io::jt808
