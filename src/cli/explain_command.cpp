#include "explain_command.hpp"

#include "replay_command.hpp"
#include "set_up.hpp"

#include <haulwatch/error.hpp>
#include <haulwatch/explain/event_choice.hpp>
#include <haulwatch/explain/explain.hpp>
#include <haulwatch/explain/vehicle_reports.hpp>
#include <haulwatch/io/event_reader.hpp>
#include <haulwatch/io/text_store.hpp>
#include <haulwatch/io/track_files.hpp>

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string_view>

namespace haulwatch::cli {

namespace {

/// What a file of events has on one event, and the texts.
struct EventLog {
  io::TextStore texts;
  std::vector<Event> events;
};

std::uint64_t number_of(const std::string& id) {
  const auto number = io::read_id(id);
  if (!number) throw io::FormatError{"'" + id + "' is no id: an event's id or subject has 16 hex digits"};
  return *number;
}

/// Read twice, so that of a large file little is kept; standard input, which can be read once, is kept whole.
EventLog read_log(const std::string& path, std::uint64_t number) {
  EventLog log;
  try {
    std::optional<Event> meant;
    const bool once = path == "-";
    io::read_events(path, log.texts, [&](const Event& event, std::uint64_t) {
      if (once) log.events.push_back(event);
      if (explain::is_meant(event, number)) meant = event;
    });
    if (once || !meant) return log;
    io::read_events(path, log.texts, [&](const Event& event, std::uint64_t) {
      if (explain::bears_on(event, *meant)) log.events.push_back(event);
    });
  } catch (const FileError& error) {
    throw InputRefused{error.what()};
  }
  return log;
}

void read_tracks(explain::VehicleReports& reports, const ExplainRequest& request) {
  try {
    reports.read(io::all_track_files(request.tracks), request.format);
  } catch (const FileError& error) {
    throw InputRefused{error.what()};
  }
}

}  // namespace

ExitCode run_explain(const ExplainRequest& request) {
  const Settings settings = load_settings(request.settings);
  const auto registry = request.registry.empty() ? nullptr : load_registry(request.registry, request.registry_datum);
  const std::uint64_t number = number_of(request.id);
  const EventLog log = read_log(request.events, number);
  const std::vector<const Event*> events = explain::last_revisions(log.events, number);
  if (events.empty()) throw io::FormatError{"no event in " + request.events + " has the id or subject " + request.id};
  explain::VehicleReports reports{events.front()->vehicle, explain::span_around(events)};
  if (!request.tracks.empty()) read_tracks(reports, request);

  explain::Background background;
  background.registry = registry.get();
  background.options = settings.detect;
  background.utc_offset = request.utc_offset;
  background.log = log.events;
  bool first = true;
  for (const Event* event : events) {
    const explain::Explanation explanation = explain::explain(*event, background, reports.fixes());
    if (request.json) {
      fmt::print("{}\n", explain::as_json(explanation));
    } else {
      fmt::print("{}{}", first ? "" : "\n", explain::as_text(explanation));
    }
    first = false;
  }
  if (reports.bad_rows() == 0) return ExitCode::done;
  fmt::print(stderr, "haulwatch: {} row(s) of the tracks could not be read\n", reports.bad_rows());
  return ExitCode::rows_rejected;
}

}  // namespace haulwatch::cli
