#pragma once

#include <cstdint>

namespace haulwatch::io {

/// What happens to frames and sentences that lie about themselves.
///
/// `strict` refuses them. `lenient` takes a JT/T 808 frame whose check byte, body length or escapes are wrong, as some
/// makers' terminals send them all the time, a batch or a list of items that breaks off as far as it goes, an NMEA
/// sentence without checksum or with a wrong one, and an AIS report that is cut behind place and time; each is counted
/// as tolerated. Neither takes what has no readable header, place or time.
enum class Strictness : std::uint8_t { strict, lenient };

}  // namespace haulwatch::io
