#pragma once

#include <haulwatch/fix.hpp>
#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/units.hpp>

#include <cstdint>

namespace haulwatch::track {

/// One accepted fix made ready for the stages: the cleaned place in local metres with the raw fix beside it.
struct Sample {
  Fix fix;                   ///< as it was sent
  TimeUtc time = no_time;    ///< event time
  geo::LocalPoint raw;       ///< the fix's own place, metres in the vehicle's frame
  geo::LocalPoint place;     ///< cleaned, metres in the vehicle's frame
  geo::LocalPoint velocity;  ///< cleaned, metres a second
  double sigma_m = 0.0;      ///< of the cleaned place, one standard deviation of an axis
  double fix_sigma_m = 0.0;  ///< of the raw place, likewise
  float clock_ahead_s = 0;   ///< of the platform's, as far as it is known to be wrong, whether or not `fix` is repaired
  std::uint16_t frozen = 0;  ///< fixes refused since the last sample, for one place repeated while driving
  float apart_m = 0;         ///< from the second vehicle under this name
  TimeUtc shared_since = no_time;  ///< when that began to report; `no_time` while there is none
  bool parked = false;             ///< the clamp holds the place
  bool speed_trusted = false;      ///< a speed is reported, and the way covered agrees with it
  bool first = false;              ///< nothing came before it

  /// Metres a second: what the terminal measured where that may be trusted, else the cleaned velocity's.
  [[nodiscard]] double speed_mps() const noexcept {
    return speed_trusted ? static_cast<double>(fix.speed_mps.value()) : geo::norm(velocity);
  }
};

}  // namespace haulwatch::track
