#include <haulwatch/io/track_files.hpp>

#include <haulwatch/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>

namespace haulwatch::io {
namespace {

using ::testing::ElementsAre;

/// A folder with empty files, gone with its test.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(std::initializer_list<std::string> files)
      : path_{std::filesystem::temp_directory_path() / ("haulwatch-folder-" + std::to_string(::getpid()))} {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
    for (const std::string& file : files) {
      std::filesystem::create_directories((path_ / file).parent_path());
      std::ofstream{path_ / file} << "";
    }
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }

  [[nodiscard]] std::string path() const { return path_.string(); }
  [[nodiscard]] std::string operator/(const std::string& file) const { return (path_ / file).string(); }

 private:
  std::filesystem::path path_;
};

TEST(TrackFiles, FindsTheTracksInAFolderAndBelowInTheOrderOfTheirPaths) {
  const TemporaryFolder folder{"b.csv",       "a.CSV.gz",        "README.md",      "010/1.plt",
                               ".hidden.csv", ".git/config.txt", "z/y/deep.jsonl", "track.gz"};
  EXPECT_THAT(track_files(folder.path()),
              ElementsAre(folder / "010/1.plt", folder / "a.CSV.gz", folder / "b.csv", folder / "z/y/deep.jsonl"));
}

TEST(TrackFiles, TakesOnlyTheEndingsAskedFor) {
  const TemporaryFolder folder{"010/1.plt", "010/labels.txt", "020/2.plt.gz"};
  EXPECT_THAT(track_files(folder.path(), {".plt"}), ElementsAre(folder / "010/1.plt", folder / "020/2.plt.gz"));
}

TEST(TrackFiles, TakesAFileAtItsWord) {
  EXPECT_THAT(track_files("-"), ElementsAre("-"));
  EXPECT_THAT(track_files("/no/such/file.bin"), ElementsAre("/no/such/file.bin"));
}

TEST(TrackFiles, RefusesAFolderWithoutTracks) {
  const TemporaryFolder folder{"README.md"};
  EXPECT_THROW((void)track_files(folder.path()), FileError);
}

TEST(TrackFiles, NamesATrackByItsFile) {
  EXPECT_EQ(track_name("/cabs/new_abboip.txt.gz"), "new_abboip");
  EXPECT_EQ(track_name("00000012.track"), "00000012");
  EXPECT_EQ(track_name("a.b.csv"), "a.b");
  EXPECT_EQ(track_name("plain"), "plain");
  EXPECT_EQ(track_name(".csv"), ".csv");
}

TEST(TrackFiles, NamesTheFolderOfAFile) {
  EXPECT_EQ(folder_name("/geolife/010/1.plt"), "010");
  EXPECT_EQ(folder_name("010/1.plt"), "010");
  EXPECT_EQ(folder_name("1.plt"), "");
  EXPECT_EQ(folder_name("/1.plt"), "");
}

}  // namespace
}  // namespace haulwatch::io
