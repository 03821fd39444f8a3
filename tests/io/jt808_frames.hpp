#pragma once

#include <haulwatch/io/jt808/stream_parser.hpp>

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace haulwatch::io::jt808 {

inline void PrintTo(Fault fault, std::ostream* out) {
  *out << name_of(fault);
}

namespace test {

/// The bytes of hex digits; blanks between them are passed over.
inline std::string from_hex(std::string_view hex) {
  const auto value = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
  std::string bytes;
  std::string digits;
  for (const char c : hex) {
    if (c != ' ') digits += c;
  }
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes += static_cast<char>(value(digits[i]) * 16 + value(digits[i + 1]));
  }
  return bytes;
}

inline std::string to_hex(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += "0123456789abcdef"[byte >> 4U];
    hex += "0123456789abcdef"[byte & 0xFU];
  }
  return hex;
}

inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Keeps copies of all that a parser tells.
class KeepingListener : public Listener {
 public:
  struct Position {
    std::string terminal;
    Fix fix;
    SensorReport sensors;
    std::uint32_t alarm = 0;
    std::uint32_t status = 0;
    std::uint16_t altitude_m = 0;
    std::string items;
    bool encrypted = false;
  };
  struct Kept {
    Header header;
    std::string body;
    [[nodiscard]] Message message() const { return {header, as_bytes(body)}; }
  };
  struct Refused {
    Fault fault{};
    std::string bytes;
    std::uint64_t frame = 0;
  };

  void on_fix(const Report& report) override {
    positions.push_back({std::string{report.terminal}, report.fix, report.sensors, report.location.alarm,
                         report.location.status, report.location.altitude_m, text(report.location.items),
                         report.is_encrypted()});
  }
  void on_message(const Message& message) override { messages.push_back({message.header, text(message.body)}); }
  void on_part(const Message& part) override { parts.push_back({part.header, text(part.body)}); }
  void on_refused(const Refusal& refusal) override {
    refused.push_back({refusal.fault, text(refusal.bytes), refusal.frame});
  }

  [[nodiscard]] std::vector<Fault> faults() const {
    std::vector<Fault> all;
    for (const Refused& one : refused) all.push_back(one.fault);
    return all;
  }

  /// All that was told, as one text to compare: to the bit.
  [[nodiscard]] std::string told() const {
    std::string all;
    for (const Position& p : positions) {
      all += p.terminal + " " + std::to_string(p.fix.time.time_since_epoch().count()) + " " +
             std::to_string(p.fix.position.lon) + " " + std::to_string(p.fix.position.lat) + " " +
             std::to_string(p.fix.speed_mps.value_or(-1)) + " " + std::to_string(p.fix.heading_deg.value_or(-1)) + " " +
             std::to_string(p.alarm) + " " + std::to_string(p.status) + " " + std::to_string(p.altitude_m) + " " +
             std::to_string(p.fix.odometer_m) + " " + std::to_string(p.fix.record) + " " + to_hex(p.items) + "\n";
    }
    for (const Kept& m : messages) all += std::to_string(static_cast<int>(m.header.id)) + " " + to_hex(m.body) + "\n";
    for (const Kept& m : parts) all += std::to_string(m.header.part) + " " + to_hex(m.body) + "\n";
    for (const Refused& r : refused) all += std::string{name_of(r.fault)} + " " + to_hex(r.bytes) + "\n";
    return all;
  }

  std::vector<Position> positions;
  std::vector<Kept> messages;
  std::vector<Kept> parts;
  std::vector<Refused> refused;

 private:
  [[nodiscard]] static std::string text(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
};

/// What a fresh parser makes of bytes.
struct Parsed : KeepingListener {
  Counts counts;
};

inline Parsed parse(std::string_view bytes, ParserOptions options = {}) {
  Parsed parsed;
  StreamParser parser{std::move(options)};
  parser.push(bytes, parsed);
  parsed.counts = parser.counts();
  return parsed;
}

inline Parsed parse_hex(std::string_view hex, Strictness strictness = Strictness::strict) {
  return parse(from_hex(hex), {.strictness = strictness});
}

// Put together by hand from the layout of the standard: 13812345678 at 121.000000 E 30.720000 N, 16 m, 50.0 km/h, 90°,
// 2026-03-12 15:00:00 at +08:00, ignition on, fix valid.
inline constexpr std::string_view good_frame =
    "7e 0200 001c 013812345678 0001 00000000 00000003 01d4c000 07365040 0010 01f4 005a 260312150000 84 7e";
/// Two such locations, ten seconds apart, uploaded late.
inline constexpr std::string_view batch_frame =
    "7e 0704 003f 013812345678 0001 0002 01"
    " 001c 00000000 00000003 01d4c000 07365040 0010 01f4 005a 260312150000"
    " 001c 00000000 00000003 01d4c000 07365040 0010 01f4 005a 260312150010 1f 7e";
/// The body of `batch_frame` in three parts.
inline constexpr std::string_view part_1 =
    "7e07042014013812345678000a00030001000201001c000000000000000301d4c000073650667e";
inline constexpr std::string_view part_2 =
    "7e07042014013812345678000b0003000240001001f4005a260312150000001c0000000000cd7e";
inline constexpr std::string_view part_3 =
    "7e07042017013812345678000c0003000300000301d4c00007365040001001f4005a260312150010b37e";

}  // namespace test
}  // namespace haulwatch::io::jt808
