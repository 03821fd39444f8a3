#include <haulwatch/io/csv_reader.hpp>
#include <haulwatch/io/json_track_reader.hpp>
#include <haulwatch/io/time_text.hpp>

#include <benchmark/benchmark.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace haulwatch::io {
namespace {

/// How the rows of a generated file stand to each other.
enum class RowOrder : std::uint8_t { by_time, by_vehicle };

struct Rows {
  std::string csv;
  std::string json;
  std::vector<std::array<std::string, 6>> cells;  ///< of the first rows: vehicle, time, lon, lat, speed, heading
};

constexpr int row_count = 1'000'000;
constexpr int vehicle_count = 2'000;

/// Ten columns, as a platform writes them: seven decimals of degrees, milliseconds of time.
Rows generate(RowOrder order) {
  constexpr unsigned seed = 17;
  std::mt19937 random{seed};
  Rows rows;
  rows.csv = "vehicle,time,lon,lat,speed_mps,heading_deg,hdop,ignition,load,received\n";
  std::array<char, 256> text{};
  for (int i = 0; i < row_count; ++i) {
    const int each = row_count / vehicle_count;
    const int vehicle = order == RowOrder::by_time ? i % vehicle_count : i / each;
    const int step = order == RowOrder::by_time ? i / vehicle_count : i % each;
    const TimeUtc time{Milliseconds{1'767'225'600'000 + 10'000LL * step + vehicle}};
    std::array<char, rfc3339_ms_length + 1> sent{};
    std::array<char, rfc3339_ms_length + 1> received{};
    write_rfc3339_ms(sent.data(), time);
    write_rfc3339_ms(received.data(), time + Milliseconds{random() % 3000});
    const double lon = 120.5 + 1e-7 * static_cast<double>(random() % 5'000'000);
    const double lat = 30.5 + 1e-7 * static_cast<double>(random() % 5'000'000);
    const double speed = 0.1 * static_cast<double>(random() % 250);
    const double heading = 0.1 * static_cast<double>(random() % 3600);
    std::snprintf(text.data(), text.size(), "ZF%05d,%s,%.7f,%.7f,%.1f,%.1f,0.%u,%u,%s,%s\n", vehicle, sent.data(), lon,
                  lat, speed, heading, 5U + static_cast<unsigned>(random() % 5), static_cast<unsigned>(random() % 2),
                  random() % 2 == 0 ? "empty" : "full", received.data());
    rows.csv += text.data();
    if (i >= 10'000) continue;
    const std::string line{text.data()};
    std::array<std::string, 6>& cells = rows.cells.emplace_back();
    std::size_t at = 0;
    for (std::string& cell : cells) {
      const std::size_t end = line.find(',', at);
      cell = line.substr(at, end - at);
      at = end + 1;
    }
    rows.json += R"({"vehicle":")" + cells[0] + R"(","time":")" + cells[1] + R"(","lon":)" + cells[2] + R"(,"lat":)" +
                 cells[3] + R"(,"speed_mps":)" + cells[4] + R"(,"heading_deg":)" + cells[5] + "}\n";
  }
  return rows;
}

const Rows& rows_in(RowOrder order) {
  static const std::array<Rows, 2> rows{generate(RowOrder::by_time), generate(RowOrder::by_vehicle)};
  return rows[static_cast<std::size_t>(order)];
}

/// The fixes of the first rows against strtod, cell by cell.
bool agrees_with_strtod(const FixBatch& batch, std::size_t from, const VehicleNames& names, const Rows& rows) {
  for (std::size_t i = 0; i < batch.size() && from + i < rows.cells.size(); ++i) {
    const Fix& fix = batch.fixes[i];
    const std::array<std::string, 6>& cells = rows.cells[from + i];
    const auto number = [&](std::size_t k) { return std::strtod(cells[k].c_str(), nullptr); };
    const auto heading = static_cast<float>(std::fmod(number(5), 360.0));
    if (names.name(fix.vehicle) != cells[0] || fix.time != parse_rfc3339(cells[1]) || fix.position.lon != number(2) ||
        fix.position.lat != number(3) || fix.speed_mps != Reading{static_cast<float>(number(4))} ||
        fix.heading_deg != Reading{heading}) {
      return false;
    }
  }
  return true;
}

/// Reads all of it, and says whether it was right and whole.
template <class Open>
bool reads_rightly(Open open, const Rows& rows, std::size_t expected) {
  VehicleNames names;
  const auto reader = open(names);
  FixBatch batch;
  std::size_t read = 0;
  bool right = true;
  while (reader->read_batch(batch)) {
    right = right && agrees_with_strtod(batch, read, names, rows);
    read += batch.size();
  }
  return right && read == expected;
}

template <class Open>
void measure(benchmark::State& state, Open open, std::size_t rows, std::size_t bytes) {
  FixBatch batch;
  for (auto _ : state) {
    VehicleNames names;
    const auto reader = open(names);
    while (reader->read_batch(batch)) benchmark::DoNotOptimize(batch.fixes.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

void BM_CsvReader(benchmark::State& state, RowOrder order) {
  const Rows& rows = rows_in(order);
  const auto open = [&](VehicleNames& names) { return read_csv_tracks(bytes_in_memory(rows.csv), {}, names); };
  if (!reads_rightly(open, rows, row_count)) return state.SkipWithError("differs from strtod");
  measure(state, open, row_count, rows.csv.size());
}
BENCHMARK_CAPTURE(BM_CsvReader, by_time, RowOrder::by_time)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_CsvReader, by_vehicle, RowOrder::by_vehicle)->Unit(benchmark::kMillisecond);

void BM_JsonTrackReader(benchmark::State& state) {
  const Rows& rows = rows_in(RowOrder::by_time);
  const auto open = [&](VehicleNames& names) { return read_json_tracks(bytes_in_memory(rows.json), {}, names); };
  if (!reads_rightly(open, rows, rows.cells.size())) return state.SkipWithError("differs from strtod");
  measure(state, open, rows.cells.size(), rows.json.size());
}
BENCHMARK(BM_JsonTrackReader)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace haulwatch::io
