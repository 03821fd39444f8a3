#pragma once

#include "support/registry_builder.hpp"

#include <haulwatch/event.hpp>
#include <haulwatch/explain/explain.hpp>
#include <haulwatch/fix.hpp>

#include <algorithm>
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
  builder.forbidden("reserve", box({3'000, 0}, 200, 200), between(22h, 6h, 8h));
  builder.speed_limit("school", MetresPerSecond{8.3}, box({2'000, 0}, 400, 100));
  builder.gate("county-line", {{4'000, -1'000}, {4'000, 1'000}});
  builder.route("r-1", Metres{40}, {{0, 0}, {6'000, 0}});
  registry::PermitDraft permit = haulwatch::test::permit_between("P-1", "pit", "fill", {"r-1"});
  permit.valid_from = morning - 72h;
  permit.valid_to = morning + 720h;
  permit.daily_windows = between(19h, 6h, 8h);
  permit.max_loads = 6;
  builder.permit(permit);
  return builder;
}

/// How the truck drove: due east, through a place at 07:00.
struct Motion {
  double east_m = 1'000;
  double speed_mps = 5;
  Milliseconds silent_for{0};  ///< after 07:00
};

/// A report every 10 s from 06:58:40 on, the body up from 07:00:30 to 07:00:50.
[[nodiscard]] inline std::vector<SourcedFix> reports(const Motion& motion = {}) {
  const haulwatch::test::RegistryBuilder places = county();
  std::vector<SourcedFix> all;
  for (int i = -8; i < 16; ++i) {
    Fix fix;
    fix.time = morning + 10s * i;
    if (i > 0 && fix.time <= morning + motion.silent_for) fix.time += motion.silent_for;
    fix.position = places.at({motion.east_m + motion.speed_mps * seconds(fix.time - morning), 0.0});
    fix.speed_mps = Reading{static_cast<float>(motion.speed_mps)};
    fix.sensors.body_lift = i >= 3 && i <= 5 ? Sensed::yes : Sensed::no;
    fix.sensors.load = i < 5 ? LoadReading::full : LoadReading::empty;
    all.push_back({fix, "day.csv:" + std::to_string(i + 10)});
  }
  std::sort(all.begin(), all.end(), [](const SourcedFix& x, const SourcedFix& y) { return x.fix.time < y.fix.time; });
  return all;
}

template <class Details>
[[nodiscard]] Event event_of(EventKind kind, const Details& details, const Motion& motion = {}) {
  Event event;
  event.kind = kind;
  event.id = EventId{0xabc0ULL + static_cast<unsigned>(kind)};
  event.subject = SubjectId{0x50b7ULL};
  event.vehicle = "ZF-1";
  event.time = morning;
  event.detected = morning + 20s;
  event.place = county().at({motion.east_m, 0});
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

struct GoldenEvent {
  std::string name;
  Event event;
  std::vector<SourcedFix> reports;
};

[[nodiscard]] inline std::vector<GoldenEvent> one_of_each() {
  const TimeUtc later = morning + 5min;
  std::vector<GoldenEvent> all;
  const auto add = [&](EventKind kind, const auto& details, const Motion& motion) {
    all.push_back({std::string{name_of(kind)}, event_of(kind, details, motion), reports(motion)});
  };
  const Motion into_fill{5'890};
  const Motion standing{1'000, 0};
  const Motion silent{2'500, 7, 5min};
  add(EventKind::site_entered, SiteVisit{"fill"}, into_fill);
  add(EventKind::site_left, SiteVisit{"pit"}, {80});
  add(EventKind::zone_entered, ZoneVisit{"reserve", "forbidden", true, morning, morning + 10s}, {2'880, 15});
  add(EventKind::zone_left, ZoneVisit{"reserve", "forbidden", false, morning, morning + 10s}, {3'090});
  add(EventKind::gate_crossed, GateCrossing{"county-line", CrossingDirection::out, morning, morning + 10s}, {3'990});
  add(EventKind::overspeed_started, Overspeed{8.3F, 15.0F, "school"}, {1'850, 15});
  add(EventKind::overspeed_ended, Overspeed{8.3F, 16.5F, "school"}, {2'190, 15});
  add(EventKind::stop_started, Stop{morning, no_time, {}, "", StopPurpose::unknown}, standing);
  add(EventKind::stop_ended, Stop{morning, later, Reading{7.5F}, "pit", StopPurpose::loading}, {0, 0});
  add(EventKind::signal_lost, Silence{morning, no_time, {}}, silent);
  add(EventKind::signal_restored, Silence{morning, later, Reading{2'310.0F}}, silent);
  add(EventKind::route_left, RouteDeviation{"r-1", morning, no_time, 61.2F, 240.0F, "P-1"}, {});
  add(EventKind::route_rejoined, RouteDeviation{"r-1", morning, later, 812.0F, 1'900.0F, "P-1"}, {});
  add(EventKind::dump_suspected, suspicion(), standing);
  add(EventKind::trip_started, trip("", {}), {95});
  add(EventKind::trip_ended, trip("fill", {}), {6'000, 0});
  add(EventKind::quota_exceeded, QuotaExcess{"P-1", 7, 6, SubjectId{0x717ULL}}, {6'000, 0});
  add(EventKind::manifest_unmatched, UnmatchedManifest{"M-7", "no_load"}, {6'000, 0});
  add(EventKind::load_unmatched, UnmatchedLoad{SubjectId{0x717ULL}, "other_origin"}, {6'000, 0});
  const auto finding = [](std::string_view sensor, std::string_view sign, std::string_view cure = {}) {
    return TerminalFinding{sensor, sign, cure, Measures{}.add("denied", 3.0).add("agreed", 1.0)};
  };
  add(EventKind::sensor_sick, finding("body_lift", "never_changes"), {6'000, 0});
  add(EventKind::sensor_healed, finding("load", "inverted"), {6'000, 0});
  add(EventKind::clock_suspected, finding("", "local_time"), {});
  add(EventKind::map_shift_suspected, finding("", "registry_gcj02", "--registry-datum gcj02"), {6'000, 0});
  add(EventKind::identity_suspected, finding("", "shared_id"), {});
  add(EventKind::track_jumped, TrackJump{morning - 20s, morning, Reading{7'300.0F}, {121.05, 30.75}}, {});
  add(EventKind::tamper_suspected, finding("", "silent_again"), silent);
  return all;
}

}  // namespace haulwatch::explain::test
