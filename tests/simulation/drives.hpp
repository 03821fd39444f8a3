#pragma once

#include <haulwatch/simulation/motion.hpp>
#include <haulwatch/simulation/random_spans.hpp>
#include <haulwatch/simulation/terminal_profile.hpp>
#include <haulwatch/units.hpp>

#include <chrono>
#include <cstddef>
#include <vector>

namespace haulwatch::simulation {

inline constexpr TimeUtc monday = TimeUtc{std::chrono::sys_days{std::chrono::year{2026} / 3 / 2}};
inline constexpr TimeSpan one_day{monday, monday + std::chrono::days{1}};

/// The way of one vehicle, told piece by piece.
class Drive {
 public:
  explicit Drive(TimeUtc start = monday) { now_.start = start; }

  Drive& stands(double duration_s) { return goes(duration_s, 0.0, 0.0); }
  Drive& drives(double duration_s, double speed_mps) { return goes(duration_s, speed_mps, 0.0); }
  Drive& turns(double duration_s, double speed_mps, double curvature_per_m) {
    return goes(duration_s, speed_mps, curvature_per_m);
  }

  /// Changes what the pieces to come are like.
  template <class Change>
  Drive& then(Change change) {
    change(now_);
    return *this;
  }

  [[nodiscard]] const std::vector<MotionPiece>& pieces() const noexcept { return pieces_; }
  [[nodiscard]] TimeUtc end() const noexcept { return now_.start; }

 private:
  Drive& goes(double duration_s, double speed_mps, double curvature_per_m) {
    now_.duration_s = duration_s;
    now_.speed_mps = speed_mps;
    now_.curvature_per_m = curvature_per_m;
    pieces_.push_back(now_);
    const MotionState last = state_of(now_, duration_s);
    now_.start = now_.end();
    now_.from = last.at;
    now_.heading_rad = last.heading_rad;
    now_.odometer_m = last.odometer_m;
    return *this;
  }

  MotionPiece now_;
  std::vector<MotionPiece> pieces_;
};

/// Terminals that report every ten seconds, without any error, fault or delay worth the name.
inline TerminalProfile perfect_terminals() {
  TerminalProfile profile;
  profile.reporting = {.interval_s = {{{10.0, 1.0}}},
                       .jitter = {0.0},
                       .by_distance = {0.0},
                       .at_turns = {0.0},
                       .at_changes = {0.0},
                       .slower_parked = {0.0},
                       .parked_interval_s = {{{60.0, 1.0}}},
                       .boot_s = {20.0, 20.0}};
  profile.noise = {.slow_sigma_m = {},
                   .fast_open_sigma_m = {},
                   .fast_urban_sigma_m = {},
                   .white_sigma_m = {},
                   .doppler_sigma_mps = {},
                   .static_hold = {0.0},
                   .place_hold = {0.0},
                   .accuracy = {0.0},
                   .hdop = {0.0}};
  profile.places = {.multipath = {},
                    .parked_drift = {0.0},
                    .spikes_per_1000 = 0.0,
                    .zero_places_per_1000 = 0.0,
                    .frozen = {},
                    .cold_start_m = 0.0,
                    .repeats_place_when_blind = {0.0}};
  profile.uplink = {.latency_median_s = 0.5,
                    .latency_spread = 0.0,
                    .lost = {0.0},
                    .duplicated = {0.0},
                    .overtaken = {0.0},
                    .outages = {},
                    .keeps_reports = {1.0},
                    .newest_first = {0.0},
                    .in_pieces = {0.0},
                    .sent_twice = {0.0},
                    .deaths = {}};
  for (SensorDoses* doses : {&profile.ignition, &profile.body_lift, &profile.cover, &profile.load})
    *doses = {
        .absent = {0.0}, .dead = {0.0}, .stuck = {0.0}, .inverted = {0.0}, .flickering = {0.0}, .contradicting = {0.0}};
  profile.faults = {.clock_offset = {0.0},
                    .clock_jump = {0.0},
                    .week_rollover = {0.0},
                    .local_time = {0.0},
                    .gcj02 = {0.0},
                    .speed_jammer = {0.0},
                    .place_jammer = {0.0}};
  profile.odometer = {1.0};
  return profile;
}

}  // namespace haulwatch::simulation
