#include <haulwatch/io/nmea/stream_parser.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

namespace {

using namespace haulwatch::io;
using haulwatch::TimeUtc;

void require(bool holds, const char* promise) {
  if (holds) return;
  std::cerr << "broken promise: " << promise << '\n';
  std::abort();
}

class Notes : public nmea::Listener {
 public:
  void on_fix(const nmea::Report& report) override {
    require(report.fix.time != haulwatch::no_time, "a fix has a time");
    require(std::isfinite(report.fix.position.lon) && std::isfinite(report.fix.position.lat), "a fix has a place");
    require(report.vehicle.empty() || report.vehicle.size() == 9, "a vessel has nine digits");
    require(!report.fix.heading_deg || report.fix.heading_deg.value() < 360, "a heading is in the circle");
    text += "fix " + std::string{report.vehicle} + std::to_string(report.fix.time.time_since_epoch().count()) +
            std::to_string(report.fix.position.lon) + std::to_string(report.fix.hdop.value_or(-1));
  }
  void on_ais(const nmea::AisBits& message) override { text += "ais " + std::to_string(message.type()); }
  void on_refused(nmea::Fault fault, std::string_view line) override { (text += nmea::name_of(fault)) += line; }
  std::string text;
};

std::string told(std::string_view bytes, std::size_t crumb, Strictness strictness, TimeUtc heard) {
  Notes notes;
  nmea::StreamParser parser{strictness};
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, crumb);
    parser.push(piece, notes, heard);
    bytes.remove_prefix(piece.size());
  }
  parser.finish(notes, heard);
  return notes.text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const Strictness strictness = (data[0] & 1U) != 0 ? Strictness::lenient : Strictness::strict;
  const TimeUtc heard = (data[0] & 2U) != 0 ? TimeUtc{std::chrono::hours{24 * 365 * 50}} : haulwatch::no_time;
  const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  const std::string whole = told(bytes, std::max<std::size_t>(bytes.size(), 1), strictness, heard);
  require(whole == told(bytes, 1U + (data[0] >> 4U), strictness, heard), "the cut of the stream changes nothing");
  return 0;
}
