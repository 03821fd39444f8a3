#include "fix_table.hpp"

#include "input_error.hpp"

#include <haulwatch/geo/datum.hpp>
#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/io/detail/number_text.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

namespace haulwatch::python {

using io::FixColumn;
using io::detail::CellFault;

namespace {

constexpr std::int64_t year_0_ms = -62'167'219'200'000;
constexpr std::int64_t year_10000_ms = 253'402'300'800'000;

bool is_needed(FixColumn column) noexcept {
  return column == FixColumn::vehicle || column == FixColumn::time || column == FixColumn::lon ||
         column == FixColumn::lat;
}

bool is_time(FixColumn column) noexcept {
  return column == FixColumn::time || column == FixColumn::received;
}

bool is_flag(FixColumn column) noexcept {
  switch (column) {
    case FixColumn::ignition:
    case FixColumn::body_lift:
    case FixColumn::cover_closed:
    case FixColumn::backfill:
    case FixColumn::valid:
      return true;
    default:
      return false;
  }
}

constexpr std::int64_t power_of_ten(int exponent) noexcept {
  std::int64_t power = 1;
  for (; exponent > 0; --exponent) power *= 10;
  return power;
}

/// Whole units of time as milliseconds; what is finer is cut off, towards the past.
class UnitsOfTime {
 public:
  explicit UnitsOfTime(int exponent) noexcept
      : factor_{power_of_ten(exponent)}, divisor_{power_of_ten(-exponent)}, is_finer_{exponent < 0} {}

  [[nodiscard]] std::optional<TimeUtc> operator()(std::int64_t units) const noexcept {
    std::int64_t ms = units;
    if (is_finer_) {
      ms = units / divisor_ - (units % divisor_ < 0 ? 1 : 0);
    } else if (factor_ != 1) {
      if (units > year_10000_ms / factor_ || units < year_0_ms / factor_) return std::nullopt;
      ms = units * factor_;
    }
    if (ms < year_0_ms || ms >= year_10000_ms) return std::nullopt;
    return TimeUtc{Milliseconds{ms}};
  }

 private:
  std::int64_t factor_;
  std::int64_t divisor_;
  bool is_finer_;
};

/// As the decimal number that the double stands for: 0.1 s is 100 ms, though the double lies a hair below.
std::optional<TimeUtc> time_of_units(double units, int unit_exponent) noexcept {
  const double ms = unit_exponent >= 0 ? units * static_cast<double>(power_of_ten(unit_exponent))
                                       : units / static_cast<double>(power_of_ten(-unit_exponent));
  if (!(ms >= static_cast<double>(year_0_ms) && ms < static_cast<double>(year_10000_ms))) return std::nullopt;
  const double nearest = std::round(ms);
  constexpr double spacing = 1.0 / 64;
  return TimeUtc{Milliseconds{static_cast<std::int64_t>(std::abs(ms - nearest) < spacing ? nearest : std::floor(ms))}};
}

std::optional<int> exponent_of(std::string_view unix_format) noexcept {
  if (unix_format == "unix_s") return 3;
  if (unix_format == "unix_ms") return 0;
  if (unix_format == "unix_us") return -3;
  if (unix_format == "unix_ns") return -6;
  return std::nullopt;
}

std::string what_integers_look_like(double units) {
  struct Guess {
    const char* name;
    double per_second;
  };
  constexpr double earliest = 631'152'000.0;  // 1990
  constexpr double latest = 4'102'444'800.0;  // 2100
  for (const Guess guess :
       {Guess{"seconds: say time_format='unix_s'", 1.0}, Guess{"microseconds: say time_format='unix_us'", 1e6},
        Guess{"nanoseconds: say time_format='unix_ns'", 1e9}})
    if (units >= earliest * guess.per_second && units < latest * guess.per_second)
      return std::string{", which looks like "} + guess.name;
  return "; say time_format='unix_ms' if that is what they are";
}

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  constexpr std::size_t most = 30;
  for (std::size_t i = 0; i < names.size() && i < most; ++i) all += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > most) all += ", …";
  return names.empty() ? "no columns" : all;
}

}  // namespace

/// Rows of one chunk that are read together, and the fixes that they become.
struct FixTable::Piece {
  const InputTable::Chunk& chunk;
  std::int64_t begin = 0;  ///< in the chunk
  std::size_t count = 0;
  Fix* fixes = nullptr;
};

