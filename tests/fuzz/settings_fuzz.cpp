#include <haulwatch/detect/dwell.hpp>
#include <haulwatch/io/settings_reader.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string_view>

namespace {

struct Values {
  haulwatch::detect::DwellOptions dwell;
};

haulwatch::io::SettingsSchema<Values> schema() {
  using haulwatch::detect::DwellOptions;
  haulwatch::io::SettingsSchema<Values> made;
  made.group("dwell", &Values::dwell)
      .option("radius_m", &DwellOptions::radius, {1, 500}, {"a length", ""})
      .option("slow_mps", &DwellOptions::slow, {0, 20}, {"a speed", ""})
      .option("min_duration_s", &DwellOptions::min_duration, {1, 86400}, {"a span of time", ""})
      .option("braking_mps2", &DwellOptions::braking_mps2, {0.1, 10}, {"a number", ""});
  return made;
}

}  // namespace

/// Any bytes as settings: what is taken is within its range, and what is refused changes nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const haulwatch::io::SettingsSchema<Values> options = schema();
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are characters here
  const std::string_view json{reinterpret_cast<const char*>(data), size};
  Values values;
  values.dwell.radius = haulwatch::Metres{33.0};
  const bool taken = options.read(json, values).empty();
  const double radius = values.dwell.radius.value();
  if (taken ? radius < 1.0 || radius > 500.0 : radius != 33.0) {
    std::cerr << "broken promise: a radius of " << radius << " m was taken\n";
    std::abort();
  }
  return 0;
}
