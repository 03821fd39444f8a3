#pragma once

#include <haulwatch/io/detail/time_format.hpp>
#include <haulwatch/io/track_format.hpp>
#include <haulwatch/reading.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace haulwatch::io::detail {

/// Why a cell could not be read.
enum class CellFault : std::uint8_t { none, empty, not_a_value, too_long, not_utf8 };
inline constexpr std::size_t cell_fault_count = 5;

/// A fault in words, as "lat is not a number". \param times what a time should have been
[[nodiscard]] std::string cause_text(FixColumn column, CellFault fault, const TimeFormat& times);

[[nodiscard]] bool equals_in_any_case(std::string_view text, std::string_view lower) noexcept;

/// What programs write into a cell for which they have no value.
[[nodiscard]] bool is_not_reported(std::string_view cell) noexcept;

/// `0`, `1`, `false`, `true`; nothing for any other text.
[[nodiscard]] std::optional<bool> flag_of(std::string_view cell) noexcept;

/// `empty`, `half`, `full`; nothing for any other text.
[[nodiscard]] std::optional<LoadReading> load_of(std::string_view cell) noexcept;

/// Taken modulo 360 into [0, 360), for some write west as -90. \pre `degrees` is finite
[[nodiscard]] Reading heading_of(double degrees) noexcept;

/// Whether a text can name a vehicle: 1 to 64 bytes of UTF-8 without a zero byte.
[[nodiscard]] CellFault judge_vehicle(std::string_view name) noexcept;

}  // namespace haulwatch::io::detail
