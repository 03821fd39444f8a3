#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <system_error>

namespace haulwatch::io::detail {

[[nodiscard]] constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

[[nodiscard]] constexpr bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t';
}

[[nodiscard]] constexpr std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// The nearest double to a decimal number, exactly rounded: an optional sign, digits with or without a point, an
/// optional exponent, nothing else (no blanks, no `inf`, no `nan`).
///
/// A mantissa up to 2^53 and a power of ten up to 22 are both exact doubles, so their quotient is rounded once
/// (Clinger, How to Read Floating Point Numbers Accurately, 1990); the rest goes to std::from_chars.
[[nodiscard]] inline std::optional<double> parse_number(std::string_view text) noexcept {
  constexpr std::array<double, 23> powers{1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                          1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  constexpr std::uint64_t largest_exact = std::uint64_t{1} << 53;
  const char* p = text.data();
  const char* const end = p + text.size();
  const bool negative = p != end && *p == '-';
  if (p != end && (*p == '-' || *p == '+')) ++p;
  const char* const unsigned_text = p;
  std::uint64_t mantissa = 0;
  while (p != end && is_digit(*p)) mantissa = mantissa * 10 + static_cast<std::uint64_t>(*p++ - '0');
  std::ptrdiff_t digits = p - unsigned_text;
  std::ptrdiff_t decimals = 0;
  if (p != end && *p == '.') {
    const char* const point = p++;
    while (p != end && is_digit(*p)) mantissa = mantissa * 10 + static_cast<std::uint64_t>(*p++ - '0');
    decimals = p - point - 1;
    digits += decimals;
  }
  if (digits == 0) return std::nullopt;
  double value = 0.0;
  if (p == end && digits <= std::numeric_limits<std::uint64_t>::digits10 && mantissa <= largest_exact) {
    value = static_cast<double>(mantissa) / powers[static_cast<std::size_t>(decimals)];
  } else {
    const auto [last, error] = std::from_chars(unsigned_text, end, value);
    if (error != std::errc{} || last != end) return std::nullopt;
  }
  return negative ? -value : value;
}

/// An integer with an optional sign and nothing around it.
template <class Integer>
[[nodiscard]] std::optional<Integer> parse_integer(std::string_view text) noexcept {
  if (text.starts_with('+') && text.size() > 1 && is_digit(text[1])) text.remove_prefix(1);
  Integer value{};
  const auto [last, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || last != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace haulwatch::io::detail
