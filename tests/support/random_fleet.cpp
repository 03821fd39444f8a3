#include "support/random_fleet.hpp"

#include "support/track_builder.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace haulwatch::test {

namespace {

using namespace std::chrono_literals;
using std::chrono::minutes;

constexpr geo::LocalPoint middle{14'000.0, 9'000.0};
constexpr double reach_m = 4'000.0;
constexpr minutes local{8 * 60};

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_{seed} {}
  double between(double low, double high) { return std::uniform_real_distribution<double>{low, high}(engine_); }
  int whole(int low, int high) { return std::uniform_int_distribution<int>{low, high}(engine_); }
  bool happens(double share) { return between(0.0, 1.0) < share; }
  Milliseconds span(Milliseconds low, Milliseconds high) {
    return Milliseconds{std::uniform_int_distribution<std::int64_t>{low.count(), high.count()}(engine_)};
  }
  geo::LocalPoint place() { return middle + geo::LocalPoint{between(-reach_m, reach_m), between(-reach_m, reach_m)}; }
  std::uint64_t seed() { return engine_(); }
  template <class T, std::size_t N>
  T one_of(const std::array<T, N>& all) {
    return all[static_cast<std::size_t>(whole(0, static_cast<int>(N) - 1))];
  }

 private:
  std::mt19937_64 engine_;
};

/// Places that trucks drive to, besides those drawn at random.
struct Map {
  RegistryBuilder registry;
  std::vector<geo::LocalPoint> sites;
};

void add_sites(Map& map, Dice& dice) {
  using registry::SiteRole;
  constexpr std::array<SiteRole, 5> roles{SiteRole::origin, SiteRole::disposal, SiteRole::dock, SiteRole::depot,
                                          SiteRole::service};
  for (int i = 0; i < 8; ++i) {
    const geo::LocalPoint at = dice.place();
    const std::string id = "site-" + std::to_string(i);
    const Outline outline = dice.happens(0.5) ? box(at, dice.between(80, 400), dice.between(80, 400))
                                              : round(at, dice.between(60, 250), dice.whole(5, 24));
    map.registry.site(id, dice.one_of(roles), outline);
    map.sites.push_back(at);
  }
}

registry::WindowsDraft some_windows(Dice& dice) {
  switch (dice.whole(0, 3)) {
    case 0:
      return {};
    case 1:
      return between(22h, 23h + 15min, local);
    case 2:
      return between(23h + 30min, 45min, local);
    default:
      return {{{23h + 50min, 24h}, {0min, 20min}, {40min, 50min}}, local};
  }
}

void add_zones(Map& map, Dice& dice) {
  map.registry.watch("district", box(middle, 5'000, 5'500));
  for (int i = 0; i < 3; ++i) {
    const std::string number = std::to_string(i);
    const geo::LocalPoint at = dice.place();
    map.registry.forbidden("strip-" + number, strip(at, at + dice.place() - middle, dice.between(30, 70)),
                           some_windows(dice));
    map.registry.forbidden("quarter-" + number, round(dice.place(), dice.between(150, 700)), some_windows(dice));
    map.registry.speed_limit("slow-" + number, MetresPerSecond{dice.between(7, 13)},
                             box(dice.place(), dice.between(400, 2'500), dice.between(400, 2'500)), some_windows(dice));
    map.registry.watch("watch-" + number, box(map.sites[static_cast<std::size_t>(i)], 600, 500), some_windows(dice));
  }
}

void add_gates(Map& map, Dice& dice) {
  for (int i = 0; i < 8; ++i) {
    const geo::LocalPoint at = i < 4 ? map.sites[static_cast<std::size_t>(i)] + geo::LocalPoint{120, 0} : dice.place();
    const geo::LocalPoint half = 0.5 * (dice.place() - middle);
    map.registry.gate("gate-" + std::to_string(i), {at - half, at, at + half});
  }
  map.registry.route("road", Metres{60}, {map.sites[0], {map.sites[0].x, map.sites[1].y}, map.sites[1], map.sites[2]});
}

