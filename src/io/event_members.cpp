#include <haulwatch/io/detail/event_members.hpp>

#include <haulwatch/io/detail/append_text.hpp>
#include <haulwatch/io/detail/event_details.hpp>

#include <cmath>
#include <optional>

namespace haulwatch::io::detail {
namespace {

/// Appends members after the first, so that each brings its comma. What is not known becomes `null`.
class Members {
 public:
  explicit Members(std::string& out) noexcept : out_{out} {}

  void text(std::string_view key, std::string_view value) {
    begin(key);
    if (value.empty()) return null();
    append_json_string(out_, value);
  }
  void time(std::string_view key, TimeUtc value) {
    begin(key);
    if (value == no_time) return null();
    out_ += '"';
    append_time(out_, value);
    out_ += '"';
  }
  void hash(std::string_view key, std::uint64_t value) {
    begin(key);
    out_ += '"';
    append_hex16(out_, value);
    out_ += '"';
  }
  void integer(std::string_view key, std::uint64_t value) {
    begin(key);
    append_integer(out_, value);
  }
  void flag(std::string_view key, bool value) {
    begin(key);
    out_ += value ? "true" : "false";
  }
  void degrees(std::string_view key, double value) { number<7>(key, value); }
  /// Metres, and metres a second.
  void metric(std::string_view key, double value) { number<1>(key, value); }
  /// Scores and weights.
  void weight(std::string_view key, double value) { number<3>(key, value); }
  void subject(std::string_view key, const std::optional<SubjectId>& value) {
    if (value) return hash(key, static_cast<std::uint64_t>(*value));
    begin(key);
    null();
  }
  void reasons(std::string_view key, const Reasons& reasons) {
    begin(key);
    out_ += '[';
    for (const Reason& reason : reasons.list()) {
      out_ += out_.back() == '[' ? "{\"name\":\"" : ",{\"name\":\"";
      out_ += name_of(reason.evidence);
      out_ += '"';
      weight("value", static_cast<double>(reason.value));
      weight("weight", static_cast<double>(reason.weight));
      out_ += '}';
    }
    out_ += ']';
  }
  void faults(std::string_view key, TripFaults faults) {
    begin(key);
    out_ += '[';
    faults.for_each([&](TripFault fault) {
      out_ += out_.back() == '[' ? "\"" : ",\"";
      out_ += name_of(fault);
      out_ += '"';
    });
    out_ += ']';
  }
  void text_if_any(std::string_view key, std::string_view value) {
    if (!value.empty()) text(key, value);
  }
  void measures(std::string_view key, const Measures& measures) {
    begin(key);
    out_ += '{';
    for (const Measure& measure : measures.list()) {
      if (out_.back() != '{') out_ += ',';
      append_json_string(out_, measure.name);
      out_ += ':';
      if (std::isfinite(measure.value)) {
        append_fixed<3>(out_, measure.value);
      } else {
        null();
      }
    }
    out_ += '}';
  }
  void metric(std::string_view key, Reading value) {
    if (value.has_value()) return metric(key, static_cast<double>(value.value()));
    begin(key);
    null();
  }

 private:
  void begin(std::string_view key) {
    out_ += ",\"";
    out_ += key;
    out_ += "\":";
  }
  void null() { out_ += "null"; }

  /// JSON has no word for what is not a number.
  template <int Decimals>
  void number(std::string_view key, double value) {
    begin(key);
    if (!std::isfinite(value)) return null();
    append_fixed<Decimals>(out_, value);
  }

  std::string& out_;
};

struct Object {
  std::string_view operator()(const SiteVisit& visit) const noexcept { return visit.site; }
  std::string_view operator()(const ZoneVisit& visit) const noexcept { return visit.zone; }
  std::string_view operator()(const GateCrossing& crossing) const noexcept { return crossing.gate; }
  std::string_view operator()(const Overspeed& overspeed) const noexcept { return overspeed.zone; }
  std::string_view operator()(const Stop& stop) const noexcept { return stop.site; }
  std::string_view operator()(const Silence&) const noexcept { return {}; }
  std::string_view operator()(const RouteDeviation& deviation) const noexcept { return deviation.route; }
  std::string_view operator()(const DumpSuspicion& suspicion) const noexcept { return suspicion.origin; }
  std::string_view operator()(const Trip& trip) const noexcept {
    return trip.destination.empty() ? trip.origin : trip.destination;
  }
  std::string_view operator()(const QuotaExcess& excess) const noexcept { return excess.permit; }
  std::string_view operator()(const UnmatchedManifest& unmatched) const noexcept { return unmatched.manifest; }
  std::string_view operator()(const UnmatchedLoad&) const noexcept { return {}; }
  std::string_view operator()(const TerminalFinding& finding) const noexcept {
    return finding.sensor.empty() ? finding.sign : finding.sensor;
  }
  std::string_view operator()(const TrackJump&) const noexcept { return {}; }
};

}  // namespace

void append_event_members(std::string& out, const Event& event) {
  out += "\"event\":\"";
  out += name_of(event.kind);
  out += '"';
  Members members{out};
  members.hash("id", static_cast<std::uint64_t>(event.id));
  members.hash("subject", static_cast<std::uint64_t>(event.subject));
  if (!event.vehicle.empty()) members.text("vehicle", event.vehicle);
  members.time("time", event.time);
  members.time("detected", event.detected);
  if (has_place(event)) {
    members.degrees("lon", event.place->lon);
    members.degrees("lat", event.place->lat);
  }
  add_details(members, event);
  if (event.inferred) members.flag("inferred", true);
  members.integer("registry", event.registry);
  members.integer("revision", event.revision);
  if (event.retracted) members.flag("retracted", true);
}

std::string_view object_of(const Event& event) noexcept {
  return std::visit(Object{}, event.details);
}

bool has_place(const Event& event) noexcept {
  return event.place && std::isfinite(event.place->lon) && std::isfinite(event.place->lat);
}

void append_position(std::string& out, LonLat place) {
  out += '[';
  append_fixed<7>(out, place.lon);
  out += ',';
  append_fixed<7>(out, place.lat);
  out += ']';
}

}  // namespace haulwatch::io::detail
