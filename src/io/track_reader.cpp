#include <haulwatch/io/track_reader.hpp>

#include <haulwatch/io/csv_reader.hpp>
#include <haulwatch/io/detail/track_input.hpp>
#include <haulwatch/io/json_track_reader.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace haulwatch::io {
namespace {

using Kind = TrackInput;

[[nodiscard]] Kind kind_by_name(std::string_view path) {
  std::string name{path};
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (name.ends_with(".gz")) name.resize(name.size() - 3);
  const auto ends_as = [&](std::string_view ending) { return name.ends_with(ending); };
  constexpr std::array<std::string_view, 3> json{".json", ".jsonl", ".ndjson"};
  constexpr std::array<std::string_view, 6> table{".csv", ".tsv", ".txt", ".plt", ".track", ".traj"};
  if (ends_as(".jt808")) return Kind::jt808_raw;
  if (ends_as(".hex")) return Kind::jt808_hex;
  if (ends_as(".nmea") || ends_as(".ais")) return Kind::nmea;
  if (std::any_of(json.begin(), json.end(), ends_as)) return Kind::json;
  return std::any_of(table.begin(), table.end(), ends_as) ? Kind::table : Kind::recognised;
}

/// `$GPRMC,` or `!AIVDM,`, behind a tag block or not.
[[nodiscard]] bool begins_sentence(std::string_view line) noexcept {
  if (line.starts_with('\\')) line.remove_prefix(std::min(line.find('\\', 1), line.size() - 1) + 1);
  constexpr std::size_t address_end = 6;
  if (line.size() <= address_end || (line[0] != '$' && line[0] != '!') || line[address_end] != ',') return false;
  const std::string_view address = line.substr(1, address_end - 1);
  return std::all_of(address.begin(), address.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// Hex digits from `7e` on, as many as a header has at least.
[[nodiscard]] bool begins_hex_frame(std::string_view line) noexcept {
  constexpr std::size_t shortest = 30;
  const auto is_hex_or_blank = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ' ' || c == '\r';
  };
  return line.size() >= shortest && line[0] == '7' && (line[1] == 'e' || line[1] == 'E') &&
         std::all_of(line.begin(), line.end(), is_hex_or_blank);
}

/// What no table of ours begins with; it is only asked where no column is mapped.
[[nodiscard]] Kind kind_of_frames(std::string_view front) noexcept {
  const std::string_view first_line = front.substr(0, front.find('\n'));
  if (front.starts_with('\x7E')) return Kind::jt808_raw;
  if (begins_hex_frame(first_line)) return Kind::jt808_hex;
  return begins_sentence(first_line) ? Kind::nmea : Kind::recognised;
}

[[nodiscard]] Kind kind_by_content(std::string_view front) noexcept {
  const std::size_t first = front.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return Kind::table;
  return front[first] == '[' || front[first] == '{' ? Kind::json : Kind::table;
}

constexpr std::size_t looked_at = 1024;

/// Reads on until there are `wanted` bytes or no more. A fault of the source is left for later: it throws again, when
/// the rows before it have been read.
[[nodiscard]] std::string_view front_of(detail::ByteWindow& window, std::size_t wanted) {
  try {
    while (window.ahead().size() < wanted && window.more()) continue;
  } catch (const FileError&) {
    if (window.ahead().empty()) throw;
  }
  return window.ahead().substr(0, wanted);
}

}  // namespace

namespace detail {

std::string_view begin_text(ByteWindow& window) {
  constexpr std::size_t tar_magic_at = 257;
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  std::string_view front = front_of(window, looked_at);
  const std::string& name = window.source().name();
  if (front.size() > tar_magic_at + 5 && front.substr(tar_magic_at, 5) == "ustar") {
    throw FileError{name + ": is a tar archive; unpack it, as with: tar xzOf FILE | haulwatch replay -"};
  }
  if (front.starts_with("PK\x03\x04")) throw FileError{name + ": is a zip archive; unpack it first"};
  if (front.starts_with("\xff\xfe") || front.starts_with("\xfe\xff")) {
    throw FileError{name + ": is UTF-16 text; convert it to UTF-8"};
  }
  // Further down a zero byte is some row's own fault.
  const std::string_view first_line = front.substr(0, front.find('\n'));
  if (const std::size_t zero = first_line.find('\0'); zero != std::string_view::npos) {
    throw FileError{name + ": is no text: byte " + std::to_string(zero + 1) + " is zero"};
  }
  if (front.starts_with(byte_order_mark)) {
    window.take(byte_order_mark.size());
    front.remove_prefix(byte_order_mark.size());
  }
  return front;
}

}  // namespace detail

std::unique_ptr<TrackReader> open_tracks(const std::string& path, const TrackFormat& format, VehicleNames& names,
                                         OnBadRow on_bad_row) {
  return read_tracks(open_bytes(path), format, names, std::move(on_bad_row));
}

std::unique_ptr<TrackReader> read_tracks(std::unique_ptr<ByteSource> source, const TrackFormat& format,
                                         VehicleNames& names, OnBadRow on_bad_row) {
  detail::ByteWindow window{std::move(source)};
  Kind kind = format.input;
  if (kind == Kind::recognised) kind = kind_by_name(window.source().name());
  if (kind == Kind::recognised && format.columns.empty()) kind = kind_of_frames(front_of(window, looked_at));
  if (kind == Kind::jt808_hex || kind == Kind::jt808_raw) {
    const FrameText text = kind == Kind::jt808_hex ? FrameText::hex : FrameText::raw;
    return detail::jt808_reader(std::move(window), text, format, names, std::move(on_bad_row));
  }
  if (kind == Kind::nmea) return detail::nmea_reader(std::move(window), format, names, std::move(on_bad_row));
  const std::string_view front = detail::begin_text(window);
  if (kind == Kind::recognised) kind = kind_by_content(front);
  return kind == Kind::json ? detail::json_reader(std::move(window), format, names, std::move(on_bad_row))
                            : detail::csv_reader(std::move(window), format, names, std::move(on_bad_row));
}

std::unique_ptr<TrackReader> read_csv_tracks(std::unique_ptr<ByteSource> source, const TrackFormat& format,
                                             VehicleNames& names, OnBadRow on_bad_row) {
  detail::ByteWindow window{std::move(source)};
  detail::begin_text(window);
  return detail::csv_reader(std::move(window), format, names, std::move(on_bad_row));
}

std::unique_ptr<TrackReader> read_json_tracks(std::unique_ptr<ByteSource> source, const TrackFormat& format,
                                              VehicleNames& names, OnBadRow on_bad_row) {
  detail::ByteWindow window{std::move(source)};
  detail::begin_text(window);
  return detail::json_reader(std::move(window), format, names, std::move(on_bad_row));
}

}  // namespace haulwatch::io
