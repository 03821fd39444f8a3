#include <haulwatch/io/track_format.hpp>

#include <haulwatch/io/detail/number_text.hpp>
#include <haulwatch/io/detail/time_format.hpp>
#include <haulwatch/io/time_text.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <random>
#include <string>

namespace haulwatch::io {
namespace {

using namespace std::chrono_literals;
using detail::parse_integer;
using detail::parse_number;
using ::testing::HasSubstr;

std::string message_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const FormatError& error) {
    return error.what();
  }
  return "nothing thrown";
}

std::optional<TimeUtc> at(std::string_view text) {
  return parse_rfc3339(text).value();
}

TEST(TrackFormat, TakesMappings) {
  TrackFormat format;
  format.map(" speed_mps = SOG*0.514444 ");
  format.map("time=6+7");
  ASSERT_EQ(format.columns.size(), 2U);
  EXPECT_EQ(format.columns[0].column, FixColumn::speed_mps);
  EXPECT_EQ(format.columns[0].theirs, "SOG*0.514444");
  EXPECT_EQ(format.columns[1].theirs, "6+7");
}

TEST(TrackFormat, TakesWhereAVehicleComesFrom) {
  TrackFormat format;
  format.map("vehicle=@file");
  EXPECT_EQ(format.vehicle_from, VehicleFrom::file_name);
  format.map("vehicle=@folder");
  EXPECT_EQ(format.vehicle_from, VehicleFrom::folder_name);
  format.map("vehicle='@file'");
  EXPECT_EQ(format.vehicle_from, VehicleFrom::constant);
  EXPECT_EQ(format.vehicle, "@file");
  EXPECT_TRUE(format.columns.empty());
}

TEST(TrackFormat, RefusesMappingsThatCannotBeMeant) {
  TrackFormat format;
  const auto message = [&](std::string_view text) { return message_of([&] { format.map(text); }); };
  EXPECT_THAT(message("speed"), HasSubstr("--column takes name=theirs"));
  EXPECT_THAT(message("time="), HasSubstr("--column takes name=theirs"));
  EXPECT_THAT(message("speed=SOG"), HasSubstr("there is no column 'speed'; the columns are vehicle, time, lon"));
  EXPECT_EQ(message("lon=x"), "nothing thrown");
  EXPECT_THAT(message("lon=y"), HasSubstr("lon is mapped twice"));
}

TEST(TrackFormat, ReadsDelimiters) {
  EXPECT_EQ(parse_delimiter(";"), ';');
  EXPECT_EQ(parse_delimiter("tab"), '\t');
  EXPECT_EQ(parse_delimiter("\\t"), '\t');
  EXPECT_EQ(parse_delimiter("\t"), '\t');
  EXPECT_EQ(parse_delimiter("blank"), ' ');
  EXPECT_EQ(parse_delimiter("|"), '|');
  for (const std::string wrong : {"", "ab", "1", ".", "-", "\"", "\n"}) {
    EXPECT_THAT(message_of([&] { (void)parse_delimiter(wrong); }), HasSubstr("--delimiter takes")) << wrong;
  }
}

TEST(TrackFormat, ReadsTimeZones) {
  EXPECT_EQ(parse_time_zone("+08:00"), 8h);
  EXPECT_EQ(parse_time_zone("-0530"), -(5h + 30min));
  EXPECT_EQ(parse_time_zone("Z"), 0min);
  EXPECT_EQ(parse_time_zone("UTC"), 0min);
  EXPECT_THAT(message_of([] { (void)parse_time_zone("Europe/Oslo"); }), HasSubstr("'Europe/Oslo'"));
}

TEST(TrackFormat, ReadsWideRowsAndOrigins) {
  EXPECT_EQ(parse_wide_rows("11+4").skip, 11U);
  EXPECT_EQ(parse_wide_rows("11+4").width, 4U);
  EXPECT_EQ(parse_origin("120.9, 30.7"), (LonLat{120.9, 30.7}));
  for (const std::string wrong : {"11", "11+0", "+4", "-1+4", "a+4"}) {
    EXPECT_THAT(message_of([&] { (void)parse_wide_rows(wrong); }), HasSubstr("11+4")) << wrong;
  }
  for (const std::string wrong : {"120", "181,0", "0,90", "0,nan", ","}) {
    EXPECT_THAT(message_of([&] { (void)parse_origin(wrong); }), HasSubstr("lon,lat")) << wrong;
  }
}

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

