#include <haulwatch/io/quality_writer.hpp>

#include <haulwatch/io/detail/append_text.hpp>
#include <haulwatch/io/detail/csv_cells.hpp>
#include <haulwatch/units.hpp>

#include <cstdint>

namespace haulwatch::io {
namespace {

void append_cell(std::string& row, std::uint64_t value) {
  row += ',';
  detail::append_integer(row, value);
}
void append_metres(std::string& row, double value) {
  row += ',';
  detail::append_fixed<1>(row, value);
}
void append_share(std::string& row, Share share) {
  row += ',';
  if (share) detail::append_fixed<3>(row, *share);
}

}  // namespace

void QualityWriter::write(const VehicleDay& day) {
  row_.clear();
  detail::CsvCells{row_}.text(day.vehicle);
  std::string time;
  detail::append_time(time, TimeUtc{day.day});
  row_.append(time, 0, 10);
  const DayQuality& counts = day.counts;
  for (const std::uint64_t count :
       {counts.fixes, counts.kept, counts.duplicates, counts.late, counts.drifts, counts.repaired})
    append_cell(row_, count);
  for (const double value : {counts.way_m, counts.seen_way_m, counts.online_s}) append_metres(row_, value);
  for (const Share share : {day.completeness, day.pass_rate, day.drift_share, day.online_share})
    append_share(row_, share);
  for (const Reading delay : {day.delay_p50_s, day.delay_p95_s}) {
    row_ += ',';
    if (delay.has_value()) detail::append_fixed<1>(row_, static_cast<double>(delay.value()));
  }
  append_share(row_, day.late_share);
  row_ += '\n';
  file_.write(row_);
}

void QualityWriter::close() {
  days_.finish();
  file_.close();
}

}  // namespace haulwatch::io
