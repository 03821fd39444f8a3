#include <haulwatch/io/detail/row_parser.hpp>

#include <haulwatch/geo/datum.hpp>
#include <haulwatch/io/detail/number_text.hpp>
#include <haulwatch/io/track_files.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace haulwatch::io::detail {
namespace {

[[nodiscard]] CellFault read_number(std::string_view cell, double factor, double& value) noexcept {
  const auto number = parse_number(cell);
  if (!number) return CellFault::not_a_value;
  value = *number * factor;
  return std::isfinite(value) ? CellFault::none : CellFault::not_a_value;
}

[[nodiscard]] CellFault read_reading(std::string_view cell, double factor, Reading& reading) noexcept {
  double value = 0.0;
  if (read_number(cell, factor, value) != CellFault::none) return CellFault::not_a_value;
  if (!(std::abs(value) <= double{std::numeric_limits<float>::max()})) return CellFault::not_a_value;
  reading = Reading{static_cast<float>(value)};
  return CellFault::none;
}

[[nodiscard]] CellFault read_heading(std::string_view cell, double factor, Reading& heading) noexcept {
  double value = 0.0;
  if (read_number(cell, factor, value) != CellFault::none) return CellFault::not_a_value;
  heading = heading_of(value);
  return CellFault::none;
}

[[nodiscard]] CellFault read_sensed(std::string_view cell, Sensed& sensed) noexcept {
  const auto flag = flag_of(cell);
  if (!flag) return CellFault::not_a_value;
  sensed = *flag ? Sensed::yes : Sensed::no;
  return CellFault::none;
}

[[nodiscard]] CellFault read_flag(std::string_view cell, bool& flag) noexcept {
  const auto read = flag_of(cell);
  flag = read.value_or(false);
  return read ? CellFault::none : CellFault::not_a_value;
}

[[nodiscard]] CellFault read_load(std::string_view cell, LoadReading& load) noexcept {
  const auto read = load_of(cell);
  load = read.value_or(LoadReading::unknown);
  return read ? CellFault::none : CellFault::not_a_value;
}

/// `POINT(lon lat)`, `POINT Z (lon lat height)` and the like, in any case.
[[nodiscard]] CellFault read_point(std::string_view cell, LonLat& place) noexcept {
  const std::size_t open = cell.find('(');
  if (open == std::string_view::npos || cell.back() != ')') return CellFault::not_a_value;
  std::string_view kind = trimmed(cell.substr(0, open));
  if (!equals_in_any_case(kind.substr(0, 5), "point")) return CellFault::not_a_value;
  kind = trimmed(kind.substr(5));
  const std::size_t most_numbers = kind.empty() ? 2 : equals_in_any_case(kind, "zm") ? 4 : 3;
  if (!kind.empty() && most_numbers == 3 && !equals_in_any_case(kind, "z") && !equals_in_any_case(kind, "m")) {
    return CellFault::not_a_value;
  }
  std::string_view rest = trimmed(cell.substr(open + 1, cell.size() - open - 2));
  std::array<double, 4> numbers{};
  for (std::size_t i = 0; i < most_numbers; ++i) {
    const std::size_t length = std::min(rest.find_first_of(" \t"), rest.size());
    if (read_number(rest.substr(0, length), 1.0, numbers[i]) != CellFault::none) return CellFault::not_a_value;
    rest = trimmed(rest.substr(length));
  }
  place = {numbers[0], numbers[1]};
  return rest.empty() ? CellFault::none : CellFault::not_a_value;
}

[[nodiscard]] std::string vehicle_without_column(const TrackFormat& format, const std::string& file) {
  if (format.vehicle_from == VehicleFrom::constant) return format.vehicle;
  const std::string_view name = format.vehicle_from == VehicleFrom::file_name ? track_name(file) : folder_name(file);
  if (name.empty()) throw FileError{file + ": its path names no folder to take the vehicle from"};
  return std::string{name};
}

}  // namespace

RowParser::RowParser(const TrackFormat& format, ColumnPlan plan, const std::string& file, VehicleNames& names)
    : plan_{std::move(plan)}, times_{format.time_format, format.time_zone}, datum_{format.datum}, names_{&names} {
  if (format.plane_origin) plane_.emplace(*format.plane_origin);
  for (std::size_t i = 0; i < causes_.size(); ++i) {
    for (std::size_t k = 0; k < cell_fault_count; ++k) {
      causes_[i][k] = cause_text(static_cast<FixColumn>(i), static_cast<CellFault>(k), times_);
    }
  }
  if (format.vehicle_from == VehicleFrom::column) return;
  const std::string vehicle = vehicle_without_column(format, file);
  Fix unused;
  if (vehicle.empty() || read_vehicle(vehicle, unused) != CellFault::none) {
    throw FormatError{"a vehicle's name is 1 to 64 bytes of UTF-8, not '" + vehicle + "'"};
  }
}

