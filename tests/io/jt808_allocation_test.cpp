#include <haulwatch/io/jt808/stream_parser.hpp>

#include "io/jt808_frames.hpp"
#include "support/counted_allocations.hpp"

#include <gtest/gtest.h>

#include <string>

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
  const long before = haulwatch::test::allocations;
  for (int i = 0; i < 1000; ++i) parser.push(stream, listener);
  EXPECT_EQ(haulwatch::test::allocations - before, 0) << listener.sum;
  EXPECT_EQ(parser.counts().fixes, 5000U);
}

}  // namespace
}  // namespace haulwatch::io::jt808
