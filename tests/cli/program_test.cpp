#include "ended.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

// The program as a user meets it: arguments in, exit status, standard output and files out.

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Program : public testing::Test {
 protected:
  Program() : folder_{std::filesystem::temp_directory_path() / ("haulwatch-test-" + std::to_string(getpid()))} {
    std::filesystem::create_directories(folder_);
  }
  ~Program() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream{folder_ / name, std::ios::binary} << content;
    return (folder_ / name).string();
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string read(const std::string& name) const { return read_file((folder_ / name).string()); }
  static std::string read_file(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }

  /// A truck that drives for two minutes, stands for three, and drives on.
  static std::string rows() {
    std::string text = "vehicle,time,lon,lat,speed_mps\n";
    for (int i = 0; i < 60; ++i) {
      const int driven = i < 12 ? i : i < 30 ? 12 : i - 18;
      text += "T-1," + std::to_string(1773270000000 + i * 10000LL) + "," + std::to_string(121.0 + 0.001 * driven) +
              ",30.7," + (i >= 12 && i < 30 ? "0" : "9.6") + "\n";
    }
    return text;
  }

  const std::string day = std::string{HAULWATCH_SOURCE_DIR} + "/examples/county_day/";

 private:
  std::filesystem::path folder_;
};

TEST_F(Program, ReplaysAFileAndTellsWhatItCameTo) {
  const Ended ended = haulwatch("replay --events " + path("e.jsonl") + " " + write("t.csv", rows()));
  EXPECT_EQ(ended.status, 0) << ended.output;
  EXPECT_THAT(ended.output, AllOf(HasSubstr("fixes accepted"), HasSubstr("stop_ended")));
  EXPECT_THAT(read("e.jsonl"), AllOf(HasSubstr(R"("event":"stop_started")"), HasSubstr(R"("vehicle":"T-1")")));
}

TEST_F(Program, SkipsABadRowSaysWhereAndEndsWithSix) {
  const Ended ended =
      haulwatch("replay --rejects " + path("r.csv") + " " + write("t.csv", rows() + "T-1,noon,121,30,\nT-1,,,\n"));
  EXPECT_EQ(ended.status, 6);
  EXPECT_THAT(ended.output, AllOf(HasSubstr("bad_row"), HasSubstr("t.csv:62")));
  EXPECT_THAT(read("r.csv"), AllOf(HasSubstr("noon"), HasSubstr("bad_row")));
}

TEST_F(Program, StrictEndsAtTheFirstBadRowWithThree) {
  EXPECT_EQ(haulwatch("replay --strict " + write("t.csv", rows() + "T-1,noon,121,30,\n")).status, 3);
}

TEST_F(Program, KeepsTheRawRowOfAFixThatWasRefusedLater) {
  std::string text = rows();
  text += "T-1,1773270605000,121.5,30.7,9.6\nT-1,1773270610000,121.043,30.7,9.6\nT-1,1773270620000,121.044,30.7,9.6\n";
  const Ended ended = haulwatch("replay --rejects " + path("r.csv") + " " + write("t.csv", text));
  EXPECT_EQ(ended.status, 6) << ended.output;
  EXPECT_THAT(read("r.csv"), AllOf(HasSubstr("implied_speed"), HasSubstr("T-1,1773270605000,121.5,30.7,9.6")));
}

TEST_F(Program, TellsWrongUsageByTwo) {
  EXPECT_EQ(haulwatch("replay").status, 2);
  EXPECT_EQ(haulwatch("replay --lateness soon " + write("t.csv", rows())).status, 2);
  EXPECT_EQ(haulwatch("unload").status, 2);
  const Ended datum = haulwatch("replay --datum mars " + write("t.csv", rows()));
  EXPECT_EQ(datum.status, 2);
  EXPECT_THAT(datum.output, HasSubstr("--datum: 'mars' is none of bd09|gcj02|wgs84"));
  EXPECT_EQ(haulwatch("replay --help").status, 0);
}

