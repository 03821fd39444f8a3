#include <haulwatch/registry/check.hpp>
#include <haulwatch/registry/registry_draft.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <random>
#include <string>
#include <vector>

namespace haulwatch::registry {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Line = std::vector<LonLat>;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Line square(double west, double south, double size) {
  return {{west, south}, {west + size, south}, {west + size, south + size}, {west, south + size}, {west, south}};
}

SiteDraft site(const std::string& id, std::vector<Line> rings) {
  SiteDraft made;
  made.pointer = "/features/0";
  made.id = id;
  made.polygons.push_back({"/features/0/geometry/coordinates", std::move(rings)});
  return made;
}

SiteDraft site_of_parts(std::vector<std::vector<Line>> parts) {
  SiteDraft made = site("pit", {});
  made.polygons.clear();
  for (std::vector<Line>& rings : parts) {
    made.polygons.push_back({"/parts/" + std::to_string(made.polygons.size()), std::move(rings)});
  }
  return made;
}

std::vector<Fault> faults_of(SiteDraft site) {
  RegistryDraft draft;
  draft.sites.push_back(std::move(site));
  return check(draft);
}

std::vector<Fault> faults_of_rings(std::vector<Line> rings) {
  return faults_of(site("pit", std::move(rings)));
}

auto fault(const std::string& object, const std::string& pointer, const std::string& part_of_message) {
  return AllOf(Field("object", &Fault::object, object), Field("pointer", &Fault::pointer, pointer),
               Field("message", &Fault::message, HasSubstr(part_of_message)));
}
auto ring_fault(std::size_t ring, const std::string& part_of_message) {
  return fault("site pit", "/features/0/geometry/coordinates/" + std::to_string(ring), part_of_message);
}

/// A sound draft, to be spoiled in one way.
RegistryDraft sound() {
  RegistryDraft draft;
  draft.sites = {site("pit", {square(121.0, 30.7, 0.01)}), site("tip", {square(121.2, 30.7, 0.01)})};
  draft.routes.push_back(
      {"/features/2", "r1", 40.0, false, {{"/features/2/geometry/coordinates", {{121, 31}, {122, 31}}}}});
  PermitDraft permit;
  permit.pointer = "/permits/0";
  permit.id = "P-7";
  permit.vehicles = {"T1"};
  permit.origins = {"pit"};
  permit.disposals = {"tip"};
  permit.routes = {"r1"};
  draft.permits = {permit};
  return draft;
}

TEST(RegistryCheck, FindsNothingInASoundDraft) {
  EXPECT_THAT(check(sound()), IsEmpty());
  EXPECT_THAT(check(RegistryDraft{}), IsEmpty());
}

TEST(RegistryCheck, ARingHasToCloseAndToHaveFourPositions) {
  EXPECT_THAT(faults_of_rings({{{1, 1}, {2, 1}, {2, 2}, {1, 2}}}), ElementsAre(ring_fault(0, "open")));
  EXPECT_THAT(faults_of_rings({{{1, 1}, {2, 1}, {1, 1}}}), ElementsAre(ring_fault(0, "3 positions")));
  EXPECT_THAT(faults_of_rings({{}}), ElementsAre(ring_fault(0, "0 positions")));
  EXPECT_THAT(faults_of_rings({}), ElementsAre(fault("site pit", "/features/0/geometry/coordinates", "no ring")));
  EXPECT_THAT(faults_of(site_of_parts({})), ElementsAre(fault("site pit", "/features/0/geometry", "no polygon")));
}

TEST(RegistryCheck, AnOpenRingIsLookedAtAsIfItClosed) {
  EXPECT_THAT(faults_of_rings({{{1, 1}, {2, 2}, {2, 1}, {1, 2}}}),
              ElementsAre(ring_fault(0, "open"), ring_fault(0, "crosses itself")));
}

TEST(RegistryCheck, ABowTieCrossesItself) {
  EXPECT_THAT(faults_of_rings({{{1, 1}, {2, 2}, {2, 1}, {1, 2}, {1, 1}}}),
              ElementsAre(ring_fault(0, "crosses itself: the edges from its positions 0 and 2")));
}

TEST(RegistryCheck, ARingThatComesBackToOneOfItsPlacesTouchesItself) {
  EXPECT_THAT(faults_of_rings({{{0, 0}, {1, 1}, {2, 0}, {2, 2}, {1, 1}, {0, 2}, {0, 0}}}),
              ElementsAre(ring_fault(0, "touches itself at [1, 1]")));
  EXPECT_THAT(faults_of_rings({{{0, 0}, {4, 0}, {4, 4}, {2, 0}, {0, 4}, {0, 0}}}),
              ElementsAre(ring_fault(0, "touches itself at [2, 0]")));
}

TEST(RegistryCheck, ASpikeRunsBackAlongItself) {
  EXPECT_THAT(faults_of_rings({{{0, 0}, {4, 0}, {4, 4}, {4, 6}, {4, 4}, {0, 4}, {0, 0}}}),
              ElementsAre(ring_fault(0, "runs back along itself")));
}

TEST(RegistryCheck, RepeatedPositionsInARowAreNoFault) {
  EXPECT_THAT(faults_of_rings({{{0, 0}, {0, 0}, {4, 0}, {4, 4}, {4, 4}, {4, 4}, {0, 4}, {0, 0}, {0, 0}}}), IsEmpty());
}

TEST(RegistryCheck, ARingWithoutAreaIsAFault) {
  EXPECT_THAT(faults_of_rings({{{0, 0}, {1, 1}, {3, 3}, {0, 0}}}), ElementsAre(ring_fault(0, "no area")));
  EXPECT_THAT(faults_of_rings({{{1, 1}, {1, 1}, {1, 1}, {1, 1}}}), ElementsAre(ring_fault(0, "no area")));
}

TEST(RegistryCheck, AHoleLiesInsideItsOuterRing) {
  EXPECT_THAT(faults_of_rings({square(0, 0, 4), square(1, 1, 1)}), IsEmpty());
  EXPECT_THAT(faults_of_rings({square(0, 0, 4), square(5, 1, 1)}), ElementsAre(ring_fault(1, "outside its outer")));
  EXPECT_THAT(faults_of_rings({square(0, 0, 4), square(-1, -1, 9)}), ElementsAre(ring_fault(1, "outside its outer")));
  EXPECT_THAT(faults_of_rings({square(0, 0, 4), square(3, 1, 2)}), ElementsAre(ring_fault(1, "crosses its outer")));
  EXPECT_THAT(faults_of_rings({square(0, 0, 4), square(0, 1, 1)}), ElementsAre(ring_fault(1, "shares an edge")));
}

TEST(RegistryCheck, AHoleMayTouchTheOuterRingAtOnePointOnly) {
  EXPECT_THAT(faults_of_rings({square(0, 0, 4), {{0, 2}, {1, 1}, {2, 2}, {1, 3}, {0, 2}}}), IsEmpty());
  EXPECT_THAT(faults_of_rings({square(0, 0, 4), {{0, 2}, {2, 1}, {4, 2}, {2, 3}, {0, 2}}}),
              ElementsAre(ring_fault(1, "more than one point")));
  EXPECT_THAT(faults_of_rings({square(0, 0, 4), {{0, 2}, {-1, 1}, {-2, 2}, {-1, 3}, {0, 2}}}),
              ElementsAre(ring_fault(1, "outside its outer")));
}

TEST(RegistryCheck, HolesDoNotOverlap) {
  EXPECT_THAT(faults_of_rings({square(0, 0, 9), square(1, 1, 4), square(2, 2, 1)}),
              ElementsAre(ring_fault(2, "overlaps the hole at /features/0/geometry/coordinates/1")));
  EXPECT_THAT(faults_of_rings({square(0, 0, 9), square(2, 2, 1), square(1, 1, 4)}),
              ElementsAre(ring_fault(2, "overlaps the hole")));
  EXPECT_THAT(faults_of_rings({square(0, 0, 9), square(1, 1, 3), square(3, 3, 3)}),
              ElementsAre(ring_fault(2, "crosses the hole")));
  EXPECT_THAT(faults_of_rings({square(0, 0, 9), square(1, 1, 2), square(3, 3, 2)}), IsEmpty());
}

TEST(RegistryCheck, PartsOfOneAreaShareNoMoreThanPoints) {
  const auto parts = [](const Line& a, const Line& b) { return faults_of(site_of_parts({{a}, {b}})); };
  EXPECT_THAT(parts(square(0, 0, 1), square(5, 5, 1)), IsEmpty());
  EXPECT_THAT(parts(square(0, 0, 1), square(1, 1, 1)), IsEmpty());
  EXPECT_THAT(parts(square(0, 0, 2), square(1, 1, 2)),
              ElementsAre(fault("site pit", "/parts/1/0", "crosses the part")));
  EXPECT_THAT(parts(square(0, 0, 1), square(1, 0, 1)), ElementsAre(fault("site pit", "/parts/1/0", "shares an edge")));
  EXPECT_THAT(parts(square(0, 0, 9), square(1, 1, 1)), ElementsAre(fault("site pit", "/parts/1/0", "overlaps")));
  EXPECT_THAT(parts(square(1, 1, 1), square(0, 0, 9)), ElementsAre(fault("site pit", "/parts/1/0", "overlaps")));
}

TEST(RegistryCheck, PartsThatRunThroughOneAnotherAtTheirCornersOverlap) {
  const Line diamond{{2, 0}, {4, 2}, {2, 4}, {0, 2}, {2, 0}};
  EXPECT_THAT(faults_of(site_of_parts({{square(0, 0, 4)}, {diamond}})),
              ElementsAre(fault("site pit", "/parts/1/0", "overlaps")));
  const Line sliver{{-1, -1}, {5, 5}, {-1, 0}, {-1, -1}};
  EXPECT_THAT(faults_of(site_of_parts({{square(0, 0, 4)}, {sliver}})),
              ElementsAre(fault("site pit", "/parts/1/0", "crosses")));
  const Line thin{{0, 0}, {4, 4}, {5, 6}, {5, 5}, {4, 4}, {0, 0}};
  EXPECT_FALSE(faults_of(site_of_parts({{square(0, 0, 4)}, {thin}})).empty());
  // Two teeth that touch the square at two corners, and stay outside.
  const Line beside{{0, 0}, {-3, 2}, {0, 4}, {-6, 2}, {0, 0}};
  EXPECT_THAT(faults_of(site_of_parts({{square(0, 0, 4)}, {beside}})), IsEmpty());
}

TEST(RegistryCheck, AnIslandInAHoleIsAPartLikeAnyOther) {
  EXPECT_THAT(faults_of(site_of_parts({{square(0, 0, 9), square(1, 1, 7)}, {square(3, 3, 2)}})), IsEmpty());
  EXPECT_THAT(faults_of(site_of_parts({{square(3, 3, 2)}, {square(0, 0, 9), square(1, 1, 7)}})), IsEmpty());
}

TEST(RegistryCheck, ARingOverTheAntimeridianIsSound) {
  EXPECT_THAT(faults_of_rings({{{179.9, 1}, {-179.9, 1}, {-179.9, 2}, {179.9, 2}, {179.9, 1}}}), IsEmpty());
  EXPECT_THAT(faults_of_rings({{{179.9, 1}, {-179.9, 2}, {-179.9, 1}, {179.9, 2}, {179.9, 1}}}),
              ElementsAre(ring_fault(0, "crosses itself")));
}

TEST(RegistryCheck, APositionOffTheEarthIsNamedOnceForItsRing) {
  const Line far{{0, 0}, {200, 1}, {1, 95}, {nan, 1}, {0, 0}};
  EXPECT_THAT(faults_of_rings({far}), ElementsAre(fault("site pit", "/features/0/geometry/coordinates/0/1",
                                                        "longitude 200 is outside -180 to 180 (and 2 more")));
  EXPECT_THAT(faults_of_rings({{{0, 0}, {1, nan}, {1, 1}, {0, 0}}}),
              ElementsAre(fault("site pit", "/features/0/geometry/coordinates/0/1", "finite")));
}

TEST(RegistryCheck, SwappedCoordinatesAreRecognised) {
  EXPECT_THAT(faults_of_rings({{{30, 121}, {31, 121}, {31, 122}, {30, 121}}}),
              ElementsAre(fault("site pit", "/features/0/geometry/coordinates/0/0", "look swapped")));
}

TEST(RegistryCheck, AFeatureFarFromAllOthersIsSwappedWhenTheExchangeBringsItAmidThem) {
  RegistryDraft draft;
  for (int i = 0; i < 4; ++i) draft.sites.push_back(site("s" + std::to_string(i), {square(11.0 + i * 0.1, 48, 0.01)}));
  draft.gates.push_back({"/features/9", "g", true, {"/features/9/geometry/coordinates", {{48.1, 11.2}, {48.1, 11.3}}}});
  draft.gates.push_back({"/features/8", "far", true, {"/features/8/geometry/coordinates", {{70, 20}, {70, 21}}}});
  EXPECT_THAT(check(draft), ElementsAre(fault("gate g", "/features/9/geometry/coordinates", "exchanged")));
}

TEST(RegistryCheck, AFrameIsAPlaceOnEarthAwayFromThePoles) {
  RegistryDraft draft;
  for (const LonLat bad : {LonLat{181, 0}, {0, 89.5}, {nan, 0}, {0, -91}}) {
    draft.frame = bad;
    EXPECT_THAT(check(draft), ElementsAre(fault("", "/frame", "frame")));
  }
  draft.frame = {121, 30};
  EXPECT_THAT(check(draft), IsEmpty());
}

TEST(RegistryCheck, IdsAreUniqueAmongTheirKindAndNeverMissing) {
  RegistryDraft draft = sound();
  draft.routes[0].id = "pit";
  draft.permits[0].routes = {"pit"};
  EXPECT_THAT(check(draft), IsEmpty()) << "a route may have the id of a site";
  draft.sites[1].id = "pit";
  draft.sites[1].pointer = "/features/7";
  draft.permits[0].disposals = {"pit"};
  EXPECT_THAT(check(draft), ElementsAre(fault("site pit", "/features/7/id", "at /features/0")));
  draft.sites[1].id = "";
  EXPECT_THAT(check(draft), ElementsAre(fault("feature 7", "/features/7/id", "no id")));
  draft = sound();
  draft.permits.push_back(draft.permits[0]);
  draft.permits[0].id = "";
  EXPECT_THAT(check(draft), ElementsAre(fault("permit 0", "/permits/0/id", "no id")));
}

TEST(RegistryCheck, APermitRefersToWhatIsThere) {
  RegistryDraft draft = sound();
  draft.permits[0].origins = {"pit", "hole"};
  draft.permits[0].disposals = {"r1"};
  draft.permits[0].routes = {"tip"};
  EXPECT_THAT(check(draft), ElementsAre(fault("permit P-7", "/permits/0/origins/1", "no site \"hole\""),
                                        fault("permit P-7", "/permits/0/disposals/0", "no site \"r1\""),
                                        fault("permit P-7", "/permits/0/routes/0", "no route \"tip\"")));
  draft.unread_features = {"hole", "r1", "tip"};
  EXPECT_THAT(check(draft), IsEmpty()) << "a feature that could not be read is there all the same";
}

TEST(RegistryCheck, OnlyRoutesMayBeEmptyInAPermit) {
  RegistryDraft draft = sound();
  PermitDraft& permit = draft.permits[0];
  permit.vehicles.clear();
  permit.origins.clear();
  permit.disposals.clear();
  permit.routes.clear();
  EXPECT_THAT(check(draft), ElementsAre(fault("permit P-7", "/permits/0/vehicles", "no vehicle"),
                                        fault("permit P-7", "/permits/0/origins", "no origin"),
                                        fault("permit P-7", "/permits/0/disposals", "no disposal")));
}

TEST(RegistryCheck, APermitEndsAfterItBegins) {
  RegistryDraft draft = sound();
  draft.permits[0].valid_from = draft.permits[0].valid_to = TimeUtc{5s};
  EXPECT_THAT(check(draft), ElementsAre(fault("permit P-7", "/permits/0/valid_to", "no later")));
}

TEST(RegistryCheck, AmountsArePositiveAndOfASensibleSize) {
  for (const double bad : {0.0, -1.0, nan, 1e9, std::numeric_limits<double>::infinity()}) {
    RegistryDraft draft = sound();
    draft.routes[0].half_width_m = bad;
    EXPECT_THAT(check(draft), ElementsAre(fault("route r1", "/features/2/properties/half_width_m", "not more than 0")));
  }
  RegistryDraft draft = sound();
  draft.routes[0].half_width_m.reset();
  draft.permits[0].max_quantity_m3 = -3;
  EXPECT_THAT(check(draft), ElementsAre(fault("route r1", "/features/2/properties/half_width_m", "missing"),
                                        fault("permit P-7", "/permits/0/max_quantity_m3", "-3")));
}

TEST(RegistryCheck, ASpeedLimitNeedsASpeed) {
  RegistryDraft draft;
  ZoneDraft zone;
  zone.pointer = "/features/4";
  zone.id = "z";
  zone.polygons = sound().sites[0].polygons;
  draft.zones = {zone};
  EXPECT_THAT(check(draft), IsEmpty()) << "a forbidden zone needs none";
  draft.zones[0].rule = ZoneRule::speed_limit;
  EXPECT_THAT(check(draft), ElementsAre(fault("zone z", "/features/4/properties/max_speed_mps", "missing")));
  draft.zones[0].max_speed_mps = 0;
  EXPECT_THAT(check(draft), ElementsAre(fault("zone z", "/features/4/properties/max_speed_mps", "0")));
}

TEST(RegistryCheck, WindowsLieWithinADayAndOffsetsBelowOne) {
  RegistryDraft draft = sound();
  draft.sites[0].open_hours = {{{-1min, 60min}}, 0min};
  draft.permits[0].daily_windows = {{{60min, 1441min}}, 24h};
  EXPECT_THAT(check(draft), ElementsAre(fault("site pit", "/features/0/properties/opens", "00:00 to 24:00"),
                                        fault("permit P-7", "/permits/0/daily_windows", "00:00 to 24:00"),
                                        fault("permit P-7", "/permits/0/utc_offset", "24 hours")));
}

TEST(RegistryCheck, ALineHasTwoPlaces) {
  RegistryDraft draft = sound();
  draft.routes[0].lines = {{"/l/0", {{1, 1}, {1, 1}}}, {"/l/1", {}}, {"/l/2", {{1, 1}, {1, 91}}}};
  draft.gates.push_back({"/features/5", "g", true, {"/features/5/geometry/coordinates", {{121, 31}}}});
  EXPECT_THAT(check(draft),
              ElementsAre(fault("gate g", "/features/5/geometry/coordinates", "fewer than two"),
                          fault("route r1", "/l/0", "fewer than two"), fault("route r1", "/l/1", "fewer than two"),
                          fault("route r1", "/l/2/1", "91")));
  draft.gates.clear();
  draft.routes[0].lines.clear();
  EXPECT_THAT(check(draft), ElementsAre(fault("route r1", "/features/2/geometry", "no line")));
}

// ---- rings against a slow twin ----

using Wide = long double;  // exact for the small whole numbers below

int turn(LonLat a, LonLat b, LonLat c) {
  const Wide z = Wide{b.lon - a.lon} * (c.lat - a.lat) - Wide{b.lat - a.lat} * (c.lon - a.lon);
  return z > 0 ? 1 : z < 0 ? -1 : 0;
}

bool lies_between(LonLat p, LonLat a, LonLat b) {
  return turn(a, b, p) == 0 && std::min(a.lon, b.lon) <= p.lon && p.lon <= std::max(a.lon, b.lon) &&
         std::min(a.lat, b.lat) <= p.lat && p.lat <= std::max(a.lat, b.lat);
}

bool edges_meet(LonLat a, LonLat b, LonLat c, LonLat d) {
  if (turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0) return true;
  return lies_between(a, c, d) || lies_between(b, c, d) || lies_between(c, a, b) || lies_between(d, a, b);
}

/// Every edge against every other one.
bool is_simple(const Line& ring) {
  const std::size_t n = ring.size() - 1;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j) {
      const bool next = j == i + 1 || (i == 0 && j + 1 == n);
      if (!next && edges_meet(ring[i], ring[i + 1], ring[j], ring[j + 1])) return false;
      if (next) {
        const LonLat corner = j == i + 1 ? ring[j] : ring[0];
        const LonLat before = j == i + 1 ? ring[i] : ring[n - 1];
        const LonLat after = j == i + 1 ? ring[j + 1] : ring[1];
        if (lies_between(before, corner, after) || lies_between(after, before, corner)) return false;
      }
    }
  }
  return true;
}

