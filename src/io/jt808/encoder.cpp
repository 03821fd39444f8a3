#include <haulwatch/io/jt808/encoder.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace haulwatch::io::jt808 {
namespace {

constexpr std::size_t longest_body = 1023;

void put_u8(std::string& out, std::uint8_t value) {
  out.push_back(static_cast<char>(value));
}
void put_u16(std::string& out, std::uint16_t value) {
  put_u8(out, static_cast<std::uint8_t>(value >> 8U));
  put_u8(out, static_cast<std::uint8_t>(value & 0xFFU));
}
void put_u32(std::string& out, std::uint32_t value) {
  put_u16(out, static_cast<std::uint16_t>(value >> 16U));
  put_u16(out, static_cast<std::uint16_t>(value & 0xFFFFU));
}
void put_bcd(std::string& out, unsigned value) {
  put_u8(out, static_cast<std::uint8_t>(value / 10 % 10 << 4U | value % 10));
}
void put_time(std::string& out, TimeUtc time) {
  const auto local = time + wire_offset;
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(local - day)};
  put_bcd(out, static_cast<unsigned>(static_cast<int>(date.year()) % 100));
  put_bcd(out, static_cast<unsigned>(date.month()));
  put_bcd(out, static_cast<unsigned>(date.day()));
  put_bcd(out, static_cast<unsigned>(clock.hours().count()));
  put_bcd(out, static_cast<unsigned>(clock.minutes().count()));
  put_bcd(out, static_cast<unsigned>(clock.seconds().count()));
}

[[nodiscard]] Bytes bytes_of(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

void put_escaped(std::string& out, Bytes bytes) {
  for (const std::uint8_t byte : bytes) {
    if (byte == 0x7D || byte == 0x7E) {
      put_u8(out, 0x7D);
      put_u8(out, static_cast<std::uint8_t>(byte - 0x7C));
    } else {
      put_u8(out, byte);
    }
  }
}

struct HeaderBytes {
  std::array<std::uint8_t, 21> bytes{};
  std::size_t size = 0;
  void put(std::uint16_t value) noexcept {
    bytes[size++] = static_cast<std::uint8_t>(value >> 8U);
    bytes[size++] = static_cast<std::uint8_t>(value & 0xFFU);
  }
};

[[nodiscard]] HeaderBytes bytes_of(const Header& header, std::size_t body_length) noexcept {
  const bool is_2019 = header.version == HeaderVersion::v2019;
  HeaderBytes out;
  out.put(static_cast<std::uint16_t>(header.id));
  out.put(static_cast<std::uint16_t>((body_length & 0x3FFU) | (header.encryption & 7U) << 10U |
                                     (header.split ? 1U << 13U : 0U) | (is_2019 ? 1U << 14U : 0U)));
  if (is_2019) out.bytes[out.size++] = header.protocol_version;
  const std::size_t number_size = is_2019 ? 10 : 6;
  header.terminal.write_bcd(out.bytes.data() + out.size, number_size);
  out.size += number_size;
  out.put(header.serial);
  if (header.split) {
    out.put(header.parts);
    out.put(header.part);
  }
  return out;
}

[[nodiscard]] std::uint8_t xor_of(Bytes bytes, std::uint8_t seed = 0) noexcept {
  return std::accumulate(bytes.begin(), bytes.end(), seed,
                         [](std::uint8_t a, std::uint8_t b) { return static_cast<std::uint8_t>(a ^ b); });
}

void append_short(std::string& out, MessageId id, const Address& to, std::uint16_t serial, const std::string& body) {
  append_message(out, id, to, serial, bytes_of(body));
}

[[nodiscard]] std::uint32_t millionths_of(double degrees) noexcept {
  return static_cast<std::uint32_t>(std::llround(std::abs(degrees) * 1e6));
}

}  // namespace

void append_frame(std::string& out, const Header& header, Bytes body) {
  const HeaderBytes front = bytes_of(header, body.size());
  const Bytes front_bytes{front.bytes.data(), front.size};
  const std::uint8_t check = xor_of(body, xor_of(front_bytes));
  put_u8(out, 0x7E);
  put_escaped(out, front_bytes);
  put_escaped(out, body);
  put_escaped(out, Bytes{&check, 1});
  put_u8(out, 0x7E);
}

