#pragma once

#include "support/registry_builder.hpp"

#include <haulwatch/event.hpp>
#include <haulwatch/fleet/fleet.hpp>
#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/registry/registry.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace haulwatch::test {

inline constexpr TimeUtc story_day = std::chrono::sys_days{std::chrono::year{2026} / 3 / 4};

[[nodiscard]] inline TimeUtc minute(double minutes) {
  return story_day + milliseconds(60.0 * minutes);
}

/// Events of vehicles as their chains would tell them, in metres about a place and minutes of a day.
class FleetStory {
 public:
  FleetStory() : registry_{registry_at({121.0, 30.7}).build()} {}

  Event event(EventKind kind, std::string_view vehicle, TimeUtc time, geo::LocalPoint at) const {
    Event made;
    made.kind = kind;
    made.vehicle = vehicle;
    made.registry = 1;
    made.time = made.detected = time;
    made.place = frame_.to_lon_lat(at);
    return made;
  }
  Event stop(std::string_view vehicle, double start, double end, geo::LocalPoint at, std::string_view site = {}) const {
    Event made = event(EventKind::stop_ended, vehicle, minute(end), at);
    made.detected = minute(end + 0.5);
    name(made, EpisodeKind::stop, minute(start));
    made.details = Stop{minute(start), minute(end), Reading{5.0F}, site, StopPurpose::unknown};
    return made;
  }
  Event jump(std::string_view vehicle, double start, double end, geo::LocalPoint from, geo::LocalPoint to) const {
    Event made = event(EventKind::track_jumped, vehicle, minute(end), to);
    made.detected = minute(end + 1.0);
    name(made, EpisodeKind::jump, minute(start));
    made.details =
        TrackJump{minute(start), minute(end), static_cast<float>(geo::distance(from, to)), frame_.to_lon_lat(from)};
    return made;
  }
  Event fence(std::string_view vehicle, double at_minute, geo::LocalPoint at) const {
    Event made = event(EventKind::site_left, vehicle, minute(at_minute), at);
    name(made, EpisodeKind::site_visit, minute(at_minute));
    made.details = SiteVisit{"pit"};
    return made;
  }
  /// `signal_lost` and `signal_restored`.
  std::vector<Event> silence(std::string_view vehicle, double start, double end, geo::LocalPoint at,
                             float gap_m = 900.0F) const {
    Event lost = event(EventKind::signal_lost, vehicle, minute(start), at);
    lost.detected = minute(start + 3.0);
    name(lost, EpisodeKind::silence, minute(start));
    lost.details = Silence{minute(start), no_time, {}};
    Event restored = event(EventKind::signal_restored, vehicle, minute(end), at);
    name(restored, EpisodeKind::silence, minute(start));
    restored.details = Silence{minute(start), minute(end), Reading{gap_m}};
    return {lost, restored};
  }
  Event trip(std::string_view vehicle, double loaded, double unloaded) const {
    Event made = event(EventKind::trip_ended, vehicle, minute(unloaded), {});
    made.detected = minute(unloaded + 1.0);
    name(made, EpisodeKind::trip, minute(loaded));
    made.details =
        Trip{.origin = "pit", .destination = "fill", .loaded_at = minute(loaded), .unloaded_at = minute(unloaded)};
    return made;
  }

  /// All that a new fleet tells of these, in order of proof, and that no vehicle told itself.
  [[nodiscard]] std::vector<Event> found(std::vector<Event> events) const {
    fleet::Fleet fleet{registry_};
    return found(fleet, std::move(events));
  }
  static std::vector<Event> found(fleet::Fleet& fleet, std::vector<Event> events) {
    std::stable_sort(events.begin(), events.end(), happens_before);
    std::vector<Event> told;
    const auto keep = [&](const Event& event) {
      if (event.sequence >= fleet::first_fleet_sequence) told.push_back(event);
    };
    for (const Event& event : events) fleet.on_event(event, keep);
    fleet.finish(keep);
    return told;
  }

  /// The last revision of each, but for what was taken back.
  static std::vector<Event> standing(const std::vector<Event>& told) {
    std::map<EventId, Event> last;
    for (const Event& event : told) last.insert_or_assign(event.id, event);
    std::vector<Event> all;
    for (const auto& [id, event] : last)
      if (!event.retracted) all.push_back(event);
    return all;
  }

  [[nodiscard]] const std::shared_ptr<const registry::Registry>& registry() const { return registry_; }

 private:
  static void name(Event& event, EpisodeKind kind, TimeUtc start) {
    event.subject = subject_of(event.vehicle, kind, {}, start);
    event.id = event_id_of(event.subject, event.kind);
  }

  geo::LocalFrame frame_{{121.0, 30.7}};
  std::shared_ptr<const registry::Registry> registry_;
};

/// A later telling of the same.
[[nodiscard]] inline Event revised(Event event, double detected_minute, bool retracted) {
  event.revision = 1;
  event.retracted = retracted;
  event.detected = minute(detected_minute);
  return event;
}

[[nodiscard]] inline const TerminalFinding& finding_of(const Event& event) {
  return std::get<TerminalFinding>(event.details);
}

/// `vehicle sign other`, sorted.
[[nodiscard]] inline std::vector<std::string> in_short(const std::vector<Event>& events) {
  std::vector<std::string> all;
  for (const Event& event : events) {
    const TerminalFinding& finding = finding_of(event);
    all.push_back(std::string{event.vehicle} + " " + std::string{finding.sign} +
                  (finding.other.empty() ? "" : " " + std::string{finding.other}) + (event.retracted ? " not" : ""));
  }
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace haulwatch::test
