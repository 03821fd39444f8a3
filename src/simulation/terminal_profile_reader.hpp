#pragma once

#include <haulwatch/error.hpp>
#include <haulwatch/simulation/terminal_profile.hpp>

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace haulwatch::simulation {

/// Reads the doses of terminals from one JSON object; what it does not name keeps its default.
///
/// A share is a number from 0 to 1, a range `[low, high]`, a choice a list of values or of `[value, weight]`, spells an
/// object of `per_day`, `median_s` and `spread`. Whatever is unknown, of the wrong type or impossible is a fault.
///
/// \param pointer where the object stands in its document (RFC 6901)
[[nodiscard]] TerminalProfile read_terminal_profile(const boost::json::object& object, const std::string& pointer,
                                                    std::vector<Fault>& faults);

}  // namespace haulwatch::simulation
