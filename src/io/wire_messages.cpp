#include "wire_messages.hpp"

#include <haulwatch/io/detail/utf8.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace haulwatch::io::detail {
namespace {

constexpr std::size_t longest_vehicle = 64;

std::int64_t to_wire(TimeUtc time) noexcept {
  return time.time_since_epoch().count();
}

TimeUtc to_time(std::int64_t ms) noexcept {
  return TimeUtc{Milliseconds{ms}};
}

/// Sets a Protobuf string, which must be UTF-8.
void assign(std::string& field, std::string_view text) {
  if (is_utf8(text))
    field.assign(text);
  else
    append_utf8(field, text);
}

template <class Message>
void set_sensed(Message& message, void (Message::*set)(bool), Sensed sensed) {
  if (sensed != Sensed::unknown) (message.*set)(sensed == Sensed::yes);
}

Sensed to_sensed(bool present, bool value) noexcept {
  if (!present) return Sensed::unknown;
  return value ? Sensed::yes : Sensed::no;
}

template <class Message>
void set_reading(Message& message, void (Message::*set)(float), Reading reading) {
  if (reading.has_value()) (message.*set)(reading.value());
}

Reading to_reading(bool present, float value) noexcept {
  return present ? Reading{value} : Reading{};
}

template <class Message>
void set_time(Message& message, void (Message::*set)(std::int64_t), TimeUtc time) {
  if (time != no_time) (message.*set)(to_wire(time));
}

TimeUtc to_time(bool present, std::int64_t ms) noexcept {
  return present ? to_time(ms) : no_time;
}

std::string_view place_fault(bool has_lon, double lon, bool has_lat, double lat) noexcept {
  if (!has_lon) return "lon: missing";
  if (!has_lat) return "lat: missing";
  if (!std::isfinite(lon)) return "lon: not a finite number";
  if (!std::isfinite(lat)) return "lat: not a finite number";
  return {};
}

std::string_view vehicle_fault(std::string_view vehicle) noexcept {
  if (vehicle.empty()) return "vehicle: missing or empty";
  if (vehicle.size() > longest_vehicle) return "vehicle: longer than 64 bytes";
  return {};
}

/// An infinite reading is no measurement; a NaN counts as not reported, as everywhere.
std::string_view readings_fault(const v1::Fix& message) noexcept {
  if (std::isinf(message.speed_mps())) return "speed_mps: not a finite number";
  if (std::isinf(message.heading_deg())) return "heading_deg: not a finite number";
  if (std::isinf(message.accuracy_m())) return "accuracy_m: not a finite number";
  if (std::isinf(message.hdop())) return "hdop: not a finite number";
  if (!std::isfinite(message.odometer_m())) return "odometer_m: not a finite number";
  if (message.odometer_m() < 0) return "odometer_m: negative";
  return {};
}

std::string_view fix_fault(const v1::Fix& message) noexcept {
  if (const auto fault = vehicle_fault(message.vehicle()); !fault.empty()) return fault;
  if (!message.has_time_ms()) return "time_ms: missing";
  if (to_time(message.time_ms()) == no_time) return "time_ms: not a time";
  if (const auto fault = place_fault(message.has_lon(), message.lon(), message.has_lat(), message.lat());
      !fault.empty()) {
    return fault;
  }
  if (!v1::Load_IsValid(message.load())) return "load: unknown value";
  return readings_fault(message);
}

/// The enumerators of the wire are those of the vocabulary, one up, for theirs begin at 'unspecified'.
v1::EventKind to_wire(EventKind kind) noexcept {
  return static_cast<v1::EventKind>(static_cast<int>(kind) + 1);
}
static_assert(v1::EventKind_MAX == static_cast<int>(event_kind_count));
static_assert(v1::EVENT_KIND_QUOTA_EXCEEDED == static_cast<int>(EventKind::quota_exceeded) + 1);
static_assert(v1::EVENT_KIND_TAMPER_SUSPECTED == static_cast<int>(EventKind::tamper_suspected) + 1);

v1::TripFault to_wire(TripFault fault) noexcept {
  return static_cast<v1::TripFault>(static_cast<int>(fault) + 1);
}
static_assert(v1::TripFault_MAX == static_cast<int>(trip_fault_count));
static_assert(v1::TRIP_FAULT_UNLOADING_NOT_SEEN == static_cast<int>(TripFault::unloading_not_seen) + 1);

v1::StopPurpose to_wire(StopPurpose purpose) noexcept {
  return static_cast<v1::StopPurpose>(static_cast<int>(purpose) + 1);
}
static_assert(v1::STOP_PURPOSE_DUMPING == static_cast<int>(StopPurpose::dumping) + 1);

/// A purpose that a later version may have added is not known to this one.
StopPurpose to_purpose(v1::StopPurpose purpose) noexcept {
  if (!v1::StopPurpose_IsValid(purpose) || purpose == v1::STOP_PURPOSE_UNSPECIFIED) return StopPurpose::unknown;
  return static_cast<StopPurpose>(static_cast<int>(purpose) - 1);
}

struct FillDetails {
  v1::Event& message;

