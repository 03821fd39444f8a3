#include <haulwatch/io/geojson_writer.hpp>

#include <haulwatch/error.hpp>
#include <haulwatch/io/detail/append_text.hpp>
#include <haulwatch/io/detail/event_members.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <variant>

namespace haulwatch::io {
namespace {

constexpr std::size_t longest_line = 1000;

/// The kind of episode an event belongs to, in the order of `Event::details`.
std::string_view kind_of(const Event& event) noexcept {
  constexpr std::array<std::string_view, 14> names{"site_visit",
                                                   "zone_visit",
                                                   "gate_crossing",
                                                   "overspeed",
                                                   "stop",
                                                   "silence",
                                                   "route_deviation",
                                                   "dump_suspicion",
                                                   "trip",
                                                   "quota_excess",
                                                   "unmatched_manifest",
                                                   "unmatched_load",
                                                   "terminal_finding",
                                                   "track_jump"};
  static_assert(names.size() == std::variant_size_v<decltype(Event::details)>, "every kind of details needs its name");
  return names[event.details.index()];
}

/// A few words for the map: `A-17 stop ended pit`.
void assign_label(std::string& label, std::string_view vehicle, std::string_view what, std::string_view object) {
  label = vehicle;
  if (!label.empty()) label += ' ';
  for (const char c : what) label += c == '_' ? ' ' : c;
  if (object.empty()) return;
  label += ' ';
  label += object;
}

void append_time_member(std::string& out, std::string_view key, TimeUtc time) {
  out += ",\"";
  out += key;
  if (time == no_time) {
    out += "\":null";
    return;
  }
  out += "\":\"";
  detail::append_time(out, time);
  out += '"';
}

/// A LineString must have two points: one alone is a Point.
void append_way(std::string& out, std::span<const LonLat> points) {
  out += points.size() > 1 ? "{\"type\":\"LineString\",\"coordinates\":[" : "{\"type\":\"Point\",\"coordinates\":";
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (i > 0) out += ',';
    detail::append_position(out, points[i]);
  }
  out += points.size() > 1 ? "]}" : "}";
}

bool is_number(LonLat place) noexcept {
  return std::isfinite(place.lon) && std::isfinite(place.lat);
}

}  // namespace

GeoJsonWriter::GeoJsonWriter(std::string path) : file_{std::move(path)} {
  file_.write("{\"type\":\"FeatureCollection\",\"features\":[");
}

GeoJsonWriter::~GeoJsonWriter() {
  if (!file_.good()) return;
  try {
    close();
  } catch (const std::exception&) {
    // Whoever wants to know of a failure calls close().
  }
}

void GeoJsonWriter::add(const Event& event) {
  write_point(event);
  if (!detail::has_place(event) || event.retracted) return;
  if (event.kind == EventKind::signal_lost) lost_at_[event.subject] = *event.place;
  if (event.kind == EventKind::signal_restored) write_silence(event);
}

void GeoJsonWriter::add(std::string_view vehicle, const track::CleanedFix& fix) {
  if (fix.verdict != Verdict::kept || !fix.clean || !is_number(*fix.clean)) return;
  Line& line = lines_[fix.vehicle];
  if (line.points.empty()) {
    line.vehicle = vehicle;
    line.state = fix.state;
    line.start = fix.time;
  } else if (line.state != fix.state || line.points.size() == longest_line) {
    const LonLat joint = line.points.back();
    if (line.points.size() > 1) write_track(line);
    line.points.assign(1, joint);
    line.state = fix.state;
    line.start = line.end;
  }
  line.points.push_back(*fix.clean);
  line.end = fix.time;
}

void GeoJsonWriter::close() {
  if (closed_) return;
  std::vector<Line*> open;
  for (auto& [vehicle, line] : lines_) open.push_back(&line);
  std::sort(open.begin(), open.end(), [](const Line* a, const Line* b) { return a->vehicle < b->vehicle; });
  for (Line* line : open) write_track(*line);
  file_.write("\n]}\n");
  file_.close();
  closed_ = true;
}

void GeoJsonWriter::begin_feature() {
  feature_ = features_ == 0 ? "\n" : ",\n";
  feature_ += "{\"type\":\"Feature\",";
}

void GeoJsonWriter::end_feature() {
  feature_ += "}}";
  file_.write(feature_);
  ++features_;
}

void GeoJsonWriter::begin_properties(std::string_view kind) {
  feature_ += ",\"properties\":{\"kind\":\"";
  feature_ += kind;
  feature_ += "\",\"label\":";
  detail::append_json_string(feature_, label_);
}

void GeoJsonWriter::append_way_members(std::string_view vehicle, TimeUtc time, TimeUtc start, TimeUtc end) {
  feature_ += ",\"vehicle\":";
  detail::append_json_string(feature_, vehicle);
  append_time_member(feature_, "time", time);
  append_time_member(feature_, "start", start);
  append_time_member(feature_, "end", end);
}

void GeoJsonWriter::write_point(const Event& event) {
  assign_label(label_, event.vehicle, name_of(event.kind), detail::object_of(event));
  begin_feature();
  feature_ += "\"id\":\"";
  detail::append_hex16(feature_, static_cast<std::uint64_t>(event.id));
  feature_ += "\",\"geometry\":";
  if (detail::has_place(event))
    append_way(feature_, {{*event.place}});
  else
    feature_ += "null";
  begin_properties(kind_of(event));
  feature_ += ',';
  detail::append_event_members(feature_, event);
  end_feature();
}

void GeoJsonWriter::write_silence(const Event& restored) {
  const auto lost = lost_at_.find(restored.subject);
  const auto* const silence = std::get_if<Silence>(&restored.details);
  if (lost == lost_at_.end() || silence == nullptr) return;
  const std::array<LonLat, 2> ends{lost->second, *restored.place};
  lost_at_.erase(lost);
  assign_label(label_, restored.vehicle, "silence", {});
  begin_feature();
  feature_ += "\"geometry\":";
  append_way(feature_, ends);
  begin_properties("silence");
  append_way_members(restored.vehicle, restored.time, silence->start, silence->end);
  feature_ += ",\"subject\":\"";
  detail::append_hex16(feature_, static_cast<std::uint64_t>(restored.subject));
  feature_ += '"';
  end_feature();
}

void GeoJsonWriter::write_track(Line& line) {
  if (line.points.empty()) return;
  assign_label(label_, line.vehicle, name_of(line.state), {});
  begin_feature();
  feature_ += "\"geometry\":";
  append_way(feature_, line.points);
  begin_properties("track");
  append_way_members(line.vehicle, line.start, line.start, line.end);
  feature_ += ",\"state\":\"";
  feature_ += name_of(line.state);
  feature_ += "\",\"points\":";
  detail::append_integer(feature_, line.points.size());
  end_feature();
  line.points.clear();
}

}  // namespace haulwatch::io
