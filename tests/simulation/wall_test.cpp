#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace haulwatch::simulation {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

const fs::path root{HAULWATCH_SOURCE_DIR};

struct Include {
  std::string from;
  std::string what;
};

/// What the sources of one layer include of ours.
std::vector<Include> includes_of(const std::string& layer) {
  std::vector<Include> found;
  const std::regex ours{R"re(^\s*#\s*include\s*[<"](haulwatch/[^>"]+)[>"])re"};
  for (const fs::path& folder : {root / "include/haulwatch" / layer, root / "src" / layer}) {
    if (!fs::exists(folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator{folder}) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file{entry.path()};
      std::smatch match;
      for (std::string line; std::getline(file, line);)
        if (std::regex_search(line, match, ours)) found.push_back({entry.path().filename().string(), match[1]});
    }
  }
  return found;
}

TEST(Wall, LetsTheSimulationSeeNothingOfDetection) {
  // The vocabulary, plain geometry, what a registry is made of, and how text is written.
  const std::set<std::string> allowed{"haulwatch/error.hpp",
                                      "haulwatch/lon_lat.hpp",
                                      "haulwatch/reading.hpp",
                                      "haulwatch/stable_hash.hpp",
                                      "haulwatch/units.hpp",
                                      "haulwatch/geo/datum.hpp",
                                      "haulwatch/geo/shape.hpp",
                                      "haulwatch/geo/local_frame.hpp",
                                      "haulwatch/registry/objects.hpp",
                                      "haulwatch/io/time_text.hpp",
                                      "haulwatch/registry/registry_draft.hpp",
                                      "haulwatch/io/detail/append_text.hpp",
                                      "haulwatch/io/output_file.hpp"};
  std::vector<std::string> through;
  const std::vector<Include> all = includes_of("simulation");
  for (const Include& one : all)
    if (one.what.rfind("haulwatch/simulation/", 0) != 0 && allowed.count(one.what) == 0)
      through.push_back(one.from + " includes " + one.what);

  EXPECT_GT(all.size(), 50U) << "the sources were not found";
  EXPECT_THAT(through, IsEmpty());
}

TEST(Wall, LetsDetectionSeeNothingOfTheSimulation) {
  std::vector<std::string> through;
  std::size_t seen = 0;
  for (const std::string layer : {"geo", "registry", "track", "detect", "fleet", "engine", "io"})
    for (const Include& one : includes_of(layer)) {
      ++seen;
      if (one.what.rfind("haulwatch/simulation/", 0) == 0) through.push_back(one.from + " includes " + one.what);
    }

  EXPECT_GT(seen, 100U) << "the sources were not found";
  EXPECT_THAT(through, IsEmpty());
}

TEST(Wall, KeepsTheReportsFromTheTruth) {
  const std::set<std::string> truth{"truth_watch.hpp", "truth_watch.cpp", "truth_places.cpp", "route_watch.hpp",
                                    "route_watch.cpp", "truth_log.hpp",   "truth_log.cpp"};
  const std::set<std::string> reports{"haulwatch/simulation/report.hpp", "haulwatch/simulation/terminal.hpp",
                                      "haulwatch/simulation/track_merge.hpp",
                                      "haulwatch/simulation/track_row_writer.hpp"};
  std::vector<std::string> through;
  for (const Include& one : includes_of("simulation"))
    if (truth.count(one.from) != 0 && reports.count(one.what) != 0)
      through.push_back(one.from + " includes " + one.what);

  EXPECT_THAT(through, IsEmpty());
}

}  // namespace
}  // namespace haulwatch::simulation
