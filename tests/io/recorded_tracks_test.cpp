#include <haulwatch/io/track_files.hpp>
#include <haulwatch/io/track_reader.hpp>

#include <haulwatch/io/time_text.hpp>

#include "io/scratch_file.hpp"
#include "io/tracks_read.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

/// Other people's files, read as they are by mappings alone. The numbers are those of the notes beside the files.
namespace haulwatch::io {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::Ge;
using ::testing::IsEmpty;
using ::testing::Le;

class RecordedTracks : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::is_directory(folder_)) GTEST_SKIP() << "no recorded data at " << folder_;
  }
  [[nodiscard]] std::string path(const std::string& file) const { return folder_ + "/" + file; }

  std::string folder_ = HAULWATCH_SHARED_DATA;
};

TimeUtc at(std::string_view text) {
  return parse_rfc3339(text).value();
}

/// All files of one set, in one go.
struct Set {
  std::size_t fixes = 0;
  std::size_t bad = 0;
  TimeUtc first = TimeUtc::max();
  TimeUtc last = TimeUtc::min();
  double west = 1e9, east = -1e9, south = 1e9, north = -1e9;
  std::map<std::string, std::size_t, std::less<>> of_vehicle;

  void add(const TracksRead& read) {
    fixes += read.fixes.size();
    bad += read.bad.size();
    for (std::size_t i = 0; i < read.fixes.size(); ++i) {
      const Fix& fix = read.fixes[i];
      first = std::min(first, fix.time);
      last = std::max(last, fix.time);
      west = std::min(west, fix.position.lon);
      east = std::max(east, fix.position.lon);
      south = std::min(south, fix.position.lat);
      north = std::max(north, fix.position.lat);
      ++of_vehicle[std::string{read.vehicle(i)}];
    }
  }
};

Set set_of(const TracksRead& read) {
  Set set;
  set.add(read);
  return set;
}

