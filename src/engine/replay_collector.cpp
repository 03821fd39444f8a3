#include <haulwatch/engine/replay_collector.hpp>

#include <haulwatch/engine/replay.hpp>

namespace haulwatch {

void ReplayCollector::give(const std::vector<bool>& sorted, ReplaySink& sink) {
  const auto counts = [&](VehicleIndex vehicle, ReplayPass pass) {
    return sorted[static_cast<std::size_t>(vehicle)] == (pass == ReplayPass::second);
  };
  events_.drain([&](const CollectedEvent& e) {
    const auto vehicle = names_.find(e.event.vehicle);
    if (!vehicle || counts(*vehicle, e.pass)) sink.on_event(e.event);
  });
  refusals_.drain([&](const CollectedRefusal& r) {
    if (counts(r.fix.vehicle, r.pass)) sink.on_refused(r.fix, r.why);
  });
  tracks_.drain([&](const CollectedTrack& t) {
    if (counts(t.fix.vehicle, t.pass)) sink.on_track(t.fix);
  });
}

}  // namespace haulwatch
