#include <haulwatch/io/json_track_reader.hpp>

#include "io/tracks_read.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace haulwatch::io {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string good = R"({"vehicle":"T1","time":1000,"lon":120.5,"lat":30.25})";

std::string message_of(std::string_view text, const TrackFormat& format = {}) {
  try {
    (void)read_text(text, format, "tracks.json");
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing thrown";
}

TEST(JsonTracks, ReadsAnArrayOfObjects) {
  const TracksRead read = read_text(
      " [ {\"vehicle\":\"T\\u00fc1\",\"time\":\"2026-01-02T03:04:05Z\",\"lon\":10.420865155766178,\"lat\":-3e1,\n"
      "\"speed_mps\":null,\"ignition\":true,\"load\":\"full\",\"valid\":0,\"extra\":{\"lat\":[1,{\"lat\":7}]}} ,\n" +
          good + "\n]\n",
      {}, "tracks.json");
  EXPECT_THAT(read.bad, IsEmpty());
  EXPECT_EQ(read.fault, "");
  ASSERT_THAT(read.fixes, SizeIs(2));
  EXPECT_EQ(read.vehicle(0), "Tü1");
  EXPECT_EQ(read.fixes[0].position, (LonLat{10.420865155766178, -30.0}));
  EXPECT_EQ(read.fixes[0].speed_mps, Reading{});
  EXPECT_EQ(read.fixes[0].sensors.ignition, Sensed::yes);
  EXPECT_EQ(read.fixes[0].sensors.load, LoadReading::full);
  EXPECT_EQ(read.fixes[0].valid, Sensed::no);
  EXPECT_EQ(read.fixes[1].time, TimeUtc{1s});
  EXPECT_THAT(read.lines, ElementsAre(1, 2));
}

TEST(JsonTracks, ReadsLinesAndCountsThem) {
  const TracksRead read = read_text(good + "\n\n" + good + "\r\n" + good, {}, "standard input");
  EXPECT_THAT(read.bad, IsEmpty());
  EXPECT_THAT(read.lines, ElementsAre(1, 3, 4));
  EXPECT_THAT(read.rows, ElementsAre(good, good, good));
}

TEST(JsonTracks, TakesAMissingKeyAsAnEmptyCell) {
  const TracksRead read = read_text(good + "\n" + R"({"vehicle":"T1","time":2000,"lon":1})" + "\n" +
                                        R"({"vehicle":"T1","time":2000,"lon":1,"lat":2,"odometer_m":5})",
                                    {}, "tracks.jsonl");
  ASSERT_THAT(read.bad, SizeIs(1));
  EXPECT_EQ(read.bad[0].cause, "lat is not reported");
  ASSERT_THAT(read.fixes, SizeIs(2));
  EXPECT_LT(read.fixes[0].odometer_m, 0.0);
  EXPECT_EQ(read.fixes[1].odometer_m, 5.0);
}

TEST(JsonTracks, FindsColumnsThatTurnUpLate) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += good + "\n";
  const TracksRead read = read_text(text + R"({"vehicle":"T1","time":2000,"lon":1,"lat":2,"v":36})" + "\n",
                                    mapped({"speed_mps=v*0.5"}), "t.jsonl");
  EXPECT_EQ(read.fixes.back().speed_mps, Reading{18.0F});
}

TEST(JsonTracks, MapsKeysAlsoOfInnerObjects) {
  const TracksRead read =
      read_text(R"([{"id":7,"fix":{"at":"2026-01-02 03:04:05","pos":{"x":1.5,"y":2.5}},"d":"a","t":"b"}])",
                [] {
                  TrackFormat format = mapped({"vehicle=id", "time=fix.at", "lon=fix.pos.x", "lat=fix.pos.y"});
                  format.time_zone = 0min;
                  return format;
                }(),
                "tracks.json");
  EXPECT_THAT(read.bad, IsEmpty());
  ASSERT_THAT(read.fixes, SizeIs(1));
  EXPECT_EQ(read.vehicle(0), "7");
  EXPECT_EQ(read.fixes[0].position, (LonLat{1.5, 2.5}));
}

TEST(JsonTracks, JoinsKeysAndReadsPoints) {
  TrackFormat format = mapped({"vehicle=id", "time=d+t", "point=p"});
  format.time_zone = 0min;
  const TracksRead read =
      read_text(R"j([{"id":"a","d":"2026-01-02","t":"03:04:05","p":"POINT(11.5 48.25)"}])j", format, "tracks.json");
  EXPECT_THAT(read.bad, IsEmpty());
  EXPECT_EQ(read.fixes.at(0).position, (LonLat{11.5, 48.25}));
}

