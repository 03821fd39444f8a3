#pragma once

#include <haulwatch/evidence.hpp>
#include <haulwatch/lon_lat.hpp>
#include <haulwatch/measures.hpp>
#include <haulwatch/reading.hpp>
#include <haulwatch/stable_hash.hpp>
#include <haulwatch/trip_fault.hpp>
#include <haulwatch/units.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <type_traits>
#include <variant>

namespace haulwatch {

/// What happened. The names are those of the wire.
enum class EventKind : std::uint8_t {
  site_entered,
  site_left,
  zone_entered,
  zone_left,
  gate_crossed,
  overspeed_started,
  overspeed_ended,
  stop_started,
  stop_ended,
  signal_lost,
  signal_restored,
  route_left,
  route_rejoined,
  dump_suspected,
  trip_started,
  trip_ended,
  quota_exceeded,
  manifest_unmatched,
  load_unmatched,
  sensor_sick,
  sensor_healed,
  clock_suspected,
  map_shift_suspected,
  identity_suspected,
  track_jumped,
  tamper_suspected,
};
inline constexpr std::size_t event_kind_count = 26;

[[nodiscard]] constexpr std::string_view name_of(EventKind kind) noexcept {
  constexpr std::array<std::string_view, event_kind_count> names{
      "site_entered",      "site_left",       "zone_entered",        "zone_left",          "gate_crossed",
      "overspeed_started", "overspeed_ended", "stop_started",        "stop_ended",         "signal_lost",
      "signal_restored",   "route_left",      "route_rejoined",      "dump_suspected",     "trip_started",
      "trip_ended",        "quota_exceeded",  "manifest_unmatched",  "load_unmatched",     "sensor_sick",
      "sensor_healed",     "clock_suspected", "map_shift_suspected", "identity_suspected", "track_jumped",
      "tamper_suspected"};
  return names[static_cast<std::size_t>(kind)];
}

/// What kind of episode (a visit, a stop, a silence …) an event belongs to. Part of the subject's hash: never renumber.
enum class EpisodeKind : std::uint8_t {
  site_visit = 1,
  zone_visit = 2,
  gate_crossing = 3,
  overspeed = 4,
  stop = 5,
  silence = 6,
  deviation = 7,
  suspicion = 8,
  trip = 9,
  quota = 10,
  manifest = 11,
  sensor = 20,
  clock = 21,
  map_shift = 22,
  identity = 23,
  jump = 24,
  tamper = 25,
};

/// Names one episode: the same on every replay, shard count and machine. All events of the episode share it.
enum class SubjectId : std::uint64_t {};

/// Names one event for good: a revision keeps it.
enum class EventId : std::uint64_t {};

/// \param object    id of the place the episode is about; empty where it is about none
/// \param first_fix event time of the fix with which the episode began
/// \param ordinal   tells apart episodes that agree in all the rest (two crossings in one step)
[[nodiscard]] constexpr SubjectId subject_of(std::string_view vehicle, EpisodeKind kind, std::string_view object,
                                             TimeUtc first_fix, std::uint32_t ordinal = 0) noexcept {
  return SubjectId{StableHash{}
                       .add(vehicle)
                       .add(static_cast<std::uint64_t>(kind))
                       .add(object)
                       .add(static_cast<std::uint64_t>(first_fix.time_since_epoch().count()))
                       .add(ordinal)
                       .value()};
}

[[nodiscard]] constexpr EventId event_id_of(SubjectId subject, EventKind kind) noexcept {
  return EventId{StableHash{}.add(static_cast<std::uint64_t>(subject)).add(name_of(kind)).value()};
}

/// What a stop was for, as far as is known.
enum class StopPurpose : std::uint8_t { unknown, loading, unloading, queueing, traffic, parking, dumping };

[[nodiscard]] constexpr std::string_view name_of(StopPurpose purpose) noexcept {
  constexpr std::array<std::string_view, 7> names{"unknown", "loading", "unloading", "queueing",
                                                  "traffic", "parking", "dumping"};
  return names[static_cast<std::size_t>(purpose)];
}

/// Which way a gate was crossed: `in` is towards the side that the registry calls inside.
enum class CrossingDirection : std::uint8_t { in, out };

/// `site_entered`, `site_left`.
struct SiteVisit {
  std::string_view site;
};

/// `zone_entered`, `zone_left`. `earliest` is the last fix that saw the old side, `latest` the first that saw the new
/// one.
struct ZoneVisit {
  std::string_view zone;
  std::string_view rule;       ///< `forbidden`, `speed_limit` or `watch`
  bool between_fixes = false;  ///< no fix stood inside: only the way between two of them led through
  TimeUtc earliest = no_time;
  TimeUtc latest = no_time;
};

/// `gate_crossed`. The crossing lies between the two fixes at `earliest` and `latest`.
struct GateCrossing {
  std::string_view gate;
  CrossingDirection direction = CrossingDirection::in;
  TimeUtc earliest = no_time;
  TimeUtc latest = no_time;
};

/// `overspeed_started`, `overspeed_ended`.
struct Overspeed {
  float limit_mps = 0;
  float max_speed_mps = 0;  ///< the highest so far
  std::string_view zone;
};

/// `stop_started` (`end` and what is not yet known are absent), `stop_ended`.
struct Stop {
  TimeUtc start = no_time;
  TimeUtc end = no_time;
  Reading radius_m;       ///< of the circle around the stop's centre that holds 95 % of its fixes, metres
  std::string_view site;  ///< empty outside every site
  StopPurpose purpose = StopPurpose::unknown;
};

/// `signal_lost` (`end` and `gap_m` are absent), `signal_restored`.
struct Silence {
  TimeUtc start = no_time;  ///< the last fix before
  TimeUtc end = no_time;    ///< the first fix after
  Reading gap_m;            ///< straight distance between those two, metres
};

/// `route_left` (`end` is absent), `route_rejoined`.
struct RouteDeviation {
  std::string_view route;    ///< the approved one that was left
  TimeUtc start = no_time;   ///< when its corridor was left
  TimeUtc end = no_time;     ///< when a corridor of a permit in force was entered again
  float max_distance_m = 0;  ///< beyond the edge of every approved corridor, the most so far, metres
  float path_m = 0;          ///< driven outside so far, metres
  std::string_view permit;
};

/// `dump_suspected`. The reasons' weights are log-odds: their sum is the score's, `score` = 1 / (1 + exp(-sum)).
struct DumpSuspicion {
  TimeUtc start = no_time;  ///< of the stop, the rolling act or the silence in which the load is thought to have gone
  TimeUtc end = no_time;
  float score = 0;
  Reasons reasons;
  std::optional<SubjectId> stop;  ///< of the stop, where it was one
  std::string_view origin;        ///< where the load came from; empty when not known
  std::string_view permit;
};

/// `trip_started` (what is not known yet is absent), `trip_ended`.
struct Trip {
  std::string_view origin;       ///< site; empty when it was loaded outside every site
  std::string_view destination;  ///< site; empty where the load ended outside every site, or was not seen to end
  TimeUtc loaded_at = no_time;
  TimeUtc unloaded_at = no_time;
  std::string_view permit;
  std::string_view manifest;
  Reading distance_m;  ///< driven between loading and unloading, metres
  TripFaults faults;
};

/// `quota_exceeded`.
struct QuotaExcess {
  std::string_view permit;
  std::uint32_t loads = 0;
  std::uint32_t max_loads = 0;
  SubjectId trip{};  ///< the one that was too many
};

/// `manifest_unmatched`: no load was seen to be driven under it.
struct UnmatchedManifest {
  std::string_view manifest;
  std::string_view reason;  ///< as `detect::name_of(ManifestMismatch)`
};

/// `load_unmatched`: no manifest covers it, where one was owed.
struct UnmatchedLoad {
  SubjectId trip{};
  std::string_view reason;  ///< as `detect::name_of(LoadMismatch)`
};

/// `track_jumped`: the reports of one name go on where no vehicle can have come to in the time.
struct TrackJump {
  TimeUtc start = no_time;  ///< the last fix before
  TimeUtc end = no_time;    ///< the first fix after
  Reading gap_m;            ///< straight distance between those two, metres
  LonLat from = nowhere;    ///< where the track broke off; the event's place is where it goes on

