#include <haulwatch/io/jt808/location.hpp>
#include <haulwatch/io/jt808/stream_parser.hpp>

#include <haulwatch/io/time_text.hpp>

#include "io/jt808_frames.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

/// Frames from the tests of other projects; what they hold is stated in the table beside them, by a reader that has
/// nothing to do with this one.
namespace haulwatch::io::jt808 {
namespace {

using test::from_hex;
using test::parse;
using test::Parsed;

using Row = std::map<std::string, std::string, std::less<>>;

std::vector<Row> rows_of(std::istream& table) {
  const auto split = [](const std::string& line) {
    std::vector<std::string> cells;
    std::istringstream rest{line};
    for (std::string cell; std::getline(rest, cell, '\t');) cells.push_back(cell);
    return cells;
  };
  std::string line;
  std::getline(table, line);
  const std::vector<std::string> names = split(line);
  std::vector<Row> rows;
  while (std::getline(table, line)) {
    const std::vector<std::string> cells = split(line);
    Row& row = rows.emplace_back();
    for (std::size_t i = 0; i < names.size(); ++i) row[names[i]] = i < cells.size() ? cells[i] : "";
  }
  return rows;
}

class RecordedFrames : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ifstream table{HAULWATCH_SHARED_DATA "/jt808-frames/frames.tsv"};
    if (!table) GTEST_SKIP() << "no recorded frames at " HAULWATCH_SHARED_DATA;
    rows_ = rows_of(table);
  }
  std::vector<Row> rows_;
};

std::string without_zeros(std::string text) {
  while (text.size() > 1 && text[0] == '0') text.erase(0, 1);
  return text;
}

/// The bytes between the borders, as they are.
std::string inner_of(const Row& row) {
  const std::string bytes = from_hex(row.at("frame_hex"));
  return bytes.substr(1, bytes.size() - 2);
}

/// Whether the row is what a stream holds: no border inside, no lone 7D. Some projects keep frames unescaped.
bool is_as_sent(const Row& row) {
  const std::string inner = inner_of(row);
  if (inner.find('\x7E') != std::string::npos) return false;
  for (std::size_t i = 0; i < inner.size(); ++i) {
    if (inner[i] == '\x7D' && (i + 1 == inner.size() || (inner[i + 1] != 1 && inner[i + 1] != 2))) return false;
  }
  return true;
}

bool is_sound(const Row& row) {
  return row.at("r_length_ok") == "1" && row.at("r_checksum_ok") == "1";
}

/// As the row needs it: from the stream, or with its escapes taken out by somebody already.
Parsed read(const Row& row, Strictness strictness) {
  if (is_as_sent(row)) return parse(from_hex(row.at("frame_hex")), {.strictness = strictness});
  Parsed parsed;
  StreamParser parser{{.strictness = strictness}};
  const std::string inner = inner_of(row);
  parser.push_unescaped(test::as_bytes(inner), parsed);
  parsed.counts = parser.counts();
  return parsed;
}

double number(const std::string& text) {
  return std::stod(text);
}

TimeUtc time_of(std::string text) {
  return parse_rfc3339(text + "+08:00").value();
}

TEST_F(RecordedFrames, AreTakenByStrictExactlyWhereLengthAndCheckByteFit) {
  std::size_t taken = 0;
  for (const Row& row : rows_) {
    const Parsed parsed = read(row, Strictness::strict);
    // An encrypted body and a part number of 0 are refused for their own causes.
    const bool frame_is_taken =
        parsed.counts.messages + parsed.counts.parts == 1 || parsed.counts.refused_as(Fault::encrypted_body) == 1;
    EXPECT_EQ(frame_is_taken, is_sound(row)) << row.at("source") << ":" << row.at("line") << " " << row.at("frame_hex");
    taken += frame_is_taken ? 1U : 0U;
  }
  RecordProperty("taken", static_cast<int>(taken));
  EXPECT_GT(taken, 250U);
}

TEST_F(RecordedFrames, NameTheirMessageAndTerminal) {
  for (const Row& row : rows_) {
    if (!is_sound(row)) continue;
    const Parsed parsed = read(row, Strictness::strict);
    const auto& seen = parsed.messages.empty() ? parsed.parts : parsed.messages;
    if (seen.empty()) continue;
    std::ostringstream id;
    id << std::hex << static_cast<int>(seen[0].header.id);
    EXPECT_EQ(without_zeros(id.str()), without_zeros(row.at("r_msg_id"))) << row.at("frame_hex");
    EXPECT_EQ(seen[0].header.terminal.text(), without_zeros(row.at("r_terminal"))) << row.at("frame_hex");
    EXPECT_EQ(seen[0].header.version == HeaderVersion::v2019, row.at("r_header") == "2019");
  }
}