TEST(JsonTracks, LosesOneElementToEachThatIsNoObject) {
  const TracksRead read =
      read_text("[" + good + R"(,{"lon":01},7,"a,]",[{"vehicle":"x"}],null,,)" + good + "]", {}, "t.json");
  EXPECT_THAT(read.fixes, SizeIs(2));
  ASSERT_THAT(read.bad, SizeIs(6));
  for (const BadRowSeen& bad : read.bad) EXPECT_EQ(bad.cause, "not an object of valid JSON");
  EXPECT_EQ(read.bad[1].row, "7");
  EXPECT_EQ(read.bad[2].row, "\"a,]\"");
  EXPECT_EQ(read.bad[4].line, 6U);
}

TEST(JsonTracks, LosesOneLineToEachThatIsNoObject) {
  const TracksRead read = read_text(good + "\n{\"vehicle\":\n" + good + good + "\nnonsense\n" + good, {}, "t.jsonl");
  EXPECT_THAT(read.lines, ElementsAre(1, 5));
  EXPECT_THAT(read.bad, SizeIs(3));
}

TEST(JsonTracks, TakesBracketsAndQuotesInsideTextsAsText) {
  const std::string object = R"({"vehicle":"a]}\"[{,","time":0,"lon":0,"lat":0,"note":"\\"})";
  const TracksRead read = read_text("[" + object + "," + object + "]", {}, "t.json");
  EXPECT_THAT(read.bad, IsEmpty());
  ASSERT_THAT(read.fixes, SizeIs(2));
  EXPECT_EQ(read.vehicle(1), "a]}\"[{,");
}

TEST(JsonTracks, GivesTheElementsBeforeAnArrayBreaksOff) {
  std::string text = "[";
  for (int i = 0; i < 100; ++i) text += good + ",";
  for (const std::string tail : {"", "{\"vehicle\":\"T", "{\"vehicle\":\"T\\", good.c_str()}) {
    const TracksRead read = read_text(text + tail, {}, "t.json", 30);
    EXPECT_THAT(read.fixes, SizeIs(100));
    EXPECT_THAT(read.fault, HasSubstr("t.json: element 101 of the array is cut off")) << tail;
  }
}

TEST(JsonTracks, ReportsWhatFollowsTheArray) {
  const TracksRead read = read_text("[" + good + "]\n[" + good + "]", {}, "t.json");
  EXPECT_THAT(read.fixes, SizeIs(1));
  EXPECT_THAT(read.fault, HasSubstr("something follows the array"));
}

TEST(JsonTracks, GivesTheObjectsBeforeABrokenPieceOfGzip) {
  std::string text = "[" + good;
  for (int i = 0; i < 20'000; ++i)
    text += ",{\"vehicle\":\"T1\",\"time\":" + std::to_string(i * 7919) + ",\"lon\":0,\"lat\":0}";
  const std::string packed = gzipped(text + "]");
  const TracksRead read = read_text(std::string_view{packed}.substr(0, packed.size() - 8), {}, "t.json.gz");
  EXPECT_THAT(read.fixes, SizeIs(20'001));
  EXPECT_THAT(read.fault, HasSubstr("the gzip data end too early"));
}

TEST(JsonTracks, ReadsAnEmptyArrayAsNoRows) {
  EXPECT_THAT(read_text(" [ ] ", {}, "t.json").fixes, IsEmpty());
  EXPECT_THAT(read_text("", {}, "t.jsonl").fixes, IsEmpty());
}

TEST(JsonTracks, RefusesObjectsWithoutTheNeededKeys) {
  EXPECT_THAT(message_of(R"j([{"point":"POINT(1 2)","time":"2014-09-10","id":"x"}])j"),
              AllOf(HasSubstr("tracks.json: no column vehicle, lon and lat; the first objects hold: point, time, id"),
                    HasSubstr("--column vehicle=id --column point=point")));
  EXPECT_THAT(message_of("[1,2,3]"), HasSubstr("none of its first 3 records is a JSON object"));
  EXPECT_THAT(message_of("{\"type\":"), HasSubstr("none of its first 1 records"));
}

TEST(JsonTracks, AreKnownByNameOrElseByContent) {
  EXPECT_THAT(read_text("[" + good + "]", {}, "memory").fixes, SizeIs(1));
  EXPECT_THAT(read_text("\xef\xbb\xbf\n " + good, {}, "memory").fixes, SizeIs(1));
  EXPECT_THAT(read_text("vehicle,time,lon,lat\nT1,0,0,0\n", {}, "memory").fixes, SizeIs(1));
  EXPECT_THAT(read_text("[vehicle,time,lon,lat\n7,T1,0,0,0\n", mapped({"vehicle=[vehicle"}), "t.csv").bad, SizeIs(1));
}

TEST(JsonTracks, LiveThroughDeepNesting) {
  const std::string deep = "{\"a\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  const TracksRead read = read_text(good + "\n" + deep + "\n" + good, {}, "t.jsonl");
  EXPECT_THAT(read.fixes, SizeIs(2));
  EXPECT_THAT(read.bad, SizeIs(1));
}

}  // namespace
}  // namespace haulwatch::io
