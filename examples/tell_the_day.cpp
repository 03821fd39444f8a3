// Replays a recorded day and tells, truck by truck, what happened.
//   example_tell_the_day REGISTRY.geojson TRACKS.csv [hours east of UTC]

#include <haulwatch/haulwatch.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace hw = haulwatch;

namespace {

std::chrono::hours local{8};

std::string clock_of(hw::TimeUtc time) {
  const auto of_day = time + local - std::chrono::floor<std::chrono::days>(time + local);
  const std::chrono::hh_mm_ss hms{std::chrono::floor<std::chrono::seconds>(of_day)};
  char text[16];
  std::snprintf(text, sizeof text, "%02d:%02d:%02d", static_cast<int>(hms.hours().count()),
                static_cast<int>(hms.minutes().count()), static_cast<int>(hms.seconds().count()));
  return text;
}

std::string minutes_of(hw::Milliseconds span) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f min", hw::seconds(span) / 60.0);
  return text;
}

/// One event in words; empty for those that another one tells better.
struct InWords {
  const hw::Event& event;

  std::string operator()(const hw::SiteVisit& visit) const {
    return (event.kind == hw::EventKind::site_entered ? "arrives at " : "leaves ") + std::string{visit.site};
  }
  std::string operator()(const hw::ZoneVisit& visit) const {
    const bool in = event.kind == hw::EventKind::zone_entered;
    if (visit.between_fixes && !in) return "";
    std::string text = (in ? "enters " : "is out of ") + std::string{visit.zone} + " (" + std::string{visit.rule} + ")";
    if (visit.between_fixes)
      text += ", between the fixes at " + clock_of(visit.earliest) + " and " + clock_of(visit.latest);
    return text;
  }
  std::string operator()(const hw::GateCrossing& crossing) const {
    return std::string{"crosses "} + std::string{crossing.gate} +
           (crossing.direction == hw::CrossingDirection::in ? " inwards" : " outwards");
  }
  std::string operator()(const hw::Overspeed& speed) const {
    if (event.kind == hw::EventKind::overspeed_started) return "";
    char text[96];
    std::snprintf(text, sizeof text, "drove up to %.0f km/h where %.0f are allowed (", speed.max_speed_mps * 3.6,
                  speed.limit_mps * 3.6);
    return text + std::string{speed.zone} + ")";
  }
  std::string operator()(const hw::Stop& stop) const {
    if (event.kind == hw::EventKind::stop_started) return "";
    std::string text = "stood " + minutes_of(stop.end - stop.start) + " from " + clock_of(stop.start);
    text += stop.site.empty() ? ", outside every site" : ", in " + std::string{stop.site};
    if (stop.purpose != hw::StopPurpose::unknown) text += " (" + std::string{hw::name_of(stop.purpose)} + ")";
    return text;
  }
  std::string operator()(const hw::Silence& silence) const {
    if (event.kind == hw::EventKind::signal_lost) return "last heard of before a silence";
    char text[96];
    std::snprintf(text, sizeof text, "is heard again after %s, %.0f m from where it fell silent",
                  minutes_of(silence.end - silence.start).c_str(), static_cast<double>(silence.gap_m.value_or(0.0F)));
    return text;
  }
  std::string operator()(const hw::RouteDeviation& deviation) const {
    if (event.kind == hw::EventKind::route_left) return "leaves the approved route " + std::string{deviation.route};
    char text[96];
    std::snprintf(text, sizeof text, "is back on an approved route after %.0f m outside, up to %.0f m away",
                  static_cast<double>(deviation.path_m), static_cast<double>(deviation.max_distance_m));
    return text;
  }
  std::string operator()(const hw::DumpSuspicion& suspicion) const {
    char text[96];
    std::snprintf(text, sizeof text, "is suspected of dumping between %s and %s (score %.2f)",
                  clock_of(suspicion.start).c_str(), clock_of(suspicion.end).c_str(),
                  static_cast<double>(suspicion.score));
    return event.retracted ? "is no longer suspected of dumping" : text;
  }
  std::string operator()(const hw::Trip& trip) const {
    const auto name = [](std::string_view site) { return site.empty() ? "an unregistered place" : std::string{site}; };
    if (event.kind == hw::EventKind::trip_started) return "sets out loaded from " + name(trip.origin);
    std::string text = "has brought a load from " + name(trip.origin) + " to " + name(trip.destination);
    trip.faults.for_each([&](hw::TripFault fault) { text += ", " + std::string{hw::name_of(fault)}; });
    return text;
  }
  std::string operator()(const hw::QuotaExcess& excess) const {
    return "brings load " + std::to_string(excess.loads) + " of " + std::to_string(excess.max_loads) + " allowed by " +
           std::string{excess.permit};
  }
  std::string operator()(const hw::UnmatchedManifest& unmatched) const {
    return "drove no load under the manifest " + std::string{unmatched.manifest};
  }
  std::string operator()(const hw::UnmatchedLoad&) const { return "drove a load that no manifest covers"; }
};

struct Told : hw::ReplaySink {
  std::map<std::string, std::multimap<hw::TimeUtc, std::string>> days;
  void on_event(const hw::Event& event) override {
    if (std::string words = std::visit(InWords{event}, event.details); !words.empty())
      days[std::string{event.vehicle}].emplace(event.time, std::move(words));
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

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: " << argv[0] << " REGISTRY.geojson TRACKS.csv [hours east of UTC]\n";
    return 2;
  }
  if (argc > 3) local = std::chrono::hours{std::atoi(argv[3])};
  hw::VehicleNames names;
  hw::Replay replay{hw::io::load_registry(argv[1]), hw::default_chain(), {}};
  Told told;
  replay.run([&] { return std::make_unique<File>(argv[2], names); }, names, told);
  for (const auto& [vehicle, day] : told.days) {
    std::cout << "\n" << vehicle << "\n";
    for (const auto& [time, words] : day) std::cout << "  " << clock_of(time) << "  " << words << "\n";
  }
}
