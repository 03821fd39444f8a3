#pragma once

#include <haulwatch/io/jt808/bytes.hpp>
#include <haulwatch/lon_lat.hpp>
#include <haulwatch/units.hpp>

#include <cstddef>
#include <optional>

namespace haulwatch::io::jt808 {

/// One position of a driving recorder.
struct RecordedPosition {
  TimeUtc time = no_time;
  LonLat position;  ///< degrees, in steps of 1/600,000
};

/// Walks over the positions that a driving recorder had kept (0x0700 with command 09H of GB/T 19056): blocks of an
/// hour, one position a minute. Minutes without a position are passed over.
class RecorderPositions {
 public:
  /// \return nothing where the body is no sound answer to that command; an answer without any block is one
  [[nodiscard]] static std::optional<RecorderPositions> read(Bytes body) noexcept;

  [[nodiscard]] bool next(RecordedPosition& position) noexcept;

 private:
  explicit RecorderPositions(Bytes blocks) noexcept : blocks_{blocks} {}
  [[nodiscard]] static bool read_minute(Bytes block, std::size_t minute, RecordedPosition& position) noexcept;

  Bytes blocks_;
  std::size_t minute_ = 0;
};

/// Whether a 0x0700 answers that command at all; other commands' answers are none of ours.
[[nodiscard]] bool holds_recorder_positions(Bytes body) noexcept;

}  // namespace haulwatch::io::jt808
