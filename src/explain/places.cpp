#include "telling.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace haulwatch::explain {

namespace {

std::string step_text(const Scene& scene, TimeUtc earliest, TimeUtc latest) {
  if (earliest == no_time || latest == no_time) return {};
  if (earliest == latest) return fmt::format("A report at {} gives the very moment.", scene.clock().time(earliest));
  return fmt::format("The moment lies between the reports at {} and {}, {} apart.", scene.clock().time(earliest),
                     scene.clock().time(latest), duration_text(latest - earliest));
}

std::string inferred_text(const Scene& scene) {
  if (!scene.event().inferred) return {};
  const auto fixes = scene.fixes();
  if (!fixes.empty() && fixes.front().fix.time >= scene.event().time) return " It was there at its first report.";
  return " This was not seen but is inferred, for no report came meanwhile.";
}

std::string_view rule_text(std::string_view rule) noexcept {
  if (rule == "forbidden") return "where vehicles are forbidden";
  if (rule == "speed_limit") return "where a speed limit holds";
  if (rule == "watch") return "which is watched, being prone to dumping";
  return "which has a rule of its own";
}

void compare_presence(const Scene& scene, const Landmark& fence, Explanation& out) {
  const detect::PresenceOptions& presence = scene.options().locate.presence;
  const Event& event = scene.event();
  const bool enters = event.kind == EventKind::site_entered || event.kind == EventKind::zone_entered;
  add(out.compared, scene.fence_crossing_text(fence, event.time));
  if (enters) {
    out.compared.push_back(
        fmt::format("An entry counts after {} reports in a row inside the boundary, or one at least {} inside.",
                    presence.confirm_fixes, metres_text(presence.certain.value())));
    out.cleared_by.push_back(fmt::format(
        "A report outside the boundary in between, so that never {} in a row were inside and none as far as {} inside.",
        presence.confirm_fixes, metres_text(presence.certain.value())));
  } else {
    out.compared.push_back(fmt::format(
        "A leaving counts after {} reports in a row at least {} outside the boundary, or one at least {} outside.",
        presence.confirm_fixes, metres_text(presence.leave_margin.value()), metres_text(presence.certain.value())));
    out.cleared_by.push_back(fmt::format("A report inside the boundary, or less than {} outside it, in between.",
                                         metres_text(presence.leave_margin.value())));
  }
  add(out.compared, scene.proven_text());
}

}  // namespace

Landmark tell(const Scene& scene, const SiteVisit& visit, Explanation& out) {
  const bool enters = scene.event().kind == EventKind::site_entered;
  out.seen =
      fmt::format("{} {} {} at {}{}.{}", scene.vehicle(), enters ? "entered" : "left", scene.site_text(visit.site),
                  scene.clock().at(scene.event().time), scene.where(), inferred_text(scene));
  Landmark fence = scene.from_site(visit.site);
  compare_presence(scene, fence, out);
  return fence;
}

Landmark tell(const Scene& scene, const ZoneVisit& visit, Explanation& out) {
  const Event& event = scene.event();
  const bool enters = event.kind == EventKind::zone_entered;
  const registry::Zone* zone = scene.zone(visit.zone);
  out.seen =
      fmt::format("{} {} the zone {}, {}, at {}{}.{}", scene.vehicle(), enters ? "entered" : "left", quoted(visit.zone),
                  rule_text(visit.rule), scene.clock().at(event.time), scene.where(), inferred_text(scene));
  Landmark edge = scene.from_zone(visit.zone);
  if (zone != nullptr && !zone->windows.all_day())
    out.compared.push_back(
        fmt::format("The rule holds from {} each day; a visit begins and ends with it.", windows_text(zone->windows)));
  if (visit.between_fixes) {
    out.compared.emplace_back(
        "No report stood inside. The straight way between two reports led through the zone, and still did with both "
        "moved to either side by twice their error.");
    add(out.compared, step_text(scene, visit.earliest, visit.latest));
    out.cleared_by.push_back(fmt::format("A report between {} and {} that shows another way round.",
                                         scene.clock().time(visit.earliest), scene.clock().time(visit.latest)));
    add(out.compared, scene.proven_text());
    return edge;
  }
  add(out.compared, step_text(scene, visit.earliest, visit.latest));
  compare_presence(scene, edge, out);
  if (zone != nullptr && !zone->windows.all_day() && enters)
    out.cleared_by.emplace_back("Being there only outside those hours.");
  return edge;
}

Landmark tell(const Scene& scene, const GateCrossing& crossing, Explanation& out) {
  const double clear_m = scene.options().locate.gates.clear.value();
  out.seen = fmt::format("{} crossed the gate {} {} at {}{}.{}", scene.vehicle(), quoted(crossing.gate),
                         crossing.direction == CrossingDirection::in ? "inwards" : "outwards",
                         scene.clock().at(scene.event().time), scene.where(), inferred_text(scene));
  add(out.compared, step_text(scene, crossing.earliest, crossing.latest));
  out.compared.push_back(
      fmt::format("A crossing counts once the vehicle is {} beyond the line, or twice the error of its place if that "
                  "is more.",
                  metres_text(clear_m)));
  add(out.compared, scene.proven_text());
  out.cleared_by.push_back(
      fmt::format("Turning back across the line before being {} beyond it.", metres_text(clear_m)));
  return scene.from_gate(crossing.gate);
}

