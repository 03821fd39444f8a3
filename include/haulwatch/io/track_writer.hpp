#pragma once

#include <haulwatch/io/output_file.hpp>
#include <haulwatch/track/cleaned_fix.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace haulwatch::io {

/// Appends one row of the cleaned tracks and a line break, its columns as in `cleaned_tracks_header`.
///
/// Degrees have 7 decimals, metres and metres a second 2, headings 1, rounded exactly with ties to even. What is not
/// known is an empty cell: the cleaned columns and `state` of a fix that was not kept, a raw place that is no number, a
/// time that could not be read.
///
/// About 0.3 µs, and no allocation once `out` has grown. Threads: any, each with its own `out`.
void append_csv(std::string& out, std::string_view vehicle, const track::CleanedFix& fix);

inline constexpr std::string_view cleaned_tracks_header =
    "vehicle,time,lon,lat,clean_lon,clean_lat,clean_speed_mps,clean_heading_deg,sigma_m,state,verdict\n";

/// Writes cleaned tracks as comma-separated values, in the order given.
///
/// Failures are `FileError`s of the file, at the moment they happen; see `OutputFile`. Threads: one at a time.
class TrackWriter {
 public:
  /// Writes the header. \param path the file to create or replace; `-` for standard output
  explicit TrackWriter(std::string path) : file_{std::move(path)} { file_.write(cleaned_tracks_header); }

  /// \param vehicle the text of `fix.vehicle`
  void write(std::string_view vehicle, const track::CleanedFix& fix);
  void flush() { file_.flush(); }
  void close() { file_.close(); }

 private:
  OutputFile file_;
  std::string row_;
};

}  // namespace haulwatch::io
