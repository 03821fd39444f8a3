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
  const double chord = half_turn == 0.0 ? length_m : length_m * chord_of_arc(half_turn);
  return {chord * middle.sine, chord * middle.cosine};
}

namespace {

/// Of the way, clockwise from north.
double direction_of(const MotionPiece& piece) noexcept {
  return piece.heading_rad + (piece.reversing ? std::numbers::pi : 0.0);
}

}  // namespace

double way_of(const MotionPiece& piece, double since_s) noexcept {
  return std::max(0.0, piece.speed_mps * since_s + 0.5 * piece.acceleration_mps2 * since_s * since_s);
}

geo::LocalPoint place_of(const MotionPiece& piece, double since_s) noexcept {
  const double length = way_of(piece, since_s);
  if (length <= 0.0) return piece.from;
  return piece.from + way_displacement(direction_of(piece), piece.curvature_per_m, length);
}

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
