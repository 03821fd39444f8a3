#pragma once

#include <haulwatch/simulation/motion.hpp>
#include <haulwatch/simulation/random.hpp>
#include <haulwatch/simulation/terminal_profile.hpp>
#include <haulwatch/units.hpp>

#include <cstdint>

namespace haulwatch::simulation {

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

}  // namespace haulwatch::simulation