FixTable::FixTable(std::shared_ptr<const InputTable> table, TableFormat format)
    : table_{std::move(table)}, format_{std::move(format)}, types_{table_->types()} {
  times_.emplace(format_.time_format, format_.time_zone ? format_.time_zone
                                      : exponent_of(format_.time_format) || format_.time_format.empty()
                                          ? std::optional<std::chrono::minutes>{}
                                          : std::optional{std::chrono::minutes{0}});
  if (const auto exponent = exponent_of(format_.time_format)) whole_unit_exponent_ = *exponent;
  if (format_.plane_origin) plane_.emplace(*format_.plane_origin);
  bind(std::move(format_.columns));
  std::vector<ColumnFault> faults;
  check_types(faults);
  if (!faults.empty()) throw InputError{std::move(faults)};
  for (std::size_t c = 0; c < causes_.size(); ++c)
    for (std::size_t f = 0; f < causes_[c].size(); ++f)
      causes_[c][f] = io::detail::cause_text(static_cast<FixColumn>(c), static_cast<CellFault>(f), *times_);
}

void FixTable::bind(std::vector<TableMapping> mappings) {
  const auto mapped = [&](FixColumn column) {
    return std::any_of(mappings.begin(), mappings.end(), [&](const TableMapping& m) { return m.column == column; });
  };
  for (std::size_t c = 0; c < io::fix_column_count; ++c) {
    const auto column = static_cast<FixColumn>(c);
    const bool own_vehicle = column == FixColumn::vehicle && !format_.vehicle.empty();
    if (column != FixColumn::point && !own_vehicle && !mapped(column))
      mappings.push_back({column, std::string{io::name_of(column)}, 1.0});
  }
  std::vector<ColumnFault> faults;
  std::vector<std::string> missing;
  const auto& names = table_->names();
  for (const TableMapping& mapping : mappings) {
    const auto found = std::find(names.begin(), names.end(), mapping.theirs);
    const bool by_own_name = mapping.theirs == io::name_of(mapping.column);
    if (found == names.end()) {
      if (is_needed(mapping.column) || !by_own_name)
        faults.push_back({mapping.theirs, fmt::format("a column for {}", io::name_of(mapping.column)), joined(names)});
      continue;
    }
    if (std::find(found + 1, names.end(), mapping.theirs) != names.end()) {
      faults.push_back({mapping.theirs, "one column of this name", "several"});
      continue;
    }
    const Bound bound{mapping.column, static_cast<std::size_t>(found - names.begin()), mapping.factor};
    if (mapping.column == FixColumn::vehicle)
      vehicle_ = bound;
    else
      bound_.push_back(bound);
  }
  if (!faults.empty()) throw InputError{std::move(faults)};
  std::sort(bound_.begin(), bound_.end(), [](const Bound& a, const Bound& b) { return a.column < b.column; });
}

/// A column of nothing has whatever type its producer gives to nothing: numbers, mostly.
void FixTable::check_types(std::vector<ColumnFault>& faults) {
  std::vector<Bound> all = bound_;
  if (vehicle_) all.push_back(*vehicle_);
  for (const Bound& bound : all) {
    std::vector<ColumnFault> own;
    check_type(bound, own);
    if (own.empty()) continue;
    if (is_all_null(bound))
      types_[bound.index].layout = Layout::none;
    else
      faults.insert(faults.end(), own.begin(), own.end());
  }
}

bool FixTable::is_all_null(const Bound& bound) const {
  const ColumnType& type = type_of(bound);
  for (const InputTable::Chunk& chunk : table_->chunks()) {
    const Column& column = chunk.columns[bound.index];
    const bool can_be_nan = type.is_number() && !type.is_dictionary();
    for (std::int64_t row = 0; row < chunk.rows; ++row)
      if (!column.is_null(row) && !(can_be_nan && std::isnan(number_at(type, column, row)))) return false;
  }
  return true;
}

