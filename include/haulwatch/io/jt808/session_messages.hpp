#pragma once

#include <haulwatch/io/jt808/header.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace haulwatch::io::jt808 {

/// 0x0100: a terminal tells who it is. Texts are as sent, GBK where they are not ASCII, without the zero bytes that pad
/// them; they live as long as the body.
struct Registration {
  std::uint16_t province = 0;  ///< GB/T 2260, first two digits
  std::uint16_t city = 0;      ///< GB/T 2260, last four digits
  std::string_view maker;
  std::string_view model;
  std::string_view terminal_id;
  std::uint8_t plate_colour = 0;  ///< JT/T 697.7: 1 blue, 2 yellow, 3 black, 4 white, 5 green, 9 other; 0 no plate yet
  std::string_view plate;         ///< or the vehicle's frame number, where the colour is 0
};

/// The layout follows from the header's version, and for the older header from the length: the edition of 2011 has a
/// model of 8 bytes and the one of 2013 one of 20.
/// \return nothing where the body is too short for any of them
[[nodiscard]] std::optional<Registration> read_registration(const Message& message) noexcept;

/// 0x0102: a terminal shows the code that its registration gave it.
struct Authentication {
  std::string_view code;
  std::string_view imei;              ///< 2019 only
  std::string_view software_version;  ///< 2019 only
};
[[nodiscard]] std::optional<Authentication> read_authentication(const Message& message) noexcept;

/// How a message was taken, as both sides say it (0x0001 and 0x8001).
enum class Result : std::uint8_t {
  success = 0,
  failure = 1,
  wrong_message = 2,
  not_supported = 3,
  alarm_confirmed = 4
};

/// 0x0001: a terminal's answer to a message of the platform.
struct TerminalAnswer {
  std::uint16_t serial = 0;  ///< of the message that is answered
  MessageId id{};            ///< of the same
  Result result{};
};
[[nodiscard]] std::optional<TerminalAnswer> read_terminal_answer(const Message& message) noexcept;

}  // namespace haulwatch::io::jt808
