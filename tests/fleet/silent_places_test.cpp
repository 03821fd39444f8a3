#include "fleet/fleet_story.hpp"

#include <haulwatch/fleet/silent_places.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace haulwatch::test {
namespace {

using Short = std::vector<std::string>;

class SilentPlaces : public ::testing::Test {
 protected:
  static constexpr geo::LocalPoint bend{4'000, 1'000};

  /// A loaded way of 40 minutes every hour; it falls silent from its 15th to its 25th minute, where told.
  void way(std::string_view vehicle, int number, const std::vector<geo::LocalPoint>& silent_at = {},
           float gap_m = 900.0F) {
    const double start = 60.0 * number;
    double at = start + 15.0;
    for (const geo::LocalPoint place : silent_at) {
      for (const Event& event : story_.silence(vehicle, at, at + 10.0, place, gap_m)) all_.push_back(event);
      at += 12.0;
    }
    all_.push_back(story_.trip(vehicle, start, start + 40.0));
  }
  static geo::LocalPoint beside(double east_m) { return {bend.x + east_m, bend.y}; }

  FleetStory story_;
  std::vector<Event> all_;
};

TEST_F(SilentPlaces, WhoFallsSilentAtOnePlaceOnThreeLoadedWaysIsToldOnce) {
  for (int i = 0; i < 9; ++i) way("A", i, i % 2 == 0 ? std::vector{beside(20.0 * i)} : std::vector<geo::LocalPoint>{});
  const std::vector<Event> told = story_.found(all_);
  ASSERT_EQ(in_short(told), Short{"A silent_again"});
  EXPECT_EQ(told.front().kind, EventKind::tamper_suspected);
  EXPECT_EQ(told.front().time, minute(4 * 60 + 15)) << "the third time";
  EXPECT_EQ(told.front().detected, minute(4 * 60 + 41));
  const auto values = finding_of(told.front()).values.list();
  ASSERT_EQ(values.size(), 3U);
  EXPECT_EQ(values[0], (Measure{"ways_silent", 3.0}));
  EXPECT_EQ(values[1], (Measure{"ways", 5.0}));
  EXPECT_EQ(values[2], (Measure{"silent_s", 600.0}));
}

TEST_F(SilentPlaces, ThreeSilencesOfOneWayAreOne) {
  way("A", 0, {bend, bend});
  way("A", 1, {bend, bend});
  EXPECT_EQ(in_short(story_.found(all_)), Short{});
}

TEST_F(SilentPlaces, SilencesHereAndThereAreTerminalsThatDie) {
  for (int i = 0; i < 12; ++i) way("A", i, {beside(700.0 * i)});
  EXPECT_EQ(in_short(story_.found(all_)), Short{});
}

TEST_F(SilentPlaces, SilencesOfWaysLongAgoDoNotCount) {
  for (int i = 0; i < 30; ++i) way("A", i, i % 8 == 0 ? std::vector{bend} : std::vector<geo::LocalPoint>{});
  EXPECT_EQ(in_short(story_.found(all_)), Short{}) << "two among any ten";
}

TEST_F(SilentPlaces, ATruckThatIsEmptyHidesNothing) {
  for (int i = 0; i < 8; ++i) {
    way("A", i);
    for (const Event& event : story_.silence("A", 60.0 * i + 45.0, 60.0 * i + 55.0, bend)) all_.push_back(event);
  }
  EXPECT_EQ(in_short(story_.found(all_)), Short{});
}

TEST_F(SilentPlaces, ATerminalThatSleepsInARegisteredSiteHidesNothing) {
  for (const float gap_m : {40.0F, 900.0F}) {
    all_.clear();
    for (int i = 0; i < 8; ++i) {
      way("A", i, {bend}, gap_m);
      all_.push_back(story_.stop("A", 60.0 * i + 14.0, 60.0 * i + 15.5, bend, "canteen"));
    }
    EXPECT_EQ(in_short(story_.found(all_)), gap_m < 100.0F ? Short{} : Short{"A silent_again"}) << "if it stays there";
  }
}

TEST_F(SilentPlaces, WhereOthersFallSilentAgainAndAgainIsATunnel) {
  for (int i = 0; i < 4; ++i)
    for (const std::string_view name : {"A", "B", "C"}) way(name, i, {bend});
  EXPECT_EQ(in_short(FleetStory::standing(story_.found(all_))), Short{});
}

TEST_F(SilentPlaces, OneOtherMayBeAnAccomplice) {
  for (int i = 0; i < 4; ++i)
    for (const std::string_view name : {"A", "B"}) way(name, i, {bend});
  EXPECT_EQ(in_short(story_.found(all_)), (Short{"A silent_again", "B silent_again"}));
}

TEST_F(SilentPlaces, WhatOthersShowLaterTakesItBack) {
  for (int i = 0; i < 4; ++i) way("A", i, {bend});
  for (int i = 10; i < 12; ++i)
    for (const std::string_view name : {"B", "C"}) way(name, i, {bend});
  EXPECT_EQ(in_short(story_.found(all_)), (Short{"A silent_again", "A silent_again not"}));
}

TEST_F(SilentPlaces, ASilenceThatWasNoneTakesItBack) {
  for (int i = 0; i < 3; ++i) way("A", i, {bend});
  for (Event event : story_.silence("A", 75.0, 85.0, bend)) all_.push_back(revised(event, 400.0, true));
  EXPECT_EQ(in_short(story_.found(all_)), (Short{"A silent_again", "A silent_again not"}));
}

TEST_F(SilentPlaces, WhatWasToldStandsWhenItsWaysAreForgotten) {
  for (int i = 0; i < 4; ++i) way("A", i, {bend});
  for (int day = 1; day < 40; ++day) way("B", 24 * day);
  EXPECT_EQ(in_short(story_.found(all_)), Short{"A silent_again"});
  for (int i = 0; i < 4; ++i) way("A", 24 * 40 + i, {bend});
  EXPECT_EQ(in_short(story_.found(all_)), Short{"A silent_again"}) << "once a place";
}

TEST_F(SilentPlaces, ARestoredFoldHasTheSameFuture) {
  for (int i = 0; i < 5; ++i) way("A", i, {bend});
  for (int i = 2; i < 7; ++i) way("B", i, {beside(100.0)});
  std::stable_sort(all_.begin(), all_.end(), happens_before);
  const Short expected = in_short(story_.found(all_));
  ASSERT_EQ(expected.size(), 2U);
  for (std::size_t cut = 0; cut <= all_.size(); ++cut) {
    const auto middle = all_.begin() + static_cast<std::ptrdiff_t>(cut);
    fleet::Fleet first{story_.registry()};
    std::vector<Event> told = FleetStory::found(first, {all_.begin(), middle});
    fleet::Fleet second{story_.registry()};
    second.restore(first.save());
    const std::vector<Event> rest = FleetStory::found(second, {middle, all_.end()});
    told.insert(told.end(), rest.begin(), rest.end());
    EXPECT_EQ(in_short(told), expected) << cut;
  }
}

TEST_F(SilentPlaces, CorrectionsLeaveNoTrace) {
  std::size_t found = 0;
  for (std::uint64_t seed = 1; seed <= 80; ++seed) {
    std::mt19937_64 random{seed};
    const auto chance = [&](double share) { return std::uniform_real_distribution<double>{}(random) < share; };
    all_.clear();
    for (int i = 0; i < 10; ++i)
      for (const std::string_view name : {"A", "B", "C"}) {
        if (chance(name == "A" ? 0.6 : 0.15)) {
          way(name, i, {beside(chance(0.8) ? 50.0 : 2'000.0)});
        } else {
          way(name, i);
        }
      }
    std::vector<Event> told;
    std::vector<Event> truth;
    for (const Event& event : all_) {
      told.push_back(event);
      if (chance(0.08)) {
        told.push_back(revised(event, 1'000.0 + static_cast<double>(told.size()), true));
      } else {
        truth.push_back(event);
      }
    }
    const auto ids = [](const std::vector<Event>& events) {
      std::vector<std::pair<std::uint64_t, double>> all;
      for (const Event& event : events)
        all.emplace_back(static_cast<std::uint64_t>(event.id), finding_of(event).values.list().front().value);
      return all;
    };
    const auto standing = ids(FleetStory::standing(story_.found(told)));
    EXPECT_EQ(standing, ids(FleetStory::standing(story_.found(truth)))) << "seed " << seed;
    found += standing.size();
  }
  EXPECT_GE(found, 30U);
}

}  // namespace
}  // namespace haulwatch::test
