#include "ended.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <unistd.h>

// `haulwatch simulate` as a user meets it.

namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class SimulateProgram : public testing::Test {
 protected:
  SimulateProgram() : folder_{fs::temp_directory_path() / ("haulwatch-simulate-" + std::to_string(getpid()))} {
    fs::create_directories(folder_);
  }
  ~SimulateProgram() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream in{folder_ / name, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  [[nodiscard]] std::string write(const std::string& name, const std::string& content) const {
    std::ofstream{folder_ / name, std::ios::binary} << content;
    return path(name);
  }
  /// A small world. \param options further ones
  [[nodiscard]] Ended simulate(const std::string& world, const std::string& options = "") const {
    return haulwatch("simulate --vehicles 4 --hours 8 " + options + " " + path(world));
  }

 private:
  fs::path folder_;
};

TEST_F(SimulateProgram, WritesRegistryTracksManifestsAndTruth) {
  const Ended ended = simulate("world", "--seed 7");

  EXPECT_EQ(ended.status, 0) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("reports of 4 vehicles over 8 h"));
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator{path("world")}) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  EXPECT_THAT(names, ElementsAre("manifests.jsonl", "registry.geojson", "tracks.csv", "truth.jsonl"));
  EXPECT_THAT(read("world/tracks.csv"), StartsWith("vehicle,time,lon,lat,"));
  EXPECT_THAT(read("world/truth.jsonl"), AllOf(HasSubstr(R"("kind":"halt")"), HasSubstr(R"("kind":"stop_ended")")));
}

TEST_F(SimulateProgram, MakesWorldsThatTheOtherCommandsTake) {
  ASSERT_EQ(simulate("world", "--seed 7 --quiet").status, 0);
  const std::string world = path("world");

  const Ended check = haulwatch("check --manifests " + world + "/manifests.jsonl " + world + "/registry.geojson");
  const Ended replay = haulwatch("replay --quiet --registry " + world + "/registry.geojson --manifests " + world +
                                 "/manifests.jsonl --events " + world + "/events.jsonl " + world + "/tracks.csv");
  const Ended score = haulwatch("score " + world + "/truth.jsonl " + world + "/events.jsonl");

  EXPECT_EQ(check.status, 0) << check.output;
  EXPECT_TRUE(replay.status == 0 || replay.status == 6) << replay.output;
  EXPECT_EQ(score.status, 0) << score.output;
  EXPECT_THAT(score.output, HasSubstr("stop"));
}

TEST_F(SimulateProgram, GivesTheSameBytesForTheSameSeedAndOthersForAnother) {
  ASSERT_EQ(simulate("first", "--seed 7 --quiet").status, 0);
  ASSERT_EQ(simulate("again", "--seed 7 --quiet").status, 0);
  ASSERT_EQ(simulate("other", "--seed 8 --quiet").status, 0);

  for (const std::string name : {"registry.geojson", "tracks.csv", "manifests.jsonl", "truth.jsonl"}) {
    const std::string first = read("first/" + name);
    EXPECT_FALSE(first.empty()) << name;
    EXPECT_EQ(first, read("again/" + name)) << name;
    EXPECT_NE(first, read("other/" + name)) << name;
  }
}

TEST_F(SimulateProgram, IsSilentWhenAskedTo) {
  EXPECT_EQ(simulate("world", "--quiet").output, "");
}

TEST_F(SimulateProgram, TakesDosesFromAFile) {
  const std::string doses = write("doses.json", R"({"terminal": {"uplink": {"duplicated": 1}}})");

  ASSERT_EQ(simulate("usual", "--quiet").status, 0);
  ASSERT_EQ(simulate("doubled", "--quiet --profile " + doses).status, 0);

  EXPECT_GT(read("doubled/tracks.csv").size(), read("usual/tracks.csv").size() * 3 / 2);
}

TEST_F(SimulateProgram, RefusesAnUnknownProfileAndNamesIt) {
  const Ended ended = simulate("world", "--profile nowhere.json");

  EXPECT_NE(ended.status, 0);
  EXPECT_THAT(ended.output, HasSubstr("nowhere.json"));
  EXPECT_FALSE(fs::exists(path("world")));
}

TEST_F(SimulateProgram, RefusesUnknownAndImpossibleMembersOfAProfileAllAtOnce) {
  const Ended ended = simulate("world", "--profile " + write("bad.json", R"({"dumping": {"lods": 0.5, "loads": 7}})"));

  EXPECT_EQ(ended.status, 4) << ended.output;
  EXPECT_THAT(ended.output, AllOf(HasSubstr("/dumping/lods"), HasSubstr("/dumping/loads")));
  EXPECT_FALSE(fs::exists(path("world")));
}

TEST_F(SimulateProgram, TellsWrongUsageByTwo) {
  EXPECT_EQ(haulwatch("simulate").status, 2);
  EXPECT_EQ(simulate("world", "--vehicles 0").status, 2);
  EXPECT_EQ(simulate("world", "--hours nine").status, 2);
}

TEST_F(SimulateProgram, SaysThatAFolderCouldNotBeMade) {
  const Ended ended = haulwatch("simulate --vehicles 1 --hours 1 " + write("file", "") + "/world");
  EXPECT_EQ(ended.status, 1) << ended.output;
}

}  // namespace
