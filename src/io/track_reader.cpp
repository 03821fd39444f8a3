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

enum class Kind : std::uint8_t { unknown, table, json };

[[nodiscard]] Kind kind_by_name(std::string_view path) {
  std::string name{path};
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (name.ends_with(".gz")) name.resize(name.size() - 3);
  const auto ends_as = [&](std::string_view ending) { return name.ends_with(ending); };
  constexpr std::array<std::string_view, 3> json{".json", ".jsonl", ".ndjson"};
  constexpr std::array<std::string_view, 6> table{".csv", ".tsv", ".txt", ".plt", ".track", ".traj"};
  if (std::any_of(json.begin(), json.end(), ends_as)) return Kind::json;
  return std::any_of(table.begin(), table.end(), ends_as) ? Kind::table : Kind::unknown;
}

[[nodiscard]] Kind kind_by_content(std::string_view front) noexcept {
  const std::size_t first = front.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return Kind::table;
  return front[first] == '[' || front[first] == '{' ? Kind::json : Kind::table;
}

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
  constexpr std::size_t looked_at = 1024;
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
  const std::string_view front = detail::begin_text(window);
  Kind kind = kind_by_name(window.source().name());
  if (kind == Kind::unknown) kind = kind_by_content(front);
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