std::uint16_t append_message(std::string& out, MessageId id, const Address& address, std::uint16_t serial, Bytes body) {
  Header header;
  header.id = id;
  header.version = address.version;
  header.protocol_version = address.protocol_version;
  header.terminal = address.terminal;
  header.serial = serial;
  if (body.size() <= longest_body) {
    append_frame(out, header, body);
    return static_cast<std::uint16_t>(header.serial + 1);
  }
  header.split = true;
  header.parts = static_cast<std::uint16_t>((body.size() + longest_body - 1) / longest_body);
  while (header.part < header.parts) {
    ++header.part;
    const Bytes part = body.first(std::min(body.size(), longest_body));
    append_frame(out, header, part);
    body = body.subspan(part.size());
    ++header.serial;
  }
  return header.serial;
}

void append_answer(std::string& out, const Header& asked, Result result, std::uint16_t serial) {
  std::string body;
  put_u16(body, asked.serial);
  put_u16(body, static_cast<std::uint16_t>(asked.id));
  put_u8(body, static_cast<std::uint8_t>(result));
  append_short(out, MessageId::platform_answer, Address::of(asked), serial, body);
}

void append_registration_answer(std::string& out, const Header& asked, RegistrationResult result, std::string_view code,
                                std::uint16_t serial) {
  std::string body;
  put_u16(body, asked.serial);
  put_u8(body, static_cast<std::uint8_t>(result));
  if (result == RegistrationResult::success) body += code;
  append_short(out, MessageId::registration_answer, Address::of(asked), serial, body);
}

void append_resend_request(std::string& out, const Address& to, std::uint16_t first_serial,
                           std::span<const std::uint16_t> parts, std::uint16_t serial) {
  parts = parts.first(std::min<std::size_t>(parts.size(), 255));
  std::string body;
  put_u16(body, first_serial);
  if (to.version == HeaderVersion::v2019) put_u8(body, 0);
  put_u8(body, static_cast<std::uint8_t>(parts.size()));
  for (const std::uint16_t part : parts) put_u16(body, part);
  append_short(out, MessageId::resend_parts, to, serial, body);
}

void append_location_query(std::string& out, const Address& to, std::uint16_t serial) {
  append_message(out, MessageId::query_location, to, serial, {});
}

void append_recorded_positions_request(std::string& out, const Address& to, TimeUtc from, TimeUtc until,
                                       std::uint16_t most_hours, std::uint16_t serial) {
  constexpr std::uint8_t positions_command = 0x09;
  constexpr std::uint16_t data_size = 14;
  std::string packet;
  put_u16(packet, 0xAA75);  // the recorder's own frame: start, command, length, reserved, data, XOR
  put_u8(packet, positions_command);
  put_u16(packet, data_size);
  put_u8(packet, 0);
  put_time(packet, from);
  put_time(packet, until);
  put_u16(packet, most_hours);
  put_u8(packet, xor_of(bytes_of(packet)));
  std::string body;
  put_u8(body, positions_command);
  body += packet;
  append_short(out, MessageId::query_recorder, to, serial, body);
}

void append_location_body(std::string& out, const Location& location) {
  constexpr std::uint32_t signs = 1U << status_bit::south | 1U << status_bit::west;
  const std::uint32_t status = (location.status & ~signs) | (location.position.lat < 0 ? 1U << status_bit::south : 0U) |
                               (location.position.lon < 0 ? 1U << status_bit::west : 0U);
  put_u32(out, location.alarm);
  put_u32(out, status);
  put_u32(out, millionths_of(location.position.lat));
  put_u32(out, millionths_of(location.position.lon));
  put_u16(out, location.altitude_m);
  put_u16(out, location.speed_mps ? static_cast<std::uint16_t>(std::lround(location.speed_mps.value() * 36.0F))
                                  : std::uint16_t{0xFFFF});
  put_u16(out, location.heading_deg ? static_cast<std::uint16_t>(std::lround(location.heading_deg.value()) % 360)
                                    : std::uint16_t{0xFFFF});
  put_time(out, location.time);
  out.append(reinterpret_cast<const char*>(location.items.data()), location.items.size());
}

void append_batch_body(std::string& out, std::span<const std::string> locations, BatchKind kind) {
  put_u16(out, static_cast<std::uint16_t>(locations.size()));
  put_u8(out, static_cast<std::uint8_t>(kind));
  for (const std::string& location : locations) {
    put_u16(out, static_cast<std::uint16_t>(location.size()));
    out += location;
  }
}

}  // namespace haulwatch::io::jt808
