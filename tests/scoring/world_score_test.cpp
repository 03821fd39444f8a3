#include <haulwatch/scoring/world_score.hpp>

#include "written_world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace haulwatch::scoring {
namespace {

using namespace test;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr auto stop = "stop_ended";
constexpr auto dump = "dump_suspected";

// Stops: half of what both cover together, and 100 m.

TEST(StopScore, CountsAClaimThatSharesHalfOfTheUnion) {
  // Truth 07:00 to 07:10, claim 07:05 to 07:10: 5 of 10 minutes.
  const auto world = score(truth(stop, span("07:00:00", "07:10:00")), event(stop, span("07:05:00", "07:10:00")));
  EXPECT_EQ(counts_of(world, "stop"),
            (Counts{.truths = 1, .claims = 1, .matched = 1, .same_site = 1, .same_faults = 1}));
}

TEST(StopScore, CountsAsFalseAndAsMissedWhatSharesASecondLess) {
  const auto world = score(truth(stop, span("07:00:00", "07:10:00")), event(stop, span("07:05:01", "07:10:00")));
  EXPECT_EQ(counts_of(world, "stop"), (Counts{.truths = 1, .claims = 1, .matched = 0}));
}

TEST(StopScore, WantsThePlaceToo) {
  const std::string true_stop = truth(stop, span("07:00:00", "07:10:00") + place(0));
  const auto near = score(true_stop, event(stop, span("07:00:00", "07:10:00") + place(99)));
  const auto far = score(true_stop, event(stop, span("07:00:00", "07:10:00") + place(101)));
  EXPECT_EQ(counts_of(near, "stop").matched, 1U);
  EXPECT_THAT(errors_of(near, "stop", ErrorOf::place_m), ElementsAre(DoubleNear(99.0, 0.01)));
  EXPECT_EQ(counts_of(far, "stop").matched, 0U);
}

TEST(StopScore, NeverMatchesAnotherTruck) {
  const auto world = score(
      truth(stop, span("07:00:00", "07:10:00")),
      "{\"event\":\"stop_ended\",\"vehicle\":\"U\",\"start\":" + at("07:00:00") + ",\"end\":" + at("07:10:00") + "}\n");
  EXPECT_EQ(counts_of(world, "stop"), (Counts{.truths = 1, .claims = 1, .matched = 0}));
}

TEST(StopScore, OwesNothingBelowNinetySeconds) {
  const auto world = score(truth(stop, span("07:00:00", "07:01:29")) + truth(stop, span("08:00:00", "08:01:30")), "");
  EXPECT_EQ(counts_of(world, "stop").truths, 1U);
}

TEST(StopScore, OwesNothingBelowThreeReports) {
  const std::string stops = truth(stop, span("07:00:00", "07:02:59")) + truth(stop, span("08:00:00", "08:03:00"));
  EXPECT_EQ(counts_of(score(stops, "", 60.0), "stop").truths, 1U);
}

TEST(StopScore, TakesTheIntervalFromTheWorldWhereNoneIsGiven) {
  const auto truths =
      read(truth("world", ",\"interval_s\":60,\"vehicles\":3,\"hours\":48") + truth(stop, span("07:00:00", "07:02:59")),
           Side::truth);
  const WorldTally world = score_world(truths, read("", Side::events));
  EXPECT_EQ(counts_of(world, "stop").truths, 0U);
  EXPECT_DOUBLE_EQ(world.truck_days, 6.0);
}

TEST(StopScore, IsNeutralOnAClaimThatMeetsAShorterHalt) {
  // A red light of 60 s, claimed as 95 s: 35 s of moving are below the 90 s that are owed.
  const auto world = score(truth("halt", span("07:00:00", "07:01:00")), event(stop, span("06:59:45", "07:01:20")));
  EXPECT_EQ(counts_of(world, "stop"), (Counts{.neutral = 1}));
}

TEST(StopScore, IsNotTalkedOutOfALongFalseClaimByOneRedLight) {
  // An hour, of which the truck stood one minute.
  const auto world = score(truth("halt", span("07:00:00", "07:01:00")), event(stop, span("06:30:00", "07:30:00")));
  EXPECT_EQ(counts_of(world, "stop"), (Counts{.claims = 1}));
}

TEST(StopScore, IsNeutralOnAJamInWhichTheTruckMostlyStood) {
  // Ten minutes of 40 s halts a minute: 200 s of moving are more than 90 s, but less than half.
  std::string halts;
  for (char minute = '0'; minute <= '9'; ++minute)
    halts += truth("halt", span(std::string{"07:0"} + minute + ":00", std::string{"07:0"} + minute + ":40"));
  const auto world = score(halts, event(stop, span("07:00:00", "07:10:00")));
  EXPECT_EQ(counts_of(world, "stop"), (Counts{.neutral = 1}));
}

TEST(StopScore, CountsAClaimOfNoHaltAtAllAsFalse) {
  const auto world = score(truth("halt", span("07:00:00", "07:01:00")), event(stop, span("09:00:00", "09:05:00")));
  EXPECT_EQ(counts_of(world, "stop"), (Counts{.claims = 1}));
}

TEST(StopScore, OwesALongHaltThatNoStopCovers) {
  const std::string halts = truth("halt", span("07:00:00", "07:02:00")) + truth("halt", span("08:00:00", "08:02:00"));
  const auto world =
      score(halts + truth(stop, span("08:00:00", "08:02:00")), event(stop, span("07:00:00", "07:02:00")));
  EXPECT_EQ(counts_of(world, "stop"),
            (Counts{.truths = 2, .claims = 1, .matched = 1, .same_site = 1, .same_faults = 1}));
}

TEST(StopScore, CallsTwoClaimsOfOneStopAFragment) {
  // 7 and 2 of 10 minutes: the first is matched, the second is false.
  const auto world = score(truth(stop, span("07:00:00", "07:10:00")),
                           event(stop, span("07:00:00", "07:07:00")) + event(stop, span("07:08:00", "07:10:00")));
  EXPECT_EQ(counts_of(world, "stop"),
            (Counts{.truths = 1, .claims = 2, .matched = 1, .fragmented = 1, .same_site = 1, .same_faults = 1}));
}

TEST(StopScore, CallsOneClaimOfTwoStopsAMerge) {
  const auto world = score(truth(stop, span("07:00:00", "07:05:00")) + truth(stop, span("07:06:00", "07:10:00")),
                           event(stop, span("07:00:00", "07:10:00")));
  EXPECT_EQ(counts_of(world, "stop").merged, 1U);
  EXPECT_EQ(counts_of(world, "stop").matched, 1U) << "5 of 10 minutes is half of the union";
}

TEST(StopScore, MeasuresEdgesAndDelays) {
  const std::string events =
      event("stop_started", ",\"subject\":\"s\",\"vehicle\":\"T\",\"time\":" + at("07:00:20") +
                                ",\"start\":" + at("07:00:20") + ",\"detected\":" + at("07:03:20")) +
      event(stop, ",\"subject\":\"s\"" + span("07:00:20", "07:09:30") + ",\"detected\":" + at("07:10:15"));
  const auto world = score(truth(stop, span("07:00:00", "07:10:00")), events);
  EXPECT_THAT(errors_of(world, "stop", ErrorOf::start_s), ElementsAre(20.0));
  EXPECT_THAT(errors_of(world, "stop", ErrorOf::end_s), ElementsAre(30.0));
  EXPECT_THAT(errors_of(world, "stop", ErrorOf::delay_s), ElementsAre(200.0));
  EXPECT_THAT(errors_of(world, "stop", ErrorOf::end_delay_s), ElementsAre(15.0));
}

TEST(StopScore, TakesAStopThatNothingEndsToLastToTheEndOfTheWorld) {
  const std::string truths = truth(stop, span("07:00:00", "08:00:00"));
  const auto world = score(truths, event("stop_started", ",\"vehicle\":\"T\",\"start\":" + at("07:10:00")));
  EXPECT_EQ(counts_of(world, "stop").matched, 1U);
  EXPECT_THAT(errors_of(world, "stop", ErrorOf::end_s), IsEmpty()) << "an end that nobody claimed has no error";
}

TEST(StopScore, TellsWhichPurposeWasTakenForWhich) {
  const std::string loading = ",\"purpose\":\"loading\"", parking = ",\"purpose\":\"parking\"";
  const std::string truths = truth(stop, span("07:00:00", "07:10:00") + loading) +
                             truth(stop, span("08:00:00", "08:10:00") + loading) +
                             truth(stop, span("09:00:00", "09:10:00") + parking);
  const std::string events = event(stop, span("07:00:00", "07:10:00") + loading) +
                             event(stop, span("08:00:00", "08:10:00") + parking) +
                             event(stop, span("10:00:00", "10:10:00") + parking);
  EXPECT_THAT(score(truths, events).purposes,
              ElementsAre(Pair(Pair("loading", "loading"), 1), Pair(Pair("loading", "parking"), 1)));
}

// Revisions.

std::string version(const std::string& start, const std::string& end, int revision, const std::string& more = "") {
  return event(
      stop, ",\"id\":\"i\",\"subject\":\"s\"" + span(start, end) + ",\"revision\":" + std::to_string(revision) + more);
}

TEST(Revisions, OnlyTheLastOneCounts) {
  const std::string truths = truth(stop, span("07:00:00", "07:10:00"));
  const std::string first = version("07:00:00", "07:02:00", 0), second = version("07:00:00", "07:10:00", 1);
  for (const std::string& events : {first + second, second + first}) {
    const auto world = score(truths, events);
    EXPECT_EQ(counts_of(world, "stop").claims, 1U);
    EXPECT_THAT(errors_of(world, "stop", ErrorOf::end_s), ElementsAre(0.0));
  }
}

TEST(Revisions, WhatWasTakenBackIsNoClaim) {
  const auto world =
      score("", version("07:00:00", "07:10:00", 0) + version("07:00:00", "07:10:00", 1, ",\"retracted\":true"));
  EXPECT_EQ(counts_of(world, "stop"), Counts{});
}

// Suspicions.

std::string raised(const std::string& start, const std::string& end, const std::string& detected, int revision,
                   const std::string& more = "") {
  return event(dump, ",\"id\":\"i\",\"subject\":\"s\"" + span(start, end) + ",\"detected\":" + at(detected) +
                         ",\"revision\":" + std::to_string(revision) + more);
}
const std::vector<double>& delays(const SuspicionTally& tally) {
  return tally.kind.errors[static_cast<std::size_t>(ErrorOf::delay_s)];
}

TEST(SuspicionScore, HasTheDelayOfTheFirstRaiseBesideThatOfTheLast) {
  const auto world =
      score(truth(dump, span("07:00:00", "07:05:00")),
            raised("07:00:00", "07:05:00", "07:06:00", 0) + raised("07:00:00", "07:05:00", "07:50:00", 1));
  EXPECT_THAT(delays(world.first_suspicions), ElementsAre(360.0));
  EXPECT_THAT(delays(world.final_suspicions), ElementsAre(3000.0));
}

TEST(SuspicionScore, CountsARetractedOneAsFalseAmongTheFirstRaised) {
  const auto world = score(truth(dump, span("07:00:00", "07:05:00")),
                           raised("07:00:00", "07:05:00", "07:06:00", 0) +
                               raised("07:00:00", "07:05:00", "07:50:00", 1, ",\"retracted\":true"));
  EXPECT_EQ(world.first_suspicions.kind.counts, (Counts{.truths = 1, .claims = 1}));
  EXPECT_EQ(world.final_suspicions.kind.counts, (Counts{.truths = 1}));
}

TEST(SuspicionScore, TakesTheFirstRaiseWhereItSaidItWas) {
  // First at the wrong stop, then corrected: right in the end only.
  const auto world =
      score(truth(dump, span("07:00:00", "07:05:00")),
            raised("06:00:00", "06:05:00", "06:06:00", 0) + raised("07:00:00", "07:05:00", "07:50:00", 1));
  EXPECT_EQ(world.first_suspicions.kind.counts.matched, 0U);
  EXPECT_EQ(world.final_suspicions.kind.counts.matched, 1U);
}

TEST(SuspicionScore, MatchesWhatOverlapsWithinTwoHundredMetres) {
  const std::string true_dump = truth(dump, span("07:00:00", "07:01:30") + place(0));
  const auto claim = [](const std::string& start, const std::string& end, double metres) {
    return event(dump, span(start, end) + place(metres));
  };
  const auto matched = [&](const std::string& events) {
    return score(true_dump, events).final_suspicions.kind.counts.matched;
  };
  EXPECT_EQ(matched(claim("06:50:00", "07:01:00", 199)), 1U);
  EXPECT_EQ(matched(claim("06:50:00", "07:01:00", 201)), 0U);
  EXPECT_EQ(matched(claim("07:02:30", "07:09:00", 0)), 1U) << "a minute beside it";
  EXPECT_EQ(matched(claim("07:02:31", "07:09:00", 0)), 0U);
}

TEST(SuspicionScore, FindsADumpUnderACutTerminalByTheSilenceAlone) {
  const std::string true_dump =
      truth(dump, span("07:10:00", "07:14:00") + place(0) + ",\"terminal_cut\":true,\"manner\":\"cut\"");
  const auto silence = [](const std::string& start, const std::string& end) {
    return event(dump, span(start, end) + place(5000) + ",\"inferred\":true");
  };
  const auto found = score(true_dump, silence("07:00:00", "07:40:00")).final_suspicions;
  EXPECT_EQ(found.terminal_cut, (Share{.of = 1, .found = 1}));
  EXPECT_THAT(found.manners, ElementsAre(Pair("cut", Share{1, 1})));
  const auto half = score(true_dump, silence("07:12:01", "07:40:00")).final_suspicions;
  EXPECT_EQ(half.terminal_cut, (Share{.of = 1, .found = 0})) << "less than half of the dump";
  const auto day = score(true_dump, silence("01:00:00", "13:00:01")).final_suspicions;
  EXPECT_EQ(day.terminal_cut, (Share{.of = 1, .found = 0})) << "half a day is no place to look";
}

TEST(SuspicionScore, HoldsAStopThatBridgesTheSilenceToThePlaceThatItNames) {
  // The truck halts 5 km away when the terminal is cut, dumps, and stands in a queue when it is heard again.
  const std::string true_dump =
      truth(dump, span("07:10:00", "07:14:00") + place(0) + ",\"terminal_cut\":true,\"manner\":\"cut\"");
  const auto stood = [&](double metres) {
    return score(true_dump, event(dump, span("07:00:00", "07:40:00") + place(metres))).final_suspicions;
  };
  EXPECT_EQ(stood(5000).terminal_cut, (Share{.of = 1, .found = 0}));
  EXPECT_EQ(stood(5000).kind.counts, (Counts{.truths = 1, .claims = 1}));
  EXPECT_EQ(stood(150).terminal_cut, (Share{.of = 1, .found = 1})) << "it stood at the heap itself";
}

TEST(SuspicionScore, CountsTheLookAlikesThatWereSuspected) {
  const std::string truths = truth("look_alike", span("07:00:00", "07:30:00") + ",\"name\":\"breakdown\"") +
                             truth("look_alike", span("08:00:00", "08:30:00") + ",\"name\":\"breakdown\"");
  const auto world = score(truths, event(dump, span("07:05:00", "07:10:00")));
  EXPECT_THAT(world.final_suspicions.look_alikes, ElementsAre(Pair("breakdown", Share{2, 1})));
  EXPECT_EQ(world.final_suspicions.kind.counts, (Counts{.claims = 1}));
}

// Trips: both ends within 5 min, and both sites.

std::string trip(const std::string& loaded, const std::string& unloaded, const std::string& sites,
                 const std::string& faults = "[]") {
  return ",\"vehicle\":\"T\",\"loaded_at\":" + at(loaded) + ",\"unloaded_at\":" + at(unloaded) + sites +
         ",\"faults\":" + faults;
}
constexpr auto pit_to_tip = R"(,"origin":"pit","destination":"tip")";

TEST(TripScore, WantsBothEndsAndBothSites) {
  const std::string true_trip = truth("trip_ended", trip("07:00:00", "07:40:00", pit_to_tip));
  const auto matched = [&](const std::string& members) {
    return counts_of(score(true_trip, event("trip_ended", members)), "trip").matched;
  };
  EXPECT_EQ(matched(trip("07:05:00", "07:35:00", pit_to_tip)), 1U);
  EXPECT_EQ(matched(trip("07:05:01", "07:40:00", pit_to_tip)), 0U);
  EXPECT_EQ(matched(trip("07:00:00", "07:45:01", pit_to_tip)), 0U);
  EXPECT_EQ(matched(trip("07:00:00", "07:40:00", R"(,"origin":"pit","destination":null)")), 0U);
  EXPECT_EQ(matched(trip("07:00:00", "07:40:00", R"(,"origin":"dock","destination":"tip")")), 0U);
}

TEST(TripScore, TakesAnyInstantOfTheSilenceInWhichATripEnded) {
  const std::string true_trip = truth("trip_ended", trip("07:00:00", "07:40:00", pit_to_tip));
  const std::string silence = truth("signal_lost", span("07:20:00", "08:10:00"));
  const auto matched = [&](const std::string& truths, const std::string& unloaded) {
    return counts_of(score(truths, event("trip_ended", trip("07:00:00", unloaded, pit_to_tip))), "trip").matched;
  };
  EXPECT_EQ(matched(true_trip, "08:00:00"), 0U);
  EXPECT_EQ(matched(true_trip + silence, "08:00:00"), 1U);
  EXPECT_EQ(matched(true_trip + silence, "07:16:00"), 1U);
  EXPECT_EQ(matched(true_trip + silence, "08:16:00"), 0U);
}

TEST(TripScore, OwesNoTripOfWhichNothingWasHeard) {
  const std::string truths = truth("trip_ended", trip("07:00:00", "07:40:00", pit_to_tip)) +
                             truth("signal_lost", span("06:50:00", "07:30:00")) +
                             truth("signal_lost", span("07:20:00", "08:10:00"));
  EXPECT_EQ(counts_of(score(truths, ""), "trip"), (Counts{}));
  const auto claimed = score(truths, event("trip_ended", trip("07:10:00", "07:50:00", pit_to_tip)));
  EXPECT_EQ(counts_of(claimed, "trip"), (Counts{.neutral = 1})) << "nor is it false to say so";
}

TEST(WorldScore, TellsTheRecallOfWhatCouldBeHeardApart) {
  const std::string truths =
      truth("stop_ended", span("07:00:00", "07:10:00")) + truth("stop_ended", span("08:00:00", "08:10:00")) +
      truth("stop_ended", span("09:00:00", "09:10:00")) + truth("signal_lost", span("08:05:00", "08:30:00")) +
      truth("signal_lost", span("09:10:00", "09:30:00"));
  const auto tally = score(truths, event("stop_ended", span("07:00:00", "07:10:00")) +
                                       event("stop_ended", span("08:00:00", "08:09:00")))
                         .kinds.at("stop");
  EXPECT_EQ(tally.counts.truths, 3U);
  EXPECT_EQ(tally.counts.matched, 2U);
  EXPECT_EQ(tally.heard, (Share{.of = 2, .found = 1})) << "the second ended unheard; the third as the silence began";
}

TEST(DumpScore, OwesNoDumpOfALoadThatWasNeverHeard) {
  const std::string truths =
      truth("trip_ended", trip("07:00:00", "07:40:00", R"(,"origin":"pit","destination":null)")) +
      truth(dump, span("07:36:00", "07:40:00") + place(0));
  EXPECT_EQ(score(truths, "").final_suspicions.kind.counts.truths, 1U);
  const std::string silence = truth("signal_lost", span("06:50:00", "08:10:00"));
  EXPECT_EQ(score(truths + silence, "").final_suspicions.kind.counts.truths, 0U);
  const std::string later = truth("signal_lost", span("07:01:00", "08:10:00"));
  EXPECT_EQ(score(truths + later, "").final_suspicions.kind.counts.truths, 1U) << "it was heard with the load";
}

TEST(TripScore, ComparesFaultsAsASet) {
  const std::string true_trip =
      truth("trip_ended", trip("07:00:00", "07:40:00", pit_to_tip, R"(["off_hours","off_route"])"));
  const auto same_faults = [&](const std::string& faults) {
    return counts_of(score(true_trip, event("trip_ended", trip("07:00:00", "07:40:00", pit_to_tip, faults))), "trip")
        .same_faults;
  };
  EXPECT_EQ(same_faults(R"(["off_route","off_hours"])"), 1U);
  EXPECT_EQ(same_faults(R"(["off_route"])"), 0U);
}

// Deviations and silences are told by two records, and truth may have either or both.

TEST(DeviationScore, PutsLeavingAndRejoiningTogether) {
  const std::string left = ",\"vehicle\":\"T\",\"time\":" + at("07:00:00") + ",\"start\":" + at("07:00:00");
  const std::string truths = truth("route_left", left) + truth("route_rejoined", span("07:00:00", "07:10:00"));
  const auto world = score(truths, event("route_rejoined", span("07:02:00", "07:10:00")));
  EXPECT_EQ(counts_of(world, "route_deviation"),
            (Counts{.truths = 1, .claims = 1, .matched = 1, .same_site = 1, .same_faults = 1}));
  EXPECT_THAT(errors_of(world, "route_deviation", ErrorOf::start_s), ElementsAre(120.0));
}

TEST(SilenceScore, WantsHalfOfTheUnion) {
  const std::string truths = truth("signal_restored", span("07:00:00", "07:10:00"));
  EXPECT_EQ(counts_of(score(truths, event("signal_restored", span("07:00:00", "07:20:00"))), "silence").matched, 1U);
  EXPECT_EQ(counts_of(score(truths, event("signal_restored", span("07:00:00", "07:20:01"))), "silence").matched, 0U);
}

TEST(SilenceScore, OwesNoneBelowThreeMinutesAndBlamesNobodyWhoTellsOne) {
  const std::string tunnel = truth("signal_restored", span("07:00:00", "07:02:59"));
  const std::string claim = event("signal_restored", span("06:59:50", "07:03:00"));
  EXPECT_EQ(counts_of(score(tunnel, claim), "silence"), (Counts{.neutral = 1}));
  EXPECT_EQ(counts_of(score(tunnel, event("signal_restored", span("06:30:00", "07:03:00"))), "silence"),
            (Counts{.claims = 1}))
      << "half an hour is another silence";
  EXPECT_EQ(counts_of(score(truth("signal_restored", span("07:00:00", "07:03:00")), claim), "silence").matched, 1U);
}

TEST(SilenceScore, OwesNoneBelowThreeReports) {
  const std::string minutes = truth("signal_restored", span("07:00:00", "07:05:00"));
  EXPECT_EQ(counts_of(score(minutes, "", 100.0), "silence").truths, 1U);
  EXPECT_EQ(counts_of(score(minutes, "", 101.0), "silence").truths, 0U);
}

// Instants: a minute, or the report interval where that is longer.

std::string instant(const std::string& clock, const std::string& more) {
  return ",\"vehicle\":\"T\",\"time\":" + at(clock) + more;
}

TEST(InstantScore, ToleratesAMinute) {
  const std::string truths = truth("site_entered", instant("07:00:00", R"(,"site":"pit")"));
  const auto matched = [&](const std::string& clock, double interval_s) {
    return counts_of(score(truths, event("site_entered", instant(clock, R"(,"site":"pit")")), interval_s),
                     "site_entered")
        .matched;
  };
  EXPECT_EQ(matched("07:01:00", 10.0), 1U);
  EXPECT_EQ(matched("07:01:01", 10.0), 0U);
  EXPECT_EQ(matched("07:01:30", 90.0), 1U);
  EXPECT_EQ(matched("06:58:59", 10.0), 0U);
}

TEST(InstantScore, WantsTheSameSiteAndTheSameDirection) {
  const auto world = score(truth("site_entered", instant("07:00:00", R"(,"site":"pit")")) +
                               truth("gate_crossed", instant("07:00:00", R"(,"gate":"g","direction":"in")")),
                           event("site_entered", instant("07:00:00", R"(,"site":"tip")")) +
                               event("gate_crossed", instant("07:00:00", R"(,"gate":"g","direction":"out")")));
  EXPECT_EQ(counts_of(world, "site_entered"), (Counts{.truths = 1, .claims = 1}));
  EXPECT_EQ(counts_of(world, "gate_crossed"), (Counts{.truths = 1, .claims = 1}));
}

TEST(InstantScore, PairsARunOfVisitsInTheBestWay) {
  // Three visits a minute apart, the claims all 40 s late: greed by nearness would pair claim 1 with truth 2.
  std::string truths, events;
  for (const char* clock : {"07:00:00", "07:01:00", "07:02:00"})
    truths += truth("site_left", instant(clock, R"(,"site":"pit")"));
  for (const char* clock : {"07:00:40", "07:01:40", "07:02:40"})
    events += event("site_left", instant(clock, R"(,"site":"pit")"));
  const auto world = score(truths, events);
  EXPECT_EQ(counts_of(world, "site_left").matched, 3U);
  EXPECT_THAT(errors_of(world, "site_left", ErrorOf::start_s), ElementsAre(40.0, 40.0, 40.0));
}

TEST(InstantScore, ScoresAKindThatNobodyHasARuleFor) {
  const std::string truths = truth("quota_exceeded", instant("07:00:00", ""));
  EXPECT_EQ(counts_of(score(truths, event("quota_exceeded", instant("07:05:00", ""))), "quota_exceeded").matched, 1U);
  EXPECT_EQ(counts_of(score(truths, event("quota_exceeded", instant("07:05:01", ""))), "quota_exceeded").matched, 0U);
}

TEST(LeadScore, IsAMatterOfPlaceAlone) {
  const std::string truths = truth("lead_opened", ",\"time\":" + at("07:00:00") + place(0));
  const std::string events = event("lead_opened", ",\"time\":" + at("19:00:00") + place(60)) +
                             event("lead_opened", ",\"time\":" + at("07:00:00") + place(150));
  const auto world = score(truths, events);
  EXPECT_EQ(counts_of(world, "lead").claims, 2U);
  EXPECT_THAT(errors_of(world, "lead", ErrorOf::place_m), ElementsAre(DoubleNear(60.0, 0.01)));
}

// The whole.

std::string day() {
  std::string lines = truth(stop, span("07:00:00", "07:10:00") + place(10) + R"(,"site":"pit","purpose":"loading")") +
                      truth(stop, span("07:40:00", "07:44:00") + place(9000) + R"(,"purpose":"dumping")") +
                      truth(dump, span("07:40:30", "07:42:00") + place(9000) + ",\"manner\":\"standing\"") +
                      truth("trip_ended", trip("07:09:00", "07:41:00", R"(,"origin":"pit","destination":null)")) +
                      truth("route_rejoined", span("07:20:00", "07:50:00")) +
                      truth("signal_restored", span("08:20:00", "08:50:00")) +
                      truth("site_entered", instant("06:59:00", R"(,"site":"pit")")) +
                      truth("zone_entered", instant("06:59:00", R"(,"zone":"town")")) +
                      truth("overspeed_started", instant("06:59:00", R"(,"zone":"town")"));
  return lines;
}

TEST(WorldScore, GivesAPerfectObserverOneInEveryKind) {
  const auto world = score(day(), as_events(day()));
  EXPECT_EQ(world.kinds.size(), 7U);
  for (const auto& [kind, tally] : world.kinds) {
    EXPECT_GT(tally.counts.truths, 0U) << kind;
    EXPECT_EQ(tally.counts.matched, tally.counts.truths) << kind;
    EXPECT_EQ(tally.counts.claims, tally.counts.truths) << kind;
    for (const ErrorOf error : {ErrorOf::start_s, ErrorOf::end_s, ErrorOf::place_m})
      EXPECT_THAT(tally.errors[static_cast<std::size_t>(error)], testing::Each(0.0)) << kind;
  }
  EXPECT_EQ(world.final_suspicions.kind.counts.matched, 1U);
  EXPECT_EQ(world.first_suspicions.kind.counts.matched, 1U);
}

TEST(WorldScore, ChangesNothingWhenTruthAndAnEqualFileChangePlaces) {
  const std::string once = day(), twice = day();
  const auto a = score(once, as_events(twice)), b = score(twice, as_events(once));
  for (const auto& [kind, tally] : a.kinds) EXPECT_EQ(tally.counts, b.kinds.at(kind).counts) << kind;
}

TEST(WorldScore, SwapsMissesForFalseClaimsWhenTheSidesChangePlaces) {
  const std::string few = truth("route_rejoined", span("07:00:00", "07:10:00"));
  const std::string many = few + truth("route_rejoined", span("09:00:00", "09:10:00"));
  const Counts forth = counts_of(score(few, as_events(many)), "route_deviation");
  const Counts back = counts_of(score(many, as_events(few)), "route_deviation");
  EXPECT_EQ(forth.truths, back.claims);
  EXPECT_EQ(forth.claims, back.truths);
  EXPECT_EQ(forth.matched, back.matched);
}

TEST(WorldScore, CountsALineThatStandsTwiceOnce) {
  const auto world = score(day() + day(), as_events(day() + day()));
  EXPECT_EQ(counts_of(world, "stop").truths, 2U);
  EXPECT_EQ(counts_of(world, "stop").matched, 2U);
  EXPECT_EQ(world.final_suspicions.kind.counts.claims, 1U);
}

TEST(WorldScore, HasNothingToSayOfNothing) {
  const auto world = score("", "");
  EXPECT_EQ(counts_of(world, "stop"), Counts{});
  EXPECT_EQ(world.final_suspicions.kind.counts, Counts{});
}

TEST(WorldScore, MeasuresTruckDaysFromTheTruthWhereItDoesNotSay) {
  // Six hours from the first to the last that is known of the only truck.
  const auto world = score(truth(stop, span("06:00:00", "06:10:00")) + truth(stop, span("11:00:00", "12:00:00")), "");
  EXPECT_DOUBLE_EQ(world.truck_days, 0.25);
}

}  // namespace
}  // namespace haulwatch::scoring
