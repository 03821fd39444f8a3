#pragma once

#include <haulwatch/error.hpp>
#include <haulwatch/lon_lat.hpp>

#include <string>
#include <vector>

namespace haulwatch::registry {

/// About where an object of the draft lies.
struct Whereabout {
  std::string object;
  std::string pointer;  ///< of its geometry
  LonLat middle;
};

/// Names each object that lies more than 1,000 km from where most lie, but among them once its longitude and latitude
/// are exchanged. Of two parties of equal size the one that comes first is believed.
void check_for_swaps(const std::vector<Whereabout>& objects, std::vector<Fault>& faults);

}  // namespace haulwatch::registry
