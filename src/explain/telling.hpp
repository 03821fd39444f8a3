#pragma once

#include "scene.hpp"

#include <haulwatch/explain/explanation.hpp>

#include <string>
#include <utility>
#include <vector>

/// What each kind of event says for itself: fills `seen`, `compared`, `cleared_by`, and gives what its reports are
/// measured from.
namespace haulwatch::explain {

/// Adds a sentence, unless there is nothing to say.
inline void add(std::vector<std::string>& to, std::string text) {
  if (!text.empty()) to.push_back(std::move(text));
}

[[nodiscard]] Landmark tell(const Scene& scene, const SiteVisit& visit, Explanation& out);
[[nodiscard]] Landmark tell(const Scene& scene, const ZoneVisit& visit, Explanation& out);
[[nodiscard]] Landmark tell(const Scene& scene, const GateCrossing& crossing, Explanation& out);
[[nodiscard]] Landmark tell(const Scene& scene, const Overspeed& overspeed, Explanation& out);
[[nodiscard]] Landmark tell(const Scene& scene, const Stop& stop, Explanation& out);
[[nodiscard]] Landmark tell(const Scene& scene, const Silence& silence, Explanation& out);
[[nodiscard]] Landmark tell(const Scene& scene, const RouteDeviation& deviation, Explanation& out);
[[nodiscard]] Landmark tell(const Scene& scene, const DumpSuspicion& suspicion, Explanation& out);
[[nodiscard]] Landmark tell(const Scene& scene, const Trip& trip, Explanation& out);
[[nodiscard]] Landmark tell(const Scene& scene, const QuotaExcess& excess, Explanation& out);
[[nodiscard]] Landmark tell(const Scene& scene, const UnmatchedManifest& unmatched, Explanation& out);
[[nodiscard]] Landmark tell(const Scene& scene, const UnmatchedLoad& unmatched, Explanation& out);
[[nodiscard]] Landmark tell(const Scene& scene, const TerminalFinding& finding, Explanation& out);
[[nodiscard]] Landmark tell(const Scene& scene, const TrackJump& jump, Explanation& out);

}  // namespace haulwatch::explain
