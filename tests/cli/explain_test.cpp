#include "ended.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <unistd.h>

namespace {

using testing::AllOf;
using testing::HasSubstr;

/// The demo's day, replayed and then explained.
class ExplainProgram : public testing::Test {
 protected:
  ExplainProgram()
      : folder_{std::filesystem::temp_directory_path() / ("haulwatch-explain-" + std::to_string(getpid()))} {
    std::filesystem::create_directories(folder_);
    events = (folder_ / "day.jsonl").string();
    const Ended ended = haulwatch("replay --quiet --registry " + day + "registry.geojson --events " + events + " " +
                                  day + "tracks.csv");
    EXPECT_EQ(ended.status, 0) << ended.output;
  }
  ~ExplainProgram() override { std::filesystem::remove_all(folder_); }

  /// The member of the first event of that kind.
  [[nodiscard]] std::string of_first(const std::string& kind, const std::string& member) const {
    std::ifstream in{events, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    const std::size_t line = text.find("\"event\":\"" + kind + "\"");
    EXPECT_NE(line, std::string::npos) << kind;
    const std::string key = "\"" + member + "\":\"";
    return text.substr(text.find(key, line) + key.size(), 16);
  }

  const std::string day = std::string{HAULWATCH_SOURCE_DIR} + "/examples/county_day/";
  std::string events;

 private:
  std::filesystem::path folder_;
};

TEST_F(ExplainProgram, PutsAnEventIntoWordsWithItsReports) {
  const Ended ended = haulwatch("explain " + events + " " + of_first("dump_suspected", "id") + " --registry " + day +
                                "registry.geojson --tracks " + day + "tracks.csv");
  EXPECT_EQ(ended.status, 0) << ended.output;
  EXPECT_THAT(ended.output,
              AllOf(HasSubstr("Suspicion of dumping"), HasSubstr("Times are those of UTC+08:00"), HasSubstr("Reasons"),
                    HasSubstr("What would have cleared it"), HasSubstr("tracks.csv:")));
}

TEST_F(ExplainProgram, ExplainsAllEventsOfASubject) {
  const Ended ended = haulwatch("explain " + events + " " + of_first("stop_ended", "subject"));
  EXPECT_EQ(ended.status, 0) << ended.output;
  EXPECT_THAT(ended.output, AllOf(HasSubstr("Beginning of a stop"), HasSubstr("\nStop, stop_ended")));
}

TEST_F(ExplainProgram, GivesJsonWhereAsked) {
  const Ended ended = haulwatch("explain --json " + events + " " + of_first("route_left", "id"));
  EXPECT_EQ(ended.status, 0) << ended.output;
  EXPECT_THAT(ended.output, AllOf(HasSubstr(R"({"event":{"event":"route_left")"), HasSubstr(R"("cleared_by":[)")));
}

TEST_F(ExplainProgram, SaysWhatIsWrongWithItsArguments) {
  const Ended unknown = haulwatch("explain " + events + " 0123456789abcdef");
  EXPECT_EQ(unknown.status, 2);
  EXPECT_THAT(unknown.output, HasSubstr("has the id or subject 0123456789abcdef"));
  const Ended no_id = haulwatch("explain " + events + " truck-7");
  EXPECT_EQ(no_id.status, 2);
  EXPECT_THAT(no_id.output, HasSubstr("16 hex digits"));
  EXPECT_EQ(haulwatch("explain /no/such/file 0123456789abcdef").status, 3);
  EXPECT_EQ(haulwatch("explain " + day + "tracks.csv 0123456789abcdef").status, 3) << "no events";
  const std::string id = of_first("stop_ended", "id");
  EXPECT_EQ(haulwatch("explain " + events + " " + id + " --tracks /no/such/file").status, 3);
  EXPECT_EQ(haulwatch("explain " + events + " " + id + " --registry /no/such/file").status, 4);
}

}  // namespace
