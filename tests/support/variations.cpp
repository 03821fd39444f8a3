#include "support/variations.hpp"

#include "support/registry_builder.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <random>
#include <utility>

namespace haulwatch::test {

namespace {

LonLat mirrored(LonLat place, Mirror mirror) noexcept {
  return mirror == Mirror::east_west ? LonLat{-place.lon, place.lat} : LonLat{place.lon, -place.lat};
}

float mirrored_heading(float degrees, Mirror mirror) noexcept {
  const float turned = mirror == Mirror::east_west ? 360.0F - degrees : 180.0F - degrees;
  return std::fmod(turned + 360.0F, 360.0F);
}

void mirror_all(std::vector<LonLat>& places, Mirror mirror) {
  for (LonLat& place : places) place = mirrored(place, mirror);
}

void mirror_all(std::vector<registry::PolygonDraft>& polygons, Mirror mirror) {
  for (registry::PolygonDraft& polygon : polygons)
    for (std::vector<LonLat>& ring : polygon.rings) mirror_all(ring, mirror);
}

TimeUtc moved(TimeUtc time, Milliseconds span) noexcept {
  return time == no_time ? no_time : time + span;
}

struct MoveTimes {
  Milliseconds span;
  void operator()(SiteVisit&) const {}
  void operator()(Overspeed&) const {}
  void operator()(ZoneVisit& visit) const { move(visit.earliest, visit.latest); }
  void operator()(GateCrossing& crossing) const { move(crossing.earliest, crossing.latest); }
  void operator()(Stop& stop) const { move(stop.start, stop.end); }
  void operator()(Silence& silence) const { move(silence.start, silence.end); }
  void operator()(RouteDeviation& deviation) const { move(deviation.start, deviation.end); }
  void operator()(DumpSuspicion& suspicion) const { move(suspicion.start, suspicion.end); }
  void operator()(Trip& trip) const { move(trip.loaded_at, trip.unloaded_at); }
  void operator()(QuotaExcess&) const {}
  void operator()(UnmatchedManifest&) const {}
  void operator()(UnmatchedLoad&) const {}
  void operator()(TerminalFinding&) const {}
  void operator()(TrackJump& jump) const { move(jump.start, jump.end); }

