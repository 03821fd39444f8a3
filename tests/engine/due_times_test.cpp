#include <haulwatch/engine/due_times.hpp>
#include <haulwatch/engine/due_wheel.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <random>
#include <set>
#include <utility>
#include <vector>

namespace haulwatch {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr TimeUtc start = std::chrono::sys_days{std::chrono::year{2026} / 3 / 3};

constexpr VehicleIndex vehicle(std::uint32_t number) {
  return VehicleIndex{number};
}

std::vector<VehicleIndex> taken(DueTimes& due, TimeUtc now) {
  std::vector<VehicleIndex> all;
  due.take_until(now, [&](VehicleIndex v) { all.push_back(v); });
  return all;
}

TEST(DueTimes, GivesWhatIsDueEarliestFirstAndLeavesTheRest) {
  DueTimes due;
  due.add(start + 30s, vehicle(3));
  due.add(start + 10s, vehicle(1));
  due.add(start + 20s, vehicle(2));

  EXPECT_THAT(taken(due, start + 20s), ElementsAre(vehicle(1), vehicle(2)));
  EXPECT_THAT(taken(due, start + 29s), IsEmpty());
  EXPECT_THAT(taken(due, start + 30s), ElementsAre(vehicle(3)));
}

TEST(DueTimes, GivesVehiclesDueAtOneInstantByNumber) {
  DueTimes due;
  for (const std::uint32_t number : {4U, 0U, 3U, 1U, 2U}) due.add(start, vehicle(number));
  EXPECT_THAT(taken(due, start), ElementsAre(vehicle(0), vehicle(1), vehicle(2), vehicle(3), vehicle(4)));
}

TEST(DueTimes, CountsWhatIsAddedAndDueWhileTaking) {
  DueTimes due;
  due.add(start, vehicle(7));
  int times = 0;
  due.take_until(start + 3s, [&](VehicleIndex v) { due.add(start + std::chrono::seconds{++times}, v); });
  EXPECT_EQ(times, 4);
  EXPECT_THAT(taken(due, start + 1h), ElementsAre(vehicle(7)));
}

TEST(DueTimes, ShowsTheEarliestWithoutTakingIt) {
  DueTimes due;
  EXPECT_TRUE(due.empty());
  due.add(start + 2s, vehicle(1));
  due.add(start + 1s, vehicle(2));

  EXPECT_EQ(due.first().vehicle, vehicle(2));
  EXPECT_EQ(due.take_first().due, start + 1s);
  EXPECT_EQ(due.first().due, start + 2s);
}

TEST(DueTimes, AgreesWithASortedSet) {
  std::mt19937_64 random{42};
  DueTimes due;
  std::multiset<std::pair<TimeUtc, VehicleIndex>> twin;
  TimeUtc now = start;
  for (int i = 0; i < 20'000; ++i) {
    const std::pair entry{now + Milliseconds{random() % 100'000}, vehicle(static_cast<std::uint32_t>(random() % 50))};
    due.add(entry.first, entry.second);
    twin.insert(entry);
    if (random() % 4 != 0) continue;
    now += Milliseconds{random() % 400};
    std::vector<VehicleIndex> expected;
    for (; !twin.empty() && twin.begin()->first <= now; twin.erase(twin.begin()))
      expected.push_back(twin.begin()->second);
    ASSERT_EQ(taken(due, now), expected) << "step " << i;
  }
}

/// Times near and far, a clock that stands, goes and leaps, and vehicles that are due again while they are taken.
TEST(DueWheel, AgreesWithAHeap) {
  for (const std::int64_t reach : {2'000, 100'000, 5'000'000}) {
    std::mt19937_64 random{43};
    DueWheel wheel;
    DueTimes heap;
    TimeUtc now = start;
    for (int i = 0; i < 20'000; ++i) {
      const TimeUtc due =
          now + Milliseconds{static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(reach))} - 500ms;
      const auto who = vehicle(static_cast<std::uint32_t>(random() % 50));
      wheel.add(due, who);
      heap.add(due, who);
      if (random() % 4 != 0) continue;
      now += Milliseconds{random() % 50 == 0 ? random() % 2'000'000 : random() % 400};
      const auto again = [&](VehicleIndex v) { return now - 200ms + Milliseconds{37 * static_cast<std::int64_t>(v)}; };
      std::vector<VehicleIndex> expected;
      heap.take_until(now, [&](VehicleIndex v) {
        expected.push_back(v);
        if (expected.size() < 30) heap.add(again(v), v);
      });
      std::vector<VehicleIndex> given;
      wheel.take_until(
          now,
          [&](VehicleIndex v) {
            given.push_back(v);
            if (given.size() < 30) wheel.add(again(v), v);
          },
          [](VehicleIndex) {}, [](VehicleIndex) {});
      ASSERT_EQ(given, expected) << "step " << i << ", reach " << reach;
    }
  }
}

TEST(DueWheel, SaysWhoComesSoon) {
  DueWheel wheel;
  for (std::uint32_t i = 0; i < 40; ++i) wheel.add(start, vehicle(i));
  std::set<VehicleIndex> announced;
  std::size_t taken = 0;
  wheel.take_until(
      start,
      [&](VehicleIndex v) {
        EXPECT_TRUE(announced.contains(v));
        ++taken;
      },
      [&](VehicleIndex v) { announced.insert(v); }, [](VehicleIndex) {});
  EXPECT_EQ(taken, 40U);
}

}  // namespace
}  // namespace haulwatch