TEST_F(RecordedTracks, ReadsADumpTrucksDay) {
  const TracksRead read = read_file(path("roadai-dump-truck/machine44_2022-03-07_fixes.csv"),
                                    mapped({"vehicle=machine_id", "time=time_utc", "accuracy_m=uncertainty_m"}));
  const Set set = set_of(read);
  EXPECT_EQ(set.fixes, 12'472U);
  EXPECT_EQ(set.bad, 0U);
  EXPECT_EQ(read.vehicle(0), "44");
  EXPECT_EQ(read.fixes[0].time, at("2022-03-07T06:07:02.996Z"));
  EXPECT_EQ(read.fixes[0].position, (LonLat{10.420865155766178, 59.939565835576445}));
  EXPECT_EQ(read.fixes[0].accuracy_m, Reading{5.0F});
  EXPECT_EQ(set.last, at("2022-03-08T05:50:18.992Z"));
}

TrackFormat jersey_city() {
  TrackFormat format = mapped({"lat=1", "lon=2", "vehicle=3", "time=5"});
  format.header = HeaderLine::absent;
  format.delimiter = '|';
  format.time_zone = -5h;
  return format;
}

TEST_F(RecordedTracks, ReadsGarbageTrucksWithoutHeader) {
  const Set set = set_of(read_file(path("jersey-city-garbage-trucks/all_dedup.csv"), jersey_city()));
  EXPECT_EQ(set.fixes, 7'971U);
  EXPECT_EQ(set.bad, 0U);
  EXPECT_EQ(set.of_vehicle.size(), 68U);
  EXPECT_EQ(set.south, 40.6635);
  EXPECT_EQ(set.east, -74.03158);
}

TEST_F(RecordedTracks, ReadsGarbageTrucksAsAStreamOfPolls) {
  const testing::ScratchFile polls{"polls.csv"};
  const std::string unpack =
      "tar xzOf '" + path("jersey-city-garbage-trucks/polls.tar.gz") + "' > '" + polls.path() + "'";
  ASSERT_EQ(std::system(unpack.c_str()), 0);
  const Set set = set_of(read_file(polls.path(), jersey_city()));
  EXPECT_EQ(set.fixes, 198'075U);
  EXPECT_EQ(set.bad, 0U);
}

TEST_F(RecordedTracks, RefusesAnArchiveWithAdvice) {
  EXPECT_THROW((void)read_file(path("jersey-city-garbage-trucks/polls.tar.gz"), jersey_city()), FileError);
}

TEST_F(RecordedTracks, ReadsBusesWithAQuotedHeader) {
  TrackFormat format =
      mapped({"vehicle=vehicle_id", "time=timestamp", "lon=longitude", "lat=latitude", "heading_deg=bearing"});
  format.time_zone = 0min;
  const TracksRead read = read_file(path("liverpool-bus/route14_outbound.csv"), format);
  const Set set = set_of(read);
  EXPECT_EQ(set.fixes, 1'533U);
  EXPECT_EQ(set.bad, 0U);
  EXPECT_EQ(set.of_vehicle.size(), 8U);
  EXPECT_EQ(set.first, at("2026-01-26T15:55:12Z"));
  EXPECT_EQ(set.last, at("2026-01-26T18:19:36Z"));
  EXPECT_EQ(read.fixes[0].heading_deg, Reading{});
  EXPECT_EQ(read.fixes[1].heading_deg, Reading{53.0F});
}

TEST_F(RecordedTracks, ReadsTaxisNamedByTheirFiles) {
  TrackFormat format = mapped({"lat=1", "lon=2", "time=4", "vehicle=@file"});
  format.header = HeaderLine::absent;
  format.delimiter = ' ';
  format.time_format = "unix_s";
  Set set;
  for (const std::string& file : track_files(path("cabspotting-5"))) set.add(read_file(file, format));
  EXPECT_EQ(set.fixes, 110'714U);
  EXPECT_EQ(set.bad, 0U);
  EXPECT_EQ(set.of_vehicle.size(), 5U);
  EXPECT_EQ(set.of_vehicle.count("new_abboip"), 1U);
  EXPECT_EQ(set.first, at("2008-05-17T10:00:30Z"));
  EXPECT_EQ(set.last, at("2008-06-10T07:58:07Z"));
}

TEST_F(RecordedTracks, ReadsPersonsOfBeijing) {
  TrackFormat format = mapped({"lon=lng", "time=datetime", "vehicle=uid"});
  format.time_zone = 0min;
  const Set set = set_of(read_file(path("geolife-sample/geolife_sample.txt.gz"), format));
  EXPECT_EQ(set.fixes, 217'653U);
  EXPECT_EQ(set.bad, 0U);
  EXPECT_EQ(set.of_vehicle.size(), 2U);
  EXPECT_EQ(set.first, at("2008-10-23T05:53:05Z"));
}

TEST_F(RecordedTracks, ReadsPltFilesInFoldersNamedByPerson) {
  TrackFormat format = mapped({"lat=1", "lon=2", "time=6+7", "vehicle=@folder"});
  format.header = HeaderLine::absent;
  format.skip_lines = 6;
  format.time_zone = 0min;
  Set set;
  for (const std::string& file : track_files(path("geolife-labelled"), {".plt"})) set.add(read_file(file, format));
  EXPECT_EQ(set.fixes, 4'217U);
  EXPECT_EQ(set.bad, 0U);
  EXPECT_EQ(set.of_vehicle.size(), 3U);
  EXPECT_EQ(set.first, at("2008-03-30T00:41:34Z"));
  EXPECT_EQ(set.last, at("2011-12-01T12:37:24Z"));
}

TEST_F(RecordedTracks, ReadsDeliveryRoundsInMetresAndAnAgeBefore1970) {
  const testing::ScratchFile folder{"unzipped"};
  const std::string unzip =
      "unzip -q '" + path("goal-delivery-labels/trajectories.zip") + "' -d '" + folder.path() + "'";
  if (std::system("command -v unzip > /dev/null") != 0) GTEST_SKIP() << "no unzip";
  ASSERT_EQ(std::system(unzip.c_str()), 0);
  TrackFormat format = mapped({"lon=x", "lat=y", "time=timestamp", "vehicle=@file"});
  format.plane_origin = LonLat{0.0, 0.0};
  format.time_zone = 0min;
  Set set;
  for (const std::string& file : track_files(folder.path())) set.add(read_file(file, format));
  EXPECT_EQ(set.fixes, 57'960U);
  EXPECT_EQ(set.bad, 0U);
  EXPECT_EQ(set.of_vehicle.size(), 805U);
  EXPECT_EQ(set.first, at("1964-01-12T00:00:00Z"));
  EXPECT_LT(set.north, 0.05);
}

TEST_F(RecordedTracks, ReadsTracksWithSecondsFromZero) {
  TrackFormat format = mapped({"lon=1", "lat=2", "time=3", "vehicle=@file"});
  format.header = HeaderLine::absent;
  format.delimiter = '\t';
  format.time_format = "unix_s";
  Set set;
  for (const std::string& file : track_files(path("map-matching-routes"), {".track"})) set.add(read_file(file, format));
  EXPECT_EQ(set.fixes, 59'032U);
  EXPECT_EQ(set.bad, 0U);
  EXPECT_EQ(set.of_vehicle.size(), 24U);
  EXPECT_EQ(set.first, TimeUtc{1s});
  EXPECT_EQ(set.last, TimeUtc{4h + 35min + 25s});
}

TEST_F(RecordedTracks, ReadsADriveFromJson) {
  const TracksRead read =
      read_file(path("munich-drive-barefoot/x0001-001.json"), mapped({"vehicle=id", "point=point"}));
  const Set set = set_of(read);
  EXPECT_EQ(set.fixes, 1'194U);
  EXPECT_EQ(set.bad, 0U);
  EXPECT_EQ(read.vehicle(0), "\\x0001");
  EXPECT_EQ(read.fixes[0].position, (LonLat{11.564388282625075, 48.16350662940509}));
  EXPECT_EQ(set.first, at("2014-09-10T04:54:07Z"));
  EXPECT_EQ(set.last, at("2014-09-10T05:14:02Z"));
}

TEST_F(RecordedTracks, ReadsVesselsWithKnotsAndCoursesBelowZero) {
  TrackFormat format =
      mapped({"vehicle=MMSI", "time=BaseDateTime", "lon=LON", "lat=LAT", "speed_mps=SOG*0.514444", "heading_deg=COG"});
  format.time_zone = 0min;
  const TracksRead read = read_file(path("nyharbor-ais/NYHarbor_2020_06_30_first_hour.csv.gz"), format);
  const Set set = set_of(read);
  EXPECT_EQ(set.fixes, 8'689U);
  EXPECT_EQ(set.bad, 0U);
  EXPECT_EQ(set.of_vehicle.size(), 295U);
  EXPECT_FLOAT_EQ(read.fixes[1].speed_mps.value(), 9.774436F);
  EXPECT_FLOAT_EQ(read.fixes[1].heading_deg.value(), 298.2F);
  std::vector<float> headings;
  for (const Fix& fix : read.fixes) headings.push_back(fix.heading_deg.value_or(0.0F));
  EXPECT_THAT(headings, Each(AllOf(Ge(0.0F), Le(360.0F))));
}

TrackFormat trajectories() {
  TrackFormat format = mapped({"vehicle=1", "time=2", "lon=3", "lat=4"});
  format.header = HeaderLine::absent;
  format.wide = parse_wide_rows("11+4");
  format.time_zone = 0min;
  return format;
}

TEST_F(RecordedTracks, ReadsVesselsWithATrajectoryALine) {
  const Set set = set_of(read_file(path("nyharbor-ais/NYHarbor_2020_12_first_week.traj.gz"), trajectories()));
  EXPECT_EQ(set.fixes, 172'679U);
  EXPECT_EQ(set.bad, 0U);
  EXPECT_EQ(set.of_vehicle.size(), 140U);
  EXPECT_EQ(set.first, at("2020-12-01T04:49:45Z"));
  EXPECT_EQ(set.last, at("2020-12-07T23:29:51Z"));
}

TEST_F(RecordedTracks, ReadsADayOfTheCoasts) {
  const Set set = set_of(read_file(path("us-coastal-ais/US_coastal_2020_06_30.traj.gz"), trajectories()));
  EXPECT_EQ(set.fixes, 235'967U);
  EXPECT_EQ(set.bad, 0U);
  EXPECT_EQ(set.of_vehicle.size(), 1'185U);
  EXPECT_EQ(set.west, -173.59828);
  EXPECT_EQ(set.north, 60.31195);
}

TEST_F(RecordedTracks, AreRefusedWithAdviceWhereNothingIsMapped) {
  try {
    (void)read_file(path("liverpool-bus/route14_outbound.csv"));
    FAIL() << "read without a mapping";
  } catch (const FileError& error) {
    EXPECT_THAT(error.what(),
                ::testing::HasSubstr("--column vehicle=vehicle_id --column time=timestamp --column lon=longitude"));
  }
}

}  // namespace
}  // namespace haulwatch::io
