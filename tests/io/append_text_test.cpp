#include <haulwatch/io/detail/append_text.hpp>
#include <haulwatch/io/detail/utf8.hpp>

#include "random_records.hpp"

#include <gmock/gmock.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

namespace haulwatch::io::detail {
namespace {

template <int Decimals>
std::string fixed(double value) {
  std::string out;
  append_fixed<Decimals>(out, value);
  return out;
}

/// The standard library's own correctly rounded text, without the minus sign of what rounds to zero.
template <int Decimals>
std::string reference(double value) {
  std::array<char, 400> digits{};
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed, Decimals);
  const std::string text{digits.data(), end.ptr};
  return text.find_first_of("123456789") == std::string::npos && text.front() == '-' ? text.substr(1) : text;
}

template <int Decimals>
void expect_as_reference(double value) {
  ASSERT_EQ(fixed<Decimals>(value), reference<Decimals>(value)) << "value " << std::hexfloat << value;
}

void expect_as_reference(double value) {
  expect_as_reference<1>(value);
  expect_as_reference<2>(value);
  expect_as_reference<3>(value);
  expect_as_reference<7>(value);
}

std::string json(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string csv(std::string_view text) {
  std::string out;
  append_csv_field(out, text);
  return out;
}

TEST(FixedText, KeepsTrailingZeros) {
  EXPECT_EQ(fixed<7>(121.5), "121.5000000");
  EXPECT_EQ(fixed<1>(30), "30.0");
}

TEST(FixedText, CarriesIntoTheWholePart) {
  EXPECT_EQ(fixed<1>(9.96), "10.0");
  EXPECT_EQ(fixed<7>(-0.99999999), "-1.0000000");
}

TEST(FixedText, RoundsTiesToEven) {
  EXPECT_EQ(fixed<1>(0.25), "0.2");
  EXPECT_EQ(fixed<1>(0.75), "0.8");
  EXPECT_EQ(fixed<1>(-0.25), "-0.2");
}

TEST(FixedText, RoundsTheBinaryValueAndNotItsShortestDecimal) {
  EXPECT_EQ(fixed<1>(0.35), "0.3");   // the double next to 0.35 lies below it
  EXPECT_EQ(fixed<1>(0.15F), "0.2");  // the float next to 0.15 lies above it
}

TEST(FixedText, NeverPrintsMinusZero) {
  EXPECT_EQ(fixed<1>(-0.0), "0.0");
  EXPECT_EQ(fixed<1>(-0.04), "0.0");
  EXPECT_EQ(fixed<7>(-4e-8), "0.0000000");
}

TEST(FixedText, AgreesWithTheStandardLibraryOnDegreesAndMetres) {
  constexpr std::uint64_t seed = 11;
  SCOPED_TRACE("seed " + std::to_string(seed));
  io::testing::RandomRecords random{seed};
  for (int i = 0; i < 200'000; ++i) {
    expect_as_reference(random.uniform(-180.0, 180.0));
    expect_as_reference(static_cast<float>(random.uniform(0.0, 100.0)));
  }
}

TEST(FixedText, AgreesWithTheStandardLibraryOnEveryMagnitude) {
  constexpr std::uint64_t seed = 12;
  SCOPED_TRACE("seed " + std::to_string(seed));
  io::testing::RandomRecords random{seed};
  for (int i = 0; i < 50'000; ++i) expect_as_reference(random.any_double());
}

TEST(FixedText, AgreesWithTheStandardLibraryNextToEveryTie) {
  constexpr double up = std::numeric_limits<double>::infinity();
  for (int halves = -40'000; halves < 40'000; ++halves) {
    for (const double scale : {1e1, 1e2, 1e3, 1e7}) {
      const double tie = (halves + 0.5) / scale;
      expect_as_reference(tie);
      expect_as_reference(std::nextafter(tie, up));
      expect_as_reference(std::nextafter(tie, -up));
    }
  }
}

TEST(FixedText, AgreesWithTheStandardLibraryAtTheEdgesOfItsFastPath) {
  for (const double edge : {1e11, -1e11, 1e15, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308}) {
    expect_as_reference(edge);
    expect_as_reference(std::nextafter(edge, 0.0));
  }
}

TEST(JsonText, EscapesQuotesBackslashesAndControlCharacters) {
  EXPECT_EQ(json("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(json("\b\f\n\r\t"), R"("\b\f\n\r\t")");
  EXPECT_EQ(json(std::string_view{"\0\x1f\x7f", 3}), "\"\\u0000\\u001f\x7f\"");
}

TEST(JsonText, LeavesUtf8AsItIs) {
  EXPECT_EQ(json("\xE6\xB5\x99"
                 "F \xC3\xA9 \xF0\x9F\x9A\x9B"),
            "\"\xE6\xB5\x99"
            "F \xC3\xA9 \xF0\x9F\x9A\x9B\"");
}

TEST(JsonText, ReplacesEachBrokenPartByOneReplacementCharacter) {
  const std::string r{replacement_character};
  EXPECT_EQ(json("a\xFF"
                 "b"),
            "\"a" + r + "b\"");
  EXPECT_EQ(json("\xC0\xAF"), "\"" + r + r + "\"");                  // overlong
  EXPECT_EQ(json("\xED\xA0\x80"), "\"" + r + r + r + "\"");          // a surrogate
  EXPECT_EQ(json("\xF4\x90\x80\x80"), "\"" + r + r + r + r + "\"");  // over U+10FFFF
  EXPECT_EQ(json("\xE6\xB5"), "\"" + r + "\"");                      // cut off
  EXPECT_EQ(json("\xE6\xB5"
                 "x"),
            "\"" + r + "x\"");
}

TEST(Utf8, WhatWasReplacedIsAlwaysWellFormed) {
  constexpr std::uint64_t seed = 13;
  SCOPED_TRACE("seed " + std::to_string(seed));
  io::testing::RandomRecords random{seed};
  for (int i = 0; i < 100'000; ++i) {
    const std::string text = random.bytes();
    std::string replaced;
    append_utf8(replaced, text);
    ASSERT_TRUE(is_utf8(replaced));
    ASSERT_EQ(replaced == text, is_utf8(text));
  }
}

TEST(Utf8, TakesEveryScalarValueAndNothingElse) {
  for (std::uint32_t c = 0; c < 0x110000; ++c) {
    std::string text;
    if (c < 0x80) {
      text = {static_cast<char>(c)};
    } else if (c < 0x800) {
      text = {static_cast<char>(0xC0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3F))};
    } else if (c < 0x10000) {
      text = {static_cast<char>(0xE0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 0x3F)),
              static_cast<char>(0x80 | (c & 0x3F))};
    } else {
      text = {static_cast<char>(0xF0 | (c >> 18)), static_cast<char>(0x80 | ((c >> 12) & 0x3F)),
              static_cast<char>(0x80 | ((c >> 6) & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
    }
    const bool surrogate = c >= 0xD800 && c < 0xE000;
    ASSERT_EQ(is_utf8(text), !surrogate) << "U+" << std::hex << c;
  }
}

TEST(CsvText, QuotesOnlyWhatNeedsIt) {
  EXPECT_EQ(csv("A 17"), "A 17");
  EXPECT_EQ(csv("a,b"), "\"a,b\"");
  EXPECT_EQ(csv("say \"no\""), "\"say \"\"no\"\"\"");
  EXPECT_EQ(csv("two\nlines"), "\"two\nlines\"");
  EXPECT_EQ(csv(" edge"), "\" edge\"");
  EXPECT_EQ(csv(""), "");
}

}  // namespace
}  // namespace haulwatch::io::detail
