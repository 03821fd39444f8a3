#include <haulwatch/registry/registry.hpp>

#include <haulwatch/error.hpp>
#include <haulwatch/geo/area.hpp>
#include <haulwatch/geo/datum.hpp>
#include <haulwatch/registry/check.hpp>
#include <haulwatch/registry/compile.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace haulwatch::registry {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Line = std::vector<LonLat>;

Line square(double west, double south, double size) {
  return {{west, south}, {west + size, south}, {west + size, south + size}, {west, south + size}, {west, south}};
}

SiteDraft site_at(const std::string& id, double west, double south) {
  SiteDraft site;
  site.id = id;
  site.polygons.push_back({"", {square(west, south, 0.01)}});
  return site;
}

PermitDraft permit(const std::string& id, std::vector<std::string> vehicles) {
  PermitDraft made;
  made.id = id;
  made.vehicles = std::move(vehicles);
  made.origins = {"pit"};
  made.disposals = {"tip"};
  return made;
}

RegistryDraft two_sites() {
  RegistryDraft draft;
  draft.sites = {site_at("pit", 121.2, 30.7), site_at("tip", 121.4, 30.6)};
  return draft;
}

TEST(Registry, OfNothingHasNoPlacesAndNoPermits) {
  const auto none = Registry::none();
  EXPECT_FALSE(none->has_places());
  EXPECT_EQ(none->version(), 0U);
  EXPECT_THAT(none->permits_of("T1"), IsEmpty());
  EXPECT_TRUE(none->places().nothing_near({0, 0}));
  EXPECT_EQ(none, Registry::none());
}

TEST(Registry, TheFrameIsTheOneThatTheDocumentNames) {
  RegistryDraft draft = two_sites();
  draft.frame = LonLat{120.25, 31.0};
  EXPECT_EQ(compile(draft, 1)->frame().origin(), (LonLat{120.25, 31.0}));
}

TEST(Registry, TheFrameIsTheMiddleOfTheMedianSitesCellWhateverElseLiesFarAway) {
  RegistryDraft draft = two_sites();
  EXPECT_EQ(compile(draft, 1)->frame().origin(), (LonLat{121.5, 30.5}));
  draft.sites.push_back(site_at("far", 10.0, -20.0));
  draft.zones.push_back({"", "z", ZoneRule::watch, {}, {}, {{"", {square(-80.3, 40.2, 1)}}}});
  EXPECT_EQ(compile(draft, 1)->frame().origin(), (LonLat{121.5, 30.5}));
}

TEST(Registry, WithoutSitesRoutesThenGatesThenZonesGiveTheFrame) {
  RegistryDraft draft;
  draft.zones.push_back({"", "z", ZoneRule::watch, {}, {}, {{"", {square(-3.7, -2.6, 0.2)}}}});
  EXPECT_EQ(compile(draft, 1)->frame().origin(), (LonLat{-3.5, -2.5}));
  draft.gates.push_back({"", "g", true, {"", {{5.1, 6.1}, {5.2, 6.2}}}});
  EXPECT_EQ(compile(draft, 1)->frame().origin(), (LonLat{5.5, 6.5}));
  draft.routes.push_back({"", "r", 30.0, false, {{"", {{7.1, 8.1}, {7.2, 8.2}}}}});
  EXPECT_EQ(compile(draft, 1)->frame().origin(), (LonLat{7.5, 8.5}));
}

TEST(Registry, AFrameAtTheAntimeridianLiesAmidItsSites) {
  RegistryDraft draft;
  draft.sites = {site_at("a", 179.8, 1.0), site_at("b", -179.9, 1.0), site_at("c", -179.7, 1.0)};
  const auto registry = compile(draft, 1);
  EXPECT_EQ(registry->frame().origin(), (LonLat{-179.5, 1.5}));
  EXPECT_TRUE(geo::contains(registry->sites()[0].shape, registry->frame().to_local({179.805, 1.005})));
}

TEST(Registry, CoordinatesOfADeclaredDatumEndInWgs84) {
  RegistryDraft draft = two_sites();
  const auto registry_wgs84 = compile(draft, 1);
  draft.datum = Datum::gcj02;
  const auto registry_gcj02 = compile(draft, 1);
  const geo::LocalPoint as_given = registry_wgs84->sites()[0].shape[0].outer[0];
  const geo::LocalPoint shifted = registry_gcj02->sites()[0].shape[0].outer[0];
  EXPECT_EQ(shifted, registry_gcj02->frame().to_local(geo::to_wgs84({121.2, 30.7}, Datum::gcj02)));
  EXPECT_NEAR(geo::distance(as_given, shifted), 490.0, 60.0);
}

