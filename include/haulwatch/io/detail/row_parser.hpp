#pragma once

#include <haulwatch/engine/vehicle_names.hpp>
#include <haulwatch/fix.hpp>
#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/io/detail/cell_values.hpp>
#include <haulwatch/io/detail/column_plan.hpp>
#include <haulwatch/io/detail/time_format.hpp>
#include <haulwatch/io/track_format.hpp>

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace haulwatch::io::detail {

/// Turns the fields of one row into a fix, as `TrackReader` says.
class RowParser {
 public:
  /// \param file where `VehicleFrom::file_name` and `folder_name` look
  /// \throws FormatError, FileError
  RowParser(const TrackFormat& format, ColumnPlan plan, const std::string& file, VehicleNames& names);

  [[nodiscard]] std::size_t fields_needed() const noexcept { return plan_.fields_needed; }

  /// \pre fields.size() >= fields_needed()
  /// \return whether `fix` could be made; if not, `cause` and `found` say why
  [[nodiscard]] bool parse(std::span<const std::string_view> fields, Fix& fix);

  /// Lives as long as the parser.
  [[nodiscard]] std::string_view cause() const noexcept { return cause_; }
  /// Lives until the next row.
  [[nodiscard]] std::string_view found() const noexcept { return found_; }

 private:
  [[nodiscard]] std::string_view cell_of(const BoundColumn& bound, std::span<const std::string_view> fields);
  [[nodiscard]] CellFault read_cell(const BoundColumn& bound, std::string_view cell, Fix& fix) const noexcept;
  [[nodiscard]] CellFault read_time(std::string_view cell, TimeUtc& time) const noexcept;
  [[nodiscard]] CellFault read_vehicle(std::string_view cell, Fix& fix);
  [[nodiscard]] bool refuse(FixColumn column, CellFault fault, std::string_view cell) noexcept;
  void place(Fix& fix) const noexcept;

  ColumnPlan plan_;
  TimeFormat times_;
  Datum datum_;
  std::optional<geo::LocalFrame> plane_;
  VehicleNames* names_;
  std::string_view last_vehicle_;  ///< kept by `names_`; empty before the first
  VehicleIndex last_index_{};
  std::array<std::array<std::string, cell_fault_count>, fix_column_count> causes_;
  std::string_view cause_;
  std::string_view found_;
  std::string joined_;          ///< a cell made of several fields
  std::string joined_vehicle_;  ///< the same for the vehicle, which is read last
};

}  // namespace haulwatch::io::detail
