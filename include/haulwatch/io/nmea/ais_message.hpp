#pragma once

#include <haulwatch/lon_lat.hpp>
#include <haulwatch/reading.hpp>
#include <haulwatch/units.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace haulwatch::io::nmea {

/// The bits of an AIS message behind its six-bit letters (ITU-R M.1371, IEC 61162-1 annex C).
class AisBits {
 public:
  /// \param letters must outlive the object
  /// \param fill_bits as many bits of the last letter are none, 0 to 5
  /// \return nothing where a letter is none of the alphabet, or there are fewer bits than `fill_bits`
  [[nodiscard]] static std::optional<AisBits> read(std::string_view letters, unsigned fill_bits) noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// `count` bits from `from` on, 32 at most; those behind the end are 0.
  [[nodiscard]] std::uint32_t number(std::size_t from, std::size_t count) const noexcept;
  /// The same in two's complement.
  [[nodiscard]] std::int32_t signed_number(std::size_t from, std::size_t count) const noexcept;

  [[nodiscard]] unsigned type() const noexcept { return number(0, 6); }
  [[nodiscard]] std::uint32_t mmsi() const noexcept { return number(8, 30); }
  [[nodiscard]] std::string_view letters() const noexcept { return letters_; }

 private:
  AisBits(std::string_view letters, std::size_t size) noexcept : letters_{letters}, size_{size} {}

  std::string_view letters_;
  std::size_t size_;
};

/// A vessel's number as text, nine digits.
class MmsiText {
 public:
  explicit MmsiText(std::uint32_t mmsi) noexcept;
  [[nodiscard]] std::string_view text() const noexcept { return {digits_.data(), digits_.size()}; }

 private:
  std::array<char, 9> digits_;
};

/// A position report: types 1, 2, 3 (class A), 18 and 19 (class B).
struct AisPosition {
  LonLat position;      ///< degrees, WGS-84, in steps of 1/600,000
  Reading speed_mps;    ///< over ground, in steps of 0.1 kn; not reported from 102.2 kn on
  Reading heading_deg;  ///< course over ground
  Sensed valid =
      Sensed::yes;  ///< no where place is not available or the receiver is out of order, unknown where it is estimated
  /// The UTC second of the report. AIS tells no minute: it is the reader who knows when it heard.
  std::optional<unsigned> second;
};

[[nodiscard]] constexpr bool is_position_report(unsigned type) noexcept {
  return (type >= 1 && type <= 3) || type == 18 || type == 19;
}

/// Bits that a message of that type has: 168, or 312 for type 19.
[[nodiscard]] constexpr std::size_t position_report_size(unsigned type) noexcept {
  return type == 19 ? 312 : 168;
}

/// \pre is_position_report(bits.type())
/// \return nothing where the bits end before the place and time do
[[nodiscard]] std::optional<AisPosition> read_ais_position(const AisBits& bits) noexcept;

/// The time that a base station tells (type 4, and 11 when asked for).
[[nodiscard]] std::optional<TimeUtc> read_ais_clock(const AisBits& bits) noexcept;

/// The time with that second which is nearest to `heard`.
[[nodiscard]] TimeUtc time_of_second(unsigned second, TimeUtc heard) noexcept;

}  // namespace haulwatch::io::nmea
