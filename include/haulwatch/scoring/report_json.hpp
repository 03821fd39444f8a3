#pragma once

#include <haulwatch/scoring/summary.hpp>

#include <string>

namespace haulwatch::scoring {

/// Every figure as one JSON object; `docs/scoring.md` names its members. An estimate is
/// `{"value":…,"low":…,"high":…}`, each null where it is absent; numbers have six significant digits.
[[nodiscard]] std::string report_json(const Summary& summary);

}  // namespace haulwatch::scoring
