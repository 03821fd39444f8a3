#pragma once

#include <haulwatch/event.hpp>
#include <haulwatch/fix.hpp>
#include <haulwatch/manifest.hpp>

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace haulwatch::io::testing {

/// Seeded records of every shape: fields absent or present, corners of number ranges, texts of all scripts.
class RandomRecords {
 public:
  explicit RandomRecords(std::uint64_t seed) : random_{seed} {}

  Fix fix() {
    return {.time = time(),
            .received = coin() ? time() : no_time,
            .position = place(),
            .odometer_m = coin() ? uniform(0.0, 1e7) : -1.0,
            .speed_mps = reading(),
            .heading_deg = reading(),
            .accuracy_m = reading(),
            .hdop = reading(),
            .vehicle = VehicleIndex{0},
            .sensors = {sensed(), sensed(), sensed(), static_cast<LoadReading>(below(4))},
            .valid = sensed(),
            .backfill = coin()};
  }

  Event event() {
    const auto kind = static_cast<EventKind>(below(event_kind_count));
    Event made{.kind = kind,
               .retracted = coin(),
               .inferred = coin(),
               .revision = static_cast<std::uint16_t>(random_()),
               .registry = static_cast<std::uint32_t>(random_()),
               .sequence = static_cast<std::uint32_t>(random_()),
               .id = EventId{random_()},
               .subject = SubjectId{random_()},
               .vehicle = text(),
               .time = maybe_time(),
               .detected = maybe_time(),
               .place = coin() ? std::optional{place()} : std::nullopt,
               .details = {}};
    set_details(made);
    return made;
  }

  Manifest manifest() {
    return {.id = std::string{text()} + "7",
            .at = time(),
            .permit = std::string{text()},
            .vehicle = std::string{text()},
            .origin = std::string{text()},
            .destination = std::string{text()},
            .opened_at = maybe_time(),
            .quantity_m3 = coin() ? std::optional{uniform(0.0, 40.0)} : std::nullopt,
            .closed_at = coin() ? std::optional{time()} : std::nullopt,
            .voided_at = coin() ? std::optional{time()} : std::nullopt};
  }

  /// Any finite number, all magnitudes alike.
  double any_double() {
    for (;;) {
      const auto value = std::bit_cast<double>(random_());
      if (std::isfinite(value)) return value;
    }
  }

  double uniform(double from, double to) { return std::uniform_real_distribution<double>{from, to}(random_); }
  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>{0, n - 1}(random_); }
  bool coin() { return below(2) == 1; }

  /// Text of up to 12 bytes, each of them anything.
  std::string bytes() {
    std::string made(below(13), '\0');
    for (char& c : made) c = static_cast<char>(random_());
    return made;
  }

 private:
  std::string_view text() {
    constexpr std::array<std::string_view, 9> texts{"",
                                                    "pit",
                                                    "\xE6\xB5\x99"
                                                    "F-12345",
                                                    "a,b",
                                                    "\"quoted\"",
                                                    "tab\tand\n",
                                                    "\xF0\x9F\x9A\x9B",
                                                    "back\\slash",
                                                    "zone 7"};
    return texts[below(texts.size())];
  }
  LonLat place() { return {uniform(-180.0, 180.0), uniform(-90.0, 90.0)}; }
  TimeUtc time() {
    return TimeUtc{
        Milliseconds{std::uniform_int_distribution<std::int64_t>{-1'000'000'000, 4'000'000'000'000}(random_)}};
  }
  TimeUtc maybe_time() { return below(4) == 0 ? no_time : time(); }
  Reading reading() { return coin() ? Reading{static_cast<float>(uniform(0.0, 400.0))} : Reading{}; }
  Sensed sensed() { return static_cast<Sensed>(below(3)); }
  float metric() { return static_cast<float>(uniform(0.0, 60.0)); }

  Reasons reasons() {
    Reasons made;
    for (std::size_t i = below(Reasons::capacity + 1); i > 0; --i)
      made.set({static_cast<Evidence>(below(evidence_count)), metric(), metric() - 30.0F});
    return made;
  }
  Measures measures() {
    Measures made;
    // Each once, as in a JSON object; they are texts that the others know too.
    constexpr std::array<std::string_view, Measures::capacity> names{"pit",        "a,b",         "\"quoted\"",
                                                                     "tab\tand\n", "back\\slash", "zone 7"};
    for (std::size_t i = below(Measures::capacity + 1); i > 0; --i) made.add(names[i - 1], uniform(-1e6, 1e6));
    return made;
  }
  TripFaults faults() {
    TripFaults made;
    for (std::size_t i = 0; i < trip_fault_count; ++i)
      if (coin()) made.add(static_cast<TripFault>(i));
    return made;
  }

  void set_details(Event& event) {
    switch (event.kind) {
      case EventKind::site_entered:
      case EventKind::site_left:
        event.details = SiteVisit{text()};
        break;
      case EventKind::zone_entered:
      case EventKind::zone_left:
        event.details = ZoneVisit{text(), "forbidden", coin(), maybe_time(), maybe_time()};
        break;
      case EventKind::gate_crossed:
        event.details = GateCrossing{text(), coin() ? CrossingDirection::in : CrossingDirection::out, time(), time()};
        break;
      case EventKind::overspeed_started:
      case EventKind::overspeed_ended:
        event.details = Overspeed{metric(), metric(), text()};
        break;
      case EventKind::stop_started:
      case EventKind::stop_ended:
        event.details = Stop{time(), maybe_time(), reading(), text(), static_cast<StopPurpose>(below(7))};
        break;
      case EventKind::signal_lost:
      case EventKind::signal_restored:
        event.details = Silence{time(), maybe_time(), reading()};
        break;
      case EventKind::route_left:
      case EventKind::route_rejoined:
        event.details = RouteDeviation{text(), time(), maybe_time(), metric(), metric(), text()};
        break;
      case EventKind::dump_suspected:
        event.details = DumpSuspicion{
            time(), maybe_time(), metric(), reasons(), coin() ? std::optional{SubjectId{random_()}} : std::nullopt,
            text(), text()};
        break;
      case EventKind::trip_started:
        event.details = Trip{.origin = text(), .loaded_at = maybe_time(), .permit = text(), .manifest = text()};
        break;
      case EventKind::trip_ended:
        event.details = Trip{text(), text(), maybe_time(), maybe_time(), text(), text(), reading(), faults()};
        break;
      case EventKind::quota_exceeded:
        event.details = QuotaExcess{text(), static_cast<std::uint32_t>(below(900)),
                                    static_cast<std::uint32_t>(below(900)), SubjectId{random_()}};
        break;
      case EventKind::manifest_unmatched:
        event.details = UnmatchedManifest{text(), text()};
        break;
      case EventKind::load_unmatched:
        event.details = UnmatchedLoad{SubjectId{random_()}, text()};
        break;
      case EventKind::sensor_sick:
      case EventKind::sensor_healed:
      case EventKind::clock_suspected:
      case EventKind::map_shift_suspected:
      case EventKind::identity_suspected:
      case EventKind::tamper_suspected:
        event.details = TerminalFinding{text(), text(), text(), measures(), text()};
        break;
      case EventKind::track_jumped:
        event.details = TrackJump{time(), maybe_time(), reading(), place()};
        break;
    }
  }

  std::mt19937_64 random_;
};

}  // namespace haulwatch::io::testing
