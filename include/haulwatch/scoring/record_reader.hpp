#pragma once

#include <haulwatch/error.hpp>
#include <haulwatch/io/byte_source.hpp>
#include <haulwatch/scoring/record.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace haulwatch::scoring {

/// Which member says what a line is: `kind` of truth, `event` of events.
enum class Side : std::uint8_t { truth, events };

/// A line that cannot be scored. The message names file, line, member and what was expected.
class BadLine : public Error {
 public:
  using Error::Error;
};

/// Reads a whole file of JSON Lines, plain or gzip. Members without a meaning for scoring are passed over.
///
/// Strict, for a figure made of half-read files is no figure: the first line that is not an object, names no kind or no
/// time, has a member of the wrong type, half a place, or an end before its start is refused.
/// About 5 µs and 350 B a line. Threads: one at a time.
/// \throws BadLine, FileError
[[nodiscard]] RecordSet read_records(std::unique_ptr<io::ByteSource> source, Side side);
[[nodiscard]] RecordSet read_records(const std::string& path, Side side);

}  // namespace haulwatch::scoring
