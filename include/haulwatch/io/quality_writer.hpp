#pragma once

#include <haulwatch/io/output_file.hpp>
#include <haulwatch/track/cleaned_fix.hpp>
#include <haulwatch/units.hpp>
#include <haulwatch/verdict.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace haulwatch::io {

inline constexpr std::string_view quality_header =
    "vehicle,day,fixes,kept,duplicates,late,drifts,repaired,way_m,seen_way_m,online_s,completeness,pass_rate,"
    "drift_share,online_share,delay_p50_s,delay_p95_s,late_share\n";

/// How good one vehicle's reports of one day were. The formulae: docs/sick-terminals.md.
struct DayQuality {
  std::uint64_t fixes = 0;  ///< all, duplicates among them
  std::uint64_t kept = 0;   ///< in the track
  std::uint64_t duplicates = 0;
  std::uint64_t late = 0;      ///< refused for that
  std::uint64_t drifts = 0;    ///< places where no truck can have been: spikes, 0 N 0 E, frozen ones
  std::uint64_t repaired = 0;  ///< whose time was put right
  std::uint64_t delayed = 0;   ///< arrived more than ten minutes after their time
  std::uint64_t timed = 0;     ///< of which the arrival is known
  double way_m = 0;            ///< from kept fix to kept fix, straight
  double seen_way_m = 0;       ///< of that, between fixes no more than 2 km and five minutes apart, or standing
  double online_s = 0;         ///< no silence of more than ten minutes
  std::vector<float> delays_s;

  void clear() noexcept;
};

/// Writes one row a vehicle and day (UTC) from cleaned tracks, which come by vehicle and in order of time.
///
/// What cannot be said (a share of nothing, a delay without arrivals) is an empty cell. Failures are `FileError`s of
/// the file. Time: O(1) a fix. Memory: a day's delays of one vehicle, 4 B a fix. Threads: one at a time.
class QualityWriter {
 public:
  /// \param path the file to create or replace; `-` for standard output
  explicit QualityWriter(std::string path) : file_{std::move(path)} { file_.write(quality_header); }

  void add(std::string_view vehicle, const track::CleanedFix& fix);
  /// Writes the last row, too. \throws FileError
  void close();

 private:
  void end_day();
  void drive_to(const track::CleanedFix& fix);

  OutputFile file_;
  std::string vehicle_;
  std::chrono::sys_days day_{};
  DayQuality now_;
  TimeUtc last_kept_ = no_time;
  LonLat last_place_{};
  std::string row_;
};

}  // namespace haulwatch::io
