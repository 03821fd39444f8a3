#include <haulwatch/io/csv_reader.hpp>
#include <haulwatch/io/fix_csv.hpp>
#include <haulwatch/io/frame_track_reader.hpp>
#include <haulwatch/io/jt808/encoder.hpp>
#include <haulwatch/io/jt808/profile_reader.hpp>
#include <haulwatch/io/wire.hpp>

#include "io/jt808_frames.hpp"
#include "support/random_fleet.hpp"
#include "support/recorded_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

/// The same day through every door: JT/T 808 frames, CSV and Protobuf.
namespace haulwatch::io {
namespace {

using test::Told;
using ::testing::IsEmpty;

/// What a terminal can say: whole seconds, millionths of a degree, tenths of km/h, whole degrees, tenths of km.
Fix as_a_terminal_says_it(const Fix& fix, std::mt19937_64& random) {
  constexpr std::array<LoadReading, 3> loads{LoadReading::empty, LoadReading::half, LoadReading::full};
  const auto sensed = [&] { return random() % 4 == 0 ? Sensed::yes : Sensed::no; };
  Fix said;
  said.time = std::chrono::floor<std::chrono::seconds>(fix.time);
  said.position = {std::round(fix.position.lon * 1e6) / 1e6, std::round(fix.position.lat * 1e6) / 1e6};
  if (fix.speed_mps) said.speed_mps = Reading{static_cast<float>(std::round(fix.speed_mps.value() * 36.0F) / 36.0)};
  if (fix.heading_deg) said.heading_deg = Reading{std::fmod(std::round(fix.heading_deg.value()), 360.0F)};
  said.odometer_m = 100.0 * static_cast<double>(random() % 10'000'000);
  said.valid = random() % 50 == 0 ? Sensed::no : Sensed::yes;
  said.sensors = {sensed(), sensed(), sensed(), loads[random() % loads.size()]};
  said.backfill = random() % 10 == 0;
  said.vehicle = fix.vehicle;
  return said;
}

test::Recording terminals_day(const test::Recording& day, std::uint64_t seed) {
  std::mt19937_64 random{seed};
  test::Recording said;
  for (std::size_t i = 0; i < day.vehicles.size(); ++i) said.vehicles.push_back(std::to_string(13'800'000'001 + i));
  for (const Fix& fix : day.fixes) said.fixes.push_back(as_a_terminal_says_it(fix, random));
  return said;
}

/// As maker B's terminals send it (profiles/jt808/status-word.json), with the standard's two bits for the load.
std::string location_body(const Fix& fix) {
  const auto bit = [](Sensed sensed, unsigned number) { return sensed == Sensed::yes ? 1U << number : 0U; };
  const std::uint32_t load = fix.sensors.load == LoadReading::full   ? 3U
                             : fix.sensors.load == LoadReading::half ? 1U
                                                                     : 0U;
  jt808::Location location;
  location.status = bit(fix.sensors.ignition, 0) | bit(fix.valid, 1) | load << 8U | bit(fix.sensors.body_lift, 30) |
                    (fix.sensors.cover_closed == Sensed::no ? 1U << 29U : 0U);
  location.position = fix.position;
  location.speed_mps = fix.speed_mps;
  location.heading_deg = fix.heading_deg;
  location.time = fix.time;
  const auto tenths_km = static_cast<std::uint32_t>(fix.odometer_m / 100.0);
  std::string items{"\x01\x04", 2};
  for (int shift = 24; shift >= 0; shift -= 8) items += static_cast<char>(tenths_km >> static_cast<unsigned>(shift));
  location.items = jt808::test::as_bytes(items);
  std::string body;
  append_location_body(body, location);
  return body;
}

/// Live fixes as 0x0200; what is uploaded late as 0x0704, the longest of them split.
std::string frames_of(const test::Recording& day) {
  std::string bytes;
  std::uint16_t serial = 0;
  for (std::size_t i = 0; i < day.fixes.size();) {
    const Fix& first = day.fixes[i];
    const jt808::Address address{
        *jt808::parse_terminal_number(day.vehicles[static_cast<std::size_t>(first.vehicle)]),
        static_cast<std::uint32_t>(first.vehicle) % 2 == 0 ? jt808::HeaderVersion::v2013 : jt808::HeaderVersion::v2019};
    std::vector<std::string> bodies;
    for (; i < day.fixes.size() && day.fixes[i].vehicle == first.vehicle && day.fixes[i].backfill == first.backfill;
         ++i) {
      bodies.push_back(location_body(day.fixes[i]));
      if (!first.backfill) break;
    }
    if (!first.backfill) {
      ++i;
      serial = append_message(bytes, jt808::MessageId::location, address, serial, jt808::test::as_bytes(bodies[0]));
    } else {
      std::string batch;
      append_batch_body(batch, bodies, jt808::BatchKind::backfill);
      serial = append_message(bytes, jt808::MessageId::location_batch, address, serial, jt808::test::as_bytes(batch));
    }
  }
  return bytes;
}

std::shared_ptr<const jt808::Profile> terminals_profile() {
  jt808::ProfileDocument document = jt808::read_profile(R"({"name":"day",
      "body_lift":{"word":"status","bit":30},"cover_closed":{"word":"status","bit":29,"active":"low"},
      "load":{"word":"status","from_bit":8,"bits":2,"values":{"0":"empty","1":"half","3":"full"}}})");
  EXPECT_THAT(document.faults, IsEmpty());
  return std::make_shared<const jt808::Profile>(std::move(document.profile));
}

/// Everything that a reader gives, its vehicles in the order of first sight.
test::Recording all_of(TrackReader& reader, const VehicleNames& names) {
  test::Recording recording;
  FixBatch batch;
  batch.limit = 777;
  while (reader.read_batch(batch))
    recording.fixes.insert(recording.fixes.end(), batch.fixes.begin(), batch.fixes.end());
  for (std::uint32_t i = 0; i < names.size(); ++i) recording.vehicles.emplace_back(names.name(VehicleIndex{i}));
  return recording;
}

test::Recording through_frames(const test::Recording& day) {
  const std::string bytes = frames_of(day);
  TrackFormat format;
  format.profile = terminals_profile();
  VehicleNames names;
  const auto fail = [](const BadRow& bad) { ADD_FAILURE() << bad.line << ": " << bad.cause; };
  const auto reader = read_jt808_tracks(bytes_in_memory(bytes), FrameText::raw, format, names, fail);
  return all_of(*reader, names);
}

test::Recording through_csv(const test::Recording& day) {
  std::string text{tracks_header};
  text += '\n';
  for (const Fix& fix : day.fixes) {
    append_csv(text, day.vehicles[static_cast<std::size_t>(fix.vehicle)], fix);
    text += '\n';
  }
  VehicleNames names;
  const auto fail = [](const BadRow& bad) { ADD_FAILURE() << bad.line << ": " << bad.cause; };
  const auto reader = read_csv_tracks(bytes_in_memory(text), {}, names, fail);
  return all_of(*reader, names);
}

test::Recording through_protobuf(const test::Recording& day) {
  std::string bytes;
  WireWriter writer;
  for (const Fix& fix : day.fixes) writer.append(bytes, fix, day.vehicles[static_cast<std::size_t>(fix.vehicle)]);
  VehicleNames names;
  test::Recording recording;
  WireReader reader{bytes};
  for (Fix fix; reader.next(fix, names) == WireStep::record;) recording.fixes.push_back(fix);
  for (std::uint32_t i = 0; i < names.size(); ++i) recording.vehicles.emplace_back(names.name(VehicleIndex{i}));
  return recording;
}

std::string text_of(const test::Recording& recording) {
  std::string text;
  for (const Fix& fix : recording.fixes) {
    append_csv(text, recording.vehicles[static_cast<std::size_t>(fix.vehicle)], fix);
    text += '\n';
  }
  return text;
}

class SameDay : public ::testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Fleet, SameDay, ::testing::Values(1U, 2U), ::testing::PrintToStringParamName());

TEST_P(SameDay, GivesTheSameEventsThroughFramesCsvAndProtobuf) {
  const test::RandomFleet fleet = test::random_fleet({.seed = GetParam(), .vehicles = 6});
  const test::RegistryPtr registry = fleet.registry();
  const test::Recording day = terminals_day(fleet.recording, GetParam());
  const Told direct = test::replay(registry, day);
  ASSERT_GT(direct.events.size(), 50U);

  const test::Recording by_frames = through_frames(day);
  const test::Recording by_csv = through_csv(day);
  const test::Recording by_protobuf = through_protobuf(day);
  EXPECT_EQ(text_of(by_frames), text_of(day)) << "every number to the bit";
  EXPECT_EQ(text_of(by_csv), text_of(day));
  EXPECT_EQ(text_of(by_protobuf), text_of(day));
  EXPECT_TRUE(test::same_events(direct, test::replay(registry, by_frames)));
  EXPECT_TRUE(test::same_events(direct, test::replay(registry, by_csv)));
  EXPECT_TRUE(test::same_events(direct, test::replay(registry, by_protobuf)));
}

TEST(Jt808Fixes, HaveTheSpeedThatTheirCsvHas) {
  // A reader for each speed is slow: every 97th meets all last digits.
  for (std::uint32_t tenths_kmh = 0; tenths_kmh < 65535; tenths_kmh += 97) {
    Fix fix;
    fix.time = TimeUtc{};
    fix.speed_mps = Reading{static_cast<float>(tenths_kmh / 36.0)};
    std::string row;
    append_csv(row, "T", fix);
    const std::string text = std::string{tracks_header} + "\n" + row + "\n";
    VehicleNames names;
    const auto reader = read_csv_tracks(bytes_in_memory(text), {}, names);
    FixBatch batch;
    ASSERT_TRUE(reader->read_batch(batch)) << text;
    ASSERT_EQ(batch.fixes[0].speed_mps, fix.speed_mps) << tenths_kmh;
  }
}

TEST(TrackReaders, KnowFramesAndSentencesByTheirNameOrFirstBytes) {
  const std::string frame = jt808::test::from_hex(jt808::test::good_frame);
  const std::string hex = "# one truck\n" + std::string{jt808::test::good_frame} + "\n";
  const std::string rmc = "$GPRMC,070000.00,A,3043.2000,N,12100.0000,E,27.0,090.0,120326,,*08\r\n";
  const auto vehicle_in = [](const std::string& content, const std::string& name, TrackFormat format = {}) {
    VehicleNames names;
    const auto reader = read_tracks(bytes_in_memory(content, name), format, names);
    FixBatch batch;
    return reader->read_batch(batch) ? std::string{names.name(batch.fixes[0].vehicle)} : std::string{"none"};
  };
  EXPECT_EQ(vehicle_in(frame, "memory"), "13812345678");
  EXPECT_EQ(vehicle_in("noise" + frame, "day.jt808"), "13812345678");
  EXPECT_EQ(vehicle_in(hex, "day.hex"), "13812345678");
  EXPECT_EQ(vehicle_in(hex.substr(hex.find('\n') + 1), "memory"), "13812345678");
  EXPECT_EQ(vehicle_in(rmc, "T-7.log"), "T-7");
  EXPECT_EQ(vehicle_in("garbage\n" + rmc, "T-8.nmea"), "T-8");
  TrackFormat named;
  named.map("vehicle='B-1'");
  named.input = TrackInput::nmea;
  EXPECT_EQ(vehicle_in(rmc, "x", named), "B-1");
}

TEST(Jt808Tracks, NameTheLineOfEveryRefusedFrame) {
  const std::string hex = std::string{jt808::test::good_frame} + "\nzz\n\n7e000200000138123456780001337e\n" +
                          std::string{jt808::test::good_frame}.substr(0, 40) + "\n";
  VehicleNames names;
  std::vector<std::string> bad;
  const auto keep = [&](const BadRow& row) { bad.push_back(std::to_string(row.line) + " " + std::string{row.cause}); };
  const auto reader = read_jt808_tracks(bytes_in_memory(hex), FrameText::hex, {}, names, keep);
  FixBatch batch;
  EXPECT_TRUE(reader->read_batch(batch));
  EXPECT_FALSE(reader->read_batch(batch));
  EXPECT_THAT(bad, ::testing::ElementsAre("2 not hex digits", "4 check byte is wrong", "5 input ends within a frame"));
}

}  // namespace
}  // namespace haulwatch::io
