#include "scene.hpp"

#include <haulwatch/geo/segment.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <variant>

namespace haulwatch::explain {

namespace {

template <class Objects>
auto with_id(const Objects& objects, std::string_view id) noexcept -> decltype(&objects[0]) {
  const auto found = std::find_if(objects.begin(), objects.end(), [id](const auto& object) { return object.id == id; });
  return found == objects.end() ? nullptr : &*found;
}

std::string_view role_text(registry::SiteRole role) noexcept {
  using enum registry::SiteRole;
  switch (role) {
    case origin:
      return "an origin of loads";
    case disposal:
      return "a disposal";
    case transfer:
      return "a transfer station";
    case dock:
      return "a dock";
    case depot:
      return "a depot";
    case parking:
      return "a parking place";
    case service:
      return "a service place";
  }
  return "a site";
}

std::string described(const registry::Site& site) {
  if (site.name.empty() || site.name == site.id) return fmt::format("'{}' ({})", site.id, role_text(site.role));
  return fmt::format("'{}' ({}, {})", site.id, site.name, role_text(site.role));
}

std::string side_text(double signed_m) {
  return fmt::format("{} {} the boundary", metres_text(std::abs(signed_m)), signed_m <= 0.0 ? "inside" : "outside");
}

}  // namespace

std::string_view permit_of(const Event& event) noexcept {
  if (const auto* deviation = std::get_if<RouteDeviation>(&event.details)) return deviation->permit;
  if (const auto* suspicion = std::get_if<DumpSuspicion>(&event.details)) return suspicion->permit;
  if (const auto* trip = std::get_if<Trip>(&event.details)) return trip->permit;
  if (const auto* excess = std::get_if<QuotaExcess>(&event.details)) return excess->permit;
  return {};
}

std::vector<TimeUtc> instants_of(const Event& event) {
  std::vector<TimeUtc> all{event.time};
  const auto add = [&](auto... times) { (all.push_back(times), ...); };
  if (const auto* visit = std::get_if<ZoneVisit>(&event.details)) add(visit->earliest, visit->latest, event.detected);
  if (const auto* gate = std::get_if<GateCrossing>(&event.details)) add(gate->earliest, gate->latest, event.detected);
  if (const auto* stop = std::get_if<Stop>(&event.details)) add(stop->start, stop->end);
  if (const auto* silence = std::get_if<Silence>(&event.details)) add(silence->start, silence->end);
  if (const auto* jump = std::get_if<TrackJump>(&event.details)) add(jump->start, jump->end);
  if (const auto* deviation = std::get_if<RouteDeviation>(&event.details))
    add(deviation->start, deviation->end, event.detected);
  if (const auto* suspicion = std::get_if<DumpSuspicion>(&event.details)) add(suspicion->start, suspicion->end);
  if (const auto* trip = std::get_if<Trip>(&event.details)) add(trip->loaded_at, trip->unloaded_at);
  if (std::holds_alternative<SiteVisit>(event.details) || std::holds_alternative<Overspeed>(event.details))
    add(event.detected);
  std::erase(all, no_time);
  std::sort(all.begin(), all.end());
  return all;
}

TimeSpan span_around(const Event& event) noexcept {
  constexpr Milliseconds around = std::chrono::minutes{10};
  const std::vector<TimeUtc> instants = instants_of(event);
  if (instants.empty()) return {};
  return {instants.front() - around, instants.back() + around};
}

Scene::Scene(const Event& event, const Background& background, std::span<const SourcedFix> fixes)
    : event_{event},
      background_{background},
      frame_{background.registry != nullptr && background.registry->has_places()
                 ? background.registry->frame()
                 : geo::LocalFrame{event.place.value_or(fixes.empty() ? LonLat{} : fixes.front().fix.position)}},
      clock_{offset()} {
  const TimeSpan span = span_around(event);
  const auto earlier = [](const SourcedFix& f, TimeUtc t) { return f.fix.time < t; };
  const auto first = std::lower_bound(fixes.begin(), fixes.end(), span.from, earlier);
  const auto last = std::lower_bound(first, fixes.end(), span.to + Milliseconds{1}, earlier);
  fixes_ = {first, last};
}

std::chrono::minutes Scene::offset() const {
  if (background_.utc_offset) return *background_.utc_offset;
  if (registry() == nullptr) return {};
  // A permit for all day need not name an offset: nothing is told by it, so the next that does name one decides.
  const auto known = [](const registry::DailyWindows& windows) { return windows.utc_offset().count() != 0; };
  const registry::Permit* named = permit(permit_of(event_));
  if (named != nullptr && (known(named->daily_windows) || !named->daily_windows.all_day()))
    return named->daily_windows.utc_offset();
  for (const registry::PermitIndex index : registry()->permits_of(event_.vehicle))
    if (const auto& windows = registry()->permits()[index].daily_windows; known(windows)) return windows.utc_offset();
  for (const registry::Permit& any : registry()->permits())
    if (known(any.daily_windows)) return any.daily_windows.utc_offset();
  for (const registry::Zone& any : registry()->zones())
    if (known(any.windows)) return any.windows.utc_offset();
  return {};
}

const registry::Site* Scene::site(std::string_view id) const noexcept {
  return registry() == nullptr ? nullptr : with_id(registry()->sites(), id);
}
const registry::Zone* Scene::zone(std::string_view id) const noexcept {
  return registry() == nullptr ? nullptr : with_id(registry()->zones(), id);
}
const registry::Route* Scene::route(std::string_view id) const noexcept {
  return registry() == nullptr ? nullptr : with_id(registry()->routes(), id);
}
const registry::Permit* Scene::permit(std::string_view id) const noexcept {
  return registry() == nullptr ? nullptr : with_id(registry()->permits(), id);
}

std::string Scene::vehicle() const {
  return event_.vehicle.empty() ? "An unnamed vehicle" : "The vehicle " + quoted(event_.vehicle);
}

std::string Scene::vehicle_within() const {
  return event_.vehicle.empty() ? "an unnamed vehicle" : "the vehicle " + quoted(event_.vehicle);
}

std::string Scene::site_text(std::string_view id) const {
  const registry::Site* known = site(id);
  return "the site " + (known == nullptr ? quoted(id) : described(*known));
}

std::string Scene::sites_text(const std::vector<registry::SiteIndex>& sites) const {
  std::string text;
  for (std::size_t i = 0; i < sites.size(); ++i) {
    if (i > 0) text += i + 1 == sites.size() ? " and " : ", ";
    text += described(registry()->sites()[sites[i]]);
  }
  return text.empty() ? "any" : text;
}

std::string Scene::where() const {
  return event_.place ? " at " + place_text(*event_.place) : std::string{};
}

std::string Scene::nearest_site_text(std::optional<LonLat> place) const {
  if (registry() == nullptr || !place) return {};
  const geo::LocalPoint p = frame_.to_local(*place);
  const registry::Site* nearest = nullptr;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < registry()->sites().size(); ++i) {
    const double d = registry()->places().signed_distance(static_cast<geo::AreaIndex>(i), p);
    if (d >= least) continue;
    least = d;
    nearest = &registry()->sites()[i];
  }
  if (nearest == nullptr) return "No site is registered.";
  if (least <= 0.0) return fmt::format("The place lies inside the site {}.", described(*nearest));
  return fmt::format("The nearest registered site is {}, {} away.", described(*nearest), metres_text(least));
}

