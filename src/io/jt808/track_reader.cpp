#include <haulwatch/io/frame_track_reader.hpp>

#include <haulwatch/io/detail/pending_fixes.hpp>
#include <haulwatch/io/detail/track_input.hpp>
#include <haulwatch/io/jt808/stream_parser.hpp>

#include <string>
#include <utility>

namespace haulwatch::io {
namespace {

using detail::PendingFixes;

[[nodiscard]] std::string hex_of(jt808::Bytes bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * bytes.size());
  for (const std::uint8_t byte : bytes) {
    hex += digits[byte >> 4U];
    hex += digits[byte & 0xFU];
  }
  return hex;
}

class Jt808TrackReader final : public TrackReader, private jt808::Listener {
 public:
  Jt808TrackReader(detail::ByteWindow window, FrameText text, const TrackFormat& format, VehicleNames& names,
                   OnBadRow on_bad_row)
      : recording_{std::move(window), text},
        text_{text},
        parser_{{.strictness = format.strictness, .profile = format.profile}},
        names_{&names},
        on_bad_row_{std::move(on_bad_row)} {}

  bool read_batch(FixBatch& batch) override {
    batch.clear();
    keeps_rows_ = batch.raw_rows == RawRows::kept;
    while (batch.size() < batch.limit) {
      pending_.give(batch);
      if (batch.size() == batch.limit || !read_piece(batch)) break;
    }
    return !batch.empty();
  }

  [[nodiscard]] const std::string& name() const noexcept override { return recording_.source().name(); }
  [[nodiscard]] InputProgress progress() const noexcept override {
    return {recording_.source().consumed(), recording_.source().total()};
  }
  [[nodiscard]] bool has_lines() const noexcept override { return text_ == FrameText::hex; }

 private:
  /// A fault of the input waits until the fixes before it have been given.
  bool read_piece(const FixBatch& batch) {
    try {
      if (!recording_.next(piece_)) {
        tell_of_cut_frame();
        return false;
      }
    } catch (const FileError&) {
      if (batch.empty()) throw;
      return false;
    }
    if (piece_.is_bad_text) {
      refuse("not hex digits", {}, piece_.line, piece_.text);
    } else {
      parser_.push(piece_.bytes, *this);
    }
    return true;
  }

  void on_fix(const jt808::Report& report) override {
    Fix fix = report.fix;
    fix.vehicle = names_->intern(report.terminal);
    pending_.add(fix, place(), keeps_rows_ ? piece_.text : std::string_view{});
  }

  void on_refused(const jt808::Refusal& refusal) override {
    if (!on_bad_row_) return;
    const std::string hex = hex_of(refusal.bytes);
    const bool has_text = text_ == FrameText::hex;
    refuse(name_of(refusal.fault), hex, place(), has_text ? piece_.text : std::string_view{hex});
  }

  [[nodiscard]] std::uint64_t place() const noexcept {
    return text_ == FrameText::hex ? piece_.line : parser_.counts().frames;
  }

  void tell_of_cut_frame() {
    if (cut_told_ || !parser_.holds_part_of_frame()) return;
    cut_told_ = true;
    refuse("input ends within a frame", {}, place(), piece_.text);
  }

  void refuse(std::string_view cause, std::string_view found, std::uint64_t line, std::string_view row) {
    if (on_bad_row_) on_bad_row_({name(), line, cause, found, row});
  }

  FrameRecording recording_;
  FrameText text_;
  jt808::StreamParser parser_;
  VehicleNames* names_;
  OnBadRow on_bad_row_;
  FrameRecording::Piece piece_;
  PendingFixes pending_;
  bool keeps_rows_ = false;
  bool cut_told_ = false;
};

}  // namespace

std::unique_ptr<TrackReader> detail::jt808_reader(ByteWindow window, FrameText text, const TrackFormat& format,
                                                  VehicleNames& names, OnBadRow on_bad_row) {
  return std::make_unique<Jt808TrackReader>(std::move(window), text, format, names, std::move(on_bad_row));
}

std::unique_ptr<TrackReader> read_jt808_tracks(std::unique_ptr<ByteSource> source, FrameText text,
                                               const TrackFormat& format, VehicleNames& names, OnBadRow on_bad_row) {
  return detail::jt808_reader(detail::ByteWindow{std::move(source)}, text, format, names, std::move(on_bad_row));
}

}  // namespace haulwatch::io
