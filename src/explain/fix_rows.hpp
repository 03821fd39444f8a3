#pragma once

#include "scene.hpp"

#include <haulwatch/explain/explanation.hpp>

#include <vector>

namespace haulwatch::explain {

/// The reports that say most about an event, about 30: those next to each of its instants, those where a sensor
/// changed, and some of the rest, evenly.
[[nodiscard]] std::vector<ExplainedFix> rows_of(const Scene& scene, const Landmark& landmark);

}  // namespace haulwatch::explain