/// North or south from one site, then east or west to another: as trucks drive.
std::string add_street(Map& map, Dice& dice, int number) {
  const auto last = static_cast<int>(map.sites.size()) - 1;
  const auto from = static_cast<std::size_t>(dice.whole(0, last));
  const auto to = (from + static_cast<std::size_t>(dice.whole(1, last))) % map.sites.size();
  const geo::LocalPoint a = map.sites[from];
  const geo::LocalPoint b = map.sites[to];
  const std::string id = "street-" + std::to_string(number);
  const Outline line{a, {a.x, b.y}, b};
  const Metres half_width{dice.between(20, 100)};
  if (dice.happens(0.2)) {
    map.registry.one_way_route(id, half_width, line);
  } else {
    map.registry.route(id, half_width, line);
  }
  return id;
}

/// Most vehicles are bound to some streets, many by several permits; a few have none, or one that leaves the way free.
void add_permits(Map& map, Dice& dice, int vehicles, TimeUtc start, Milliseconds span) {
  std::vector<std::string> streets;
  for (int i = 0; i < 40; ++i) streets.push_back(add_street(map, dice, i));
  const auto some_street = [&] { return streets[static_cast<std::size_t>(dice.whole(0, 39))]; };
  for (int i = 0; i < 2 * vehicles; ++i) {
    registry::PermitDraft permit;
    permit.id = "permit-" + std::to_string(i);
    permit.vehicles = {"ZF-" + std::to_string(dice.whole(0, vehicles - 1))};
    permit.origins = {"site-" + std::to_string(dice.whole(0, 7))};
    permit.disposals = {"site-" + std::to_string(dice.whole(0, 7))};
    for (int street = dice.happens(0.1) ? 0 : dice.whole(4, 16); street > 0; --street)
      permit.routes.push_back(some_street());
    if (dice.happens(0.3)) permit.daily_windows = some_windows(dice);
    if (dice.happens(0.2)) permit.valid_from = start + dice.span(0s, span);
    if (dice.happens(0.2)) permit.valid_to = start + span + dice.span(0s, span);
    map.registry.permit(std::move(permit));
  }
}

/// Some of the way, north or south first, then east or west, as streets go.
void drive_somewhere(TrackBuilder& truck, const Map& map, Dice& dice) {
  const bool to_site = dice.happens(0.6);
  const auto site = static_cast<std::size_t>(dice.whole(0, static_cast<int>(map.sites.size()) - 1));
  const LonLat to = map.registry.at(to_site ? map.sites[site] : dice.place());
  const LonLat corner{truck.place().lon, to.lat};
  truck.follows({corner, to}, MetresPerSecond{dice.between(6, 24)});
}

void stand_somehow(TrackBuilder& truck, Dice& dice) {
  const double kind = dice.between(0.0, 1.0);
  if (kind < 0.3) {
    truck.waits(dice.span(10s, 65s));
  } else if (kind < 0.8) {
    truck.waits(dice.span(65s, 12min));
  } else {
    truck.waits(dice.span(20s, 3min)).silent_for(dice.span(2min, 25min)).waits(dice.span(0s, 2min));
  }
}

std::vector<Fix> life_of(TrackBuilder& truck, const Map& map, Dice& dice, TimeUtc end) {
  while (truck.now() < end) {
    const bool in_tunnel = dice.happens(0.1);
    if (in_tunnel) truck.falls_silent();
    drive_somewhere(truck, map, dice);
    if (in_tunnel && dice.happens(0.5)) drive_somewhere(truck, map, dice);
    truck.speaks();
    stand_somehow(truck, dice);
  }
  std::vector<Fix> fixes = truck.fixes();
  std::erase_if(fixes, [end](const Fix& fix) { return fix.time > end; });
  return fixes;
}

