#include <haulwatch/io/jt808/header.hpp>

#include <algorithm>

namespace haulwatch::io::jt808 {
namespace {

using detail::u16_at;

constexpr std::array<char, 16> hex_digits{'0', '1', '2', '3', '4', '5', '6', '7',
                                          '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

[[nodiscard]] std::uint8_t value_of(char digit) noexcept {
  return static_cast<std::uint8_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

}  // namespace

TerminalNumber::TerminalNumber(Bytes bcd) noexcept {
  std::size_t at = most_digits - 2 * bcd.size();
  first_ = static_cast<std::uint8_t>(at);
  for (const std::uint8_t byte : bcd) {
    digits_[at++] = hex_digits[byte >> 4U];
    digits_[at++] = hex_digits[byte & 0xFU];
  }
  // A number of zeros alone keeps one: a vehicle has a name.
  while (first_ + 1U < most_digits && digits_[first_] == '0') ++first_;
}

void TerminalNumber::write_bcd(std::uint8_t* out, std::size_t size) const noexcept {
  std::fill_n(out, size, std::uint8_t{0});
  const std::string_view digits = text();
  const std::size_t written = std::min(digits.size(), 2 * size);
  for (std::size_t i = 0; i < written; ++i) {
    const std::uint8_t value = value_of(digits[digits.size() - 1 - i]);
    std::uint8_t& byte = out[size - 1 - i / 2];
    byte = static_cast<std::uint8_t>(byte | (i % 2 == 0 ? value : value << 4U));
  }
}

std::optional<TerminalNumber> parse_terminal_number(std::string_view text) noexcept {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.empty() || text.size() > TerminalNumber::most_digits || !std::all_of(text.begin(), text.end(), is_digit)) {
    return std::nullopt;
  }
  std::array<std::uint8_t, TerminalNumber::most_digits / 2> bcd{};
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::uint8_t value = value_of(text[text.size() - 1 - i]);
    std::uint8_t& byte = bcd[bcd.size() - 1 - i / 2];
    byte = static_cast<std::uint8_t>(byte | (i % 2 == 0 ? value : value << 4U));
  }
  return TerminalNumber{bcd};
}

std::optional<Header> read_header(Bytes content) noexcept {
  constexpr std::size_t id_and_properties = 4;
  if (content.size() < id_and_properties) return std::nullopt;
  const std::uint16_t properties = u16_at(content, 2);
  const bool is_2019 = (properties & 1U << 14U) != 0;
  const bool is_split = (properties & 1U << 13U) != 0;
  const std::size_t number_bytes = is_2019 ? 10 : 6;
  const std::size_t number_at = is_2019 ? 5 : 4;
  const std::size_t serial_at = number_at + number_bytes;
  Header header;
  header.size = serial_at + 2 + (is_split ? 4U : 0U);
  if (content.size() < header.size) return std::nullopt;
  header.id = MessageId{u16_at(content, 0)};
  header.version = is_2019 ? HeaderVersion::v2019 : HeaderVersion::v2013;
  header.protocol_version = is_2019 ? content[4] : std::uint8_t{0};
  header.encryption = static_cast<std::uint8_t>(properties >> 10U & 7U);
  header.body_length = properties & 0x3FFU;
  header.terminal = TerminalNumber{content.subspan(number_at, number_bytes)};
  header.serial = u16_at(content, serial_at);
  header.split = is_split;
  if (is_split) {
    header.parts = u16_at(content, serial_at + 2);
    header.part = u16_at(content, serial_at + 4);
  }
  return header;
}

}  // namespace haulwatch::io::jt808
