#include <haulwatch/geo/place_index.hpp>

#include "geo/shapes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>

namespace haulwatch::geo {
namespace {

using test::areas_crossed;
using test::areas_crossed_by_brute_force;
using test::Dice;
using test::lines_crossed;
using test::rectangle;
using testing::IsEmpty;
using testing::SizeIs;

/// "" when the index finds the stretches that brute force finds, else what differs. Stretches of which a fix is only an
/// end, or that are shorter than a micrometre, are no one's concern.
std::string difference_on(const PlaceIndex& index, const std::vector<MultiPolygon>& areas, LocalPoint from,
                          LocalPoint to) {
  const auto truth = areas_crossed_by_brute_force(areas, from, to);
  const auto found = areas_crossed(index, from, to);
  const auto text = [](const std::vector<AreaCrossing>& all) {
    std::string line;
    for (const AreaCrossing& c : all)
      line += " " + std::to_string(c.area) + ":" + std::to_string(c.enters) + "-" + std::to_string(c.leaves) + "@" +
              std::to_string(c.depth_m);
    return line;
  };
  bool same = truth.size() == found.size();
  for (std::size_t i = 0; same && i < truth.size(); ++i)
    same = truth[i].area == found[i].area && std::abs(truth[i].enters - found[i].enters) < 1e-9 &&
           std::abs(truth[i].leaves - found[i].leaves) < 1e-9 && std::abs(truth[i].depth_m - found[i].depth_m) < 1e-5;
  return same ? "" : "found" + text(found) + ", truth" + text(truth);
}

class AreaCrossingsOfSeed : public testing::TestWithParam<std::uint64_t> {};

TEST_P(AreaCrossingsOfSeed, AgreeWithBruteForce) {
  Dice dice{GetParam()};
  const auto areas = test::some_areas(dice, 20, 6000.0);
  const PlaceIndex index{areas};
  for (int i = 0; i < 2000; ++i) {
    const LocalPoint from = dice.point({}, 9000.0);
    const double reach = std::exp(dice.between(std::log(1.0), std::log(20000.0)));
    const LocalPoint to = dice.point(from, reach);
    EXPECT_EQ(difference_on(index, areas, from, to), "") << i;
  }
}

TEST_P(AreaCrossingsOfSeed, AgreeWithBruteForceThroughVertices) {
  Dice dice{GetParam()};
  const auto corner = [&] { return LocalPoint{10.0 * dice.whole(-6, 6), 10.0 * dice.whole(-6, 6)}; };
  std::vector<MultiPolygon> areas;
  for (int i = 0; i < 10; ++i) {
    const LocalPoint p = corner();
    areas.push_back({{rectangle(p.x, p.y, p.x + 10.0 * dice.whole(1, 6), p.y + 10.0 * dice.whole(1, 6)), {}}});
    areas.push_back(
        {{{p, p + LocalPoint{20, 0}, p + LocalPoint{10, 10}, p + LocalPoint{20, 20}, p + LocalPoint{0, 20}}, {}}});
  }
  const PlaceIndex index{areas};
  for (int i = 0; i < 500; ++i) {
    const LocalPoint from = corner();
    const LocalPoint to = corner();
    // Along an edge both sides are right: keep to ways that run along none.
    const LocalPoint way = to - from;
    if (way.x == 0.0 || way.y == 0.0 || std::abs(way.x) == std::abs(way.y)) continue;
    EXPECT_EQ(difference_on(index, areas, from, to), "") << from.x << ' ' << from.y << ' ' << to.x << ' ' << to.y;
  }
}

TEST_P(AreaCrossingsOfSeed, AreTheSameFromTheOtherEnd) {
  Dice dice{GetParam()};
  const PlaceIndex index{test::some_areas(dice, 20, 6000.0)};
  for (int i = 0; i < 300; ++i) {
    const LocalPoint from = dice.point({}, 9000.0);
    const LocalPoint to = dice.point({}, 9000.0);
    double there = 0.0;
    double back = 0.0;
    for (const AreaCrossing& c : areas_crossed(index, from, to)) there += (c.leaves - c.enters) * (c.area + 1.0);
    for (const AreaCrossing& c : areas_crossed(index, to, from)) back += (c.leaves - c.enters) * (c.area + 1.0);
    EXPECT_NEAR(there, back, 1e-9);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AreaCrossingsOfSeed, testing::Range<std::uint64_t>(200, 206));

TEST(AreaCrossings, AreCompleteOnAWayThroughAThousandOfThem) {
  std::vector<MultiPolygon> areas;
  for (int i = 0; i < 1000; ++i) areas.push_back({{rectangle(300.0 * i, -500.0, 300.0 * i + 200.0, 500.0), {}}});
  MultiPolygon comb{{{}, {}}};
  for (int i = 0; i < 400; ++i) {
    comb[0].outer.push_back({500.0 * i, -1000.0});
    comb[0].outer.push_back({500.0 * i + 250.0, 1000.0});
  }
  comb[0].outer.push_back({2e5, -2000.0});
  comb[0].outer.push_back({0.0, -2000.0});
  areas.push_back(comb);
  areas.push_back({{rectangle(-1e4, -1e4, 5e5, 1e4), {}}});
  for (const std::size_t most_blocks : {std::size_t{0}, PlaceIndex::default_most_blocks}) {
    const PlaceIndex index{areas, {}, most_blocks};
    EXPECT_EQ(difference_on(index, areas, {-1000.0, 3.0}, {4e5, 7.0}), "");
    EXPECT_EQ(difference_on(index, areas, {-1000.0, -1234.0}, {3e5, 999.0}), "");
    EXPECT_EQ(difference_on(index, areas, {2.5e5, 1.0}, {-1000.0, 3.0}), "");
  }
}

TEST(AreaCrossings, OfAWayWhollyInsideAreOneStretch) {
  const PlaceIndex index{{{{rectangle(-5000, -5000, 5000, 5000), {}}}, {{rectangle(-9000, -9000, 9000, 9000), {}}}}};
  const auto all = areas_crossed(index, {0, 0}, {30, 40});
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].area, 0U);
  EXPECT_EQ(all[0].enters, 0.0);
  EXPECT_EQ(all[0].leaves, 1.0);
  EXPECT_NEAR(all[0].depth_m, 4980.0, 1e-9);
  EXPECT_EQ(all[1].area, 1U);
}

TEST(AreaCrossings, OfAWayOfNoLengthTellWhereItStands) {
  const PlaceIndex index{{{{rectangle(0, 0, 100, 100), {}}}}};
  EXPECT_THAT(areas_crossed(index, {10, 10}, {10, 10}), SizeIs(1));
  EXPECT_THAT(areas_crossed(index, {-10, 10}, {-10, 10}), IsEmpty());
}

TEST(AreaCrossings, LeaveOutATouchedCorner) {
  const PlaceIndex index{{{{{{0, 0}, {100, 100}, {0, 200}, {-100, 100}}, {}}}}};
  EXPECT_THAT(areas_crossed(index, {100, 0}, {100, 200}), IsEmpty());
  EXPECT_THAT(areas_crossed(index, {-100, 0}, {100, 0}), IsEmpty());
}

TEST(AreaCrossings, AreNotCutByATouchedHole) {
  const PlaceIndex index{{{{rectangle(-100, -100, 100, 100), {{{0, 0}, {50, 50}, {0, 100}, {-50, 50}}}}}}};
  const auto all = areas_crossed(index, {-200, 0}, {200, 0});
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_NEAR(all[0].enters, 0.25, 1e-12);
  EXPECT_NEAR(all[0].leaves, 0.75, 1e-12);
}

PlaceIndex with_gate(const Polyline& line) {
  return PlaceIndex{{}, {line}};
}

TEST(LineCrossings, TellPlaceAndDirection) {
  const PlaceIndex index = with_gate({{0, -10}, {0, 10}});
  const auto east = lines_crossed(index, {-30, 0}, {10, 0});
  ASSERT_THAT(east, SizeIs(1));
  EXPECT_DOUBLE_EQ(east[0].at, 0.75);
  EXPECT_TRUE(east[0].left_to_right);
  const auto west = lines_crossed(index, {10, 0}, {-30, 0});
  ASSERT_THAT(west, SizeIs(1));
  EXPECT_DOUBLE_EQ(west[0].at, 0.25);
  EXPECT_FALSE(west[0].left_to_right);
}

TEST(LineCrossings, AreNoneBesideTheLine) {
  const PlaceIndex index = with_gate({{0, -10}, {0, 10}});
  EXPECT_THAT(lines_crossed(index, {-10, 11}, {10, 11}), IsEmpty());
  EXPECT_THAT(lines_crossed(index, {-10, 0}, {-1, 0}), IsEmpty());
}

TEST(LineCrossings, ThroughAVertexAreOneWhereSidesChange) {
  for (const Polyline& line : {Polyline{{0, -10}, {0, 0}, {0, 10}}, Polyline{{3, -10}, {0, 0}, {3, 10}},
                               Polyline{{-7, -10}, {0, 0}, {0, 0}, {4, 10}}, Polyline{{3, 10}, {0, 0}, {5, -10}}}) {
    EXPECT_THAT(lines_crossed(with_gate(line), {-10, 0}, {20, 0}), SizeIs(1));
    EXPECT_THAT(lines_crossed(with_gate(line), {20, 0}, {-10, 0}), SizeIs(1));
  }
}

TEST(LineCrossings, AreNoneWhereTheWayOnlyTouchesAVertex) {
  for (const Polyline& line : {Polyline{{-5, 10}, {0, 0}, {5, 10}}, Polyline{{-5, -10}, {0, 0}, {5, -10}},
                               Polyline{{-5, 10}, {0, 0}, {3, 0}, {5, 10}},
                               Polyline{{-5, -10}, {0, 0}, {0, 0}, {5, -10}}, Polyline{{2, -10}, {0, 0}, {-4, -10}}}) {
    EXPECT_THAT(lines_crossed(with_gate(line), {-20, 0}, {20, 0}), IsEmpty());
    EXPECT_THAT(lines_crossed(with_gate(line), {20, 0}, {-20, 0}), IsEmpty());
  }
}

TEST(LineCrossings, AreNoneExactlyThroughAnEndOfTheLine) {
  const PlaceIndex index = with_gate({{0, -10}, {0, 10}});
  for (const double y : {-10.0, 10.0}) {
    EXPECT_THAT(lines_crossed(index, {-10, y}, {10, y}), IsEmpty());
    EXPECT_THAT(lines_crossed(index, {10, y}, {-10, y}), IsEmpty());
  }
}

TEST(LineCrossings, CountAStretchAlongTheLineOnceIfItChangesSides) {
  const Polyline stairs{{-10, -10}, {0, 0}, {5, 0}, {15, 10}};
  EXPECT_THAT(lines_crossed(with_gate(stairs), {-30, 0}, {30, 0}), SizeIs(1));
  EXPECT_THAT(lines_crossed(with_gate(stairs), {30, 0}, {-30, 0}), SizeIs(1));
}

TEST(LineCrossings, AreOneInAllForChordsThatMeetOnTheLine) {
  Dice dice{51};
  for (int i = 0; i < 2000; ++i) {
    const Polyline line{{0, -40}, {0, 0}, {static_cast<double>(dice.whole(-30, 30)), 40}};
    const PlaceIndex index = with_gate(line);
    const LocalPoint on_line{0.0, static_cast<double>(dice.whole(-39, -1))};
    const LocalPoint west{-100.0, static_cast<double>(dice.whole(-39, -1))};
    const LocalPoint east{100.0, static_cast<double>(dice.whole(-39, -1))};
    for (const auto& [from, to] : {std::pair{west, east}, std::pair{east, west}}) {
      const auto first = lines_crossed(index, from, on_line);
      const auto second = lines_crossed(index, on_line, to);
      EXPECT_EQ(first.size() + second.size(), 1U);
      EXPECT_EQ((first.empty() ? second : first)[0].left_to_right, from == west);
    }
  }
}

TEST(LineCrossings, OfAWayThatTurnsBackOnTheLineCancelOut) {
  const PlaceIndex index = with_gate({{0, -10}, {0, 10}});
  for (const double x : {-20.0, 20.0}) {
    int net = 0;
    for (const auto& [from, to] :
         {std::pair{LocalPoint{x, 2}, LocalPoint{0, 3}}, std::pair{LocalPoint{0, 3}, LocalPoint{x, 4}}})
      for (const LineCrossing& c : lines_crossed(index, from, to)) net += c.left_to_right ? 1 : -1;
    EXPECT_EQ(net, 0);
  }
}

TEST(LineCrossings, AgreeWithEverySegmentOnRandomWays) {
  Dice dice{52};
  std::vector<Polyline> lines;
  for (int i = 0; i < 60; ++i) lines.push_back(test::some_line(dice, dice.point({}, 5000.0), 400.0, dice.whole(2, 40)));
  const PlaceIndex index{{}, lines};
  for (int i = 0; i < 2000; ++i) {
    const LocalPoint from = dice.point({}, 8000.0);
    const LocalPoint to = dice.point(from, dice.whole(0, 1) == 0 ? 300.0 : 12000.0);
    std::vector<std::pair<double, LineIndex>> truth;
    for (std::size_t l = 0; l < lines.size(); ++l)
      for (std::size_t v = 1; v < lines[l].size(); ++v)
        if (const auto meeting = meeting_of(from, to, lines[l][v - 1], lines[l][v]))
          truth.emplace_back(meeting->on_first, static_cast<LineIndex>(l));
    std::sort(truth.begin(), truth.end());
    const auto found = lines_crossed(index, from, to);
    ASSERT_EQ(found.size(), truth.size()) << i;
    for (std::size_t k = 0; k < truth.size(); ++k) {
      EXPECT_EQ(found[k].line, truth[k].second);
      EXPECT_NEAR(found[k].at, truth[k].first, 1e-12);
    }
  }
}

TEST(LineCrossings, AlternateInDirectionOnEachLine) {
  Dice dice{53};
  const Polyline ring{{0, 0}, {500, 0}, {300, 200}, {500, 400}, {0, 400}, {0, 0}};
  const PlaceIndex index = with_gate(ring);
  for (int i = 0; i < 3000; ++i) {
    const LocalPoint from{10.0 * dice.whole(-20, 60), 10.0 * dice.whole(-20, 60)};
    const LocalPoint to{10.0 * dice.whole(-20, 60), 10.0 * dice.whole(-20, 60)};
    const auto all = lines_crossed(index, from, to);
    for (std::size_t k = 1; k < all.size(); ++k) EXPECT_NE(all[k].left_to_right, all[k - 1].left_to_right) << i;
  }
}

TEST(LineCrossings, AreCompleteOnAWayThroughThreeHundredLines) {
  std::vector<Polyline> lines;
  for (int i = 0; i < 300; ++i) lines.push_back({{100.0 * (299 - i), -10.0}, {100.0 * (299 - i), 10.0}});
  const PlaceIndex index{{}, lines};
  const auto all = lines_crossed(index, {-50.0, 0.0}, {29950.0, 0.0});
  ASSERT_THAT(all, SizeIs(300));
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i].line, 299 - i);
}

TEST(LineCrossings, ChangeOnlyTheirDirectionInAMirror) {
  Dice dice{54};
  std::vector<Polyline> lines;
  for (int i = 0; i < 30; ++i) lines.push_back(test::some_line(dice, dice.point({}, 3000.0), 300.0, 5));
  auto mirrored = lines;
  for (Polyline& line : mirrored)
    for (LocalPoint& v : line) v.x = -v.x;
  const PlaceIndex index{{}, lines};
  const PlaceIndex other{{}, mirrored};
  for (int i = 0; i < 1000; ++i) {
    const LocalPoint from = dice.point({}, 4000.0);
    const LocalPoint to = dice.point({}, 4000.0);
    const auto here = lines_crossed(index, from, to);
    const auto there = lines_crossed(other, {-from.x, from.y}, {-to.x, to.y});
    ASSERT_EQ(here.size(), there.size());
    for (std::size_t k = 0; k < here.size(); ++k) {
      EXPECT_EQ(here[k].line, there[k].line);
      EXPECT_EQ(here[k].at, there[k].at);
      EXPECT_NE(here[k].left_to_right, there[k].left_to_right);
    }
  }
}

}  // namespace
}  // namespace haulwatch::geo
