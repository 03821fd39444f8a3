#include <haulwatch/io/jt808/encoder.hpp>
#include <haulwatch/io/jt808/profile_reader.hpp>
#include <haulwatch/io/jt808/stream_parser.hpp>

#include "io/jt808_frames.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace haulwatch::io::jt808 {
namespace {

using test::from_hex;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::shared_ptr<const Profile> shipped(const std::string& name) {
  return load_profile(HAULWATCH_SOURCE_DIR "/profiles/jt808/" + name + ".json");
}

std::shared_ptr<const Profile> profile_of(std::string_view json) {
  ProfileDocument document = read_profile(json);
  for (const auto& fault : document.faults) ADD_FAILURE() << fault.pointer << ": " << fault.message;
  return std::make_shared<const Profile>(std::move(document.profile));
}

/// What a terminal with that profile says by a status and extra items.
SensorReport read(const std::shared_ptr<const Profile>& profile, std::uint32_t status, std::string_view items_hex = "",
                  Counts* counts = nullptr) {
  const std::string items = from_hex(items_hex);
  Location location;
  location.status = status | 3U;
  location.time = TimeUtc{};
  location.time += std::chrono::hours{24 * 365 * 50};
  location.items = test::as_bytes(items);
  std::string body;
  append_location_body(body, location);
  std::string bytes;
  append_message(bytes, MessageId::location, {*parse_terminal_number("1")}, 1, test::as_bytes(body));
  const test::Parsed parsed = test::parse(bytes, {.profile = profile});
  if (counts != nullptr) *counts = parsed.counts;
  return parsed.positions.at(0).sensors;
}

constexpr std::uint32_t bit(unsigned number) {
  return 1U << number;
}
bool is_set(const std::bitset<sensor_part_count>& parts, SensorPart part) {
  return parts[static_cast<std::size_t>(part)];
}

TEST(Jt808Profile, EveryShippedOneIsSound) {
  std::size_t profiles = 0;
  for (const auto& entry : std::filesystem::directory_iterator{HAULWATCH_SOURCE_DIR "/profiles/jt808"}) {
    EXPECT_EQ(load_profile(entry.path().string())->name, entry.path().stem().string());
    ++profiles;
  }
  EXPECT_EQ(profiles, 5U);
}

TEST(Jt808Profile, StandardLoadTakesZeroForEmpty) {
  const auto profile = shipped("standard-load");
  EXPECT_EQ(read(profile, 0).sensors.load, LoadReading::empty);
  EXPECT_EQ(read(profile, bit(8)).sensors.load, LoadReading::half);
  EXPECT_EQ(read(profile, bit(9)).sensors.load, LoadReading::unknown) << "10 is reserved";
  EXPECT_EQ(read(profile, bit(8) | bit(9)).sensors.load, LoadReading::full);
  EXPECT_EQ(read(profile, 0).sensors.body_lift, Sensed::unknown);
  EXPECT_EQ(read(profile, 0).sensors.ignition, Sensed::yes);
}

TEST(Jt808Profile, MakerAHasAStatusTableAndALoadVoltage) {
  const auto profile = shipped("status-table");
  // Lid open (9) and body lifted (10); 2.50 V, so loaded.
  SensorReport report = read(profile, 0, "e104 00000600  2b04 000000fa");
  EXPECT_EQ(report.sensors.body_lift, Sensed::yes);
  EXPECT_EQ(report.sensors.cover_closed, Sensed::no);
  EXPECT_EQ(report.sensors.load, LoadReading::full);
  EXPECT_TRUE(report.faulty.none());
  report = read(profile, 0, "e104 00080000  2b04 00000190");  // overload (19); 4.00 V, so empty
  EXPECT_EQ(report.sensors.body_lift, Sensed::no);
  EXPECT_EQ(report.sensors.cover_closed, Sensed::yes);
  EXPECT_EQ(report.sensors.load, LoadReading::empty);
  EXPECT_EQ(report.overloaded, Sensed::yes);
}

TEST(Jt808Profile, MakerAsVoltageTellsAShortAndAnOpenCircuit) {
  const auto profile = shipped("status-table");
  const auto load_at = [&](std::string_view volts_hex) {
    return read(profile, 0, "e104 00000000 2b04 0000" + std::string{volts_hex});
  };
  for (const std::string_view short_or_open : {"0000", "00c7", "01c2", "ffff"}) {
    EXPECT_EQ(load_at(short_or_open).sensors.load, LoadReading::unknown) << short_or_open;
    EXPECT_TRUE(is_set(load_at(short_or_open).faulty, SensorPart::load)) << short_or_open;
  }
  EXPECT_EQ(load_at("00c8").sensors.load, LoadReading::full);   // 2.00 V
  EXPECT_EQ(load_at("013f").sensors.load, LoadReading::full);   // 3.19 V
  EXPECT_EQ(load_at("0140").sensors.load, LoadReading::empty);  // 3.20 V
  EXPECT_EQ(load_at("01c1").sensors.load, LoadReading::empty);  // 4.49 V
}

TEST(Jt808Profile, AFaultySensorProvesNothing) {
  const auto profile = shipped("status-table");
  const SensorReport report = read(profile, 0, "e104 72000600 2b04 000000fa");  // faults 25, 29, 30
  EXPECT_EQ(report.sensors.body_lift, Sensed::unknown);
  EXPECT_EQ(report.sensors.cover_closed, Sensed::unknown);
  EXPECT_EQ(report.sensors.load, LoadReading::unknown);
  EXPECT_TRUE(is_set(report.faulty, SensorPart::load));
  EXPECT_TRUE(is_set(report.faulty, SensorPart::cover));
  EXPECT_TRUE(is_set(report.faulty, SensorPart::body_lift));
}

TEST(Jt808Profile, AWordThatDidNotComeSaysNothing) {
  const SensorReport report = read(shipped("status-table"), 0, "3001 10");
  EXPECT_EQ(report.sensors.body_lift, Sensed::unknown);
  EXPECT_EQ(report.sensors.cover_closed, Sensed::unknown);
  EXPECT_EQ(report.sensors.load, LoadReading::unknown);
  EXPECT_EQ(read(shipped("status-table"), 0, "e103 000006").sensors.body_lift, Sensed::unknown) << "too short";
}

TEST(Jt808Profile, MakerBReusesTheStandardsStatus) {
  const auto profile = shipped("status-word");
  SensorReport report = read(profile, bit(28) | bit(30));
  EXPECT_EQ(report.sensors.load, LoadReading::full);
  EXPECT_EQ(report.sensors.body_lift, Sensed::yes);
  EXPECT_EQ(report.sensors.cover_closed, Sensed::yes);
  report = read(profile, bit(29));
  EXPECT_EQ(report.sensors.load, LoadReading::empty);
  EXPECT_EQ(report.sensors.body_lift, Sensed::no);
  EXPECT_EQ(report.sensors.cover_closed, Sensed::no);
}

TEST(Jt808Profile, MakerCHasTwoCoversAndSaysWhichSensorsAreConnected) {
  const auto profile = shipped("vehicle-word");
  SensorReport report = read(profile, 0, "e204 00000727");  // all connected, both covers, raised, loaded
  EXPECT_EQ(report.sensors.cover_closed, Sensed::yes);
  EXPECT_EQ(report.sensors.body_lift, Sensed::yes);
  EXPECT_EQ(report.sensors.load, LoadReading::full);
  report = read(profile, 0, "e204 00000701");  // the left cover alone
  EXPECT_EQ(report.sensors.cover_closed, Sensed::no);
  report = read(profile, 0, "e204 00000427");  // only the load sensor is connected
  EXPECT_EQ(report.sensors.cover_closed, Sensed::unknown);
  EXPECT_EQ(report.sensors.body_lift, Sensed::unknown);
  EXPECT_EQ(report.sensors.load, LoadReading::full);
}

TEST(Jt808Profile, MakerDHasAContainerAndTamperFlags) {
  const auto profile = shipped("vehicle-bus");
  SensorReport report = read(profile, 0, "e308 0001 01 0f 0002 01 00");
  EXPECT_EQ(report.sensors.load, LoadReading::full);
  EXPECT_EQ(report.sensors.cover_closed, Sensed::yes);
  EXPECT_EQ(report.sensors.body_lift, Sensed::yes);
  report = read(profile, 0, "e308 0001 01 0f 0002 01 0a");  // cover and engine tampered with
  EXPECT_EQ(report.sensors.cover_closed, Sensed::unknown);
  EXPECT_EQ(report.sensors.body_lift, Sensed::yes);
  EXPECT_TRUE(is_set(report.tampered, SensorPart::cover));
  EXPECT_TRUE(is_set(report.tampered, SensorPart::engine));
  EXPECT_FALSE(is_set(report.tampered, SensorPart::load));
  EXPECT_EQ(read(profile, 0, "e303 0001 05").sensors.load, LoadReading::unknown) << "a container that breaks off";
}

TEST(Jt808Profile, ReadsItemsThatAreFramedOtherwise) {
  const auto profile = profile_of(R"({"name":"framings","item_framing":{"0xF3A1":"2+1","0x64":"1+4","0xF401":"2+2"},
      "words":{"a":{"item":"0xF3A1","bytes":1},"b":{"item":"0x64","bytes":2,"offset":1,"order":"little"},
               "c":{"item":"0xF401","bytes":1}},
      "body_lift":{"word":"a","bit":0},"cover_closed":{"word":"b","bit":8},
      "tamper":{"engine":{"word":"c","bit":7}}})");
  Counts counts;
  const SensorReport report =
      read(profile, 0, "f3a1 01 01  64 00000003 ff 00 01  f401 0001 80  f301 07  3001 11", &counts);
  EXPECT_EQ(counts.broken_items, 0U);
  EXPECT_EQ(report.sensors.body_lift, Sensed::yes);
  EXPECT_EQ(report.sensors.cover_closed, Sensed::yes);
  EXPECT_TRUE(is_set(report.tampered, SensorPart::engine));
  EXPECT_THAT(counts.unknown_items.entries(), ElementsAre(IdCounts::Entry{0xF3, 1}))
      << "another number with the same first byte is framed as usual";
}

