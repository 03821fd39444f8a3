#include <haulwatch/io/jt808/deframer.hpp>
#include <haulwatch/io/jt808/encoder.hpp>
#include <haulwatch/io/jt808/stream_parser.hpp>

#include "io/jt808_frames.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
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

TEST(Jt808Framing, PassesOverNoiseBeforeTheFirstBorder) {
  const Parsed parsed = parse_hex("00 11 7d 22" + std::string{test::good_frame});
  EXPECT_THAT(parsed.positions, SizeIs(1));
  EXPECT_EQ(parsed.counts.outside_bytes, 4U);
  EXPECT_EQ(parsed.counts.frames, 1U);
}

TEST(Jt808Framing, TakesOneBorderBetweenTwoFrames) {
  const std::string frame = from_hex(test::good_frame);
  EXPECT_THAT(parse(frame + frame.substr(1)).positions, SizeIs(2));
}

TEST(Jt808Framing, FindsTheNextGoodFrameAfterNoiseBetweenTwo) {
  const std::string frame = from_hex(test::good_frame);
  const Parsed parsed = parse(frame + "noise" + frame);
  EXPECT_THAT(parsed.positions, SizeIs(2));
  EXPECT_THAT(parsed.faults(), ElementsAre(Fault::too_short));
}

TEST(Jt808Framing, FindsTheNextGoodFrameAfterOneThatLostItsEnd) {
  const std::string frame = from_hex(test::good_frame);
  const Parsed parsed = parse(frame.substr(0, 20) + frame);
  EXPECT_THAT(parsed.positions, SizeIs(1));
  EXPECT_THAT(parsed.refused, SizeIs(1));
}

TEST(Jt808Framing, HoldsABrokenEscapeAgainstItsFrameAlone) {
  const std::string frame = from_hex(test::good_frame);
  for (const std::string_view broken : {"7e 7d03 7e", "7e 7d 7e", "7e 7d7d01 7e", "7e 0200 7d00 7d7d 7e"}) {
    const Parsed parsed = parse(from_hex(broken) + frame);
    EXPECT_THAT(parsed.faults(), ElementsAre(Fault::bad_escape)) << broken;
    EXPECT_THAT(parsed.positions, SizeIs(1)) << broken;
  }
}

TEST(Jt808Framing, RefusesAFrameLongerThanAnyAndHoldsNoMoreThanThat) {
  const Parsed parsed = parse("\x7E" + std::string(1'000'000, 'x') + from_hex(test::good_frame));
  EXPECT_THAT(parsed.faults(), ElementsAre(Fault::too_long));
  EXPECT_EQ(parsed.refused[0].bytes.size(), longest_frame);
  EXPECT_THAT(parsed.positions, SizeIs(1));
}

TEST(Jt808Framing, TakesTheLongestBodyFullOfEscapes) {
  const std::string body(1023, '\x7E');
  std::string bytes;
  append_message(bytes, MessageId{0x0900}, {*parse_terminal_number("1")}, 7, test::as_bytes(body));
  EXPECT_GT(bytes.size(), 2 * body.size());
  const Parsed parsed = parse(bytes);
  ASSERT_THAT(parsed.messages, SizeIs(1));
  EXPECT_EQ(parsed.messages[0].body, body);
}

TEST(Jt808Framing, RefusesWhatIsShorterThanAHeader) {
  EXPECT_THAT(parse_hex("7e 02 7e").faults(), ElementsAre(Fault::too_short));
  EXPECT_THAT(parse_hex("7e 0002 0000 013812345678 00 7e").faults(), ElementsAre(Fault::too_short));
  EXPECT_THAT(parse_hex("7e 0002 4000 013812345678 0001 72 7e").faults(), ElementsAre(Fault::too_short))
      << "a header of 2019 is longer";
  EXPECT_THAT(parse_hex("7e 7e 7e 7e").refused, IsEmpty());
}

