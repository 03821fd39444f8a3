#include "fleet/fleet_story.hpp"

#include <haulwatch/fleet/identities.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace haulwatch::test {
namespace {

using Short = std::vector<std::string>;

constexpr std::array<geo::LocalPoint, 4> places{{{0, 0}, {5'000, 0}, {3'000, 2'000}, {-1'000, 4'000}}};

geo::LocalPoint place_of(int number) {
  return places[static_cast<std::size_t>(number) % places.size()];
}

/// A truck's stop every 20 minutes, 8 minutes long; by a second terminal some seconds off and some metres beside.
class Identities : public ::testing::Test {
 protected:
  Event truck(std::string_view name, int number, double off_s = 0.0, double off_m = 0.0) const {
    const geo::LocalPoint at = place_of(number);
    const double start = 20.0 * number + off_s / 60.0;
    return story_.stop(name, start, start + 8.0, {at.x + off_m, at.y});
  }
  std::vector<Event> two_terminals(int stops) const {
    std::vector<Event> all;
    for (int i = 0; i < stops; ++i) {
      all.push_back(truck("A", i));
      all.push_back(truck("B", i, i % 2 == 0 ? 12.0 : -7.0, 9.0));
    }
    return all;
  }

  FleetStory story_;
};

TEST_F(Identities, OneVehicleUnderTwoNamesIsToldToBothOnce) {
  const std::vector<Event> told = story_.found(two_terminals(12));
  EXPECT_EQ(in_short(told), (Short{"A second_id B", "B second_id A"}));
  for (const Event& event : told) {
    EXPECT_EQ(event.revision, 0);
    EXPECT_LE(event.time, minute(1)) << "when the first stop that they shared began";
    EXPECT_EQ(event.detected, minute(5 * 20 + 8.5)) << "with the sixth stop";
    const auto values = finding_of(event).values.list();
    ASSERT_EQ(values.size(), 4U);
    EXPECT_EQ(values[0], (Measure{"stops", 6.0}));
    EXPECT_EQ(values[1], (Measure{"places", 4.0}));
    EXPECT_NEAR(values[2].value, 9.0, 0.1);
    EXPECT_NEAR(values[3].value, 9.5, 0.1);
  }
}

TEST_F(Identities, FiveStopsInCommonAreTooFew) {
  EXPECT_EQ(in_short(story_.found(two_terminals(5))), Short{});
}

TEST_F(Identities, TrucksThatRestTogetherNightAfterNightAreTwo) {
  std::vector<Event> all;
  for (int night = 0; night < 3; ++night)
    for (const int rest : {0, 1, 2})
      for (const std::string_view name : {"A", "B"})
        all.push_back(story_.stop(name, 1440.0 * night + 180.0 * rest, 1440.0 * night + 180.0 * rest + 150.0, {0, 0}));
  EXPECT_EQ(in_short(story_.found(all)), Short{});
}

TEST_F(Identities, AConvoyIsLoadedOneAfterTheOther) {
  std::vector<Event> all;
  for (int i = 0; i < 30; ++i) {
    all.push_back(truck("A", i));
    // At every other place it waits for the first, and is served after it.
    Event second = truck("B", i, 20.0, 25.0);
    if (i % 2 == 0) second = story_.stop("B", 20.0 * i + 0.3, 20.0 * i + 15.0, {place_of(i).x + 25.0, place_of(i).y});
    all.push_back(second);
  }
  EXPECT_EQ(in_short(story_.found(all)), Short{});
}

TEST_F(Identities, WhoStandsElsewhereIsAnother) {
  std::vector<Event> all = two_terminals(4);
  all.push_back(story_.stop("A", 85.0, 92.0, {9'000, 0}));
  all.push_back(story_.stop("B", 85.0, 92.0, {0, 9'000}));
  for (int i = 5; i < 10; ++i)
    for (const Event& event : {truck("A", i), truck("B", i, 5.0, 5.0)}) all.push_back(event);
  EXPECT_EQ(in_short(story_.found(all)), Short{});
}

TEST_F(Identities, WhoPassesAFenceElsewhereIsAnother) {
  std::vector<Event> all = two_terminals(8);
  all.push_back(story_.fence("B", 64.0, {9'000, 0}));
  EXPECT_EQ(in_short(story_.found(all)), Short{});
  all.back() = story_.fence("B", 64.0, {places[3].x + 200.0, places[3].y});
  EXPECT_EQ(in_short(story_.found(all)).size(), 2U) << "beside the stop it may";
}

TEST_F(Identities, AStopThatGoesOnThroughASilenceProvesNothing) {
  std::vector<Event> all = two_terminals(9);
  all.push_back(story_.stop("A", 181.0, 260.0, places[0]));
  all.push_back(story_.stop("B", 201.0, 209.0, places[1]));
  for (const Event& event : story_.silence("A", 183.0, 250.0, places[0])) all.push_back(event);
  EXPECT_EQ(in_short(FleetStory::standing(story_.found(all))), (Short{"A second_id B", "B second_id A"}));
}

TEST_F(Identities, ALateStopElsewhereTakesTheSuspicionBack) {
  std::vector<Event> all = two_terminals(7);
  Event late = story_.stop("B", 41.0, 46.0, {9'000, 0});
  late.detected = minute(200.0);
  all.push_back(late);
  EXPECT_EQ(in_short(story_.found(all)),
            (Short{"A second_id B", "A second_id B not", "B second_id A", "B second_id A not"}));
  all.push_back(revised(late, 210.0, true));
  EXPECT_EQ(in_short(FleetStory::standing(story_.found(all))), (Short{"A second_id B", "B second_id A"}));
}

TEST_F(Identities, TwoThatGoOnFromEachOthersPlaceAreSwapped) {
  const std::vector<Event> told = story_.found(
      {story_.jump("A", 10.0, 10.2, {0, 0}, {8'000, 300}), story_.jump("B", 10.1, 10.4, {8'000, 0}, {100, 200})});
  EXPECT_EQ(in_short(told), (Short{"A swapped_id B", "B swapped_id A"}));
  for (const Event& event : told)
    EXPECT_EQ(event.time, event.vehicle == "A" ? minute(10.2) : minute(10.4)) << "since when it is the other's";
}

TEST_F(Identities, ParkedTerminalsThatAreSwappedShowByTheirStops) {
  const auto stops = [&](double way_min) {
    return story_.found({story_.stop("A", 0.0, 100.0, {0, 0}), story_.stop("A", 100.0 + way_min, 200.0, {8'000, 20}),
                         story_.stop("B", 0.0, 101.0, {8'000, 0}), story_.stop("B", 101.0 + way_min, 190.0, {10, 0})});
  };
  EXPECT_EQ(in_short(stops(5.0)), (Short{"A swapped_id B", "B swapped_id A"}));
  EXPECT_EQ(in_short(stops(9.0)), Short{}) << "both can have driven that";
}

TEST_F(Identities, AJumpAloneIsNoSwap) {
  EXPECT_EQ(in_short(story_.found({story_.jump("A", 10.0, 10.2, {0, 0}, {8'000, 0})})), Short{});
  EXPECT_EQ(in_short(story_.found({story_.jump("A", 10.0, 10.2, {0, 0}, {8'000, 0}),
                                   story_.jump("B", 10.1, 10.4, {8'000, 0}, {4'000, 4'000})})),
            Short{})
      << "it went elsewhere";
  EXPECT_EQ(in_short(story_.found(
                {story_.jump("A", 10.0, 10.2, {0, 0}, {8'000, 0}), story_.jump("B", 40.1, 40.4, {8'000, 0}, {0, 0})})),
            Short{})
      << "half an hour later";
}

TEST_F(Identities, WhatWasToldStandsWhenItsStopsAreForgotten) {
  std::vector<Event> all = two_terminals(8);
  for (int day = 1; day < 9; ++day) all.push_back(story_.stop("C", 1440.0 * day, 1440.0 * day + 60.0, {0, 9'000}));
  EXPECT_EQ(in_short(story_.found(all)), (Short{"A second_id B", "B second_id A"}));
  for (int i = 8; i < 500; ++i)
    for (const Event& event : {truck("A", i), truck("B", i, 5.0, 5.0)}) all.push_back(event);
  EXPECT_EQ(in_short(story_.found(all)), (Short{"A second_id B", "B second_id A"})) << "once, for as long as it is so";
}

TEST_F(Identities, ARestoredFoldHasTheSameFuture) {
  std::vector<Event> all = two_terminals(10);
  all.push_back(story_.jump("A", 130.0, 130.2, {0, 0}, {8'000, 300}));
  all.push_back(story_.jump("C", 130.1, 130.4, {8'000, 0}, {100, 200}));
  std::stable_sort(all.begin(), all.end(), happens_before);
  const Short expected = in_short(story_.found(all));
  ASSERT_EQ(expected.size(), 4U);
  for (std::size_t cut = 0; cut <= all.size(); cut += 3) {
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(cut);
    fleet::Fleet first{story_.registry()};
    std::vector<Event> told = FleetStory::found(first, {all.begin(), middle});
    fleet::Fleet second{story_.registry()};
    second.restore(first.save());
    const std::vector<Event> rest = FleetStory::found(second, {middle, all.end()});
    told.insert(told.end(), rest.begin(), rest.end());
    EXPECT_EQ(in_short(told), expected) << cut;
  }
}

/// Random stops, jumps and corrections: what stands in the end is what a new fold finds of what is true in the end.
TEST_F(Identities, CorrectionsLeaveNoTrace) {
  std::size_t found = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    std::mt19937_64 random{seed};
    const auto chance = [&](double share) { return std::uniform_real_distribution<double>{}(random) < share; };
    std::vector<Event> told;
    std::vector<Event> truth;
    std::map<std::string, int> last;
    const auto happens = [&](const Event& event) {
      told.push_back(event);
      if (chance(0.1)) {
        told.push_back(revised(event, 700.0 + static_cast<double>(told.size()), true));
        return;
      }
      if (!chance(0.1)) return truth.push_back(event);
      Event late = event;
      late.detected = minute(600.0 + static_cast<double>(told.size()));
      told.back() = late;
      truth.push_back(late);
    };
    for (int i = 0; i < 16; ++i) {
      happens(truck("A", i));
      happens(chance(0.05) ? truck("B", i, 150.0, 0.0) : truck("B", i, 4.0, 6.0));
      if (chance(0.1)) happens(story_.fence("B", 20.0 * i + 4.0, {9'000, 0}));
      happens(chance(0.5) ? truck("C", i, 20.0, 20.0) : truck("C", i + 1, -600.0, 10.0));
      if (!chance(0.2)) continue;
      happens(story_.jump("C", 20.0 * i + 9.0, 20.0 * i + 9.3, {0, 0}, {9'000, 0}));
      happens(story_.jump("D", 20.0 * i + 9.1, 20.0 * i + 9.2, {9'000, 0}, {0, 0}));
    }
    const auto facts = [](std::vector<Event> events) {
      std::vector<std::tuple<std::uint64_t, TimeUtc, std::string, double>> all;
      for (const Event& event : events)
        all.emplace_back(static_cast<std::uint64_t>(event.id), event.time, in_short({event}).front(),
                         finding_of(event).values.list().front().value);
      std::sort(all.begin(), all.end());
      return all;
    };
    const auto standing = facts(FleetStory::standing(story_.found(told)));
    EXPECT_EQ(standing, facts(FleetStory::standing(story_.found(truth)))) << "seed " << seed;
    found += standing.size();
  }
  EXPECT_GE(found, 60U);
}

}  // namespace
}  // namespace haulwatch::test
