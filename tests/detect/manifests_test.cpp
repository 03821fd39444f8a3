#include "detect/haul_story.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace haulwatch::detect {
namespace {

using namespace std::chrono_literals;
using geo::LocalPoint;
using registry::SiteRole;
using test::at_s;
using test::box;
using test::faults_of;
using test::HaulStory;
using test::s_of;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr LocalPoint pit{0, 0};
constexpr LocalPoint quarry{0, -3'000};
constexpr LocalPoint fill{6'000, 0};
constexpr LocalPoint other{0, 6'000};
constexpr LocalPoint away{3'000, 3'000};
constexpr double noon = 12 * 3600.0;

/// Permits a (pit to fill and to other) and b (quarry to fill), the latter until two in the afternoon.
std::shared_ptr<const registry::Registry> county() {
  registry::PermitDraft a = test::permit_between("a", "pit", "fill");
  a.disposals.emplace_back("other");
  registry::PermitDraft b = test::permit_between("b", "quarry", "fill");
  b.valid_to = at_s(noon + 7'200);
  return test::registry_at(test::test_frame)
      .site("pit", SiteRole::origin, box(pit, 200, 200))
      .site("quarry", SiteRole::origin, box(quarry, 200, 200))
      .site("fill", SiteRole::disposal, box(fill, 200, 200))
      .site("other", SiteRole::disposal, box(other, 200, 200))
      .permit(a)
      .permit(b)
      .build();
}

/// From the pit to the fill under a, known when it was opened.
Manifest opened(const std::string& id, TimeUtc at) {
  Manifest manifest;
  manifest.id = id;
  manifest.at = manifest.opened_at = at;
  manifest.permit = "a";
  manifest.vehicle = "ZF-1";
  manifest.origin = "pit";
  manifest.destination = "fill";
  return manifest;
}
Manifest closed(Manifest manifest, TimeUtc at) {
  manifest.closed_at = manifest.at = at;
  return manifest;
}
Manifest voided(Manifest manifest, TimeUtc at) {
  manifest.voided_at = manifest.at = at;
  return manifest;
}

HaulStory story() {
  HaulStory made{county(), noon};
  made.owes_manifests(ManifestDuty::of_all(2)).at(pit);
  return made;
}
HaulStory& unloads(HaulStory& story, LocalPoint at = fill) {
  return story.drives(at).stands(5).drives(away);
}

/// `id reason` of each, one told and taken back in brackets.
std::vector<std::string> unmatched(const HaulStory& story) {
  std::vector<std::string> all;
  for (const Event& event : story.events(EventKind::manifest_unmatched)) {
    const auto& told = std::get<UnmatchedManifest>(event.details);
    all.push_back(std::string{told.manifest} + " " + std::string{told.reason});
  }
  return all;
}
std::vector<std::string> uncovered(const HaulStory& story) {
  std::vector<std::string> all;
  for (const Event& event : story.events(EventKind::load_unmatched)) {
    const std::string reason{std::get<UnmatchedLoad>(event.details).reason};
    all.push_back(event.retracted ? "(" + reason + ")" : reason);
  }
  return all;
}

TEST(Manifests, CoverTheLoadThatIsDrivenUnderThem) {
  HaulStory t = story();
  t.stands(10).learns(opened("m", t.now()));
  unloads(t).learns(closed(opened("m", at_s(noon + 610)), t.now())).stands(30);
  const auto started = t.events(EventKind::trip_started);
  ASSERT_EQ(started.size(), 1U);
  EXPECT_EQ(std::get<Trip>(started[0].details).manifest, "m");
  EXPECT_EQ(t.only_trip().manifest, "m");
  EXPECT_EQ(faults_of(t.only_trip()), "");
  EXPECT_THAT(unmatched(t), IsEmpty());
  EXPECT_THAT(uncovered(t), IsEmpty());
}

TEST(Manifests, ThatAreMissingAreAFaultOfTheLoad) {
  HaulStory t = story();
  unloads(t.stands(10));
  EXPECT_EQ(t.only_trip().manifest, "");
  EXPECT_EQ(faults_of(t.only_trip()), "no_manifest");
  ASSERT_THAT(uncovered(t), ElementsAre("none"));
  const Event load = t.events(EventKind::load_unmatched)[0];
  const Event trip = t.events(EventKind::trip_ended)[0];
  EXPECT_EQ(load.subject, trip.subject);
  EXPECT_EQ(std::get<UnmatchedLoad>(load.details).trip, trip.subject);
  EXPECT_EQ(load.time, trip.time);
  EXPECT_EQ(load.place, trip.place);
}

TEST(Manifests, AreOwedByNobodyInARunWithoutAny) {
  HaulStory t{county(), noon};
  unloads(t.at(pit).stands(10));
  EXPECT_EQ(faults_of(t.only_trip()), "");
  EXPECT_THAT(uncovered(t), IsEmpty());
}

TEST(Manifests, AreOwedOnlyUnderThePermitsThatUseThem) {
  HaulStory t{county(), noon};
  t.owes_manifests({{false, true}, true}).at(pit);
  unloads(t.stands(10));
  t.drives(quarry).stands(10).drives(fill).stands(5).drives(away);
  ASSERT_EQ(t.trips().size(), 2U);
  EXPECT_EQ(faults_of(t.trips()[0]), "");
  EXPECT_EQ(faults_of(t.trips()[1]), "no_manifest");
}

TEST(Manifests, AreOwedByALoadThatNoPermitCoversWhereAnybodyUsesThem) {
  HaulStory t{county(), noon + 8'000};
  t.owes_manifests({{true, true}, true}).at(quarry);
  unloads(t.stands(10));
  EXPECT_EQ(faults_of(t.only_trip()), "no_permit no_manifest");
}

TEST(Manifests, CoverOneLoadEach) {
  HaulStory t = story();
  t.stands(10).learns(opened("m", t.now()));
  unloads(t).drives(pit).stands(10);
  unloads(t);
  ASSERT_EQ(t.trips().size(), 2U);
  EXPECT_EQ(t.trips()[0].manifest, "m");
  EXPECT_EQ(faults_of(t.trips()[1]), "no_manifest");
  EXPECT_THAT(uncovered(t), ElementsAre("manifest_used"));
}

TEST(Manifests, OpenedNearestToTheLoadingAreTaken) {
  HaulStory t = story();
  t.learns(opened("stale", at_s(noon - 30'000))).stands(10);
  t.learns(opened("z-late", t.now())).learns(opened("early", at_s(noon - 3'000)));
  unloads(t);
  EXPECT_EQ(t.only_trip().manifest, "z-late");
}

TEST(Manifests, OpenedAtOneInstantAreTakenByTheirIds) {
  HaulStory t = story();
  t.stands(10).learns(opened("b", t.now())).learns(opened("a", t.now()));
  unloads(t).drives(pit).stands(10);
  unloads(t);
  ASSERT_EQ(t.trips().size(), 2U);
  EXPECT_EQ(t.trips()[0].manifest, "a");
  EXPECT_EQ(t.trips()[1].manifest, "b");
}

TEST(Manifests, ClosedOnTheWayAreTakenBeforeThoseThatAreStillOpen) {
  HaulStory t = story();
  const Manifest first = opened("first", at_s(noon + 60));
  t.stands(10).learns(first).learns(opened("second", at_s(noon + 120)));
  t.drives(fill).stands(4).learns(closed(first, t.now())).stands(2).drives(pit).stands(10);
  unloads(t);
  ASSERT_EQ(t.trips().size(), 2U);
  EXPECT_EQ(t.trips()[0].manifest, "first");
  EXPECT_EQ(t.trips()[1].manifest, "second");
}

TEST(Manifests, ForWhereTheLoadWentAreTakenBeforeOthers) {
  HaulStory t = story();
  Manifest there = opened("there", at_s(noon));
  there.destination = "other";
  t.learns(there).stands(10).learns(opened("here", t.now()));
  unloads(t, other);
  EXPECT_EQ(t.only_trip().manifest, "there");
  EXPECT_EQ(faults_of(t.only_trip()), "");
}

TEST(Manifests, ForAnotherDestinationMakeTheDestinationWrong) {
  HaulStory t = story();
  t.stands(10).learns(opened("m", t.now()));
  unloads(t, other);
  EXPECT_EQ(t.only_trip().manifest, "m");
  EXPECT_EQ(faults_of(t.only_trip()), "wrong_destination");
}

TEST(Manifests, GoWithALoadThatIsDumped) {
  HaulStory t = story();
  t.stands(10).learns(opened("m", t.now())).drives({3'000, 0}).stands(3).drives(pit).stands(10).drives(fill);
  ASSERT_EQ(t.trips().size(), 1U);
  EXPECT_EQ(t.trips()[0].manifest, "m");
  EXPECT_FALSE(t.trips()[0].faults.has(TripFault::no_manifest));
}

TEST(Manifests, OfTheNextLoadAreNoneOfTheLoadWhoseEndWasNotSeen) {
  HaulStory t = story();
  t.stands(10).drives({2'000, 0}).drives(pit).stands(9).learns(opened("m", t.now())).stands(1);
  unloads(t);
  ASSERT_EQ(t.trips().size(), 2U);
  EXPECT_EQ(t.trips()[0].manifest, "");
  EXPECT_TRUE(t.trips()[0].faults.has(TripFault::no_manifest));
  EXPECT_EQ(t.trips()[1].manifest, "m");
}

TEST(Manifests, OpenedOnTheWayStillCover) {
  HaulStory t = story();
  t.stands(10).drives({2'000, 0}).learns(opened("m", t.now()));
  unloads(t);
  EXPECT_EQ(t.only_trip().manifest, "m");
  EXPECT_EQ(std::get<Trip>(t.events(EventKind::trip_started)[0].details).manifest, "");
}

TEST(Manifests, ThatBecomeKnownAfterTheTripMendIt) {
  HaulStory t = story();
  unloads(t.stands(10));
  ASSERT_THAT(uncovered(t), ElementsAre("none"));
  Manifest late = opened("m", at_s(noon + 500));
  late.closed_at = at_s(noon + 1'300);
  late.at = t.now() + 3h;
  t.learns(late);
  EXPECT_THAT(uncovered(t), ElementsAre("none", "(none)"));
  const auto ended = t.events(EventKind::trip_ended);
  ASSERT_EQ(ended.size(), 2U);
  EXPECT_EQ(ended[1].id, ended[0].id);
  EXPECT_EQ(ended[1].revision, 1);
  EXPECT_EQ(ended[1].time, ended[0].time);
  EXPECT_EQ(ended[1].place, ended[0].place);
  EXPECT_EQ(ended[1].detected, late.at);
  const auto& before = std::get<Trip>(ended[0].details);
  const auto& after = std::get<Trip>(ended[1].details);
  EXPECT_EQ(faults_of(after), "");
  EXPECT_EQ(after.manifest, "m");
  EXPECT_EQ(after.permit, before.permit);
  EXPECT_EQ(after.origin, before.origin);
  EXPECT_EQ(after.destination, before.destination);
  EXPECT_EQ(after.unloaded_at, before.unloaded_at);
  EXPECT_EQ(after.distance_m, before.distance_m);
  EXPECT_THAT(unmatched(t.silent_until(noon + 40'000)), IsEmpty());
}

TEST(Manifests, OpenedAfterTheUnloadingMendNothing) {
  HaulStory t = story();
  unloads(t.stands(10)).learns(opened("m", t.now()));
  EXPECT_THAT(uncovered(t), ElementsAre("none"));
  EXPECT_EQ(t.trips().size(), 1U);
}

TEST(Manifests, ClosedWithoutALoadAreToldAfterAWhile) {
  HaulStory t = story();
  const Manifest m = opened("m", at_s(noon));
  t.at(away).learns(m).stands(30).learns(closed(m, t.now()));
  const double closed_s = t.now_s();
  t.stands(10);
  EXPECT_THAT(unmatched(t), IsEmpty());
  t.stands(10);
  EXPECT_THAT(unmatched(t), ElementsAre("m no_load"));
  const Event told = t.events(EventKind::manifest_unmatched)[0];
  EXPECT_EQ(s_of(told.time), closed_s);
  EXPECT_EQ(s_of(told.detected), closed_s + 900);
  t.stands(60);
  EXPECT_EQ(unmatched(t).size(), 1U) << "once";
}

TEST(Manifests, NeverDrivenAreToldAtThePermitsEnd) {
  HaulStory t = story();
  Manifest m = opened("m", at_s(noon));
  m.permit = "b";
  m.origin = "quarry";
  t.at(away).learns(m).stands(110);
  EXPECT_THAT(unmatched(t), IsEmpty());
  t.silent_until(noon + 8'000);
  ASSERT_THAT(unmatched(t), ElementsAre("m permit_ended"));
  EXPECT_EQ(s_of(t.events(EventKind::manifest_unmatched)[0].time), noon + 7'200);
}

TEST(Manifests, VoidedWithoutALoadAreInOrder) {
  HaulStory t = story();
  const Manifest m = opened("m", at_s(noon));
  t.at(away).learns(m).stands(10).learns(voided(m, t.now())).stands(60);
  EXPECT_THAT(unmatched(t), IsEmpty());
}

TEST(Manifests, VoidedBeforeTheLoadingDoNotCoverIt) {
  HaulStory t = story();
  const Manifest m = opened("m", at_s(noon));
  t.learns(m).stands(5).learns(voided(m, t.now())).stands(5);
  unloads(t);
  EXPECT_EQ(faults_of(t.only_trip()), "no_manifest");
  EXPECT_THAT(uncovered(t), ElementsAre("voided_before"));
}

TEST(Manifests, VoidedAfterTheLoadingHaveCoveredIt) {
  HaulStory t = story();
  const Manifest m = opened("m", at_s(noon));
  t.learns(m).stands(10).drives(fill).stands(4).learns(voided(m, t.now())).stands(1).drives(away);
  EXPECT_EQ(t.only_trip().manifest, "m");
}

TEST(Manifests, ClosedLongBeforeTheLoadingDoNotCoverIt) {
  HaulStory t = story();
  const Manifest m = opened("m", at_s(noon - 3'600));
  t.learns(m).learns(closed(m, at_s(noon - 600))).stands(10);
  unloads(t);
  EXPECT_THAT(uncovered(t), ElementsAre("closed_before"));
  EXPECT_THAT(unmatched(t), ElementsAre("m no_load"));
}

TEST(Manifests, OfYesterdayDoNotCover) {
  HaulStory t = story();
  t.learns(opened("m", at_s(noon - 26 * 3'600))).stands(10);
  unloads(t);
  EXPECT_THAT(uncovered(t), ElementsAre("none"));
}

TEST(Manifests, OfAnotherOriginOrPermitDoNotCover) {
  Manifest elsewhere = opened("m", at_s(noon));
  elsewhere.permit = "b";
  elsewhere.origin = "quarry";
  HaulStory one = story();
  one.learns(elsewhere).stands(10);
  unloads(one);
  EXPECT_THAT(uncovered(one), ElementsAre("other_origin"));
  Manifest foreign = opened("m", at_s(noon));
  foreign.permit = "b";
  HaulStory two = story();
  two.learns(foreign).stands(10);
  unloads(two);
  EXPECT_THAT(uncovered(two), ElementsAre("other_permit"));
}

TEST(Manifests, NamingWhatTheRegistryDoesNotHaveDoNoHarm) {
  Manifest strange = opened("m", at_s(noon));
  strange.permit = strange.origin = strange.destination = "nowhere";
  HaulStory t = story();
  t.learns(strange).stands(10);
  unloads(t).learns(closed(strange, t.now())).stands(30);
  EXPECT_EQ(faults_of(t.only_trip()), "no_manifest");
  EXPECT_THAT(unmatched(t), ElementsAre("m no_load"));
}

/// Thousands that nobody needs any more do not stay, and the one that is open is not dropped for them.
TEST(ManifestShelf, KeepsWhatIsOpenAndABoundedRest) {
  ManifestShelf shelf{std::make_shared<const ManifestDuty>()};
  std::vector<std::string> ids;
  for (int i = 0; i < 5'000; ++i) ids.push_back("n" + std::to_string(i));
  shelf.put({.id = "open", .at = at_s(-9), .opened_at = at_s(-9)});
  for (int i = 0; i < 5'000; ++i) {
    Note note{.id = ids[static_cast<std::size_t>(i)], .at = at_s(i), .opened_at = at_s(i)};
    note.voided_at = at_s(i);
    shelf.put(note);
  }
  EXPECT_EQ(shelf.entries().size(), ManifestShelf::kept_spent + 1);
  EXPECT_EQ(shelf.entries().back().note.id, "open");
  for (const ManifestShelf::Entry& entry : shelf.entries())
    EXPECT_TRUE(entry.note.id == "open" || entry.note.opened_at >= at_s(5'000 - 64));
}

TEST(ManifestShelf, KeepsTheVersionThatWasKnownLast) {
  ManifestShelf shelf{std::make_shared<const ManifestDuty>()};
  shelf.put({.id = "m", .at = at_s(10), .closed_at = at_s(10)});
  shelf.put({.id = "m", .at = at_s(5)});
  ASSERT_EQ(shelf.entries().size(), 1U);
  EXPECT_EQ(shelf.entries()[0].note.closed_at, at_s(10));
  shelf.remove("m");
  EXPECT_TRUE(shelf.entries().empty());
}

}  // namespace
}  // namespace haulwatch::detect