bool RowParser::parse(std::span<const std::string_view> fields, Fix& fix) {
  fix = Fix{};
  std::string_view vehicle;
  const BoundColumn* vehicle_column = nullptr;
  for (const BoundColumn& bound : plan_.columns) {
    const std::string_view cell = cell_of(bound, fields);
    CellFault fault = CellFault::none;
    if (bound.column == FixColumn::vehicle) {
      vehicle_column = &bound;
      vehicle = cell;
      fault = cell.empty() ? CellFault::empty : CellFault::none;
    } else {
      fault = read_cell(bound, cell, fix);
    }
    if (fault != CellFault::none) return refuse(bound.column, fault, cell);
  }
  place(fix);
  if (vehicle_column == nullptr) {
    fix.vehicle = last_index_;
    return true;
  }
  // Last of all, so that a row refused for something else makes no vehicle.
  const CellFault fault = read_vehicle(vehicle, fix);
  return fault == CellFault::none || refuse(FixColumn::vehicle, fault, vehicle);
}

bool RowParser::refuse(FixColumn column, CellFault fault, std::string_view cell) noexcept {
  cause_ = causes_[static_cast<std::size_t>(column)][static_cast<std::size_t>(fault)];
  found_ = cell;
  return false;
}

std::string_view RowParser::cell_of(const BoundColumn& bound, std::span<const std::string_view> fields) {
  const std::string_view first = trimmed(fields[bound.field]);
  if (bound.joined.empty()) return first;
  std::string& joined = bound.column == FixColumn::vehicle ? joined_vehicle_ : joined_;
  joined.assign(first);
  for (const std::uint32_t field : bound.joined) joined.append(1, ' ').append(trimmed(fields[field]));
  return trimmed(joined);
}

CellFault RowParser::read_cell(const BoundColumn& bound, std::string_view cell, Fix& fix) const noexcept {
  if (is_not_reported(cell)) return is_needed(bound.column) ? CellFault::empty : CellFault::none;
  switch (bound.column) {
    case FixColumn::vehicle:
      break;
    case FixColumn::time:
      return read_time(cell, fix.time);
    case FixColumn::received:
      return read_time(cell, fix.received);
    case FixColumn::lon:
      return read_number(cell, bound.factor, fix.position.lon);
    case FixColumn::lat:
      return read_number(cell, bound.factor, fix.position.lat);
    case FixColumn::point:
      return read_point(cell, fix.position);
    case FixColumn::speed_mps:
      return read_reading(cell, bound.factor, fix.speed_mps);
    case FixColumn::heading_deg:
      return read_heading(cell, bound.factor, fix.heading_deg);
    case FixColumn::accuracy_m:
      return read_reading(cell, bound.factor, fix.accuracy_m);
    case FixColumn::hdop:
      return read_reading(cell, bound.factor, fix.hdop);
    case FixColumn::odometer_m:
      return read_number(cell, bound.factor, fix.odometer_m);
    case FixColumn::ignition:
      return read_sensed(cell, fix.sensors.ignition);
    case FixColumn::body_lift:
      return read_sensed(cell, fix.sensors.body_lift);
    case FixColumn::cover_closed:
      return read_sensed(cell, fix.sensors.cover_closed);
    case FixColumn::valid:
      return read_sensed(cell, fix.valid);
    case FixColumn::load:
      return read_load(cell, fix.sensors.load);
    case FixColumn::backfill:
      return read_flag(cell, fix.backfill);
  }
  return CellFault::none;
}

CellFault RowParser::read_time(std::string_view cell, TimeUtc& time) const noexcept {
  const auto read = times_.parse(cell);
  if (!read) return CellFault::not_a_value;
  time = *read;
  return CellFault::none;
}

/// Rows of one vehicle often stand together, and then the text need neither be checked nor looked up.
CellFault RowParser::read_vehicle(std::string_view cell, Fix& fix) {
  if (cell != last_vehicle_) {
    if (const CellFault fault = judge_vehicle(cell); fault != CellFault::none) return fault;
    last_index_ = names_->intern(cell);
    last_vehicle_ = names_->name(last_index_);
  }
  fix.vehicle = last_index_;
  return CellFault::none;
}

void RowParser::place(Fix& fix) const noexcept {
  if (plane_) fix.position = plane_->to_lon_lat({fix.position.lon, fix.position.lat});
  if (datum_ != Datum::wgs84) fix.position = geo::to_wgs84(fix.position, datum_);
}

}  // namespace haulwatch::io::detail
