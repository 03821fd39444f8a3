#pragma once

#include <haulwatch/simulation/motion.hpp>
#include <haulwatch/simulation/random.hpp>
#include <haulwatch/simulation/terminal_profile.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>

namespace haulwatch::simulation {

namespace detail {

/// Terminals look at their triggers once a second.
inline constexpr Milliseconds shortest_interval = std::chrono::seconds{1};

/// Seconds until a vehicle has gone `distance_m` further; infinite if it never gets there.
[[nodiscard]] inline double seconds_to(double distance_m, const MotionPiece& piece) noexcept {
  if (distance_m <= 0.0) return 0.0;
  const double squared = piece.speed_mps * piece.speed_mps + 2.0 * piece.acceleration_mps2 * distance_m;
  const double sum = squared > 0.0 ? piece.speed_mps + std::sqrt(squared) : 0.0;
  return sum > 0.0 ? 2.0 * distance_m / sum : std::numeric_limits<double>::infinity();
}

[[nodiscard]] inline bool stands(const MotionPiece& piece) noexcept {
  return piece.speed_mps == 0.0 && piece.acceleration_mps2 == 0.0;
}

}  // namespace detail

/// When one terminal reports: by time, or by distance and turn, at changes, more slowly while parked,
/// and hardly ever while asleep.
///
/// Instants lie at a phase of the second that is the terminal's own, so that stamps in whole seconds are late by
/// something else on each vehicle. O(1) a report, whatever the trigger.
class ReportSchedule {
 public:
  ReportSchedule(const ReportingDoses& doses, std::uint64_t seed, std::uint32_t vehicle, TimeUtc start) noexcept;

  /// A piece begins. \param piece follows the last one
  void enter(const MotionPiece& piece) noexcept;

  /// When the next report is due if `piece` goes on for ever; not before its start.
  [[nodiscard]] TimeUtc due(const MotionPiece& piece) const noexcept;

  /// A report was made, or could have been.
  void reported(const MotionPiece& piece, TimeUtc at) noexcept;

  /// Nothing is reported before `until`, when power comes back, and then some time for booting.
  void postpone(TimeUtc until) noexcept;

  /// Whether the vehicle has stood long enough, or with its ignition off, to count as parked by the terminal.
  [[nodiscard]] bool parked(const MotionPiece& piece, TimeUtc at) const noexcept;

 private:
  [[nodiscard]] Milliseconds interval(const MotionPiece& piece, TimeUtc at) noexcept;

  Random random_;
  Milliseconds interval_;
  Milliseconds parked_interval_;
  Milliseconds parked_after_;
  Milliseconds boot_;
  double jitter_;
  double distance_m_ = 0.0;  ///< 0: not by distance
  double turn_rad_ = 0.0;    ///< 0: not at turns
  bool at_changes_;
  bool slower_parked_;
  Milliseconds asleep_interval_{0};  ///< with the ignition off; 0: it does not sleep

  TimeUtc due_;
  TimeUtc not_before_ = no_time;  ///< without power until then, or still booting
  TimeUtc last_ = no_time;
  TimeUtc standing_since_ = no_time;  ///< `no_time` while moving
  double last_odometer_m_ = 0.0;
  double turned_rad_ = 0.0;  ///< since the last report, up to the start of the piece
  double piece_odometer_m_ = 0.0;
  double piece_curvature_ = 0.0;
  bool ignition_ = true;
  bool body_raised_ = false;
};

inline void ReportSchedule::enter(const MotionPiece& piece) noexcept {
  turned_rad_ += std::abs(piece_curvature_) * std::max(0.0, piece.odometer_m - piece_odometer_m_);
  piece_odometer_m_ = piece.odometer_m;
  piece_curvature_ = piece.curvature_per_m;
  const bool was_standing = standing_since_ != no_time;
  if (!detail::stands(piece))
    standing_since_ = no_time;
  else if (!was_standing)
    standing_since_ = piece.start;
  const bool changed = piece.ignition != ignition_ || piece.body_raised != body_raised_;
  const bool wakes = (was_standing && !detail::stands(piece)) || (piece.ignition && !ignition_);
  ignition_ = piece.ignition;
  body_raised_ = piece.body_raised;
  if (changed && at_changes_) due_ = std::min(due_, piece.start);
  if (wakes) due_ = std::min(due_, piece.start + interval_);
}

inline TimeUtc ReportSchedule::due(const MotionPiece& piece) const noexcept {
  TimeUtc due = due_;
  if (turn_rad_ > 0.0) {
    double to_go_m = std::numeric_limits<double>::infinity();
    if (distance_m_ > 0.0) to_go_m = distance_m_ - (piece.odometer_m - last_odometer_m_);
    if (piece.curvature_per_m != 0.0)
      to_go_m = std::min(to_go_m, (turn_rad_ - turned_rad_) / std::abs(piece.curvature_per_m));
    const double wait_s = detail::seconds_to(to_go_m, piece);
    if (wait_s < piece.duration_s) due = std::min(due, piece.start + milliseconds(wait_s));
  }
  if (last_ != no_time) due = std::max(due, last_ + detail::shortest_interval);
  return std::max({due, piece.start, not_before_});
}

}  // namespace haulwatch::simulation
