#include <haulwatch/io/registry_reader.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

/// Any bytes as a registry: faults may be named, nothing may break.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are characters here
  const std::string_view json{reinterpret_cast<const char*>(data), size};
  static_cast<void>(haulwatch::io::check_registry(json));
  return 0;
}