std::string Scene::taken_up_text(const Trip& trip) const {
  return fmt::format(" It was taken up at {}{}.", clock_.at(trip.loaded_at),
                     trip.origin.empty() ? std::string{} : ", at " + site_text(trip.origin));
}

std::string Scene::proven_text() const {
  const Milliseconds delay = event_.detected - event_.time;
  if (event_.detected == no_time || event_.time == no_time) return {};
  if (delay <= Milliseconds{0}) return fmt::format("It was known at once, at {}.", clock_.time(event_.detected));
  return fmt::format("It was proven at {}, {} later.", clock_.at(event_.detected), duration_text(delay));
}

const Event* Scene::last_told(EventKind kind, SubjectId subject) const noexcept {
  const Event* found = nullptr;
  for (const Event& other : background_.log)
    if (other.kind == kind && other.subject == subject && !other.retracted) found = &other;
  return found;
}

Neighbours Scene::neighbours(TimeUtc at) const noexcept {
  const auto after =
      std::upper_bound(fixes_.begin(), fixes_.end(), at, [](TimeUtc t, const SourcedFix& f) { return t < f.fix.time; });
  return {after == fixes_.begin() ? nullptr : &*(after - 1), after == fixes_.end() ? nullptr : &*after};
}

Landmark Scene::from_area(std::uint32_t area, std::string name) const {
  return {std::move(name),
          [this, area](LonLat p) { return registry()->places().signed_distance(area, frame_.to_local(p)); }};
}