Landmark tell(const Scene& scene, const Overspeed& overspeed, Explanation& out) {
  const Event& event = scene.event();
  const detect::OverspeedOptions& rule = scene.options().locate.overspeed;
  const auto limit = static_cast<double>(overspeed.limit_mps);
  const auto fastest = static_cast<double>(overspeed.max_speed_mps);
  const double tolerated = limit * rule.tolerance;
  const bool ended = event.kind == EventKind::overspeed_ended;
  const Event* start = ended ? scene.last_told(EventKind::overspeed_started, event.subject) : nullptr;
  if (!ended) {
    out.seen = fmt::format("{} drove at up to {} in the zone {}, where {} is allowed, from {} on{}.", scene.vehicle(),
                           speed_text(fastest), quoted(overspeed.zone), speed_text(limit), scene.clock().at(event.time),
                           scene.where());
  } else {
    out.seen =
        fmt::format("{} ended driving too fast in the zone {} at {}: at most {}, where {} is allowed.", scene.vehicle(),
                    quoted(overspeed.zone), scene.clock().at(event.time), speed_text(fastest), speed_text(limit));
    if (start != nullptr) out.seen += fmt::format(" It had lasted {}.", duration_text(event.time - start->time));
  }
  out.compared.push_back(fmt::format("The limit with its tolerance is {}; the highest speed exceeds it by {}.",
                                     speed_text(tolerated), speed_text(fastest - tolerated)));
  out.compared.push_back(fmt::format("It is told once it has lasted {}.", duration_text(rule.min_duration)));
  add(out.compared, scene.proven_text());
  out.cleared_by.push_back(fmt::format("No report faster than {} for {} or longer within the zone.",
                                       speed_text(tolerated), duration_text(rule.min_duration)));
  const registry::Zone* zone = scene.zone(overspeed.zone);
  if (zone != nullptr && !zone->windows.all_day())
    out.cleared_by.push_back(
        fmt::format("Driving there outside the hours of the limit ({}).", windows_text(zone->windows)));
  return scene.from_zone(overspeed.zone);
}

Landmark tell(const Scene& scene, const RouteDeviation& deviation, Explanation& out) {
  const Event& event = scene.event();
  const detect::RouteOptions& rule = scene.options().route;
  const bool left = event.kind == EventKind::route_left;
  const registry::Route* route = scene.route(deviation.route);
  const registry::Permit* permit = scene.permit(deviation.permit);
  const auto farthest = static_cast<double>(deviation.max_distance_m);
  const auto way = static_cast<double>(deviation.path_m);
  if (left) {
    out.seen = fmt::format("{} left the approved route {} of the permit {} at {}{}.{}", scene.vehicle(),
                           quoted(deviation.route), quoted(deviation.permit), scene.clock().at(event.time),
                           scene.where(), inferred_text(scene));
    out.compared.push_back(
        fmt::format("By the time that this was proven it had driven {} and been up to {} beyond the edge of every "
                    "approved corridor.",
                    metres_text(way), metres_text(farthest)));
  } else {
    out.seen = fmt::format(
        "{} was back on an approved route at {}{}. It had been off the route {} of the permit {} {}, "
        "for {}.{}",
        scene.vehicle(), scene.clock().at(event.time), scene.where(), quoted(deviation.route), quoted(deviation.permit),
        scene.clock().from_to(deviation.start, deviation.end), duration_text(deviation.end - deviation.start),
        inferred_text(scene));
    out.compared.push_back(
        fmt::format("Meanwhile it drove {} and was up to {} beyond the edge of every approved corridor.",
                    metres_text(way), metres_text(farthest)));
  }
  if (route != nullptr)
    out.compared.push_back(fmt::format("The corridor of the route {} reaches {} to either side of its line{}.",
                                       quoted(route->id), metres_text(route->half_width.value()),
                                       route->one_way ? ", in one direction only" : ""));
  out.compared.push_back(fmt::format(
      "A report speaks of leaving from {} beyond the edge, or twice the error of its place; needed are {} such reports "
      "over {} and {} driven meanwhile.",
      metres_text(rule.margin.value()), rule.min_fixes, duration_text(rule.min_duration),
      metres_text(rule.min_way.value())));
  add(out.compared, scene.proven_text());
  if (left) {
    out.cleared_by.push_back(fmt::format("A report back within {} of a corridor of a permit in force before {}.",
                                         metres_text(rule.margin.value()), scene.clock().time(event.detected)));
    if (permit != nullptr && permit->routes.size() > 1)
      out.cleared_by.push_back(fmt::format(
          "The permit {} approves {} routes; each of their corridors, like those of any other permit of the vehicle in "
          "force, would have done.",
          quoted(permit->id), permit->routes.size()));
    else
      out.cleared_by.emplace_back("Another permit of the vehicle in force whose route leads there.");
  } else {
    out.cleared_by.emplace_back("This event ends the deviation; nothing is held against the vehicle by it.");
  }
  return scene.from_route(deviation.route);
}

}  // namespace haulwatch::explain
