#include <haulwatch/io/event_writer.hpp>

#include <haulwatch/error.hpp>

#include "random_records.hpp"
#include "scratch_file.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <string>

namespace haulwatch::io {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::ThrowsMessage;
using namespace std::chrono_literals;

constexpr TimeUtc noon = std::chrono::sys_days{std::chrono::year{2026} / 3 / 14} + 12h;

Event event_of(EventKind kind, decltype(Event::details) details) {
  return {.kind = kind,
          .registry = 3,
          .sequence = 9,
          .id = EventId{0x0123456789abcdef},
          .subject = SubjectId{0xa},
          .vehicle = "A-17",
          .time = noon,
          .detected = noon + 90'250ms,
          .place = LonLat{121.0151234, 30.7},
          .details = details};
}

std::string json(const Event& event) {
  std::string out;
  append_json(out, event);
  return out;
}

/// The line of an event made by `event_of`, with what its kind adds.
std::string line(const std::string& kind, const std::string& fields) {
  return R"({"event":")" + kind +
         R"(","id":"0123456789abcdef","subject":"000000000000000a","vehicle":"A-17","time":"2026-03-14T12:00:00.000Z",)"
         R"("detected":"2026-03-14T12:01:30.250Z","lon":121.0151234,"lat":30.7000000,)" +
         fields + R"(,"registry":3,"revision":0})";
}

TEST(EventWriter, SpellsSiteVisits) {
  EXPECT_EQ(json(event_of(EventKind::site_entered, SiteVisit{"pit"})), line("site_entered", R"("site":"pit")"));
  EXPECT_EQ(json(event_of(EventKind::site_left, SiteVisit{"pit"})), line("site_left", R"("site":"pit")"));
}

TEST(EventWriter, SpellsZoneVisits) {
  const ZoneVisit visit{"river", "forbidden", true, noon - 10s, noon};
  const std::string fields = R"("zone":"river","rule":"forbidden","between_fixes":true,)"
                             R"("earliest":"2026-03-14T11:59:50.000Z","latest":"2026-03-14T12:00:00.000Z")";
  EXPECT_EQ(json(event_of(EventKind::zone_entered, visit)), line("zone_entered", fields));
  EXPECT_EQ(json(event_of(EventKind::zone_left, visit)), line("zone_left", fields));
}

TEST(EventWriter, SpellsGateCrossings) {
  GateCrossing crossing{"east gate", CrossingDirection::out, noon - 1ms, noon};
  EXPECT_EQ(json(event_of(EventKind::gate_crossed, crossing)),
            line("gate_crossed", R"("gate":"east gate","direction":"out",)"
                                 R"("earliest":"2026-03-14T11:59:59.999Z","latest":"2026-03-14T12:00:00.000Z")"));
  crossing.direction = CrossingDirection::in;
  EXPECT_THAT(json(event_of(EventKind::gate_crossed, crossing)), HasSubstr(R"("direction":"in")"));
}

TEST(EventWriter, SpellsOverspeed) {
  EXPECT_EQ(json(event_of(EventKind::overspeed_started, Overspeed{11.1111F, 13.0F, "school"})),
            line("overspeed_started", R"("limit_mps":11.1,"max_speed_mps":13.0,"zone":"school")"));
  EXPECT_EQ(json(event_of(EventKind::overspeed_ended, Overspeed{22.25F, 25.0F, {}})),
            line("overspeed_ended", R"("limit_mps":22.2,"max_speed_mps":25.0,"zone":null)"));
}

TEST(EventWriter, SpellsAStopWhoseEndIsNotKnownYet) {
  EXPECT_EQ(json(event_of(EventKind::stop_started, Stop{noon, no_time, {}, {}, StopPurpose::unknown})),
            line("stop_started",
                 R"("start":"2026-03-14T12:00:00.000Z","end":null,"radius_m":null,"site":null,"purpose":"unknown")"));
}

