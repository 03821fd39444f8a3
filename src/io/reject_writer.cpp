#include <haulwatch/io/reject_writer.hpp>

#include <haulwatch/io/detail/csv_cells.hpp>

namespace haulwatch::io {

void append_csv(std::string& out, const Reject& reject) {
  detail::CsvCells cells{out};
  cells.text(reject.file);
  if (reject.line == 0)
    cells.text({});
  else
    cells.integer(reject.line);
  cells.text(reject.vehicle);
  cells.time(reject.time);
  cells.place(reject.position);
  cells.text(name_of(reject.verdict));
  cells.text(reject.cause);
  cells.text(reject.row, detail::CsvQuotes::always);
  cells.end_row();
}

void RejectWriter::write(const Reject& reject) {
  row_.clear();
  append_csv(row_, reject);
  file_.write(row_);
  ++count_;
}

}  // namespace haulwatch::io
