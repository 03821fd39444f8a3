#pragma once

#include <haulwatch/io/output_file.hpp>
#include <haulwatch/io/quality_days.hpp>
#include <haulwatch/track/cleaned_fix.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace haulwatch::io {

inline constexpr std::string_view quality_header =
    "vehicle,day,fixes,kept,duplicates,late,drifts,repaired,way_m,seen_way_m,online_s,completeness,pass_rate,"
    "drift_share,online_share,delay_p50_s,delay_p95_s,late_share\n";

/// Writes one row a vehicle and day (UTC) from cleaned tracks, which come by vehicle and in order of time.
///
/// What cannot be said (a share of nothing, a delay without arrivals) is an empty cell. Failures are `FileError`s of
/// the file. Costs as `QualityDays`.
class QualityWriter {
 public:
  /// \param path the file to create or replace; `-` for standard output
  explicit QualityWriter(std::string path)
      : file_{std::move(path)}, days_{[this](const VehicleDay& day) { write(day); }} {
    file_.write(quality_header);
  }
  QualityWriter(const QualityWriter&) = delete;  // its days are told to this object
  QualityWriter& operator=(const QualityWriter&) = delete;

  void add(std::string_view vehicle, const track::CleanedFix& fix) { days_.add(vehicle, fix); }
  /// Writes the last row, too. \throws FileError
  void close();

 private:
  void write(const VehicleDay& day);

  OutputFile file_;
  QualityDays days_;
  std::string row_;
};

}  // namespace haulwatch::io
