#include <haulwatch/io/time_text.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <random>
#include <string>

namespace haulwatch::io {
namespace {

using namespace std::chrono_literals;
using std::chrono::minutes;
using std::chrono::sys_days;
using ::testing::Eq;
using ::testing::Optional;

constexpr TimeUtc third_of_march = sys_days{2026y / 3 / 3} + 4h + 5min + 6s;

std::string written(TimeUtc time) {
  std::array<char, rfc3339_ms_length> text{};
  char* end = write_rfc3339_ms(text.data(), time);
  return {text.data(), end};
}

TEST(TimeText, ReadsEverySpellingOfTheSameInstant) {
  for (const char* text :
       {"2026-03-03T04:05:06Z", "2026-03-03t04:05:06z", "2026-03-03 04:05:06Z", "2026-03-03T12:05:06+08:00",
        "2026-03-03T12:05:06+0800", "2026-03-03T12:05:06+08", "2026-03-02T23:05:06-05:00", "2026-03-03T09:50:06+05:45",
        "2026-03-03T04:05:06.000Z", "2026-03-03T04:05:06.0009999999999999999999999999999999999Z"}) {
    EXPECT_THAT(parse_rfc3339(text), Optional(third_of_march)) << text;
  }
}

TEST(TimeText, KeepsMillisecondsAndRoundsTheRestDownAlsoBefore1970) {
  EXPECT_THAT(parse_rfc3339("2026-03-03T04:05:06.7Z"), Optional(third_of_march + 700ms));
  EXPECT_THAT(parse_rfc3339("2026-03-03T04:05:06.0789Z"), Optional(third_of_march + 78ms));
  EXPECT_THAT(parse_rfc3339("1969-12-31T23:59:59.9999Z"), Optional(TimeUtc{-1ms}));
}

TEST(TimeText, UsesTheAssumedOffsetOnlyWhereTheTextNamesNone) {
  EXPECT_THAT(parse_rfc3339("2026-03-03T12:05:06"), Eq(std::nullopt));
  EXPECT_THAT(parse_rfc3339("2026-03-03 12:05:06.5", minutes{480}), Optional(third_of_march + 500ms));
  EXPECT_THAT(parse_rfc3339("2026-03-03T04:05:06Z", minutes{480}), Optional(third_of_march));
}

TEST(TimeText, TakesALeapSecondOnlyAtTheEndOfAUtcMonthAndKeepsItsOrder) {
  constexpr TimeUtc before_2017 = sys_days{2017y / 1 / 1} - 1ms;
  EXPECT_THAT(parse_rfc3339("2016-12-31T23:59:60Z"), Optional(before_2017));
  EXPECT_THAT(parse_rfc3339("2016-12-31T23:59:60.8Z"), Optional(before_2017));
  EXPECT_THAT(parse_rfc3339("2017-01-01T07:59:60+08:00"), Optional(before_2017));
  EXPECT_THAT(parse_rfc3339("2016-12-31T22:59:60Z"), Eq(std::nullopt));
  EXPECT_THAT(parse_rfc3339("2016-12-30T23:59:60Z"), Eq(std::nullopt));
}

TEST(TimeText, RefusesWhatIsNoTime) {
  for (const char* text : {"",
                           "2026",
                           "2026-03-03",
                           "2026-03-03T04:05Z",
                           "2026-03-03T04:05:06.Z",
                           "2026-03-03T04:05:61Z",
                           "2026-03-03T24:00:00Z",
                           "2026-03-03T04:60:00Z",
                           "2026-13-03T04:05:06Z",
                           "2026-00-03T04:05:06Z",
                           "2026-02-29T04:05:06Z",
                           "2026-04-31T04:05:06Z",
                           "2026-03-00T04:05:06Z",
                           "1900-02-29T00:00:00Z",
                           "2026-03-03T04:05:06+8",
                           "2026-03-03T04:05:06+24:00",
                           "2026-03-03T04:05:06+08:60",
                           "2026-03-03T04:05:06 Z",
                           "2026-03-03T04:05:06Z ",
                           " 2026-03-03T04:05:06Z",
                           "2026-03-03  04:05:06Z",
                           "2026/03/03T04:05:06Z",
                           "2026-03-03T04:05:06+08:0",
                           "2026-03-03T04:05:06+080:0",
                           "2026-3-03T04:05:006Z",
                           "20a6-03-03T04:05:06Z",
                           "2026-03-03T04:05:0\xb9Z",
                           "+026-03-03T04:05:06Z"}) {
    EXPECT_THAT(parse_rfc3339(text), Eq(std::nullopt)) << text;
  }
  EXPECT_THAT(parse_rfc3339("2000-02-29T00:00:00Z"), Optional(sys_days{2000y / 2 / 29}));
}

TEST(TimeText, ReadsOffsetsFromUtc) {
  EXPECT_THAT(parse_utc_offset("Z"), Optional(0min));
  EXPECT_THAT(parse_utc_offset("-00:00"), Optional(0min));
  EXPECT_THAT(parse_utc_offset("+05:45"), Optional(345min));
  EXPECT_THAT(parse_utc_offset("-0330"), Optional(-210min));
  EXPECT_THAT(parse_utc_offset("-23:59"), Optional(-1439min));
  for (const char* text : {"", "+", "08:00", "+8:00", "+08:00:00", "+08-00", "+24", "*08:00", "+0x:00"}) {
    EXPECT_THAT(parse_utc_offset(text), Eq(std::nullopt)) << text;
  }
}

TEST(TimeText, ReadsClocksUpToTheEndOfTheDay) {
  EXPECT_THAT(parse_clock("00:00"), Optional(0min));
  EXPECT_THAT(parse_clock("19:05"), Optional(1145min));
  EXPECT_THAT(parse_clock("24:00"), Optional(1440min));
  for (const char* text : {"", "7:00", "24:01", "25:00", "12:60", "12:5", "12-05", "12:05:00", "ab:cd"}) {
    EXPECT_THAT(parse_clock(text), Eq(std::nullopt)) << text;
  }
}

TEST(TimeText, WritesMillisecondsAndZ) {
  EXPECT_EQ(written(third_of_march + 7ms), "2026-03-03T04:05:06.007Z");
  EXPECT_EQ(written(TimeUtc{-1ms}), "1969-12-31T23:59:59.999Z");
}

TEST(TimeText, WritesTheNearestThatTheFormCanSpell) {
  EXPECT_EQ(written(no_time), "0000-01-01T00:00:00.000Z");
  EXPECT_EQ(written(TimeUtc::max()), "9999-12-31T23:59:59.999Z");
}

TEST(TimeText, EveryInstantRoundsThrough) {
  constexpr unsigned seed = 11;
  std::mt19937_64 random{seed};
  std::uniform_int_distribution<std::int64_t> any(TimeUtc{sys_days{0y / 1 / 1}}.time_since_epoch().count(),
                                                  TimeUtc{sys_days{10000y / 1 / 1}}.time_since_epoch().count() - 1);
  for (int i = 0; i < 100'000; ++i) {
    const TimeUtc time{Milliseconds{any(random)}};
    ASSERT_THAT(parse_rfc3339(written(time)), Optional(time)) << "seed " << seed << ", " << written(time);
  }
}

TEST(TimeText, EveryDayOfFourCenturiesIsTakenExactlyWhenItExists) {
  for (int y = 1900; y < 2300; ++y) {
    for (unsigned m = 0; m <= 13; ++m) {
      for (unsigned d = 0; d <= 32; ++d) {
        std::array<char, 40> text{};
        std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT00:00:00Z", y, m, d);
        const std::chrono::year_month_day date{std::chrono::year{y}, std::chrono::month{m}, std::chrono::day{d}};
        const auto parsed = parse_rfc3339(text.data());
        ASSERT_EQ(parsed.has_value(), date.ok()) << text.data();
        if (parsed) {
          ASSERT_EQ(*parsed, sys_days{date}) << text.data();
        }
      }
    }
  }
}

}  // namespace
}  // namespace haulwatch::io
