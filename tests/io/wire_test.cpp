#include <haulwatch/io/wire.hpp>

#include "random_records.hpp"

#include <gmock/gmock.h>

#include <haulwatch/v1/event.pb.h>
#include <haulwatch/v1/fix.pb.h>
#include <haulwatch/v1/manifest.pb.h>

#include <cmath>
#include <limits>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace haulwatch::io {
namespace {

using ::testing::HasSubstr;
using testing::RandomRecords;

constexpr std::uint64_t seed = 31;
constexpr int many = 20'000;

bool same(const Fix& a, const Fix& b) {
  return a.time == b.time && a.received == b.received && a.position == b.position && a.odometer_m == b.odometer_m &&
         a.speed_mps == b.speed_mps && a.heading_deg == b.heading_deg && a.accuracy_m == b.accuracy_m &&
         a.hdop == b.hdop && a.vehicle == b.vehicle && a.sensors == b.sensors && a.valid == b.valid &&
         a.backfill == b.backfill;
}

struct SameDetails {
  bool operator()(const SiteVisit& a, const SiteVisit& b) const { return a.site == b.site; }
  bool operator()(const ZoneVisit& a, const ZoneVisit& b) const {
    return a.zone == b.zone && a.rule == b.rule && a.between_fixes == b.between_fixes && a.earliest == b.earliest &&
           a.latest == b.latest;
  }
  bool operator()(const GateCrossing& a, const GateCrossing& b) const {
    return a.gate == b.gate && a.direction == b.direction && a.earliest == b.earliest && a.latest == b.latest;
  }
  bool operator()(const Overspeed& a, const Overspeed& b) const {
    return a.limit_mps == b.limit_mps && a.max_speed_mps == b.max_speed_mps && a.zone == b.zone;
  }
  bool operator()(const Stop& a, const Stop& b) const {
    return a.start == b.start && a.end == b.end && a.radius_m == b.radius_m && a.site == b.site &&
           a.purpose == b.purpose;
  }
  bool operator()(const Silence& a, const Silence& b) const {
    return a.start == b.start && a.end == b.end && a.gap_m == b.gap_m;
  }
  bool operator()(const RouteDeviation& a, const RouteDeviation& b) const {
    return a.route == b.route && a.start == b.start && a.end == b.end && a.max_distance_m == b.max_distance_m &&
           a.path_m == b.path_m && a.permit == b.permit;
  }
  bool operator()(const DumpSuspicion& a, const DumpSuspicion& b) const {
    return a.start == b.start && a.end == b.end && a.score == b.score && a.reasons == b.reasons && a.stop == b.stop &&
           a.origin == b.origin && a.permit == b.permit;
  }
  bool operator()(const Trip& a, const Trip& b) const {
    return a.origin == b.origin && a.destination == b.destination && a.loaded_at == b.loaded_at &&
           a.unloaded_at == b.unloaded_at && a.permit == b.permit && a.manifest == b.manifest &&
           a.distance_m == b.distance_m && a.faults == b.faults;
  }
  bool operator()(const QuotaExcess& a, const QuotaExcess& b) const {
    return a.permit == b.permit && a.loads == b.loads && a.max_loads == b.max_loads && a.trip == b.trip;
  }
  bool operator()(const UnmatchedManifest& a, const UnmatchedManifest& b) const {
    return a.manifest == b.manifest && a.reason == b.reason;
  }
  bool operator()(const UnmatchedLoad& a, const UnmatchedLoad& b) const {
    return a.trip == b.trip && a.reason == b.reason;
  }
  bool operator()(const TerminalFinding& a, const TerminalFinding& b) const {
    return a.sensor == b.sensor && a.sign == b.sign && a.cure == b.cure && a.values == b.values && a.other == b.other;
  }
  bool operator()(const TrackJump& a, const TrackJump& b) const {
    return a.start == b.start && a.end == b.end && a.gap_m == b.gap_m && a.from == b.from;
  }
  template <class A, class B>
  bool operator()(const A&, const B&) const {
    return false;
  }
};

bool same_head(const Event& a, const Event& b) {
  return a.kind == b.kind && a.retracted == b.retracted && a.inferred == b.inferred && a.revision == b.revision &&
         a.registry == b.registry && a.sequence == b.sequence && a.id == b.id && a.subject == b.subject &&
         a.vehicle == b.vehicle && a.time == b.time && a.detected == b.detected && a.place == b.place;
}

::testing::AssertionResult same(const Event& a, const Event& b) {
  if (!same_head(a, b)) return ::testing::AssertionFailure() << "common fields differ";
  if (!std::visit(SameDetails{}, a.details, b.details)) return ::testing::AssertionFailure() << "details differ";
  return ::testing::AssertionSuccess();
}

template <class Message>
std::string delimited(const Message& message) {
  const std::string body = message.SerializeAsString();
  EXPECT_LT(body.size(), 128U);
  return static_cast<char>(body.size()) + body;
}

v1::Fix good_fix() {
  v1::Fix message;
  message.set_vehicle("A-17");
  message.set_time_ms(1'773'489'600'000);
  message.set_lon(121.0);
  message.set_lat(30.5);
  return message;
}

v1::Event good_stop() {
  v1::Event message;
  message.set_event(v1::EVENT_KIND_STOP_ENDED);
  message.mutable_stop()->set_radius_m(5);
  return message;
}

/// What reading one fix says: its fault, or nothing.
std::string fault_of(const v1::Fix& message) {
  const std::string bytes = delimited(message);
  WireReader reader{bytes};
  VehicleNames names;
  Fix fix;
  const WireStep step = reader.next(fix, names);
  EXPECT_EQ(names.size(), step == WireStep::record ? 1U : 0U) << "a refused fix must not name a vehicle";
  return step == WireStep::refused ? reader.fault().message : "";
}

std::string fault_of(const v1::Event& message) {
  const std::string bytes = delimited(message);
  WireReader reader{bytes};
  TextStore texts;
  Event event;
  return reader.next(event, texts) == WireStep::refused ? reader.fault().message : "";
}

TEST(Wire, FixesComeBackTheSameFromMemoryAndFromAStream) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  RandomRecords random{seed};
  VehicleNames names;
  std::vector<Fix> fixes;
  std::string bytes;
  WireWriter writer;
  for (int i = 0; i < many; ++i) {
    Fix fix = random.fix();
    fix.vehicle = names.intern("truck " + std::to_string(random.below(50)));
    writer.append(bytes, fix, names.name(fix.vehicle));
    fixes.push_back(fix);
  }
  std::istringstream stream{bytes};
  WireReader memory_reader{bytes};
  WireReader stream_reader{stream};
  for (const Fix& fix : fixes) {
    Fix read;
    ASSERT_EQ(memory_reader.next(read, names), WireStep::record);
    ASSERT_TRUE(same(read, fix));
    ASSERT_EQ(stream_reader.next(read, names), WireStep::record);
    ASSERT_TRUE(same(read, fix));
  }
  Fix none;
  EXPECT_EQ(memory_reader.next(none, names), WireStep::end);
  EXPECT_EQ(stream_reader.next(none, names), WireStep::end);
  EXPECT_EQ(memory_reader.records(), fixes.size());
}

