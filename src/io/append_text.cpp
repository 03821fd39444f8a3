#include <haulwatch/io/detail/append_text.hpp>

#include <haulwatch/io/detail/utf8.hpp>
#include <haulwatch/io/time_text.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <limits>

namespace haulwatch::io::detail {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t power_of_ten(int exponent) {
  std::uint64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

/// `magnitude` × `scale`, rounded exactly: the 53 bits of the significand times the scale fit 128 bits.
/// \param magnitude not negative, below 1e11, so that the product fits 64 bits for scales up to 1e7
std::uint64_t scaled(double magnitude, std::uint64_t scale) noexcept {
  constexpr int significand_bits = std::numeric_limits<double>::digits - 1;
  constexpr int exponent_bias = std::numeric_limits<double>::max_exponent - 1;
  constexpr std::uint64_t hidden_bit = std::uint64_t{1} << significand_bits;
  const auto bits = std::bit_cast<std::uint64_t>(magnitude);
  const int exponent = static_cast<int>(bits >> significand_bits);
  const std::uint64_t significand = (bits & (hidden_bit - 1)) | (exponent == 0 ? 0 : hidden_bit);
  const int shift = exponent_bias + significand_bits - std::max(exponent, 1);
  if (shift >= 128) return 0;
  const Wide product = static_cast<Wide>(significand) * scale;
  const Wide one = static_cast<Wide>(1) << shift;
  const Wide rest = product & (one - 1);
  const auto whole = static_cast<std::uint64_t>(product >> shift);
  const bool up = rest > one / 2 || (rest == one / 2 && whole % 2 == 1);
  return whole + (up ? 1U : 0U);
}

void append_huge(std::string& out, double value, int decimals) {
  std::array<char, 352> digits{};
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed, decimals);
  out.append(digits.data(), end.ptr);
}

/// Bytes that a JSON string may hold as they stand.
bool plain_in_json(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

void append_json_escape(std::string& out, char c) {
  constexpr std::string_view hex = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  out += "\\u00";
  out += hex[static_cast<unsigned char>(c) >> 4U];
  out += hex[static_cast<unsigned char>(c) & 0xFU];
}

bool needs_csv_quotes(std::string_view text) noexcept {
  if (text.empty()) return false;
  return text.front() == ' ' || text.back() == ' ' || text.find_first_of(",\"\r\n") != std::string_view::npos;
}

}  // namespace

template <int Decimals>
void append_fixed(std::string& out, double value) {
  constexpr std::uint64_t scale = power_of_ten(Decimals);
  if (!(std::abs(value) < 1e11)) return append_huge(out, value, Decimals);
  const std::uint64_t number = scaled(std::abs(value), scale);
  if (value < 0 && number != 0) out += '-';
  append_integer(out, number / scale);
  std::array<char, std::size_t{Decimals} + 1> fraction{'.'};
  std::uint64_t rest = number % scale;
  for (std::size_t i = Decimals; i > 0; --i, rest /= 10) fraction[i] = static_cast<char>('0' + rest % 10);
  out.append(fraction.data(), fraction.size());
}
template void append_fixed<1>(std::string&, double);
template void append_fixed<2>(std::string&, double);
template void append_fixed<3>(std::string&, double);
template void append_fixed<7>(std::string&, double);

void append_integer(std::string& out, std::uint64_t value) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  out.append(digits.data(), end.ptr);
}

void append_hex16(std::string& out, std::uint64_t value) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::array<char, 16> digits{};
  for (std::size_t i = 16; i > 0; --i, value >>= 4U) digits[i - 1] = hex[value & 0xFU];
  out.append(digits.data(), digits.size());
}

void append_time(std::string& out, TimeUtc time) {
  std::array<char, rfc3339_ms_length> text{};
  char* const end = write_rfc3339_ms(text.data(), time);
  out.append(text.data(), end);
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const auto plain =
        static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), plain_in_json) - text.begin());
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    const Utf8Front front = utf8_front(text);
    if (!front.well_formed)
      out += replacement_character;
    else if (front.bytes > 1)
      out += text.substr(0, front.bytes);
    else
      append_json_escape(out, text.front());
    text.remove_prefix(front.bytes);
  }
  out += '"';
}

void append_csv_field(std::string& out, std::string_view text, CsvQuotes quotes) {
  if (quotes == CsvQuotes::as_needed && !needs_csv_quotes(text)) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace haulwatch::io::detail
