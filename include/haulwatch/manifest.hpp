#pragma once

#include <haulwatch/units.hpp>

#include <optional>
#include <string>

namespace haulwatch {

/// An electronic transfer note: this load, by this vehicle, from here to there. A later line with the same `id`
/// replaces it.
struct Manifest {
  std::string id;
  TimeUtc at = no_time;  ///< when the platform knew this version
  std::string permit;
  std::string vehicle;
  std::string origin;       ///< site id
  std::string destination;  ///< site id
  TimeUtc opened_at = no_time;
  std::optional<double> quantity_m3;
  std::optional<TimeUtc> closed_at;
  std::optional<TimeUtc> voided_at;

  friend bool operator==(const Manifest&, const Manifest&) = default;
};

}  // namespace haulwatch