TEST(Jt808Profile, NamesEveryFaultOfItsDocumentAtOnce) {
  const ProfileDocument document = read_profile(R"({
    "lift": {}, "words": {"w": {"item": "E1x", "bytes": 5, "order": "middle", "inside": {"framing": "3+1"}},
                          "status": {"item": "0xE1"}, "n": 3},
    "item_framing": {"0xE1": "1+3", "x": "1+1"},
    "body_lift": {"word": "nowhere", "bit": 40}, "cover_closed": {"word": "status"}, "ignition": 3,
    "load": {"word": "status", "from_bit": 30, "bits": 4, "values": {}}, "tamper": {"wheel": {}}})");
  std::vector<std::string> pointers;
  for (const auto& fault : document.faults) pointers.push_back(fault.pointer);
  for (const std::string_view pointer :
       {"/lift", "/name", "/words/w/item", "/words/w/bytes", "/words/w/order", "/words/w/inside/framing",
        "/words/w/inside/item", "/words/status", "/words/n", "/item_framing/0xE1", "/item_framing/x", "/body_lift/word",
        "/body_lift/bit", "/cover_closed/bit", "/ignition", "/load/bits", "/tamper/wheel"}) {
    EXPECT_THAT(pointers, Contains(pointer));
  }
}

TEST(Jt808Profile, RefusesLoadsThatCannotBeMeant) {
  const auto first_fault = [](std::string_view load) {
    const ProfileDocument document =
        read_profile(R"({"name":"x","words":{"v":{"item":"0x2B","bytes":2}},"load":)" + std::string{load} + "}");
    return document.faults.empty() ? std::string{"none"} : document.faults[0].pointer;
  };
  EXPECT_EQ(first_fault(R"({"word":"v"})"), "/load");
  EXPECT_EQ(first_fault(R"({"word":"v","values":{"0":"empty"},"ranges":[]})"), "/load");
  EXPECT_EQ(first_fault(R"({"word":"v","values":{"16":"empty"}})"), "/load/values/16");
  EXPECT_EQ(first_fault(R"({"word":"v","values":{"1":"heavy"}})"), "/load/values/1");
  EXPECT_EQ(first_fault(R"({"word":"v","ranges":[{"below":2,"is":"full"},{"below":1,"is":"empty"}]})"),
            "/load/ranges/1/below");
  EXPECT_EQ(first_fault(R"({"word":"v","ranges":[{"below":2}]})"), "/load/ranges/0/is");
  EXPECT_EQ(first_fault(R"({"word":"v","bit":16})"), "/load/bit");
  EXPECT_EQ(first_fault(R"({"word":"v","bit":15})"), "none");
}

TEST(Jt808Profile, IsRefusedWholeWhereItIsNoDocument) {
  EXPECT_THAT(read_profile("[]").faults, SizeIs(1));
  EXPECT_THAT(read_profile("{").faults, SizeIs(1));
  EXPECT_THROW((void)load_profile(HAULWATCH_SOURCE_DIR "/profiles/jt808/none.json"), FileError);
}

}  // namespace
}  // namespace haulwatch::io::jt808
