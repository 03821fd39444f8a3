#include "written_world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace haulwatch::scoring {
namespace {

using namespace test;
using testing::AllOf;
using testing::HasSubstr;

std::string refusal_of(const std::string& lines) {
  try {
    static_cast<void>(read(lines, Side::events));
  } catch (const BadLine& error) {
    return error.what();
  }
  return "";
}

const std::string good = R"({"event":"stop_ended","time":"2026-03-12T07:00:00Z"})"
                         "\n";

TEST(RecordReader, NamesTheLineAndTheMemberAtFault) {
  EXPECT_THAT(refusal_of(good + "\n" + R"({"event":"x","time":"yesterday"})"),
              AllOf(HasSubstr("events:3: time: "), HasSubstr("'yesterday' is no RFC 3339 time")));
}

TEST(RecordReader, RefusesWhatCannotBeScored) {
  EXPECT_THAT(refusal_of("[1]x"), HasSubstr("events"));
  EXPECT_THAT(refusal_of(good + "7"), HasSubstr("events:2: is no JSON object"));
  EXPECT_THAT(refusal_of("{\"event\":\"x\""), HasSubstr("events:1: not JSON"));
  EXPECT_THAT(refusal_of(R"({"kind":"stop_ended","time":"2026-03-12T07:00:00Z"})"), HasSubstr("event: missing"));
  EXPECT_THAT(refusal_of(R"({"event":"x"})"), HasSubstr("time: missing"));
  EXPECT_THAT(refusal_of(R"({"event":"x","time":7})"), HasSubstr("time: expected a text"));
  EXPECT_THAT(refusal_of("{\"event\":\"x\"" + span("07:00:01", "07:00:00") + "}"), HasSubstr("end: lies before"));
  EXPECT_THAT(refusal_of(R"({"event":"x","time":"2026-03-12T07:00:00Z","lon":1})"), HasSubstr("only one of the two"));
  EXPECT_THAT(refusal_of(R"({"event":"x","time":"2026-03-12T07:00:00Z","lon":181,"lat":0})"), HasSubstr("degrees"));
  EXPECT_THAT(refusal_of(R"({"event":"x","time":"2026-03-12T07:00:00Z","lon":NaN,"lat":0})"), HasSubstr("not JSON"));
  EXPECT_THAT(refusal_of(R"({"event":"x","time":"2026-03-12T07:00:00Z","score":1e999})"), HasSubstr("events:1"));
  EXPECT_THAT(refusal_of(R"({"event":"x","time":"2026-03-12T07:00:00Z","score":1.1})"), HasSubstr("score"));
  EXPECT_THAT(refusal_of(R"({"event":"x","time":"2026-03-12T07:00:00Z","revision":-1})"), HasSubstr("revision"));
}

TEST(RecordReader, TakesNullForAbsentAndPassesOverWhatItDoesNotKnow) {
  const RecordSet set = read(
      R"({"event":"trip_ended","time":"2026-03-12T07:00:00Z","destination":null,"unloaded_at":null,"odd":[{"a":1}]})",
      Side::events);
  ASSERT_EQ(set.records.size(), 1U);
  EXPECT_EQ(set.records[0].destination, "");
  EXPECT_EQ(set.records[0].end, no_time);
}

TEST(RecordReader, ReadsManyLinesInFlatMemory) {
  std::string lines;
  for (int i = 0; i < 500; ++i) lines += good;
  EXPECT_EQ(read(lines, Side::events).records.size(), 500U);
}

TEST(RecordReader, ReadsALineLongerThanItsBlock) {
  const std::string reasons = std::string(3000, '[') + std::string(3000, ']');
  const std::string long_text = "\"" + std::string(100000, 'x') + "\"";
  const RecordSet set = read(
      R"({"event":"x","time":"2026-03-12T07:00:00Z","reasons":[)" + long_text + "," + long_text + "]}", Side::events);
  EXPECT_EQ(set.records.size(), 1U);
  EXPECT_THAT(refusal_of(R"({"event":"x","reasons":)" + reasons + "}"), HasSubstr("events:1: not JSON"));
}

TEST(RecordReader, KeepsTheWorldApart) {
  const RecordSet set = read(R"({"kind":"world","interval_s":30,"truck_days":2.5})", Side::truth);
  EXPECT_TRUE(set.records.empty());
  EXPECT_EQ(set.world.interval_s, 30.0);
  EXPECT_EQ(set.world.truck_days, 2.5);
}

}  // namespace
}  // namespace haulwatch::scoring
