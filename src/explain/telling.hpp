#pragma once

#include "scene.hpp"

#include <haulwatch/explain/explanation.hpp>

/// What each kind of event says for itself: fills `seen`, `compared`, `cleared_by`, and gives what its reports are
/// measured from.
namespace haulwatch::explain {

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

}  // namespace haulwatch::explain