void throw_about(std::vector<Fix>& fixes, Dice& dice, double share) {
  for (Fix& fix : fixes) {
    if (!dice.happens(share)) continue;
    const bool far = dice.happens(0.1);
    const double degrees = far ? dice.between(2.0, 5.0) : dice.between(0.003, 0.04);
    fix.position.lon += dice.happens(0.5) ? degrees : -degrees;
    fix.position.lat += dice.happens(0.5) ? degrees : -degrees;
  }
}

std::vector<Fix> with_duplicates(const std::vector<Fix>& fixes, Dice& dice, double share) {
  std::vector<Fix> all;
  for (const Fix& fix : fixes) {
    all.push_back(fix);
    if (dice.happens(share)) all.push_back(fix);
  }
  return all;
}

TrackBuilder some_truck(int number, const Map& map, Dice& dice, TimeUtc start) {
  constexpr std::array<Milliseconds, 8> intervals{1s, 2s, 5s, 10s, 10s, 15s, 30s, 60s};
  TrackBuilder truck = track("ZF-" + std::to_string(number));
  truck.as(VehicleIndex{static_cast<std::uint32_t>(number)});
  truck.starts_at(map.registry.at(dice.place()), start + dice.span(0s, 10min));
  truck.every(intervals[static_cast<std::size_t>(number) % intervals.size()]);
  truck.with_noise(Metres{dice.between(1.0, 6.0)}, dice.seed());
  truck.reports(dice.happens(0.7) ? Reports::speed_and_heading : Reports::places_only);
  if (dice.happens(0.5)) truck.with_accuracy(Metres{dice.between(2.0, 8.0)});
  return truck;
}

}  // namespace

RandomFleet random_fleet(const FleetSettings& settings) {
  Dice dice{settings.seed};
  Map map{registry_at(settings.frame), {}};
  add_sites(map, dice);
  add_zones(map, dice);
  add_gates(map, dice);

  constexpr TimeUtc midnight = std::chrono::sys_days{std::chrono::year{2026} / 3 / 3} + 16h;
  const TimeUtc start = midnight - settings.span / 2;
  // Of their own dice, so that the trucks drive as they would without.
  Dice permit_dice{settings.seed + 1'000'003};
  add_permits(map, permit_dice, settings.vehicles, start, settings.span);
  RandomFleet fleet;
  fleet.draft = map.registry.draft();
  for (int i = 0; i < settings.vehicles; ++i) {
    TrackBuilder truck = some_truck(i, map, dice, start);
    std::vector<Fix> fixes = life_of(truck, map, dice, start + settings.span);
    throw_about(fixes, dice, settings.spikes);
    fixes = with_duplicates(fixes, dice, settings.duplicates);
    fleet.recording.vehicles.push_back(truck.vehicle());
    fleet.recording.fixes.insert(fleet.recording.fixes.end(), fixes.begin(), fixes.end());
  }
  std::stable_sort(fleet.recording.fixes.begin(), fleet.recording.fixes.end(),
                   [](const Fix& a, const Fix& b) { return a.time < b.time; });
  return fleet;
}

RandomFleet with_one_load_a_permit(RandomFleet fleet) {
  for (std::size_t i = 0; i < fleet.draft.sites.size(); ++i)
    fleet.draft.sites[i].role = i % 2 == 0 ? registry::SiteRole::origin : registry::SiteRole::disposal;
  fleet.draft.permits.resize(2);
  for (registry::PermitDraft& permit : fleet.draft.permits) {
    permit.vehicles = fleet.recording.vehicles;
    permit.valid_from = no_time;
    permit.valid_to = TimeUtc::max();
    permit.max_loads = 1;
    permit.origins.clear();
    permit.disposals.clear();
    for (const registry::SiteDraft& site : fleet.draft.sites) {
      if (site.role == registry::SiteRole::origin) permit.origins.push_back(site.id);
      if (site.role == registry::SiteRole::disposal) permit.disposals.push_back(site.id);
    }
  }
  return fleet;
}

}  // namespace haulwatch::test