void FixTable::check_type(const Bound& bound, std::vector<ColumnFault>& faults) {
  const ColumnType& type = type_of(bound);
  if (type.layout == Layout::none) return;
  if (bound.column == FixColumn::vehicle) {
    if (!type.is_text() && (!type.is_integer() || type.is_dictionary()))
      faults.push_back({name_of(bound), "vehicles as text or whole numbers", type.name});
  } else if (is_time(bound.column)) {
    check_time(bound, faults);
  } else if (bound.column == FixColumn::load) {
    if (!type.is_text()) faults.push_back({name_of(bound), "text: empty, half, full", type.name});
  } else if (is_flag(bound.column)) {
    if (!type.is_text() && ((!type.is_boolean() && !type.is_number()) || type.is_dictionary()))
      faults.push_back({name_of(bound), "booleans, or 0 and 1", type.name});
  } else if (!type.is_number() || type.is_dictionary()) {
    faults.push_back({name_of(bound), fmt::format("numbers ({})", io::name_of(bound.column)), type.name});
  } else if ((bound.column == FixColumn::lon || bound.column == FixColumn::lat) && !plane_ &&
             (type.layout == Layout::float32 || type.layout == Layout::float16)) {
    remarks_.push_back(fmt::format("column '{}' is {}: in steps of up to {}", name_of(bound), type.name,
                                   type.layout == Layout::float32 ? "0.8 m" : "7 km"));
  }
}

void FixTable::check_time(const Bound& bound, std::vector<ColumnFault>& faults) {
  const ColumnType& type = type_of(bound);
  if (type.layout == Layout::timestamp && !type.is_dictionary()) {
    if (!type.has_zone && !format_.time_zone)
      remarks_.push_back(fmt::format(
          "column '{}' names no time zone and is taken as UTC; say time_zone='UTC', or what it is, as '+08:00'",
          name_of(bound)));
    return;
  }
  const bool is_unix = exponent_of(format_.time_format).has_value();
  if (type.is_text()) return;
  if (type.is_integer() && !type.is_dictionary()) {
    if (is_unix) return;
    if (format_.time_format.empty()) return check_whole_times(bound, faults);
    faults.push_back({name_of(bound), fmt::format("text for time_format='{}'", format_.time_format), type.name});
    return;
  }
  const bool is_float = type.is_number() && !type.is_dictionary();
  if (is_float && is_unix) return;
  faults.push_back({name_of(bound),
                    is_float ? "its unit by time_format='unix_s' (or unix_ms, unix_us, unix_ns)"
                             : "timestamps, whole Unix milliseconds or RFC 3339 text",
                    type.name});
}

/// Whole numbers are milliseconds unless told otherwise, as in a file; but what would then lie in 1970 is not believed.
void FixTable::check_whole_times(const Bound& bound, std::vector<ColumnFault>& faults) {
  const Layout layout = type_of(bound).layout;
  for (const InputTable::Chunk& chunk : table_->chunks()) {
    const Column& column = chunk.columns[bound.index];
    for (std::int64_t row = 0; row < chunk.rows; ++row) {
      if (column.is_null(row)) continue;
      const std::int64_t value = integer_at(layout, column, row);
      constexpr std::int64_t earliest = 631'152'000'000;  // 1990
      constexpr std::int64_t latest = 4'102'444'800'000;  // 2100
      if (value >= earliest && value < latest) return;
      faults.push_back({name_of(bound), "whole Unix milliseconds",
                        std::to_string(value) + what_integers_look_like(static_cast<double>(value))});
      return;
    }
  }
}

bool FixTable::read(std::int64_t& row, std::size_t limit, VehicleNames& names, std::vector<Fix>& fixes,
                    std::vector<std::int64_t>& rows, const std::function<void(const BadTableRow&)>& on_bad) {
  if (row == 0) {
    chunk_ = 0;
    chunk_begin_ = 0;
    known_dictionary_ = nullptr;  // the names may be others than at the last reading
  }
  const auto& chunks = table_->chunks();
  while (chunk_ < chunks.size() && row >= chunk_begin_ + chunks[chunk_].rows) chunk_begin_ += chunks[chunk_++].rows;
  fixes.clear();
  rows.clear();
  if (chunk_ == chunks.size()) return false;
  const std::int64_t begin = row - chunk_begin_;
  const auto count = std::min(limit, static_cast<std::size_t>(chunks[chunk_].rows - begin));
  fixes.resize(count);
  faults_.assign(count, 0);
  const Piece piece{chunks[chunk_], begin, count, fixes.data()};
  for (const Bound& bound : bound_) read_column(bound, piece);
  place(piece);
  read_vehicles(piece, names);
  rows.reserve(count);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (faults_[i] == 0) {
      if (kept != i) fixes[kept] = fixes[i];
      ++kept;
      rows.push_back(row + static_cast<std::int64_t>(i));
    } else if (on_bad) {
      const auto column = static_cast<std::size_t>(faults_[i] - 1) / io::detail::cell_fault_count;
      const auto why = static_cast<std::size_t>(faults_[i] - 1) % io::detail::cell_fault_count;
      on_bad({row + static_cast<std::int64_t>(i), causes_[column][why],
              found_in(static_cast<FixColumn>(column), piece, i)});
    }
  }
  fixes.resize(kept);
  row += static_cast<std::int64_t>(count);
  return true;
}

