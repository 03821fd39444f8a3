#pragma once

#include <haulwatch/units.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// How values are spelt in the text formats. Each function appends to a string that its caller keeps, so that a writer
/// allocates nothing once the string has grown.
namespace haulwatch::io::detail {

/// Appends a finite number with exactly `Decimals` decimals (compiled for 1, 2, 3 and 7).
///
/// The binary value is rounded exactly, to the nearest and ties to even, as `fmt` and `std::to_chars` do; but what
/// rounds to zero has no minus sign. About 10 ns; magnitudes from 1e11 on take `std::to_chars`.
template <int Decimals>
void append_fixed(std::string& out, double value);

/// Appends a whole number in decimal digits.
void append_integer(std::string& out, std::uint64_t value);

/// Appends 16 lower-case hexadecimal digits.
void append_hex16(std::string& out, std::uint64_t value);

/// Appends RFC 3339 with milliseconds and `Z`, without quotes.
void append_time(std::string& out, TimeUtc time);

/// Appends a JSON string (RFC 8259, section 7) with its quotes. UTF-8 stays as it is, control characters are escaped,
/// broken UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);

/// Whether a field of a comma-separated file keeps its quotes.
enum class CsvQuotes : bool { as_needed, always };

/// Appends a field of a comma-separated file (RFC 4180). It is quoted where it holds a comma, a quote, a line break or
/// a blank at its edge, which some readers trim. Bytes are passed on as they are.
void append_csv_field(std::string& out, std::string_view text, CsvQuotes quotes = CsvQuotes::as_needed);

}  // namespace haulwatch::io::detail
