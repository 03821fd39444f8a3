#include <haulwatch/io/csv_reader.hpp>

#include <haulwatch/io/time_text.hpp>

#include "io/tracks_read.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace haulwatch::io {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TimeUtc at(std::string_view text) {
  return parse_rfc3339(text).value();
}

const std::string header = "vehicle,time,lon,lat\n";
const std::string good_row = "T1,2026-01-02T03:04:05Z,120.5,30.25\n";

std::string message_of(std::string_view text, const TrackFormat& format = {}, const std::string& name = "tracks.csv") {
  try {
    (void)read_text(text, format, name);
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing thrown";
}

/// The cause of the one bad row that a file of one row has.
std::string cause_of(const std::string& head, const std::string& row, const TrackFormat& format = {}) {
  const TracksRead read = read_text(head + "\n" + row + "\n", format);
  return read.bad.size() == 1 && read.fixes.empty() ? read.bad[0].cause : "no bad row";
}

/// The one fix of a file of one row.
Fix fix_of(const std::string& head, const std::string& row, const TrackFormat& format = {}) {
  const TracksRead read = read_text(head + "\n" + row + "\n", format);
  EXPECT_THAT(read.bad, IsEmpty()) << (read.bad.empty() ? "" : read.bad[0].cause);
  return read.fixes.at(0);
}

TEST(CsvReader, ReadsEveryColumnOfOurOwnFormat) {
  const TracksRead read = read_text(
      "vehicle,time,lon,lat,speed_mps,heading_deg,accuracy_m,hdop,ignition,body_lift,cover_closed,load,received,"
      "backfill,odometer_m,valid\n"
      "浙F12345,2026-01-02T03:04:05.678+08:00,120.5,-30.25,12.5,271.5,4,0.9,1,0,1,half,1767294246000,1,123456.75,0\n");

  ASSERT_THAT(read.fixes, SizeIs(1));
  const Fix& fix = read.fixes[0];
  EXPECT_EQ(read.vehicle(0), "浙F12345");
  EXPECT_EQ(fix.time, at("2026-01-01T19:04:05.678Z"));
  EXPECT_EQ(fix.received, TimeUtc{1767294246000ms});
  EXPECT_EQ(fix.position, (LonLat{120.5, -30.25}));
  EXPECT_EQ(fix.speed_mps, Reading{12.5F});
  EXPECT_EQ(fix.heading_deg, Reading{271.5F});
  EXPECT_EQ(fix.accuracy_m, Reading{4.0F});
  EXPECT_EQ(fix.hdop, Reading{0.9F});
  EXPECT_EQ(fix.sensors, (Sensors{Sensed::yes, Sensed::no, Sensed::yes, LoadReading::half}));
  EXPECT_TRUE(fix.backfill);
  EXPECT_EQ(fix.odometer_m, 123456.75);
  EXPECT_EQ(fix.valid, Sensed::no);
  EXPECT_THAT(read.lines, ElementsAre(2));
}

TEST(CsvReader, TakesAnEmptyCellAsNotReported) {
  const Fix fix = fix_of(
      "vehicle,time,lon,lat,speed_mps,heading_deg,accuracy_m,hdop,ignition,body_lift,cover_closed,load,received,"
      "backfill,odometer_m,valid",
      "T1,0,0,0,,,,,,,,,,,,");

  EXPECT_EQ(fix.time, TimeUtc{});
  EXPECT_EQ(fix.speed_mps, Reading{});
  EXPECT_EQ(fix.heading_deg, Reading{});
  EXPECT_EQ(fix.accuracy_m, Reading{});
  EXPECT_EQ(fix.hdop, Reading{});
  EXPECT_EQ(fix.sensors, Sensors{});
  EXPECT_EQ(fix.received, no_time);
  EXPECT_FALSE(fix.backfill);
  EXPECT_LT(fix.odometer_m, 0.0);
  EXPECT_EQ(fix.valid, Sensed::unknown);
}

TEST(CsvReader, TakesWhatProgramsWriteForNothingAsNotReported) {
  for (const std::string nothing : {"NaN", "nan", "null", "NULL", "NA", "None", " ", "  NaN "}) {
    EXPECT_EQ(fix_of("vehicle,time,lon,lat,speed_mps", "T1,0,0,0," + nothing).speed_mps, Reading{}) << nothing;
    EXPECT_EQ(cause_of("vehicle,time,lon,lat", "T1,0,0," + nothing), "lat is not reported") << nothing;
    EXPECT_EQ(cause_of("vehicle,time,lon,lat", "T1," + nothing + ",0,0"), "time is not reported") << nothing;
  }
}

TEST(CsvReader, RefusesARowForACellThatIsNoValueOfItsColumn) {
  const auto cause = [](const std::string& column, const std::string& cell) {
    return cause_of("vehicle,time,lon,lat," + column, "T1,0,0,0," + cell);
  };
  EXPECT_EQ(cause("speed_mps", "fast"), "speed_mps is not a number");
  EXPECT_EQ(cause("speed_mps", "inf"), "speed_mps is not a number");
  EXPECT_EQ(cause("speed_mps", "1e39"), "speed_mps is not a number");
  EXPECT_EQ(cause("speed_mps", "1 2"), "speed_mps is not a number");
  EXPECT_EQ(cause("speed_mps", "0x10"), "speed_mps is not a number");
  EXPECT_EQ(cause("heading_deg", "N"), "heading_deg is not a number");
  EXPECT_EQ(cause("odometer_m", "1e999"), "odometer_m is not a number");
  EXPECT_EQ(cause("ignition", "2"), "ignition is neither 0 nor 1");
  EXPECT_EQ(cause("backfill", "yes"), "backfill is neither 0 nor 1");
  EXPECT_EQ(cause("load", "1"), "load is none of empty, half and full");
  EXPECT_EQ(cause("load", "Full"), "load is none of empty, half and full");
  EXPECT_THAT(cause("received", "yesterday"), HasSubstr("received is neither a time"));
}

TEST(CsvReader, RefusesARowWithoutAPlaceOrATime) {
  const std::string head = "vehicle,time,lon,lat";
  EXPECT_EQ(cause_of(head, "T1,0,,1"), "lon is not reported");
  EXPECT_EQ(cause_of(head, "T1,0,inf,1"), "lon is not a number");
  EXPECT_EQ(cause_of(head, "T1,0,-inf,1"), "lon is not a number");
  EXPECT_EQ(cause_of(head, "T1,0,12.5.1,1"), "lon is not a number");
  EXPECT_EQ(cause_of(head, "T1,,1,1"), "time is not reported");
  EXPECT_THAT(cause_of(head, "T1,2026-02-30T00:00:00Z,1,1"), HasSubstr("time is neither"));
  EXPECT_THAT(cause_of(head, "T1,2026-02-03 00:00:00,1,1"), HasSubstr("with its offset from UTC"));
  EXPECT_THAT(cause_of(head, "T1,9223372036854775807,1,1"), HasSubstr("time is neither"));
}

TEST(CsvReader, TakesNumbersWithSignExponentAndBlanks) {
  const Fix fix = fix_of("vehicle,time,lon,lat", " T 1 , +1000 , +1.205e2 ,\t-.5 ");
  EXPECT_EQ(fix.time, TimeUtc{1s});
  EXPECT_EQ(fix.position, (LonLat{120.5, -0.5}));
}

TEST(CsvReader, KeepsDegreesToTheLastBit) {
  const Fix fix = fix_of("vehicle,time,lon,lat", "T1,0,10.420865155766178,59.939565835576445");
  EXPECT_EQ(fix.position, (LonLat{10.420865155766178, 59.939565835576445}));
}

TEST(CsvReader, LeavesPlacesOutsideTheEarthToTheirJudge) {
  EXPECT_EQ(fix_of("vehicle,time,lon,lat", "T1,0,999,-91").position, (LonLat{999.0, -91.0}));
}

TEST(CsvReader, TurnsHeadingsIntoTheFullCircle) {
  const auto heading = [](const std::string& cell) {
    return fix_of("vehicle,time,lon,lat,heading_deg", "T1,0,0,0," + cell).heading_deg.value();
  };
  EXPECT_EQ(heading("-90"), 270.0F);
  EXPECT_EQ(heading("360"), 0.0F);
  EXPECT_EQ(heading("725.5"), 5.5F);
  EXPECT_EQ(heading("-1e-30"), 0.0F);
  EXPECT_EQ(heading("359.99999999"), 0.0F);
}

TEST(CsvReader, TakesTrueAndFalseInAnyCase) {
  EXPECT_EQ(fix_of("vehicle,time,lon,lat,ignition", "T1,0,0,0,True").sensors.ignition, Sensed::yes);
  EXPECT_EQ(fix_of("vehicle,time,lon,lat,ignition", "T1,0,0,0,FALSE").sensors.ignition, Sensed::no);
}

TEST(CsvReader, TakesVehiclesOfOneToSixtyFourBytesOfUtf8) {
  const std::string head = "vehicle,time,lon,lat";
  const std::string end = ",0,0,0";
  EXPECT_EQ(cause_of(head, std::string(64, 'x') + end), "no bad row");
  EXPECT_EQ(cause_of(head, std::string(65, 'x') + end), "vehicle is longer than 64 bytes");
  EXPECT_EQ(cause_of(head, end), "vehicle is not reported");
  EXPECT_EQ(cause_of(head, "   " + end), "vehicle is not reported");
  EXPECT_EQ(cause_of(head, "\xff" + end), "vehicle is not UTF-8 text");
  EXPECT_EQ(cause_of(head, "\xed\xa0\x80" + end), "vehicle is not UTF-8 text");
  EXPECT_EQ(cause_of(head, std::string{"a\0b", 3} + end), "vehicle is not UTF-8 text");
}

TEST(CsvReader, MakesNoVehicleOfABadRow) {
  const TracksRead read = read_text(header + "GHOST,0,0,north\n" + good_row);
  EXPECT_EQ(read.names.size(), 1U);
  EXPECT_FALSE(read.names.find("GHOST").has_value());
}

TEST(CsvReader, ReportsABadRowWithItsPlaceAndText) {
  const TracksRead read = read_text(header + good_row + "T2,0,abc,1\r\n" + good_row);
  ASSERT_THAT(read.bad, SizeIs(1));
  EXPECT_EQ(read.bad[0].line, 3U);
  EXPECT_EQ(read.bad[0].cause, "lon is not a number");
  EXPECT_EQ(read.bad[0].found, "abc");
  EXPECT_EQ(read.bad[0].row, "T2,0,abc,1");
  EXPECT_THAT(read.lines, ElementsAre(2, 4));
}

TEST(CsvReader, RefusesRowsOfOtherLengthThanTheHeader) {
  const TracksRead read = read_text(header + "T1,0,0\n" + "T1,0,0,0,0\n" + good_row);
  ASSERT_THAT(read.bad, SizeIs(2));
  EXPECT_EQ(read.bad[0].cause + ": " + read.bad[0].found, "too few fields: 3 instead of 4");
  EXPECT_EQ(read.bad[1].cause + ": " + read.bad[1].found, "too many fields: 5 instead of 4");
  EXPECT_THAT(read.fixes, SizeIs(1));
}

TEST(CsvReader, TakesLineEndsOfBothKindsAndNoneAtTheEnd) {
  const TracksRead read = read_text("vehicle,time,lon,lat\r\nT1,0,0,1\r\nT1,1000,0,2\nT1,2000,0,3");
  EXPECT_THAT(read.bad, IsEmpty());
  ASSERT_THAT(read.fixes, SizeIs(3));
  EXPECT_EQ(read.fixes[0].position.lat, 1.0);
  EXPECT_EQ(read.fixes[2].position.lat, 3.0);
}

TEST(CsvReader, PassesOverBlankLinesButCountsThem) {
  const TracksRead read = read_text("\n \t\n" + header + "\r\n" + good_row + "\n\n" + good_row + "  \n");
  EXPECT_THAT(read.bad, IsEmpty());
  EXPECT_THAT(read.lines, ElementsAre(5, 8));
}

TEST(CsvReader, PassesOverAByteOrderMark) {
  EXPECT_THAT(read_text("\xef\xbb\xbf" + header + good_row).fixes, SizeIs(1));
}

TEST(CsvReader, ReadsQuotedFields) {
  const TracksRead read = read_text(
      "\"vehicle\",\"time\",note,lon,\"lat\"\n"
      "\"T\"\"1\"\"\",\"1000\",\"a, b\",\"1.5\", \"2.5\" \n"
      "T2,2000,5\" pipe,1,2\n");
  EXPECT_THAT(read.bad, IsEmpty());
  ASSERT_THAT(read.fixes, SizeIs(2));
  EXPECT_EQ(read.vehicle(0), "T\"1\"");
  EXPECT_EQ(read.fixes[0].position, (LonLat{1.5, 2.5}));
}

TEST(CsvReader, CountsTheLinesInsideQuotedFields) {
  const TracksRead read = read_text(
      "vehicle,time,lon,lat,note\n"
      "T1,0,0,0,\"one\ntwo\r\nthree\"\n"
      "T1,0,0,x,\"\n\"\n"
      "T1,0,0,0,last");
  EXPECT_THAT(read.lines, ElementsAre(2, 7));
  ASSERT_THAT(read.bad, SizeIs(1));
  EXPECT_EQ(read.bad[0].line, 5U);
  EXPECT_EQ(read.bad[0].row, "T1,0,0,x,\"\n\"");
}

TEST(CsvReader, LosesOneLineToAQuoteThatIsNeverClosed) {
  std::string text = "vehicle,time,lon,lat,note\nT1,0,0,0,\"open\n";
  for (int i = 0; i < 5000; ++i) text += "T1,0,0,0,plain text\n";
  const TracksRead read = read_text(text);
  ASSERT_THAT(read.bad, SizeIs(1));
  EXPECT_EQ(read.bad[0].cause, "a quote is not closed");
  EXPECT_EQ(read.bad[0].row, "T1,0,0,0,\"open");
  EXPECT_THAT(read.fixes, SizeIs(5000));
  EXPECT_EQ(read.lines.front(), 3U);
}

TEST(CsvReader, LosesOneLineToAQuoteThatIsNotClosedBeforeTheEnd) {
  const TracksRead read = read_text("vehicle,time,lon,lat,note\nT1,0,0,0,\"open\nT1,0,0,0,plain");
  EXPECT_THAT(read.bad, SizeIs(1));
  EXPECT_THAT(read.lines, ElementsAre(3));
}

TEST(CsvReader, LosesOneLineToTextBehindAQuote) {
  const TracksRead read = read_text("vehicle,time,lon,lat,note\nT1,0,0,0,\"a\"b\nT1,0,0,0,c\n");
  ASSERT_THAT(read.bad, SizeIs(1));
  EXPECT_EQ(read.bad[0].cause, "text follows a closing quote");
  EXPECT_THAT(read.fixes, SizeIs(1));
}

TEST(CsvReader, LivesThroughZeroBytesInARow) {
  const TracksRead read = read_text(header + std::string{"T1,0,0,\0\0\n", 10} + good_row);
  EXPECT_THAT(read.bad, SizeIs(1));
  EXPECT_THAT(read.lines, ElementsAre(3));
}

TEST(CsvReader, ReadsARowOfTenMegabytes) {
  const TracksRead read =
      read_text("vehicle,time,lon,lat,note\nT1,0,0,0," + std::string(10'000'000, 'x') + "\nT1,0,0,0,y\n");
  EXPECT_THAT(read.bad, IsEmpty());
  EXPECT_THAT(read.lines, ElementsAre(2, 3));
}

TEST(CsvReader, RefusesALineOverSixteenMebibytesAndReadsOn) {
  const TracksRead read = read_text(header + "T1,0,0," + std::string(40'000'000, '1') + "\n" + good_row);
  ASSERT_THAT(read.bad, SizeIs(1));
  EXPECT_EQ(read.bad[0].cause, "line is longer than 16 MiB");
  EXPECT_THAT(read.lines, ElementsAre(3));
}

TEST(CsvReader, GivesBatchesOfTheLengthAskedFor) {
  std::string text = header;
  for (int i = 0; i < 10; ++i) text += good_row;
  VehicleNames names;
  const auto reader = read_csv_tracks(bytes_in_memory(text), {}, names);
  FixBatch batch;
  batch.limit = 4;
  EXPECT_TRUE(reader->read_batch(batch));
  EXPECT_EQ(batch.size(), 4U);
  EXPECT_TRUE(reader->read_batch(batch));
  EXPECT_TRUE(reader->read_batch(batch));
  EXPECT_EQ(batch.size(), 2U);
  EXPECT_EQ(reader->progress().consumed, text.size());
  EXPECT_EQ(reader->progress().total, text.size());
  EXPECT_FALSE(reader->read_batch(batch));
  EXPECT_FALSE(reader->read_batch(batch));
  EXPECT_TRUE(batch.empty());
}

TEST(CsvReader, KeepsTheRawRowsWhereAskedTo) {
  const TracksRead read = read_text(header + "T1,0,0,0\r\nT1,1000,\"0\",0");
  EXPECT_THAT(read.rows, ElementsAre("T1,0,0,0", "T1,1000,\"0\",0"));
}

TEST(CsvReader, RefusesAFileWithoutTheNeededColumnsAndSaysWhatMayHelp) {
  const std::string message = message_of("id,Latitude,lng,timestamp,colour\n1,2,3,4,5\n", {}, "/data/cars.csv");
  EXPECT_THAT(message, AllOf(HasSubstr("/data/cars.csv: no column vehicle, time, lon and lat"),
                             HasSubstr("the header holds: id, Latitude, lng, timestamp, colour"),
                             HasSubstr("--column vehicle=id --column time=timestamp --column lon=lng --column "
                                       "lat=Latitude")));
}

TEST(CsvReader, KnowsColumnsByTheirExactNameOnly) {
  EXPECT_THAT(message_of("Vehicle,time,lon,lat\nT1,0,0,0\n"), HasSubstr("no column vehicle;"));
  EXPECT_THAT(message_of("vehicle,time,point\nT1,0,POINT(0 0)\n"), HasSubstr("--column point=point"));
}

TEST(CsvReader, SuggestsTheDelimiterOfAHeaderThatWasNotCut) {
  EXPECT_THAT(message_of("vehicle;time;lon;lat\nT1;0;0;0\n"), HasSubstr("--delimiter ';'"));
}

TEST(CsvReader, RefusesWhatIsNoTable) {
  EXPECT_THAT(message_of(""), HasSubstr("is empty"));
  EXPECT_THAT(message_of(std::string{"\x7f"
                                     "ELF\x02\x01\x01\0\0\0",
                                     10}),
              HasSubstr("is no text: byte 8 is zero"));
  EXPECT_THAT(message_of("PK\x03\x04 and so on"), HasSubstr("zip archive"));
  EXPECT_THAT(message_of("\xff\xfev\0e\0h\0"), HasSubstr("UTF-16"));
  EXPECT_THAT(message_of("a.csv" + std::string(252, '\0') + "ustar" + std::string(250, '\0')),
              HasSubstr("tar archive"));
  EXPECT_THAT(message_of("just some words\n"), HasSubstr("no column vehicle, time, lon and lat"));
}

TEST(CsvReader, RefusesAMappingThatNamesNoColumn) {
  EXPECT_THAT(message_of(header + good_row, mapped({"speed_mps=SOG"})),
              HasSubstr("--column speed_mps=SOG names no column"));
  EXPECT_THAT(message_of(header + good_row, mapped({"speed_mps=5"})), HasSubstr("names no column"));
}

TEST(CsvReader, RefusesToGuessBetweenTwoColumnsOfOneName) {
  const std::string text = "vehicle,time,lon,lat,lat\nT1,0,1,2,3\n";
  EXPECT_THAT(message_of(text), HasSubstr("two columns are called lat, the 4. and the 5."));
  EXPECT_EQ(read_text(text, mapped({"lat=5"})).fixes.at(0).position.lat, 3.0);
}

TEST(CsvReader, MapsColumnsByNameAndNumber) {
  const TracksRead read =
      read_text("taxi_id,x,ts,y\n7,120,1000,30\n", mapped({"vehicle=taxi_id", "time=3", "lon=x", "lat=4"}));
  ASSERT_THAT(read.fixes, SizeIs(1));
  EXPECT_EQ(read.vehicle(0), "7");
  EXPECT_EQ(read.fixes[0].position, (LonLat{120.0, 30.0}));
}

TEST(CsvReader, PrefersAHeadersNameToANumberOrASum) {
  const Fix fix = fix_of("vehicle,1,a*2,date+time", "T1,10,20,3000", mapped({"lon=1", "lat=a*2", "time=date+time"}));
  EXPECT_EQ(fix.position, (LonLat{10.0, 20.0}));
  EXPECT_EQ(fix.time, TimeUtc{3s});
}

TEST(CsvReader, JoinsTwoColumnsOfATime) {
  TrackFormat format = mapped({"time=day+clock"});
  format.time_zone = 8h;
  EXPECT_EQ(fix_of("vehicle,lon,lat,day,clock", "T1,0,0,2026-01-02,03:04:05", format).time, at("2026-01-01T19:04:05Z"));
}

TEST(CsvReader, MultipliesByTheFactorOfAMapping) {
  const Fix fix = fix_of("vehicle,time,LON,LAT,SOG", "T1,0,1205000000,302500000,10",
                         mapped({"lon=LON*1e-7", "lat=LAT*0.0000001", "speed_mps=SOG * 0.514444"}));
  EXPECT_DOUBLE_EQ(fix.position.lon, 120.5);
  EXPECT_DOUBLE_EQ(fix.position.lat, 30.25);
  EXPECT_FLOAT_EQ(fix.speed_mps.value(), 5.14444F);
}

TEST(CsvReader, ReadsTablesWithoutHeaderByNumber) {
  TrackFormat format = mapped({"vehicle=3", "time=5", "lon=2", "lat=1"});
  format.header = HeaderLine::absent;
  format.delimiter = '|';
  format.time_zone = -5h;
  const TracksRead read = read_text("40.6|-74.1|E-7|Division, St|2015-12-10T21:14:37\n1|2|3\n", format);
  ASSERT_THAT(read.fixes, SizeIs(1));
  EXPECT_EQ(read.vehicle(0), "E-7");
  EXPECT_EQ(read.fixes[0].position, (LonLat{-74.1, 40.6}));
  EXPECT_EQ(read.fixes[0].time, at("2015-12-11T02:14:37Z"));
  EXPECT_THAT(read.lines, ElementsAre(1));
  EXPECT_EQ(read.bad.at(0).found, "3 instead of 5");
}

TEST(CsvReader, NeedsNumbersWhereThereIsNoHeader) {
  TrackFormat format;
  format.header = HeaderLine::absent;
  EXPECT_THAT(message_of(good_row, format), HasSubstr("without a header --column vehicle=NUMBER is needed"));
  format.map("vehicle=name");
  EXPECT_THAT(message_of(good_row, format), HasSubstr("columns are numbers"));
}

TEST(CsvReader, CutsAtRunsOfBlanks) {
  TrackFormat format = mapped({"lat=1", "lon=2", "time=4", "vehicle=5"});
  format.header = HeaderLine::absent;
  format.delimiter = ' ';
  format.time_format = "unix_s";
  const TracksRead read =
      read_text("37.75 -122.39 0 1211033530 a\n  37.75\t-122.39  0   1211033614 \"b c\" \n", format);
  EXPECT_THAT(read.bad, IsEmpty());
  ASSERT_THAT(read.fixes, SizeIs(2));
  EXPECT_EQ(read.vehicle(1), "b c");
  EXPECT_EQ(read.fixes[1].time, TimeUtc{1211033614s});
}

TEST(CsvReader, CutsTsvFilesAtTabsUnlessTold) {
  EXPECT_THAT(read_text("vehicle\ttime\tlon\tlat\nT1\t0\t0\t0\n", {}, "tracks.tsv").fixes, SizeIs(1));
}

TEST(CsvReader, SkipsTheLinesBeforeTheHeader) {
  TrackFormat format;
  format.skip_lines = 2;
  const TracksRead read = read_text("a title\n\n" + header + good_row, format);
  EXPECT_THAT(read.lines, ElementsAre(4));
}

TEST(CsvReader, TakesTheVehicleFromTheFilesName) {
  TrackFormat format = mapped({"vehicle=@file"});
  EXPECT_EQ(read_text("time,lon,lat\n0,0,0\n", format, "/cabs/new_abboip.txt.gz").vehicle(0), "new_abboip");
}

TEST(CsvReader, TakesTheVehicleFromTheFoldersName) {
  TrackFormat format = mapped({"vehicle=@folder"});
  EXPECT_EQ(read_text("time,lon,lat\n0,0,0\n", format, "/geolife/010/20080402.plt").vehicle(0), "010");
  EXPECT_THAT(message_of("time,lon,lat\n0,0,0\n", format, "20080402.plt"), HasSubstr("names no folder"));
}

TEST(CsvReader, TakesAConstantVehicle) {
  EXPECT_EQ(read_text("time,lon,lat\n0,0,0\n", mapped({"vehicle='T 7'"})).vehicle(0), "T 7");
}

TEST(CsvReader, ConvertsPlacesToWgs84) {
  TrackFormat format;
  format.datum = Datum::gcj02;
  const LonLat place = fix_of("vehicle,time,lon,lat", "T1,0,121.0,30.7", format).position;
  EXPECT_NEAR(place.lon, 121.0, 0.01);
  EXPECT_GT(std::abs(place.lon - 121.0), 0.002);
}

TEST(CsvReader, ReadsMetresAboutAnOrigin) {
  TrackFormat format = mapped({"lon=x", "lat=y"});
  format.plane_origin = LonLat{10.0, 50.0};
  const LonLat place = fix_of("vehicle,time,x,y", "T1,0,0,111229.0", format).position;
  EXPECT_EQ(place.lon, 10.0);
  EXPECT_NEAR(place.lat, 51.0, 1e-3);
}

TEST(CsvReader, ReadsPointsOfWellKnownText) {
  const TrackFormat format = mapped({"point=wkt"});
  const auto place = [&](const std::string& cell) {
    return fix_of("vehicle,time,wkt", "T1,0," + cell, format).position;
  };
  EXPECT_EQ(place("POINT(11.5 48.25)"), (LonLat{11.5, 48.25}));
  EXPECT_EQ(place("point ( -11.5   48.25 )"), (LonLat{-11.5, 48.25}));
  EXPECT_EQ(place("POINT Z (1 2 3)"), (LonLat{1.0, 2.0}));
  EXPECT_EQ(place("POINTZM(1 2 3 4)"), (LonLat{1.0, 2.0}));
  for (const std::string wrong : {"POINT(1)", "POINT(1 2 3)", "POINT EMPTY", "POINT", "(1 2)", "POINT(1 2",
                                  "POINT(1 x)", "LINESTRING(1 2)", "POINTY(1 2)", "POINT()", ")("}) {
    EXPECT_EQ(cause_of("vehicle,time,wkt", "T1,0," + wrong, format), "point is not POINT(lon lat)") << wrong;
  }
}

TrackFormat wide_format() {
  TrackFormat format = mapped({"vehicle=1", "time=2", "lon=3", "lat=4"});
  format.header = HeaderLine::absent;
  format.wide = WideRows{2, 4};
  return format;
}

TEST(CsvReader, ReadsManyFixesOutOfOneWideRow) {
  const TracksRead read = read_text("*T*,x,A,1000,1,2,A,2000,3,4\n*T*,y,B,3000,5,6\n*T*,z\n", wide_format());
  EXPECT_THAT(read.bad, IsEmpty());
  EXPECT_THAT(read.lines, ElementsAre(1, 1, 2));
  EXPECT_EQ(read.fixes.at(1).position, (LonLat{3.0, 4.0}));
  EXPECT_THAT(read.rows, ElementsAre("A,1000,1,2", "A,2000,3,4", "B,3000,5,6"));
}

TEST(CsvReader, LosesOneFixOfAWideRowToABadCell) {
  const TracksRead read = read_text("*T*,x,A,1000,1,2,A,noon,3,4,A,3000,5,6,A,4000\n*T*\n", wide_format());
  EXPECT_THAT(read.fixes, SizeIs(2));
  ASSERT_THAT(read.bad, SizeIs(3));
  EXPECT_EQ(read.bad[0].row, "A,noon,3,4");
  EXPECT_EQ(read.bad[1].found, "2 of 4");
  EXPECT_EQ(read.bad[1].row, "A,4000");
  EXPECT_EQ(read.bad[2].line, 2U);
}

TEST(CsvReader, GivesAWideRowInBatches) {
  std::string text = "*T*,x";
  for (int i = 0; i < 10'000; ++i) text += ",A," + std::to_string(1000 * i) + ",1.5,2.5";
  const TracksRead read = read_text(text + "\n" + text, wide_format(), "a.traj", 999);
  ASSERT_THAT(read.fixes, SizeIs(20'000));
  EXPECT_EQ(read.fixes[9'999].time, TimeUtc{9'999s});
  EXPECT_EQ(read.fixes[10'000].time, TimeUtc{});
}

TEST(CsvReader, RefusesWideRowsThatCannotBeMeant) {
  TrackFormat format = wide_format();
  format.wide = WideRows{2, 3};
  EXPECT_THAT(message_of("", format), HasSubstr("a fix of 3 fields has no field 4"));
  format.header = HeaderLine::present;
  EXPECT_THAT(message_of("", format), HasSubstr("have no header"));
}

TEST(CsvReader, GivesAllWholeRowsBeforeABrokenPieceOfGzip) {
  std::string text = header;
  for (int i = 0; i < 50'000; ++i)
    text += "T" + std::to_string(i % 97) + "," + std::to_string(i * 7919) + ",120.5,30.25\n";
  const std::string whole = gzipped(text);
  const TracksRead read = read_text(std::string_view{whole}.substr(0, whole.size() / 2), {}, "cut.csv.gz");

  EXPECT_THAT(read.fault, AllOf(HasSubstr("cut.csv.gz: the gzip data end too early"),
                                HasSubstr("at compressed byte " + std::to_string(whole.size() / 2))));
  EXPECT_GT(read.fixes.size(), 20'000U);
  EXPECT_LT(read.fixes.size(), 30'000U);
  EXPECT_THAT(read.bad, IsEmpty());
}

TEST(CsvReader, PassesOnWhatTheCallbackThrows) {
  const std::string text = header + good_row + "T1,0,0,x\n" + good_row;
  VehicleNames names;
  const auto reader = read_csv_tracks(bytes_in_memory(text), {}, names,
                                      [](const BadRow& bad) { throw FileError{std::string{bad.cause}}; });
  FixBatch batch;
  EXPECT_THROW(reader->read_batch(batch), FileError);
}

}  // namespace
}  // namespace haulwatch::io
