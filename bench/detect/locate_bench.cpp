#include "stage_samples.hpp"

#include "detect/presence_twin.hpp"
#include "support/registry_builder.hpp"

#include <haulwatch/detect/locate.hpp>

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace haulwatch::detect {
namespace {

/// Areas with a dent each about the frame's origin, of every kind that Locate follows, and lines between them.
struct County {
  test::RegistryBuilder builder = test::registry_at(test::test_frame);
  std::vector<geo::MultiPolygon> watched;
};

County county(int areas, double reach_m) {
  County county;
  std::mt19937_64 random{91};
  std::uniform_real_distribution<double> place{-reach_m, reach_m};
  std::uniform_real_distribution<double> size{15.0, 300.0};
  for (int i = 0; i < areas; ++i) {
    const geo::LocalPoint centre{place(random), place(random)};
    test::Outline ring = test::round(centre, size(random), 9);
    ring[3] = ring[3] + 0.5 * (ring[8] - ring[3]);
    const std::string number = std::to_string(i);
    county.builder.watch("watch-" + number, ring);
    county.watched.push_back({{ring, {}}});
    county.builder.gate("gate-" + number, {centre + geo::LocalPoint{-400, 350}, centre + geo::LocalPoint{400, 350}});
  }
  return county;
}

std::vector<test::PlacedAt> walk(double reach_m) {
  std::mt19937_64 random{92};
  std::uniform_real_distribution<double> share{0.0, 1.0};
  std::vector<test::PlacedAt> walk;
  geo::LocalPoint at;
  double heading = 0.0;
  for (double t = 0.0; walk.size() < 5000; t += 10.0) {
    heading += share(random) < 0.1 ? 6.28 * share(random) : 0.3 * (share(random) - 0.5);
    if (geo::norm(at) > 1.2 * reach_m) heading = std::atan2(-at.x, -at.y);
    const double way = share(random) < 0.3 ? 0.0 : 150.0 * share(random);
    at = at + way * geo::LocalPoint{std::sin(heading), std::cos(heading)};
    walk.push_back({test::at_s(t), at});
  }
  return walk;
}

std::vector<Sample> samples_along(const std::vector<test::PlacedAt>& walk, const geo::LocalFrame& frame) {
  std::vector<Sample> samples;
  for (const test::PlacedAt& fix : walk) {
    Sample& sample = samples.emplace_back();
    sample.time = sample.fix.time = fix.time;
    sample.fix.position = frame.to_lon_lat(fix.at);
    sample.raw = sample.place = fix.at;
    sample.sigma_m = sample.fix_sigma_m = 3.0;
    sample.first = samples.size() == 1;
  }
  return samples;
}

/// The visits of every area against the twin that knows the whole history, to two milliseconds.
bool agrees_with_twin(const County& county, const std::vector<test::PlacedAt>& walk) {
  test::StageRun truck{county.builder.build(), Locate{}};
  for (const test::PlacedAt& fix : walk) truck.fix(test::s_of(fix.time), fix.at);
  const auto apart = [](TimeUtc a, TimeUtc b) { return std::abs(test::s_of(a) - test::s_of(b)); };
  std::size_t visits = 0;
  for (std::size_t i = 0; i < county.watched.size(); ++i) {
    std::vector<TimeUtc> told;
    for (const Event& event : truck.events()) {
      const auto* visit = std::get_if<ZoneVisit>(&event.details);
      if (visit != nullptr && visit->zone == "watch-" + std::to_string(i)) told.push_back(event.time);
    }
    std::vector<TimeUtc> expected;
    for (const test::Visit& visit : test::PresenceTwin{county.watched[i], walk, 3.0}.visits()) {
      expected.push_back(visit.entered);
      if (visit.left != no_time) expected.push_back(visit.left);
    }
    if (told.size() != expected.size()) return false;
    for (std::size_t k = 0; k < told.size(); ++k)
      if (apart(told[k], expected[k]) > 0.002) return false;
    visits += expected.size();
  }
  return visits > 20;
}

void BM_Locate(benchmark::State& state) {
  const double reach_m = static_cast<double>(state.range(1));
  const County places = county(static_cast<int>(state.range(0)), reach_m);
  const auto way = walk(reach_m);
  if (!agrees_with_twin(places, way)) return state.SkipWithError("differs from the twin");
  const auto registry = places.builder.build();
  bench::time_stages(state, registry, samples_along(way, registry->frame()), Chain<Locate>{Locate{}});
}
BENCHMARK(BM_Locate)
    ->ArgNames({"areas", "reach_m"})
    ->Args({30, 1'500})
    ->Args({300, 15'000})
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace haulwatch::detect