  void operator()(const SiteVisit& visit) const { assign(*message.mutable_site_visit()->mutable_site(), visit.site); }
  void operator()(const ZoneVisit& visit) const {
    v1::ZoneVisit& to = *message.mutable_zone_visit();
    assign(*to.mutable_zone(), visit.zone);
    assign(*to.mutable_rule(), visit.rule);
    to.set_between_fixes(visit.between_fixes);
    set_time(to, &v1::ZoneVisit::set_earliest_ms, visit.earliest);
    set_time(to, &v1::ZoneVisit::set_latest_ms, visit.latest);
  }
  void operator()(const GateCrossing& crossing) const {
    v1::GateCrossing& to = *message.mutable_gate_crossing();
    assign(*to.mutable_gate(), crossing.gate);
    to.set_direction(crossing.direction == CrossingDirection::in ? v1::CROSSING_DIRECTION_IN
                                                                 : v1::CROSSING_DIRECTION_OUT);
    set_time(to, &v1::GateCrossing::set_earliest_ms, crossing.earliest);
    set_time(to, &v1::GateCrossing::set_latest_ms, crossing.latest);
  }
  void operator()(const Overspeed& overspeed) const {
    v1::Overspeed& to = *message.mutable_overspeed();
    to.set_limit_mps(overspeed.limit_mps);
    to.set_max_speed_mps(overspeed.max_speed_mps);
    assign(*to.mutable_zone(), overspeed.zone);
  }
  void operator()(const Stop& stop) const {
    v1::Stop& to = *message.mutable_stop();
    set_time(to, &v1::Stop::set_start_ms, stop.start);
    set_time(to, &v1::Stop::set_end_ms, stop.end);
    set_reading(to, &v1::Stop::set_radius_m, stop.radius_m);
    assign(*to.mutable_site(), stop.site);
    to.set_purpose(to_wire(stop.purpose));
  }
  void operator()(const Silence& silence) const {
    v1::Silence& to = *message.mutable_silence();
    set_time(to, &v1::Silence::set_start_ms, silence.start);
    set_time(to, &v1::Silence::set_end_ms, silence.end);
    set_reading(to, &v1::Silence::set_gap_m, silence.gap_m);
  }
  void operator()(const RouteDeviation& deviation) const {
    v1::RouteDeviation& to = *message.mutable_route_deviation();
    assign(*to.mutable_route(), deviation.route);
    set_time(to, &v1::RouteDeviation::set_start_ms, deviation.start);
    set_time(to, &v1::RouteDeviation::set_end_ms, deviation.end);
    to.set_max_distance_m(deviation.max_distance_m);
    to.set_path_m(deviation.path_m);
    assign(*to.mutable_permit(), deviation.permit);
  }
  void operator()(const DumpSuspicion& suspicion) const {
    v1::DumpSuspicion& to = *message.mutable_dump_suspicion();
    set_time(to, &v1::DumpSuspicion::set_start_ms, suspicion.start);
    set_time(to, &v1::DumpSuspicion::set_end_ms, suspicion.end);
    to.set_score(suspicion.score);
    for (const Reason& reason : suspicion.reasons.list()) {
      v1::Reason& added = *to.add_reasons();
      assign(*added.mutable_name(), name_of(reason.evidence));
      added.set_value(reason.value);
      added.set_weight(reason.weight);
    }
    if (suspicion.stop) to.set_stop(static_cast<std::uint64_t>(*suspicion.stop));
    assign(*to.mutable_origin(), suspicion.origin);
    assign(*to.mutable_permit(), suspicion.permit);
  }
  void operator()(const Trip& trip) const {
    v1::Trip& to = *message.mutable_trip();
    assign(*to.mutable_origin(), trip.origin);
    assign(*to.mutable_destination(), trip.destination);
    set_time(to, &v1::Trip::set_loaded_at_ms, trip.loaded_at);
    set_time(to, &v1::Trip::set_unloaded_at_ms, trip.unloaded_at);
    assign(*to.mutable_permit(), trip.permit);
    assign(*to.mutable_manifest(), trip.manifest);
    set_reading(to, &v1::Trip::set_distance_m, trip.distance_m);
    trip.faults.for_each([&](TripFault fault) { to.add_faults(to_wire(fault)); });
  }
  void operator()(const QuotaExcess& excess) const {
    v1::QuotaExcess& to = *message.mutable_quota_excess();
    assign(*to.mutable_permit(), excess.permit);
    to.set_loads(excess.loads);
    to.set_max_loads(excess.max_loads);
    to.set_trip(static_cast<std::uint64_t>(excess.trip));
  }
  void operator()(const UnmatchedManifest& unmatched) const {
    v1::UnmatchedManifest& to = *message.mutable_unmatched_manifest();
    assign(*to.mutable_manifest(), unmatched.manifest);
    assign(*to.mutable_reason(), unmatched.reason);
  }
  void operator()(const UnmatchedLoad& unmatched) const {
    v1::UnmatchedLoad& to = *message.mutable_unmatched_load();
    to.set_trip(static_cast<std::uint64_t>(unmatched.trip));
    assign(*to.mutable_reason(), unmatched.reason);
  }
  void operator()(const TerminalFinding& finding) const {
    v1::TerminalFinding& to = *message.mutable_terminal_finding();
    assign(*to.mutable_sensor(), finding.sensor);
    assign(*to.mutable_sign(), finding.sign);
    assign(*to.mutable_cure(), finding.cure);
    assign(*to.mutable_other(), finding.other);
    for (const Measure& measure : finding.values.list()) {
      v1::Measure& added = *to.add_values();
      assign(*added.mutable_name(), measure.name);
      added.set_value(measure.value);
    }
  }
  void operator()(const TrackJump& jump) const {
    v1::TrackJump& to = *message.mutable_track_jump();
    set_time(to, &v1::TrackJump::set_start_ms, jump.start);
    set_time(to, &v1::TrackJump::set_end_ms, jump.end);
    set_reading(to, &v1::TrackJump::set_gap_m, jump.gap_m);
    if (!std::isfinite(jump.from.lon) || !std::isfinite(jump.from.lat)) return;
    to.set_from_lon(jump.from.lon);
    to.set_from_lat(jump.from.lat);
  }
};

ZoneVisit to_details(const v1::ZoneVisit& visit, TextStore& texts) {
  return {.zone = texts.keep(visit.zone()),
          .rule = texts.keep(visit.rule()),
          .between_fixes = visit.between_fixes(),
          .earliest = to_time(visit.has_earliest_ms(), visit.earliest_ms()),
          .latest = to_time(visit.has_latest_ms(), visit.latest_ms())};
}

GateCrossing to_details(const v1::GateCrossing& crossing, TextStore& texts) {
  return {
      .gate = texts.keep(crossing.gate()),
      .direction = crossing.direction() == v1::CROSSING_DIRECTION_IN ? CrossingDirection::in : CrossingDirection::out,
      .earliest = to_time(crossing.has_earliest_ms(), crossing.earliest_ms()),
      .latest = to_time(crossing.has_latest_ms(), crossing.latest_ms())};
}

Overspeed to_details(const v1::Overspeed& overspeed, TextStore& texts) {
  return {.limit_mps = overspeed.limit_mps(),
          .max_speed_mps = overspeed.max_speed_mps(),
          .zone = texts.keep(overspeed.zone())};
}

Stop to_details(const v1::Stop& stop, TextStore& texts) {
  return {.start = to_time(stop.has_start_ms(), stop.start_ms()),
          .end = to_time(stop.has_end_ms(), stop.end_ms()),
          .radius_m = to_reading(stop.has_radius_m(), stop.radius_m()),
          .site = texts.keep(stop.site()),
          .purpose = to_purpose(stop.purpose())};
}

Silence to_details(const v1::Silence& silence) {
  return {.start = to_time(silence.has_start_ms(), silence.start_ms()),
          .end = to_time(silence.has_end_ms(), silence.end_ms()),
          .gap_m = to_reading(silence.has_gap_m(), silence.gap_m())};
}

RouteDeviation to_details(const v1::RouteDeviation& deviation, TextStore& texts) {
  return {.route = texts.keep(deviation.route()),
          .start = to_time(deviation.has_start_ms(), deviation.start_ms()),
          .end = to_time(deviation.has_end_ms(), deviation.end_ms()),
          .max_distance_m = deviation.max_distance_m(),
          .path_m = deviation.path_m(),
          .permit = texts.keep(deviation.permit())};
}

/// A kind of evidence that a later version may have added is not known to this one.
Reasons to_reasons(const google::protobuf::RepeatedPtrField<v1::Reason>& reasons) {
  Reasons known;
  for (const v1::Reason& reason : reasons)
    if (const auto evidence = evidence_of(reason.name())) known.set({*evidence, reason.value(), reason.weight()});
  return known;
}

DumpSuspicion to_details(const v1::DumpSuspicion& suspicion, TextStore& texts) {
  return {.start = to_time(suspicion.has_start_ms(), suspicion.start_ms()),
          .end = to_time(suspicion.has_end_ms(), suspicion.end_ms()),
          .score = suspicion.score(),
          .reasons = to_reasons(suspicion.reasons()),
          .stop = suspicion.has_stop() ? std::optional{SubjectId{suspicion.stop()}} : std::nullopt,
          .origin = texts.keep(suspicion.origin()),
          .permit = texts.keep(suspicion.permit())};
}

Trip to_details(const v1::Trip& trip, TextStore& texts) {
  TripFaults faults;
  for (const int fault : trip.faults())
    if (v1::TripFault_IsValid(fault) && fault != v1::TRIP_FAULT_UNSPECIFIED)
      faults.add(static_cast<TripFault>(fault - 1));
  return {.origin = texts.keep(trip.origin()),
          .destination = texts.keep(trip.destination()),
          .loaded_at = to_time(trip.has_loaded_at_ms(), trip.loaded_at_ms()),
          .unloaded_at = to_time(trip.has_unloaded_at_ms(), trip.unloaded_at_ms()),
          .permit = texts.keep(trip.permit()),
          .manifest = texts.keep(trip.manifest()),
          .distance_m = to_reading(trip.has_distance_m(), trip.distance_m()),
          .faults = faults};
}

QuotaExcess to_details(const v1::QuotaExcess& excess, TextStore& texts) {
  return {.permit = texts.keep(excess.permit()),
          .loads = excess.loads(),
          .max_loads = excess.max_loads(),
          .trip = SubjectId{excess.trip()}};
}

UnmatchedManifest to_details(const v1::UnmatchedManifest& unmatched, TextStore& texts) {
  return {.manifest = texts.keep(unmatched.manifest()), .reason = texts.keep(unmatched.reason())};
}

UnmatchedLoad to_details(const v1::UnmatchedLoad& unmatched, TextStore& texts) {
  return {.trip = SubjectId{unmatched.trip()}, .reason = texts.keep(unmatched.reason())};
}

TerminalFinding to_details(const v1::TerminalFinding& finding, TextStore& texts) {
  TerminalFinding to{texts.keep(finding.sensor()),
                     texts.keep(finding.sign()),
                     texts.keep(finding.cure()),
                     {},
                     texts.keep(finding.other())};
  for (const v1::Measure& measure : finding.values()) to.values.add(texts.keep(measure.name()), measure.value());
  return to;
}

TrackJump to_details(const v1::TrackJump& jump) {
  TrackJump to{.start = to_time(jump.has_start_ms(), jump.start_ms()),
               .end = to_time(jump.has_end_ms(), jump.end_ms()),
               .gap_m = to_reading(jump.has_gap_m(), jump.gap_m())};
  if (jump.has_from_lon() && jump.has_from_lat()) to.from = {jump.from_lon(), jump.from_lat()};
  return to;
}

/// \pre `event_fault` found nothing
void read_details(const v1::Event& message, Event& event, TextStore& texts) {
  switch (message.details_case()) {
    case v1::Event::kSiteVisit:
      event.details = SiteVisit{texts.keep(message.site_visit().site())};
      break;
    case v1::Event::kZoneVisit:
      event.details = to_details(message.zone_visit(), texts);
      break;
    case v1::Event::kGateCrossing:
      event.details = to_details(message.gate_crossing(), texts);
      break;
    case v1::Event::kOverspeed:
      event.details = to_details(message.overspeed(), texts);
      break;
    case v1::Event::kStop:
      event.details = to_details(message.stop(), texts);
      break;
    case v1::Event::kSilence:
      event.details = to_details(message.silence());
      break;
    case v1::Event::kRouteDeviation:
      event.details = to_details(message.route_deviation(), texts);
      break;
    case v1::Event::kDumpSuspicion:
      event.details = to_details(message.dump_suspicion(), texts);
      break;
    case v1::Event::kTrip:
      event.details = to_details(message.trip(), texts);
      break;
    case v1::Event::kQuotaExcess:
      event.details = to_details(message.quota_excess(), texts);
      break;
    case v1::Event::kUnmatchedManifest:
      event.details = to_details(message.unmatched_manifest(), texts);
      break;
    case v1::Event::kUnmatchedLoad:
      event.details = to_details(message.unmatched_load(), texts);
      break;
    case v1::Event::kTerminalFinding:
      event.details = to_details(message.terminal_finding(), texts);
      break;
    case v1::Event::kTrackJump:
      event.details = to_details(message.track_jump());
      break;
    case v1::Event::DETAILS_NOT_SET:
      break;
  }
}

v1::Event::DetailsCase details_of(EventKind kind) noexcept {
  switch (kind) {
    case EventKind::site_entered:
    case EventKind::site_left:
      return v1::Event::kSiteVisit;
    case EventKind::zone_entered:
    case EventKind::zone_left:
      return v1::Event::kZoneVisit;
    case EventKind::gate_crossed:
      return v1::Event::kGateCrossing;
    case EventKind::overspeed_started:
    case EventKind::overspeed_ended:
      return v1::Event::kOverspeed;
    case EventKind::stop_started:
    case EventKind::stop_ended:
      return v1::Event::kStop;
    case EventKind::signal_lost:
    case EventKind::signal_restored:
      return v1::Event::kSilence;
    case EventKind::route_left:
    case EventKind::route_rejoined:
      return v1::Event::kRouteDeviation;
    case EventKind::dump_suspected:
      return v1::Event::kDumpSuspicion;
    case EventKind::trip_started:
    case EventKind::trip_ended:
      return v1::Event::kTrip;
    case EventKind::quota_exceeded:
      return v1::Event::kQuotaExcess;
    case EventKind::manifest_unmatched:
      return v1::Event::kUnmatchedManifest;
    case EventKind::load_unmatched:
      return v1::Event::kUnmatchedLoad;
    case EventKind::sensor_sick:
    case EventKind::sensor_healed:
    case EventKind::clock_suspected:
    case EventKind::map_shift_suspected:
    case EventKind::identity_suspected:
    case EventKind::tamper_suspected:
      return v1::Event::kTerminalFinding;
    case EventKind::track_jumped:
      return v1::Event::kTrackJump;
  }
  return v1::Event::DETAILS_NOT_SET;
}

std::string_view suspicion_fault(const v1::DumpSuspicion& suspicion) noexcept {
  if (!std::isfinite(suspicion.score())) return "dump_suspicion.score: not a finite number";
  for (const v1::Reason& reason : suspicion.reasons()) {
    if (!std::isfinite(reason.value())) return "dump_suspicion.reasons.value: not a finite number";
    if (!std::isfinite(reason.weight())) return "dump_suspicion.reasons.weight: not a finite number";
  }
  return {};
}

std::string_view details_fault(const v1::Event& message) noexcept {
  if (message.has_gate_crossing()) {
    const auto direction = message.gate_crossing().direction();
    if (direction != v1::CROSSING_DIRECTION_IN && direction != v1::CROSSING_DIRECTION_OUT) {
      return "gate_crossing.direction: missing or unknown value";
    }
  }
  const v1::Overspeed& overspeed = message.overspeed();
  if (!std::isfinite(overspeed.limit_mps())) return "overspeed.limit_mps: not a finite number";
  if (!std::isfinite(overspeed.max_speed_mps())) return "overspeed.max_speed_mps: not a finite number";
  if (std::isinf(message.stop().radius_m())) return "stop.radius_m: not a finite number";
  if (std::isinf(message.silence().gap_m())) return "silence.gap_m: not a finite number";
  if (const v1::TrackJump& jump = message.track_jump(); std::isinf(jump.gap_m())) {
    return "track_jump.gap_m: not a finite number";
  } else if (jump.has_from_lon() || jump.has_from_lat()) {
    const auto fault = place_fault(jump.has_from_lon(), jump.from_lon(), jump.has_from_lat(), jump.from_lat());
    if (!fault.empty()) return fault;
  }
  if (!std::isfinite(message.route_deviation().max_distance_m())) {
    return "route_deviation.max_distance_m: not a finite number";
  }
  if (!std::isfinite(message.route_deviation().path_m())) return "route_deviation.path_m: not a finite number";
  if (std::isinf(message.trip().distance_m())) return "trip.distance_m: not a finite number";
  for (const v1::Measure& measure : message.terminal_finding().values())
    if (!std::isfinite(measure.value())) return "terminal_finding.values.value: not a finite number";
  return suspicion_fault(message.dump_suspicion());
}

std::string_view event_fault(const v1::Event& message) noexcept {
  if (!v1::EventKind_IsValid(message.event()) || message.event() == v1::EVENT_KIND_UNSPECIFIED) {
    return "event: missing, or a kind that this version does not know";
  }
  const auto kind = static_cast<EventKind>(static_cast<int>(message.event()) - 1);
  if (message.details_case() != details_of(kind)) return "details: missing, or not those of the event's kind";
  if (message.has_lon() || message.has_lat()) {
    const auto fault = place_fault(message.has_lon(), message.lon(), message.has_lat(), message.lat());
    if (!fault.empty()) return fault;
  }
  if (message.revision() > std::numeric_limits<std::uint16_t>::max()) return "revision: above 65535";
  return details_fault(message);
}

}  // namespace

