#include <haulwatch/error.hpp>
#include <haulwatch/simulation/profile.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace haulwatch::simulation {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

std::vector<std::string> pointers_refused(std::string_view json) {
  try {
    static_cast<void>(read_profile(json, "test"));
  } catch (const Refused& refused) {
    std::vector<std::string> pointers;
    for (const Fault& fault : refused.faults()) pointers.push_back(fault.pointer);
    return pointers;
  }
  return {};
}

TEST(Profile, KeepsWhatAFileDoesNotName) {
  const Profile profile = read_profile(R"({"dumping": {"loads": 0.5}})", "test");

  EXPECT_EQ(profile.dumping.loads.value, 0.5);
  EXPECT_EQ(profile.dumping.dishonest.value, Profile{}.dumping.dishonest.value);
  EXPECT_EQ(profile.work.loading.median_s, Profile{}.work.loading.median_s);
}

TEST(Profile, NamesEachUnknownKeyByItsPointer) {
  EXPECT_THAT(pointers_refused(R"({"dumpling": {}, "work": {"loading": {"median": 3}}})"),
              UnorderedElementsAre("/dumpling", "/work/loading/median"));
}

TEST(Profile, RefusesAShareAboveOne) {
  EXPECT_THAT(pointers_refused(R"({"dumping": {"loads": 1.5}})"), ElementsAre("/dumping/loads"));
}

TEST(Profile, RefusesATimeWhoseBoundsAreTheWrongWayRound) {
  EXPECT_THAT(pointers_refused(R"({"work": {"loading": {"least_s": 500, "median_s": 400, "most_s": 300}}})"),
              ElementsAre("/work/loading", "/work/loading"));
}

TEST(Profile, RefusesWhatIsNoJson) {
  EXPECT_THROW(static_cast<void>(read_profile("{", "test")), Refused);
}

TEST(Profile, IsFoundByItsNameWhereverTheProgramStands) {
  for (const char* name : {"clean", "typical", "gps-only", "sparse", "hostile", "metropolis"})
    EXPECT_NO_THROW(static_cast<void>(load_profile(name))) << name;
  EXPECT_EQ(load_profile("clean").dumping.dishonest.value, 0.0);
}

TEST(Profile, SaysWhichNamesThereAreWhenItIsNotFound) {
  try {
    static_cast<void>(load_profile("no-such-profile"));
    FAIL() << "it was found";
  } catch (const FileError& error) {
    EXPECT_THAT(error.what(), HasSubstr("hostile"));
  }
}

TEST(Duration, DrawsHalfOfItsTimesBelowTheMedianAndNoneOutOfBounds) {
  const Duration duration{100.0, 0.5, 40.0, 400.0};
  Random random{3};
  int below = 0;
  for (int i = 0; i < 10000; ++i) {
    const double seconds = duration.draw(random);
    ASSERT_GE(seconds, 40.0);
    ASSERT_LE(seconds, 400.0);
    below += seconds < 100.0 ? 1 : 0;
  }
  EXPECT_NEAR(below, 5000, 200);
}

}  // namespace
}  // namespace haulwatch::simulation
