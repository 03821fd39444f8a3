#include "stage_samples.hpp"

#include "support/registry_builder.hpp"

#include <haulwatch/detect/route_monitor.hpp>

#include <cmath>
#include <string>
#include <variant>
#include <vector>

namespace haulwatch::detect {
namespace {

constexpr int excursions = 20;
constexpr double step_m = 100.0;

/// A winding road of 50 m segments to the east, as a digitised route has them.
geo::LocalPoint on_road(double x) {
  return {x, 400.0 * std::sin(x / 1'500.0)};
}

struct Drive {
  bench::RegistryPtr registry;
  std::vector<Sample> samples;
  std::vector<TimeUtc> left;  ///< the last fix inside, of each excursion
};

/// Along the road at 10 m/s with a fix every ten seconds; every 4 km it is 600 m aside for 1 km.
Drive drive() {
  test::Outline road;
  for (double x = 0.0; x <= excursions * 4'000.0 + 4'000.0; x += 50.0) road.push_back(on_road(x));
  Drive result;
  result.registry = test::registry_at(test::test_frame)
                        .site("far pit", registry::SiteRole::origin, test::box({0, 50'000}, 200, 200))
                        .site("far ground", registry::SiteRole::disposal, test::box({0, 60'000}, 200, 200))
                        .route("road", Metres{50.0}, road)
                        .permit(test::permit_between("P-1", "far pit", "far ground", {"road"}))
                        .build();
  const std::size_t steps = static_cast<std::size_t>(excursions * 4'000.0 / step_m) + 30;
  for (std::size_t i = 0; i < steps; ++i) {
    const bool aside = i % 40 >= 30 && i / 40 < excursions;
    Sample sample;
    sample.time = sample.fix.time = test::test_day + Milliseconds{10'000} * static_cast<std::int64_t>(i);
    const geo::LocalPoint road_point = on_road(step_m * static_cast<double>(i));
    sample.place = sample.raw = aside ? road_point + geo::LocalPoint{0.0, 600.0} : road_point;
    sample.velocity = {10.0, 0.0};
    sample.sigma_m = sample.fix_sigma_m = 4.0;
    sample.fix.position = result.registry->frame().to_lon_lat(sample.raw);
    sample.first = i == 0;
    if (aside && i % 40 == 30) result.left.push_back(result.samples.back().time);
    result.samples.push_back(sample);
  }
  return result;
}

/// Each excursion, and no other, is left and rejoined once, and left between the last fix inside and the next.
bool agrees_with_excursions(const Drive& drive) {
  const Chain<RouteMonitor> chain{RouteMonitor{}};
  const World world{*drive.registry, "ZF-1", drive.registry->frame(), true, drive.registry->permits_of("ZF-1")};
  Chain<RouteMonitor>::State state;
  std::vector<Event> events;
  std::uint32_t sequence = 0;
  Emit emit;
  emit.at_vehicle(events, world.vehicle, sequence, 1);
  for (const Sample& sample : drive.samples) chain.on_sample(state, sample, world, emit);
  std::size_t left = 0;
  std::size_t rejoined = 0;
  for (const Event& event : events) {
    if (event.kind == EventKind::route_rejoined) ++rejoined;
    if (event.kind != EventKind::route_left) continue;
    if (left >= drive.left.size() || event.time < drive.left[left] ||
        event.time > drive.left[left] + Milliseconds{10'000})
      return false;
    ++left;
  }
  return left == drive.left.size() && rejoined == left;
}

void BM_RouteMonitor(benchmark::State& state) {
  const Drive drive = detect::drive();
  if (!agrees_with_excursions(drive)) return state.SkipWithError("differs from the excursions driven");
  bench::time_stages(state, drive.registry, drive.samples, Chain<RouteMonitor>{RouteMonitor{}},
                     drive.registry->permits_of("ZF-1"));
}
BENCHMARK(BM_RouteMonitor)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace haulwatch::detect