void FixTable::fault(std::size_t i, FixColumn column, CellFault why) noexcept {
  if (faults_[i] != 0) return;
  faults_[i] = static_cast<std::uint8_t>(1 + static_cast<std::size_t>(column) * io::detail::cell_fault_count +
                                         static_cast<std::size_t>(why));
}

namespace {

/// Calls `take(i, value)` for each row that has one, and `absent(i)` for each that has none.
template <class T, class Take, class Absent>
void for_each_plain(const Column& column, std::int64_t begin, std::size_t count, Take&& take, Absent&& absent) {
  const std::byte* at = column.values + (begin + column.offset) * column.stride;
  for (std::size_t i = 0; i < count; ++i, at += column.stride) {
    if (column.is_null(begin + static_cast<std::int64_t>(i))) {
      absent(i);
      continue;
    }
    T value{};
    std::memcpy(&value, at, sizeof value);
    take(i, value);
  }
}

template <class T, class Take>
void for_each_float(const Column& column, std::int64_t begin, std::size_t count, Take&& take) {
  for_each_plain<T>(
      column, begin, count, [&](std::size_t i, T value) { take(i, static_cast<double>(value)); },
      [&](std::size_t i) { take(i, std::numeric_limits<double>::quiet_NaN()); });
}

/// Calls `take(i, integer)` for each row that has one, and `absent(i)` for each that has none.
template <class Take, class Absent>
void for_each_integer(Layout layout, const Column& column, std::int64_t begin, std::size_t count, Take&& take,
                      Absent&& absent) {
  if (size_of(layout) == 8) return for_each_plain<std::int64_t>(column, begin, count, take, absent);
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t row = begin + static_cast<std::int64_t>(i);
    if (column.is_null(row))
      absent(i);
    else
      take(i, integer_at(layout, column, row));
  }
}

/// Calls `take(i, index)` for each row, with -1 where it is null or points at nothing.
template <class Take>
void for_each_index(const ColumnType& type, const Column& column, std::int64_t begin, std::size_t count, Take&& take) {
  const Column& words = *column.dictionary;
  const auto checked = [&](std::size_t i, std::int64_t index) {
    take(i, index >= 0 && index < words.length && !words.is_null(index) ? index : -1);
  };
  const auto none = [&](std::size_t i) { take(i, std::int64_t{-1}); };
  if (type.index == Layout::int32) return for_each_plain<std::int32_t>(column, begin, count, checked, none);
  if (type.index == Layout::int8) return for_each_plain<std::int8_t>(column, begin, count, checked, none);
  for_each_integer(type.index, column, begin, count, checked, none);
}

/// Calls `take(i, number)` for each row, NaN where there is none. The layouts that come most have loops of their own.
template <class Take>
void for_each_number(const ColumnType& type, const Column& column, std::int64_t begin, std::size_t count, Take&& take) {
  if (type.layout == Layout::float64) return for_each_float<double>(column, begin, count, take);
  if (type.layout == Layout::float32) return for_each_float<float>(column, begin, count, take);
  for (std::size_t i = 0; i < count; ++i) take(i, number_at(type, column, begin + static_cast<std::int64_t>(i)));
}

}  // namespace

