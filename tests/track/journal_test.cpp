#include <haulwatch/track/journal.hpp>

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <chrono>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace haulwatch::track {
namespace {

using namespace std::chrono_literals;

/// Every bit of a fix that a journal keeps.
std::string bits_of(const JournalledFix& f) {
  const auto number = [](auto value) { return std::to_string(value) + ' '; };
  const auto reading = [&](Reading r) {
    return r.has_value() ? number(std::bit_cast<std::uint32_t>(r.value())) : "- ";
  };
  const Fix& fix = f.fix;
  const Sensors& s = fix.sensors;
  return number(fix.time.time_since_epoch().count()) + number(fix.received.time_since_epoch().count()) +
         number(std::bit_cast<std::uint64_t>(fix.position.lon)) +
         number(std::bit_cast<std::uint64_t>(fix.position.lat)) + number(std::bit_cast<std::uint64_t>(fix.odometer_m)) +
         reading(fix.speed_mps) + reading(fix.heading_deg) + reading(fix.accuracy_m) + reading(fix.hdop) +
         number(int(s.ignition)) + number(int(s.body_lift)) + number(int(s.cover_closed)) + number(int(s.load)) +
         number(int(fix.valid)) + number(int(fix.backfill)) + number(fix.record) + number(int(f.late));
}

class FixMaker {
 public:
  explicit FixMaker(std::uint64_t seed) : random_{seed} {}

  /// A truck's next report: mostly in whole steps, now and then anything at all.
  JournalledFix next() {
    JournalledFix f;
    Fix& fix = f.fix;
    time_ += happens(20) ? Milliseconds{static_cast<std::int64_t>(random_() % 20'000) - 5'000} : 10s;
    fix.time = time_;
    if (!happens(3)) fix.received = time_ + Milliseconds{static_cast<std::int64_t>(random_() % 3'000)};
    lon_ += static_cast<std::int64_t>(random_() % 20'000) - 7'000;
    lat_ += static_cast<std::int64_t>(random_() % 20'000) - 7'000;
    fix.position = {static_cast<double>(lon_) / 1e7, static_cast<double>(lat_) / 1e7};
    if (happens(7)) fix.position.lon += 1e-11;
    if (happens(11)) fix.position.lat = std::bit_cast<double>(random_());
    fix.speed_mps = reading(100.0F, 3000);
    fix.heading_deg = reading(10.0F, 3600);
    fix.accuracy_m = reading(100.0F, 3);
    fix.hdop = reading(10.0F, 5);
    if (happens(2)) fix.odometer_m = happens(3) ? std::bit_cast<double>(random_()) : static_cast<double>(lon_) / 10.0;
    fix.sensors = {Sensed(random_() % 3), Sensed(random_() % 3), Sensed(random_() % 3), LoadReading(random_() % 4)};
    fix.valid = Sensed(random_() % 3);
    fix.backfill = happens(2);
    fix.record = happens(9) ? static_cast<std::uint32_t>(random_()) : record_ += 17;
    f.late = happens(4);
    return f;
  }

 private:
  bool happens(std::uint64_t one_in) { return random_() % one_in == 0; }
  Reading reading(float steps, std::uint64_t most) {
    switch (random_() % 6) {
      case 0:
        return {};
      case 1:
        return Reading{std::bit_cast<float>(static_cast<std::uint32_t>(random_()))};
      case 2:
        return Reading{static_cast<float>(static_cast<double>(random_() % 1000) / 36.0)};
      case 3:
        return Reading{-0.0F};
      default:
        return Reading{static_cast<float>(random_() % most) / steps};
    }
  }

  std::mt19937_64 random_;
  TimeUtc time_ = std::chrono::sys_days{std::chrono::year{2026} / 3 / 3};
  std::int64_t lon_ = 1'211'234'567;
  std::int64_t lat_ = 307'654'321;
  std::uint32_t record_ = 0;
};

std::vector<std::string> read(const Journal& journal) {
  std::vector<std::string> all;
  Journal::read(journal.first_block(), [&](const JournalledFix& fix) { all.push_back(bits_of(fix)); });
  return all;
}

TEST(Journal, GivesBackEveryBitOfEveryField) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    SCOPED_TRACE(seed);
    FixMaker maker{seed};
    BlockPool pool;
    Journal journal;
    std::vector<std::string> expected;
    for (int i = 0; i < 20'000; ++i) {
      const JournalledFix fix = maker.next();
      journal.append(fix, pool);
      expected.push_back(bits_of(fix));
    }
    EXPECT_EQ(read(journal), expected);
    EXPECT_EQ(journal.size(), expected.size());
    journal.clear(pool);
    EXPECT_EQ(pool.blocks_in_use(), 0U);
  }
}

TEST(Journal, GoesOnAfterItWasCutAndDroppedAtBlocks) {
  FixMaker maker{7};
  BlockPool pool;
  Journal journal;
  std::vector<std::string> expected;
  std::vector<std::size_t> begins;
  for (int i = 0; i < 5'000; ++i) {
    const JournalledFix fix = maker.next();
    if (journal.append(fix, pool)) begins.push_back(expected.size());
    expected.push_back(bits_of(fix));
  }
  Block* block = journal.first_block();
  for (int i = 0; i < 20; ++i) block = block->next;
  journal.cut_from(block, pool);
  expected.resize(begins[20]);
  EXPECT_EQ(read(journal), expected);
  for (int i = 0; i < 500; ++i) {
    const JournalledFix fix = maker.next();
    EXPECT_EQ(journal.append(fix, pool) && i == 0, i == 0);
    expected.push_back(bits_of(fix));
  }
  EXPECT_EQ(read(journal), expected);
  journal.drop_before(journal.first_block()->next, pool);
  expected.erase(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(begins[1]));
  EXPECT_EQ(read(journal), expected);
  EXPECT_EQ(pool.blocks_in_use(), journal.blocks());
}

}  // namespace
}  // namespace haulwatch::track
