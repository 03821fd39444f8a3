#pragma once

#include <haulwatch/simulation/report.hpp>
#include <haulwatch/units.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace haulwatch::simulation {

/// The first line of simulated tracks: the columns of the tracks CSV, one row a fix.
inline constexpr std::string_view tracks_header =
    "vehicle,time,lon,lat,speed_mps,heading_deg,accuracy_m,hdop,ignition,body_lift,cover_closed,load,received,backfill,"
    "odometer_m\n";

/// Spells reports as rows of the tracks CSV.
///
/// Times are RFC 3339 in UTC: seconds as stamped, milliseconds of arrival. Degrees have 6 decimals, speeds 2. What was
/// not reported is an empty cell. Whole numbers alone are spelt, so no rounding of the machine's can show. Some 60 ns
/// a row, no allocation once `out` has grown. Threads: one at a time.
class TrackRowWriter {
 public:
  /// \param names of the vehicles, by number, as they shall stand in the file
  explicit TrackRowWriter(const std::vector<std::string>& names);

  /// Appends one row and a line break.
  void append(std::string& out, const Report& report);

 private:
  /// The date of one day, spelt once for all the rows of that day.
  struct SpeltDay {
    TimeUtc midnight = no_time;
    std::array<char, 11> text{};  ///< `2026-03-02T`
  };

  [[nodiscard]] static char* put_time(char* at, SpeltDay& day, TimeUtc time, std::size_t decimals);

  std::vector<std::string> cells_;
  SpeltDay stamped_;
  SpeltDay received_;
};

}  // namespace haulwatch::simulation
