#pragma once

#include <haulwatch/io/jt808/header.hpp>
#include <haulwatch/io/jt808/location.hpp>
#include <haulwatch/io/jt808/session_messages.hpp>
#include <haulwatch/units.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// What a platform says to a terminal, and what a terminal says, for tests and simulators. Each function appends one
/// framed message (a location body: a body) to a string that its caller keeps: no allocation once it has grown.
/// Threads: any, each with its own string.
namespace haulwatch::io::jt808 {

/// To whom a message goes, or whose it is: in an answer, what the terminal's own header said.
struct Address {
  TerminalNumber terminal;
  HeaderVersion version = HeaderVersion::v2013;
  std::uint8_t protocol_version = 1;  ///< written in a 2019 header only

  [[nodiscard]] static Address of(const Header& header) noexcept {
    return {header.terminal, header.version, header.protocol_version};
  }
};

/// A body of more than 1,023 bytes is split, its parts having `serial` and those behind it.
/// \return the serial behind the last one used
std::uint16_t append_message(std::string& out, MessageId id, const Address& address, std::uint16_t serial, Bytes body);

/// One frame, as `header` says but for its `size` and `body_length`. \pre body.size() <= 1023
void append_frame(std::string& out, const Header& header, Bytes body);

/// 0x8001, which nearly every message of a terminal asks for.
void append_answer(std::string& out, const Header& asked, Result result, std::uint16_t serial);

/// How a registration went (0x8100).
enum class RegistrationResult : std::uint8_t {
  success = 0,
  vehicle_registered = 1,
  vehicle_unknown = 2,
  terminal_registered = 3,
  terminal_unknown = 4,
};

/// 0x8100. \param code what the terminal is to authenticate itself with; sent with a success only
void append_registration_answer(std::string& out, const Header& asked, RegistrationResult result, std::string_view code,
                                std::uint16_t serial);

/// 0x8003: asks for parts of a split message again. The count is one byte in the editions before 2019 and two in it.
/// \param first_serial serial of the message's first part
/// \pre at most 255 parts; more are cut off
void append_resend_request(std::string& out, const Address& to, std::uint16_t first_serial,
                           std::span<const std::uint16_t> parts, std::uint16_t serial);

/// 0x8201: asks for the place now. The terminal answers with 0x0201.
void append_location_query(std::string& out, const Address& to, std::uint16_t serial);

/// 0x8700 with command 09H of GB/T 19056: asks the driving recorder for the positions of a span of time, one a minute.
/// JT/T 808 has no other means of getting positions again that never came; the terminal answers with 0x0700.
/// \param most_hours as many hours' blocks of 666 bytes are sent at once, at most
void append_recorded_positions_request(std::string& out, const Address& to, TimeUtc from, TimeUtc until,
                                       std::uint16_t most_hours, std::uint16_t serial);

/// The body of a 0x0200. What a location does not know is written as its reader takes it: speed with all bits set,
/// heading 0xFFFF. Signs of the place go into the status. `location.items` follows as it is.
void append_location_body(std::string& out, const Location& location);

/// Whether a batch (0x0704) was put off because there was no net.
enum class BatchKind : std::uint8_t { normal = 0, backfill = 1 };

/// The body of a 0x0704 from bodies of 0x0200. \pre each has at most 65,535 bytes
void append_batch_body(std::string& out, std::span<const std::string> locations, BatchKind kind);

}  // namespace haulwatch::io::jt808