void fill(v1::Fix& message, const Fix& fix, std::string_view vehicle) {
  assign(*message.mutable_vehicle(), vehicle);
  set_time(message, &v1::Fix::set_time_ms, fix.time);
  message.set_lon(fix.position.lon);
  message.set_lat(fix.position.lat);
  set_reading(message, &v1::Fix::set_speed_mps, fix.speed_mps);
  set_reading(message, &v1::Fix::set_heading_deg, fix.heading_deg);
  set_reading(message, &v1::Fix::set_accuracy_m, fix.accuracy_m);
  set_reading(message, &v1::Fix::set_hdop, fix.hdop);
  set_sensed(message, &v1::Fix::set_ignition, fix.sensors.ignition);
  set_sensed(message, &v1::Fix::set_body_lift, fix.sensors.body_lift);
  set_sensed(message, &v1::Fix::set_cover_closed, fix.sensors.cover_closed);
  message.set_load(static_cast<v1::Load>(fix.sensors.load));
  set_time(message, &v1::Fix::set_received_ms, fix.received);
  message.set_backfill(fix.backfill);
  if (fix.odometer_m >= 0) message.set_odometer_m(fix.odometer_m);
  set_sensed(message, &v1::Fix::set_valid, fix.valid);
}
static_assert(v1::LOAD_FULL == static_cast<int>(LoadReading::full));

