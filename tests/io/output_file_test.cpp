#include <haulwatch/io/output_file.hpp>

#include <haulwatch/error.hpp>

#include "scratch_file.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <string>
#include <utility>

namespace haulwatch::io {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using testing::ScratchFile;
using ::testing::ThrowsMessage;

bool has_full_device() {
  return std::filesystem::exists("/dev/full");
}

TEST(OutputFile, KeepsEveryByteWhateverTheSizes) {
  const ScratchFile scratch;
  OutputFile file{scratch.path()};
  std::string all;
  for (std::size_t size = 1; size < 300'000; size = size * 3 + 1) {
    const std::string part(size, static_cast<char>('a' + size % 26));
    file.write(part);
    all += part;
  }
  file.close();
  EXPECT_EQ(scratch.content(), all);
}

TEST(OutputFile, EmptiesTheFileThatIsThere) {
  const ScratchFile scratch;
  OutputFile{scratch.path()}.write("old and long");
  OutputFile{scratch.path()}.write("new");
  EXPECT_EQ(scratch.content(), "new");
}

TEST(OutputFile, SaysWhyAPathCannotBeOpened) {
  const ScratchFile scratch;
  const std::string missing = scratch.path() + "/no/such/folder.jsonl";
  EXPECT_THAT([&] { OutputFile{missing}; },
              ThrowsMessage<FileError>(missing + ": cannot open for writing: No such file or directory"));
  EXPECT_THAT([] { OutputFile{"/"}; }, ThrowsMessage<FileError>("/: cannot open for writing: Is a directory"));
}

TEST(OutputFile, TellsOfAFullDiskAtTheWriteThatMeetsIt) {
  if (!has_full_device()) GTEST_SKIP() << "no /dev/full here";
  OutputFile file{"/dev/full"};
  EXPECT_NO_THROW(file.write("fits the buffer"));
  EXPECT_THAT([&] { file.write(std::string(100'000, 'x')); },
              ThrowsMessage<FileError>("/dev/full: cannot write: No space left on device"));
}

TEST(OutputFile, TellsOfAFullDiskWhenFlushedAndWhenClosed) {
  if (!has_full_device()) GTEST_SKIP() << "no /dev/full here";
  OutputFile flushed{"/dev/full"};
  flushed.write("x");
  EXPECT_THROW(flushed.flush(), FileError);
  OutputFile closed{"/dev/full"};
  closed.write("x");
  EXPECT_THROW(closed.close(), FileError);
}

TEST(OutputFile, SaysTheSameAgainAfterAFailure) {
  if (!has_full_device()) GTEST_SKIP() << "no /dev/full here";
  OutputFile file{"/dev/full"};
  file.write("x");
  EXPECT_THROW(file.flush(), FileError);
  EXPECT_FALSE(file.good());
  EXPECT_THAT([&] { file.write("y"); }, ThrowsMessage<FileError>(EndsWith("No space left on device")));
  EXPECT_THAT([&] { file.close(); }, ThrowsMessage<FileError>(EndsWith("No space left on device")));
}

TEST(OutputFile, RefusesAWriteAfterClose) {
  const ScratchFile scratch;
  OutputFile file{scratch.path()};
  file.close();
  EXPECT_NO_THROW(file.close());
  EXPECT_THAT([&] { file.write("x"); }, ThrowsMessage<FileError>(HasSubstr("already closed")));
}

TEST(OutputFile, WritesWhatIsLeftWhenItGoes) {
  const ScratchFile scratch;
  {
    OutputFile first{scratch.path()};
    first.write("moved, ");
    OutputFile second{std::move(first)};
    second.write("and kept");
  }
  EXPECT_EQ(scratch.content(), "moved, and kept");
}

}  // namespace
}  // namespace haulwatch::io
