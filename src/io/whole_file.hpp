#pragma once

#include <string>

namespace haulwatch::io {

/// All bytes of a file, unpacked where it is gzip; of standard input where `path` is `-`.
/// \throws FileError naming path and cause
[[nodiscard]] std::string whole_file(const std::string& path);

}  // namespace haulwatch::io
