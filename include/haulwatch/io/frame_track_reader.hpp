#pragma once

#include <haulwatch/io/frame_recording.hpp>
#include <haulwatch/io/track_reader.hpp>

namespace haulwatch::io {

/// Reads JT/T 808 frames of any number of terminals as tracks. The vehicle is the terminal's number, as
/// `jt808::TerminalNumber` writes it. Refused frames and locations are bad rows, counted by `jt808::Fault`.
[[nodiscard]] std::unique_ptr<TrackReader> read_jt808_tracks(std::unique_ptr<ByteSource> source, FrameText text,
                                                             const TrackFormat& format, VehicleNames& names,
                                                             OnBadRow on_bad_row = {});

/// Reads NMEA and AIS sentences as tracks. The vehicle is the MMSI; an RMC names none, so there it is what
/// `TrackFormat::vehicle_from` says, and without that the file's name. Refused lines are bad rows, counted by
/// `nmea::Fault`.
[[nodiscard]] std::unique_ptr<TrackReader> read_nmea_tracks(std::unique_ptr<ByteSource> source,
                                                            const TrackFormat& format, VehicleNames& names,
                                                            OnBadRow on_bad_row = {});

}  // namespace haulwatch::io
