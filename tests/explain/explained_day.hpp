#pragma once

#include "support/registry_builder.hpp"

#include <haulwatch/event.hpp>
#include <haulwatch/explain/explain.hpp>
#include <haulwatch/fix.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// A small county, a truck's reports, and one event of each kind: what the golden texts are made from.
namespace haulwatch::explain::test {

using namespace std::chrono_literals;

/// 07:00 at +08:00.
inline constexpr TimeUtc morning = std::chrono::sys_days{std::chrono::year{2026} / 3 / 3} + 23h;

[[nodiscard]] inline haulwatch::test::RegistryBuilder county() {
  using haulwatch::test::between;
  using haulwatch::test::box;
  haulwatch::test::RegistryBuilder builder = haulwatch::test::registry_at({121.0, 30.7});
  builder.site("pit", registry::SiteRole::origin, box({0, 0}, 200, 200));
  builder.site("fill", registry::SiteRole::disposal, box({6'000, 0}, 200, 200));
  builder.site("yard", registry::SiteRole::depot, box({-2'000, 0}, 100, 100));
  builder.forbidden("reserve", box({3'000, 500}, 400, 200), between(22h, 6h, 8h));
  builder.speed_limit("school", MetresPerSecond{8.3}, box({2'000, 0}, 400, 100));
  builder.gate("county-line", {{4'000, -1'000}, {4'000, 1'000}});
  builder.route("r-1", Metres{40}, {{0, 0}, {6'000, 0}});
  registry::PermitDraft permit;
  permit.id = "P-1";
  permit.vehicles = {"ZF-1"};
  permit.origins = {"pit"};
  permit.disposals = {"fill"};
  permit.routes = {"r-1"};
  permit.valid_from = morning - 72h;
  permit.valid_to = morning + 720h;
  permit.daily_windows = between(19h, 6h, 8h);
  permit.max_loads = 6;
  builder.permit(permit);
  return builder;
}

/// A report every minute from 06:50 on: 100 m further east each, its body up from 07:03 to 07:05.
[[nodiscard]] inline std::vector<SourcedFix> reports() {
  const haulwatch::test::RegistryBuilder places = county();
  std::vector<SourcedFix> all;
  for (int i = 0; i < 30; ++i) {
    Fix fix;
    fix.time = morning - 10min + std::chrono::minutes{i};
    fix.position = places.at({100.0 * i, 0.0});
    fix.speed_mps = Reading{i % 7 == 0 ? 0.0F : 11.5F};
    fix.sensors.body_lift = i >= 13 && i <= 15 ? Sensed::yes : Sensed::no;
    fix.sensors.load = i < 15 ? LoadReading::full : LoadReading::empty;
    all.push_back({fix, "day.csv:" + std::to_string(i + 2)});
  }
  return all;
}

template <class Details>
[[nodiscard]] Event event_of(EventKind kind, const Details& details, geo::LocalPoint place = {1'000, 0}) {
  Event event;
  event.kind = kind;
  event.id = EventId{0xabc0ULL + static_cast<unsigned>(kind)};
  event.subject = SubjectId{0x50b7ULL};
  event.vehicle = "ZF-1";
  event.time = morning;
  event.detected = morning + 90s;
  event.place = county().at(place);
  event.registry = 1;
  event.details = details;
  return event;
}

[[nodiscard]] inline DumpSuspicion suspicion() {
  DumpSuspicion found;
  found.start = morning;
  found.end = morning + 6min + 20s;
  found.reasons.set({Evidence::prior, 1.0F, -4.0F});
  found.reasons.set({Evidence::body_raised, 120.0F, 4.0F});
  found.reasons.set({Evidence::stop_length, 380.0F, 1.0F});
  found.reasons.set({Evidence::off_route, 63.0F, 0.7F});
  found.score = 0.846F;
  found.stop = SubjectId{0x570bULL};
  found.origin = "pit";
  found.permit = "P-1";
  return found;
}

[[nodiscard]] inline Trip trip(std::string_view destination, const std::vector<TripFault>& faults) {
  Trip ended;
  ended.origin = "pit";
  ended.destination = destination;
  ended.loaded_at = morning - 40min;
  ended.unloaded_at = morning;
  ended.permit = "P-1";
  ended.distance_m = Reading{6'120.0F};
  for (const TripFault fault : faults) ended.faults.add(fault);
  return ended;
}

/// Each with the name of its golden text.
[[nodiscard]] inline std::vector<std::pair<std::string, Event>> one_of_each() {
  const TimeUtc later = morning + 5min;
  std::vector<std::pair<std::string, Event>> all;
  const auto add = [&](EventKind kind, const auto& details) {
    all.emplace_back(name_of(kind), event_of(kind, details));
  };
  add(EventKind::site_entered, SiteVisit{"fill"});
  add(EventKind::site_left, SiteVisit{"pit"});
  add(EventKind::zone_entered, ZoneVisit{"reserve", "forbidden", true, morning - 60s, morning + 60s});
  add(EventKind::zone_left, ZoneVisit{"reserve", "forbidden", false, morning - 10s, morning + 50s});
  add(EventKind::gate_crossed, GateCrossing{"county-line", CrossingDirection::out, morning - 10s, morning + 50s});
  add(EventKind::overspeed_started, Overspeed{8.3F, 15.0F, "school"});
  add(EventKind::overspeed_ended, Overspeed{8.3F, 16.5F, "school"});
  add(EventKind::stop_started, Stop{morning, no_time, {}, "", StopPurpose::unknown});
  add(EventKind::stop_ended, Stop{morning, later, Reading{7.5F}, "pit", StopPurpose::loading});
  add(EventKind::signal_lost, Silence{morning, no_time, {}});
  add(EventKind::signal_restored, Silence{morning, later, Reading{2'310.0F}});
  add(EventKind::route_left, RouteDeviation{"r-1", morning, no_time, 61.2F, 240.0F, "P-1"});
  add(EventKind::route_rejoined, RouteDeviation{"r-1", morning, later, 812.0F, 1'900.0F, "P-1"});
  add(EventKind::dump_suspected, suspicion());
  add(EventKind::trip_started, trip("", {}));
  add(EventKind::trip_ended, trip("fill", {}));
  add(EventKind::quota_exceeded, QuotaExcess{"P-1", 7, 6, SubjectId{0x717ULL}});
  return all;
}

}  // namespace haulwatch::explain::test
