#include <haulwatch/engine/replay_collector.hpp>

#include <haulwatch/engine/replay.hpp>

namespace haulwatch {

void ReplayCollector::give_fixes(const std::vector<bool>& sorted, ReplaySink& sink) {
  refusals_.drain([&](const CollectedRefusal& r) {
    if (counts(sorted, r.fix.vehicle, r.pass)) sink.on_refused(r.fix, r.why);
  });
  tracks_.drain([&](const CollectedTrack& t) {
    if (counts(sorted, t.fix.vehicle, t.pass)) sink.on_track(t.fix);
  });
}

}  // namespace haulwatch