 private:
  void move(TimeUtc& a, TimeUtc& b) const {
    a = moved(a, span);
    b = moved(b, span);
  }
};

}  // namespace

Recording delayed(Recording recording, Milliseconds delay, std::uint64_t seed) {
  std::mt19937_64 random{seed};
  std::uniform_int_distribution<std::int64_t> on_the_way{0, delay.count()};
  std::vector<std::pair<TimeUtc, Fix>> arrivals;
  for (const Fix& fix : recording.fixes) arrivals.emplace_back(fix.time + Milliseconds{on_the_way(random)}, fix);
  std::stable_sort(arrivals.begin(), arrivals.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 0; i < arrivals.size(); ++i) recording.fixes[i] = arrivals[i].second;
  return recording;
}

Recording shuffled(Recording recording, std::uint64_t seed) {
  std::mt19937_64 random{seed};
  std::shuffle(recording.fixes.begin(), recording.fixes.end(), random);
  return recording;
}

Recording grouped_by_vehicle(Recording recording) {
  std::stable_sort(recording.fixes.begin(), recording.fixes.end(),
                   [](const Fix& a, const Fix& b) { return a.vehicle < b.vehicle; });
  return recording;
}

Recording newest_first(Recording recording) {
  std::reverse(recording.fixes.begin(), recording.fixes.end());
  return recording;
}

Recording each_row_twice(const Recording& recording) {
  Recording twice{recording.vehicles, {}};
  for (const Fix& fix : recording.fixes) twice.fixes.insert(twice.fixes.end(), 2, fix);
  return twice;
}

Recording followed_by_itself(Recording recording) {
  const std::vector<Fix> once = recording.fixes;
  recording.fixes.insert(recording.fixes.end(), once.begin(), once.end());
  return recording;
}

Recording renumbered(Recording recording, std::uint64_t seed) {
  std::vector<std::uint32_t> number(recording.vehicles.size());
  std::iota(number.begin(), number.end(), 0U);
  std::mt19937_64 random{seed};
  std::shuffle(number.begin(), number.end(), random);
  std::vector<std::string> vehicles(recording.vehicles.size());
  for (std::size_t i = 0; i < vehicles.size(); ++i) vehicles[number[i]] = recording.vehicles[i];
  recording.vehicles = std::move(vehicles);
  for (Fix& fix : recording.fixes) fix.vehicle = VehicleIndex{number[static_cast<std::size_t>(fix.vehicle)]};
  return recording;
}

Recording renamed(Recording recording, const std::function<std::string(const std::string&)>& name) {
  for (std::string& vehicle : recording.vehicles) vehicle = name(vehicle);
  return recording;
}

Recording later_by(Recording recording, Milliseconds span) {
  for (Fix& fix : recording.fixes) {
    fix.time += span;
    fix.received = moved(fix.received, span);
  }
  return recording;
}

registry::RegistryDraft renamed(registry::RegistryDraft draft,
                                const std::function<std::string(const std::string&)>& name) {
  for (registry::PermitDraft& permit : draft.permits)
    for (std::string& vehicle : permit.vehicles) vehicle = name(vehicle);
  return draft;
}

registry::RegistryDraft later_by(registry::RegistryDraft draft, Milliseconds span) {
  for (registry::PermitDraft& permit : draft.permits) {
    permit.valid_from = moved(permit.valid_from, span);
    if (permit.valid_to < TimeUtc::max() - span) permit.valid_to += span;
  }
  return draft;
}

std::vector<Event> later_by(std::vector<Event> events, Milliseconds span) {
  for (Event& event : events) {
    event.time = moved(event.time, span);
    event.detected = moved(event.detected, span);
    std::visit(MoveTimes{span}, event.details);
  }
  return events;
}

Recording mirrored(Recording recording, Mirror mirror) {
  for (Fix& fix : recording.fixes) {
    fix.position = mirrored(fix.position, mirror);
    if (fix.heading_deg.has_value()) fix.heading_deg = mirrored_heading(fix.heading_deg.value(), mirror);
  }
  return recording;
}

registry::RegistryDraft mirrored(registry::RegistryDraft draft, Mirror mirror) {
  draft.frame = mirrored(draft.frame.value(), mirror);
  for (registry::SiteDraft& site : draft.sites) mirror_all(site.polygons, mirror);
  for (registry::ZoneDraft& zone : draft.zones) mirror_all(zone.polygons, mirror);
  for (registry::RouteDraft& route : draft.routes)
    for (registry::LineDraft& line : route.lines) mirror_all(line.positions, mirror);
  for (registry::GateDraft& gate : draft.gates) {
    mirror_all(gate.line.positions, mirror);
    gate.inside_is_left = !gate.inside_is_left;
  }
  return draft;
}

std::vector<Event> mirrored(std::vector<Event> events, Mirror mirror) {
  for (Event& event : events) {
    if (event.place) event.place = mirrored(*event.place, mirror);
    if (auto* jump = std::get_if<TrackJump>(&event.details)) jump->from = mirrored(jump->from, mirror);
  }
  return events;
}

registry::RegistryDraft with_far_zones(registry::RegistryDraft draft, int count) {
  RegistryBuilder far = registry_at(draft.frame.value());
  for (int i = 0; i < count; ++i) {
    const double angle = 2.0 * std::numbers::pi * i / count;
    const double away = 40'000.0 + 97.0 * i;
    const geo::LocalPoint at = away * geo::LocalPoint{std::cos(angle), std::sin(angle)};
    const std::string id = "far-" + std::to_string(i);
    if (i % 3 == 0) far.forbidden(id, round(at, 150.0));
    if (i % 3 == 1) far.speed_limit(id, MetresPerSecond{8.0}, box(at, 300, 200));
    if (i % 3 == 2) far.watch(id, box(at, 100, 400));
  }
  const auto& zones = far.draft().zones;
  draft.zones.insert(draft.zones.end(), zones.begin(), zones.end());
  return draft;
}

}  // namespace haulwatch::test
