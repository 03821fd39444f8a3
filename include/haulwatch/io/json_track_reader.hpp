#pragma once

#include <haulwatch/io/track_reader.hpp>

namespace haulwatch::io {

/// Reads one array of objects, or JSON Lines (one object a line), each object a fix; which of the two is told by the
/// first character. Keys stand for columns; a key inside an object is mapped as `place.lat`. What stands in arrays is
/// passed over. A number is read from its digits, so none are lost.
///
/// An element or a line that is no object of valid JSON is a bad row. The needed keys must be among those of the first
/// objects, up to 64 of them; later a missing key is an empty cell. Objects over 16 MiB are refused.
/// Throws as `open_tracks` does.
[[nodiscard]] std::unique_ptr<TrackReader> read_json_tracks(std::unique_ptr<ByteSource> source,
                                                            const TrackFormat& format, VehicleNames& names,
                                                            OnBadRow on_bad_row = {});

}  // namespace haulwatch::io
