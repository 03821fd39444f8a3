#include <haulwatch/io/settings_reader.hpp>

#include "scratch_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <random>
#include <string>

namespace haulwatch::io {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

struct HaltOptions {
  Metres radius{25.0};
  Milliseconds min_duration = 90s;
  std::uint8_t fixes = 2;
  bool watch_at_night = true;
};
struct PaceOptions {
  MetresPerSecond limit{22.5};
  double tolerance = 1.1;
  float weight = 0.1F;
};
struct Nested {
  PaceOptions pace;
};
struct Choices {
  HaltOptions halt;
  Nested nested;
};

SettingsSchema<Choices> schema() {
  SettingsSchema<Choices> made;
  made.group("halt", &Choices::halt)
      .option("radius_m", &HaltOptions::radius, {1, 500}, {"a parked receiver \"wanders\"", "measured"})
      .option("min_duration_s", &HaltOptions::min_duration, {0.5, 86400}, {"shorter halts are traffic", ""})
      .option("fixes", &HaltOptions::fixes, {1, 20}, {"one alone may be an outlier", "judged"})
      .option("watch_at_night", &HaltOptions::watch_at_night, {"dumping is done at night", ""});
  made.group(
          "pace", [](auto& choices) -> auto& { return choices.nested.pace; })
      .option("limit_mps", &PaceOptions::limit, {1, 60}, {"81 km/h", "law"})
      .option("tolerance", &PaceOptions::tolerance, {1, 2}, {"speedometers err", ""})
      .option("weight", &PaceOptions::weight, {0, 1}, {"a share", ""});
  return made;
}

auto fault_at(const std::string& pointer, const std::string& part_of_message) {
  return AllOf(Field(&Fault::pointer, pointer), Field(&Fault::message, HasSubstr(part_of_message)));
}

TEST(Settings, ReadsEveryTypeByItsUnit) {
  Choices choices;
  EXPECT_THAT(schema().read(R"({"halt": {"radius_m": 40, "min_duration_s": 1.5, "fixes": 3, "watch_at_night": false},
                               "pace": {"limit_mps": 13.9, "tolerance": 1, "weight": 0.25}})",
                            choices),
              IsEmpty());
  EXPECT_EQ(choices.halt.radius, Metres{40.0});
  EXPECT_EQ(choices.halt.min_duration, 1500ms);
  EXPECT_EQ(choices.halt.fixes, 3);
  EXPECT_FALSE(choices.halt.watch_at_night);
  EXPECT_EQ(choices.nested.pace.limit, MetresPerSecond{13.9});
  EXPECT_EQ(choices.nested.pace.tolerance, 1.0);
  EXPECT_EQ(choices.nested.pace.weight, 0.25F);
}

TEST(Settings, WhatIsNotNamedKeepsItsValue) {
  Choices choices;
  EXPECT_THAT(schema().read(R"({"halt": {"fixes": 5}})", choices), IsEmpty());
  EXPECT_EQ(choices.halt.fixes, 5);
  EXPECT_EQ(choices.halt.radius, Metres{25.0});
}

TEST(Settings, NamesEveryFaultAtOnceAndThenChangesNothing) {
  Choices choices;
  const std::vector<Fault> faults = schema().read(
      R"({"halt": {"radius_m": 0, "min_duration_s": "2 min", "fixes": 2.5, "watch_at_night": 1, "radius_km": 3},
          "pace": {"limit_mps": 1e999, "tolerance": null}, "hlat": {}, "halt~/": 1})",
      choices);
  EXPECT_THAT(faults,
              UnorderedElementsAre(fault_at("/halt/radius_m", "a number from 1 to 500"),
                                   fault_at("/halt/min_duration_s", "a number from 0.5 to 86400"),
                                   fault_at("/halt/fixes", "a whole number from 1 to 20"),
                                   fault_at("/halt/watch_at_night", "true or false"),
                                   fault_at("/halt/radius_km", "no such option"),
                                   fault_at("/pace/limit_mps", "from 1 to 60"), fault_at("/pace/tolerance", "null"),
                                   fault_at("/hlat", "no such group"), fault_at("/halt~0~1", "no such group")));
  EXPECT_EQ(schema().to_json_text(choices), schema().to_json_text(Choices{}));
}

