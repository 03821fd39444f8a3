#include <haulwatch/io/jt808/stream_parser.hpp>

#include <haulwatch/track/admission.hpp>

#include "io/jt808_frames.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace haulwatch::io::jt808 {
namespace {

using test::from_hex;
using test::parse;
using test::parse_hex;
using test::Parsed;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr TimeUtc three_in_the_afternoon{Milliseconds{1'773'298'800'000}};  // 2026-03-12T07:00:00Z

/// A frame of that body with the right length and check byte; nothing in it needs an escape.
std::string framed(std::string_view id, std::string_view body_hex) {
  const std::string body = from_hex(body_hex);
  std::string content = from_hex(id);
  content += static_cast<char>(body.size() >> 8U);
  content += static_cast<char>(body.size() & 0xFFU);
  content += from_hex("013812345678 0001") + body;
  char check = 0;
  for (const char c : content) check = static_cast<char>(check ^ c);
  return "\x7E" + content + check + "\x7E";
}

TEST(Jt808Location, ReadsTheBasicPartOfAnOlderHeader) {
  const Parsed parsed = parse_hex(test::good_frame);
  ASSERT_THAT(parsed.positions, SizeIs(1));
  const auto& [terminal, fix, sensors, alarm, status, altitude_m, items, encrypted] = parsed.positions[0];
  EXPECT_EQ(terminal, "13812345678");
  EXPECT_EQ(fix.time, three_in_the_afternoon);
  EXPECT_EQ(fix.received, no_time);
  EXPECT_EQ(fix.position, (LonLat{121.0, 30.72}));
  EXPECT_EQ(fix.speed_mps, Reading{static_cast<float>(50.0 / 3.6)});
  EXPECT_EQ(fix.heading_deg, Reading{90.0F});
  EXPECT_EQ(fix.valid, Sensed::yes);
  EXPECT_EQ(fix.sensors.ignition, Sensed::yes);
  EXPECT_EQ(fix.sensors.body_lift, Sensed::unknown);
  EXPECT_FALSE(fix.backfill);
  EXPECT_LT(fix.odometer_m, 0.0);
  EXPECT_EQ(fix.record, 1U);
  EXPECT_EQ(altitude_m, 16);
  EXPECT_EQ(status, 3U);
  EXPECT_FALSE(encrypted);
  EXPECT_THAT(parsed.refused, IsEmpty());
}

TEST(Jt808Location, ReadsTheHeaderOf2019AndCallsTheSameTerminalTheSame) {
  const Parsed parsed = parse_hex(
      "7e 0200 401c 01 00000000013812345678 0001 00000000 00000003 01d4c000 07365040 0010 01f4 005a 260312150000 c5 "
      "7e");
  ASSERT_THAT(parsed.positions, SizeIs(1));
  EXPECT_EQ(parsed.positions[0].terminal, "13812345678");
  EXPECT_EQ(parsed.positions[0].fix.time, three_in_the_afternoon);
  EXPECT_EQ(parsed.messages[0].header.version, HeaderVersion::v2019);
  EXPECT_EQ(parsed.messages[0].header.protocol_version, 1);
}

TEST(Jt808Location, TakesSouthAndWestFromTheStatus) {
  const Parsed parsed =
      parse_hex("7e0200001c0138123456780001000000000000000f01d4c00007365040001001f4005a260312150000887e");
  ASSERT_THAT(parsed.positions, SizeIs(1));
  EXPECT_EQ(parsed.positions[0].fix.position, (LonLat{-121.0, -30.72}));
}

TEST(Jt808Location, TakesTheEscapesOut) {
  const Parsed parsed =
      parse_hex("7e0200001c0138123456780001000000000000000301d4c000073650400010007d01007d02260312150000287e");
  ASSERT_THAT(parsed.positions, SizeIs(1));
  EXPECT_EQ(parsed.positions[0].fix.speed_mps, Reading{static_cast<float>(0x7D / 36.0)});
  EXPECT_EQ(parsed.positions[0].fix.heading_deg, Reading{126.0F});
}

TEST(Jt808Location, ReadsTheOdometerAndKeepsAllItemsRaw) {
  const Parsed parsed = parse_hex(
      "7e0200002e0138123456780001000000000000000301d4c00007365040001001f4005a260312150000"
      "0104 00003039 3001 15 3101 07 e104 00000400 48 7e");
  ASSERT_THAT(parsed.positions, SizeIs(1));
  EXPECT_EQ(parsed.positions[0].fix.odometer_m, 1'234'500.0);
  EXPECT_EQ(test::to_hex(parsed.positions[0].items), "010400003039300115310107e10400000400");
  EXPECT_THAT(parsed.counts.unknown_items.entries(), ElementsAre(IdCounts::Entry{0xE1, 1}));
}

TEST(Jt808Location, MarksAnEncryptedPlaceAndLetsNobodyUseIt) {
  const Parsed parsed =
      parse_hex("7e0200001c0138123456780001000000000000002301d4c00007365040001001f4005a260312150000a47e");
  ASSERT_THAT(parsed.positions, SizeIs(1));
  EXPECT_TRUE(parsed.positions[0].encrypted);
  EXPECT_EQ(parsed.positions[0].fix.valid, Sensed::no);
  EXPECT_EQ(parsed.counts.encrypted_positions, 1U);
  EXPECT_EQ(track::Admission{}.judge(parsed.positions[0].fix), Verdict::no_fix);
}

TEST(Jt808Location, SaysThatThereWasNoFixWhereTheTerminalSaysSo) {
  const Parsed parsed = parse(framed("0200", "00000000 00000001 00000000 00000000 0000 0000 0000 260312150000"));
  ASSERT_THAT(parsed.positions, SizeIs(1));
  EXPECT_EQ(parsed.positions[0].fix.valid, Sensed::no);
}

TEST(Jt808Location, KnowsASpeedAndAHeadingThatAreNotReported) {
  const Parsed parsed = parse(framed("0200", "00000000 00000003 01d4c000 07365040 0010 ffff 0169 260312150000"));
  const Parsed north = parse(framed("0200", "00000000 00000003 01d4c000 07365040 0010 0000 0168 260312150000"));
  ASSERT_THAT(parsed.positions, SizeIs(1));
  EXPECT_FALSE(parsed.positions[0].fix.speed_mps.has_value());
  EXPECT_FALSE(parsed.positions[0].fix.heading_deg.has_value());
  EXPECT_EQ(north.positions.at(0).fix.heading_deg, Reading{0.0F});
  EXPECT_EQ(north.positions.at(0).fix.speed_mps, Reading{0.0F});
}

TEST(Jt808Location, ReadsLoadFromTheStandardsBitsButTakesZeroForNoSensor) {
  const auto load_of = [](std::string_view status) {
    const Parsed parsed =
        parse(framed("0200", "00000000" + std::string{status} + "01d4c000 07365040 0010 01f4 005a 260312150000"));
    return parsed.positions.at(0).fix.sensors.load;
  };
  EXPECT_EQ(load_of("00000003"), LoadReading::unknown);
  EXPECT_EQ(load_of("00000103"), LoadReading::half);
  EXPECT_EQ(load_of("00000203"), LoadReading::unknown);
  EXPECT_EQ(load_of("00000303"), LoadReading::full);
}

TEST(Jt808Location, RefusesATimeThatIsNoDate) {
  for (const std::string_view time : {"261312150000", "260230150000", "260312240000", "260312156000", "2603121500a0",
                                      "000000000000", "260312150060"}) {
    const Parsed parsed =
        parse(framed("0200", "00000000 00000003 01d4c000 07365040 0010 01f4 005a" + std::string{time}));
    EXPECT_THAT(parsed.positions, IsEmpty()) << time;
    EXPECT_THAT(parsed.faults(), ElementsAre(Fault::location_time)) << time;
    EXPECT_THAT(parsed.messages, SizeIs(1)) << "the message itself is sound";
  }
}

TEST(Jt808Location, RefusesABodyThatIsTooShort) {
  const Parsed parsed = parse_hex(
      "7e0200001b0138123456780001000000000000000301d4c00007365040001001f4005a2603121500837e", Strictness::lenient);
  EXPECT_THAT(parsed.positions, IsEmpty());
  EXPECT_THAT(parsed.faults(), ElementsAre(Fault::location_too_short));
}

TEST(Jt808Location, DistrustsAListOfItemsThatDoesNotAddUpUnlessItIsLenient) {
  const std::string bytes =
      framed("0200", "00000000 00000003 01d4c000 07365040 0010 01f4 005a 260312150000 010400003039 3005 15");
  const Parsed strict = parse(bytes);
  const Parsed lenient = parse(bytes, {.strictness = Strictness::lenient});
  ASSERT_THAT(strict.positions, SizeIs(1)) << "the place itself is sound";
  EXPECT_LT(strict.positions[0].fix.odometer_m, 0.0);
  EXPECT_EQ(lenient.positions.at(0).fix.odometer_m, 1'234'500.0);
  EXPECT_EQ(strict.counts.broken_items, 1U);
  EXPECT_EQ(lenient.counts.broken_items, 1U);
}

TEST(Jt808Location, ReadsAnAnsweredQueryBehindItsSerial) {
  const Parsed parsed = parse(framed("0201", "0009 00000000 00000003 01d4c000 07365040 0010 01f4 005a 260312150000"));
  ASSERT_THAT(parsed.positions, SizeIs(1));
  EXPECT_EQ(parsed.positions[0].fix.position, (LonLat{121.0, 30.72}));
  EXPECT_THAT(parse(framed("0201", "00")).faults(), ElementsAre(Fault::location_too_short));
}

TEST(Jt808Location, TellsWhenItArrived) {
  StreamParser parser;
  test::KeepingListener heard;
  parser.push(from_hex(test::good_frame), heard, three_in_the_afternoon + std::chrono::seconds{2});
  EXPECT_EQ(heard.positions.at(0).fix.received, three_in_the_afternoon + std::chrono::seconds{2});
}

TEST(Jt808Batch, GivesEachLocationAndSaysThatItCameLate) {
  const Parsed parsed = parse_hex(test::batch_frame);
  ASSERT_THAT(parsed.positions, SizeIs(2));
  EXPECT_EQ(parsed.positions[0].fix.time, three_in_the_afternoon);
  EXPECT_EQ(parsed.positions[1].fix.time, three_in_the_afternoon + std::chrono::seconds{10});
  EXPECT_TRUE(parsed.positions[0].fix.backfill && parsed.positions[1].fix.backfill);
  EXPECT_THAT(parsed.messages, SizeIs(1));
}

TEST(Jt808Batch, OfKindZeroIsNoBackfill) {
  const Parsed parsed =
      parse(framed("0704", "0001 00 001c 00000000 00000003 01d4c000 07365040 0010 01f4 005a 260312150000"));
  ASSERT_THAT(parsed.positions, SizeIs(1));
  EXPECT_FALSE(parsed.positions[0].fix.backfill);
}

TEST(Jt808Batch, ThatAnnouncesMoreThanItHoldsIsRefusedWholeUnlessLenient) {
  const std::string announced_two =
      framed("0704", "0002 00 001c 00000000 00000003 01d4c000 07365040 0010 01f4 005a 260312150000");
  const Parsed strict = parse(announced_two);
  const Parsed lenient = parse(announced_two, {.strictness = Strictness::lenient});
  EXPECT_THAT(strict.positions, IsEmpty());
  EXPECT_THAT(strict.faults(), ElementsAre(Fault::batch_lengths));
  EXPECT_THAT(lenient.positions, SizeIs(1));
  EXPECT_EQ(lenient.counts.tolerated_as(Fault::batch_lengths), 1U);
}

TEST(Jt808Batch, WithBytesLeftOverOrAnItemBeyondItsEndIsRefused) {
  const std::string location = "00000000 00000003 01d4c000 07365040 0010 01f4 005a 260312150000";
  for (const std::string& body : {"0001 00 001c" + location + "00", "0001 00 001d" + location, std::string{"0001"},
                                  std::string{"0001 00"}, std::string{"0001 00 ff"}, std::string{}}) {
    EXPECT_THAT(parse(framed("0704", body)).faults(), ElementsAre(Fault::batch_lengths)) << body;
  }
  EXPECT_THAT(parse(framed("0704", "0000 00")).refused, IsEmpty());
}

}  // namespace
}  // namespace haulwatch::io::jt808
