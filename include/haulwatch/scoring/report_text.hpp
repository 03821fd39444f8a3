#pragma once

#include <haulwatch/scoring/summary.hpp>

#include <string>

namespace haulwatch::scoring {

/// The figures as tables to be read by people; `-` where there was nothing to divide by.
[[nodiscard]] std::string report_text(const Summary& summary);

}  // namespace haulwatch::scoring