void FixTable::read_column(const Bound& bound, const Piece& piece) {
  if (is_time(bound.column)) return read_times(bound, piece);
  if (is_flag(bound.column)) return read_flags(bound, piece);
  if (bound.column == FixColumn::load) return read_loads(bound, piece);
  const ColumnType& type = type_of(bound);
  const Column& column = piece.chunk.columns[bound.index];
  const FixColumn what = bound.column;
  const double factor = bound.factor;
  const auto degrees = [&](double LonLat::*member) {
    for_each_number(type, column, piece.begin, piece.count, [&](std::size_t i, double value) {
      value *= factor;
      if (!std::isfinite(value)) fault(i, what, std::isnan(value) ? CellFault::empty : CellFault::not_a_value);
      piece.fixes[i].position.*member = value;
    });
  };
  const auto reading = [&](Reading Fix::*member) {
    for_each_number(type, column, piece.begin, piece.count, [&](std::size_t i, double value) {
      if (std::isnan(value)) return;
      value *= factor;
      if (!(std::abs(value) <= static_cast<double>(std::numeric_limits<float>::max())))
        return fault(i, what, CellFault::not_a_value);
      piece.fixes[i].*member = Reading{static_cast<float>(value)};
    });
  };
  switch (what) {
    case FixColumn::lon:
      return degrees(&LonLat::lon);
    case FixColumn::lat:
      return degrees(&LonLat::lat);
    case FixColumn::speed_mps:
      return reading(&Fix::speed_mps);
    case FixColumn::accuracy_m:
      return reading(&Fix::accuracy_m);
    case FixColumn::hdop:
      return reading(&Fix::hdop);
    case FixColumn::heading_deg:
      return for_each_number(type, column, piece.begin, piece.count, [&](std::size_t i, double value) {
        if (std::isnan(value)) return;
        value *= factor;
        if (!std::isfinite(value)) return fault(i, what, CellFault::not_a_value);
        piece.fixes[i].heading_deg = io::detail::heading_of(value);
      });
    case FixColumn::odometer_m:
      return for_each_number(type, column, piece.begin, piece.count, [&](std::size_t i, double value) {
        if (std::isnan(value)) return;
        value *= factor;
        if (!std::isfinite(value)) return fault(i, what, CellFault::not_a_value);
        piece.fixes[i].odometer_m = value;
      });
    default:
      return;
  }
}

void FixTable::read_times(const Bound& bound, const Piece& piece) {
  const ColumnType& type = type_of(bound);
  const Column& column = piece.chunk.columns[bound.index];
  const auto member = bound.column == FixColumn::time ? &Fix::time : &Fix::received;
  const auto absent = [&](std::size_t i) {
    if (is_needed(bound.column)) fault(i, bound.column, CellFault::empty);
  };
  const auto put = [&](std::size_t i, std::optional<TimeUtc> time) {
    if (time)
      piece.fixes[i].*member = *time;
    else
      fault(i, bound.column, CellFault::not_a_value);
  };
  if (type.layout == Layout::none) {
    for (std::size_t i = 0; i < piece.count; ++i) absent(i);
  } else if (type.is_text()) {
    TextCells cells{type, column};
    for (std::size_t i = 0; i < piece.count; ++i) {
      const auto text = cells(piece.begin + static_cast<std::int64_t>(i));
      const std::string_view cell = text ? io::detail::trimmed(*text) : std::string_view{};
      if (io::detail::is_not_reported(cell))
        absent(i);
      else
        put(i, times_->parse(cell));
    }
  } else if (type.layout == Layout::timestamp || type.is_integer()) {
    const bool is_timestamp = type.layout == Layout::timestamp;
    const UnitsOfTime to_time{is_timestamp ? type.unit_exponent : whole_unit_exponent_};
    const Milliseconds ahead =
        is_timestamp && !type.has_zone && format_.time_zone ? Milliseconds{*format_.time_zone} : Milliseconds{0};
    const auto take = [&](std::size_t i, std::int64_t units) {
      if (column.has_not_a_time && units == not_a_time) return absent(i);
      auto time = to_time(units);
      if (time) *time -= ahead;
      put(i, time);
    };
    for_each_integer(type.layout, column, piece.begin, piece.count, take, absent);
  } else {
    for_each_number(type, column, piece.begin, piece.count, [&](std::size_t i, double value) {
      if (std::isnan(value))
        absent(i);
      else
        put(i, time_of_units(value, whole_unit_exponent_));
    });
  }
}