TEST_F(Program, RefusesATableWithoutTheColumnsAndNamesThem) {
  const Ended ended = haulwatch("replay " + write("t.csv", "plate,when,x,y\nA,1,2,3\n"));
  EXPECT_EQ(ended.status, 3);
  EXPECT_THAT(ended.output, AllOf(HasSubstr("vehicle"), HasSubstr("--column")));
  EXPECT_EQ(haulwatch("replay " + path("none.csv")).status, 3);
}

TEST_F(Program, FoldsABrokenGzipUpToTheFaultAndEndsWithThree) {
  const std::string plain = write("t.csv", rows() + rows().substr(rows().find('\n') + 1));
  ASSERT_EQ(std::system(("gzip -k " + plain + " && head -c 300 " + plain + ".gz > " + path("cut.csv.gz")).c_str()), 0);
  const Ended ended = haulwatch("replay --events " + path("e.jsonl") + " " + path("cut.csv.gz"));
  EXPECT_EQ(ended.status, 3);
  EXPECT_THAT(ended.output, HasSubstr("cut.csv.gz"));
}

TEST_F(Program, NamesEveryFaultOfARegistryAtOnceWithFour) {
  const std::string broken = write("r.geojson",
                                   R"({"type":"FeatureCollection","features":[
    {"type":"Feature","id":"a","properties":{"kind":"site","role":"castle"},"geometry":{"type":"Polygon","coordinates":[[[121,30],[121.1,30],[121.1,30.1],[121,30]]]}},
    {"type":"Feature","id":"r","properties":{"kind":"route"},"geometry":{"type":"LineString","coordinates":[[121,30],[121.1,30]]}}],
    "permits":[{"id":"P","vehicles":["T"],"origins":["nowhere"],"disposals":["a"],"routes":["x"],"valid_from":"yesterday","valid_to":"2026-01-01T00:00:00Z"}]})");
  const Ended ended = haulwatch("check " + broken);
  EXPECT_EQ(ended.status, 4);
  EXPECT_THAT(ended.output, AllOf(HasSubstr("castle"), HasSubstr("half_width_m"), HasSubstr("nowhere"),
                                  HasSubstr("yesterday"), HasSubstr("/permits/0")));
  EXPECT_EQ(haulwatch("replay --registry " + broken + " " + write("t.csv", rows())).status, 4);
}

TEST_F(Program, ReadsTheSettingsThatItPrints) {
  const Ended printed = haulwatch("settings");
  EXPECT_EQ(printed.status, 0);
  const std::string settings = write("s.json", printed.output);
  EXPECT_EQ(haulwatch("check " + day + "registry.geojson --settings " + settings).status, 0);
  EXPECT_EQ(haulwatch("replay --quiet --settings " + write("b.json", R"({"dwell":{"radius":3}})") + " " +
                      write("t.csv", rows()))
                .status,
            4);
}

TEST_F(Program, SaysThatAResultCouldNotBeWritten) {
  const Ended ended = haulwatch("replay --tracks-out /dev/full " + write("t.csv", rows()));
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.output, HasSubstr("/dev/full"));
}

TEST_F(Program, GivesTheSameBytesForAnyShardsOrderAndRepetition) {
  const std::string tracks = day + "tracks.csv";
  const std::string replay = "replay --quiet --registry " + day + "registry.geojson --events ";
  ASSERT_EQ(haulwatch(replay + path("1") + " --shards 1 " + tracks).status, 0);
  ASSERT_EQ(std::system(("head -1 " + tracks + " > " + path("s.csv") + "; tail -n +2 " + tracks +
                         " | sort -t, -k3 >> " + path("s.csv"))
                            .c_str()),
            0);
  ASSERT_EQ(haulwatch(replay + path("2") + " --shards 3 " + path("s.csv")).status, 0);
  ASSERT_EQ(haulwatch(replay + path("3") + " --lateness 10min " + tracks + " " + tracks).status, 0);
  EXPECT_EQ(read("1"), read("2"));
  EXPECT_EQ(read("1"), read("3"));
  EXPECT_THAT(read("1"), Not(testing::IsEmpty()));
}

