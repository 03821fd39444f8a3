#pragma once

#include <haulwatch/explain/explain.hpp>
#include <haulwatch/fix.hpp>
#include <haulwatch/io/recording.hpp>
#include <haulwatch/units.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace haulwatch::explain {

/// The reports of one vehicle within a span, as `explain` takes them, with where each was read.
///
/// Memory: the reports that are kept. Threads: one at a time.
class VehicleReports {
 public:
  VehicleReports(std::string_view vehicle, TimeSpan span) : vehicle_{vehicle}, span_{span} {}

  [[nodiscard]] bool wants(std::string_view vehicle, TimeUtc time) const noexcept {
    return time >= span_.from && time <= span_.to && vehicle == vehicle_;
  }
  /// \pre it is wanted; `sort` has to follow the last
  void add(const Fix& fix, std::string source) { fixes_.push_back({fix, std::move(source)}); }
  void note_bad_row() noexcept { ++bad_rows_; }
  void sort();

  /// Those of a recording, by file and line, sorted. \throws FileError, io::FormatError
  void read(std::vector<std::string> files, const io::TrackFormat& format);

  [[nodiscard]] const std::vector<SourcedFix>& fixes() const noexcept { return fixes_; }
  /// Rows, of any vehicle, that could not be read.
  [[nodiscard]] std::uint64_t bad_rows() const noexcept { return bad_rows_; }

 private:
  std::string vehicle_;
  TimeSpan span_;
  std::vector<SourcedFix> fixes_;
  std::uint64_t bad_rows_ = 0;
};

}  // namespace haulwatch::explain
