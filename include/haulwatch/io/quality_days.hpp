#pragma once

#include <haulwatch/reading.hpp>
#include <haulwatch/track/cleaned_fix.hpp>
#include <haulwatch/units.hpp>
#include <haulwatch/verdict.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace haulwatch::io {

/// How good one vehicle's reports of one day were. The formulae: docs/sick-terminals.md.
struct DayQuality {
  std::uint64_t fixes = 0;  ///< all, duplicates among them
  std::uint64_t kept = 0;   ///< in the track
  std::uint64_t duplicates = 0;
  std::uint64_t late = 0;      ///< refused for that
  std::uint64_t drifts = 0;    ///< places where no truck can have been: spikes, 0 N 0 E, frozen ones
  std::uint64_t repaired = 0;  ///< whose time was put right
  double way_m = 0;            ///< from kept fix to kept fix, straight
  double seen_way_m = 0;       ///< of that, between fixes no more than 2 km and five minutes apart, or standing
  double online_s = 0;         ///< no silence of more than ten minutes
};

/// A share; nothing where it would be one of nothing.
using Share = std::optional<double>;

/// One vehicle's day, with what follows from its counts.
struct VehicleDay {
  std::string_view vehicle;
  std::chrono::sys_days day{};
  DayQuality counts;
  Share completeness;  ///< of the way, what was seen
  Share pass_rate;     ///< of the fixes but duplicates, those kept
  Share drift_share;   ///< of them, the drifts
  Share online_share;  ///< of 24 hours
  Reading delay_p50_s;
  Reading delay_p95_s;
  Share late_share;  ///< of the fixes with a known arrival, those that took more than ten minutes
};

/// Tells each vehicle's days (UTC) from cleaned tracks, which come by vehicle and in order of time.
///
/// Time: O(1) a fix. Memory: a day's delays of one vehicle, 4 B a fix. Threads: one at a time.
class QualityDays {
 public:
  explicit QualityDays(std::function<void(const VehicleDay&)> on_day) : on_day_{std::move(on_day)} {}

  void add(std::string_view vehicle, const track::CleanedFix& fix);
  /// Tells the last day, too.
  void finish() { end_day(); }

 private:
  void end_day();
  void drive_to(const track::CleanedFix& fix);

  std::function<void(const VehicleDay&)> on_day_;
  std::string vehicle_;
  std::chrono::sys_days day_{};
  DayQuality now_;
  std::vector<float> delays_s_;  ///< of the fixes whose arrival is known
  std::uint64_t delayed_ = 0;    ///< of them, more than ten minutes
  TimeUtc last_kept_ = no_time;
  LonLat last_place_{};
};

}  // namespace haulwatch::io
