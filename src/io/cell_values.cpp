#include <haulwatch/io/detail/cell_values.hpp>

#include <haulwatch/io/detail/utf8.hpp>

#include <algorithm>
#include <cmath>

namespace haulwatch::io::detail {
namespace {

constexpr std::size_t longest_vehicle = 64;

[[nodiscard]] std::string_view wanted(FixColumn column) noexcept {
  switch (column) {
    case FixColumn::vehicle:
      return "no vehicle";
    case FixColumn::time:
    case FixColumn::received:
      return "no time";
    case FixColumn::point:
      return "not POINT(lon lat)";
    case FixColumn::ignition:
    case FixColumn::body_lift:
    case FixColumn::cover_closed:
    case FixColumn::backfill:
    case FixColumn::valid:
      return "neither 0 nor 1";
    case FixColumn::load:
      return "none of empty, half and full";
    default:
      return "not a number";
  }
}

}  // namespace

std::string cause_text(FixColumn column, CellFault fault, const TimeFormat& times) {
  const std::string name{name_of(column)};
  switch (fault) {
    case CellFault::none:
      return {};
    case CellFault::empty:
      return name + " is not reported";
    case CellFault::too_long:
      return name + " is longer than 64 bytes";
    case CellFault::not_utf8:
      return name + " is not UTF-8 text";
    case CellFault::not_a_value:
      break;
  }
  const bool time = column == FixColumn::time || column == FixColumn::received;
  return name + " is " + std::string{time ? times.expected() : wanted(column)};
}

bool equals_in_any_case(std::string_view text, std::string_view lower) noexcept {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char c, char l) { return c == l || (c >= 'A' && c <= 'Z' && c - 'A' + 'a' == l); });
}

bool is_not_reported(std::string_view cell) noexcept {
  switch (cell.size()) {
    case 0:
      return true;
    case 2:
      return equals_in_any_case(cell, "na");
    case 3:
      return equals_in_any_case(cell, "nan");
    case 4:
      return equals_in_any_case(cell, "null") || equals_in_any_case(cell, "none");
    default:
      return false;
  }
}

std::optional<bool> flag_of(std::string_view cell) noexcept {
  if (cell == "0" || equals_in_any_case(cell, "false")) return false;
  if (cell == "1" || equals_in_any_case(cell, "true")) return true;
  return std::nullopt;
}

std::optional<LoadReading> load_of(std::string_view cell) noexcept {
  if (cell == "empty") return LoadReading::empty;
  if (cell == "half") return LoadReading::half;
  if (cell == "full") return LoadReading::full;
  return std::nullopt;
}

Reading heading_of(double degrees) noexcept {
  double value = std::fmod(degrees, 360.0);
  if (value < 0.0) value += 360.0;
  const auto rounded = static_cast<float>(value);
  return Reading{rounded < 360.0F ? rounded : 0.0F};  // also what rounds up to 360
}

CellFault judge_vehicle(std::string_view name) noexcept {
  if (name.empty()) return CellFault::empty;
  if (name.size() > longest_vehicle) return CellFault::too_long;
  if (!is_utf8(name) || name.find('\0') != std::string_view::npos) return CellFault::not_utf8;
  return CellFault::none;
}

}  // namespace haulwatch::io::detail
