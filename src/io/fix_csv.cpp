#include <haulwatch/io/fix_csv.hpp>

#include <haulwatch/io/detail/append_text.hpp>

#include <array>
#include <charconv>
#include <cmath>

namespace haulwatch::io {
namespace {

/// The fewest digits that are read back as the same number.
template <class Number>
void append_exact(std::string& out, Number number) {
  std::array<char, 400> text;  // a double has up to 309 digits before the point
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed).ptr;
  out.append(text.data(), end);
}

void append_reading(std::string& out, Reading reading) {
  out += ',';
  if (reading && std::isfinite(reading.value())) append_exact(out, reading.value());
}

void append_sensed(std::string& out, Sensed sensed) {
  out += ',';
  if (sensed != Sensed::unknown) out += sensed == Sensed::yes ? '1' : '0';
}

void append_load(std::string& out, LoadReading load) {
  constexpr std::array<std::string_view, 4> names{"", "empty", "half", "full"};
  out += ',';
  out += names[static_cast<std::size_t>(load)];
}

}  // namespace

void append_csv(std::string& out, std::string_view vehicle, const Fix& fix) {
  detail::append_csv_field(out, vehicle);
  out += ',';
  if (fix.time != no_time) detail::append_time(out, fix.time);
  for (const double degrees : {fix.position.lon, fix.position.lat}) {
    out += ',';
    if (std::isfinite(degrees)) append_exact(out, degrees);
  }
  for (const Reading reading : {fix.speed_mps, fix.heading_deg, fix.accuracy_m, fix.hdop}) append_reading(out, reading);
  for (const Sensed sensed : {fix.sensors.ignition, fix.sensors.body_lift, fix.sensors.cover_closed}) {
    append_sensed(out, sensed);
  }
  append_load(out, fix.sensors.load);
  out += ',';
  if (fix.received != no_time) detail::append_time(out, fix.received);
  out += fix.backfill ? ",1," : ",0,";
  if (fix.odometer_m >= 0.0) append_exact(out, fix.odometer_m);
  append_sensed(out, fix.valid);
}

}  // namespace haulwatch::io