TEST(Wire, EventsComeBackTheSameAndOutliveTheirBytes) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  RandomRecords random{seed};
  std::vector<Event> events;
  std::vector<Event> read;
  TextStore texts;
  {
    std::string bytes;
    WireWriter writer;
    for (int i = 0; i < many; ++i) writer.append(bytes, events.emplace_back(random.event()));
    WireReader reader{bytes};
    for (Event event; reader.next(event, texts) == WireStep::record;) read.push_back(event);
  }
  ASSERT_EQ(read.size(), events.size());
  for (std::size_t i = 0; i < events.size(); ++i) ASSERT_TRUE(same(read[i], events[i])) << "event " << i;
  EXPECT_LE(texts.size(), 9U) << "each text is kept once";
}

TEST(Wire, ManifestsComeBackTheSame) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  RandomRecords random{seed};
  std::vector<Manifest> manifests;
  std::string bytes;
  WireWriter writer;
  for (int i = 0; i < many; ++i) writer.append(bytes, manifests.emplace_back(random.manifest()));
  WireReader reader{bytes};
  for (const Manifest& manifest : manifests) {
    Manifest read;
    ASSERT_EQ(reader.next(read), WireStep::record);
    ASSERT_EQ(read, manifest);
  }
}

TEST(Wire, AManifestWithoutAtWasKnownAtItsNewestTime) {
  v1::Manifest message;
  message.set_id("M-1");
  message.set_opened_at_ms(1000);
  message.set_closed_at_ms(5000);
  const std::string bytes = delimited(message);
  WireReader reader{bytes};
  Manifest read;
  ASSERT_EQ(reader.next(read), WireStep::record);
  EXPECT_EQ(read.at, TimeUtc{Milliseconds{5000}});
}