TEST(Settings, AGoodValueBesideABadOneIsNotTakenEither) {
  Choices choices;
  EXPECT_THAT(schema().read(R"({"halt": {"fixes": 5, "radius_m": -1}})", choices), ::testing::SizeIs(1));
  EXPECT_EQ(choices.halt.fixes, 2);
}

TEST(Settings, RefusesWhatIsNoObjectOfGroups) {
  Choices choices;
  EXPECT_THAT(schema().read("[]", choices), ElementsAre(fault_at("", "expected an object")));
  EXPECT_THAT(schema().read(R"({"halt": 3})", choices), ElementsAre(fault_at("/halt", "a number, expected an object")));
  EXPECT_THAT(schema().read("{\"halt\":\n {\"fixes\" 3}}", choices), ElementsAre(fault_at("", "line 2, column 11")));
  EXPECT_THAT(schema().read(R"({"halt": {"fixes": 3, "fixes": 4}})", choices),
              ElementsAre(fault_at("/halt/fixes", "twice")));
}

TEST(Settings, WhatIsWrittenIsReadBackAndExplainsItself) {
  const std::string text = schema().to_json_text(Choices{});
  EXPECT_THAT(text, HasSubstr(R"(    "//min_duration_s": "shorter halts are traffic; a number from 0.5 to 86400",
    "min_duration_s": 90,)"));
  EXPECT_THAT(text, HasSubstr(R"("//radius_m": "a parked receiver \"wanders\" (measured); a number from 1 to 500")"));
  EXPECT_THAT(text, HasSubstr("\"weight\": 0.1\n"));
  Choices other;
  other.halt = {Metres{1.0}, 1s, 9, false};
  other.nested.pace = {MetresPerSecond{1.0}, 1.0, 1.0F};
  EXPECT_THAT(schema().read(text, other), IsEmpty());
  EXPECT_EQ(schema().to_json_text(other), text);
}

TEST(Settings, AnyValuesRoundThrough) {
  constexpr unsigned seed = 3;
  std::mt19937 random{seed};
  const auto any = [&](double low, double high) { return std::uniform_real_distribution{low, high}(random); };
  for (int round = 0; round < 500; ++round) {
    Choices made;
    made.halt = {Metres{any(1, 500)}, Milliseconds{500 + random() % 86'399'000}, std::uint8_t(1 + random() % 20),
                 random() % 2 == 0};
    made.nested.pace = {MetresPerSecond{any(1, 60)}, any(1, 2), static_cast<float>(any(0, 1))};
    Choices read;
    ASSERT_THAT(schema().read(schema().to_json_text(made), read), IsEmpty()) << "seed 3, round " << round;
    ASSERT_EQ(read.halt.radius, made.halt.radius);
    ASSERT_EQ(read.halt.min_duration, made.halt.min_duration);
    ASSERT_EQ(read.nested.pace.tolerance, made.nested.pace.tolerance);
    ASSERT_EQ(read.nested.pace.weight, made.nested.pace.weight);
  }
}

TEST(Settings, ASchemaWithAMistakeThrowsWhenItIsPutTogether) {
  SettingsSchema<Choices> wrong;
  auto group = wrong.group("halt", &Choices::halt);
  EXPECT_THROW(group.option("radius", &HaltOptions::radius, {1, 2}, {"", ""}), Error);
  EXPECT_THROW(group.option("fixes", &HaltOptions::fixes, {0, 256}, {"", ""}), Error);
  group.option("fixes", &HaltOptions::fixes, {0, 255}, {"", ""});
  EXPECT_THROW(group.option("fixes", &HaltOptions::fixes, {0, 255}, {"", ""}), Error);
}

TEST(Settings, AFileIsRefusedByItsName) {
  const testing::ScratchFile file{"settings.json"};
  std::ofstream{file.path()} << R"({"halt": {"fixes": 99}})";
  Choices choices;
  try {
    schema().load(file.path(), choices);
    FAIL() << "not refused";
  } catch (const Refused& refused) {
    EXPECT_THAT(refused.what(), AllOf(HasSubstr(file.path()), HasSubstr("/halt/fixes")));
  }
  EXPECT_THROW(schema().load(file.path() + ".none", choices), FileError);
}

}  // namespace
}  // namespace haulwatch::io
