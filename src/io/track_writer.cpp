#include <haulwatch/io/track_writer.hpp>

#include <haulwatch/io/detail/csv_cells.hpp>

namespace haulwatch::io {

void append_csv(std::string& out, std::string_view vehicle, const track::CleanedFix& fix) {
  detail::CsvCells cells{out};
  cells.text(vehicle);
  cells.time(fix.time);
  cells.place(fix.position);
  cells.place(fix.clean);
  cells.number<2>(fix.speed_mps);
  cells.number<1>(fix.heading_deg);
  cells.number<2>(fix.sigma_m);
  cells.text(fix.clean ? name_of(fix.state) : std::string_view{});
  cells.text(name_of(fix.verdict));
  cells.end_row();
}

void TrackWriter::write(std::string_view vehicle, const track::CleanedFix& fix) {
  row_.clear();
  append_csv(row_, vehicle, fix);
  file_.write(row_);
}

}  // namespace haulwatch::io
