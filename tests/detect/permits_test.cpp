#include "detect/haul_story.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

namespace haulwatch::detect {
namespace {

using namespace std::chrono_literals;
using geo::LocalPoint;
using registry::SiteRole;
using test::at_s;
using test::between;
using test::box;
using test::faults_of;
using test::HaulStory;
using test::permit_between;
using test::s_of;

constexpr LocalPoint pit{0, 0};
constexpr LocalPoint quarry{0, -3'000};
constexpr LocalPoint fill{6'000, 0};
constexpr LocalPoint other{0, 6'000};
constexpr LocalPoint transfer{6'000, 6'000};
constexpr LocalPoint away{3'000, 3'000};
constexpr double noon = 12 * 3600.0;

std::shared_ptr<const registry::Registry> county(const std::vector<registry::PermitDraft>& permits) {
  auto builder = test::registry_at(test::test_frame);
  builder.site("pit", SiteRole::origin, box(pit, 200, 200))
      .site("quarry", SiteRole::origin, box(quarry, 200, 200))
      .site("fill", SiteRole::disposal, box(fill, 200, 200))
      .site("other", SiteRole::disposal, box(other, 200, 200))
      .site("transfer", SiteRole::transfer, box(transfer, 200, 200));
  for (const registry::PermitDraft& draft : permits) builder.permit(draft);
  return builder.build();
}

/// A load from one place to another, ten minutes at the one and five at the other.
HaulStory hauled(const std::vector<registry::PermitDraft>& permits, LocalPoint from, LocalPoint to, double at = noon) {
  HaulStory story{county(permits), at};
  story.at(from).stands(10).drives(to).stands(5).drives(away);
  return story;
}

TEST(Permits, ALoadWithinItsPermitIsClean) {
  const Trip trip = hauled({permit_between("p", "pit", "fill")}, pit, fill).only_trip();
  EXPECT_EQ(trip.permit, "p");
  EXPECT_EQ(faults_of(trip), "");
}

TEST(Permits, ThatOfAnotherTruckDoesNotCount) {
  registry::PermitDraft theirs = permit_between("theirs", "pit", "fill");
  theirs.vehicles = {"ZF-2"};
  const Trip trip = hauled({theirs}, pit, fill).only_trip();
  EXPECT_EQ(trip.permit, "");
  EXPECT_EQ(faults_of(trip), "no_permit");
}

TEST(Permits, ThatOfAnotherOriginDoesNotCount) {
  EXPECT_EQ(faults_of(hauled({permit_between("p", "quarry", "fill")}, pit, fill).only_trip()), "no_permit");
}

TEST(Permits, CountFromTheirFirstInstantToTheLastButOne) {
  registry::PermitDraft day = permit_between("p", "pit", "fill");
  const auto loaded = hauled({day}, pit, fill).only_trip().loaded_at;
  const auto faults = [&](TimeUtc from, TimeUtc to) {
    day.valid_from = from;
    day.valid_to = to;
    return faults_of(hauled({day}, pit, fill).only_trip());
  };
  EXPECT_EQ(faults(loaded, loaded + 1ms), "");
  EXPECT_EQ(faults(loaded - 24h, loaded), "no_permit");
  EXPECT_EQ(faults(loaded + 1ms, loaded + 24h), "no_permit");
}

TEST(Permits, ALoadTakenUpBeforeThePermitEndedIsCoveredToItsEnd) {
  registry::PermitDraft ends = permit_between("p", "pit", "fill");
  ends.valid_from = at_s(0);
  ends.valid_to = at_s(noon + 15 * 60);
  const Trip trip = hauled({ends}, pit, fill).only_trip();
  EXPECT_GT(trip.unloaded_at, at_s(noon + 15 * 60));
  EXPECT_EQ(faults_of(trip), "");
}

TEST(Permits, NothingIsWrongWhereThereAreNone) {
  EXPECT_EQ(faults_of(hauled({}, pit, fill).only_trip()), "");
}

TEST(Permits, AnotherDisposalThanTheirsIsWrong) {
  const Trip trip = hauled({permit_between("p", "pit", "fill")}, pit, other).only_trip();
  EXPECT_EQ(trip.destination, "other");
  EXPECT_EQ(trip.permit, "p");
  EXPECT_EQ(faults_of(trip), "wrong_destination");
}

TEST(Permits, OfSeveralTheOneThatFitsCounts) {
  const auto both = {permit_between("a", "pit", "fill"), permit_between("b", "pit", "other"),
                     permit_between("c", "quarry", "fill")};
  EXPECT_EQ(hauled(both, pit, fill).only_trip().permit, "a");
  EXPECT_EQ(hauled(both, pit, other).only_trip().permit, "b");
  EXPECT_EQ(hauled(both, quarry, fill).only_trip().permit, "c");
  EXPECT_EQ(faults_of(hauled(both, pit, other).only_trip()), "");
}

TEST(Permits, AnExpiredOneNeverHidesTheOneInForce) {
  registry::PermitDraft old = permit_between("old", "pit", "fill");
  old.valid_to = at_s(0);
  const Trip trip = hauled({old, permit_between("new", "pit", "fill")}, pit, fill).only_trip();
  EXPECT_EQ(trip.permit, "new");
}

TEST(Permits, OneWithinItsHoursComesBeforeOneOutside) {
  registry::PermitDraft night = permit_between("night", "pit", "fill");
  night.daily_windows = between(20h, 6h, 8h);
  EXPECT_EQ(hauled({night, permit_between("day", "pit", "fill")}, pit, fill).only_trip().permit, "day");
  EXPECT_EQ(faults_of(hauled({night}, pit, fill).only_trip()), "off_hours");
}

TEST(Permits, TheHoursHaveToHoldAtBothEnds) {
  registry::PermitDraft morning = permit_between("p", "pit", "fill");
  morning.daily_windows = between(6h, 12h + 15min, 8h);
  const Trip trip = hauled({morning}, pit, fill).only_trip();
  EXPECT_LT(trip.loaded_at, at_s(noon + 15 * 60));
  EXPECT_EQ(faults_of(trip), "off_hours");
}

TEST(Permits, HoursMayCrossMidnightWithTheLoad) {
  registry::PermitDraft night = permit_between("p", "pit", "fill");
  night.daily_windows = between(19h, 6h, 8h);
  const Trip trip = hauled({night}, pit, fill, 24 * 3600.0 - 900).only_trip();
  EXPECT_LT(s_of(trip.loaded_at), 86'400);
  EXPECT_GT(s_of(trip.unloaded_at), 86'400);
  EXPECT_EQ(faults_of(trip), "");
}

TEST(Permits, ATransferSiteIsADestinationLikeAnother) {
  EXPECT_EQ(faults_of(hauled({permit_between("p", "pit", "transfer")}, pit, transfer).only_trip()), "");
  const Trip trip = hauled({permit_between("p", "pit", "fill")}, pit, transfer).only_trip();
  EXPECT_EQ(trip.destination, "transfer");
  EXPECT_EQ(faults_of(trip), "wrong_destination");
}

TEST(Permits, OffTheRouteIsAFaultOfTheTripDrivenSo) {
  auto bound = permit_between("p", "pit", "fill");
  bound.routes = {"way"};
  auto builder = test::registry_at(test::test_frame);
  const auto registry = builder.site("pit", SiteRole::origin, box(pit, 200, 200))
                            .site("fill", SiteRole::disposal, box(fill, 200, 200))
                            .route("way", Metres{50}, {{100, 0}, {5'900, 0}})
                            .permit(bound)
                            .build();
  HaulStory story{registry, noon};
  story.at(pit).stands(10).drives({2'000, 0}).drives({2'000, 1'500}).drives({4'000, 1'500}).drives({4'000, 0});
  story.drives(fill).stands(5).drives({3'000, 0}).drives(pit).stands(10).drives(fill).stands(5).drives({4'000, 0});
  ASSERT_EQ(story.trips().size(), 2U);
  EXPECT_EQ(faults_of(story.trips()[0]), "off_route");
  EXPECT_EQ(faults_of(story.trips()[1]), "");
}

/// Teaches the load sensor's soundness: two honest loads that it agrees with.
HaulStory with_a_sound_sensor(const std::vector<registry::PermitDraft>& permits) {
  HaulStory story{county(permits), noon};
  story.says(LoadReading::empty).at(away).drives(pit);
  for (int i = 0; i < 2; ++i) {
    story.stands(8).says(LoadReading::full).stands(2).drives(fill);
    story.stands(3).says(LoadReading::empty).stands(2).drives(pit);
  }
  return story;
}

TEST(Permits, ALoadTakenUpOutsideEverySiteHasAnUnknownOriginAndNoPermit) {
  HaulStory story = with_a_sound_sensor({permit_between("p", "pit", "fill")});
  const std::size_t before = story.trips().size();
  story.drives({2'000, 2'500}).stands(8).says(LoadReading::full).stands(2).drives(fill);
  story.stands(3).says(LoadReading::empty).stands(2).drives(away);
  ASSERT_EQ(story.trips().size(), before + 1);
  const Trip trip = story.trips().back();
  EXPECT_EQ(trip.origin, "");
  EXPECT_EQ(trip.permit, "");
  EXPECT_EQ(trip.destination, "fill");
  EXPECT_EQ(faults_of(trip), "unknown_origin");
}

TEST(Permits, ALoadLostOutsideEverySiteWentToAnUnapprovedPlace) {
  HaulStory story = with_a_sound_sensor({permit_between("p", "pit", "fill")});
  const std::size_t before = story.trips().size();
  story.stands(8).says(LoadReading::full).stands(2).drives({2'000, 2'500});
  story.stands(2).says(LoadReading::empty).stands(2).drives(away);
  ASSERT_EQ(story.trips().size(), before + 1);
  const Trip trip = story.trips().back();
  EXPECT_EQ(trip.destination, "");
  EXPECT_EQ(trip.permit, "p");
  EXPECT_EQ(faults_of(trip), "unapproved_place");
}

TEST(Permits, ToppingUpAtASecondOriginGoesOnWithTheFirstLoad) {
  HaulStory story = with_a_sound_sensor({permit_between("p", "pit", "fill"), permit_between("q", "quarry", "fill")});
  const std::size_t before = story.trips().size();
  const std::size_t started = story.events(EventKind::trip_started).size();
  story.stands(8).says(LoadReading::full).stands(2).drives(quarry).stands(10);
  story.drives(fill).stands(3).says(LoadReading::empty).stands(2).drives(away);
  ASSERT_EQ(story.trips().size(), before + 1);
  EXPECT_EQ(story.events(EventKind::trip_started).size(), started + 1);
  EXPECT_EQ(story.trips().back().origin, "pit");
  EXPECT_EQ(story.trips().back().destination, "fill");
  EXPECT_EQ(faults_of(story.trips().back()), "");
}

TEST(Permits, ASecondOriginWithoutALoadSensorIsANewLoad) {
  HaulStory story{county({permit_between("p", "pit", "fill"), permit_between("q", "quarry", "fill")}), noon};
  story.at(pit).stands(10).drives(quarry).stands(10).drives(fill).stands(5).drives(away);
  ASSERT_EQ(story.trips().size(), 2U);
  EXPECT_EQ(faults_of(story.trips()[0]), "unloading_not_seen");
  EXPECT_EQ(story.trips()[1].origin, "quarry");
  EXPECT_EQ(story.trips()[1].permit, "q");
}

TEST(Permits, ASensorThatWasEmptyInBetweenTellsOfTwoLoads) {
  HaulStory story = with_a_sound_sensor({permit_between("p", "pit", "fill"), permit_between("q", "quarry", "fill")});
  const std::size_t before = story.trips().size();
  story.stands(8).says(LoadReading::full).stands(2).drives(away);
  story.says(LoadReading::empty).drives(quarry).stands(8).says(LoadReading::full).stands(2).drives({3'000, 0});
  ASSERT_GT(story.trips().size(), before);
  EXPECT_TRUE(story.trips().back().destination.empty());
}

TEST(Permits, WhatWasLoadedBeforeTheFirstReportIsNoTrip) {
  HaulStory story{county({permit_between("p", "pit", "fill")}), noon};
  story.at({3'000, 0}).drives(fill).stands(5).drives(away);
  EXPECT_TRUE(story.trips().empty());
  EXPECT_TRUE(story.events(EventKind::trip_started).empty());
}

TEST(Permits, ATripThatTheRecordingEndsInHasBegun) {
  HaulStory story{county({permit_between("p", "pit", "fill")}), noon};
  story.at(pit).stands(10).drives({4'000, 0});
  EXPECT_EQ(story.events(EventKind::trip_started).size(), 1U);
  EXPECT_TRUE(story.trips().empty());
}

TEST(Permits, ASilenceOnTheWayDoesNotBreakTheTrip) {
  HaulStory story{county({permit_between("p", "pit", "fill")}), noon};
  story.at(pit).stands(10).drives({1'000, 0}).dark(8, {5'000, 0}).drives(fill).stands(5).drives(away);
  const Trip trip = story.only_trip();
  EXPECT_EQ(trip.origin, "pit");
  EXPECT_EQ(trip.destination, "fill");
}

}  // namespace
}  // namespace haulwatch::detect