struct Outage {
  std::string vehicle;
  std::string from, to;  ///< local times to the minute
  std::string upload;    ///< of what was kept: newest first, twice
};

std::string rows_as_they_arrive(const std::string& tracks, const Outage& outage) {
  std::istringstream rows{tracks};
  std::string header;
  std::getline(rows, header);
  std::vector<std::string> all;
  for (std::string row; std::getline(rows, row);) all.push_back(row);
  const auto time_of = [&](const std::string& row) { return row.substr(row.find(',') + 1, outage.from.size()); };
  std::stable_sort(all.begin(), all.end(),
                   [&](const std::string& a, const std::string& b) { return time_of(a) < time_of(b); });
  std::string live = header + '\n';
  std::vector<std::string> kept;
  for (const std::string& row : all) {
    if (row.starts_with(outage.vehicle) && time_of(row) >= outage.from && time_of(row) < outage.to) {
      kept.push_back(row);
      continue;
    }
    live += row + '\n';
    if (time_of(row) < outage.upload) continue;
    for (int time = 0; time < 2; ++time)
      for (auto late = kept.rbegin(); late != kept.rend(); ++late) live += *late + '\n';
    kept.clear();
  }
  return live;
}

/// Event lines without what is a matter of history, in an order that does not depend on it.
std::vector<std::string> told_in_the_end(const std::string& lines) {
  static const std::regex history{R"re("(id|subject|trip|stop)":"[^"]*",?|"revision":\d+,?)re"};
  std::vector<std::string> all;
  std::istringstream in{lines};
  for (std::string line; std::getline(in, line);) all.push_back(std::regex_replace(line, history, ""));
  std::sort(all.begin(), all.end());
  return all;
}

std::uint64_t number_in(const std::string& json, const std::string& name) {
  const std::string key = '"' + name + "\":";
  const std::size_t at = json.find(key);
  return at == std::string::npos ? 0 : std::stoull(json.substr(at + key.size()));
}

class LateRows : public Program {
 protected:
  LateRows() {
    write("late.csv", rows_as_they_arrive(read_file(day + "tracks.csv"),
                                          {"ZF-110", "2026-03-12T13:15", "2026-03-12T14:35", "2026-03-12T14:40"}));
  }
  Ended replay(const std::string& options) const {
    return haulwatch("replay --registry " + day + "registry.geojson " + options);
  }
};

TEST_F(LateRows, ArePutInTheirPlaceAndWhatWasToldIsPutRight) {
  ASSERT_EQ(replay("--quiet --final --events " + path("order.jsonl") + ' ' + day + "tracks.csv").status, 0);
  ASSERT_EQ(replay("--quiet --journal 24h --events " + path("history.jsonl") + ' ' + path("late.csv")).status, 0);
  ASSERT_EQ(replay("--quiet --journal 24h --final --events " + path("final.jsonl") + ' ' + path("late.csv")).status, 0);
  EXPECT_THAT(read("history.jsonl"), AllOf(HasSubstr(R"("retracted":true)"), HasSubstr(R"("revision":1)")));
  EXPECT_THAT(read("final.jsonl"), AllOf(Not(HasSubstr("retracted")), HasSubstr("quota_exceeded")));
  EXPECT_EQ(told_in_the_end(read("final.jsonl")), told_in_the_end(read("order.jsonl")));
  EXPECT_NE(told_in_the_end(read("history.jsonl")), told_in_the_end(read("order.jsonl")));
}

TEST_F(LateRows, FallIntoOneBucketEach) {
  const std::string arrived = read("late.csv");
  const auto rows = static_cast<std::uint64_t>(std::count(arrived.begin(), arrived.end(), '\n')) - 1;
  for (const std::string journal : {"--journal 24h", "--journal 1h", "--journal 0", ""}) {
    SCOPED_TRACE(journal);
    const Ended ended = replay("--json " + journal + ' ' + path("late.csv"));
    const std::string& json = ended.output;
    EXPECT_EQ(number_in(json, "rows"), rows);
    EXPECT_EQ(number_in(json, "accepted") + number_in(json, "duplicates") + number_in(json, "late") +
                  number_in(json, "late_merged") + number_in(json, "total"),
              rows)
        << json;
    EXPECT_EQ(number_in(json, "late_merged") > 0, journal == "--journal 24h" || journal == "--journal 1h") << json;
    EXPECT_EQ(number_in(json, "late") > 0, journal == "--journal 1h" || journal == "--journal 0") << json;
  }
}

TEST_F(LateRows, StandAmongTheRejectsWhereTheyAreTooLate) {
  const std::string replay_them = "--journal 1h --rejects " + path("r.csv") + ' ' + path("late.csv");
  const Ended ended = replay(replay_them);
  EXPECT_EQ(ended.status, 6);
  EXPECT_THAT(ended.output, AllOf(HasSubstr("late, put in place"), HasSubstr("vehicles were run again"),
                                  HasSubstr("in the journal"), HasSubstr("bytes each")));
  const std::string json = replay("--json " + replay_them).output;
  const std::string rejects = read("r.csv");
  std::uint64_t late = 0;
  for (std::size_t at = 0; (at = rejects.find(",late,late,", at)) != std::string::npos; ++at) ++late;
  EXPECT_EQ(late, number_in(json, "late"));
  EXPECT_NE(rejects.find(R"(,late,late,"ZF-110,2026-03-12T13:15:00+08:00)"), std::string::npos);
}

TEST_F(LateRows, CountAmongTheRejectsOfTwoVehiclesUnderOneName) {
  std::string rows = rows_as_they_arrive(read_file(day + "tracks.csv"),
                                         {"ZF-102", "2026-03-12T07:55", "2026-03-12T08:05", "2026-03-12T08:15"});
  rows = std::regex_replace(rows, std::regex{"ZF-102"}, "ZF-101");
  const std::string json =
      replay("--json --journal 24h --rejects " + path("r.csv") + ' ' + write("shared.csv", rows)).output;
  const std::string rejects = read("r.csv");
  for (const std::string cause : {"other_vehicle", "implied_speed"}) {
    std::uint64_t told = 0;
    const std::string cell = ',' + cause + ',' + cause + ',';
    for (std::size_t at = 0; (at = rejects.find(cell, at)) != std::string::npos; ++at) ++told;
    EXPECT_EQ(number_in(json, cause), told) << json;
  }
  EXPECT_GT(number_in(json, "other_vehicle"), 0U) << json;
}

/// A frame a line: a sound place, noise, an encrypted place.
const char* const frames =
    "7e0200001c0138123456780001000000004000000301d4c00007365040001001f4005a260312150000c47e\n"
    "7e 00 7e\n"
    "7e0200001c0138123456780001000000000000002301d4c00007365040001001f4005a260312150000a47e\n";

TEST_F(Program, MeasuresReadingFoldingAndBothOnTheUsersTracks) {
  const std::string tracks = write("t.csv", rows());
  const Ended ended = haulwatch("bench --json --shards 1,2 " + tracks);
  ASSERT_EQ(ended.status, 0) << ended.output;
  const auto measured = boost::json::parse(ended.output).as_array();
  std::vector<std::string> what;
  for (const auto& line : measured) {
    what.emplace_back(line.at("what").as_string());
    EXPECT_EQ(line.at("fixes").to_number<int>(), 60);
    EXPECT_EQ(line.at("vehicles").to_number<int>(), 1);
    EXPECT_GT(line.at("fixes_per_second").to_number<double>(), 0.0);
    EXPECT_EQ(line.at("events").to_number<int>() > 0, what.back() != "read");
  }
  EXPECT_THAT(what, testing::ElementsAre("read", "fold", "fold", "replay", "replay"));
  EXPECT_THAT(haulwatch("bench --shards 1 " + tracks).output, HasSubstr("fixes/s"));
  EXPECT_EQ(haulwatch("bench --registry " + tracks).status, 2) << "simulated fleets have their own";
  EXPECT_EQ(haulwatch("bench " + path("none.csv")).status, 3);
}

TEST_F(Program, DecodesFramesByAProfileItCameWith) {
  const Ended ended = haulwatch("decode jt808 --profile status-word " + write("f.txt", frames));
  EXPECT_EQ(ended.status, 6) << "a frame was refused";
  EXPECT_THAT(ended.output,
              AllOf(HasSubstr("13812345678,2026-03-12T07:00:00.000Z,121,30.72,13.888889,90,,,1,1,1,empty"),
                    HasSubstr("frame is too short; first: line 2"), HasSubstr("1  of them encrypted")));
  EXPECT_EQ(haulwatch("decode jt808 --quiet --profile nowhere " + path("f.txt")).status, 4);
  EXPECT_EQ(haulwatch("decode jt808 " + path("none")).status, 3);
  EXPECT_EQ(haulwatch("decode gt06 " + path("f.txt")).status, 2);
  EXPECT_EQ(haulwatch("decode nmea --raw " + path("f.txt")).status, 2);
}

TEST_F(Program, ReplaysFramesAndNeverUsesAnEncryptedPlace) {
  const Ended ended = haulwatch("replay --rejects " + path("r.csv") + " " + write("f.hex", frames));
  EXPECT_EQ(ended.status, 6);
  EXPECT_THAT(ended.output, AllOf(HasSubstr("no_fix"), HasSubstr("bad_row")));
  EXPECT_THAT(read("r.csv"), AllOf(HasSubstr("no_fix"), HasSubstr("frame is too short")));
}

TEST_F(Program, DecodesSentencesAsOnesOwnReceivers) {
  const Ended ended =
      haulwatch("decode nmea --vehicle T-7 " +
                write("r.log", "$GPRMC,070000.00,A,3043.2000,N,12100.0000,E,27.0,090.0,120326,,*08\r\n"));
  EXPECT_EQ(ended.status, 0) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("T-7,2026-03-12T07:00:00.000Z,121,30.72,"));
}

TEST_F(Program, ScoresEventsAgainstTheTruth) {
  const std::string stop =
      R"("vehicle":"T","start":"2026-03-12T07:00:00Z","end":"2026-03-12T07:10:00Z","purpose":"loading"})";
  const std::string truth = write("truth.jsonl", R"({"kind":"stop_ended",)" + stop + "\n");
  const std::string events = write("events.jsonl", R"({"event":"stop_ended",)" + stop + "\n");
  const Ended table = haulwatch("score " + truth + " " + events);
  EXPECT_EQ(table.status, 0) << table.output;
  EXPECT_THAT(table.output, HasSubstr("1 world, 1 stops owed"));
  const Ended folder = haulwatch("score --json " + path(""));
  EXPECT_EQ(folder.status, 0) << folder.output;
  EXPECT_THAT(folder.output, HasSubstr(R"("f1":{"value":1,"low":null,"high":null})"));
}

TEST_F(Program, RefusesToScoreWhatItCannotReadAndSaysWhere) {
  const std::string truth = write("truth.jsonl", "\n{\"kind\":\"stop_ended\",\"time\":\"noon\"}\n");
  const Ended refused = haulwatch("score " + truth + " " + write("events.jsonl", ""));
  EXPECT_EQ(refused.status, 3);
  EXPECT_THAT(refused.output, HasSubstr("truth.jsonl:2: time: 'noon' is no RFC 3339 time"));
  EXPECT_EQ(haulwatch("score " + truth).status, 2) << "a truth without its events";
  EXPECT_EQ(haulwatch("score " + path("nowhere") + " " + truth).status, 2);
}

}  // namespace