TEST(Wire, AManifestNeedsAnId) {
  v1::Manifest message;
  message.set_permit("P");
  const std::string bytes = delimited(message);
  WireReader reader{bytes};
  Manifest read;
  ASSERT_EQ(reader.next(read), WireStep::refused);
  EXPECT_EQ(describe(reader.fault()), "record 1 at byte 0: id: missing or empty");
}

TEST(Wire, FieldNumbersNeverChange) {
  Fix fix;
  fix.time = TimeUtc{Milliseconds{1000}};
  fix.position = {1.0, -2.0};
  fix.odometer_m = 0.0;
  fix.speed_mps = 1.0F;
  fix.sensors.ignition = Sensed::no;
  fix.sensors.load = LoadReading::full;
  fix.valid = Sensed::yes;
  fix.backfill = true;
  std::string bytes;
  WireWriter{}.append(bytes, fix, "A");
  EXPECT_EQ(bytes, std::string("\x2f"  // length
                               "\x0a\x01"
                               "A"                         // 1 vehicle
                               "\x10\xe8\x07"              // 2 time_ms
                               "\x19\0\0\0\0\0\0\xf0\x3f"  // 3 lon
                               "\x21\0\0\0\0\0\0\0\xc0"    // 4 lat
                               "\x2d\0\0\x80\x3f"          // 5 speed_mps
                               "\x48\0"                    // 9 ignition
                               "\x60\x03"                  // 12 load
                               "\x70\x01"                  // 14 backfill
                               "\x79\0\0\0\0\0\0\0\0"      // 15 odometer_m
                               "\x80\x01\x01",             // 16 valid
                               48));
}

TEST(Wire, BrokenTextIsWrittenWithReplacementCharacters) {
  std::string bytes;
  Fix broken;
  broken.time = TimeUtc{};
  WireWriter{}.append(bytes, broken, "A\xFF");
  WireReader reader{bytes};
  VehicleNames names;
  Fix fix;
  ASSERT_EQ(reader.next(fix, names), WireStep::record);
  EXPECT_EQ(names.name(fix.vehicle), "A\xEF\xBF\xBD");
}

TEST(Wire, AbsenceIsNeverZero) {
  const std::string bytes = delimited(good_fix());
  WireReader reader{bytes};
  VehicleNames names;
  Fix fix;
  ASSERT_EQ(reader.next(fix, names), WireStep::record);
  EXPECT_FALSE(fix.speed_mps.has_value());
  EXPECT_LT(fix.odometer_m, 0);
  EXPECT_EQ(fix.received, no_time);
  EXPECT_EQ(fix.sensors, Sensors{});
  EXPECT_EQ(fix.valid, Sensed::unknown);
}

TEST(Wire, AFixNeedsAVehicleATimeAndAPlace) {
  const auto without = [](void (v1::Fix::*clear)()) {
    v1::Fix message = good_fix();
    (message.*clear)();
    return fault_of(message);
  };
  EXPECT_EQ(fault_of(good_fix()), "");
  EXPECT_EQ(without(&v1::Fix::clear_vehicle), "vehicle: missing or empty");
  EXPECT_EQ(without(&v1::Fix::clear_time_ms), "time_ms: missing");
  EXPECT_EQ(without(&v1::Fix::clear_lon), "lon: missing");
  EXPECT_EQ(without(&v1::Fix::clear_lat), "lat: missing");
}

