#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace haulwatch::io::nmea {

/// A sentence of NMEA 0183 or AIS, cut into fields. Its views live as long as the text.
class Sentence {
 public:
  static constexpr std::size_t most_fields = 32;

  /// `GPRMC`, `AIVDM`.
  [[nodiscard]] std::string_view address() const noexcept { return fields_[0]; }
  /// Its last three letters: `RMC`, whoever talks.
  [[nodiscard]] std::string_view kind() const noexcept {
    return address().size() < 3 ? address() : address().substr(address().size() - 3);
  }
  /// The i-th behind the address, from 1; empty where there is none.
  [[nodiscard]] std::string_view field(std::size_t i) const noexcept {
    return i < size_ ? fields_[i] : std::string_view{};
  }
  [[nodiscard]] std::size_t field_count() const noexcept { return size_ - 1; }

 private:
  friend struct SentenceReading;
  std::array<std::string_view, most_fields> fields_;
  std::size_t size_ = 1;
};

/// Why a line is no sentence.
enum class LineFault : std::uint8_t {
  none,
  not_a_sentence,  ///< no `$` or `!`, or more than 32 fields
  no_checksum,     ///< no `*` with two hex digits
  checksum,        ///< it is another one
};

/// What one line holds. IEC 61162-450 and many recorders put the time of arrival before or behind a sentence: a tag
/// block `\s:station,c:1609459200*6F\` (seconds or milliseconds), or further fields behind the checksum of which the
/// last is Unix seconds.
struct SentenceReading {
  Sentence sentence;
  LineFault fault = LineFault::none;
  std::optional<std::int64_t> received_ms;  ///< Unix milliseconds, where the line says so

  /// \param line without its line end
  [[nodiscard]] static SentenceReading read(std::string_view line) noexcept;
};

}  // namespace haulwatch::io::nmea
