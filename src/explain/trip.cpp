#include "telling.hpp"

#include <haulwatch/explain/evidence_words.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

namespace haulwatch::explain {

namespace {

constexpr TimeUtc no_end{Milliseconds{std::numeric_limits<std::int64_t>::max()}};

std::string validity_text(const Scene& scene, const registry::Permit& permit) {
  const bool begins = permit.valid_from != no_time;
  const bool ends = permit.valid_to != no_end;
  if (begins && ends)
    return "valid from " + scene.clock().at(permit.valid_from) + " until " + scene.clock().at(permit.valid_to);
  if (begins) return "valid from " + scene.clock().at(permit.valid_from) + " on";
  if (ends) return "valid until " + scene.clock().at(permit.valid_to);
  return "valid without a date";
}

std::string permit_text(const Scene& scene, const registry::Permit& permit) {
  return fmt::format(
      "The permit {} is {}, {}, from {} to {}.", quoted(permit.id), validity_text(scene, permit),
      permit.daily_windows.all_day() ? std::string{"all day"} : "daily from " + windows_text(permit.daily_windows),
      scene.sites_text(permit.origins), scene.sites_text(permit.disposals));
}

bool names(const std::vector<registry::SiteIndex>& sites, const Scene& scene, std::string_view id) {
  return sites.empty() || std::any_of(sites.begin(), sites.end(),
                                      [&](registry::SiteIndex i) { return scene.registry()->sites()[i].id == id; });
}

/// Why a permit of the vehicle does not cover the load.
std::string shortfall_text(const Scene& scene, const registry::Permit& permit, const Trip& trip) {
  if (trip.loaded_at < permit.valid_from) return "begins only at " + scene.clock().at(permit.valid_from);
  if (trip.loaded_at >= permit.valid_to) return "had ended at " + scene.clock().at(permit.valid_to);
  if (!trip.origin.empty() && !names(permit.origins, scene, trip.origin))
    return "does not name " + scene.site_text(trip.origin);
  return "does not cover the load";
}

void explain_no_permit(const Scene& scene, const Trip& trip, Explanation& out) {
  if (scene.registry() == nullptr) return;
  const auto permits = scene.registry()->permits_of(scene.event().vehicle);
  if (permits.empty()) out.compared.push_back("No permit of the registry names the vehicle.");
  for (const registry::PermitIndex index : permits) {
    const registry::Permit& permit = scene.registry()->permits()[index];
    out.compared.push_back(
        fmt::format("The permit {} names the vehicle but {}.", quoted(permit.id), shortfall_text(scene, permit, trip)));
  }
  out.cleared_by.push_back(fmt::format("A permit that names the vehicle{} and was valid at {}.",
                                       trip.origin.empty() ? std::string{} : " and " + scene.site_text(trip.origin),
                                       scene.clock().at(trip.loaded_at)));
}

/// How far the time of loading is from the permit's nearest hours.
std::string distance_from_hours(const registry::DailyWindows& windows, TimeUtc at) {
  const auto begins = windows.next_change_after(at);
  if (!begins || windows.holds_at(at)) return {};
  return fmt::format("; the next window begins {} later", duration_text(*begins - at));
}

void explain_off_hours(const Scene& scene, const Trip& trip, Explanation& out) {
  const registry::Permit* permit = scene.permit(trip.permit);
  if (permit == nullptr) return;
  out.compared.push_back(fmt::format("The load was taken up at {}; the permit's hours are {}{}.",
                                     scene.clock().time(trip.loaded_at), windows_text(permit->daily_windows),
                                     distance_from_hours(permit->daily_windows, trip.loaded_at)));
  out.cleared_by.push_back(
      fmt::format("Taking up the load within the permit's hours, {}.", windows_text(permit->daily_windows)));
}

void explain_off_route(const Scene& scene, const Trip& trip, Explanation& out) {
  bool any = false;
  for (const Event& other : scene.background().log) {
    const auto* deviation = std::get_if<RouteDeviation>(&other.details);
    if (deviation == nullptr || other.kind != EventKind::route_left || other.vehicle != scene.event().vehicle) continue;
    if (other.detected < trip.loaded_at || other.time > scene.event().detected) continue;
    any = true;
    out.compared.push_back(fmt::format("It left the route {} at {} ({:016x}).", quoted(deviation->route),
                                       scene.clock().at(other.time), static_cast<std::uint64_t>(other.id)));
  }
  if (!any) out.compared.push_back("The events of leaving the route are told by themselves (route_left).");
  out.cleared_by.push_back("Keeping within the corridor of a route of any of the vehicle's permits in force.");
}

void explain_place(const Scene& scene, const Trip& trip, Explanation& out) {
  const registry::Permit* permit = scene.permit(trip.permit);
  if (std::string text = scene.nearest_site_text(); !text.empty()) out.compared.push_back(std::move(text));
  for (const Event& other : scene.background().log) {
    const auto* suspicion = std::get_if<DumpSuspicion>(&other.details);
    if (suspicion == nullptr || other.retracted || other.vehicle != scene.event().vehicle) continue;
    if (suspicion->end != trip.unloaded_at) continue;
    out.compared.push_back(fmt::format("The suspicion {:016x}, of score {:.3f}, says where it went.",
                                       static_cast<std::uint64_t>(other.id), static_cast<double>(suspicion->score)));
    break;
  }
  out.cleared_by.push_back(fmt::format(
      "An unloading seen at {}.", permit == nullptr ? "a registered disposal" : scene.sites_text(permit->disposals)));
}

void explain_fault(const Scene& scene, const Trip& trip, TripFault fault, Explanation& out) {
  out.seen += fmt::format(" Fault: {}.", words_of(fault));
  const registry::Permit* permit = scene.permit(trip.permit);
  switch (fault) {
    case TripFault::no_permit:
      return explain_no_permit(scene, trip, out);
    case TripFault::unapproved_place:
      return explain_place(scene, trip, out);
    case TripFault::wrong_destination:
      if (permit != nullptr) {
        out.compared.push_back(fmt::format("The permit names {} to unload; the load went to {}.",
                                           scene.sites_text(permit->disposals), scene.site_text(trip.destination)));
        out.cleared_by.push_back(fmt::format("Unloading at {}, or a permit that names {}.",
                                             scene.sites_text(permit->disposals), scene.site_text(trip.destination)));
      }
      return;
    case TripFault::unknown_origin:
      out.cleared_by.push_back("A registered origin where the load was taken up.");
      return;
    case TripFault::off_hours:
      return explain_off_hours(scene, trip, out);
    case TripFault::off_route:
      return explain_off_route(scene, trip, out);
    case TripFault::no_manifest:
      out.cleared_by.push_back("A transfer note for this vehicle, origin and time.");
      return;
    case TripFault::unloading_not_seen:
      out.cleared_by.push_back(fmt::format("A stop of {} or longer in a registered disposal before {}.",
                                           duration_text(scene.options().load.min_unloading),
                                           scene.clock().at(scene.event().time)));
      return;
  }
}

void tell_start(const Scene& scene, const Trip& trip, Explanation& out) {
  out.seen = fmt::format(
      "{} took up a load {} until {}{}.", scene.vehicle(),
      trip.origin.empty() ? std::string{"outside every registered site"} : "at " + scene.site_text(trip.origin),
      scene.clock().at(trip.loaded_at), trip.permit.empty() ? "" : ", under the permit " + quoted(trip.permit));
  out.compared.push_back(fmt::format(
      "A stop of {} or longer at an origin counts as loading, unless a load sensor that has proven sound denies it.",
      duration_text(scene.options().load.min_loading)));
  if (const registry::Permit* permit = scene.permit(trip.permit)) out.compared.push_back(permit_text(scene, *permit));
  if (std::string text = scene.proven_text(); !text.empty()) out.compared.push_back(std::move(text));
  out.cleared_by.push_back(fmt::format("A shorter stop than {}, or a sound load sensor that shows the truck empty.",
                                       duration_text(scene.options().load.min_loading)));
}

void tell_end(const Scene& scene, const Trip& trip, Explanation& out) {
  const std::string from =
      trip.origin.empty() ? std::string{"a place outside every registered site"} : scene.site_text(trip.origin);
  out.seen =
      fmt::format("{} carried a load from {}, taken up at {}", scene.vehicle(), from, scene.clock().at(trip.loaded_at));
  if (!trip.destination.empty())
    out.seen +=
        fmt::format(", to {}, unloaded at {}", scene.site_text(trip.destination), scene.clock().at(trip.unloaded_at));
  else if (trip.unloaded_at != no_time)
    out.seen += fmt::format(", to a place outside every registered site, by {}{}", scene.clock().at(trip.unloaded_at),
                            scene.where());
  else
    out.seen += "; no unloading was seen";
  if (trip.distance_m)
    out.seen += fmt::format(", {} in all", metres_text(static_cast<double>(trip.distance_m.value())));
  out.seen += trip.permit.empty() ? "." : fmt::format(", under the permit {}.", quoted(trip.permit));
  if (const registry::Permit* permit = scene.permit(trip.permit)) out.compared.push_back(permit_text(scene, *permit));
  if (trip.faults.empty()) {
    out.seen += " Nothing was wrong with it.";
    out.cleared_by.push_back("Nothing is held against the vehicle by this trip.");
  }
  trip.faults.for_each([&](TripFault fault) { explain_fault(scene, trip, fault, out); });
  out.compared.push_back(fmt::format("This was known at {}.", scene.clock().at(scene.event().detected)));
}

}  // namespace

Landmark tell(const Scene& scene, const Trip& trip, Explanation& out) {
  if (scene.event().kind == EventKind::trip_started) {
    tell_start(scene, trip, out);
    return trip.origin.empty() ? scene.from_place("where it was told") : scene.from_site(trip.origin);
  }
  tell_end(scene, trip, out);
  return trip.destination.empty() ? scene.from_place("where the trip ended") : scene.from_site(trip.destination);
}

Landmark tell(const Scene& scene, const QuotaExcess& excess, Explanation& out) {
  const Event& event = scene.event();
  const registry::Permit* permit = scene.permit(excess.permit);
  const Event* trip = nullptr;
  std::size_t others = 0;
  for (const Event& other : scene.background().log) {
    if (other.kind != EventKind::trip_ended || other.retracted) continue;
    if (other.subject == excess.trip) trip = &other;
    const auto& its = std::get<Trip>(other.details);
    if (its.permit == excess.permit && other.subject != excess.trip && other.detected <= event.detected) ++others;
  }
  out.seen = fmt::format("{} brought the {} load under the permit {}, which allows {}.", scene.vehicle(),
                         ordinal_text(excess.loads), quoted(excess.permit), excess.max_loads);
  if (trip != nullptr) {
    const auto& its = std::get<Trip>(trip->details);
    out.seen += fmt::format(" It was taken up at {}{}.", scene.clock().at(its.loaded_at),
                            its.origin.empty() ? std::string{} : ", at " + scene.site_text(its.origin));
  }
  out.compared.push_back(fmt::format(
      "Counted are the trips that have ended under the permit{}, by when the end was proven and the load "
      "taken up: this one is number {}, {} more than allowed. Its trip is {:016x}.",
      permit != nullptr && permit->valid_from != no_time
          ? " and whose loads were taken up since " + scene.clock().at(permit->valid_from)
          : std::string{},
      excess.loads, excess.loads - std::min(excess.loads, excess.max_loads), static_cast<std::uint64_t>(excess.trip)));
  if (!scene.background().log.empty())
    out.compared.push_back(fmt::format("The log has {} other {} under the permit that ended by then.", others,
                                       others == 1 ? "trip" : "trips"));
  if (permit != nullptr && permit->max_loads && *permit->max_loads != excess.max_loads)
    out.compared.push_back(fmt::format("The registry given allows {}.", *permit->max_loads));
  out.compared.push_back(fmt::format("This was known at {}.", scene.clock().at(event.detected)));
  const std::uint32_t excess_loads = excess.loads - std::min(excess.loads, excess.max_loads);
  out.cleared_by.push_back(
      fmt::format("{} fewer {} before it under the permit, this trip under another permit, or a "
                  "permit for at least {} loads.",
                  excess_loads, excess_loads == 1 ? "load" : "loads", excess.loads));
  return scene.from_place("where the trip ended");
}

}  // namespace haulwatch::explain
