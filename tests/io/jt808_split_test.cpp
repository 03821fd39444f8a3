#include <haulwatch/io/jt808/encoder.hpp>
#include <haulwatch/io/jt808/message_assembler.hpp>
#include <haulwatch/io/jt808/stream_parser.hpp>

#include "io/jt808_frames.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

namespace haulwatch::io::jt808 {
namespace {

using test::from_hex;
using test::parse;
using test::Parsed;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::array<std::string, 3>& parts() {
  static const std::array<std::string, 3> all{from_hex(test::part_1), from_hex(test::part_2), from_hex(test::part_3)};
  return all;
}

/// A part of a batch that a terminal of that number sent.
std::string part_of(std::uint64_t terminal, std::uint16_t first_serial, std::uint16_t part, std::uint16_t of,
                    std::string_view body) {
  Header header;
  header.id = MessageId::location_batch;
  header.terminal = *parse_terminal_number(std::to_string(terminal));
  header.serial = static_cast<std::uint16_t>(first_serial + part - 1);
  header.split = true;
  header.parts = of;
  header.part = part;
  std::string bytes;
  append_frame(bytes, header, test::as_bytes(body));
  return bytes;
}

TEST(Jt808Split, IsWholeWithItsLastPartWhateverTheOrder) {
  std::array<std::size_t, 3> order{0, 1, 2};
  do {
    const Parsed parsed = parse(parts()[order[0]] + parts()[order[1]] + parts()[order[2]]);
    ASSERT_THAT(parsed.positions, SizeIs(2));
    EXPECT_EQ(parsed.positions[1].fix.time - parsed.positions[0].fix.time, std::chrono::seconds{10});
    EXPECT_THAT(parsed.parts, SizeIs(3));
    EXPECT_THAT(parsed.messages, SizeIs(1));
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(Jt808Split, TakesAPartThatComesTwiceOnce) {
  const Parsed parsed = parse(parts()[0] + parts()[0] + parts()[1] + parts()[1] + parts()[2]);
  EXPECT_THAT(parsed.positions, SizeIs(2));
}

TEST(Jt808Split, TellsWhichPartsAreMissing) {
  StreamParser parser;
  test::KeepingListener heard;
  parser.push(parts()[1], heard);
  const std::vector<OpenMessage> open = parser.open_messages();
  ASSERT_THAT(open, SizeIs(1));
  EXPECT_EQ(open[0].first_serial, 10);
  EXPECT_THAT(open[0].missing, ElementsAre(1, 3));
  parser.push(parts()[0], heard);
  parser.push(parts()[2], heard);
  EXPECT_THAT(parser.open_messages(), IsEmpty());
}

TEST(Jt808Split, KeepsTerminalsApart) {
  const std::string body(400, 'x');
  StreamParser parser;
  test::KeepingListener heard;
  for (std::uint16_t part = 1; part <= 3; ++part) {
    for (const std::uint64_t terminal : {1ULL, 2ULL, 3ULL}) parser.push(part_of(terminal, 5, part, 3, body), heard);
  }
  EXPECT_EQ(parser.counts().joined, 3U);
  EXPECT_THAT(heard.messages, SizeIs(3));
  EXPECT_THAT(heard.messages, Each(::testing::Field(&test::KeepingListener::Kept::body, SizeIs(1200))));
}

TEST(Jt808Split, CountsSerialsRoundTheirEnd) {
  const std::string body(10, '\0');
  const Parsed parsed =
      parse(part_of(1, 65535, 1, 3, body) + part_of(1, 65535, 2, 3, body) + part_of(1, 65535, 3, 3, body));
  EXPECT_EQ(parsed.counts.joined, 1U);
}

TEST(Jt808Split, RefusesAPartThatIsNone) {
  for (const std::string_view hex :
       {"7e070420020138123456780001000300000102117e", "7e070420020138123456780001000300040102157e"}) {
    EXPECT_THAT(parse(from_hex(hex)).faults(), ElementsAre(Fault::part_number)) << hex;
  }
}

TEST(Jt808Split, RefusesAMessageLongerThanItsRoom) {
  EXPECT_THAT(parse(from_hex("7e07042002013812345678000103e700010102f77e")).faults(),
              ElementsAre(Fault::too_many_parts));
}

TEST(Jt808Split, DoesNotPutTogetherWhatIsNotRead) {
  Header header;
  header.id = MessageId{0x0801};
  header.terminal = *parse_terminal_number("1");
  header.split = true;
  header.parts = 900;
  std::string bytes;
  for (header.part = 1; header.part <= 900; ++header.part, ++header.serial) append_frame(bytes, header, {});
  const Parsed parsed = parse(bytes + parts()[0] + parts()[1] + parts()[2]);
  EXPECT_THAT(parsed.refused, IsEmpty());
  EXPECT_THAT(parsed.parts, SizeIs(903));
  EXPECT_EQ(parsed.counts.unknown_messages.of(0x0801), 900U);
  EXPECT_THAT(parsed.positions, SizeIs(2));
}

TEST(Jt808Split, AFloodOfFirstPartsCostsTheFlood) {
  StreamParser parser;
  test::KeepingListener heard;
  const std::string body(1023, '\x7D');
  for (std::uint64_t terminal = 1; terminal <= 1000; ++terminal) parser.push(part_of(terminal, 1, 1, 32, body), heard);
  EXPECT_THAT(parser.open_messages(), SizeIs(MessageAssembler::most_messages));
  EXPECT_THAT(heard.faults(), Each(Fault::parts_missing));
  EXPECT_THAT(heard.refused, SizeIs(1000 - MessageAssembler::most_messages));
  for (const std::string& part : parts()) parser.push(part, heard);
  EXPECT_THAT(heard.positions, SizeIs(2));
}

TEST(Jt808Split, GivesUpAnotherMessageWhenItsRoomIsUsedUp) {
  StreamParser parser{{.most_parts = 4}};
  test::KeepingListener heard;
  for (std::uint16_t part = 1; part <= 3; ++part) parser.push(part_of(1, 1, part, 4, "body"), heard);
  for (const std::string& part : parts()) parser.push(part, heard);
  EXPECT_THAT(heard.positions, SizeIs(2));
  EXPECT_THAT(heard.faults(), ElementsAre(Fault::parts_missing));
}

TEST(Jt808Split, SurvivesRandomParts) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    std::mt19937_64 random{seed};
    StreamParser parser{{.most_parts = 1 + seed}};
    test::KeepingListener heard;
    for (int i = 0; i < 2000; ++i) {
      const auto of = static_cast<std::uint16_t>(random() % 9);
      const auto part = static_cast<std::uint16_t>(random() % 9);
      parser.push(part_of(1 + random() % 4, static_cast<std::uint16_t>(random() % 3), part, of,
                          std::string(random() % 1024, 'x')),
                  heard);
    }
    const Counts& counts = parser.counts();
    EXPECT_EQ(counts.parts, 2000U) << "seed " << seed;
    EXPECT_GT(counts.joined, 0U) << "seed " << seed;
    EXPECT_LE(parser.open_messages().size(), MessageAssembler::most_messages);
  }
}

}  // namespace
}  // namespace haulwatch::io::jt808
