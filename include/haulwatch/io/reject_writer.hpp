#pragma once

#include <haulwatch/io/output_file.hpp>
#include <haulwatch/lon_lat.hpp>
#include <haulwatch/units.hpp>
#include <haulwatch/verdict.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace haulwatch::io {

/// A row that was not taken into a track, and why. Texts are views that need to live only for the call.
struct Reject {
  std::string_view file{};           ///< as named by the user
  std::uint64_t line = 0;            ///< of the file, counted from 1; 0 where there is none
  std::string_view vehicle{};        ///< empty where it could not be read
  TimeUtc time = no_time;            ///< `no_time` where it could not be read
  std::optional<LonLat> position{};  ///< degrees, WGS-84; absent where it could not be read
  Verdict verdict = Verdict::bad_row;
  std::string_view cause{};  ///< in words: what was found and what was expected
  std::string_view row{};    ///< the raw text, without its line break
};

/// Appends one row of the rejects and a line break, its columns as in `rejects_header`. The raw row keeps its bytes and
/// is always quoted; what could not be read is an empty cell.
void append_csv(std::string& out, const Reject& reject);

inline constexpr std::string_view rejects_header = "file,line,vehicle,time,lon,lat,verdict,cause,row\n";

/// Writes every refused row with its cause, as comma-separated values, in the order given.
///
/// Failures are `FileError`s of the file, at the moment they happen; see `OutputFile`. Threads: one at a time.
class RejectWriter {
 public:
  /// Writes the header. \param path the file to create or replace; `-` for standard output
  explicit RejectWriter(std::string path) : file_{std::move(path)} { file_.write(rejects_header); }

  void write(const Reject& reject);
  void flush() { file_.flush(); }
  void close() { file_.close(); }

  /// Rows written so far.
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

 private:
  OutputFile file_;
  std::string row_;
  std::uint64_t count_ = 0;
};

}  // namespace haulwatch::io
