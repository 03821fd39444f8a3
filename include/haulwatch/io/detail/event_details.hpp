#pragma once

#include <haulwatch/event.hpp>

#include <variant>

namespace haulwatch::io::detail {

/// Names the fields of each kind of event, in the order of the formats' table, to whoever writes them: as JSON, as
/// columns. `Members` has a function for each sort of value: `text`, `text_if_any` (no field where there is none),
/// `time`, `hash`, `integer`, `flag`, `degrees`, `metric`, `weight`, `subject`, `reasons`, `faults`, `measures`, each
/// of a key and a value that may be absent.
template <class Members>
struct EventDetails {
  Members& members;
  EventKind kind;

  void operator()(const SiteVisit& visit) const { members.text("site", visit.site); }
  void operator()(const ZoneVisit& visit) const {
    members.text("zone", visit.zone);
    members.text("rule", visit.rule);
    members.flag("between_fixes", visit.between_fixes);
    members.time("earliest", visit.earliest);
    members.time("latest", visit.latest);
  }
  void operator()(const GateCrossing& crossing) const {
    members.text("gate", crossing.gate);
    members.text("direction", crossing.direction == CrossingDirection::in ? "in" : "out");
    members.time("earliest", crossing.earliest);
    members.time("latest", crossing.latest);
  }
  void operator()(const Overspeed& overspeed) const {
    members.metric("limit_mps", static_cast<double>(overspeed.limit_mps));
    members.metric("max_speed_mps", static_cast<double>(overspeed.max_speed_mps));
    members.text("zone", overspeed.zone);
  }
  void operator()(const Stop& stop) const {
    members.time("start", stop.start);
    members.time("end", stop.end);
    members.metric("radius_m", stop.radius_m);
    members.text("site", stop.site);
    members.text("purpose", name_of(stop.purpose));
  }
  void operator()(const Silence& silence) const {
    members.time("start", silence.start);
    members.time("end", silence.end);
    members.metric("gap_m", silence.gap_m);
  }
  void operator()(const RouteDeviation& deviation) const {
    members.text("route", deviation.route);
    members.time("start", deviation.start);
    members.time("end", deviation.end);
    members.metric("max_distance_m", static_cast<double>(deviation.max_distance_m));
    members.metric("path_m", static_cast<double>(deviation.path_m));
    members.text("permit", deviation.permit);
  }
  void operator()(const DumpSuspicion& suspicion) const {
    members.time("start", suspicion.start);
    members.time("end", suspicion.end);
    members.weight("score", static_cast<double>(suspicion.score));
    members.reasons("reasons", suspicion.reasons);
    members.subject("stop", suspicion.stop);
    members.text("origin", suspicion.origin);
    members.text("permit", suspicion.permit);
  }
  void operator()(const Trip& trip) const {
    const bool ended = kind == EventKind::trip_ended;
    members.text("origin", trip.origin);
    if (ended) members.text("destination", trip.destination);
    members.time("loaded_at", trip.loaded_at);
    if (ended) members.time("unloaded_at", trip.unloaded_at);
    members.text("permit", trip.permit);
    members.text("manifest", trip.manifest);
    if (!ended) return;
    members.metric("distance_m", trip.distance_m);
    members.faults("faults", trip.faults);
  }
  void operator()(const QuotaExcess& excess) const {
    members.text("permit", excess.permit);
    members.integer("loads", excess.loads);
    members.integer("max_loads", excess.max_loads);
    members.hash("trip", static_cast<std::uint64_t>(excess.trip));
  }
  void operator()(const UnmatchedManifest& unmatched) const {
    members.text("manifest", unmatched.manifest);
    members.text("reason", unmatched.reason);
  }
  void operator()(const UnmatchedLoad& unmatched) const {
    members.hash("trip", static_cast<std::uint64_t>(unmatched.trip));
    members.text("reason", unmatched.reason);
  }
  void operator()(const TerminalFinding& finding) const {
    members.text_if_any("sensor", finding.sensor);
    members.text("sign", finding.sign);
    members.text_if_any("cure", finding.cure);
    members.text_if_any("other", finding.other);
    members.measures("values", finding.values);
  }
  void operator()(const TrackJump& jump) const {
    members.time("start", jump.start);
    members.time("end", jump.end);
    members.metric("gap_m", jump.gap_m);
    members.degrees("from_lon", jump.from.lon);
    members.degrees("from_lat", jump.from.lat);
  }
};

template <class Members>
void add_details(Members& members, const Event& event) {
  std::visit(EventDetails<Members>{members, event.kind}, event.details);
}

/// An event of that kind of which nothing is known: what names its fields.
[[nodiscard]] inline Event blank_event(EventKind kind) {
  Event event;
  event.kind = kind;
  switch (kind) {
    using enum EventKind;
    case site_entered:
    case site_left:
      event.details = SiteVisit{};
      break;
    case zone_entered:
    case zone_left:
      event.details = ZoneVisit{};
      break;
    case gate_crossed:
      event.details = GateCrossing{};
      break;
    case overspeed_started:
    case overspeed_ended:
      event.details = Overspeed{};
      break;
    case stop_started:
    case stop_ended:
      event.details = Stop{};
      break;
    case signal_lost:
    case signal_restored:
      event.details = Silence{};
      break;
    case route_left:
    case route_rejoined:
      event.details = RouteDeviation{};
      break;
    case dump_suspected:
      event.details = DumpSuspicion{};
      break;
    case trip_started:
    case trip_ended:
      event.details = Trip{};
      break;
    case quota_exceeded:
      event.details = QuotaExcess{};
      break;
    case manifest_unmatched:
      event.details = UnmatchedManifest{};
      break;
    case load_unmatched:
      event.details = UnmatchedLoad{};
      break;
    case sensor_sick:
    case sensor_healed:
    case clock_suspected:
    case map_shift_suspected:
    case identity_suspected:
    case tamper_suspected:
      event.details = TerminalFinding{};
      break;
    case track_jumped:
      event.details = TrackJump{};
      break;
  }
  return event;
}

}  // namespace haulwatch::io::detail
