#pragma once

#include <haulwatch/io/track_reader.hpp>

namespace haulwatch::io {

/// Reads a table of text, one fix a row (or several, see `WideRows`), whatever its name and first character.
///
/// Fields may be quoted as in RFC 4180, and quoted ones may hold delimiters, doubled quotes and line ends. A quote that
/// is never closed, or is followed by more text, costs its own line and no more. Lines end in LF or CRLF, and the last
/// one need not. A byte order mark is passed over, as are lines with nothing but blanks. With a header, a row must have
/// as many fields as it; without one, at least as many as the mapped columns need. Lines over 16 MiB are bad rows.
/// Throws as `open_tracks` does.
[[nodiscard]] std::unique_ptr<TrackReader> read_csv_tracks(std::unique_ptr<ByteSource> source,
                                                           const TrackFormat& format, VehicleNames& names,
                                                           OnBadRow on_bad_row = {});

}  // namespace haulwatch::io
