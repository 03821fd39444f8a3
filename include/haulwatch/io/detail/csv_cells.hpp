#pragma once

#include <haulwatch/io/detail/append_text.hpp>
#include <haulwatch/lon_lat.hpp>
#include <haulwatch/reading.hpp>
#include <haulwatch/units.hpp>

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace haulwatch::io::detail {

/// Appends the cells of one row, each followed by a comma; `end_row` turns the last comma into a line break.
/// What is not known is an empty cell.
class CsvCells {
 public:
  explicit CsvCells(std::string& out) noexcept : out_{out} {}

  void text(std::string_view value, CsvQuotes quotes = CsvQuotes::as_needed) {
    append_csv_field(out_, value, quotes);
    out_ += ',';
  }
  void time(TimeUtc value) {
    if (value != no_time) append_time(out_, value);
    out_ += ',';
  }
  void integer(std::uint64_t value) {
    append_integer(out_, value);
    out_ += ',';
  }
  /// Longitude, then latitude, in degrees with 7 decimals.
  void place(const std::optional<LonLat>& value) {
    degrees(value ? value->lon : NAN);
    degrees(value ? value->lat : NAN);
  }
  template <int Decimals>
  void number(Reading value) {
    number<Decimals>(static_cast<double>(value.value_or(NAN)));
  }
  void end_row() { out_.back() = '\n'; }

 private:
  void degrees(double value) { number<7>(value); }

  template <int Decimals>
  void number(double value) {
    if (std::isfinite(value)) append_fixed<Decimals>(out_, value);
    out_ += ',';
  }

  std::string& out_;
};

}  // namespace haulwatch::io::detail
