#include <haulwatch/track/identity_parting.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

namespace haulwatch::track {
namespace {

using namespace std::chrono_literals;

constexpr TimeUtc noon = std::chrono::sys_days{std::chrono::year{2026} / 3 / 14} + 12h;

/// Reports under one name, and whose each was found to be.
class Name {
 public:
  explicit Name(IdentityOptions options = {}) : parting_{options} {}

  /// At that place, so many metres east of a fixed one. \returns whether it was found to be of a second vehicle
  bool at(double time_s, double east_m, double speed_mps = 0.0, double odometer_m = -1.0) {
    Fix fix;
    fix.time = noon + milliseconds(time_s);
    fix.speed_mps = static_cast<float>(speed_mps);
    fix.heading_deg = 90.0F;
    fix.odometer_m = odometer_m;
    return parting_.is_of_other(state_, {fix, {east_m, 0.0}, 4.5});
  }
  [[nodiscard]] const IdentityParting::State& state() const { return state_; }
  [[nodiscard]] bool parted() const { return state_.parted != no_time; }

 private:
  IdentityParting parting_;
  IdentityParting::State state_;
};

/// Two that drive on 5 km apart, reporting in turn every 5 s.
Name& share(Name& name, double from_s, int pairs) {
  for (int i = 0; i < pairs; ++i) {
    const double t = from_s + 10.0 * i;
    name.at(t, 14.0 * t, 14.0);
    name.at(t + 5, 5000.0 + 14.0 * t, 14.0);
  }
  return name;
}

TEST(IdentityParting, TakesOneVehicleForOne) {
  Name name;
  for (int i = 0; i < 500; ++i) EXPECT_FALSE(name.at(10.0 * i, 140.0 * i, 14.0));
  EXPECT_FALSE(name.parted());
}

TEST(IdentityParting, PartsTwoThatReportInTurn) {
  Name name;
  share(name, 0, 5);
  ASSERT_TRUE(name.parted());
  EXPECT_EQ(name.state().since, noon + 5s);
  for (int i = 5; i < 200; ++i) {
    const double t = 10.0 * i;
    EXPECT_FALSE(name.at(t, 14.0 * t, 14.0)) << i;
    EXPECT_TRUE(name.at(t + 5, 5000.0 + 14.0 * t, 14.0)) << i;
  }
}

TEST(IdentityParting, KeepsThemApartWhileTheyPassEachOther) {
  Name name;
  share(name, 0, 5);
  ASSERT_TRUE(name.parted());
  // They meet half way, at 28 m/s towards each other.
  for (int i = 5; i < 100; ++i) {
    const double t = 10.0 * i;
    EXPECT_FALSE(name.at(t, 700.0 + 14.0 * (t - 50), 14.0)) << i;
    EXPECT_TRUE(name.at(t + 5, 5000.0 + 630.0 - 14.0 * (t - 45), -14.0)) << i;
  }
}

TEST(IdentityParting, KnowsThemByTheirOdometersWhereTheyStandTogether) {
  Name name;
  for (int i = 0; i < 5; ++i) {
    name.at(10.0 * i, 0.0, 0.0, 120'000.0);
    name.at(10.0 * i + 5, 3000.0, 0.0, 64'000.0);
  }
  ASSERT_TRUE(name.parted());
  for (int i = 0; i < 10; ++i) name.at(60.0 + 10.0 * i, 3000.0 - 300.0 * i, 10.0, 64'000.0 + 300.0 * i);
  for (int i = 0; i < 50; ++i) {
    EXPECT_FALSE(name.at(200.0 + 10.0 * i, 5.0, 0.0, 120'000.0));
    EXPECT_TRUE(name.at(205.0 + 10.0 * i, 0.0, 0.0, 67'000.0));
  }
}

TEST(IdentityParting, SeesNoSecondVehicleInSpikesNorInAJump) {
  Name name;
  for (int i = 0; i < 300; ++i)
    EXPECT_FALSE(name.at(10.0 * i, i % 10 == 5 ? 40'000.0 + 3000.0 * i : 100.0 * i, 10.0)) << i;
  for (int i = 300; i < 900; ++i) EXPECT_FALSE(name.at(10.0 * i, 90'000.0 + 100.0 * i, 10.0)) << i;
  EXPECT_FALSE(name.parted());
}

TEST(IdentityParting, ForgetsOneThatHasGone) {
  Name name{{.forget = 1h}};
  share(name, 0, 5);
  ASSERT_TRUE(name.parted());
  for (int i = 0; i < 400; ++i) name.at(50.0 + 10.0 * i, 700.0);
  EXPECT_FALSE(name.parted());
  EXPECT_FALSE(name.at(5000.0, 700.0));
}

TEST(IdentityParting, PartsNothingWhereItIsSwitchedOff) {
  Name name{{.part = false}};
  share(name, 0, 50);
  EXPECT_FALSE(name.parted());
}

}  // namespace
}  // namespace haulwatch::track
