#pragma once

#include <haulwatch/io/detail/byte_window.hpp>
#include <haulwatch/io/frame_recording.hpp>
#include <haulwatch/io/track_reader.hpp>

#include <memory>
#include <string_view>

namespace haulwatch::io::detail {

/// Reads the beginning of an input, and refuses what is no text: a zero byte in the
/// first line, UTF-16, archives.
/// \return the first bytes, without a byte order mark, which is taken off the window
/// \throws FileError
std::string_view begin_text(ByteWindow& window);

/// \pre `begin_text` was called on the window
[[nodiscard]] std::unique_ptr<TrackReader> csv_reader(ByteWindow window, const TrackFormat& format, VehicleNames& names,
                                                      OnBadRow on_bad_row);

/// \pre `begin_text` was called on the window
[[nodiscard]] std::unique_ptr<TrackReader> json_reader(ByteWindow window, const TrackFormat& format,
                                                       VehicleNames& names, OnBadRow on_bad_row);

[[nodiscard]] std::unique_ptr<TrackReader> jt808_reader(ByteWindow window, FrameText text, const TrackFormat& format,
                                                        VehicleNames& names, OnBadRow on_bad_row);

[[nodiscard]] std::unique_ptr<TrackReader> nmea_reader(ByteWindow window, const TrackFormat& format,
                                                       VehicleNames& names, OnBadRow on_bad_row);

}  // namespace haulwatch::io::detail