TEST(Jt808Framing, RefusesAWrongCheckByteUnlessLenient) {
  const std::string_view frame = "7e 0002 0000 013812345678 0001 33 7e";
  EXPECT_THAT(parse_hex(frame).faults(), ElementsAre(Fault::check_byte));
  const Parsed lenient = parse_hex(frame, Strictness::lenient);
  EXPECT_THAT(lenient.messages, SizeIs(1));
  EXPECT_EQ(lenient.counts.tolerated_as(Fault::check_byte), 1U);
}

TEST(Jt808Framing, RefusesAWrongBodyLengthUnlessLenient) {
  const std::string_view frame =
      "7e0200001d0138123456780001000000000000000301d4c00007365040001001f4005a260312150000857e";
  EXPECT_THAT(parse_hex(frame).faults(), ElementsAre(Fault::body_length));
  const Parsed lenient = parse_hex(frame, Strictness::lenient);
  EXPECT_THAT(lenient.positions, SizeIs(1));
  EXPECT_EQ(lenient.counts.tolerated_as(Fault::body_length), 1U);
}

TEST(Jt808Framing, ReadsNoEncryptedBody) {
  const std::string_view frame =
      "7e0200041c0138123456780001000000000000000301d4c00007365040001001f4005a260312150000807e";
  EXPECT_THAT(parse_hex(frame).faults(), ElementsAre(Fault::encrypted_body));
  EXPECT_THAT(parse_hex(frame, Strictness::lenient).faults(), ElementsAre(Fault::encrypted_body));
}

TEST(Jt808Framing, TakesAFrameWhoseEscapesALogHasTakenOut) {
  StreamParser parser;
  test::KeepingListener heard;
  const std::string frame = from_hex(test::good_frame);
  parser.push_unescaped(test::as_bytes(std::string_view{frame}.substr(1, frame.size() - 2)), heard);
  parser.push_unescaped({}, heard);
  EXPECT_THAT(heard.positions, SizeIs(1));
  EXPECT_THAT(heard.faults(), ElementsAre(Fault::too_short));
}

/// A mix of all kinds, good and bad.
std::string mixed_stream() {
  std::string hex;
  hex += "1122";
  for (const std::string_view frame :
       {test::good_frame, test::part_1, test::batch_frame, std::string_view{"7e 7d03 7e 05"}, test::part_3,
        std::string_view{"7e000200000138123456780001337e7e7e"}, test::part_2,
        std::string_view{"7e0200001c0138123456780001000000000000000301d4c000073650400010007d01007d02260312150000287e"},
        std::string_view{
            "7e0100002d013812345678000100210004485741544354524b2d380000000000000000000000000000003030303030"
            "343202d5e34131323334355a7e"}}) {
    hex += frame;
  }
  return from_hex(hex);
}

TEST(Jt808Framing, GivesTheSameHoweverTheStreamIsCutOnce) {
  const std::string stream = mixed_stream();
  const std::string expected = parse(stream).told();
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    StreamParser parser;
    test::KeepingListener heard;
    parser.push(std::string_view{stream}.substr(0, cut), heard);
    parser.push(std::string_view{stream}.substr(cut), heard);
    ASSERT_EQ(heard.told(), expected) << "cut at " << cut;
  }
}

TEST(Jt808Framing, GivesTheSameHoweverTheStreamIsCutOften) {
  const std::string stream = mixed_stream() + mixed_stream();
  const std::string expected = parse(stream).told();
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    std::mt19937_64 random{seed};
    StreamParser parser;
    test::KeepingListener heard;
    for (std::string_view rest = stream; !rest.empty();) {
      const std::size_t size = std::min<std::size_t>(1 + random() % (seed == 0 ? 1 : 40), rest.size());
      parser.push(rest.substr(0, size), heard);
      rest.remove_prefix(size);
    }
    ASSERT_EQ(heard.told(), expected) << "seed " << seed;
  }
}

