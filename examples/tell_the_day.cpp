// Replays a recorded day and tells, truck by truck, what happened.
//   example_tell_the_day REGISTRY.geojson MANIFESTS.jsonl TRACKS.csv [hours east of UTC]

#include <haulwatch/explain/evidence_words.hpp>
#include <haulwatch/haulwatch.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace hw = haulwatch;

namespace {

std::chrono::hours local{8};

std::string fixed(double value, int decimals = 0) {
  char text[64];
  (void)std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string clock_of(hw::TimeUtc time) {
  const auto of_day = time + local - std::chrono::floor<std::chrono::days>(time + local);
  const std::chrono::hh_mm_ss hms{std::chrono::floor<std::chrono::seconds>(of_day)};
  char text[16];
  (void)std::snprintf(text, sizeof text, "%02d:%02d:%02d", static_cast<int>(hms.hours().count()),
                      static_cast<int>(hms.minutes().count()), static_cast<int>(hms.seconds().count()));
  return text;
}

std::string minutes_of(hw::Milliseconds span) {
  return fixed(hw::seconds(span) / 60.0, 1) + " min";
}

std::string metres(float value) {
  return fixed(static_cast<double>(value)) + " m";
}

std::string km_h(float mps) {
  return fixed(static_cast<double>(mps) * 3.6);
}

/// A reason that spoke for a suspicion, with its value in place of the braces.
std::string reason_in_words(const hw::Reason& reason) {
  const hw::explain::EvidenceWords& words = hw::explain::words_of(reason.evidence);
  std::string said{words.seen};
  std::string value = fixed(static_cast<double>(reason.value));
  if (words.unit == hw::explain::EvidenceUnit::seconds)
    value = fixed(static_cast<double>(reason.value) / 60, 1) + " min";
  if (words.unit == hw::explain::EvidenceUnit::metres) value += " m";
  if (words.unit == hw::explain::EvidenceUnit::degrees) value += " degrees";
  if (const auto gap = said.find("{}"); gap != std::string::npos) said.replace(gap, 2, value);
  return said;
}

/// One event in words; empty for those that another one tells better.
struct InWords {
  const hw::Event& event;

  static std::string place(std::string_view site) { return site.empty() ? "no registered place" : std::string{site}; }
  [[nodiscard]] std::string where() const {
    return event.place ? " at " + fixed(event.place->lon, 5) + " E " + fixed(event.place->lat, 5) + " N" : "";
  }

  std::string operator()(const hw::SiteVisit&) const { return ""; }
  std::string operator()(const hw::ZoneVisit& visit) const {
    if (event.kind == hw::EventKind::zone_left) return "";
    return "enters the zone " + std::string{visit.zone} + " (" + std::string{visit.rule} + ")";
  }
  std::string operator()(const hw::GateCrossing& crossing) const {
    return "crosses " + std::string{crossing.gate} +
           (crossing.direction == hw::CrossingDirection::in ? " inwards" : " outwards") + where();
  }
  std::string operator()(const hw::Overspeed& speed) const {
    if (event.kind == hw::EventKind::overspeed_started) return "";
    return "! has driven up to " + km_h(speed.max_speed_mps) + " km/h where " + km_h(speed.limit_mps) +
           " are allowed, in " + std::string{speed.zone};
  }
  std::string operator()(const hw::Stop& stop) const {
    if (event.kind == hw::EventKind::stop_started) return "";
    const std::string since = "has stood " + minutes_of(stop.end - stop.start) + ", ";
    if (stop.site.empty()) return since + "outside every site" + where();
    return since + std::string{hw::name_of(stop.purpose)} + " in " + std::string{stop.site};
  }
  std::string operator()(const hw::Silence& silence) const {
    if (event.kind == hw::EventKind::signal_lost) return "is last heard of" + where();
    return "is heard again after " + minutes_of(silence.end - silence.start) + ", " +
           metres(silence.gap_m.value_or(0.0F)) + " from there";
  }
  std::string operator()(const hw::RouteDeviation& deviation) const {
    if (event.kind == hw::EventKind::route_left)
      return "! leaves the approved route " + std::string{deviation.route} + where();
    return "is back on an approved route, after " + metres(deviation.path_m) + " outside and up to " +
           metres(deviation.max_distance_m) + " away";
  }
  std::string operator()(const hw::DumpSuspicion& dump) const {
    std::string said = "! is suspected of having dumped its load between " + clock_of(dump.start) + " and " +
                       clock_of(dump.end) + (event.inferred ? ", while it was not heard" : where()) + "; score " +
                       fixed(static_cast<double>(dump.score), 2) + ", for";
    for (const hw::Reason& reason : dump.reasons.list())
      if (reason.weight > 0) said += "\n              " + reason_in_words(reason);
    return said;
  }
  std::string operator()(const hw::Trip& trip) const {
    if (event.kind == hw::EventKind::trip_started) {
      std::string said = "sets out loaded from " + place(trip.origin);
      if (!trip.permit.empty()) said += ", permit " + std::string{trip.permit};
      if (!trip.manifest.empty()) said += ", manifest " + std::string{trip.manifest};
      return said;
    }
    std::string said = trip.faults.empty() ? "" : "! ";
    said += "has brought the load of " + clock_of(trip.loaded_at) + " from " + place(trip.origin) + " to " +
            place(trip.destination) + ", " + fixed(static_cast<double>(trip.distance_m.value_or(0.0F)) * 1e-3, 1) +
            " km";
    trip.faults.for_each([&](hw::TripFault fault) {
      said += "\n              " + std::string{hw::name_of(fault)} + ": " + std::string{hw::explain::words_of(fault)};
    });
    return said;
  }
  std::string operator()(const hw::QuotaExcess& excess) const {
    return "! brings load " + std::to_string(excess.loads) + " under " + std::string{excess.permit} +
           ", which allows " + std::to_string(excess.max_loads);
  }
  std::string operator()(const hw::UnmatchedManifest& unmatched) const {
    return "! manifest " + std::string{unmatched.manifest} +
           (unmatched.reason == "no_load" ? " was closed, and no load had been taken up under it"
                                          : " was not driven before its permit ended");
  }
  std::string operator()(const hw::UnmatchedLoad&) const { return ""; }  // the trip's fault says it
  std::string operator()(const hw::TerminalFinding& finding) const {
    if (event.kind == hw::EventKind::sensor_healed) return "has a sound sensor again: " + std::string{finding.sensor};
    std::string told{name_of(event.kind)};
    for (const std::string_view part : {finding.sensor, finding.sign})
      if (!part.empty()) told.append(", ").append(part);
    return "! has a terminal, or a map, that is not to be believed: " + told;
  }
  std::string operator()(const hw::TrackJump& jump) const {
    return "! goes on" + where() + ", " + metres(jump.gap_m.value_or(0.0F)) + " from where it was " +
           minutes_of(jump.end - jump.start) + " before";
  }
};

/// Each event in its last revision, but for those that were taken back.
struct Told : hw::ReplaySink {
  std::map<hw::EventId, std::size_t> known;
  std::vector<std::tuple<std::string, hw::TimeUtc, std::string>> lines;  // who, when, what

  void on_event(const hw::Event& event) override {
    const std::size_t line = known.try_emplace(event.id, lines.size()).first->second;
    if (line == lines.size()) lines.emplace_back();
    lines[line] = {std::string{event.vehicle}, event.time,
                   event.retracted ? "" : std::visit(InWords{event}, event.details)};
  }
};

/// Files are the library's; a replay asks only for fixes.
struct File : hw::FixSource {
  File(const std::string& path, hw::VehicleNames& names) : reader{hw::io::open_tracks(path, {}, names)} {}
  bool read(std::vector<hw::Fix>& fixes) override {
    const bool more = reader->read_batch(batch);
    std::swap(fixes, batch.fixes);
    return more;
  }
  std::unique_ptr<hw::io::TrackReader> reader;
  hw::io::FixBatch batch;
};

std::shared_ptr<const hw::ManifestLog> manifests_of(const std::string& path, const hw::registry::Registry& registry) {
  std::vector<hw::Manifest> versions;
  for (hw::io::ManifestLine& line : hw::io::load_manifests(path)) versions.push_back(std::move(line.manifest));
  return std::make_shared<const hw::ManifestLog>(std::move(versions), registry);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: " << argv[0] << " REGISTRY.geojson MANIFESTS.jsonl TRACKS.csv [hours east of UTC]\n";
    return 2;
  }
  if (argc > 4) local = std::chrono::hours{std::strtol(argv[4], nullptr, 10)};
  hw::VehicleNames names;
  hw::ReplayOptions options;
  const auto registry = hw::io::load_registry(argv[1]);
  options.manifests = manifests_of(argv[2], *registry);
  hw::Replay replay{registry, hw::default_chain(), options};
  Told told;
  replay.run([&] { return std::make_unique<File>(argv[3], names); }, names, told);
  std::stable_sort(told.lines.begin(), told.lines.end(), [](const auto& a, const auto& b) {
    return std::tie(std::get<0>(a), std::get<1>(a)) < std::tie(std::get<0>(b), std::get<1>(b));
  });
  std::string last;
  for (const auto& [vehicle, time, words] : told.lines) {
    if (words.empty()) continue;
    if (vehicle != last) std::cout << "\n" << vehicle << "\n";
    last = vehicle;
    const bool alarming = words[0] == '!';
    std::cout << (alarming ? " ! " : "   ") << clock_of(time) << "   " << words.substr(alarming ? 2 : 0) << "\n";
  }
}