TEST(Wire, AFixIsRefusedForWhatIsNoFiniteNumber) {
  const auto with = [](auto set, auto value) {
    v1::Fix message = good_fix();
    (message.*set)(value);
    return fault_of(message);
  };
  constexpr float infinite = std::numeric_limits<float>::infinity();
  EXPECT_EQ(with(&v1::Fix::set_lat, std::nan("")), "lat: not a finite number");
  EXPECT_EQ(with(&v1::Fix::set_lon, -std::numeric_limits<double>::infinity()), "lon: not a finite number");
  EXPECT_EQ(with(&v1::Fix::set_speed_mps, infinite), "speed_mps: not a finite number");
  EXPECT_EQ(with(&v1::Fix::set_heading_deg, infinite), "heading_deg: not a finite number");
  EXPECT_EQ(with(&v1::Fix::set_accuracy_m, infinite), "accuracy_m: not a finite number");
  EXPECT_EQ(with(&v1::Fix::set_hdop, infinite), "hdop: not a finite number");
  EXPECT_EQ(with(&v1::Fix::set_odometer_m, std::nan("")), "odometer_m: not a finite number");
  EXPECT_EQ(with(&v1::Fix::set_odometer_m, -3.0), "odometer_m: negative");
  EXPECT_EQ(with(&v1::Fix::set_load, static_cast<v1::Load>(9)), "load: unknown value");
  EXPECT_EQ(with(&v1::Fix::set_time_ms, std::numeric_limits<std::int64_t>::min()), "time_ms: not a time");
}

TEST(Wire, AVehicleHasAtMost64Bytes) {
  v1::Fix message = good_fix();
  message.set_vehicle(std::string(64, 'v'));
  EXPECT_EQ(fault_of(message), "");
  message.set_vehicle(std::string(65, 'v'));
  EXPECT_EQ(fault_of(message), "vehicle: longer than 64 bytes");
}

TEST(Wire, APlaceOffTheEarthIsForAdmissionToJudge) {
  v1::Fix message = good_fix();
  message.set_lat(91.0);
  EXPECT_EQ(fault_of(message), "");
}

