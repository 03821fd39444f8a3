#include <haulwatch/geo/place_index.hpp>

#include "geo/shapes.hpp"

#include <benchmark/benchmark.h>
#include <boost/geometry/algorithms/intersects.hpp>
#include <boost/geometry/geometries/box.hpp>
#include <boost/geometry/geometries/point_xy.hpp>
#include <boost/geometry/index/rtree.hpp>
#include <boost/geometry/strategies/cartesian.hpp>
#include <boost/iterator/function_output_iterator.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace haulwatch::geo {
namespace {

using test::Dice;

/// Zones of 50 to 400 m and 6 to 24 vertices, one to about 1.8 km2 whatever their number (but never in less than a
/// city), and trucks that drive about among them.
struct World {
  std::vector<MultiPolygon> areas;
  std::vector<LocalPoint> fixes;  ///< those of one truck are `trucks` apart
};
constexpr std::size_t trucks = 1024;

std::vector<LocalPoint> drives(Dice& dice, double spread, int fixes_each) {
  std::vector<LocalPoint> at(trucks);
  std::vector<double> heading(trucks);
  for (std::size_t i = 0; i < trucks; ++i) {
    at[i] = dice.point({}, spread);
    heading[i] = dice.between(0.0, 6.28);
  }
  std::vector<LocalPoint> fixes;
  for (int k = 0; k < fixes_each; ++k)
    for (std::size_t i = 0; i < trucks; ++i) {
      heading[i] += dice.between(-0.5, 0.5);
      at[i] = at[i] + dice.between(0.0, 200.0) * LocalPoint{std::cos(heading[i]), std::sin(heading[i])};
      fixes.push_back(at[i]);
    }
  return fixes;
}

World world_of(int count) {
  Dice dice{static_cast<std::uint64_t>(count) + 1};
  const double spread = std::max(20000.0, std::sqrt(count * 1.8e6) / 2.0);
  World world;
  for (int i = 0; i < count; ++i) {
    const double size = std::exp(dice.between(std::log(50.0), std::log(400.0)));
    world.areas.push_back({{test::star(dice, dice.point({}, spread), 0.6 * size, size, dice.whole(6, 24)), {}}});
  }
  world.fixes = drives(dice, spread, 64);
  return world;
}

const World& world(std::int64_t count) {
  static std::map<std::int64_t, World> worlds;
  const auto known = worlds.find(count);
  return known != worlds.end() ? known->second : worlds.emplace(count, world_of(static_cast<int>(count))).first->second;
}

const PlaceIndex& places(std::int64_t count) {
  static std::map<std::int64_t, PlaceIndex> indices;
  const auto known = indices.find(count);
  return known != indices.end() ? known->second : indices.emplace(count, PlaceIndex{world(count).areas}).first->second;
}

/// The common way: an R-tree of boxes, then every edge of each area that it names.
class PlainTree {
 public:
  explicit PlainTree(const std::vector<MultiPolygon>& areas) : areas_{areas} {
    std::vector<Entry> entries;
    for (std::uint32_t i = 0; i < areas.size(); ++i) {
      LocalPoint least = areas[i][0].outer[0];
      LocalPoint most = least;
      test::for_each_edge(areas[i], [&](LocalPoint a, LocalPoint) {
        least = {std::min(least.x, a.x), std::min(least.y, a.y)};
        most = {std::max(most.x, a.x), std::max(most.y, a.y)};
      });
      entries.emplace_back(Rectangle{{least.x, least.y}, {most.x, most.y}}, i);
    }
    tree_ = Tree{entries};
  }

  template <class OnHit>
  void for_each_near(LocalPoint p, OnHit on_hit) const {
    constexpr double band = PlaceIndex::band_m;
    const Rectangle region{{p.x - band, p.y - band}, {p.x + band, p.y + band}};
    const auto exactly = [&](const Entry& entry) {
      const double d = signed_distance_m(areas_[entry.second], p);
      if (d < band) on_hit(AreaHit{entry.second, std::max(d, -band)});
    };
    tree_.query(boost::geometry::index::intersects(region), boost::make_function_output_iterator(exactly));
  }

