#include <haulwatch/simulation/motion.hpp>

#include <algorithm>

namespace haulwatch::simulation {

MotionState state_of(const MotionPiece& piece, double since_s) noexcept {
  MotionState state;
  const double length = way_of(piece, since_s);
  // Durations are rounded to milliseconds: the last of them may lie beyond the standstill.
  state.speed_mps = std::max(0.0, piece.speed_mps + piece.acceleration_mps2 * since_s);
  state.odometer_m = piece.odometer_m + length;
  state.heading_rad = piece.heading_rad + piece.curvature_per_m * length;
  state.at = piece.from;
  if (length <= 0.0 && state.speed_mps <= 0.0) return state;
  const double turned = piece.curvature_per_m * length;
  const SineCosine direction = sine_cosine(direction_of(piece) + turned);
  state.velocity = {state.speed_mps * direction.sine, state.speed_mps * direction.cosine};
  if (turned == 0.0)
    state.at = piece.from + geo::LocalPoint{length * direction.sine, length * direction.cosine};
  else
    state.at = piece.from + way_displacement(direction_of(piece), piece.curvature_per_m, length);
  return state;
}

}  // namespace haulwatch::simulation
