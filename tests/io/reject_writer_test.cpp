#include <haulwatch/io/reject_writer.hpp>

#include "scratch_file.hpp"

#include <gmock/gmock.h>

#include <string>

namespace haulwatch::io {
namespace {

using namespace std::chrono_literals;

constexpr TimeUtc noon = std::chrono::sys_days{std::chrono::year{2026} / 3 / 14} + 12h;

TEST(RejectWriter, KeepsTheRawRowBesideWhatWasRead) {
  std::string out;
  append_csv(out, {.file = "tracks.csv",
                   .line = 17,
                   .vehicle = "A-17",
                   .time = noon,
                   .position = LonLat{0, 0},
                   .verdict = Verdict::null_island,
                   .cause = "0 N 0 E",
                   .row = "A-17,1773489600000,0,0"});
  EXPECT_EQ(out,
            "tracks.csv,17,A-17,2026-03-14T12:00:00.000Z,0.0000000,0.0000000,null_island,0 N 0 E,"
            "\"A-17,1773489600000,0,0\"\n");
}

TEST(RejectWriter, LeavesWhatCouldNotBeReadEmpty) {
  std::string out;
  append_csv(out, {.file = "-", .line = 2, .cause = "2 fields, expected 4", .row = "say \"no\",\xFF"});
  EXPECT_EQ(out, "-,2,,,,,bad_row,\"2 fields, expected 4\",\"say \"\"no\"\",\xFF\"\n");
}

TEST(RejectWriter, LeavesTheLineOfARowWithoutOneEmpty) {
  std::string out;
  append_csv(out, {.file = "f", .verdict = Verdict::late});
  EXPECT_EQ(out, "f,,,,,,late,,\"\"\n");
}

TEST(RejectWriter, BeginsTheFileWithItsHeaderAndCountsRows) {
  const testing::ScratchFile scratch;
  RejectWriter writer{scratch.path()};
  writer.write({.file = "f", .line = 1, .row = "x"});
  writer.close();
  EXPECT_EQ(scratch.content(), "file,line,vehicle,time,lon,lat,verdict,cause,row\nf,1,,,,,bad_row,,\"x\"\n");
  EXPECT_EQ(writer.count(), 1U);
}

}  // namespace
}  // namespace haulwatch::io