 private:
  using Point = boost::geometry::model::d2::point_xy<double>;
  using Rectangle = boost::geometry::model::box<Point>;
  using Entry = std::pair<Rectangle, std::uint32_t>;
  using Tree = boost::geometry::index::rtree<Entry, boost::geometry::index::rstar<16>>;
  const std::vector<MultiPolygon>& areas_;
  Tree tree_;
};

bool agrees_with_tree(const World& w, const PlaceIndex& index) {
  const PlainTree tree{w.areas};
  for (std::size_t i = 0; i < w.fixes.size(); ++i) {
    std::vector<AreaHit> truth;
    tree.for_each_near(w.fixes[i], [&](const AreaHit& hit) { truth.push_back(hit); });
    std::sort(truth.begin(), truth.end(), [](const AreaHit& a, const AreaHit& b) { return a.area < b.area; });
    const auto found = test::near_by_index(index, w.fixes[i]);
    if (truth.size() != found.size()) return false;
    for (std::size_t k = 0; k < truth.size(); ++k)
      if (truth[k].area != found[k].area || std::abs(truth[k].signed_distance_m - found[k].signed_distance_m) > 1e-7)
        return false;
  }
  return true;
}

void count_fixes(benchmark::State& state, const World& w) {
  const auto fixes = static_cast<double>(state.iterations()) * static_cast<double>(w.fixes.size());
  state.SetItemsProcessed(static_cast<std::int64_t>(fixes));
  state.counters["ns_per_fix"] =
      benchmark::Counter(fixes * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void BM_PlacesNear(benchmark::State& state) {
  const World& w = world(state.range(0));
  const PlaceIndex& index = places(state.range(0));
  if (!agrees_with_tree(w, index)) return state.SkipWithError("differs from the search through all edges");
  double hits = 0.0;
  for (const LocalPoint p : w.fixes) index.for_each_near(p, [&](const AreaHit&) { hits += 1.0; });

  for (auto _ : state) {
    double sum = 0.0;
    for (const LocalPoint p : w.fixes)
      index.for_each_near(p, [&](const AreaHit& hit) { sum += hit.signed_distance_m; });
    benchmark::DoNotOptimize(sum);
  }

  count_fixes(state, w);
  state.counters["hits_per_fix"] = hits / static_cast<double>(w.fixes.size());
  state.counters["MB"] = static_cast<double>(index.memory_bytes()) / 1e6;
}
BENCHMARK(BM_PlacesNear)->ArgName("areas")->Arg(0)->Arg(1000)->Arg(100000)->Unit(benchmark::kMillisecond);

void BM_PlacesNothingNear(benchmark::State& state) {
  const World& w = world(state.range(0));
  const PlaceIndex& index = places(state.range(0));
  for (const LocalPoint p : w.fixes)
    if (index.nothing_near(p) && !test::near_by_index(index, p).empty())
      return state.SkipWithError("nothing_near, where something is");
  for (auto _ : state) {
    int clear = 0;
    for (const LocalPoint p : w.fixes) clear += index.nothing_near(p);
    benchmark::DoNotOptimize(clear);
  }
  count_fixes(state, w);
}
BENCHMARK(BM_PlacesNothingNear)->ArgName("areas")->Arg(0)->Arg(1000)->Arg(100000)->Unit(benchmark::kMillisecond);

/// What a stage asks about the way from one fix to the next.
void BM_PlacesWayBetweenFixes(benchmark::State& state) {
  const World& w = world(state.range(0));
  const PlaceIndex& index = places(state.range(0));
  if (state.range(0) <= 1000)
    for (std::size_t i = trucks; i < trucks + 500; ++i)
      if (test::areas_crossed(index, w.fixes[i - trucks], w.fixes[i]).size() !=
          test::areas_crossed_by_brute_force(w.areas, w.fixes[i - trucks], w.fixes[i]).size())
        return state.SkipWithError("differs from the search through all edges");
  for (auto _ : state) {
    double sum = 0.0;
    for (std::size_t i = trucks; i < w.fixes.size(); ++i)
      index.for_each_area_crossed(w.fixes[i - trucks], w.fixes[i], [&](const AreaCrossing& c) { sum += c.depth_m; });
    benchmark::DoNotOptimize(sum);
  }
  count_fixes(state, w);
}
BENCHMARK(BM_PlacesWayBetweenFixes)->ArgName("areas")->Arg(0)->Arg(1000)->Arg(100000)->Unit(benchmark::kMillisecond);

void BM_PlacesPlainTree(benchmark::State& state) {
  const World& w = world(state.range(0));
  const PlainTree tree{w.areas};
  for (auto _ : state) {
    double sum = 0.0;
    for (const LocalPoint p : w.fixes) tree.for_each_near(p, [&](const AreaHit& hit) { sum += hit.signed_distance_m; });
    benchmark::DoNotOptimize(sum);
  }
  count_fixes(state, w);
}
BENCHMARK(BM_PlacesPlainTree)->ArgName("areas")->Arg(0)->Arg(1000)->Arg(100000)->Unit(benchmark::kMillisecond);

void BM_PlacesBruteForce(benchmark::State& state) {
  World w = world(state.range(0));
  w.fixes.resize(256);
  for (auto _ : state) {
    double sum = 0.0;
    for (const LocalPoint p : w.fixes)
      for (const AreaHit& hit : test::near_by_brute_force(w.areas, p)) sum += hit.signed_distance_m;
    benchmark::DoNotOptimize(sum);
  }
  count_fixes(state, w);
}
BENCHMARK(BM_PlacesBruteForce)->ArgName("areas")->Arg(1000)->Unit(benchmark::kMillisecond);

void BM_PlacesBuild(benchmark::State& state) {
  const World& w = world(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(PlaceIndex{w.areas}.memory_bytes());
}
BENCHMARK(BM_PlacesBuild)->ArgName("areas")->Arg(0)->Arg(1000)->Arg(100000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace haulwatch::geo
