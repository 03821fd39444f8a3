#include "fix_out.hpp"

#include <haulwatch/error.hpp>
#include <haulwatch/io/byte_source.hpp>
#include <haulwatch/io/frame_recording.hpp>
#include <haulwatch/io/jt808/profile_reader.hpp>
#include <haulwatch/io/jt808/stream_parser.hpp>
#include <haulwatch/io/track_reader.hpp>

#include <cmath>
#include <limits>
#include <utility>

namespace haulwatch::python {

namespace jt808 = io::jt808;

namespace {

void add(OutColumn& column, Sensed sensed) {
  if (sensed == Sensed::unknown)
    column.add_null();
  else
    column.add(sensed == Sensed::yes);
}

void add(OutColumn& column, Reading reading) {
  column.add(reading.value_or(std::numeric_limits<float>::quiet_NaN()));
}

class FramesToFixes : public jt808::Listener {
 public:
  void on_fix(const jt808::Report& report) override {
    add_fix(fixes, report.terminal, report.fix);
    auto column = fixes.columns.end() - 4;
    add_parts(*column++, report.sensors.faulty);
    add_parts(*column++, report.sensors.tampered);
    add(*column++, report.sensors.overloaded);
    column->add(report.is_encrypted());
  }
  void on_refused(const jt808::Refusal& refusal) override { count(name_of(refusal.fault)); }

  void count(std::string_view cause) {
    ++refused;
    for (auto& [name, times] : by_cause) {
      if (name != cause) continue;
      ++times;
      return;
    }
    by_cause.emplace_back(cause, 1);
  }

  OutTable fixes = with_further_columns();
  std::uint64_t refused = 0;
  std::vector<std::pair<std::string, std::uint64_t>> by_cause;

 private:
  static OutTable with_further_columns() {
    OutTable table = empty_fixes();
    table.columns.emplace_back("sensor_fault", OutType::category);
    table.columns.emplace_back("tamper", OutType::category);
    table.columns.emplace_back("overloaded", OutType::flag);
    table.columns.emplace_back("encrypted", OutType::flag);
    return table;
  }
  template <class Parts>
  static void add_parts(OutColumn& column, const Parts& parts) {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (!parts[i]) continue;
      if (!text.empty()) text += '+';
      text += name_of(static_cast<jt808::SensorPart>(i));
    }
    if (text.empty())
      column.add_null();
    else
      column.add(std::string_view{text});
  }
};

}  // namespace

OutTable empty_fixes() {
  OutTable table;
  auto& columns = table.columns;
  columns.emplace_back("vehicle", OutType::category);
  columns.emplace_back("time", OutType::time);
  columns.emplace_back("lon", OutType::number);
  columns.emplace_back("lat", OutType::number);
  for (const char* name : {"speed_mps", "heading_deg", "accuracy_m", "hdop"})
    columns.emplace_back(name, OutType::reading);
  for (const char* name : {"ignition", "body_lift", "cover_closed"}) columns.emplace_back(name, OutType::flag);
  columns.emplace_back("load", OutType::category);
  columns.emplace_back("received", OutType::time);
  columns.emplace_back("backfill", OutType::flag);
  columns.emplace_back("odometer_m", OutType::number);
  columns.emplace_back("valid", OutType::flag);
  return table;
}

void add_fix(OutTable& fixes, std::string_view vehicle, const Fix& fix) {
  auto column = fixes.columns.begin();
  column++->add(vehicle);
  column++->add(fix.time);
  column++->add(fix.position.lon);
  column++->add(fix.position.lat);
  add(*column++, fix.speed_mps);
  add(*column++, fix.heading_deg);
  add(*column++, fix.accuracy_m);
  add(*column++, fix.hdop);
  add(*column++, fix.sensors.ignition);
  add(*column++, fix.sensors.body_lift);
  add(*column++, fix.sensors.cover_closed);
  switch (fix.sensors.load) {
    case LoadReading::unknown:
      column++->add_null();
      break;
    case LoadReading::empty:
      column++->add(std::string_view{"empty"});
      break;
    case LoadReading::half:
      column++->add(std::string_view{"half"});
      break;
    case LoadReading::full:
      column++->add(std::string_view{"full"});
      break;
  }
  column++->add(fix.received);
  column++->add(fix.backfill);
  column++->add(fix.odometer_m < 0.0 ? std::nan("") : fix.odometer_m);
  add(*column, fix.valid);
}

std::shared_ptr<const OutTable> fixes_of_csv(const std::string& csv) {
  auto table = std::make_shared<OutTable>(empty_fixes());
  VehicleNames names;
  const auto reader = io::read_tracks(io::bytes_in_memory(csv, "tracks.csv"), {}, names, [](const io::BadRow& bad) {
    throw Error{"row " + std::to_string(bad.line) + ": " + std::string{bad.cause}};
  });
  io::FixBatch batch;
  while (reader->read_batch(batch))
    for (const Fix& fix : batch.fixes) add_fix(*table, names.name(fix.vehicle), fix);
  return table;
}

DecodedFrames decode_jt808(std::string_view frames, bool is_hex, const std::string& profile, bool lenient) {
  jt808::ParserOptions options;
  options.strictness = lenient ? io::Strictness::lenient : io::Strictness::strict;
  if (!profile.empty()) options.profile = jt808::load_profile(profile);
  jt808::StreamParser parser{options};
  FramesToFixes listener;
  io::FrameRecording recording{io::bytes_in_memory(frames), is_hex ? io::FrameText::hex : io::FrameText::raw};
  for (io::FrameRecording::Piece piece; recording.next(piece);) {
    if (piece.is_bad_text)
      listener.count("not hex digits");
    else
      parser.push(piece.bytes, listener);
  }
  DecodedFrames decoded;
  decoded.refused = listener.refused;
  decoded.refused_by_cause = std::move(listener.by_cause);
  decoded.ends_within_frame = parser.holds_part_of_frame();
  decoded.fixes = std::make_shared<const OutTable>(std::move(listener.fixes));
  return decoded;
}

std::shared_ptr<const OutTable> nearest_routes(FixTable& table, const registry::Registry& registry) {
  if (registry.routes().empty()) throw Error{"the registry has no route"};
  auto out = std::make_shared<OutTable>();
  out->columns.emplace_back("route", OutType::category);
  out->columns.emplace_back("distance_m", OutType::number);
  out->columns.emplace_back("chainage_m", OutType::number);
  out->columns.emplace_back("inside", OutType::flag);
  for (OutColumn& column : out->columns) column.reserve(static_cast<std::size_t>(table.rows()));
  VehicleNames names;
  std::vector<Fix> fixes;
  std::vector<std::int64_t> rows;
  std::int64_t next = 0;
  const auto skip_to = [&](std::int64_t row) {
    for (; next < row; ++next)
      for (OutColumn& column : out->columns) column.add_null();
  };
  for (std::int64_t row = 0; table.read(row, FixTable::batch, names, fixes, rows, {});) {
    for (std::size_t i = 0; i < fixes.size(); ++i) {
      const auto found = registry.corridors().nearest(registry.frame().to_local(fixes[i].position),
                                                      std::numeric_limits<double>::infinity());
      skip_to(found ? rows[i] : rows[i] + 1);
      if (!found) continue;
      ++next;
      out->columns[0].add(std::string_view{registry.routes()[found->route].id});
      out->columns[1].add(found->distance_m);
      out->columns[2].add(found->chainage_m);
      out->columns[3].add(found->distance_m <= registry.corridors().half_width_m(found->route));
    }
  }
  skip_to(table.rows());
  return out;
}

}  // namespace haulwatch::python
