#pragma once

#include <haulwatch/engine/replay.hpp>
#include <haulwatch/engine/vehicle_names.hpp>
#include <haulwatch/fix.hpp>
#include <haulwatch/io/row_places.hpp>
#include <haulwatch/io/track_format.hpp>
#include <haulwatch/io/track_reader.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace haulwatch::io {

/// The files of one replay as one recording, which can be read more than once.
///
/// Standard input is copied to a nameless temporary file as it is first read, since a second reading may be needed.
/// Threads: one at a time.
class Recording {
 public:
  Recording(std::vector<std::string> files, TrackFormat format);
  ~Recording();
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  /// Called for each row that cannot be read, during the first reading only.
  OnBadRow on_bad_row;

  [[nodiscard]] std::unique_ptr<FixSource> open();

  [[nodiscard]] const VehicleNames& names() const noexcept { return names_; }
  [[nodiscard]] const RowPlaces& places() const noexcept { return places_; }

  /// Number of the file that is being read.
  [[nodiscard]] std::uint32_t current_file() const noexcept { return static_cast<std::uint32_t>(current_file_); }

  /// How much of all input has been read, 0 to 1; negative where it is not known.
  [[nodiscard]] double share_read() const noexcept;

  /// Calls `take(index into rows, text)` for the raw text of each of `rows`, which stand in the order of the recording.
  /// Frames in raw bytes have no text.
  void raw_rows(const std::vector<RowPlace>& rows, const std::function<void(std::size_t, std::string_view)>& take);

  [[nodiscard]] const std::string& file_name(std::uint32_t file) const noexcept { return files_[file]; }

 private:
  class Reading;
  std::unique_ptr<ByteSource> open_file(std::size_t file);
  std::unique_ptr<TrackReader> open_tracks(std::size_t file, bool first_reading);

  std::vector<std::string> files_;
  TrackFormat format_;
  VehicleNames names_;
  RowPlaces places_;
  std::vector<bool> has_lines_;  ///< of each file that was opened: whether its rows are lines of text
  int spooled_ = -1;             ///< descriptor of the copy of standard input
  unsigned readings_ = 0;
  std::size_t current_file_ = 0;
  const TrackReader* current_ = nullptr;
};

}  // namespace haulwatch::io