std::string_view read(const v1::Fix& message, Fix& fix, VehicleNames& names) {
  if (const auto fault = fix_fault(message); !fault.empty()) return fault;
  fix = Fix{.time = to_time(message.time_ms()),
            .received = to_time(message.has_received_ms(), message.received_ms()),
            .position = {message.lon(), message.lat()},
            .odometer_m = message.has_odometer_m() ? message.odometer_m() : -1.0,
            .speed_mps = to_reading(message.has_speed_mps(), message.speed_mps()),
            .heading_deg = to_reading(message.has_heading_deg(), message.heading_deg()),
            .accuracy_m = to_reading(message.has_accuracy_m(), message.accuracy_m()),
            .hdop = to_reading(message.has_hdop(), message.hdop()),
            .vehicle = names.intern(message.vehicle()),
            .sensors = {.ignition = to_sensed(message.has_ignition(), message.ignition()),
                        .body_lift = to_sensed(message.has_body_lift(), message.body_lift()),
                        .cover_closed = to_sensed(message.has_cover_closed(), message.cover_closed()),
                        .load = static_cast<LoadReading>(message.load())},
            .valid = to_sensed(message.has_valid(), message.valid()),
            .backfill = message.backfill()};
  return {};
}

void fill(v1::Event& message, const Event& event) {
  message.set_event(to_wire(event.kind));
  message.set_id(static_cast<std::uint64_t>(event.id));
  message.set_subject(static_cast<std::uint64_t>(event.subject));
  assign(*message.mutable_vehicle(), event.vehicle);
  set_time(message, &v1::Event::set_time_ms, event.time);
  set_time(message, &v1::Event::set_detected_ms, event.detected);
  if (event.place) {
    message.set_lon(event.place->lon);
    message.set_lat(event.place->lat);
  }
  message.set_inferred(event.inferred);
  message.set_registry(event.registry);
  message.set_revision(event.revision);
  message.set_retracted(event.retracted);
  message.set_sequence(event.sequence);
  std::visit(FillDetails{message}, event.details);
}

