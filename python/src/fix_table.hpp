#pragma once

#include "input_error.hpp"
#include "input_table.hpp"

#include <haulwatch/engine/replay.hpp>
#include <haulwatch/engine/vehicle_names.hpp>
#include <haulwatch/fix.hpp>
#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/io/detail/cell_values.hpp>
#include <haulwatch/io/detail/time_format.hpp>
#include <haulwatch/io/track_format.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace haulwatch::python {

/// Which of a table's columns says what.
struct TableMapping {
  io::FixColumn column{};
  std::string theirs;   ///< the table's name for it
  double factor = 1.0;  ///< for numbers: theirs times this is ours
};

/// How a table of fixes is to be taken.
struct TableFormat {
  std::vector<TableMapping> columns;  ///< columns not mapped go by their own names
  std::string time_format;            ///< as `io::TrackFormat`
  std::optional<std::chrono::minutes> time_zone;
  Datum datum = Datum::wgs84;
  std::optional<LonLat> plane_origin;
  std::string vehicle;  ///< of every row, where there is no column for it
};

/// A row that could not be read.
struct BadTableRow {
  std::int64_t row = 0;  ///< from 0
  std::string_view cause;
  std::string found;
};

/// A table as a recording: its rows as fixes, as often as they are wanted.
///
/// Cells say what they say in a CSV file, so that the same fixes come out: null and NaN are 'not reported', which in
/// `vehicle`, `time`, `lon` and `lat` makes a bad row, as does what is no value of its column.
/// Time: about 70 ns a row of 15 columns. Threads: one at a time; without the interpreter's lock.
class FixTable {
 public:
  /// \throws InputError with every column that is missing, or is of a type that cannot say what it is to say
  FixTable(std::shared_ptr<const InputTable> table, TableFormat format);

  /// Rows that are best read at once: a column at a time, their fixes stay in the nearest cache.
  static constexpr std::size_t batch = 512;

  [[nodiscard]] std::int64_t rows() const noexcept { return table_->rows(); }

  /// What is worth a warning: clocks taken as UTC, degrees too short to place a truck.
  [[nodiscard]] const std::vector<std::string>& remarks() const noexcept { return remarks_; }

  /// Replaces what `fixes` holds by those of up to `limit` rows from `row` on, and moves `row` behind them.
  /// \param rows receives the number of each fix's row
  /// \param on_bad may be empty
  /// \return false at the end
  bool read(std::int64_t& row, std::size_t limit, VehicleNames& names, std::vector<Fix>& fixes,
            std::vector<std::int64_t>& rows, const std::function<void(const BadTableRow&)>& on_bad);

 private:
  struct Bound {
    io::FixColumn column{};
    std::size_t index = 0;
    double factor = 1.0;
  };
  struct Piece;

  void bind(std::vector<TableMapping> mappings);
  void check_types(std::vector<ColumnFault>& faults);
  void check_type(const Bound& bound, std::vector<ColumnFault>& faults);
  [[nodiscard]] bool is_all_null(const Bound& bound) const;
  void check_time(const Bound& bound, std::vector<ColumnFault>& faults);
  void check_whole_times(const Bound& bound, std::vector<ColumnFault>& faults);
  [[nodiscard]] const ColumnType& type_of(const Bound& bound) const { return types_[bound.index]; }
  [[nodiscard]] const std::string& name_of(const Bound& bound) const { return table_->names()[bound.index]; }
  void read_column(const Bound& bound, const Piece& piece);
  void read_times(const Bound& bound, const Piece& piece);
  void read_flags(const Bound& bound, const Piece& piece);
  void read_loads(const Bound& bound, const Piece& piece);
  void read_vehicles(const Piece& piece, VehicleNames& names);
  void read_vehicle_dictionary(const Bound& bound, const Piece& piece, VehicleNames& names);
  void place(const Piece& piece);
  void fault(std::size_t i, io::FixColumn column, io::detail::CellFault why) noexcept;
  [[nodiscard]] std::string found_in(io::FixColumn column, const Piece& piece, std::size_t i) const;

  std::shared_ptr<const InputTable> table_;
  TableFormat format_;
  std::vector<ColumnType> types_;
  std::vector<Bound> bound_;      ///< all but the vehicle
  std::optional<Bound> vehicle_;  ///< read last, so that a bad row makes no vehicle
  std::optional<io::detail::TimeFormat> times_;
  std::optional<geo::LocalFrame> plane_;
  int whole_unit_exponent_ = 0;  ///< of whole-number times: a unit is 10 to this many milliseconds
  std::vector<std::string> remarks_;
  std::array<std::array<std::string, io::detail::cell_fault_count>, io::fix_column_count> causes_;
  std::vector<std::uint8_t> faults_;  ///< of each row of the piece: 0, or column and fault
  const Column* known_dictionary_ = nullptr;
  std::vector<std::int64_t> dictionary_vehicles_;  ///< by dictionary index; -1 not met, else vehicle, or -2 - fault
  std::size_t chunk_ = 0;
  std::int64_t chunk_begin_ = 0;
};

}  // namespace haulwatch::python