TEST(RegistryCheck, RandomRingsOnASmallGridAreJudgedAsEdgeByEdge) {
  constexpr unsigned seed = 17;
  std::mt19937 random{seed};
  std::size_t sound_rings = 0;
  for (int round = 0; round < 20'000; ++round) {
    Line ring;
    const std::size_t corners = 3 + random() % 7;
    while (ring.size() < corners) {
      const LonLat next{static_cast<double>(random() % 6), static_cast<double>(random() % 6)};
      if (ring.empty() || !(ring.back() == next)) ring.push_back(next);
    }
    if (ring.front() == ring.back()) continue;
    ring.push_back(ring.front());
    const bool simple = is_simple(ring);
    sound_rings += simple ? 1 : 0;
    ASSERT_EQ(faults_of_rings({ring}).empty(), simple) << "seed " << seed << ", round " << round;
  }
  EXPECT_GT(sound_rings, 1000U);
}

Line star_shaped(std::size_t corners, std::mt19937& random) {
  Line ring;
  std::uniform_real_distribution<double> radius{0.3, 1.0};
  for (std::size_t i = 0; i < corners; ++i) {
    const double angle = 2.0 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(corners);
    const double r = radius(random);
    ring.push_back({121.0 + r * std::cos(angle), 30.0 + r * std::sin(angle)});
  }
  ring.push_back(ring.front());
  return ring;
}