std::string_view read(const v1::Event& message, Event& event, TextStore& texts) {
  if (const auto fault = event_fault(message); !fault.empty()) return fault;
  event = Event{.kind = static_cast<EventKind>(static_cast<int>(message.event()) - 1),
                .retracted = message.retracted(),
                .inferred = message.inferred(),
                .revision = static_cast<std::uint16_t>(message.revision()),
                .registry = message.registry(),
                .sequence = message.sequence(),
                .id = EventId{message.id()},
                .subject = SubjectId{message.subject()},
                .vehicle = texts.keep(message.vehicle()),
                .time = to_time(message.has_time_ms(), message.time_ms()),
                .detected = to_time(message.has_detected_ms(), message.detected_ms()),
                .place = message.has_lon() ? std::optional{LonLat{message.lon(), message.lat()}} : std::nullopt,
                .details = {}};
  read_details(message, event, texts);
  return {};
}

void fill(v1::Manifest& message, const Manifest& manifest) {
  assign(*message.mutable_id(), manifest.id);
  set_time(message, &v1::Manifest::set_at_ms, manifest.at);
  assign(*message.mutable_permit(), manifest.permit);
  assign(*message.mutable_vehicle(), manifest.vehicle);
  assign(*message.mutable_origin(), manifest.origin);
  assign(*message.mutable_destination(), manifest.destination);
  set_time(message, &v1::Manifest::set_opened_at_ms, manifest.opened_at);
  if (manifest.quantity_m3) message.set_quantity_m3(*manifest.quantity_m3);
  if (manifest.closed_at) message.set_closed_at_ms(to_wire(*manifest.closed_at));
  if (manifest.voided_at) message.set_voided_at_ms(to_wire(*manifest.voided_at));
}

std::string_view read(const v1::Manifest& message, Manifest& manifest) {
  if (message.id().empty()) return "id: missing or empty";
  if (!std::isfinite(message.quantity_m3())) return "quantity_m3: not a finite number";
  manifest.id = message.id();
  manifest.permit = message.permit();
  manifest.vehicle = message.vehicle();
  manifest.origin = message.origin();
  manifest.destination = message.destination();
  manifest.opened_at = to_time(message.has_opened_at_ms(), message.opened_at_ms());
  manifest.quantity_m3 = message.has_quantity_m3() ? std::optional{message.quantity_m3()} : std::nullopt;
  manifest.closed_at = message.has_closed_at_ms() ? std::optional{to_time(message.closed_at_ms())} : std::nullopt;
  manifest.voided_at = message.has_voided_at_ms() ? std::optional{to_time(message.voided_at_ms())} : std::nullopt;
  manifest.at =
      message.has_at_ms()
          ? to_time(message.at_ms())
          : std::max({manifest.opened_at, manifest.closed_at.value_or(no_time), manifest.voided_at.value_or(no_time)});
  return {};
}

}  // namespace haulwatch::io::detail