TEST(Registry, RepeatedVerticesAndTheClosingOneAreDropped) {
  RegistryDraft draft = two_sites();
  Line& ring = draft.sites[0].polygons[0].rings[0];
  ring.insert(ring.begin() + 2, ring[1]);
  ring.insert(ring.begin(), ring[0]);
  EXPECT_THAT(compile(draft, 1)->sites()[0].shape[0].outer, SizeIs(4));
}

TEST(Registry, PermitsAreFoundByVehicle) {
  RegistryDraft draft = two_sites();
  draft.permits = {permit("P-1", {"T1", "T2"}), permit("P-2", {"T2", "T2"}), permit("P-3", {"T1"})};
  draft.permits[1].origins = {"tip", "pit", "tip"};
  const auto registry = compile(draft, 7);
  EXPECT_EQ(registry->version(), 7U);
  EXPECT_THAT(registry->permits_of("T1"), ElementsAre(0U, 2U));
  EXPECT_THAT(registry->permits_of("T2"), ElementsAre(0U, 1U));
  EXPECT_THAT(registry->permits_of("T3"), IsEmpty());
  EXPECT_THAT(registry->permits_of(""), IsEmpty());
  EXPECT_THAT(registry->permits()[1].origins, ElementsAre(1U, 0U)) << "named twice, kept once";
}

TEST(Registry, AreasAreNumberedSitesFirstAndLinesAreTheGates) {
  RegistryDraft draft = two_sites();
  draft.zones.push_back({"", "z", ZoneRule::speed_limit, 8.0, {}, {{"", {square(121.6, 30.7, 0.01)}}}});
  draft.gates.push_back({"", "g", false, {"", {{121.3, 30.6}, {121.3, 30.7}}}});
  draft.routes.push_back({"", "r", 30.0, true, {{"", {{121.2, 30.7}, {121.4, 30.6}}}}});
  const auto registry = compile(draft, 1);
  const auto& frame = registry->frame();
  const auto areas_at = [&](LonLat place) {
    std::vector<geo::AreaIndex> areas;
    registry->places().for_each_near(frame.to_local(place),
                                     [&](const geo::AreaHit& hit) { areas.push_back(hit.area); });
    return areas;
  };
  EXPECT_THAT(areas_at({121.405, 30.605}), ElementsAre(1U));
  EXPECT_THAT(areas_at({121.605, 30.705}), ElementsAre(2U));
  EXPECT_EQ(registry->zones()[0].max_speed, MetresPerSecond{8.0});
  EXPECT_EQ(registry->places().line_count(), 1U);
  EXPECT_FALSE(registry->gates()[0].inside_is_left);
  EXPECT_EQ(registry->corridors().route_count(), 1U);
  EXPECT_TRUE(registry->corridors().one_way(0));
}

TEST(Registry, AFaultyDraftIsRefusedWithAllItsFaults) {
  RegistryDraft draft = two_sites();
  draft.permits = {permit("P-1", {}), permit("P-1", {"T1"})};
  draft.permits[1].origins = {"moon"};
  try {
    (void)compile(draft, 1);
    FAIL() << "not refused";
  } catch (const Refused& refused) {
    EXPECT_THAT(refused.faults(), SizeIs(3));
    EXPECT_EQ(refused.faults(), check(draft));
  }
}

TEST(Registry, VehiclesOfRandomPermitsAreFoundAsBySearchingAll) {
  constexpr unsigned seed = 21;
  std::mt19937 random{seed};
  for (int round = 0; round < 50; ++round) {
    RegistryDraft draft = two_sites();
    for (unsigned p = 0; p < random() % 40; ++p) {
      std::vector<std::string> vehicles(1 + random() % 5);
      for (std::string& vehicle : vehicles) vehicle = "T" + std::to_string(random() % 12);
      draft.permits.push_back(permit("P-" + std::to_string(p), vehicles));
    }
    const auto registry = compile(draft, 1);
    for (int v = 0; v < 13; ++v) {
      const std::string vehicle = "T" + std::to_string(v);
      std::vector<PermitIndex> expected;
      for (PermitIndex p = 0; p < draft.permits.size(); ++p) {
        const auto& named = draft.permits[p].vehicles;
        if (std::find(named.begin(), named.end(), vehicle) != named.end()) expected.push_back(p);
      }
      ASSERT_THAT(registry->permits_of(vehicle), ::testing::ElementsAreArray(expected)) << "seed 21, round " << round;
    }
  }
}

}  // namespace
}  // namespace haulwatch::registry
