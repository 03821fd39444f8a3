#include <haulwatch/io/nmea/sentence.hpp>

#include <algorithm>
#include <charconv>

namespace haulwatch::io::nmea {
namespace {

[[nodiscard]] unsigned xor_of(std::string_view text) noexcept {
  unsigned sum = 0;
  for (const char c : text) sum ^= static_cast<unsigned char>(c);
  return sum;
}

/// The checksum behind a `*`, two hex digits.
[[nodiscard]] std::optional<unsigned> checksum_in(std::string_view digits) noexcept {
  unsigned sum = 0;
  if (digits.size() < 2) return std::nullopt;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + 2, sum, 16);
  return error == std::errc{} && end == digits.data() + 2 ? std::optional{sum} : std::nullopt;
}

/// Unix time in seconds, or in milliseconds where it is too long for seconds.
[[nodiscard]] std::optional<std::int64_t> unix_milliseconds(std::string_view digits) noexcept {
  constexpr std::size_t longest_seconds = 10;
  constexpr std::size_t longest_milliseconds = 13;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() || value < 0) return std::nullopt;
  if (digits.size() <= longest_seconds) return 1000 * value;
  return digits.size() <= longest_milliseconds ? std::optional{value} : std::nullopt;
}

/// The `c:` of a tag block, whose checksum has to fit.
[[nodiscard]] std::optional<std::int64_t> time_in_tag(std::string_view tag) noexcept {
  const std::size_t star = tag.rfind('*');
  if (star == std::string_view::npos || checksum_in(tag.substr(star + 1)) != xor_of(tag.substr(0, star))) {
    return std::nullopt;
  }
  for (std::string_view rest = tag.substr(0, star); !rest.empty();) {
    const std::string_view pair = rest.substr(0, rest.find(','));
    if (pair.starts_with("c:")) return unix_milliseconds(pair.substr(2));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
  }
  return std::nullopt;
}

}  // namespace

SentenceReading SentenceReading::read(std::string_view line) noexcept {
  SentenceReading reading;
  if (line.starts_with('\\')) {
    const std::size_t end = line.find('\\', 1);
    if (end == std::string_view::npos) {
      reading.fault = LineFault::not_a_sentence;
      return reading;
    }
    reading.received_ms = time_in_tag(line.substr(1, end - 1));
    line.remove_prefix(end + 1);
  }
  if (line.empty() || (line[0] != '$' && line[0] != '!')) {
    reading.fault = LineFault::not_a_sentence;
    return reading;
  }
  line.remove_prefix(1);
  const std::size_t star = line.rfind('*');
  const std::string_view text = line.substr(0, star);
  const std::optional<unsigned> stated =
      star == std::string_view::npos ? std::nullopt : checksum_in(line.substr(star + 1));
  if (!stated) reading.fault = LineFault::no_checksum;
  if (stated && *stated != xor_of(text)) reading.fault = LineFault::checksum;
  if (stated && line.size() > star + 3 && !reading.received_ms) {
    const std::string_view behind = line.substr(star + 3);
    const std::size_t comma = behind.rfind(',');
    if (comma != std::string_view::npos) reading.received_ms = unix_milliseconds(behind.substr(comma + 1));
  }
  std::size_t size = 0;
  for (std::size_t at = 0; at <= text.size(); ++size) {
    if (size == Sentence::most_fields) {
      reading.fault = LineFault::not_a_sentence;
      return reading;
    }
    const std::size_t comma = std::min(text.find(',', at), text.size());
    reading.sentence.fields_[size] = text.substr(at, comma - at);
    at = comma + 1;
  }
  reading.sentence.size_ = size;
  return reading;
}

}  // namespace haulwatch::io::nmea
