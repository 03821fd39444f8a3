#pragma once

#include <haulwatch/engine/vehicle_names.hpp>
#include <haulwatch/fix.hpp>
#include <haulwatch/io/byte_source.hpp>
#include <haulwatch/io/track_format.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace haulwatch::io {

/// Whether a batch keeps the raw text of its rows, which costs a copy of each.
enum class RawRows : std::uint8_t { dropped, kept };

/// Fixes in the order of their rows, and the place of each in its file.
struct FixBatch {
  std::vector<Fix> fixes;
  /// Line in the file, from 1, header and blank lines counted; in a JSON array the element, from 1. A row that goes
  /// over several lines has the number of its first.
  std::vector<std::uint64_t> lines;
  std::size_t limit = 4096;  ///< as many are read at once, at most; not 0
  RawRows raw_rows = RawRows::dropped;
  std::string row_texts;              ///< with `RawRows::kept`: the rows' texts, one behind the other
  std::vector<std::size_t> row_ends;  ///< with `RawRows::kept`: where in `row_texts` each row ends

  [[nodiscard]] std::size_t size() const noexcept { return fixes.size(); }
  [[nodiscard]] bool empty() const noexcept { return fixes.empty(); }
  void clear() noexcept {
    fixes.clear();
    lines.clear();
    row_texts.clear();
    row_ends.clear();
  }
  /// The raw text of a row, as `BadRow::row`. \pre `raw_rows` was `RawRows::kept` when the batch was read
  [[nodiscard]] std::string_view row(std::size_t i) const noexcept {
    const std::size_t begin = i == 0 ? 0 : row_ends[i - 1];
    return std::string_view{row_texts}.substr(begin, row_ends[i] - begin);
  }
  /// For readers: adds what belongs to the newest fix.
  void add_row(std::uint64_t line, std::string_view text) {
    lines.push_back(line);
    if (raw_rows == RawRows::dropped) return;
    row_texts += text;
    row_ends.push_back(row_texts.size());
  }
};

/// A row that could not be read (`Verdict::bad_row`). The views live until the callback returns, `file` and `cause`
/// as long as the reader.
struct BadRow {
  std::string_view file;
  std::uint64_t line = 0;  ///< as in `FixBatch::lines`
  std::string_view cause;  ///< one of a few texts for each column, for counting, as "lat is not a number"
  std::string_view found;  ///< the cell or the count at fault; may be empty, and may be long
  std::string_view row;    ///< as it stands in the file, without its line end; of wide rows, one fix's part
};
using OnBadRow = std::function<void(const BadRow&)>;

struct InputProgress {
  std::uint64_t consumed = 0;          ///< bytes taken from the file, compressed ones where it is compressed
  std::optional<std::uint64_t> total;  ///< its length, where it has one
};

/// Reads one file of tracks, row after row.
///
/// What a cell says. Blanks around it are passed over. An empty one is 'not reported', and so is, but for `vehicle`,
/// `NaN`, `null`, `NA`, `None` in any case. In `vehicle`, `time`, `lon`, `lat` and `point` that makes a bad row, as in
/// every column does a text that is no value of the column. Numbers are decimal, with exponent if need be; `inf` is no
/// number. A heading is taken modulo 360 into [0, 360), for some write west as -90. `ignition`, `body_lift`,
/// `cover_closed`, `backfill`, `valid` are `0`, `1`, `false`, `true`; `load` is `empty`, `half`, `full`; `vehicle` is 1
/// to 64 bytes of UTF-8 without a zero byte. Places outside the Earth's degrees are not judged here.
///
/// No allocation a row, once vehicles are known and buffers have grown.
/// Threads: one at a time; a reader that may meet new vehicles is a writer of its `VehicleNames`.
class TrackReader {
 public:
  virtual ~TrackReader() = default;

  /// Replaces what `batch` holds by the next fixes, one to `batch.limit`; false, and an empty batch, at the end. Bad
  /// rows on the way go to the callback.
  /// \throws FileError where the input breaks off (a read fault, broken gzip, JSON that does not end). All whole rows
  /// before the fault have been given by then.
  virtual bool read_batch(FixBatch& batch) = 0;

  /// The file's path, or `standard input`.
  [[nodiscard]] virtual const std::string& name() const noexcept = 0;
  [[nodiscard]] virtual InputProgress progress() const noexcept = 0;

  /// Whether `FixBatch::lines` are lines of text; else they are numbers of frames.
  [[nodiscard]] virtual bool has_lines() const noexcept { return true; }
};

/// Opens a file of tracks, `-` for standard input: a table of text, JSON, JT/T 808 frames, or NMEA and AIS sentences,
/// in gzip or not.
///
/// `TrackFormat::input` says which. Else a name does that ends (before `.gz`) in `.json`, `.jsonl`, `.ndjson`, in
/// `.csv`, `.tsv`, `.plt`, `.track`, `.traj`, in `.jt808` (raw bytes), `.hex` (JT/T 808 as hex digits), in `.nmea` or
/// `.ais`. Else the first bytes do, unless columns are mapped: 7E is JT/T 808, a first line of hex digits that begins
/// with `7e` the same as digits; `$` or `!` before five capital letters and a comma, behind a tag block or not, is
/// NMEA; `[` or `{` is JSON; all other is a table.
/// \param names must outlive the reader
/// \param on_bad_row called from within `read_batch`; may throw, which ends the reading
/// \throws FileError when it cannot be opened, is no text, or lacks a column that is needed: the message names what is
/// missing, what was found, and mappings that may help
/// \throws FormatError when `format` cannot be meant
[[nodiscard]] std::unique_ptr<TrackReader> open_tracks(const std::string& path, const TrackFormat& format,
                                                       VehicleNames& names, OnBadRow on_bad_row = {});

/// The same from any bytes; the source's name tells the kind as a path would.
[[nodiscard]] std::unique_ptr<TrackReader> read_tracks(std::unique_ptr<ByteSource> source, const TrackFormat& format,
                                                       VehicleNames& names, OnBadRow on_bad_row = {});

}  // namespace haulwatch::io
