#pragma once

#include <haulwatch/io/jt808/bytes.hpp>
#include <haulwatch/io/jt808/fault.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace haulwatch::io::jt808 {

/// Numbers of messages. Only those that the library reads or writes have a name; any other number is one too.
enum class MessageId : std::uint16_t {
  terminal_answer = 0x0001,
  heartbeat = 0x0002,
  sign_off = 0x0003,
  registration = 0x0100,
  authentication = 0x0102,
  location = 0x0200,
  queried_location = 0x0201,
  control_answer = 0x0500,
  recorder_upload = 0x0700,
  location_batch = 0x0704,
  platform_answer = 0x8001,
  resend_parts = 0x8003,
  registration_answer = 0x8100,
  query_location = 0x8201,
  query_recorder = 0x8700,
};

/// Bit 14 of a header's properties tells which of the two it is. The edition of 2011 has the header of 2013.
enum class HeaderVersion : std::uint8_t { v2013, v2019 };

/// A terminal's number as it stands in the header: 6 bytes of BCD, 10 from 2019 on.
///
/// The text is its digits without leading zeros, for the standard pads a shorter telephone number with them: one
/// terminal has one text under both headers. Digits above 9, which some makers send, are `a` to `f`.
class TerminalNumber {
 public:
  static constexpr std::size_t most_digits = 20;

  TerminalNumber() = default;
  /// \param bcd 6 or 10 bytes
  explicit TerminalNumber(Bytes bcd) noexcept;

  [[nodiscard]] std::string_view text() const noexcept {
    return std::string_view{digits_.data(), most_digits}.substr(first_);
  }
  /// The number as `size` bytes of BCD, the foremost digits cut off where they have no room.
  void write_bcd(std::uint8_t* out, std::size_t size) const noexcept;

  friend bool operator==(const TerminalNumber& a, const TerminalNumber& b) noexcept { return a.text() == b.text(); }

 private:
  std::array<char, most_digits> digits_{};  ///< from `first_` on
  std::uint8_t first_ = most_digits;
};

/// The terminal number of a text such as a telephone number, for frames of one's own.
/// \return nothing where it is not 1 to 20 decimal digits
[[nodiscard]] std::optional<TerminalNumber> parse_terminal_number(std::string_view text) noexcept;

/// The header of a message (JT/T 808, section 4.4.3).
struct Header {
  MessageId id{};
  HeaderVersion version = HeaderVersion::v2013;
  std::uint8_t protocol_version = 0;  ///< of the 2019 header: 1 for that edition
  std::uint8_t encryption = 0;        ///< bits 10 to 12 of the properties: 0 none, 1 RSA
  std::uint16_t body_length = 0;      ///< as stated, 0 to 1,023
  TerminalNumber terminal;
  std::uint16_t serial = 0;
  bool split = false;
  std::uint16_t parts = 0;  ///< of a split message
  std::uint16_t part = 0;   ///< counted from 1
  std::size_t size = 0;     ///< of the header itself: 12, 16, 17 or 21 bytes
};

/// \param content a frame's bytes without borders, escapes and check byte
/// \return nothing where they are too few for the header that they begin
[[nodiscard]] std::optional<Header> read_header(Bytes content) noexcept;

/// One message, or one part of a split one.
struct Message {
  Header header;
  Bytes body;
};

}  // namespace haulwatch::io::jt808