TEST_F(RecordedFrames, DecodeToThePlacesThatTheTableStates) {
  std::size_t compared = 0;
  for (const Row& row : rows_) {
    // 5501 is a maker's own message with a layout of its own: the table's reading of it is no place on Earth.
    if (row.at("r_lat").empty() || row.at("r_msg_id") == "5501") continue;
    const ::testing::ScopedTrace trace{__FILE__, __LINE__, row.at("frame_hex")};
    const Parsed parsed = read(row, is_sound(row) ? Strictness::strict : Strictness::lenient);
    const std::string id = row.at("r_msg_id");
    if (parsed.positions.empty()) {
      // A part of a longer message, or a time that is no date: the place is read, and not given out.
      const auto refused = parsed.faults();
      const bool is_part = !parsed.parts.empty();
      EXPECT_TRUE(is_part ||
                  (!refused.empty() && (refused[0] == Fault::location_time || refused[0] == Fault::batch_lengths)))
          << "gave no position for another cause";
      continue;
    }
    const auto& position = parsed.positions[0];
    EXPECT_NEAR(position.fix.position.lat, number(row.at("r_lat")), 5e-7);
    EXPECT_NEAR(position.fix.position.lon, number(row.at("r_lon")), 5e-7);
    EXPECT_EQ(position.fix.time, time_of(row.at("r_time")));
    EXPECT_EQ(position.alarm, std::stoul(row.at("r_alarm"), nullptr, 16));
    EXPECT_EQ(position.status, std::stoul(row.at("r_status"), nullptr, 16));
    if (position.fix.speed_mps) {
      EXPECT_NEAR(position.fix.speed_mps.value() * 3.6, number(row.at("r_speed_kmh")), 1e-3);
    }
    if (position.fix.heading_deg) {
      EXPECT_EQ(position.fix.heading_deg.value(), static_cast<float>(number(row.at("r_course"))));
    } else {
      EXPECT_GT(number(row.at("r_course")), 360.0);
    }
    const bool encrypted = (position.status >> 5U & 1U) != 0;
    EXPECT_EQ(position.encrypted, encrypted);
    if (encrypted) {
      EXPECT_EQ(position.fix.valid, Sensed::no);
    }
    if (!row.at("r_batch_items").empty() && parsed.parts.empty() && is_sound(row)) {
      EXPECT_EQ(parsed.positions.size(), std::stoul(row.at("r_batch_items")));
    }
    ++compared;
  }
  RecordProperty("compared", static_cast<int>(compared));
  EXPECT_GE(compared, 75U);
}

/// Where a basic location stands in the body of messages that hold one.
std::optional<std::size_t> location_at(const std::string& id) {
  static const std::map<std::string, std::size_t> places{{"0200", 0}, {"0201", 2}, {"0500", 2},
                                                         {"0704", 5}, {"0801", 8}, {"0802", 11}};
  const auto found = places.find(id);
  return found == places.end() ? std::nullopt : std::optional{found->second};
}

TEST_F(RecordedFrames, AgreeWithWhatTheProjectsOwnTestsState) {
  std::size_t compared = 0;
  for (const Row& row : rows_) {
    const auto at = location_at(row.at("r_msg_id"));
    if (row.at("test_lat").empty() || !at) continue;
    const ::testing::ScopedTrace trace{__FILE__, __LINE__, row.at("frame_hex")};
    const Parsed parsed = read(row, Strictness::lenient);
    const auto& seen = parsed.messages.empty() ? parsed.parts : parsed.messages;
    ASSERT_FALSE(seen.empty());
    Location location;
    ASSERT_FALSE(read_location(test::as_bytes(seen[0].body).subspan(*at), location));
    EXPECT_NEAR(std::abs(location.position.lat), number(row.at("test_lat")), 5e-7);
    // One of the projects reads no west bit.
    EXPECT_NEAR(std::abs(location.position.lon), number(row.at("test_lon")), 5e-7);
    if (!row.at("test_time").empty()) {
      EXPECT_EQ(location.time, time_of(row.at("test_time")));
    }
    ++compared;
  }
  EXPECT_EQ(compared, 13U) << "three more rows are the platform's own messages";
}

/// What a flip changes in what is told of the frame, besides refusing it.
TEST_F(RecordedFrames, RefuseEverySingleFlippedBitOrReadTheSame) {
  std::size_t flips = 0;
  std::size_t read_otherwise = 0;
  for (const Row& row : rows_) {
    if (!is_sound(row) || !is_as_sent(row)) continue;
    const std::string frame = from_hex(row.at("frame_hex"));
    const std::string good = parse(frame).told();
    for (std::size_t bit = 8; bit < 8 * (frame.size() - 1); ++bit, ++flips) {
      std::string flipped = frame;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
      const Parsed parsed = parse(flipped);
      const bool is_taken = parsed.counts.messages + parsed.counts.parts > 0;
      if (is_taken && parsed.told() != good) {
        ++read_otherwise;
        ADD_FAILURE() << row.at("frame_hex") << " with bit " << bit << " flipped";
      }
    }
  }
  RecordProperty("flips", static_cast<int>(flips));
  EXPECT_EQ(read_otherwise, 0U);
  EXPECT_GT(flips, 100'000U);
}

TEST_F(RecordedFrames, AreAllSurvivedInOneStreamByBothReaders) {
  std::string stream;
  for (const Row& row : rows_) stream += from_hex(row.at("frame_hex"));
  for (const Strictness strictness : {Strictness::strict, Strictness::lenient}) {
    const Parsed parsed = parse(stream + from_hex(test::good_frame), {.strictness = strictness});
    ASSERT_FALSE(parsed.positions.empty());
    EXPECT_EQ(parsed.positions.back().terminal, "13812345678");
    EXPECT_EQ(parsed.counts.frames, parsed.counts.messages + parsed.counts.parts + parsed.counts.refused_frames);
  }
}

}  // namespace
}  // namespace haulwatch::io::jt808
