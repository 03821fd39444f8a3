#include <haulwatch/geo/corridor_index.hpp>

#include "geo/shapes.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <random>
#include <utility>
#include <vector>

namespace haulwatch::geo {
namespace {

using test::Dice;

constexpr std::int64_t segments_of_route = 300;

/// Routes of 300 segments of 30 to 100 m in a city of 60 x 60 km, and trucks that follow them, 4 m aside: fixes
/// some 10 m apart as at 1 s, or 100 m as at 10 s.
struct World {
  std::vector<CorridorShape> routes;
  CorridorIndex index;
  std::vector<std::uint32_t> order;       ///< trucks in the order in which they report
  std::vector<std::uint32_t> route_of;    ///< by truck
  std::vector<LocalPoint> fixes;          ///< those of one truck stand together
  std::vector<CorridorPosition> cursors;  ///< at each truck's first fix
};
constexpr std::uint32_t trucks = 4096;
constexpr std::uint32_t fixes_each = 32;

LocalPoint place_at(const std::vector<test::PlainSegment>& segments, double chainage) {
  std::size_t i = 0;
  while (i + 1 < segments.size() && segments[i + 1].chainage_m <= chainage) ++i;
  const LocalPoint d = segments[i].b - segments[i].a;
  return segments[i].a + ((chainage - segments[i].chainage_m) / norm(d)) * d;
}

World world_of(std::int64_t segments, std::int64_t metres) {
  Dice dice{static_cast<std::uint64_t>(segments)};
  World w;
  for (std::int64_t i = 0; i < segments / segments_of_route; ++i)
    w.routes.push_back({{test::some_line(dice, dice.point({}, 30000.0), 100.0, segments_of_route + 1)}, 50.0, false});
  w.index = CorridorIndex{w.routes};
  for (std::uint32_t truck = 0; truck < trucks; ++truck) {
    w.order.push_back(truck);
    w.route_of.push_back(static_cast<std::uint32_t>(dice.whole(0, static_cast<int>(w.routes.size()) - 1)));
    const auto plain = test::plain_segments(w.routes[w.route_of.back()]);
    double chainage = dice.between(0.0, 8000.0);
    for (std::size_t i = 0; i < fixes_each; ++i) {
      w.fixes.push_back(dice.point(place_at(plain, chainage), 4.0));
      chainage += dice.between(0.0, 2.0) * static_cast<double>(metres);
    }
    w.cursors.push_back(*w.index.nearest_on_route(w.route_of.back(), w.fixes[w.fixes.size() - fixes_each]));
  }
  std::shuffle(w.order.begin(), w.order.end(), std::mt19937{7});
  return w;
}

const World& world(const benchmark::State& state) {
  static std::map<std::pair<std::int64_t, std::int64_t>, World> worlds;
  const std::pair key{state.range(0), state.range(1)};
  const auto known = worlds.find(key);
  return known != worlds.end() ? known->second : worlds.emplace(key, world_of(key.first, key.second)).first->second;
}

/// Calls `on_fix(truck, fix)`: all trucks once, then all once more, as a platform hears them.
template <class OnFix>
void replay(const World& w, OnFix on_fix) {
  for (std::size_t k = 0; k < fixes_each; ++k)
    for (const std::uint32_t truck : w.order) on_fix(truck, w.fixes[truck * fixes_each + k]);
}

void count_fixes(benchmark::State& state, const World& w) {
  const auto fixes = static_cast<double>(state.iterations()) * static_cast<double>(w.fixes.size());
  state.SetItemsProcessed(static_cast<std::int64_t>(fixes));
  state.counters["ns_per_fix"] =
      benchmark::Counter(fixes * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["bytes_per_segment"] =
      static_cast<double>(w.index.memory_bytes()) / static_cast<double>(state.range(0));
}

/// A cursor as a stage holds it when it hears a fix.
struct Question {
  CorridorPosition cursor;
  LocalPoint p;
};

struct Questions {
  std::vector<Question> all;
  std::size_t lost = 0;  ///< where the cursor was of no use and the route was searched
};

/// The cursors that a replay brings about: where one has lost its way, the whole route is searched.
Questions questions(const World& w) {
  std::vector<CorridorPosition> cursors = w.cursors;
  Questions asked;
  replay(w, [&](std::uint32_t truck, LocalPoint p) {
    asked.all.push_back({cursors[truck], p});
    cursors[truck] = w.index.match_near_cursor(cursors[truck], p);
    if (cursors[truck].distance_m <= 65.0) return;
    ++asked.lost;
    cursors[truck] = *w.index.nearest_on_route(cursors[truck].route, p);
  });
  return asked;
}

/// No cursor is nearer than the nearest place, and nearly all are as near: the rest are on another stretch close by.
bool cursor_keeps_up(const World& w, const Questions& asked) {
  std::size_t astray = 0;
  for (const Question& q : asked.all) {
    const double found = w.index.match_near_cursor(q.cursor, q.p).distance_m;
    const double nearest = w.index.nearest_on_route(q.cursor.route, q.p)->distance_m;
    if (found < nearest - 1e-9) return false;
    astray += found > nearest + 1e-9;
  }
  return astray * 20 < asked.all.size();
}

bool agrees_with_brute_force(const World& w) {
  for (std::size_t i = 0; i < w.fixes.size(); i += w.fixes.size() / 24) {
    const auto truth = test::nearest_by_brute_force(w.routes, w.fixes[i], 100.0);
    const auto found = w.index.nearest(w.fixes[i], 100.0);
    const auto all = w.index.nearest_on_route(w.route_of[i / fixes_each], w.fixes[i]);
    if (!truth || !found || std::abs(truth->distance_m - found->distance_m) > 1e-6) return false;
    auto own = test::nearest_by_brute_force({w.routes[w.route_of[i / fixes_each]]}, w.fixes[i]);
    if (!all || std::abs(own->distance_m - all->distance_m) > 1e-6) return false;
  }
  return true;
}

void BM_CorridorCursor(benchmark::State& state) {
  const World& w = world(state);
  const Questions asked = questions(w);
  if (!cursor_keeps_up(w, asked)) return state.SkipWithError("the cursor is not where the route is nearest");
  for (auto _ : state) {
    double sum = 0.0;
    for (const Question& q : asked.all) sum += w.index.match_near_cursor(q.cursor, q.p).distance_m;
    benchmark::DoNotOptimize(sum);
  }
  count_fixes(state, w);
  state.counters["lost_share"] = static_cast<double>(asked.lost) / static_cast<double>(asked.all.size());
}
BENCHMARK(BM_CorridorCursor)
    ->ArgNames({"segments", "metres"})
    ->ArgsProduct({{60000, 600000}, {10, 100}})
    ->Unit(benchmark::kMillisecond);

void BM_CorridorOwnRoutes(benchmark::State& state) {
  const World& w = world(state);
  if (!agrees_with_brute_force(w)) return state.SkipWithError("differs from brute force");
  for (auto _ : state) {
    double sum = 0.0;
    replay(w, [&](std::uint32_t truck, LocalPoint p) {
      const std::uint32_t own = w.route_of[truck];
      const std::array<std::uint32_t, 3> named{own, (own + 1) % static_cast<std::uint32_t>(w.routes.size()),
                                               (own + 2) % static_cast<std::uint32_t>(w.routes.size())};
      sum += w.index.nearest_among(named, p)->distance_m;
    });
    benchmark::DoNotOptimize(sum);
  }
  count_fixes(state, w);
}
BENCHMARK(BM_CorridorOwnRoutes)
    ->ArgNames({"segments", "metres"})
    ->ArgsProduct({{60000, 600000}, {100}})
    ->Unit(benchmark::kMillisecond);

void BM_CorridorTree(benchmark::State& state) {
  const World& w = world(state);
  if (!agrees_with_brute_force(w)) return state.SkipWithError("differs from brute force");
  for (auto _ : state) {
    double sum = 0.0;
    replay(w, [&](std::uint32_t, LocalPoint p) { sum += w.index.nearest(p, 65.0)->distance_m; });
    benchmark::DoNotOptimize(sum);
  }
  count_fixes(state, w);
}
BENCHMARK(BM_CorridorTree)
    ->ArgNames({"segments", "metres"})
    ->ArgsProduct({{60000, 600000}, {100}})
    ->Unit(benchmark::kMillisecond);

void BM_CorridorBuild(benchmark::State& state) {
  const World& w = world(state);
  for (auto _ : state) benchmark::DoNotOptimize(CorridorIndex{w.routes}.memory_bytes());
}
BENCHMARK(BM_CorridorBuild)
    ->ArgNames({"segments", "metres"})
    ->ArgsProduct({{60000, 600000}, {100}})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace haulwatch::geo
