#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

// What makes up worlds and what judges events know nothing of what detects, and the other way round: else the figures
// of a detector would flatter it. Includes are followed to their end, through whatever lies between.

namespace haulwatch::simulation {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::AnyOf;
using testing::Contains;
using testing::Each;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const fs::path root{HAULWATCH_SOURCE_DIR};
const std::vector<std::string> detection{"track", "detect", "fleet", "engine"};

/// Our own sources and headers by their paths below the root, and what each includes.
class Sources {
 public:
  Sources() {
    for (const char* top : {"include/haulwatch", "src"})
      for (const auto& entry : fs::recursive_directory_iterator{root / top})
        if (entry.is_regular_file()) add(entry.path());
  }

  /// The files of one layer: its headers and its sources.
  [[nodiscard]] std::vector<std::string> of_layer(const std::string& layer) const {
    std::vector<std::string> files;
    for (const auto& [file, includes] : includes_)
      if (file.rfind("include/haulwatch/" + layer + "/", 0) == 0 || file.rfind("src/" + layer + "/", 0) == 0)
        files.push_back(file);
    return files;
  }

  /// The files themselves and all that they include, however far away.
  [[nodiscard]] std::set<std::string> reached_from(std::vector<std::string> open) const {
    std::set<std::string> reached;
    while (!open.empty()) {
      const std::string file = open.back();
      open.pop_back();
      if (!reached.insert(file).second) continue;
      const auto includes = includes_.find(file);
      if (includes != includes_.end()) open.insert(open.end(), includes->second.begin(), includes->second.end());
    }
    return reached;
  }

 private:
  void add(const fs::path& path) {
    static const std::regex include{R"re(^\s*#\s*include\s*([<"])([^>"]+)[>"])re"};
    const std::string file = fs::relative(path, root).generic_string();
    std::vector<std::string>& includes = includes_[file];
    std::ifstream lines{path};
    std::smatch match;
    for (std::string line; std::getline(lines, line);) {
      if (!std::regex_search(line, match, include)) continue;
      if (match[2].str().rfind("haulwatch/", 0) == 0)
        includes.push_back("include/" + match[2].str());
      else if (match[1] == "\"")
        includes.push_back(
            fs::relative(fs::weakly_canonical(path.parent_path() / match[2].str()), root).generic_string());
    }
  }

  std::map<std::string, std::vector<std::string>> includes_;
};

/// Files of those layers among them, whether of headers or of sources.
std::vector<std::string> among(const std::set<std::string>& files, const std::vector<std::string>& layers) {
  std::vector<std::string> found;
  for (const std::string& file : files)
    if (std::any_of(layers.begin(), layers.end(), [&](const std::string& layer) {
          return file.rfind("include/haulwatch/" + layer + "/", 0) == 0 || file.rfind("src/" + layer + "/", 0) == 0;
        }))
      found.push_back(file);
  return found;
}

TEST(Wall, FollowsIncludesThroughOtherHeaders) {
  const Sources sources;

  const std::set<std::string> reached = sources.reached_from({"src/engine/default_engine.cpp"});

  // Without this the tests below would pass on sources that they do not find.
  EXPECT_THAT(sources.of_layer("simulation"), SizeIs(testing::Gt(50U)));
  EXPECT_THAT(reached, Contains("include/haulwatch/units.hpp"));
  EXPECT_THAT(among(reached, {"detect"}), Not(IsEmpty()));
}

TEST(Wall, LetsNoDetectorIntoTheSimulation) {
  const Sources sources;
  EXPECT_THAT(among(sources.reached_from(sources.of_layer("simulation")), detection), IsEmpty());
}

TEST(Wall, LetsNoDetectorIntoTheScorer) {
  const Sources sources;
  std::vector<std::string> others = detection;
  others.emplace_back("simulation");
  // Its readers keep texts as the engine keeps names of vehicles; nothing of that is about tracks.
  EXPECT_THAT(
      among(sources.reached_from(sources.of_layer("scoring")), others),
      Each(AnyOf("include/haulwatch/engine/vehicle_names.hpp", "include/haulwatch/engine/detail/text_index.hpp")));
}

TEST(Wall, LetsDetectorsSeeNeitherTheSimulationNorTheScorer) {
  const Sources sources;
  for (const std::string layer : {"geo", "registry", "track", "detect", "fleet", "engine", "io"})
    EXPECT_THAT(among(sources.reached_from(sources.of_layer(layer)), {"simulation", "scoring"}), IsEmpty()) << layer;
}

TEST(Wall, KeepsTheReportsFromTheTruth) {
  const Sources sources;
  const std::set<std::string> reached = sources.reached_from(
      {"src/simulation/truth_watch.cpp", "src/simulation/truth_places.cpp", "src/simulation/route_watch.cpp",
       "src/simulation/truth_log.cpp", "include/haulwatch/simulation/lived_motion.hpp"});

  EXPECT_THAT(reached, AllOf(Contains("include/haulwatch/simulation/truth_watch.hpp"),
                             Contains("include/haulwatch/simulation/motion.hpp")));
  for (const char* of_reports : {"report", "terminal", "track_merge", "track_row_writer", "receiver_error",
                                 "sensor_panel", "uplink", "report_schedule", "terminal_fault"})
    EXPECT_THAT(reached, Not(Contains("include/haulwatch/simulation/" + std::string{of_reports} + ".hpp")));
}

TEST(Wall, HasNoThresholdInWhatBothSidesRead) {
  const Sources sources;
  std::vector<std::string> detectors;
  for (const std::string& layer : detection)
    for (const std::string& file : sources.of_layer(layer)) detectors.push_back(file);
  const std::set<std::string> theirs = sources.reached_from(detectors);
  std::set<std::string> constants;
  const std::regex constant{R"re(constexpr (?:[\w:<>, ]+ )?(\w+)(?: = |\{))re"};
  for (const std::string layer : {"simulation", "scoring"})
    for (const std::string& file : sources.reached_from(sources.of_layer(layer))) {
      if (theirs.count(file) == 0) continue;
      std::ifstream lines{root / file};
      std::smatch match;
      for (std::string line; std::getline(lines, line);)
        if (std::regex_search(line, match, constant)) constants.insert(match[1]);
    }

  // The ellipsoid, 'not known', the names of what a registry holds, the length of a time's text.
  EXPECT_THAT(constants,
              testing::IsSubsetOf({"a", "e2", "radians_per_degree", "no_time", "names", "rfc3339_ms_length"}));
  EXPECT_THAT(constants, Contains("e2")) << "nothing was searched";
}

}  // namespace
}  // namespace haulwatch::simulation
