#include <haulwatch/io/geojson_writer.hpp>

#include <haulwatch/error.hpp>

#include "random_records.hpp"
#include "scratch_file.hpp"

#include <gmock/gmock.h>

#include <boost/property_tree/json_parser.hpp>
#include <boost/property_tree/ptree.hpp>

#include <cstddef>
#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace haulwatch::io {
namespace {

using namespace std::chrono_literals;
using boost::property_tree::ptree;
using ::testing::ElementsAre;
using testing::ScratchFile;
using track::TrackState;

constexpr TimeUtc noon = std::chrono::sys_days{std::chrono::year{2026} / 3 / 14} + 12h;

Event event_of(EventKind kind, decltype(Event::details) details, std::optional<LonLat> place = LonLat{121.0, 30.5}) {
  return {.kind = kind,
          .id = EventId{1},
          .subject = SubjectId{2},
          .vehicle = "A-17",
          .time = noon,
          .detected = noon,
          .place = place,
          .details = details};
}

track::CleanedFix fix_at(int step, TrackState state, unsigned vehicle = 0) {
  return {.time = noon + step * 10s,
          .position = {121.0 + step, 30.0},
          .clean = LonLat{121.0 + step, 30.0},
          .vehicle = VehicleIndex{vehicle},
          .state = state};
}

/// The features of a file, which must be one valid JSON document.
std::vector<ptree> features(const ScratchFile& file) {
  std::istringstream in{file.content()};
  ptree document;
  boost::property_tree::read_json(in, document);
  EXPECT_EQ(document.get<std::string>("type"), "FeatureCollection");
  std::vector<ptree> found;
  for (const auto& [name, feature] : document.get_child("features")) found.push_back(feature);
  return found;
}

std::string geometry(const ptree& feature) {
  return feature.get<std::string>("geometry.type", "none");
}
std::string property(const ptree& feature, const std::string& name) {
  return feature.get<std::string>("properties." + name, "missing");
}
std::size_t points(const ptree& feature) {
  return feature.get_child("geometry.coordinates").size();
}

TEST(GeoJsonWriter, IsValidWithoutAnyFeature) {
  const ScratchFile file;
  GeoJsonWriter{file.path()}.close();
  EXPECT_EQ(file.content(), "{\"type\":\"FeatureCollection\",\"features\":[\n]}\n");
  EXPECT_THAT(features(file), ::testing::IsEmpty());
}

TEST(GeoJsonWriter, IsValidWhenAnErrorEndsItEarly) {
  const ScratchFile file;
  try {
    GeoJsonWriter writer{file.path()};
    writer.add("A-17", fix_at(0, TrackState::moving));
    writer.add("A-17", fix_at(1, TrackState::moving));
    throw std::runtime_error{"interrupted"};
  } catch (const std::runtime_error&) {
  }
  ASSERT_EQ(features(file).size(), 1U);
}

TEST(GeoJsonWriter, DrawsAStopAsAPointWithItsRadius) {
  const ScratchFile file;
  GeoJsonWriter writer{file.path()};
  writer.add(event_of(EventKind::stop_ended, Stop{noon - 5min, noon, 12.0F, "pit", StopPurpose::loading}));
  writer.close();
  EXPECT_EQ(file.content(),
            "{\"type\":\"FeatureCollection\",\"features\":[\n"
            R"({"type":"Feature","id":"0000000000000001",)"
            R"("geometry":{"type":"Point","coordinates":[121.0000000,30.5000000]},)"
            R"("properties":{"kind":"stop","label":"A-17 stop ended pit","event":"stop_ended",)"
            R"("id":"0000000000000001","subject":"0000000000000002","vehicle":"A-17",)"
            R"("time":"2026-03-14T12:00:00.000Z","detected":"2026-03-14T12:00:00.000Z",)"
            R"("lon":121.0000000,"lat":30.5000000,"start":"2026-03-14T11:55:00.000Z",)"
            R"("end":"2026-03-14T12:00:00.000Z","radius_m":12.0,"site":"pit","purpose":"loading",)"
            R"("registry":0,"revision":0}})"
            "\n]}\n");
}

TEST(GeoJsonWriter, KeepsAnEventWithoutAPlace) {
  const ScratchFile file;
  GeoJsonWriter writer{file.path()};
  writer.add(event_of(EventKind::site_left, SiteVisit{"pit"}, std::nullopt));
  writer.close();
  EXPECT_EQ(geometry(features(file).at(0)), "none");
  EXPECT_EQ(property(features(file).at(0), "kind"), "site_visit");
}

TEST(GeoJsonWriter, DrawsASilenceAcrossItsGap) {
  const ScratchFile file;
  GeoJsonWriter writer{file.path()};
  writer.add(event_of(EventKind::signal_lost, Silence{noon, no_time, {}}));
  writer.add(event_of(EventKind::signal_restored, Silence{noon, noon + 1h, 500.0F}, LonLat{121.005, 30.5}));
  writer.close();
  const auto drawn = features(file);
  ASSERT_EQ(drawn.size(), 3U);
  EXPECT_EQ(geometry(drawn[2]), "LineString");
  EXPECT_EQ(property(drawn[2], "kind"), "silence");
  EXPECT_EQ(property(drawn[2], "end"), "2026-03-14T13:00:00.000Z");
}

TEST(GeoJsonWriter, DrawsNoSilenceThatWasTakenBack) {
  const ScratchFile file;
  GeoJsonWriter writer{file.path()};
  writer.add(event_of(EventKind::signal_lost, Silence{noon, no_time, {}}));
  Event restored = event_of(EventKind::signal_restored, Silence{noon, noon + 1h, 500.0F});
  restored.retracted = true;
  writer.add(restored);
  writer.close();
  EXPECT_EQ(features(file).size(), 2U);
}

TEST(GeoJsonWriter, DrawsAnUnbrokenLineForEachState) {
  const ScratchFile file;
  GeoJsonWriter writer{file.path()};
  int step = 0;
  for (const TrackState state : {TrackState::moving, TrackState::moving, TrackState::stopped, TrackState::stopped,
                                 TrackState::gap, TrackState::moving}) {
    writer.add("A-17", fix_at(step++, state));
  }
  writer.close();
  std::vector<std::string> states;
  std::vector<std::size_t> sizes;
  for (const ptree& line : features(file)) {
    EXPECT_EQ(geometry(line), "LineString");
    states.push_back(property(line, "state"));
    sizes.push_back(points(line));
  }
  EXPECT_THAT(states, ElementsAre("moving", "stopped", "gap", "moving"));
  EXPECT_THAT(sizes, ElementsAre(2, 3, 2, 2));
  EXPECT_EQ(property(features(file)[1], "start"), "2026-03-14T12:00:10.000Z");
  EXPECT_EQ(property(features(file)[1], "end"), "2026-03-14T12:00:30.000Z");
}

TEST(GeoJsonWriter, KeepsVehiclesApart) {
  const ScratchFile file;
  GeoJsonWriter writer{file.path()};
  for (int step = 0; step < 3; ++step) {
    writer.add("B-2", fix_at(step, TrackState::moving, 0));
    writer.add("A-1", fix_at(step, TrackState::moving, 1));
  }
  writer.close();
  const auto lines = features(file);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(property(lines[0], "vehicle"), "A-1");
  EXPECT_EQ(points(lines[0]), 3U);
  EXPECT_EQ(property(lines[1], "vehicle"), "B-2");
}

TEST(GeoJsonWriter, CutsLongLinesWhereTheyJoin) {
  const ScratchFile file;
  GeoJsonWriter writer{file.path()};
  for (int step = 0; step < 2500; ++step) {
    track::CleanedFix fix = fix_at(0, TrackState::moving);
    fix.clean = LonLat{step * 0.01, 0.0};
    writer.add("A-17", fix);
  }
  writer.close();
  std::vector<std::size_t> sizes;
  for (const ptree& line : features(file)) sizes.push_back(points(line));
  EXPECT_THAT(sizes, ElementsAre(1000, 1000, 502));
}

TEST(GeoJsonWriter, DrawsATrackOfOneFixAsAPoint) {
  const ScratchFile file;
  GeoJsonWriter writer{file.path()};
  writer.add("A-17", fix_at(0, TrackState::moving));
  writer.close();
  EXPECT_EQ(geometry(features(file).at(0)), "Point");
}

TEST(GeoJsonWriter, PassesOverWhatWasNotKept) {
  const ScratchFile file;
  GeoJsonWriter writer{file.path()};
  track::CleanedFix refused = fix_at(0, TrackState::moving);
  refused.verdict = Verdict::implied_speed;
  writer.add("A-17", refused);
  writer.close();
  EXPECT_THAT(features(file), ::testing::IsEmpty());
}

TEST(GeoJsonWriter, IsValidForAnyEvent) {
  constexpr std::uint64_t seed = 21;
  SCOPED_TRACE("seed " + std::to_string(seed));
  testing::RandomRecords random{seed};
  const ScratchFile file;
  GeoJsonWriter writer{file.path()};
  std::vector<std::string> texts(500);
  for (std::string& text : texts) {
    text = random.bytes();
    Event event = random.event();
    event.vehicle = text;
    writer.add(event);
  }
  writer.close();
  EXPECT_EQ(features(file).size(), 500U);
}

TEST(GeoJsonWriter, NamesTheFullDisk) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  GeoJsonWriter writer{"/dev/full"};
  EXPECT_THAT([&] { writer.close(); },
              ::testing::ThrowsMessage<FileError>("/dev/full: cannot write: No space left on device"));
  EXPECT_THROW(writer.close(), FileError);
}

}  // namespace
}  // namespace haulwatch::io