TEST(NumberText, IsExactToTheLastBit) {
  constexpr unsigned seed = 5;
  SCOPED_TRACE(seed);
  std::mt19937_64 random{seed};
  for (int i = 0; i < 200'000; ++i) {
    std::string text = random() % 2 == 0 ? "-" : random() % 8 == 0 ? "+" : "";
    for (auto n = 1 + random() % 20; n > 0; --n) text += static_cast<char>('0' + random() % 10);
    if (random() % 4 != 0) text.insert(text.size() - random() % 20 % text.size(), ".");
    if (random() % 8 == 0) text += "e" + std::to_string(static_cast<int>(random() % 40) - 20);
    const auto read = parse_number(text);
    char* end = nullptr;
    const double wanted = std::strtod(text.c_str(), &end);
    const bool starts_with_point_and_sign_behind = *end != '\0';
    if (starts_with_point_and_sign_behind) {
      ASSERT_FALSE(read.has_value()) << text;
    } else {
      ASSERT_TRUE(read.has_value()) << text;
      ASSERT_TRUE(same_bits(*read, wanted)) << text;
    }
  }
}

TEST(NumberText, ReadsBackWhatPrintsShortest) {
  constexpr unsigned seed = 6;
  SCOPED_TRACE(seed);
  std::mt19937_64 random{seed};
  for (int i = 0; i < 200'000; ++i) {
    const auto value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    std::array<char, 64> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    const auto read = parse_number({text.data(), static_cast<std::size_t>(end - text.data())});
    ASSERT_TRUE(read && same_bits(*read, value)) << text.data();
  }
}

TEST(NumberText, RefusesWhatIsNoDecimalNumber) {
  for (const std::string wrong :
       {"",   "+",   "-",   ".",    "-.",  "e5",       "1e",    "1e+",   "--1",   "+-1",     "1 ",
        " 1", "1,5", "inf", "-inf", "nan", "infinity", "0x1p3", "1_000", "1.2.3", "\xd9\xa1"}) {
    EXPECT_FALSE(parse_number(wrong).has_value()) << wrong;
  }
  EXPECT_EQ(parse_number("1."), 1.0);
  EXPECT_EQ(parse_number("-.5"), -0.5);
  EXPECT_EQ(parse_number("1E3"), 1000.0);
  EXPECT_TRUE(same_bits(parse_number("-0").value(), -0.0));
}

