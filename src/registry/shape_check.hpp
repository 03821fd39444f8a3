#pragma once

#include <haulwatch/error.hpp>
#include <haulwatch/registry/registry_draft.hpp>

#include <string>
#include <vector>

namespace haulwatch::registry {

/// Faults of an area: positions off the Earth, rings that are open, short, flat or that meet themselves, holes and
/// parts that meet what they must not.
/// \param pointer JSON pointer of the feature
void check_area(const std::string& object, const std::string& pointer, const std::vector<PolygonDraft>& polygons,
                std::vector<Fault>& faults);

/// Faults of a line: positions off the Earth, or fewer than two that differ.
void check_line(const std::string& object, const LineDraft& line, std::vector<Fault>& faults);

}  // namespace haulwatch::registry
