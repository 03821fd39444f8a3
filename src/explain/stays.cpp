#include "telling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace haulwatch::explain {

namespace {

std::string_view purpose_text(StopPurpose purpose) noexcept {
  using enum StopPurpose;
  switch (purpose) {
    case unknown:
      return "What it stood for is not known.";
    case loading:
      return "By its place it stood to be loaded.";
    case unloading:
      return "By its place it stood to unload.";
    case queueing:
      return "By its place it queued before a site.";
    case traffic:
      return "It was a short halt on an approved route, as in traffic.";
    case parking:
      return "By its place it was parked.";
    case dumping:
      return "It is thought to have dumped its load.";
  }
  return {};
}

/// The usual time between two reports before a moment: the median of up to 20.
Milliseconds usual_interval(const Scene& scene, TimeUtc before) {
  std::vector<Milliseconds> steps;
  const auto fixes = scene.fixes();
  for (std::size_t i = 1; i < fixes.size() && fixes[i].fix.time <= before; ++i)
    steps.push_back(fixes[i].fix.time - fixes[i - 1].fix.time);
  constexpr std::size_t enough = 20;
  if (steps.size() > enough) steps.erase(steps.begin(), steps.end() - enough);
  if (steps.empty()) return Milliseconds{0};
  std::nth_element(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2), steps.end());
  return steps[steps.size() / 2];
}

}  // namespace

Landmark tell(const Scene& scene, const Stop& stop, Explanation& out) {
  const Event& event = scene.event();
  const detect::DwellOptions& rule = scene.options().dwell;
  const bool ended = event.kind == EventKind::stop_ended;
  const std::string place = stop.site.empty() ? "outside every registered site" : "in " + scene.site_text(stop.site);
  if (ended) {
    out.seen =
        fmt::format("{} stood {}, for {}, {}{}. {}", scene.vehicle(), scene.clock().from_to(stop.start, stop.end),
                    duration_text(stop.end - stop.start), place, scene.where(), purpose_text(stop.purpose));
  } else {
    out.seen = fmt::format("{} came to a stand at {}, {}{}. {}", scene.vehicle(), scene.clock().at(stop.start), place,
                           scene.where(), purpose_text(stop.purpose));
  }
  out.compared.push_back(
      fmt::format("A stop is at least {} within {} of its centre ({} once it is known) and slower than {}.",
                  duration_text(rule.min_duration), metres_text(rule.radius.value()),
                  metres_text(rule.hold_radius.value()), speed_text(rule.slow.value())));
  if (stop.radius_m)
    out.compared.push_back(fmt::format("95 of 100 reports lay within {} of its centre.",
                                       metres_text(static_cast<double>(stop.radius_m.value()))));
  if (stop.site.empty()) add(out.compared, scene.nearest_site_text(scene.event().place));
  add(out.compared, scene.proven_text());
  out.cleared_by.push_back(fmt::format("Driving on within {}, or not keeping within {} of one place.",
                                       duration_text(rule.min_duration), metres_text(rule.radius.value())));
  return scene.from_place("the centre of the stop");
}

Landmark tell(const Scene& scene, const Silence& silence, Explanation& out) {
  const Event& event = scene.event();
  const detect::SignalWatchOptions& rule = scene.options().signal;
  const bool over = event.kind == EventKind::signal_restored;
  if (over) {
    const Milliseconds length = silence.end - silence.start;
    out.seen = fmt::format("Nothing was heard of {} {}, for {}.", scene.vehicle_within(),
                           scene.clock().from_to(silence.start, silence.end), duration_text(length));
    if (silence.gap_m) {
      const auto gap = static_cast<double>(silence.gap_m.value());
      out.compared.push_back(
          fmt::format("The reports before and after it lie {} apart in a straight line: on average at least {}.",
                      metres_text(gap), speed_text(length > Milliseconds{0} ? gap / seconds(length) : 0.0)));
    }
  } else {
    out.seen = fmt::format("{} fell silent: its last report is of {}{}.", scene.vehicle(),
                           scene.clock().at(silence.start), scene.where());
  }
  const Milliseconds usual = usual_interval(scene, silence.start);
  if (usual > Milliseconds{0})
    out.compared.push_back(fmt::format("Before, it had reported every {}.", duration_text(usual)));
  out.compared.push_back(fmt::format(
      "Silence is at least {} and more than {:.1f} of the vehicle's own intervals; of a standing vehicle, more than "
      "{:.1f} times the longest pause that it made there.",
      duration_text(rule.min_silence), rule.intervals, rule.parked_intervals));
  add(out.compared, scene.proven_text());
  out.cleared_by.push_back(over ? fmt::format("A report of any moment between {} and {}.",
                                              scene.clock().time(silence.start), scene.clock().time(silence.end))
                                : fmt::format("A report between {} and {}.", scene.clock().time(silence.start),
                                              scene.clock().time(event.detected)));
  return scene.from_place(over ? "where it was heard again" : "where it was last heard");
}

Landmark tell(const Scene& scene, const TrackJump& jump, Explanation& out) {
  const Milliseconds length = jump.end - jump.start;
  const double gap = static_cast<double>(jump.gap_m.value_or(0.0F));
  out.seen = fmt::format("{} was at one place at {}, and goes on at another from {} on.", scene.vehicle(),
                         scene.clock().time(jump.start), scene.clock().time(jump.end));
  out.compared.push_back(fmt::format(
      "The two reports lie {} apart in a straight line: on average {}, where {} is the most that a vehicle drives.",
      metres_text(gap), speed_text(length > Milliseconds{0} ? gap / seconds(length) : 0.0),
      speed_text(scene.options().identity.max_speed.value())));
  add(out.compared, scene.proven_text());
  out.cleared_by.emplace_back("Reports on the way between the two, or soon after from the first place again.");
  return scene.from_place("where it goes on");
}

}  // namespace haulwatch::explain
