#include <haulwatch/io/frame_track_reader.hpp>

#include <haulwatch/io/detail/byte_window.hpp>
#include <haulwatch/io/detail/pending_fixes.hpp>
#include <haulwatch/io/detail/track_input.hpp>
#include <haulwatch/io/nmea/stream_parser.hpp>
#include <haulwatch/io/track_files.hpp>

#include <string>
#include <utility>

namespace haulwatch::io {
namespace {

[[nodiscard]] std::string receiver_name(const TrackFormat& format, const std::string& file) {
  switch (format.vehicle_from) {
    case VehicleFrom::constant:
      return format.vehicle;
    case VehicleFrom::folder_name:
      return std::string{folder_name(file)};
    default:
      return std::string{track_name(file)};
  }
}

class NmeaTrackReader final : public TrackReader, private nmea::Listener {
 public:
  NmeaTrackReader(detail::ByteWindow window, const TrackFormat& format, VehicleNames& names, OnBadRow on_bad_row)
      : lines_{std::move(window)},
        parser_{format.strictness},
        receiver_{receiver_name(format, lines_.source().name())},
        names_{&names},
        on_bad_row_{std::move(on_bad_row)} {}

  bool read_batch(FixBatch& batch) override {
    batch.clear();
    keeps_rows_ = batch.raw_rows == RawRows::kept;
    while (batch.size() < batch.limit) {
      pending_.give(batch);
      if (batch.size() == batch.limit || !read_line(batch)) break;
    }
    return !batch.empty();
  }

  [[nodiscard]] const std::string& name() const noexcept override { return lines_.source().name(); }
  [[nodiscard]] InputProgress progress() const noexcept override {
    return {lines_.source().consumed(), lines_.source().total()};
  }

 private:
  bool read_line(FixBatch& batch) {
    try {
      if (!lines_.next(line_)) {
        parser_.finish(*this);
        pending_.give(batch);
        return false;
      }
    } catch (const FileError&) {
      if (batch.empty()) throw;
      return false;
    }
    parser_.push(line_.text, *this);
    parser_.push("\n", *this);
    return true;
  }

  void on_fix(const nmea::Report& report) override {
    Fix fix = report.fix;
    fix.vehicle = names_->intern(report.vehicle.empty() ? std::string_view{receiver_} : report.vehicle);
    pending_.add(fix, fix.record, keeps_rows_ ? line_.text : std::string_view{});
  }

  void on_refused(nmea::Fault fault, std::string_view line) override {
    if (on_bad_row_) on_bad_row_({name(), line_.number, name_of(fault), {}, line});
  }

  detail::LineWindow lines_;
  detail::Line line_;
  nmea::StreamParser parser_;
  std::string receiver_;
  VehicleNames* names_;
  OnBadRow on_bad_row_;
  detail::PendingFixes pending_;
  bool keeps_rows_ = false;
};

}  // namespace

std::unique_ptr<TrackReader> detail::nmea_reader(ByteWindow window, const TrackFormat& format, VehicleNames& names,
                                                 OnBadRow on_bad_row) {
  return std::make_unique<NmeaTrackReader>(std::move(window), format, names, std::move(on_bad_row));
}

std::unique_ptr<TrackReader> read_nmea_tracks(std::unique_ptr<ByteSource> source, const TrackFormat& format,
                                              VehicleNames& names, OnBadRow on_bad_row) {
  return detail::nmea_reader(detail::ByteWindow{std::move(source)}, format, names, std::move(on_bad_row));
}

}  // namespace haulwatch::io
