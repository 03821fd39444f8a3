#pragma once

#include <haulwatch/error.hpp>
#include <haulwatch/lon_lat.hpp>

#include <span>
#include <string>
#include <vector>

namespace haulwatch::registry {

[[nodiscard]] bool is_on_earth(LonLat place) noexcept;

/// Names the first position that is not a place on Earth, and how many more there are.
/// \param pointer JSON pointer of the array of positions
/// \return whether all of them are
bool check_positions(const std::string& object, const std::string& pointer, std::span<const LonLat> positions,
                     std::vector<Fault>& faults);

}  // namespace haulwatch::registry
