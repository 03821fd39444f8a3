#include <haulwatch/io/manifest_reader.hpp>
#include <haulwatch/io/registry_reader.hpp>
#include <haulwatch/io/time_text.hpp>

#include "scratch_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <string_view>

namespace haulwatch::io {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TimeUtc at(std::string_view text) {
  return parse_rfc3339(text).value();
}

std::string line(const std::string& id, const std::string& more) {
  return R"({"id":")" + id +
         R"(","permit":"P-1","vehicle":"浙F·A1234","origin":"pit","disposal":"fill","opened_at":"2026-03-12T07:00:00+08:00")" +
         more + "}\n";
}

auto faults_of(const std::string& lines) {
  return read_manifests(lines).faults;
}

auto fault(const std::string& object, const std::string& pointer, const std::string& message) {
  return AllOf(Field("object", &Fault::object, object), Field("pointer", &Fault::pointer, pointer),
               Field("message", &Fault::message, HasSubstr(message)));
}

TEST(ManifestReader, ReadsEveryMember) {
  const ManifestReading reading = read_manifests(line(
      "M-1",
      R"(,"at":"2026-03-12T00:30:00Z","quantity_m3":12.5,"closed_at":"2026-03-12T08:10:00+08:00","voided_at":null)"));
  EXPECT_THAT(reading.faults, IsEmpty());
  const Manifest expected{
      "M-1", at("2026-03-12T00:30:00Z"), "P-1",       "浙F·A1234", "pit", "fill", at("2026-03-11T23:00:00Z"),
      12.5,  at("2026-03-12T00:10:00Z"), std::nullopt};
  ASSERT_THAT(reading.lines, SizeIs(1));
  EXPECT_EQ(reading.lines[0].manifest, expected);
  EXPECT_EQ(reading.lines[0].line, 1U);
}

TEST(ManifestReader, TakesDestinationForDisposal) {
  const ManifestReading reading = read_manifests(
      R"({"id":"M","permit":"P-1","vehicle":"T","origin":"pit","destination":"fill","opened_at":"2026-03-12T07:00:00Z"})");
  ASSERT_THAT(reading.lines, SizeIs(1));
  EXPECT_EQ(reading.lines[0].manifest.destination, "fill");
}

TEST(ManifestReader, TakesTheNewestTimeOfALineWithoutAt) {
  const ManifestReading reading =
      read_manifests(line("open", "") + line("closed", R"(,"closed_at":"2026-03-12T09:00:00+08:00")") +
                     line("void", R"(,"voided_at":"2026-03-12T08:00:00+08:00")"));
  ASSERT_THAT(reading.lines, SizeIs(3));
  EXPECT_EQ(reading.lines[0].manifest.at, at("2026-03-11T23:00:00Z"));
  EXPECT_EQ(reading.lines[1].manifest.at, at("2026-03-12T00:00:00Z"));
  EXPECT_EQ(reading.lines[1].manifest.id, "void") << "versions stand in the order in which they were known";
  EXPECT_EQ(reading.lines[2].manifest.at, at("2026-03-12T01:00:00Z"));
}

TEST(ManifestReader, KeepsTheVersionKnownLastWhateverTheOrderOfLines) {
  const std::string late = line("M", R"(,"at":"2026-03-12T02:00:00Z","quantity_m3":2)");
  const std::string early = line("M", R"(,"at":"2026-03-12T01:00:00Z","quantity_m3":1)");
  for (const std::string& lines : {late + early, early + late}) {
    const auto newest = newest_versions(read_manifests(lines).lines);
    ASSERT_THAT(newest, SizeIs(1));
    EXPECT_EQ(newest[0].quantity_m3, 2.0);
  }
}

TEST(ManifestReader, LetsTheLaterLineWinAtTheSameTime) {
  const auto newest = newest_versions(read_manifests(line("M", R"(,"at":"2026-03-12T02:00:00Z","quantity_m3":1)") +
                                                     line("M", R"(,"at":"2026-03-12T02:00:00Z","quantity_m3":2)"))
                                          .lines);
  ASSERT_THAT(newest, SizeIs(1));
  EXPECT_EQ(newest[0].quantity_m3, 2.0);
}

TEST(ManifestReader, NamesEveryFaultOfEveryLine) {
  EXPECT_THAT(faults_of(line("M-1", "") + "\n" + R"({"id":"","vehicle":true,"opened_at":"noon"})" + "\n" + "[1]\n" +
                        line("M-2", R"(,"quantity_m3":-1,"closed_at":"2026-03-11T00:00:00Z")") + "{\n"),
              ElementsAre(fault("line 3", "/id", "missing"), fault("line 3", "/permit", "missing"),
                          fault("line 3", "/vehicle", "expected"), fault("line 3", "/origin", "missing"),
                          fault("line 3", "/disposal", "missing"), fault("line 3", "/opened_at", "noon"),
                          fault("line 4", "", "array"), fault("line 5", "/closed_at", "before opened_at"),
                          fault("line 5", "/quantity_m3", "cubic metres"), fault("line 6", "", "JSON")));
}

TEST(ManifestReader, KeepsTheSoundLinesBesideTheBrokenOnes) {
  const ManifestReading reading = read_manifests("{}\n" + line("M-1", "") + "\r\n  \n" + line("M-2", ""));
  ASSERT_THAT(reading.lines, SizeIs(2));
  EXPECT_EQ(reading.lines[0].line, 2U);
  EXPECT_EQ(reading.lines[1].line, 5U);
}

TEST(ManifestReader, RefusesAFileWithAFaultWhole) {
  const testing::ScratchFile file{"manifests.jsonl"};
  std::ofstream{file.path()} << line("M-1", "") << "{}\n";
  try {
    static_cast<void>(load_manifests(file.path()));
    FAIL() << "expected a refusal";
  } catch (const Refused& refused) {
    EXPECT_THAT(refused.faults(), SizeIs(6));
  }
  EXPECT_THROW(static_cast<void>(load_manifests(file.path() + ".none")), FileError);
}

TEST(ManifestReader, NamesPermitsAndSitesThatTheRegistryLacks) {
  const auto registry = parse_registry(R"({"type":"FeatureCollection","features":[
    {"type":"Feature","id":"pit","properties":{"kind":"site","role":"origin"},"geometry":{"type":"Polygon",
     "coordinates":[[[121,30],[121.01,30],[121.01,30.01],[121,30]]]}}],"permits":[]})");
  EXPECT_THAT(
      check_references(read_manifests(line("M-1", "")).lines, *registry),
      ElementsAre(fault("line 1", "/permit", "no permit \"P-1\""), fault("line 1", "/disposal", "no site \"fill\"")));
}

}  // namespace
}  // namespace haulwatch::io
