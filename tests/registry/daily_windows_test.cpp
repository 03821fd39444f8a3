#include <haulwatch/registry/daily_windows.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <random>
#include <string>
#include <vector>

namespace haulwatch::registry {
namespace {

using namespace std::chrono_literals;
using std::chrono::minutes;
using std::chrono::sys_days;
using ::testing::Eq;
using ::testing::Optional;
using Window = DailyWindows::Window;

constexpr TimeUtc midnight = sys_days{2026y / 3 / 3};

/// One flag a minute of the local day: slow, and too simple to be wrong.
class MinuteByMinute {
 public:
  MinuteByMinute(const std::vector<Window>& windows, minutes utc_offset) : utc_offset_{utc_offset} {
    if (windows.empty()) open_.fill(true);
    for (const Window& window : windows) {
      auto at = static_cast<std::size_t>(window.from.count()) % open_.size();
      const auto to = static_cast<std::size_t>(window.to.count()) % open_.size();
      do {
        open_[at] = true;
        at = (at + 1) % open_.size();
      } while (at != to);
    }
  }
  [[nodiscard]] bool holds_at(TimeUtc time) const {
    const TimeUtc local = time + utc_offset_;
    const auto in_day = local - std::chrono::floor<std::chrono::days>(local);
    return open_[static_cast<std::size_t>(in_day / 1min)];
  }
  [[nodiscard]] std::optional<TimeUtc> next_change_after(TimeUtc time) const {
    for (TimeUtc t = std::chrono::floor<minutes>(time) + 1min; t <= time + 25h; t += 1min) {
      if (holds_at(t) != holds_at(t - 1ms)) return t;
    }
    return std::nullopt;
  }

 private:
  std::array<bool, 24 * 60> open_{};
  minutes utc_offset_;
};

void expect_same_all_day(const std::vector<Window>& windows, minutes utc_offset, const std::string& label) {
  const DailyWindows fast{windows, utc_offset};
  const MinuteByMinute slow{windows, utc_offset};
  for (TimeUtc t = midnight; t < midnight + 24h; t += 1min) {
    for (const Milliseconds beside : {-1ms, 0ms, 1ms}) {
      ASSERT_EQ(fast.holds_at(t + beside), slow.holds_at(t + beside)) << label << " minute " << (t - midnight) / 1min;
    }
  }
  for (TimeUtc t = midnight; t < midnight + 24h; t += 37min) {
    for (const Milliseconds beside : {-1ms, 0ms, 1ms, 30'000ms}) {
      ASSERT_EQ(fast.next_change_after(t + beside), slow.next_change_after(t + beside))
          << label << " minute " << (t - midnight) / 1min;
    }
  }
}

TEST(DailyWindows, NoWindowHoldsAllDayAndNeverChanges) {
  const DailyWindows always;
  EXPECT_TRUE(always.all_day());
  EXPECT_TRUE(always.holds_at(midnight));
  EXPECT_THAT(always.next_change_after(midnight), Eq(std::nullopt));
}

TEST(DailyWindows, AWindowHoldsFromItsFirstMinuteUpToItsLast) {
  const DailyWindows morning{{{6h, 12h}}, 0min};
  EXPECT_FALSE(morning.holds_at(midnight + 6h - 1ms));
  EXPECT_TRUE(morning.holds_at(midnight + 6h));
  EXPECT_TRUE(morning.holds_at(midnight + 12h - 1ms));
  EXPECT_FALSE(morning.holds_at(midnight + 12h));
}

TEST(DailyWindows, AWindowOverMidnightChangesAtItsOwnBoundsOnly) {
  const DailyWindows night{{{19h, 6h}}, 8h};
  const TimeUtc local_midnight = midnight - 8h;
  EXPECT_TRUE(night.holds_at(local_midnight));
  EXPECT_THAT(night.next_change_after(local_midnight - 1h), Optional(local_midnight + 6h));
  EXPECT_THAT(night.next_change_after(local_midnight + 6h), Optional(local_midnight + 19h));
  EXPECT_THAT(night.next_change_after(local_midnight + 19h), Optional(local_midnight + 30h));
}

TEST(DailyWindows, EqualBoundsAndTheWholeDayInPiecesAreAllDay) {
  for (const std::vector<Window>& windows : {std::vector<Window>{{7h, 7h}},
                                             {{0h, 24h}},
                                             {{24h, 24h}},
                                             {{24h, 0h}},
                                             {{0h, 8h}, {20h, 0h}, {8h, 20h}},
                                             {{18h, 9h}, {8h, 20h}}}) {
    EXPECT_TRUE((DailyWindows{windows, 345min}.all_day()));
  }
}

TEST(DailyWindows, EveryMinuteOfTheDayIsAsCountedOneByOne) {
  const std::vector<std::vector<Window>> cases{
      {},
      {{19h, 6h}},
      {{10h + 5min, 10h + 6min}},
      {{10h + 5min, 10h + 45min}},
      {{6h, 12h}, {12h, 18h}},
      {{6h, 13h}, {12h, 18h}},
      {{6h, 18h}, {8h, 9h}},
      {{23h + 59min, 0min}},
      {{0min, 1min}},
      {{24h, 1h}},
      {{22h, 24h}, {0min, 2h}},
      {{22h, 3h}, {21h, 1h}, {5h, 6h}},
  };
  for (const minutes offset : {0min, 480min, 345min, -210min, 1439min, -1439min, 1min}) {
    for (std::size_t i = 0; i < cases.size(); ++i) {
      expect_same_all_day(cases[i], offset, "case " + std::to_string(i) + ", offset " + std::to_string(offset.count()));
    }
  }
}

TEST(DailyWindows, RandomWindowsAreAsCountedMinuteByMinute) {
  constexpr unsigned seed = 5;
  std::mt19937 random{seed};
  const auto pick = [&](int from, int to) { return minutes{std::uniform_int_distribution{from, to}(random)}; };
  for (int round = 0; round < 60; ++round) {
    std::vector<Window> windows(1 + random() % 6);
    for (Window& window : windows) window = {pick(0, 1440), pick(0, 1440)};
    expect_same_all_day(windows, pick(-1439, 1439), "seed 5, round " + std::to_string(round));
  }
}

TEST(DailyWindows, TheFirstAndLastInstantsOfTimeOverflowNothing) {
  const DailyWindows night{{{19h, 6h}}, -9h};
  EXPECT_NO_FATAL_FAILURE((void)night.holds_at(no_time));
  EXPECT_NO_FATAL_FAILURE((void)night.holds_at(TimeUtc::max()));
  EXPECT_TRUE(night.next_change_after(no_time).has_value());
  EXPECT_THAT(night.next_change_after(TimeUtc::max()), Eq(std::nullopt));
}

}  // namespace
}  // namespace haulwatch::registry