TEST(NumberText, ReadsIntegersWithinTheirRange) {
  EXPECT_EQ(parse_integer<std::int64_t>("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(parse_integer<std::int64_t>("+7"), 7);
  for (const std::string wrong : {"", "+", "+-7", "++7", "9223372036854775808", "1.0", "1e3", " 1"}) {
    EXPECT_FALSE(parse_integer<std::int64_t>(wrong).has_value()) << wrong;
  }
}

std::optional<TimeUtc> time_of(std::string_view format, std::string_view text,
                               std::optional<std::chrono::minutes> zone = std::nullopt) {
  return detail::TimeFormat{format, zone}.parse(text);
}

TEST(TimeFormat, TellsRfc3339FromUnixMillisecondsByLook) {
  EXPECT_EQ(time_of("", "2026-01-02T03:04:05.678+08:00"), at("2026-01-01T19:04:05.678Z"));
  EXPECT_EQ(time_of("", "1767294246000"), TimeUtc{1767294246000ms});
  EXPECT_EQ(time_of("", "-1000"), TimeUtc{-1s});
  EXPECT_EQ(time_of("", "2026-01-02 03:04:05"), std::nullopt);
  EXPECT_EQ(time_of("", "2026-01-02 03:04:05", 8h), at("2026-01-01T19:04:05Z"));
  for (const std::string wrong :
       {"", "1767294246000.5", "253402300800000", "-62167219200001", "20260102T030405Z", "now"}) {
    EXPECT_EQ(time_of("", wrong), std::nullopt) << wrong;
  }
}

TEST(TimeFormat, ReadsUnixTimesAndCutsThemTowardsThePast) {
  EXPECT_EQ(time_of("unix_s", "1211033530"), TimeUtc{1211033530s});
  EXPECT_EQ(time_of("unix_s", "1.000000"), TimeUtc{1s});
  EXPECT_EQ(time_of("unix_s", "1.9999"), TimeUtc{1999ms});
  EXPECT_EQ(time_of("unix_s", "-1.9991"), TimeUtc{-2000ms});
  EXPECT_EQ(time_of("unix_s", "-1.999000"), TimeUtc{-1999ms});
  EXPECT_EQ(time_of("unix_s", ".5"), TimeUtc{500ms});
  EXPECT_EQ(time_of("unix_s", "1.211033530e9"), TimeUtc{1211033530s});
  EXPECT_EQ(time_of("unix_ms", "1211033530123.9"), TimeUtc{1211033530123ms});
  EXPECT_EQ(time_of("unix_us", "1211033530123456"), TimeUtc{1211033530123ms});
  EXPECT_EQ(time_of("unix_us", "-1"), TimeUtc{-1ms});
  EXPECT_EQ(time_of("unix_ns", "1211033530123456789"), TimeUtc{1211033530123ms});
  EXPECT_EQ(time_of("unix_ns", "-1000000"), TimeUtc{-1ms});
  for (const std::string wrong :
       {"", "-", ".", "1e99", "99999999999999999999", "1s", "2026-01-02T03:04:05Z", "inf", "nan"}) {
    EXPECT_EQ(time_of("unix_s", wrong), std::nullopt) << wrong;
  }
}

TEST(TimeFormat, ReadsPatterns) {
  const TimeUtc wanted = at("2026-03-07T16:05:09.250Z").value();
  EXPECT_EQ(time_of("%Y-%m-%d %H:%M:%S.%f", "2026-03-07 16:05:09.25", 0min), wanted);
  EXPECT_EQ(time_of("%F %T.%f", "2026-03-07   16:05:09.2509999", 0min), wanted);
  EXPECT_EQ(time_of("%Y%m%d%H%M%S%f", "20260307160509250", 0min), wanted);
  EXPECT_EQ(time_of("%d %b %y, %I:%M:%S.%f %p %z", "7 mar 26, 4:05:09.25 PM +0000"), wanted);
  EXPECT_EQ(time_of("%d/%b/%Y:%H:%M:%S.%f%z", "07/MARCH/2026:16:05:09.250Z"), std::nullopt);
  EXPECT_EQ(time_of("%Y %j %T.%f %z", "2026 066 17:05:09.250 +01:00"), wanted);
  EXPECT_EQ(time_of("100%% %FT%T.%fZ", "100% 2026-03-07T16:05:09.250Z", 0min), wanted);
  EXPECT_EQ(time_of("%d.%m.%Y %H:%M", "7.3.2026 8:5", 8h), at("2026-03-07T00:05:00Z"));
  EXPECT_EQ(time_of("%F %T", "2016-12-31 23:59:60", 0min), at("2016-12-31T23:59:59.999Z"));
}

TEST(TimeFormat, ReadsMidnightAndNoonOfTheTwelveHourClock) {
  EXPECT_EQ(time_of("%F %I %p", "2026-03-07 12 AM", 0min), at("2026-03-07T00:00:00Z"));
  EXPECT_EQ(time_of("%F %I %p", "2026-03-07 12 pm", 0min), at("2026-03-07T12:00:00Z"));
}

TEST(TimeFormat, TakesTwoDigitYearsAsPosixDoes) {
  EXPECT_EQ(time_of("%y%m%d %H", "690101 0", 0min), at("1969-01-01T00:00:00Z"));
  EXPECT_EQ(time_of("%y%m%d %H", "680101 0", 0min), at("2068-01-01T00:00:00Z"));
}

TEST(TimeFormat, RefusesTextsThatAreNotOfThePattern) {
  for (const std::string wrong : {"", "2026-02-29 00:00:00", "2026-13-01 00:00:00", "2026-01-01 24:00:00",
                                  "2026-01-01 00:60:00", "2026-01-01 00:00:61", "2026-01-01 00:00:00 ", "2026-01-01",
                                  "2026-01-0100:00:00", "26-01-01 00:00:00", "2026-00-01 00:00:00"}) {
    EXPECT_EQ(time_of("%F %T", wrong, 0min), std::nullopt) << wrong;
  }
  EXPECT_EQ(time_of("%Y-%j %H", "2025-366 0", 0min), std::nullopt);
  EXPECT_EQ(time_of("%F %H %z", "2026-01-01 0 +25:00"), std::nullopt);
}

TEST(TimeFormat, RefusesPatternsThatCannotBeMeant) {
  const auto message = [](std::string_view format, std::optional<std::chrono::minutes> zone = 0min) {
    return message_of([&] { detail::TimeFormat{format, zone}; });
  };
  EXPECT_THAT(message("unix"), HasSubstr("neither unix_s"));
  EXPECT_THAT(message("%H:%M"), HasSubstr("does not tell the day"));
  EXPECT_THAT(message("%Y-%m %H"), HasSubstr("does not tell the day"));
  EXPECT_THAT(message("%F"), HasSubstr("needs the hour once"));
  EXPECT_THAT(message("%F %I"), HasSubstr("needs %I and %p together"));
  EXPECT_THAT(message("%F %T %p"), HasSubstr("needs %I and %p together"));
  EXPECT_THAT(message("%F %q"), HasSubstr("holds %q; known are"));
  EXPECT_THAT(message("%F %"), HasSubstr("ends in a single %"));
  EXPECT_THAT(message("%F %T", std::nullopt), HasSubstr("give --time-zone too"));
  EXPECT_EQ(message("%F %T%z", std::nullopt), "nothing thrown");
}

TEST(TimeFormat, AgreesWithTheReaderOfRfc3339) {
  constexpr unsigned seed = 9;
  SCOPED_TRACE(seed);
  std::mt19937_64 random{seed};
  const detail::TimeFormat pattern{"%FT%T.%fZ", 0min};
  for (int i = 0; i < 20'000; ++i) {
    const TimeUtc time{Milliseconds{static_cast<std::int64_t>(random() % 253'402'300'800'000)}};
    std::array<char, rfc3339_ms_length> text{};
    write_rfc3339_ms(text.data(), time);
    ASSERT_EQ(pattern.parse({text.data(), text.size()}), time) << std::string(text.data(), text.size());
  }
}

}  // namespace
}  // namespace haulwatch::io
