#include <haulwatch/explain/explain.hpp>

#include "fix_rows.hpp"
#include "scene.hpp"
#include "telling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <variant>

namespace haulwatch::explain {

namespace {

struct KindWords {
  EventKind kind{};
  std::string_view title;
};
constexpr std::array kind_words{
    KindWords{EventKind::site_entered, "Entry into a site"},
    KindWords{EventKind::site_left, "Leaving of a site"},
    KindWords{EventKind::zone_entered, "Entry into a zone"},
    KindWords{EventKind::zone_left, "Leaving of a zone"},
    KindWords{EventKind::gate_crossed, "Crossing of a gate"},
    KindWords{EventKind::overspeed_started, "Driving too fast"},
    KindWords{EventKind::overspeed_ended, "End of driving too fast"},
    KindWords{EventKind::stop_started, "Beginning of a stop"},
    KindWords{EventKind::stop_ended, "Stop"},
    KindWords{EventKind::signal_lost, "Loss of the signal"},
    KindWords{EventKind::signal_restored, "Silence"},
    KindWords{EventKind::route_left, "Leaving of the approved route"},
    KindWords{EventKind::route_rejoined, "Deviation from the approved route"},
    KindWords{EventKind::dump_suspected, "Suspicion of dumping"},
    KindWords{EventKind::trip_started, "Beginning of a trip"},
    KindWords{EventKind::trip_ended, "Trip"},
    KindWords{EventKind::quota_exceeded, "Load beyond the permit's quota"},
    KindWords{EventKind::manifest_unmatched, "Manifest without a load"},
    KindWords{EventKind::load_unmatched, "Load without a manifest"},
    KindWords{EventKind::sensor_sick, "Sick sensor"},
    KindWords{EventKind::sensor_healed, "Sensor that healed"},
    KindWords{EventKind::clock_suspected, "Suspicion of a wrong clock"},
    KindWords{EventKind::map_shift_suspected, "Suspicion of a shifted map"},
    KindWords{EventKind::identity_suspected, "Suspicion of a borrowed identity"},
    KindWords{EventKind::track_jumped, "Jump of a track"},
    KindWords{EventKind::tamper_suspected, "Suspicion of tampering"},
};
static_assert(kind_words.size() == event_kind_count, "every kind of event needs its words, in their order");
static_assert(std::ranges::all_of(kind_words, [i = std::size_t{0}](const KindWords& words) mutable {
  return words.kind == static_cast<EventKind>(i++) && !words.title.empty();
}));

std::string title_of(const Event& event) {
  std::string text = fmt::format("{}, {} {:016x}", kind_words[static_cast<std::size_t>(event.kind)].title,
                                 name_of(event.kind), static_cast<std::uint64_t>(event.id));
  if (event.revision > 0) text += fmt::format(", revision {}", event.revision);
  if (event.retracted) text += ", taken back";
  return text;
}

void note_what_is_missing(const Scene& scene, Explanation& out) {
  const registry::Registry* registry = scene.registry();
  if (registry == nullptr) {
    out.notes.emplace_back("No registry was given: places and permits are told by their ids alone.");
  } else if (!permit_of(scene.event()).empty() && scene.permit(permit_of(scene.event())) == nullptr) {
    out.notes.push_back(fmt::format("The registry given has no permit {}.", quoted(permit_of(scene.event()))));
  }
}

}  // namespace

Explanation explain(const Event& event, const Background& background, std::span<const SourcedFix> fixes) {
  const Scene scene{event, background, fixes};
  Explanation out;
  out.event = event;
  out.title = title_of(event);
  out.utc_offset = scene.clock().utc_offset();
  const Landmark landmark = std::visit([&](const auto& details) { return tell(scene, details, out); }, event.details);
  if (event.retracted && !std::holds_alternative<DumpSuspicion>(event.details))
    out.seen = "This was taken back later; it had said: " + out.seen;
  out.measured_from = landmark.name;
  out.fixes = rows_of(scene, landmark);
  note_what_is_missing(scene, out);
  return out;
}

}  // namespace haulwatch::explain
