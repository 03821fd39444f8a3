#include <haulwatch/simulation/elementary.hpp>
#include <haulwatch/simulation/motion.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace haulwatch::simulation {

geo::LocalPoint way_displacement(double direction_rad, double curvature_per_m, double length_m) noexcept {
  // The chord of an arc lies half a turn of it away from its beginning.
  const double half_turn = 0.5 * curvature_per_m * length_m;
  const SineCosine middle = sine_cosine(direction_rad + half_turn);
  double chord = length_m;
  if (std::abs(half_turn) > 1e-7) chord *= sine_cosine(half_turn).sine / half_turn;
  return {chord * middle.sine, chord * middle.cosine};
}

MotionState state_of(const MotionPiece& piece, double since_s) noexcept {
  MotionState state;
  const double length = std::max(0.0, piece.speed_mps * since_s + 0.5 * piece.acceleration_mps2 * since_s * since_s);
  // Durations are rounded to milliseconds: the last of them may lie beyond the standstill.
  state.speed_mps = std::max(0.0, piece.speed_mps + piece.acceleration_mps2 * since_s);
  state.odometer_m = piece.odometer_m + length;
  state.heading_rad = piece.heading_rad + piece.curvature_per_m * length;
  const double turn = piece.reversing ? std::numbers::pi : 0.0;
  if (length > 0.0)
    state.at = piece.from + way_displacement(piece.heading_rad + turn, piece.curvature_per_m, length);
  else
    state.at = piece.from;
  const SineCosine direction = sine_cosine(state.heading_rad + turn);
  state.velocity = {state.speed_mps * direction.sine, state.speed_mps * direction.cosine};
  return state;
}

}  // namespace haulwatch::simulation