Landmark Scene::from_site(std::string_view id) const {
  const registry::Site* known = site(id);
  if (known == nullptr) return {};
  return from_area(static_cast<std::uint32_t>(known - registry()->sites().data()),
                   "the boundary of the site " + quoted(id) + ", negative inside");
}

Landmark Scene::from_zone(std::string_view id) const {
  const registry::Zone* known = zone(id);
  if (known == nullptr) return {};
  const auto number = static_cast<std::size_t>(known - registry()->zones().data());
  return from_area(static_cast<std::uint32_t>(registry()->sites().size() + number),
                   "the boundary of the zone " + quoted(id) + ", negative inside");
}

Landmark Scene::from_gate(std::string_view id) const {
  const registry::Gate* known = registry() == nullptr ? nullptr : with_id(registry()->gates(), id);
  if (known == nullptr) return {};
  return {"the gate " + quoted(id), [this, known](LonLat place) {
            const geo::LocalPoint p = frame_.to_local(place);
            double least = std::numeric_limits<double>::infinity();
            for (std::size_t i = 1; i < known->line.size(); ++i)
              least =
                  std::min(least, geo::nearest_on_segment(p, known->line[i - 1], known->line[i]).squared_distance_m2);
            return std::sqrt(least);
          }};
}

Landmark Scene::from_route(std::string_view id) const {
  const registry::Route* known = route(id);
  if (known == nullptr) return {};
  const auto index = static_cast<std::uint32_t>(known - registry()->routes().data());
  return {"the edge of the route " + quoted(id) + ", negative inside its corridor", [this, index](LonLat place) {
            const geo::CorridorIndex& corridors = registry()->corridors();
            const auto at = corridors.nearest_on_route(index, frame_.to_local(place));
            return at ? at->distance_m - corridors.half_width_m(index) : std::numeric_limits<double>::infinity();
          }};
}

Landmark Scene::from_place(std::string name) const {
  return event_.place ? from_place(std::move(name), *event_.place) : Landmark{};
}

Landmark Scene::from_place(std::string name, LonLat place) const {
  return {std::move(name), [this, place](LonLat p) { return distance(place, p); }};
}

std::string Scene::fence_crossing_text(const Landmark& fence, TimeUtc at) const {
  if (!fence.distance) return {};
  const Neighbours near = neighbours(at);
  std::string text;
  if (near.before != nullptr)
    text = fmt::format("The last report before, at {}, was {}", clock_.time(near.before->fix.time),
                       side_text(fence.distance(near.before->fix.position)));
  if (near.after != nullptr)
    text += fmt::format("{} at {}, was {}", text.empty() ? "The first report after," : "; the first after,",
                        clock_.time(near.after->fix.time), side_text(fence.distance(near.after->fix.position)));
  return text.empty() ? text : text + ".";
}

double Scene::distance(LonLat a, LonLat b) const noexcept {
  return geo::distance(frame_.to_local(a), frame_.to_local(b));
}

}  // namespace haulwatch::explain
