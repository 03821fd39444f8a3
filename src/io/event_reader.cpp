#include <haulwatch/io/event_reader.hpp>

#include "json_document.hpp"
#include "json_object.hpp"

#include <haulwatch/error.hpp>
#include <haulwatch/io/byte_source.hpp>
#include <haulwatch/io/detail/byte_window.hpp>
#include <haulwatch/io/detail/json_records.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>
#include <vector>

namespace haulwatch::io {
namespace {

namespace json = boost::json;

/// The enumerator of that name, of those up to `last`.
template <class Enum>
std::optional<Enum> named(std::string_view name, Enum last) {
  for (unsigned i = 0; i <= static_cast<unsigned>(last); ++i)
    if (name_of(static_cast<Enum>(i)) == name) return static_cast<Enum>(i);
  return std::nullopt;
}

/// Reads the members of one event. What is absent or null stays as it is by default.
class EventMembers {
 public:
  EventMembers(const json::object& object, TextStore& texts, std::vector<Fault>& faults)
      : object_{object, "", "", faults}, texts_{texts} {}

  Event read() {
    Event event;
    event.kind = kind();
    event.id = EventId{hash("id")};
    event.subject = SubjectId{hash("subject")};
    event.vehicle = text("vehicle");
    event.time = time("time");
    event.detected = time("detected");
    if (object_.find("lon") != nullptr || object_.find("lat") != nullptr)
      event.place = LonLat{number("lon"), number("lat")};
    event.inferred = flag("inferred");
    event.registry = object_.count("registry").value_or(0);
    event.revision = revision();
    event.retracted = flag("retracted");
    read_details(event);
    return event;
  }

 private:
  EventKind kind() {
    const std::string name = object_.text("event").value_or("");
    const auto known = named(name, static_cast<EventKind>(event_kind_count - 1));
    if (!known) object_.fault("event", name.empty() ? "missing: it says what the line is" : "unknown event " + name);
    return known.value_or(EventKind{});
  }

  std::string_view text(std::string_view key) { return texts_.keep(object_.text(key).value_or("")); }
  TimeUtc time(std::string_view key) { return object_.time(key).value_or(no_time); }
  double number(std::string_view key) { return object_.number(key).value_or(0.0); }
  float metric(std::string_view key) { return static_cast<float>(number(key)); }
  bool flag(std::string_view key) { return object_.flag(key).value_or(false); }

  Reading reading(std::string_view key) {
    const auto value = object_.number(key);
    return value ? Reading{static_cast<float>(*value)} : Reading{};
  }

  std::uint16_t revision() {
    const std::uint32_t value = object_.count("revision").value_or(0);
    if (value > std::numeric_limits<std::uint16_t>::max()) object_.fault("revision", "expected less than 65,536");
    return static_cast<std::uint16_t>(value);
  }

  std::uint64_t hash(std::string_view key) {
    const auto value = read_id(object_.text(key).value_or(""));
    if (!value) object_.fault(key, "expected 16 hex digits");
    return value.value_or(0);
  }

  template <class Enum>
  Enum one_of(std::string_view key, Enum last) {
    const auto name = object_.text(key);
    if (!name) return {};
    const auto known = named(*name, last);
    if (!known) object_.fault(key, "unknown: " + *name);
    return known.value_or(Enum{});
  }

  Reasons reasons() {
    Reasons all;
    const json::array* list = object_.array("reasons", "an array of reasons");
    if (list == nullptr) return all;
    for (std::size_t i = 0; i < list->size(); ++i) {
      const json::object* one = (*list)[i].if_object();
      if (one == nullptr) {
        object_.fault_at("/reasons/" + std::to_string(i), "expected an object");
        continue;
      }
      std::vector<Fault> faults;
      const JsonObject reason{*one, "/reasons/" + std::to_string(i), "", faults};
      const std::string name = reason.text("name").value_or("");
      const auto evidence = evidence_of(name);
      if (!evidence) reason.fault("name", "unknown evidence " + name);
      all.set({evidence.value_or(Evidence{}), static_cast<float>(reason.number("value").value_or(0.0)),
               static_cast<float>(reason.number("weight").value_or(0.0))});
      for (const Fault& fault : faults) object_.fault_at(fault.pointer, fault.message);
    }
    return all;
  }

  Measures measures() {
    Measures all;
    const json::object* list = object_.object("values", "an object of numbers");
    if (list == nullptr) return all;
    for (const auto& member : *list) {
      const std::string name{member.key().data(), member.key().size()};
      const std::optional<double> number = number_in(member.value());
      if (!number && !member.value().is_null()) object_.fault_at("/values/" + name, "expected a number");
      if (number) all.add(texts_.keep(name), *number);
    }
    return all;
  }

  TripFaults faults() {
    TripFaults all;
    const json::array* list = object_.array("faults", "an array of texts");
    if (list == nullptr) return all;
    for (std::size_t i = 0; i < list->size(); ++i) {
      const json::string* name = (*list)[i].if_string();
      const auto fault = name == nullptr ? std::nullopt
                                         : named(std::string_view{name->data(), name->size()},
                                                 static_cast<TripFault>(trip_fault_count - 1));
      if (fault) {
        all.add(*fault);
      } else {
        object_.fault_at("/faults/" + std::to_string(i), "expected the name of a fault");
      }
    }
    return all;
  }