TEST(RegistryCheck, AJaggedRingOf3000CornersIsSoundUntilTwoOfThemChangePlaces) {
  constexpr unsigned seed = 4;
  std::mt19937 random{seed};
  for (int round = 0; round < 20; ++round) {
    Line ring = star_shaped(3000, random);
    ASSERT_THAT(faults_of_rings({ring}), IsEmpty()) << "seed 4, round " << round;
    const std::size_t i = 1 + random() % 2900;
    std::swap(ring[i], ring[i + 50]);
    ASSERT_THAT(faults_of_rings({ring}), ElementsAre(ring_fault(0, "crosses itself"))) << "seed 4, round " << round;
  }
}

TEST(RegistryCheck, ACoastOf300000CornersIsChecked) {
  std::mt19937 random{9};
  std::uniform_real_distribution<double> radius{0.99999, 1.0};
  Line ring;
  constexpr int corners = 300'000;
  for (int i = 0; i < corners; ++i) {
    const double angle = 2.0 * std::numbers::pi * i / corners;
    const double r = radius(random);
    ring.push_back({121.0 + r * std::cos(angle), 30.0 + r * std::sin(angle)});
  }
  ring.push_back(ring.front());
  EXPECT_THAT(faults_of_rings({ring}), IsEmpty());
}

TEST(RegistryCheck, ARingThatCrossesItselfMillionsOfTimesIsRefusedAllTheSame) {
  Line ring;
  for (int i = 0; i < 4001; ++i) {
    const double angle = 2.0 * std::numbers::pi * i * 2000 / 4001;
    ring.push_back({std::cos(angle), std::sin(angle)});
  }
  ring.push_back(ring.front());
  EXPECT_THAT(faults_of_rings({ring}), ElementsAre(ring_fault(0, "crosses itself")));
}

}  // namespace
}  // namespace haulwatch::registry
