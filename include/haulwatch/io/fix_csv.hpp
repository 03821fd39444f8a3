#pragma once

#include <haulwatch/fix.hpp>

#include <string>
#include <string_view>

namespace haulwatch::io {

/// The columns of `append_csv(out, vehicle, fix)`: the project's own format of tracks.
inline constexpr std::string_view tracks_header =
    "vehicle,time,lon,lat,speed_mps,heading_deg,accuracy_m,hdop,ignition,body_lift,cover_closed,load,received,backfill,"
    "odometer_m,valid";

/// Appends one fix as a row of tracks, without a line end. Reading it gives the same fix to the bit: numbers have the
/// fewest digits that do. What is not reported is an empty cell.
/// Threads: any, each with its own `out`.
void append_csv(std::string& out, std::string_view vehicle, const Fix& fix);

}  // namespace haulwatch::io