TEST(Wire, AnEventIsRefusedForWhatItCannotSay) {
  v1::Event message = good_stop();
  EXPECT_EQ(fault_of(message), "");
  message.set_revision(65'536);
  EXPECT_EQ(fault_of(message), "revision: above 65535");
  message = good_stop();
  message.set_event(static_cast<v1::EventKind>(99));
  EXPECT_THAT(fault_of(message), HasSubstr("event: "));
  message = good_stop();
  message.clear_details();
  EXPECT_THAT(fault_of(message), HasSubstr("details: "));
  message.mutable_silence();
  EXPECT_THAT(fault_of(message), HasSubstr("details: "));
  message = good_stop();
  message.set_lon(121.0);
  EXPECT_EQ(fault_of(message), "lat: missing");
  message = good_stop();
  message.mutable_stop()->set_radius_m(std::numeric_limits<float>::infinity());
  EXPECT_EQ(fault_of(message), "stop.radius_m: not a finite number");
}

TEST(Wire, AGateCrossingNeedsItsDirection) {
  v1::Event message;
  message.set_event(v1::EVENT_KIND_GATE_CROSSED);
  message.mutable_gate_crossing()->set_gate("east");
  EXPECT_EQ(fault_of(message), "gate_crossing.direction: missing or unknown value");
}

TEST(Wire, APurposeOfALaterVersionIsUnknown) {
  v1::Event message = good_stop();
  message.mutable_stop()->set_purpose(static_cast<v1::StopPurpose>(40));
  const std::string bytes = delimited(message);
  WireReader reader{bytes};
  TextStore texts;
  Event event;
  ASSERT_EQ(reader.next(event, texts), WireStep::record);
  EXPECT_EQ(std::get<Stop>(event.details).purpose, StopPurpose::unknown);
}

TEST(Wire, UnknownFieldsArePassedOver) {
  std::string body = good_fix().SerializeAsString();
  body +=
      "\xFA\x01\x03"
      "new";  // field 31, text
  const std::string bytes = static_cast<char>(body.size()) + body;
  WireReader reader{bytes};
  VehicleNames names;
  Fix fix;
  EXPECT_EQ(reader.next(fix, names), WireStep::record);
  EXPECT_EQ(names.name(fix.vehicle), "A-17");
}

TEST(Wire, ReadingGoesOnBehindARefusedRecord) {
  const std::string good = delimited(good_fix());
  const std::string bytes = good + std::string{"\x02\xFF\xFF"} + good;
  WireReader reader{bytes};
  VehicleNames names;
  Fix fix;
  EXPECT_EQ(reader.next(fix, names), WireStep::record);
  EXPECT_EQ(reader.next(fix, names), WireStep::refused);
  EXPECT_EQ(reader.fault().record, 2U);
  EXPECT_EQ(reader.fault().offset, good.size());
  EXPECT_EQ(reader.next(fix, names), WireStep::record);
  EXPECT_EQ(reader.next(fix, names), WireStep::end);
  EXPECT_EQ(reader.records(), 3U);
}

TEST(Wire, ATruncatedLastRecordBreaksTheStreamWhereverItIsCut) {
  const std::string good = delimited(good_fix());
  const std::string whole = good + good;
  for (std::size_t cut = good.size() + 1; cut < whole.size(); ++cut) {
    const std::string bytes = whole.substr(0, cut);
    std::istringstream stream{bytes};
    WireReader readers[] = {WireReader{bytes}, WireReader{stream}};
    for (WireReader& reader : readers) {
      VehicleNames names;
      Fix fix;
      ASSERT_EQ(reader.next(fix, names), WireStep::record);
      ASSERT_EQ(reader.next(fix, names), WireStep::broken) << "cut at " << cut;
      EXPECT_EQ(reader.fault().record, 2U);
      EXPECT_EQ(reader.fault().offset, good.size());
      EXPECT_THAT(reader.fault().message, HasSubstr("the input ends inside the record"));
      EXPECT_EQ(reader.next(fix, names), WireStep::broken) << "for good";
    }
  }
}

TEST(Wire, ALengthOverTheLimitBreaksTheStream) {
  const std::string bytes = "\x81\x80\x40";  // 1 MiB and 1
  WireReader reader{bytes};
  Manifest manifest;
  EXPECT_EQ(reader.next(manifest), WireStep::broken);
  EXPECT_EQ(describe(reader.fault()), "record 1 at byte 0: length 1048577 is over the limit of 1048576 bytes");
}

TEST(Wire, ALengthWithoutAnEndBreaksTheStream) {
  const std::string bytes(20, '\xFF');
  WireReader reader{bytes};
  Manifest manifest;
  EXPECT_EQ(reader.next(manifest), WireStep::broken);
  EXPECT_THAT(reader.fault().message, HasSubstr("length has no end"));
}

TEST(Wire, ALengthThatIsCutBreaksTheStream) {
  const std::string bytes = "\x80";
  WireReader reader{bytes};
  Manifest manifest;
  EXPECT_EQ(reader.next(manifest), WireStep::broken);
  EXPECT_THAT(reader.fault().message, HasSubstr("inside the record's length"));
}

TEST(Wire, AnEmptyInputIsAnEnd) {
  WireReader reader{std::string_view{}};
  Manifest manifest;
  EXPECT_EQ(reader.next(manifest), WireStep::end);
}

TEST(Wire, WhatWasRefusedLeavesTheValueUnchanged) {
  v1::Fix message = good_fix();
  message.set_lat(std::nan(""));
  const std::string bytes = delimited(message);
  WireReader reader{bytes};
  VehicleNames names;
  Fix fix;
  fix.position = {7, 8};
  ASSERT_EQ(reader.next(fix, names), WireStep::refused);
  EXPECT_EQ(fix.position, (LonLat{7, 8}));
}

}  // namespace
}  // namespace haulwatch::io
