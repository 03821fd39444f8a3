#pragma once

#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/reading.hpp>
#include <haulwatch/simulation/elementary.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <cstdint>
#include <numbers>

namespace haulwatch::simulation {

/// What stands between a receiver and the sky.
enum class Sky : std::uint8_t {
  open,
  urban,   ///< between high buildings: multipath
  canyon,  ///< under a bridge, in a narrow street: multipath and loss
  none,    ///< tunnel or hall: no fix at all
};

/// As `milliseconds`, without its call into the library. \param s not negative
[[nodiscard]] constexpr Milliseconds nearest_millisecond(double s) noexcept {
  // NOLINTNEXTLINE(bugprone-incorrect-roundings): right for what is not negative and below 2^52
  return Milliseconds{static_cast<std::int64_t>(s * 1e3 + 0.5)};
}

/// A stretch of a vehicle's true way on which nothing changes but its place: straight, or an arc, at constant
/// acceleration. The truth is written from these; terminals see them through their errors.
///
/// Pieces of one vehicle follow each other without gap or overlap in time: durations are whole milliseconds. Each
/// begins where the one before ended, but for what that rounding moves: less than 2 cm and 0.01 m/s.
struct MotionPiece {
  TimeUtc start = no_time;
  double duration_s = 0.0;
  geo::LocalPoint from;          ///< metres in the county's frame
  double heading_rad = 0.0;      ///< of the body at the start, clockwise from north
  double curvature_per_m = 0.0;  ///< of the way, positive to the right; 0 is straight
  double speed_mps = 0.0;        ///< along the way at the start; never negative
  double acceleration_mps2 = 0.0;
  double odometer_m = 0.0;  ///< at the start
  bool reversing = false;   ///< the way leads backwards out of the body's heading
  bool ignition = true;
  bool body_raised = false;
  bool cover_closed = true;
  LoadReading load = LoadReading::empty;  ///< what truly lies on it; never `unknown`
  Sky sky = Sky::open;
  bool coverage = true;       ///< the mobile network carries reports away; else they are kept and sent later
  bool terminal_cut = false;  ///< somebody has cut the terminal's power or antenna: nothing is recorded

  [[nodiscard]] TimeUtc end() const noexcept { return start + nearest_millisecond(duration_s); }
};

/// Where a vehicle truly is at one instant.
struct MotionState {
  geo::LocalPoint at;
  geo::LocalPoint velocity;  ///< metres a second
  double heading_rad = 0.0;  ///< of the body, clockwise from north
  double speed_mps = 0.0;
  double odometer_m = 0.0;
};

/// Where a way of constant curvature leads, from its beginning. \param direction_rad of the way, clockwise from north
[[nodiscard]] inline geo::LocalPoint way_displacement(double direction_rad, double curvature_per_m,
                                                      double length_m) noexcept {
  // The chord of an arc lies half a turn of it away from its beginning.
  const double half_turn = 0.5 * curvature_per_m * length_m;
  const SineCosine middle = sine_cosine(direction_rad + half_turn);
  const double chord = half_turn == 0.0 ? length_m : length_m * chord_of_arc(half_turn);
  return {chord * middle.sine, chord * middle.cosine};
}

/// How far a vehicle has gone on a piece. \param since_s seconds after its start, from 0 to its duration; so below
[[nodiscard]] inline double way_of(const MotionPiece& piece, double since_s) noexcept {
  return std::max(0.0, piece.speed_mps * since_s + 0.5 * piece.acceleration_mps2 * since_s * since_s);
}

/// Of the way, clockwise from north, where the piece begins.
[[nodiscard]] inline double direction_of(const MotionPiece& piece) noexcept {
  return piece.heading_rad + (piece.reversing ? std::numbers::pi : 0.0);
}

/// Where it then is.
[[nodiscard]] inline geo::LocalPoint place_of(const MotionPiece& piece, double since_s) noexcept {
  const double length = way_of(piece, since_s);
  if (length <= 0.0) return piece.from;
  return piece.from + way_displacement(direction_of(piece), piece.curvature_per_m, length);
}

/// Where it then is and how it moves.
[[nodiscard]] MotionState state_of(const MotionPiece& piece, double since_s) noexcept;

}  // namespace haulwatch::simulation