namespace {

/// Calls `put(fix, flag)` for each row that has one, and `bad(i)` for what is neither yes nor no. `put` is told apart
/// by its type and not by the column's name, so that the loop has no switch.
template <class Put, class Bad>
void for_each_flag(const ColumnType& type, const Column& column, std::int64_t begin, std::size_t count, Fix* fixes,
                   Bad&& bad, Put&& put) {
  if (type.layout == Layout::boolean_bits) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::int64_t row = begin + static_cast<std::int64_t>(i);
      const auto bit = static_cast<std::uint64_t>(row + column.offset);
      const unsigned byte = static_cast<unsigned>(column.values[bit >> 3U]);
      if (!column.is_null(row)) put(fixes[i], ((byte >> (bit & 7U)) & 1U) != 0);
    }
  } else if (type.layout == Layout::boolean_bytes) {
    for_each_plain<std::uint8_t>(
        column, begin, count, [&](std::size_t i, std::uint8_t value) { put(fixes[i], value != 0); },
        [](std::size_t /*i*/) {});
  } else if (type.is_text()) {
    TextCells cells{type, column};
    for (std::size_t i = 0; i < count; ++i) {
      const auto text = cells(begin + static_cast<std::int64_t>(i));
      const std::string_view cell = text ? io::detail::trimmed(*text) : std::string_view{};
      if (io::detail::is_not_reported(cell)) continue;
      if (const auto flag = io::detail::flag_of(cell))
        put(fixes[i], *flag);
      else
        bad(i);
    }
  } else {
    for_each_number(type, column, begin, count, [&](std::size_t i, double value) {
      if (std::isnan(value)) return;
      if (value != 0.0 && value != 1.0) return bad(i);
      put(fixes[i], value != 0.0);
    });
  }
}

constexpr Sensed sensed(bool flag) noexcept {
  return flag ? Sensed::yes : Sensed::no;
}

}  // namespace

void FixTable::read_flags(const Bound& bound, const Piece& piece) {
  const ColumnType& type = type_of(bound);
  if (type.layout == Layout::none) return;
  const auto read = [&](auto put) {
    for_each_flag(
        type, piece.chunk.columns[bound.index], piece.begin, piece.count, piece.fixes,
        [&](std::size_t i) { fault(i, bound.column, CellFault::not_a_value); }, put);
  };
  switch (bound.column) {
    case FixColumn::ignition:
      return read([](Fix& fix, bool flag) { fix.sensors.ignition = sensed(flag); });
    case FixColumn::body_lift:
      return read([](Fix& fix, bool flag) { fix.sensors.body_lift = sensed(flag); });
    case FixColumn::cover_closed:
      return read([](Fix& fix, bool flag) { fix.sensors.cover_closed = sensed(flag); });
    case FixColumn::valid:
      return read([](Fix& fix, bool flag) { fix.valid = sensed(flag); });
    default:
      return read([](Fix& fix, bool flag) { fix.backfill = flag; });
  }
}

void FixTable::read_loads(const Bound& bound, const Piece& piece) {
  const ColumnType& type = type_of(bound);
  const Column& column = piece.chunk.columns[bound.index];
  const auto put = [&](std::size_t i, std::optional<std::string_view> text) {
    const std::string_view cell = text ? io::detail::trimmed(*text) : std::string_view{};
    if (io::detail::is_not_reported(cell)) return;
    if (const auto load = io::detail::load_of(cell))
      piece.fixes[i].sensors.load = *load;
    else
      fault(i, bound.column, CellFault::not_a_value);
  };
  if (type.is_dictionary() && type.layout != Layout::none) {
    std::string utf8;
    std::int64_t last = -1;
    LoadReading last_load{};
    for_each_index(type, column, piece.begin, piece.count, [&](std::size_t i, std::int64_t index) {
      LoadReading& load = piece.fixes[i].sensors.load;
      if (index >= 0 && index == last) {
        load = last_load;
      } else if (index >= 0) {
        put(i, plain_text(type, *column.dictionary, index, utf8));
        // A word that is none is looked at again and again, so that each of its rows is told.
        last = load == LoadReading::unknown ? -1 : index;
        last_load = load;
      }
    });
    return;
  }
  TextCells cells{type, column};
  for (std::size_t i = 0; i < piece.count; ++i) put(i, cells(piece.begin + static_cast<std::int64_t>(i)));
}

void FixTable::place(const Piece& piece) {
  if (plane_)
    for (std::size_t i = 0; i < piece.count; ++i) {
      Fix& fix = piece.fixes[i];
      fix.position = plane_->to_lon_lat({fix.position.lon, fix.position.lat});
    }
  if (format_.datum != Datum::wgs84)
    for (std::size_t i = 0; i < piece.count; ++i)
      if (faults_[i] == 0) piece.fixes[i].position = geo::to_wgs84(piece.fixes[i].position, format_.datum);
}

