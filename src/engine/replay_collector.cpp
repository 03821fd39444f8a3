#include <haulwatch/engine/replay_collector.hpp>

#include <haulwatch/engine/replay.hpp>

#include <algorithm>
#include <optional>

namespace haulwatch {

bool ReplayCollector::is_void(const CollectedTrack& track) const noexcept {
  const auto gone = voids_.find(track.fix.vehicle);
  return track.fix.verdict == Verdict::kept && gone != voids_.end() &&
         std::any_of(gone->second.begin(), gone->second.end(),
                     [&](const VoidTrack& v) { return v.run > track.run && v.since <= track.fix.time; });
}

/// A fix that was refused may have been taken back, and refused again: the last word counts.
void ReplayCollector::give_refusals(const std::vector<bool>& sorted, ReplaySink& sink) {
  std::optional<CollectedRefusal> last;
  const auto give = [&] {
    if (last && !last->taken_back && counts(sorted, last->fix.vehicle, last->pass))
      sink.on_refused(last->fix, last->why);
  };
  refusals_.drain([&](const CollectedRefusal& r) {
    if (last && (last->fix.record != r.fix.record || last->pass != r.pass)) give();
    last = r;
  });
  give();
}

void ReplayCollector::give_fixes(const std::vector<bool>& sorted, ReplaySink& sink) {
  give_refusals(sorted, sink);
  std::optional<CollectedTrack> shown;  // kept, or refused by the jump gate: of those an instant has one
  tracks_.drain([&](const CollectedTrack& t) {
    if (!counts(sorted, t.fix.vehicle, t.pass) || is_void(t)) return;
    const bool of_gate = is_of_gate(t.fix.verdict);
    if (of_gate && shown && shown->fix.vehicle == t.fix.vehicle && shown->fix.time == t.fix.time) return;
    if (of_gate || t.fix.verdict == Verdict::kept) shown = t;
    sink.on_track(t.fix);
  });
}

}  // namespace haulwatch
