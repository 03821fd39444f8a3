#include <haulwatch/io/manifest_reader.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string_view>

/// Any bytes as manifests: every line is kept or named, and the newest versions are among the kept ones.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are characters here
  const std::string_view lines{reinterpret_cast<const char*>(data), size};
  const haulwatch::io::ManifestReading reading = haulwatch::io::read_manifests(lines);
  if (haulwatch::io::newest_versions(reading.lines).size() > reading.lines.size()) {
    std::cerr << "broken promise: a version that no line holds\n";
    std::abort();
  }
  return 0;
}
