#include <haulwatch/io/jt808/encoder.hpp>
#include <haulwatch/io/jt808/recorder_positions.hpp>
#include <haulwatch/io/jt808/session_messages.hpp>

#include "io/jt808_frames.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace haulwatch::io::jt808 {
namespace {

using test::from_hex;
using test::parse;
using test::parse_hex;
using test::Parsed;
using test::to_hex;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr TimeUtc eight{Milliseconds{1'773'273'600'000}};  // 2026-03-12T08:00:00+08:00

/// The one message of a frame.
test::KeepingListener::Kept only_message(std::string_view hex) {
  const Parsed parsed = parse_hex(hex);
  EXPECT_THAT(parsed.messages, SizeIs(1));
  return parsed.messages.at(0);
}

Header asked_by(std::string_view hex) {
  return only_message(hex).header;
}

class Registrations : public ::testing::TestWithParam<std::string_view> {};

TEST_P(Registrations, TellWhoTheTerminalIs) {
  const auto kept = only_message(GetParam());
  const std::optional<Registration> registration = read_registration(kept.message());
  ASSERT_TRUE(registration);
  EXPECT_EQ(registration->province, 33);
  EXPECT_EQ(registration->city, 4);
  EXPECT_EQ(registration->maker, "HWATC");
  EXPECT_EQ(registration->model, "TRK-8");
  EXPECT_EQ(registration->terminal_id, "0000042");
  EXPECT_EQ(registration->plate_colour, 2);
  EXPECT_EQ(registration->plate,
            "\xD5\xE3"
            "A12345");
}

INSTANTIATE_TEST_SUITE_P(
    OfThreeEditions, Registrations,
    ::testing::Values(
        "7e01000021013812345678000100210004485741544354524b2d380000003030303030343202d5e3413132333435567e",
        "7e0100002d013812345678000100210004485741544354524b2d38000000000000000000000000000000303030303034"
        "3202d5e34131323334355a7e",
        "7e010040540100000000013812345678000100210004485741544300000000000054524b2d3800000000000000000000"
        "00000000000000000000000000000030303030303432000000000000000000000000000000000000000000000002d5e3"
        "413132333435627e"));

TEST(Jt808Session, ReadsTheCodeOfAnAuthentication) {
  const auto older = only_message("7e010200060138123456780001434f444534323e7e");
  EXPECT_EQ(read_authentication(older.message())->code, "CODE42");
  const auto newer = only_message(
      "7e0102402a0100000000013812345678000106434f4445343238363031323334353637383930313276312e3200000000000000000000"
      "000000000000327e");
  const std::optional<Authentication> authentication = read_authentication(newer.message());
  ASSERT_TRUE(authentication);
  EXPECT_EQ(authentication->code, "CODE42");
  EXPECT_EQ(authentication->imei, "860123456789012");
  EXPECT_EQ(authentication->software_version, "v1.2");
}

TEST(Jt808Session, ReadsNothingFromBodiesThatAreTooShort) {
  Header header;
  header.version = HeaderVersion::v2019;
  const std::string body =
      "\x09"
      "CODE";
  for (std::size_t size = 0; size <= body.size(); ++size) {
    EXPECT_FALSE(read_authentication({header, test::as_bytes(body).first(size)}));
  }
  EXPECT_FALSE(read_registration({header, test::as_bytes(std::string(75, 'x'))}));
  EXPECT_TRUE(read_registration({header, test::as_bytes(std::string(76, 'x'))}));
  header.version = HeaderVersion::v2013;
  EXPECT_FALSE(read_registration({header, test::as_bytes(std::string(24, 'x'))}));
  EXPECT_TRUE(read_registration({header, test::as_bytes(std::string(25, 'x'))}));
  EXPECT_FALSE(read_terminal_answer({header, test::as_bytes("1234")}));
}

TEST(Jt808Session, HearsTheHeartbeatAndCountsWhatItDoesNotRead) {
  const Parsed parsed = parse_hex("7e000200000138123456780001327e");
  EXPECT_THAT(parsed.messages, SizeIs(1));
  EXPECT_EQ(parsed.messages[0].header.id, MessageId::heartbeat);
  EXPECT_EQ(parsed.counts.unknown_messages.total(), 0U);

  std::string bytes;
  append_message(bytes, MessageId{0x5501}, {*parse_terminal_number("7")}, 1, test::as_bytes("raw"));
  const Parsed unknown = parse(bytes);
  EXPECT_EQ(unknown.messages.at(0).body, "raw");
  EXPECT_THAT(unknown.counts.unknown_messages.entries(), ElementsAre(IdCounts::Entry{0x5501, 1}));
}

TEST(Jt808Session, CountsBeyondSixtyFourNumbersTogether) {
  IdCounts counts;
  for (std::uint16_t id = 0; id < 100; ++id) counts.add(id);
  counts.add(3);
  EXPECT_THAT(counts.entries(), SizeIs(64));
  EXPECT_EQ(counts.of(3), 2U);
  EXPECT_EQ(counts.others(), 36U);
  EXPECT_EQ(counts.total(), 101U);
}

TEST(Jt808Encoder, AnswersAsTheStandardHasIt) {
  const Header asked = asked_by(test::good_frame);
  std::string out;
  append_answer(out, asked, Result::success, 7);
  EXPECT_EQ(to_hex(out), "7e8001000501381234567800070001020000b17e");
  out.clear();
  append_registration_answer(out, asked, RegistrationResult::success, "CODE42", 8);
  EXPECT_EQ(to_hex(out), "7e810000090138123456780008000100434f44453432bb7e");
  out.clear();
  append_registration_answer(out, asked, RegistrationResult::vehicle_unknown, "CODE42", 8);
  EXPECT_EQ(parse(out).messages.at(0).body, from_hex("0001 02"));
}

TEST(Jt808Encoder, AsksForPartsAgainInTheFormOfTheEdition) {
  const std::array<std::uint16_t, 2> missing{2, 3};
  Address to{*parse_terminal_number("13812345678")};
  std::string out;
  append_resend_request(out, to, 10, missing, 9);
  EXPECT_EQ(to_hex(out), "7e800300070138123456780009000a0200020003b57e");
  to.version = HeaderVersion::v2019;
  out.clear();
  append_resend_request(out, to, 10, missing, 9);
  EXPECT_EQ(to_hex(out), "7e8003400801000000000138123456780009000a000200020003fb7e");
}

TEST(Jt808Encoder, AsksForThePlaceNowAndForThePlacesOfThen) {
  const Address to{*parse_terminal_number("13812345678")};
  std::string out;
  append_location_query(out, to, 10);
  EXPECT_EQ(to_hex(out), "7e82010000013812345678000ab87e");
  out.clear();
  append_recorded_positions_request(out, to, eight, eight + std::chrono::hours{2}, 2, 11);
  EXPECT_EQ(to_hex(out), "7e87000016013812345678000b09aa7509000e002603120800002603121000000002c2a27e");
}

TEST(Jt808Encoder, IsReadBackByTheParser) {
  Location location;
  location.alarm = 0x80000001;
  location.status = 0x303;
  location.position = {-121.000001, -30.72};
  location.altitude_m = 65535;
  location.speed_mps = Reading{12.5F};
  location.heading_deg = Reading{359.0F};
  location.time = eight;
  std::string body;
  append_location_body(body, location);
  std::string bytes;
  append_message(bytes, MessageId::location, {*parse_terminal_number("42"), HeaderVersion::v2019}, 65535,
                 test::as_bytes(body));
  const Parsed parsed = parse(bytes);
  ASSERT_THAT(parsed.positions, SizeIs(1));
  EXPECT_EQ(parsed.positions[0].fix.position, location.position);
  EXPECT_EQ(parsed.positions[0].fix.speed_mps, location.speed_mps);
  EXPECT_EQ(parsed.positions[0].fix.heading_deg, location.heading_deg);
  EXPECT_EQ(parsed.positions[0].fix.time, eight);
  EXPECT_EQ(parsed.positions[0].alarm, location.alarm);
  EXPECT_EQ(parsed.positions[0].terminal, "42");
}

TEST(Jt808Encoder, SplitsALongMessageWhichTheParserPutsTogether) {
  std::vector<std::string> locations(200);
  for (std::size_t i = 0; i < locations.size(); ++i) {
    Location location;
    location.status = 2;
    location.time = eight + std::chrono::seconds{i};
    append_location_body(locations[i], location);
  }
  std::string body;
  append_batch_body(body, locations, BatchKind::backfill);
  std::string bytes;
  const std::uint16_t next =
      append_message(bytes, MessageId::location_batch, {*parse_terminal_number("42")}, 65534, test::as_bytes(body));
  EXPECT_EQ(next, 4) << "6,003 bytes are six parts";
  const Parsed parsed = parse(bytes);
  ASSERT_THAT(parsed.positions, SizeIs(200));
  EXPECT_EQ(parsed.positions[199].fix.time, eight + std::chrono::seconds{199});
  EXPECT_TRUE(parsed.positions[199].fix.backfill);
}

TEST(Jt808TerminalNumber, LeavesPaddingOutAndKeepsOneZero) {
  EXPECT_EQ(TerminalNumber{test::as_bytes(from_hex("013812345678"))}.text(), "13812345678");
  EXPECT_EQ(TerminalNumber{test::as_bytes(from_hex("00000000013812345678"))}.text(), "13812345678");
  EXPECT_EQ(TerminalNumber{test::as_bytes(from_hex("000000000000"))}.text(), "0");
  EXPECT_EQ(TerminalNumber{test::as_bytes(from_hex("4eb6fb4ad628"))}.text(), "4eb6fb4ad628") << "some makers send it";
}

TEST(Jt808TerminalNumber, IsReadFromDigitsAlone) {
  EXPECT_EQ(parse_terminal_number("0042")->text(), "42");
  EXPECT_EQ(parse_terminal_number("12345678901234567890")->text(), "12345678901234567890");
  EXPECT_FALSE(parse_terminal_number(""));
  EXPECT_FALSE(parse_terminal_number("123456789012345678901"));
  EXPECT_FALSE(parse_terminal_number("1a"));
}

/// An upload of one hour: minute 0 at 121 E 30 N, minute 1 without a place, minute 59 at 121.5 W 30 S.
std::string recorder_upload() {
  std::string block = from_hex("260312080000");
  for (int minute = 0; minute < 60; ++minute) {
    block += from_hex(minute == 0    ? "0453 c9c0 0112 a880 0010 28"  // 72,600,000 and 18,000,000 of 0.0001'
                      : minute == 59 ? "fba7 a260 feed 5780 0010 28"  // -72,900,000 and -18,000,000
                                     : "7fff ffff 7fff ffff ffff ff");
  }
  std::string packet = from_hex("557a 09 029a 00") + block;
  char check = 0;
  for (const char c : packet) check = static_cast<char>(check ^ c);
  return from_hex("000b 09") + packet + check;
}

TEST(Jt808Recorder, GivesTheMinutesThatHaveAPlace) {
  std::string bytes;
  append_message(bytes, MessageId::recorder_upload, {*parse_terminal_number("42")}, 1,
                 test::as_bytes(recorder_upload()));
  const Parsed parsed = parse(bytes);
  ASSERT_THAT(parsed.positions, SizeIs(2));
  EXPECT_EQ(parsed.positions[0].fix.time, eight);
  EXPECT_EQ(parsed.positions[0].fix.position, (LonLat{121.0, 30.0}));
  EXPECT_TRUE(parsed.positions[0].fix.backfill);
  EXPECT_EQ(parsed.positions[1].fix.time, eight + std::chrono::minutes{59});
  EXPECT_EQ(parsed.positions[1].fix.position, (LonLat{-121.5, -30.0}));
}

TEST(Jt808Recorder, RefusesAPacketThatIsNotSound) {
  const std::string good = recorder_upload();
  for (std::size_t i = 3; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    EXPECT_FALSE(RecorderPositions::read(test::as_bytes(bad))) << i;
  }
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(RecorderPositions::read(test::as_bytes(good).first(size))) << size;
  }
}

}  // namespace
}  // namespace haulwatch::io::jt808