void FixTable::read_vehicles(const Piece& piece, VehicleNames& names) {
  if (!vehicle_) {
    const VehicleIndex only = names.intern(format_.vehicle);
    for (std::size_t i = 0; i < piece.count; ++i) piece.fixes[i].vehicle = only;
    return;
  }
  const ColumnType& type = type_of(*vehicle_);
  const Column& column = piece.chunk.columns[vehicle_->index];
  if (type.is_dictionary() && type.layout != Layout::none) return read_vehicle_dictionary(*vehicle_, piece, names);
  TextCells cells{type, column};
  std::array<char, 24> digits{};
  std::string_view last;
  VehicleIndex last_index{};
  for (std::size_t i = 0; i < piece.count; ++i) {
    if (faults_[i] != 0) continue;
    const std::int64_t row = piece.begin + static_cast<std::int64_t>(i);
    std::string_view name;
    if (type.is_integer()) {
      if (!column.is_null(row)) {
        const std::int64_t number = integer_at(type.layout, column, row);
        const auto end = type.layout == Layout::uint64
                             ? std::to_chars(digits.begin(), digits.end(), static_cast<std::uint64_t>(number))
                             : std::to_chars(digits.begin(), digits.end(), number);
        name = {digits.data(), static_cast<std::size_t>(end.ptr - digits.data())};
      }
    } else if (const auto text = cells(row)) {
      name = io::detail::trimmed(*text);
    }
    if (name != last || name.empty()) {
      const CellFault why = io::detail::judge_vehicle(name);
      if (why != CellFault::none) {
        fault(i, FixColumn::vehicle, why);
        continue;
      }
      last_index = names.intern(name);
      last = names.name(last_index);
    }
    piece.fixes[i].vehicle = last_index;
  }
}

void FixTable::read_vehicle_dictionary(const Bound& bound, const Piece& piece, VehicleNames& names) {
  const ColumnType& type = type_of(bound);
  const Column& column = piece.chunk.columns[bound.index];
  if (known_dictionary_ != column.dictionary.get()) {
    known_dictionary_ = column.dictionary.get();
    dictionary_vehicles_.assign(static_cast<std::size_t>(column.dictionary->length), -1);
  }
  std::string utf8;
  for_each_index(type, column, piece.begin, piece.count, [&](std::size_t i, std::int64_t index) {
    if (faults_[i] != 0) return;
    if (index < 0) return fault(i, FixColumn::vehicle, CellFault::empty);
    std::int64_t& vehicle = dictionary_vehicles_[static_cast<std::size_t>(index)];
    if (vehicle == -1) {
      const std::string_view name = io::detail::trimmed(plain_text(type, *column.dictionary, index, utf8));
      const CellFault why = io::detail::judge_vehicle(name);
      vehicle = why == CellFault::none ? static_cast<std::int64_t>(names.intern(name)) : -2 - static_cast<int>(why);
    }
    if (vehicle >= 0)
      piece.fixes[i].vehicle = static_cast<VehicleIndex>(vehicle);
    else
      fault(i, FixColumn::vehicle, static_cast<CellFault>(-2 - vehicle));
  });
}

std::string FixTable::found_in(FixColumn what, const Piece& piece, std::size_t i) const {
  const Bound* bound = vehicle_ && what == FixColumn::vehicle ? &*vehicle_ : nullptr;
  for (const Bound& one : bound_)
    if (one.column == what) bound = &one;
  if (bound == nullptr) return {};
  const ColumnType& type = type_of(*bound);
  const Column& column = piece.chunk.columns[bound->index];
  const std::int64_t row = piece.begin + static_cast<std::int64_t>(i);
  constexpr std::size_t shown = 60;
  if (type.is_text()) {
    TextCells cells{type, column};
    return std::string{cells(row).value_or("").substr(0, shown)};
  }
  if (type.layout == Layout::none || column.is_null(row)) return {};
  if (type.is_integer() || type.layout == Layout::timestamp)
    return fmt::format("{}", integer_at(type.layout, column, row));
  if (type.is_number() || type.is_boolean()) return fmt::format("{}", number_at(type, column, row));
  return {};
}

}  // namespace haulwatch::python
