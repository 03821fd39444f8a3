#include <haulwatch/error.hpp>
#include <haulwatch/io/csv_reader.hpp>
#include <haulwatch/io/json_track_reader.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace haulwatch::io;
using haulwatch::Fix;
using haulwatch::VehicleNames;

void require(bool holds, const char* promise) {
  if (holds) return;
  std::cerr << "broken promise: " << promise << '\n';
  std::abort();
}

/// Gives its bytes in pieces of a few, so that every boundary falls everywhere.
class Crumbs final : public ByteSource {
 public:
  Crumbs(std::string_view content, std::size_t size) : whole_{bytes_in_memory(content)}, size_{size} {}
  std::size_t read(std::span<char> into) override { return whole_->read(into.first(std::min(into.size(), size_))); }
  [[nodiscard]] const std::string& name() const noexcept override { return whole_->name(); }
  [[nodiscard]] std::uint64_t consumed() const noexcept override { return whole_->consumed(); }
  [[nodiscard]] std::optional<std::uint64_t> total() const noexcept override { return whole_->total(); }

 private:
  std::unique_ptr<ByteSource> whole_;
  std::size_t size_;
};

/// What the first two bytes of an input choose.
struct Choice {
  TrackFormat format;
  bool json = false;
  std::size_t limit = 1;
  std::size_t crumb = 1;
};

void map_by_number(TrackFormat& format) {
  format.header = HeaderLine::absent;
  for (const std::string_view mapping : {"vehicle=1", "lon=3*1.5", "lat=4", "speed_mps=5", "load=6"})
    format.map(mapping);
}

Choice choice_of(std::uint8_t shape, std::uint8_t detail) {
  constexpr std::array<char, 4> delimiters{',', ' ', '\t', '|'};
  constexpr std::array<std::string_view, 8> times{
      "", "unix_s", "unix_us", "unix_ns", "%F %T", "%d %b %y %I:%M:%S %p %z", "%Y%j%H%M%S.%f", "%m/%d/%Y %H:%M"};
  Choice choice;
  choice.format.delimiter = delimiters[shape & 3U];
  choice.json = (shape & 4U) != 0;
  const bool by_number = (shape & 8U) != 0 && !choice.json;
  if (by_number) {
    map_by_number(choice.format);
    choice.format.map((shape & 128U) != 0 ? "time=2+7" : "time=2");
    if ((shape & 16U) != 0) choice.format.wide = WideRows{2, 7};
  } else if ((shape & 128U) != 0) {
    choice.format.map("point=wkt");
  }
  if ((shape & 32U) != 0) choice.format.datum = haulwatch::Datum::bd09;
  if ((shape & 64U) != 0) choice.format.plane_origin = haulwatch::LonLat{120.0, 30.0};
  choice.format.time_format = times[detail & 7U];
  choice.format.time_zone = std::chrono::minutes{480};
  choice.format.skip_lines = (detail & 8U) != 0 ? 1 : 0;
  choice.limit = (detail & 16U) != 0 ? 3 : 4096;
  choice.crumb = 1U + (detail >> 5U);
  return choice;
}

struct Outcome {
  std::vector<std::string> vehicles;
  std::vector<Fix> fixes;
  std::vector<std::uint64_t> lines;
  std::vector<std::string> bad;
  std::string fault;
};

void check(const FixBatch& batch, const VehicleNames& names) {
  require(batch.size() == batch.lines.size(), "a batch has a line for each fix");
  for (const Fix& fix : batch.fixes) {
    require(fix.time != haulwatch::no_time, "a fix has a time");
    require(std::isfinite(fix.position.lon) && std::isfinite(fix.position.lat), "a fix has a place");
    const std::string_view vehicle = names.name(fix.vehicle);
    require(!vehicle.empty() && vehicle.size() <= 64, "a vehicle has 1 to 64 bytes");
    require(!fix.heading_deg || (fix.heading_deg.value() >= 0 && fix.heading_deg.value() < 360),
            "a heading is in the circle");
  }
}

Outcome outcome_of(std::unique_ptr<ByteSource> source, const Choice& choice, std::size_t limit) {
  Outcome outcome;
  VehicleNames names;
  const auto on_bad_row = [&](const BadRow& bad) {
    outcome.bad.push_back(std::to_string(bad.line) + std::string{bad.cause} + std::string{bad.found} +
                          std::string{bad.row});
  };
  try {
    const auto reader = choice.json ? read_json_tracks(std::move(source), choice.format, names, on_bad_row)
                                    : read_csv_tracks(std::move(source), choice.format, names, on_bad_row);
    FixBatch batch;
    batch.limit = limit;
    batch.raw_rows = RawRows::kept;
    while (reader->read_batch(batch)) {
      require(batch.size() <= limit, "a batch keeps its limit");
      check(batch, names);
      for (const Fix& fix : batch.fixes) outcome.vehicles.emplace_back(names.name(fix.vehicle));
      outcome.fixes.insert(outcome.fixes.end(), batch.fixes.begin(), batch.fixes.end());
      outcome.lines.insert(outcome.lines.end(), batch.lines.begin(), batch.lines.end());
    }
  } catch (const haulwatch::Error& error) {
    outcome.fault = error.what();
  }
  require(std::is_sorted(outcome.lines.begin(), outcome.lines.end()), "lines go up");
  return outcome;
}

bool same(const Fix& a, const Fix& b) {
  return a.time == b.time && a.received == b.received && a.position == b.position && a.speed_mps == b.speed_mps &&
         a.heading_deg == b.heading_deg && a.sensors == b.sensors && a.vehicle == b.vehicle;
}

}  // namespace

/// Reads a table or JSON twice: whole, and in crumbs with another length of batch. Both have to come to the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const Choice choice = choice_of(data[0], data[1]);
  const std::string_view content{reinterpret_cast<const char*>(data) + 2, size - 2};
  const Outcome whole = outcome_of(bytes_in_memory(content), choice, choice.limit);
  const Outcome crumbs = outcome_of(std::make_unique<Crumbs>(content, choice.crumb), choice, 7);
  require(whole.fault == crumbs.fault, "a fault does not depend on blocks");
  require(whole.lines == crumbs.lines && whole.vehicles == crumbs.vehicles, "rows do not depend on blocks");
  require(whole.bad == crumbs.bad, "bad rows do not depend on blocks");
  require(std::equal(whole.fixes.begin(), whole.fixes.end(), crumbs.fixes.begin(), crumbs.fixes.end(), same),
          "fixes do not depend on blocks");
  return 0;
}
