#pragma once

#include <haulwatch/event.hpp>
#include <haulwatch/io/output_file.hpp>
#include <haulwatch/track/cleaned_fix.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace haulwatch::io {

/// Writes events and cleaned tracks as one GeoJSON FeatureCollection (RFC 7946) that any GIS draws.
///
/// - Each event is a Point (no geometry where the event has no place) with all of its fields, as in JSON Lines, as
///   properties. A stop's circle is its `radius_m`.
/// - A silence that ended is also a LineString from the place where the signal was lost to that where it came back.
/// - Kept fixes of one vehicle are LineStrings, a new one at each change of state, each beginning where the one before
///   it ended, so that the way is drawn unbroken; the line that ends a silence has the state `gap`. A line of 1,000
///   points is written, and goes on in a new one. A track of one fix is a Point.
///
/// Every feature has `kind` (`site_visit`, `zone_visit`, `gate_crossing`, `overspeed`, `stop`, `silence`, `track`),
/// `vehicle`, `time` and `label`, so that one rule styles all of a kind.
///
/// Features are written as they come. The closing brackets are written by `close`, and by the destructor where an error
/// or an interrupt ended things early: the file is always valid. An event is drawn as given: give final events only, or
/// every revision is drawn.
///
/// Memory: one line of up to 1,000 points a vehicle, one place an open silence. Threads: one at a time.
/// Failures are `FileError`s of the file, at the moment they happen; see `OutputFile`.
class GeoJsonWriter {
 public:
  /// \param path the file to create or replace; `-` for standard output
  explicit GeoJsonWriter(std::string path);
  ~GeoJsonWriter();
  GeoJsonWriter(const GeoJsonWriter&) = delete;
  GeoJsonWriter& operator=(const GeoJsonWriter&) = delete;

  void add(const Event& event);

  /// Fixes of one vehicle in order of time; vehicles in any order. What was not kept is passed over.
  /// \param vehicle the text of `fix.vehicle`
  void add(std::string_view vehicle, const track::CleanedFix& fix);

  void flush() { file_.flush(); }

  /// Writes the lines that are still open, and the end of the collection. Calling it again does nothing.
  void close();

 private:
  struct Line {
    std::string vehicle;
    track::TrackState state = track::TrackState::moving;
    TimeUtc start = no_time;
    TimeUtc end = no_time;
    std::vector<LonLat> points;
  };

  void begin_feature();
  void end_feature();
  void write_point(const Event& event);
  void write_silence(const Event& restored);
  void write_track(Line& line);
  void begin_properties(std::string_view kind);
  void append_way_members(std::string_view vehicle, TimeUtc time, TimeUtc start, TimeUtc end);

  OutputFile file_;
  std::string feature_;
  std::string label_;
  std::unordered_map<VehicleIndex, Line> lines_;
  std::unordered_map<SubjectId, LonLat> lost_at_;
  std::uint64_t features_ = 0;
  bool closed_ = false;
};

}  // namespace haulwatch::io