TEST(EventWriter, SpellsAStopThatEnded) {
  const Stop stop{noon, noon + 5min, 12.34F, "pit", StopPurpose::loading};
  EXPECT_EQ(json(event_of(EventKind::stop_ended, stop)),
            line("stop_ended", R"("start":"2026-03-14T12:00:00.000Z","end":"2026-03-14T12:05:00.000Z",)"
                               R"("radius_m":12.3,"site":"pit","purpose":"loading")"));
}

TEST(EventWriter, SpellsRouteDeviations) {
  const RouteDeviation left{"r-1", noon, no_time, 81.26F, 120.0F, "P-1"};
  EXPECT_EQ(json(event_of(EventKind::route_left, left)),
            line("route_left", R"("route":"r-1","start":"2026-03-14T12:00:00.000Z","end":null,)"
                               R"("max_distance_m":81.3,"path_m":120.0,"permit":"P-1")"));
}

TEST(EventWriter, SpellsADumpSuspicionWithItsReasons) {
  DumpSuspicion suspicion{noon, noon + 5min, 0.8808F, {}, SubjectId{0xb}, "pit", {}};
  suspicion.reasons.set({Evidence::prior, 1.0F, -4.0F});
  suspicion.reasons.set({Evidence::body_raised, 42.5F, 6.0F});
  EXPECT_EQ(json(event_of(EventKind::dump_suspected, suspicion)),
            line("dump_suspected", R"("start":"2026-03-14T12:00:00.000Z","end":"2026-03-14T12:05:00.000Z",)"
                                   R"("score":0.881,"reasons":[{"name":"prior","value":1.000,"weight":-4.000},)"
                                   R"({"name":"body_raised","value":42.500,"weight":6.000}],)"
                                   R"("stop":"000000000000000b","origin":"pit","permit":null)"));
}

