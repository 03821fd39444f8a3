#include <haulwatch/io/detail/utf8.hpp>

namespace haulwatch::io::detail {
namespace {

/// How many bytes follow a lead byte, and between which bounds the first of them lies.
struct Tail {
  std::size_t bytes = 0;
  unsigned char first_min = 0x80;
  unsigned char first_max = 0xBF;
};

/// \return no bytes for what cannot lead a character of several bytes
Tail tail_of(unsigned char lead) noexcept {
  if (lead < 0xC2 || lead > 0xF4) return {};
  if (lead < 0xE0) return {.bytes = 1};
  if (lead == 0xE0) return {.bytes = 2, .first_min = 0xA0};
  if (lead == 0xED) return {.bytes = 2, .first_max = 0x9F};
  if (lead < 0xF0) return {.bytes = 2};
  if (lead == 0xF0) return {.bytes = 3, .first_min = 0x90};
  if (lead == 0xF4) return {.bytes = 3, .first_max = 0x8F};
  return {.bytes = 3};
}

}  // namespace

Utf8Front utf8_front(std::string_view text) noexcept {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return {.bytes = 1, .well_formed = true};
  const Tail tail = tail_of(byte(0));
  for (std::size_t i = 1; i <= tail.bytes; ++i) {
    const unsigned char min = i == 1 ? tail.first_min : 0x80;
    const unsigned char max = i == 1 ? tail.first_max : 0xBF;
    if (i == text.size() || byte(i) < min || byte(i) > max) return {.bytes = i};
  }
  return {.bytes = tail.bytes + 1, .well_formed = tail.bytes > 0};
}

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const Utf8Front front = utf8_front(text);
    if (!front.well_formed) return false;
    text.remove_prefix(front.bytes);
  }
  return true;
}

void append_utf8(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const Utf8Front front = utf8_front(text);
    out += front.well_formed ? text.substr(0, front.bytes) : replacement_character;
    text.remove_prefix(front.bytes);
  }
}

}  // namespace haulwatch::io::detail
