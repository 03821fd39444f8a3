#include "telling.hpp"

#include <haulwatch/detect/permit_cover.hpp>
#include <haulwatch/explain/evidence_words.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace haulwatch::explain {

namespace {

std::string validity_text(const Scene& scene, const registry::Permit& permit) {
  const bool begins = permit.valid_from != no_time;
  const bool ends = permit.valid_to != TimeUtc::max();
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

/// A site that the registry given does not know is named only by a permit that leaves the choice free.
bool names_origin(const Scene& scene, const registry::Permit& permit, std::string_view id) {
  const registry::Site* site = scene.site(id);
  if (site == nullptr) return permit.origins.empty();
  const auto index = static_cast<registry::SiteIndex>(site - scene.registry()->sites().data());
  return detect::detail::names(permit.origins, index);
}

/// Why a permit of the vehicle does not cover the load.
std::string shortfall_text(const Scene& scene, const registry::Permit& permit, const Trip& trip) {
  if (trip.loaded_at < permit.valid_from) return "begins only at " + scene.clock().at(permit.valid_from);
  if (trip.loaded_at >= permit.valid_to) return "had ended at " + scene.clock().at(permit.valid_to);
  if (!trip.origin.empty() && !names_origin(scene, permit, trip.origin))
    return "does not name " + scene.site_text(trip.origin);
  return "does not cover the load";
}

void explain_no_permit(const Scene& scene, const Trip& trip, Explanation& out) {
  if (scene.registry() == nullptr) return;
  const auto permits = scene.registry()->permits_of(scene.event().vehicle);
  if (permits.empty()) out.compared.emplace_back("No permit of the registry names the vehicle.");
  for (const registry::PermitIndex index : permits) {
    const registry::Permit& permit = scene.registry()->permits()[index];
    out.compared.push_back(
        fmt::format("The permit {} names the vehicle but {}.", quoted(permit.id), shortfall_text(scene, permit, trip)));
  }
  out.cleared_by.push_back(fmt::format("A permit that names the vehicle{} and was valid at {}.",
                                       trip.origin.empty() ? std::string{} : " and " + scene.site_text(trip.origin),
                                       scene.clock().at(trip.loaded_at)));
}

/// How far a time is from the permit's next hours.
std::string distance_from_hours(const registry::DailyWindows& windows, TimeUtc at) {
  const auto begins = windows.next_change_after(at);
  if (!begins || windows.holds_at(at)) return {};
  return fmt::format("; the next window begins {} later", duration_text(*begins - at));
}

void explain_off_hours(const Scene& scene, const Trip& trip, Explanation& out) {
  const registry::Permit* permit = scene.permit(trip.permit);
  if (permit == nullptr) return;
  const registry::DailyWindows& hours = permit->daily_windows;
  const bool loaded_off = !hours.holds_at(trip.loaded_at);
  const bool unloaded_off = trip.unloaded_at != no_time && !hours.holds_at(trip.unloaded_at);
  // Another registry than the one that judged may find nothing wrong: then both are told.
  const auto tell = [&](bool off, std::string_view act, TimeUtc at) {
    if (!off && (loaded_off || unloaded_off)) return;
    out.compared.push_back(fmt::format("The load was {} at {}; the permit's hours are {}{}.", act,
                                       scene.clock().time(at), windows_text(hours), distance_from_hours(hours, at)));
  };
  tell(loaded_off, "taken up", trip.loaded_at);
  if (trip.unloaded_at != no_time) tell(unloaded_off, "unloaded", trip.unloaded_at);
  out.cleared_by.push_back(fmt::format("{} the load within the permit's hours, {}.",
                                       loaded_off == unloaded_off ? "Taking up and unloading"
                                       : loaded_off               ? "Taking up"
                                                                  : "Unloading",
                                       windows_text(hours)));
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
  if (!any) out.compared.emplace_back("The events of leaving the route are told by themselves (route_left).");
  out.cleared_by.emplace_back("Keeping within the corridor of a route of any of the vehicle's permits in force.");
}

/// The suspicion in whose place the trip ended.
const Event* suspicion_of(const Scene& scene, const Trip& trip) noexcept {
  const Event* found = nullptr;
  for (const Event& other : scene.background().log) {
    const auto* suspicion = std::get_if<DumpSuspicion>(&other.details);
    if (suspicion == nullptr || other.retracted || other.vehicle != scene.event().vehicle) continue;
    if (trip.unloaded_at != no_time && suspicion->end == trip.unloaded_at) found = &other;
  }
  return found;
}

void explain_place(const Scene& scene, const Trip& trip, Explanation& out) {
  const registry::Permit* permit = scene.permit(trip.permit);
  if (const Event* other = suspicion_of(scene, trip)) {
    out.compared.push_back(fmt::format("The suspicion {:016x}, of score {:.3f}, says where it went.",
                                       static_cast<std::uint64_t>(other->id),
                                       static_cast<double>(std::get<DumpSuspicion>(other->details).score)));
    add(out.compared, scene.nearest_site_text(other->place));
  }
  out.cleared_by.push_back(fmt::format(
      "An unloading seen at {}.", permit == nullptr ? "a registered disposal" : scene.sites_text(permit->disposals)));
}

void explain_fault(const Scene& scene, const Trip& trip, TripFault fault, Explanation& out) {
  out.faults.push_back(fmt::format("{}: {}.", name_of(fault), words_of(fault)));
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
      out.cleared_by.emplace_back("A registered origin where the load was taken up.");
      return;
    case TripFault::off_hours:
      return explain_off_hours(scene, trip, out);
    case TripFault::off_route:
      return explain_off_route(scene, trip, out);
    case TripFault::no_manifest:
      out.cleared_by.emplace_back("A transfer note for this vehicle, origin and time.");
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
  add(out.compared, scene.proven_text());
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
  else if (const Event* suspicion = suspicion_of(scene, trip); suspicion != nullptr && suspicion->place)
    out.seen += fmt::format(", to a place outside every registered site, by {} at {}",
                            scene.clock().at(trip.unloaded_at), place_text(*suspicion->place));
  else if (trip.unloaded_at != no_time)
    out.seen += fmt::format(", to a place outside every registered site, by {}", scene.clock().at(trip.unloaded_at));
  else
    out.seen += "; no unloading was seen";
  if (trip.distance_m)
    out.seen += fmt::format(", {} in all", metres_text(static_cast<double>(trip.distance_m.value())));
  out.seen += trip.permit.empty() ? "." : fmt::format(", under the permit {}.", quoted(trip.permit));
  if (const registry::Permit* permit = scene.permit(trip.permit)) out.compared.push_back(permit_text(scene, *permit));
  if (trip.faults.empty()) {
    out.seen += " Nothing was wrong with it.";
    out.cleared_by.emplace_back("Nothing is held against the vehicle by this trip.");
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
  if (const Event* suspicion = suspicion_of(scene, trip); suspicion != nullptr && suspicion->place)
    return scene.from_place("the place of the suspicion", *suspicion->place);
  return trip.destination.empty() ? scene.from_place("where this was known") : scene.from_site(trip.destination);
}

Landmark tell(const Scene& scene, const QuotaExcess& excess, Explanation& out) {
  const Event& event = scene.event();
  const registry::Permit* permit = scene.permit(excess.permit);
  const Event* trip = scene.last_told(EventKind::trip_ended, excess.trip);
  std::size_t others = 0;
  for (const Event& other : scene.background().log) {
    if (other.kind != EventKind::trip_ended || other.retracted) continue;
    const auto& its = std::get<Trip>(other.details);
    if (its.permit == excess.permit && other.subject != excess.trip && other.detected <= event.detected) ++others;
  }
  out.seen = fmt::format("{} brought the {} load under the permit {}, which allows {}.", scene.vehicle(),
                         ordinal_text(excess.loads), quoted(excess.permit), excess.max_loads);
  if (trip != nullptr) out.seen += scene.taken_up_text(std::get<Trip>(trip->details));
  out.compared.push_back(fmt::format(
      "Counted are the trips that have ended under the permit{}, in the order in which their ends were proven, "
      "then in which the loads were taken up: this one is number {}, {} more than allowed. Its trip is {:016x}.",
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