  static constexpr LonLat nowhere{std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
};

/// `sensor_sick`, `sensor_healed` (with `sensor`), `clock_suspected`, `map_shift_suspected` (with `cure`),
/// `identity_suspected` (with `other`), `tamper_suspected`: what is wrong with a terminal, or with the map.
struct TerminalFinding {
  std::string_view sensor;  ///< `load`, `body_lift`, `cover_closed`, `ignition`, `speed` or `position`
  std::string_view sign;    ///< by what it shows
  std::string_view cure;    ///< the command line's option that puts it right
  Measures values;
  std::string_view other = {};  ///< the vehicle with which this one is mixed up; empty where it is not known
};

/// One thing that became true of one vehicle.
///
/// Texts are views into the names kept by the engine (ids of manifests too) and by its registries: they live as long as
/// those do.
struct Event {
  EventKind kind{};
  bool retracted = false;      ///< this revision takes the event back
  bool inferred = false;       ///< decided across a gap, not seen
  std::uint16_t revision = 0;  ///< 0 at first; up by one each time late data changes an event already given
  std::uint32_t registry = 0;  ///< version of the registry in force
  std::uint32_t sequence = 0;  ///< order within the vehicle
  EventId id{};
  SubjectId subject{};
  std::string_view vehicle;
  TimeUtc time = no_time;       ///< when it became true
  TimeUtc detected = no_time;   ///< event time of the fix or deadline that proved it
  std::optional<LonLat> place;  ///< where, WGS-84
  std::variant<SiteVisit, ZoneVisit, GateCrossing, Overspeed, Stop, Silence, RouteDeviation, DumpSuspicion, Trip,
               QuotaExcess, UnmatchedManifest, UnmatchedLoad, TerminalFinding, TrackJump>
      details;
};
static_assert(std::is_trivially_copyable_v<Event>);

/// The order of every output: by the moment of proof, then the vehicle's name, then the order within the vehicle.
[[nodiscard]] constexpr bool happens_before(const Event& a, const Event& b) noexcept {
  if (a.detected != b.detected) return a.detected < b.detected;
  if (const auto order = a.vehicle <=> b.vehicle; order != 0) return order < 0;
  return a.sequence < b.sequence;
}

}  // namespace haulwatch