/// With a neighbour on either side, so that a flipped border may join two.
TEST(Jt808Framing, RefusesEverySingleFlippedBitOrReadsTheSame) {
  const std::string before = from_hex("7e 0002 0000 013812345678 0001 32 7e");
  for (const std::string_view hex :
       {test::good_frame, test::batch_frame,
        std::string_view{"7e0200001c0138123456780001000000000000000301d4c000073650400010007d01007d02260312150000287e"},
        std::string_view{
            "7e0200401c01000000000138123456780001000000000000000301d4c00007365040001001f4005a260312150000c57e"}}) {
    const std::string frame = from_hex(hex);
    const std::string good = parse(frame).told();
    for (std::size_t bit = 0; bit < 8 * frame.size(); ++bit) {
      std::string flipped = frame;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
      const Parsed parsed = parse(before + flipped + before);
      if (parsed.positions.empty()) continue;
      Parsed alone = parse(flipped);
      ASSERT_EQ(alone.told(), good) << hex << " read otherwise with bit " << bit << " flipped";
    }
  }
}

TEST(Jt808Framing, RefusesFlipsThatTheCheckByteCannotSee) {
  // 7D 02 stands for 7E. With one bit flipped, 7C 02 are two bytes, whose XOR is 7E too: only the length tells.
  std::string frame =
      from_hex("7e0200001c0138123456780001000000000000000301d4c000073650400010007d01007d02260312150000287e");
  const std::size_t escape = frame.find("\x7D\x02");
  frame[escape] = '\x7C';
  EXPECT_THAT(parse(frame).faults(), ElementsAre(Fault::body_length));
}

TEST(Jt808Framing, CountsEveryCandidateOnce) {
  const Parsed parsed = parse(mixed_stream());
  EXPECT_EQ(parsed.counts.frames, parsed.counts.messages + parsed.counts.parts + parsed.counts.refused_frames);
  EXPECT_EQ(parsed.counts.parts, 3U);
  EXPECT_EQ(parsed.counts.joined, 1U);
  EXPECT_EQ(parsed.counts.bytes, mixed_stream().size());
}

/// Ten million bytes of two kinds: noise, and good frames with bytes changed, lost and put in.
TEST(Jt808Framing, SurvivesTenMillionHostileBytesAndFindsTheNextGoodFrame) {
  const std::string good = from_hex(test::good_frame);
  const std::string stream = mixed_stream();
  for (const Strictness strictness : {Strictness::strict, Strictness::lenient}) {
    std::mt19937_64 random{808};
    StreamParser parser{{.strictness = strictness}};
    std::size_t bytes = 0;
    while (bytes < 5'000'000) {
      std::string block;
      if (random() % 2 == 0) {
        block.resize(random() % 3000);
        for (char& c : block) {
          const std::uint64_t dice = random();
          c = dice % 16 == 0 ? '\x7E' : dice % 16 == 1 ? '\x7D' : static_cast<char>(dice >> 32U);
        }
      } else {
        block = stream;
        for (std::uint64_t i = 1 + random() % 6; i > 0; --i) {
          const std::size_t at = random() % block.size();
          if (random() % 3 == 0) {
            block.erase(at, random() % 5);
          } else {
            block[at] = static_cast<char>(random());
          }
        }
      }
      test::KeepingListener heard;
      parser.push(block, heard);
      bytes += block.size();
      test::KeepingListener after;
      parser.push("\x7E" + good, after);
      ASSERT_FALSE(after.positions.empty()) << "after " << bytes << " bytes";
      const auto& last = after.positions.back();
      ASSERT_EQ(last.terminal, "13812345678");
      ASSERT_EQ(last.fix.position, (LonLat{121.0, 30.72}));
    }
    const Counts& counts = parser.counts();
    EXPECT_EQ(counts.frames, counts.messages + counts.parts + counts.refused_frames);
  }
}

}  // namespace
}  // namespace haulwatch::io::jt808
