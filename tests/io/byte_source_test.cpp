#include <haulwatch/io/byte_source.hpp>

#include <haulwatch/error.hpp>

#include "io/scratch_file.hpp"
#include "io/tracks_read.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <random>
#include <string>

namespace haulwatch::io {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// A file with this content, gone with its test.
class TemporaryFile {
 public:
  TemporaryFile(const std::string& name, std::string_view content) : file_{name} {
    std::ofstream{file_.path(), std::ios::binary} << content;
  }
  [[nodiscard]] const std::string& path() const noexcept { return file_.path(); }

 private:
  testing::ScratchFile file_;
};

struct AllBytes {
  std::string bytes;
  std::string fault;
};

AllBytes read_all(ByteSource& source, std::size_t block) {
  AllBytes all;
  std::string buffer(block, '\0');
  try {
    while (const std::size_t n = source.read(buffer)) all.bytes.append(buffer, 0, n);
  } catch (const FileError& error) {
    all.fault = error.what();
  }
  return all;
}

AllBytes read_memory(std::string_view content, std::size_t block = 4096) {
  return read_all(*bytes_in_memory(content, "memory"), block);
}

std::string message_of_opening(const std::string& path) {
  try {
    (void)open_bytes(path);
  } catch (const FileError& error) {
    return error.what();
  }
  return "opened";
}

/// Text that does not pack well, so that packed blocks are many.
std::string noise(std::size_t size) {
  std::mt19937 random{7};
  std::string text(size, ' ');
  for (char& c : text) c = static_cast<char>('!' + random() % 90);
  return text;
}

TEST(ByteSource, GivesAFileAsItIs) {
  const std::string text = noise(1'000'000);
  const TemporaryFile file{"plain.txt", text};
  const auto source = open_bytes(file.path());
  EXPECT_EQ(source->name(), file.path());
  EXPECT_EQ(source->total(), text.size());
  EXPECT_EQ(read_all(*source, 256U << 10).bytes, text);
  EXPECT_EQ(source->consumed(), text.size());
}

TEST(ByteSource, UnpacksGzipWhateverItsName) {
  const std::string text = noise(1'000'000);
  const std::string packed = gzipped(text);
  const TemporaryFile file{"packed.txt", packed};
  const auto source = open_bytes(file.path());
  EXPECT_EQ(source->total(), packed.size());
  EXPECT_EQ(read_all(*source, 256U << 10).bytes, text);
  EXPECT_EQ(source->consumed(), packed.size());
}

TEST(ByteSource, GivesFilesOfNoBytesAndOfOne) {
  EXPECT_EQ(read_memory("").bytes, "");
  EXPECT_EQ(read_memory("x").bytes, "x");
  const TemporaryFile file{"one.txt", "x"};
  EXPECT_EQ(read_all(*open_bytes(file.path()), 4096).bytes, "x");
  const TemporaryFile empty{"none.txt", ""};
  EXPECT_EQ(read_all(*open_bytes(empty.path()), 4096).bytes, "");
}

TEST(ByteSource, UnpacksMemberAfterMember) {
  const std::string packed = gzipped("one ") + gzipped("") + gzipped("two ") + gzipped(noise(100'000));
  for (const std::size_t block : {std::size_t{1}, std::size_t{7}, std::size_t{1} << 20}) {
    EXPECT_EQ(read_memory(packed, block).bytes, "one two " + noise(100'000)) << block;
  }
}

TEST(ByteSource, PassesOverZeroBytesBehindGzip) {
  const AllBytes all = read_memory(gzipped("one") + std::string(1000, '\0'));
  EXPECT_EQ(all.bytes, "one");
  EXPECT_EQ(all.fault, "");
}

TEST(ByteSource, ReportsWhatFollowsGzipAfterGivingItsContent) {
  const std::string packed = gzipped("one");
  const AllBytes all = read_memory(packed + "tail");
  EXPECT_EQ(all.bytes, "one");
  EXPECT_THAT(all.fault, AllOf(HasSubstr("memory: something that is not gzip follows"),
                               HasSubstr("compressed byte " + std::to_string(packed.size()))));
}

TEST(ByteSource, GivesWhatStandsBeforeTheEndOfCutGzip) {
  const std::string text = noise(1'000'000);
  const std::string packed = gzipped(text);
  for (const std::size_t cut : {std::size_t{2}, std::size_t{11}, packed.size() / 2, packed.size() - 1}) {
    const AllBytes all = read_memory(std::string_view{packed}.substr(0, cut));
    EXPECT_TRUE(text.starts_with(all.bytes));
    EXPECT_GE(all.bytes.size() + 100'000, text.size() / packed.size() * cut);
    EXPECT_THAT(all.fault, HasSubstr("the gzip data end too early (at compressed byte " + std::to_string(cut) + ")"));
  }
}

TEST(ByteSource, GivesWhatStandsBeforeAFlawInGzip) {
  const std::string text = noise(1'000'000);
  std::string packed = gzipped(text);
  packed[packed.size() - 5] ^= 1;  // of the checksum
  const AllBytes all = read_memory(packed);
  EXPECT_EQ(all.bytes, text);
  EXPECT_THAT(all.fault, HasSubstr("memory: the gzip data are broken: incorrect"));
}

TEST(ByteSource, ReportsAFaultAgainWhenAskedAgain) {
  const std::string packed = gzipped("one");
  const auto source = bytes_in_memory(std::string_view{packed}.substr(0, 10));
  std::string buffer(100, '\0');
  EXPECT_THROW((void)source->read(buffer), FileError);
  EXPECT_THROW((void)source->read(buffer), FileError);
}

TEST(ByteSource, SaysWhichFileCannotBeOpenedAndWhy) {
  EXPECT_EQ(message_of_opening("/no/such/file.csv"), "/no/such/file.csv: cannot be opened: No such file or directory");
  EXPECT_EQ(message_of_opening("/tmp"), "/tmp: is a folder, not a file");
}

/// Puts a file in the place of standard input for as long as it lives.
class StandardInput {
 public:
  explicit StandardInput(const std::string& path) : kept_{::dup(STDIN_FILENO)}, file_{std::fopen(path.c_str(), "rb")} {
    ::dup2(::fileno(file_), STDIN_FILENO);
  }
  StandardInput(const StandardInput&) = delete;
  StandardInput& operator=(const StandardInput&) = delete;
  ~StandardInput() {
    ::dup2(kept_, STDIN_FILENO);
    ::close(kept_);
    (void)std::fclose(file_);
  }

 private:
  int kept_;
  std::FILE* file_;
};

TEST(ByteSource, ReadsStandardInputPlainOrPacked) {
  const TemporaryFile plain{"stdin.txt", "hello"};
  const TemporaryFile packed{"stdin.gz", gzipped("hello")};
  for (const TemporaryFile* file : {&plain, &packed}) {
    const StandardInput input{file->path()};
    const auto source = open_bytes("-");
    EXPECT_EQ(source->name(), "standard input");
    EXPECT_EQ(read_all(*source, 4096).bytes, "hello");
  }
}

}  // namespace
}  // namespace haulwatch::io
