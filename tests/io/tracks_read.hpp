#pragma once

#include <haulwatch/error.hpp>
#include <haulwatch/io/track_format.hpp>
#include <haulwatch/io/track_reader.hpp>

#include <zlib.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace haulwatch::io {

struct BadRowSeen {
  std::uint64_t line = 0;
  std::string cause;
  std::string found;
  std::string row;
};

/// All that came out of one input, and what ended it if a fault did.
struct TracksRead {
  VehicleNames names;
  std::vector<Fix> fixes;
  std::vector<std::uint64_t> lines;
  std::vector<std::string> rows;
  std::vector<BadRowSeen> bad;
  std::string fault;

  [[nodiscard]] std::string_view vehicle(std::size_t i) const { return names.name(fixes.at(i).vehicle); }
};

template <class Open>
[[nodiscard]] TracksRead read_with(Open open, std::size_t limit = 4096) {
  TracksRead all;
  auto reader = open(all.names, [&](const BadRow& bad) {
    all.bad.push_back({bad.line, std::string{bad.cause}, std::string{bad.found}, std::string{bad.row}});
  });
  FixBatch batch;
  batch.limit = limit;
  batch.raw_rows = RawRows::kept;
  try {
    while (reader->read_batch(batch)) {
      for (std::size_t i = 0; i < batch.size(); ++i) all.rows.emplace_back(batch.row(i));
      all.fixes.insert(all.fixes.end(), batch.fixes.begin(), batch.fixes.end());
      all.lines.insert(all.lines.end(), batch.lines.begin(), batch.lines.end());
    }
  } catch (const FileError& error) {
    all.fault = error.what();
  }
  return all;
}

[[nodiscard]] inline TracksRead read_text(std::string_view text, const TrackFormat& format = {},
                                          const std::string& name = "tracks.csv", std::size_t limit = 4096) {
  return read_with(
      [&](VehicleNames& names, OnBadRow on_bad_row) {
        return read_tracks(bytes_in_memory(text, name), format, names, std::move(on_bad_row));
      },
      limit);
}

[[nodiscard]] inline TracksRead read_file(const std::string& path, const TrackFormat& format = {}) {
  return read_with([&](VehicleNames& names, OnBadRow on_bad_row) {
    return open_tracks(path, format, names, std::move(on_bad_row));
  });
}

/// A format with these mappings, for tests that say no more.
[[nodiscard]] inline TrackFormat mapped(std::initializer_list<std::string_view> mappings) {
  TrackFormat format;
  for (const std::string_view mapping : mappings) format.map(mapping);
  return format;
}

/// One gzip member.
[[nodiscard]] inline std::string gzipped(std::string_view text) {
  z_stream stream{};
  if (deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  std::string in{text};
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace haulwatch::io
