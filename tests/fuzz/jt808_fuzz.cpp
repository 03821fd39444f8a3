#include <haulwatch/io/jt808/profile_reader.hpp>
#include <haulwatch/io/jt808/session_messages.hpp>
#include <haulwatch/io/jt808/stream_parser.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

namespace {

using namespace haulwatch::io;
using haulwatch::Sensed;

void require(bool holds, const char* promise) {
  if (holds) return;
  std::cerr << "broken promise: " << promise << '\n';
  std::abort();
}

constexpr std::string_view profile_text = R"({"name":"fuzz","item_framing":{"0xF3A1":"2+1","0x64":"1+4","0xF4":"1+2"},
  "words":{"a":{"item":"0xE1","bytes":4},"b":{"item":"0x2B","bytes":2,"offset":2,"order":"little"},
           "c":{"item":"0xEB","bytes":1,"inside":{"framing":"2+2","item":"0x0001"}},"d":{"item":"0xF3A1","bytes":1}},
  "body_lift":{"word":"a","bit":10},"cover_closed":{"word":"c","bits":[0,1],"connected":{"word":"d","bit":0}},
  "load":{"word":"b","scale":0.01,"ranges":[{"below":2,"is":"fault"},{"below":3.2,"is":"full"},{"is":"empty"}]},
  "faults":{"body_lift":{"word":"a","bit":30}},"tamper":{"engine":{"word":"a","bit":31}}})";

/// Notes what it is told, to the byte, and checks what every fix keeps.
class Notes : public jt808::Listener {
 public:
  void on_fix(const jt808::Report& report) override {
    require(report.fix.time != haulwatch::no_time, "a fix has a time");
    require(std::isfinite(report.fix.position.lon) && std::isfinite(report.fix.position.lat), "a fix has a place");
    require(!report.terminal.empty() && report.terminal.size() <= 20, "a terminal has 1 to 20 digits");
    require(!report.is_encrypted() || report.fix.valid == Sensed::no, "an encrypted place is not valid");
    require(!report.fix.heading_deg || report.fix.heading_deg.value() < 360, "a heading is in the circle");
    text += "fix " + std::string{report.terminal} + std::to_string(report.fix.time.time_since_epoch().count()) +
            std::to_string(report.fix.position.lon) + std::to_string(report.fix.position.lat) +
            std::to_string(report.fix.odometer_m);
    text += static_cast<char>('0' + static_cast<int>(report.sensors.sensors.load));
  }
  void on_message(const jt808::Message& message) override {
    (void)jt808::read_registration(message);
    (void)jt808::read_authentication(message);
    (void)jt808::read_terminal_answer(message);
    text += "message ";
    text.append(reinterpret_cast<const char*>(message.body.data()), message.body.size());
  }
  void on_part(const jt808::Message& part) override { text += "part " + std::to_string(part.header.part); }
  void on_refused(const jt808::Refusal& refusal) override {
    text += jt808::name_of(refusal.fault);
    text.append(reinterpret_cast<const char*>(refusal.bytes.data()), refusal.bytes.size());
  }
  std::string text;
};

std::string told(jt808::Bytes bytes, std::size_t crumb, const jt808::ParserOptions& options) {
  Notes notes;
  jt808::StreamParser parser{options};
  while (!bytes.empty()) {
    const jt808::Bytes piece = bytes.first(std::min(crumb, bytes.size()));
    parser.push(piece, notes);
    bytes = bytes.subspan(piece.size());
  }
  const jt808::Counts& counts = parser.counts();
  require(counts.frames == counts.messages + counts.parts + counts.refused_frames, "every frame is counted once");
  require(parser.open_messages().size() <= jt808::MessageAssembler::most_messages, "few messages are open");
  return notes.text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto profile = std::make_shared<const jt808::Profile>(jt808::read_profile(profile_text).profile);
  if (size < 1) return 0;
  const jt808::ParserOptions options{.strictness = (data[0] & 1U) != 0 ? Strictness::lenient : Strictness::strict,
                                     .profile = (data[0] & 2U) != 0 ? profile : nullptr,
                                     .most_parts = 1U + (data[0] >> 2U & 7U)};
  const jt808::Bytes bytes{data + 1, size - 1};
  const std::string whole = told(bytes, bytes.size(), options);
  require(whole == told(bytes, 1 + (data[0] >> 5U), options), "the cut of the stream changes nothing");
  Notes notes;
  jt808::StreamParser{options}.push_unescaped(bytes, notes);
  return 0;
}
