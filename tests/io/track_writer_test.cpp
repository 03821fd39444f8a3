#include <haulwatch/io/track_writer.hpp>

#include <haulwatch/error.hpp>

#include "scratch_file.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <string>

namespace haulwatch::io {
namespace {

using namespace std::chrono_literals;
using track::CleanedFix;
using track::TrackState;

constexpr TimeUtc noon = std::chrono::sys_days{std::chrono::year{2026} / 3 / 14} + 12h;

CleanedFix kept() {
  return {.time = noon,
          .position = {121.0, 30.5},
          .clean = LonLat{121.0000001, 30.4999999},
          .speed_mps = 8.256F,
          .heading_deg = 359.94F,
          .sigma_m = 3.5F,
          .state = TrackState::moving};
}

std::string row(std::string_view vehicle, const CleanedFix& fix) {
  std::string out;
  append_csv(out, vehicle, fix);
  return out;
}

TEST(TrackWriter, PutsTheRawFixBesideTheCleanedOne) {
  EXPECT_EQ(
      row("A-17", kept()),
      "A-17,2026-03-14T12:00:00.000Z,121.0000000,30.5000000,121.0000001,30.4999999,8.26,359.9,3.50,moving,kept\n");
}

TEST(TrackWriter, LeavesTheCleanedCellsOfARefusedFixEmpty) {
  const CleanedFix refused{.time = noon, .position = {0, 0}, .verdict = Verdict::null_island};
  EXPECT_EQ(row("A-17", refused), "A-17,2026-03-14T12:00:00.000Z,0.0000000,0.0000000,,,,,,,null_island\n");
}

TEST(TrackWriter, LeavesWhatIsNoNumberEmpty) {
  const CleanedFix broken{.position = {NAN, INFINITY}, .verdict = Verdict::out_of_range};
  EXPECT_EQ(row("A-17", broken), "A-17,,,,,,,,,,out_of_range\n");
}

TEST(TrackWriter, LeavesReadingsThatAreNotKnownEmpty) {
  CleanedFix fix = kept();
  fix.heading_deg = Reading{};
  fix.state = TrackState::gap;
  EXPECT_EQ(row("A-17", fix),
            "A-17,2026-03-14T12:00:00.000Z,121.0000000,30.5000000,121.0000001,30.4999999,8.26,,3.50,gap,kept\n");
}

TEST(TrackWriter, QuotesVehiclesThatNeedIt) {
  EXPECT_THAT(row("a,\"b\"\n", kept()), ::testing::StartsWith("\"a,\"\"b\"\"\n\",2026"));
}

TEST(TrackWriter, BeginsTheFileWithItsHeader) {
  const testing::ScratchFile scratch;
  TrackWriter writer{scratch.path()};
  writer.write("A-17", kept());
  writer.close();
  EXPECT_EQ(scratch.content(),
            "vehicle,time,lon,lat,clean_lon,clean_lat,clean_speed_mps,clean_heading_deg,sigma_m,state,verdict\n" +
                row("A-17", kept()));
}

TEST(TrackWriter, NamesTheFullDisk) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  TrackWriter writer{"/dev/full"};
  const auto write_many = [&writer] {
    for (int i = 0; i < 10'000; ++i) writer.write("A-17", kept());
  };
  EXPECT_THAT(write_many, ::testing::ThrowsMessage<FileError>("/dev/full: cannot write: No space left on device"));
}

}  // namespace
}  // namespace haulwatch::io
