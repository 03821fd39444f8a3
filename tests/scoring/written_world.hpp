#pragma once

#include <haulwatch/io/byte_source.hpp>
#include <haulwatch/scoring/record_reader.hpp>
#include <haulwatch/scoring/world_score.hpp>

#include <cstdio>
#include <string>

/// Lines of truth and events as a test writes them: clock times of one day, places in metres east of one point.
namespace haulwatch::scoring::test {

/// `07:00:00` of 12 March 2026.
inline std::string at(const std::string& clock) {
  return "\"2026-03-12T" + clock + "Z\"";
}

/// On the equator a degree is 111,319.49 m, so that a test can count in metres.
inline std::string place(double metres_east) {
  char text[64];
  std::snprintf(text, sizeof text, ",\"lon\":%.9f,\"lat\":0", metres_east / 111319.4908);
  return text;
}

/// The members of an interval, to stand behind its kind.
inline std::string span(const std::string& start, const std::string& end) {
  return ",\"vehicle\":\"T\",\"start\":" + at(start) + ",\"end\":" + at(end);
}

inline std::string truth(const std::string& kind, const std::string& members) {
  return "{\"kind\":\"" + kind + "\"" + members + "}\n";
}
inline std::string event(const std::string& kind, const std::string& members) {
  return "{\"event\":\"" + kind + "\"" + members + "}\n";
}

/// The same lines as the events of a perfect observer.
inline std::string as_events(std::string truth_lines) {
  for (std::size_t found = 0; (found = truth_lines.find("{\"kind\":", found)) != std::string::npos;)
    truth_lines.replace(found, 8, "{\"event\":");
  return truth_lines;
}

inline RecordSet read(const std::string& lines, Side side) {
  return read_records(io::bytes_in_memory(lines, side == Side::truth ? "truth" : "events"), side);
}

inline WorldTally score(const std::string& truth_lines, const std::string& event_lines, double interval_s = 10.0) {
  const RecordSet truths = read(truth_lines, Side::truth);
  const RecordSet events = read(event_lines, Side::events);
  return score_world(truths, events, {interval_s});
}

inline Counts counts_of(const WorldTally& world, const std::string& kind) {
  const auto found = world.kinds.find(kind);
  return found == world.kinds.end() ? Counts{} : found->second.counts;
}

inline const std::vector<double>& errors_of(const WorldTally& world, const std::string& kind, ErrorOf error) {
  return world.kinds.at(kind).errors[static_cast<std::size_t>(error)];
}

}  // namespace haulwatch::scoring::test