  void read_details(Event& event) {
    switch (event.kind) {
      case EventKind::site_entered:
      case EventKind::site_left:
        event.details = SiteVisit{text("site")};
        break;
      case EventKind::zone_entered:
      case EventKind::zone_left:
        event.details = ZoneVisit{text("zone"), text("rule"), flag("between_fixes"), time("earliest"), time("latest")};
        break;
      case EventKind::gate_crossed:
        event.details = gate_crossing();
        break;
      case EventKind::overspeed_started:
      case EventKind::overspeed_ended:
        event.details = Overspeed{metric("limit_mps"), metric("max_speed_mps"), text("zone")};
        break;
      case EventKind::stop_started:
      case EventKind::stop_ended:
        event.details = Stop{time("start"), time("end"), reading("radius_m"), text("site"),
                             one_of("purpose", StopPurpose::dumping)};
        break;
      case EventKind::signal_lost:
      case EventKind::signal_restored:
        event.details = Silence{time("start"), time("end"), reading("gap_m")};
        break;
      case EventKind::route_left:
      case EventKind::route_rejoined:
        event.details = RouteDeviation{text("route"),    time("start"), time("end"), metric("max_distance_m"),
                                       metric("path_m"), text("permit")};
        break;
      case EventKind::dump_suspected:
        event.details = suspicion();
        break;
      case EventKind::trip_started:
      case EventKind::trip_ended:
        event.details = Trip{text("origin"), text("destination"), time("loaded_at"),     time("unloaded_at"),
                             text("permit"), text("manifest"),    reading("distance_m"), faults()};
        break;
      case EventKind::quota_exceeded:
        event.details = QuotaExcess{text("permit"), object_.count("loads").value_or(0),
                                    object_.count("max_loads").value_or(0), SubjectId{hash("trip")}};
        break;
      case EventKind::manifest_unmatched:
        event.details = UnmatchedManifest{text("manifest"), text("reason")};
        break;
      case EventKind::load_unmatched:
        event.details = UnmatchedLoad{SubjectId{hash("trip")}, text("reason")};
        break;
      case EventKind::sensor_sick:
      case EventKind::sensor_healed:
      case EventKind::clock_suspected:
      case EventKind::map_shift_suspected:
      case EventKind::identity_suspected:
      case EventKind::tamper_suspected:
        event.details = TerminalFinding{text("sensor"), text("sign"), text("cure"), measures(), text("other")};
        break;
      case EventKind::track_jumped:
        event.details = TrackJump{time("start"), time("end"), reading("gap_m"), from()};
        break;
    }
  }

  LonLat from() {
    constexpr LonLat unknown = TrackJump::nowhere;
    return {object_.number("from_lon").value_or(unknown.lon), object_.number("from_lat").value_or(unknown.lat)};
  }

  GateCrossing gate_crossing() {
    const std::string direction = object_.text("direction").value_or("");
    if (direction != "in" && direction != "out") object_.fault("direction", "expected in or out");
    return {text("gate"), direction == "out" ? CrossingDirection::out : CrossingDirection::in, time("earliest"),
            time("latest")};
  }

  DumpSuspicion suspicion() {
    DumpSuspicion found;
    found.start = time("start");
    found.end = time("end");
    found.score = metric("score");
    found.reasons = reasons();
    if (object_.find("stop") != nullptr) found.stop = SubjectId{hash("stop")};
    found.origin = text("origin");
    found.permit = text("permit");
    return found;
  }

  JsonObject object_;
  TextStore& texts_;
};

std::string text_of(const Fault& fault) {
  return (fault.pointer.empty() ? "" : fault.pointer + ": ") + fault.message;
}

}  // namespace

std::optional<std::uint64_t> read_id(std::string_view text) noexcept {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{} || end != text.data() + text.size() || text.size() != 16) return std::nullopt;
  return value;
}

EventReading read_event(std::string_view line, TextStore& texts) {
  const JsonReading reading = read_json_line(line);
  if (!reading.root) return {std::nullopt, reading.faults.empty() ? "not JSON" : text_of(reading.faults.front())};
  const json::object* object = reading.root->if_object();
  if (object == nullptr) return {std::nullopt, "expected an object"};
  std::vector<Fault> faults;
  const Event event = EventMembers{*object, texts, faults}.read();
  if (!faults.empty()) return {std::nullopt, text_of(faults.front())};
  return {event, {}};
}

void read_events(const std::string& path, TextStore& texts,
                 const std::function<void(const Event&, std::uint64_t line)>& take) {
  const auto records = detail::json_records(detail::ByteWindow{open_bytes(path)});
  detail::JsonRecord record;
  while (records->next(record)) {
    const EventReading reading = read_event(record.text, texts);
    if (!reading.event) throw FileError{path + ":" + std::to_string(record.number) + ": " + reading.fault};
    take(*reading.event, record.number);
  }
}

}  // namespace haulwatch::io
