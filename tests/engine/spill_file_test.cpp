#include "support/temporary_folder.hpp"

#include <haulwatch/engine/external_sorter.hpp>
#include <haulwatch/engine/spill_file.hpp>
#include <haulwatch/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>

namespace haulwatch {
namespace {

using test::TemporaryFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(SpillFile, ReadsBackWhatWasAppendedFromAnyOffset) {
  SpillFile file;
  const std::string first = "a waste truck";
  const std::string second(300'000, 'x');
  EXPECT_EQ(file.append(first.data(), first.size()), 0U);
  EXPECT_EQ(file.append(second.data(), second.size()), first.size());

  std::string read(5, '\0');
  file.read(8, read.data(), read.size());
  EXPECT_EQ(read, "truck");
  std::string whole(second.size(), '\0');
  file.read(first.size(), whole.data(), whole.size());
  EXPECT_EQ(whole, second);
}

TEST(SpillFile, MovesWithWhatItHolds) {
  SpillFile file;
  file.append("ab", 2);
  SpillFile moved{std::move(file)};
  SpillFile other;
  other = std::move(moved);
  EXPECT_EQ(other.append("cd", 2), 2U);
  std::array<char, 4> read{};
  other.read(0, read.data(), read.size());
  EXPECT_EQ(std::string(read.data(), read.size()), "abcd");
}

TEST(SpillFile, LeavesNoNameInItsFolder) {
  const TemporaryFolder folder;
  folder.use_for_temporary_files();
  SpillFile file;
  file.append("x", 1);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(SpillFile, NamesTheFolderInWhichItCannotBeMade) {
  const TemporaryFolder folder;
  folder.use_for_temporary_files();
  std::filesystem::remove(folder.path());
  try {
    SpillFile file;
    FAIL() << "a file was made in a folder that is not there";
  } catch (const FileError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr(folder.path().string()), HasSubstr("No such file")));
  }
}

TEST(SpillFile, TellsOfReadingBeyondItsEnd) {
  SpillFile file;
  file.append("x", 1);
  char read = 0;
  EXPECT_THROW(file.read(1, &read, 1), FileError);
}

TEST(ExternalSorter, TellsWhereItCannotSpill) {
  const TemporaryFolder folder;
  folder.use_for_temporary_files();
  std::filesystem::remove(folder.path());
  ExternalSorter<std::uint64_t, std::less<>> sorter{1};
  EXPECT_THROW(for (std::uint64_t i = 0; i < 1'000; ++i) sorter.add(i), FileError);
}

}  // namespace
}  // namespace haulwatch