TEST(EventWriter, SpellsTrips) {
  Trip trip{"pit", {}, noon, noon + 1h, "P-1", {}, 12'345.67F, {}};
  trip.faults.add(TripFault::no_manifest);
  trip.faults.add(TripFault::unapproved_place);
  EXPECT_EQ(
      json(event_of(EventKind::trip_started, trip)),
      line("trip_started", R"("origin":"pit","loaded_at":"2026-03-14T12:00:00.000Z","permit":"P-1","manifest":null)"));
  EXPECT_EQ(json(event_of(EventKind::trip_ended, trip)),
            line("trip_ended", R"("origin":"pit","destination":null,"loaded_at":"2026-03-14T12:00:00.000Z",)"
                               R"("unloaded_at":"2026-03-14T13:00:00.000Z","permit":"P-1","manifest":null,)"
                               R"("distance_m":12345.7,"faults":["unapproved_place","no_manifest"])"));
}

TEST(EventWriter, SpellsAQuotaExceeded) {
  EXPECT_EQ(json(event_of(EventKind::quota_exceeded, QuotaExcess{"P-1", 13, 12, SubjectId{0xc}})),
            line("quota_exceeded", R"("permit":"P-1","loads":13,"max_loads":12,"trip":"000000000000000c")"));
}

TEST(EventWriter, SpellsWhatIsUnmatched) {
  EXPECT_EQ(json(event_of(EventKind::manifest_unmatched, UnmatchedManifest{"M-7", "no_load"})),
            line("manifest_unmatched", R"("manifest":"M-7","reason":"no_load")"));
  EXPECT_EQ(json(event_of(EventKind::load_unmatched, UnmatchedLoad{SubjectId{0xd}, "manifest_used"})),
            line("load_unmatched", R"("trip":"000000000000000d","reason":"manifest_used")"));
}

TEST(EventWriter, SpellsSilences) {
  EXPECT_EQ(json(event_of(EventKind::signal_lost, Silence{noon, no_time, {}})),
            line("signal_lost", R"("start":"2026-03-14T12:00:00.000Z","end":null,"gap_m":null)"));
  EXPECT_EQ(
      json(event_of(EventKind::signal_restored, Silence{noon, noon + 1h, 1234.56F})),
      line("signal_restored", R"("start":"2026-03-14T12:00:00.000Z","end":"2026-03-14T13:00:00.000Z","gap_m":1234.6)"));
}

TEST(EventWriter, PutsInferredBeforeTheRegistryAndRetractedLast) {
  Event event = event_of(EventKind::site_left, SiteVisit{"pit"});
  event.inferred = true;
  event.retracted = true;
  event.revision = 2;
  EXPECT_THAT(json(event),
              ::testing::EndsWith(R"("site":"pit","inferred":true,"registry":3,"revision":2,"retracted":true})"));
}

TEST(EventWriter, LeavesOutAPlaceThatIsNotThereOrNoNumber) {
  Event event = event_of(EventKind::site_left, SiteVisit{"pit"});
  event.place.reset();
  EXPECT_THAT(json(event), Not(HasSubstr("lon")));
  event.place = LonLat{NAN, 30.0};
  EXPECT_THAT(json(event), Not(HasSubstr("lon")));
}

TEST(EventWriter, LeavesOutTheVehicleOfAnEventAboutNone) {
  Event event = event_of(EventKind::site_left, SiteVisit{"pit"});
  event.vehicle = {};
  EXPECT_THAT(json(event), HasSubstr(R"("subject":"000000000000000a","time":)"));
}

TEST(EventWriter, HasNoWordForInfinity) {
  constexpr float infinite = std::numeric_limits<float>::infinity();
  EXPECT_THAT(json(event_of(EventKind::signal_restored, Silence{noon, noon, infinite})), HasSubstr(R"("gap_m":null)"));
}

TEST(EventWriter, EscapesTexts) {
  Event event = event_of(EventKind::site_entered, SiteVisit{"the \"pit\""});
  event.vehicle = "a\nb\xFF";
  EXPECT_THAT(json(event), HasSubstr("\"vehicle\":\"a\\nb\xEF\xBF\xBD\""));
  EXPECT_THAT(json(event), HasSubstr(R"("site":"the \"pit\"")"));
}

TEST(EventWriter, AllocatesNothingOnceItsBufferHasGrown) {
  std::string out;
  append_json(out, event_of(EventKind::site_entered, SiteVisit{"pit"}));
  out.clear();
  const char* const place = out.data();
  const std::size_t room = out.capacity();
  append_json(out, event_of(EventKind::site_left, SiteVisit{"pit"}));
  EXPECT_EQ(out.data(), place);
  EXPECT_EQ(out.capacity(), room);
}

TEST(JsonLinesSink, WritesOneLineAnEvent) {
  const testing::ScratchFile scratch;
  const Event event = event_of(EventKind::site_entered, SiteVisit{"pit"});
  JsonLinesSink sink{scratch.path()};
  sink.write(event);
  sink.write(event);
  sink.close();
  EXPECT_EQ(scratch.content(), json(event) + "\n" + json(event) + "\n");
  EXPECT_EQ(sink.count(), 2U);
}

TEST(JsonLinesSink, NamesTheFullDisk) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  JsonLinesSink sink{"/dev/full"};
  sink.write(event_of(EventKind::site_entered, SiteVisit{"pit"}));
  EXPECT_THAT([&] { sink.close(); }, ThrowsMessage<FileError>("/dev/full: cannot write: No space left on device"));
}

TEST(JsonLinesSink, KeepsWhatWasFlushed) {
  const testing::ScratchFile scratch;
  JsonLinesSink sink{scratch.path()};
  sink.write(event_of(EventKind::site_entered, SiteVisit{"pit"}));
  sink.flush();
  EXPECT_THAT(scratch.content(), ::testing::EndsWith("}\n"));
}

}  // namespace
}  // namespace haulwatch::io
