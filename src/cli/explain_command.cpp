#include "explain_command.hpp"

#include "replay_command.hpp"
#include "set_up.hpp"

#include <haulwatch/error.hpp>
#include <haulwatch/explain/explain.hpp>
#include <haulwatch/io/event_reader.hpp>
#include <haulwatch/io/recording.hpp>
#include <haulwatch/io/text_store.hpp>
#include <haulwatch/io/track_files.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

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

bool is_meant(const Event& event, std::uint64_t number) noexcept {
  return event.id == EventId{number} || event.subject == SubjectId{number};
}

/// What an explanation may look up: the vehicle's own events, and for a quota the trips under its permit.
bool bears_on(const Event& event, const Event& meant) noexcept {
  if (event.vehicle == meant.vehicle) return true;
  const auto* excess = std::get_if<QuotaExcess>(&meant.details);
  const auto* trip = std::get_if<Trip>(&event.details);
  return excess != nullptr && trip != nullptr && trip->permit == excess->permit;
}

/// Read twice, so that of a large file little is kept; standard input, which can be read once, is kept whole.
EventLog read_log(const std::string& path, std::uint64_t number) {
  EventLog log;
  try {
    std::optional<Event> meant;
    const bool once = path == "-";
    io::read_events(path, log.texts, [&](const Event& event, std::uint64_t) {
      if (once) log.events.push_back(event);
      if (is_meant(event, number)) meant = event;
    });
    if (once || !meant) return log;
    io::read_events(path, log.texts, [&](const Event& event, std::uint64_t) {
      if (bears_on(event, *meant)) log.events.push_back(event);
    });
  } catch (const FileError& error) {
    throw InputRefused{error.what()};
  }
  return log;
}

/// The last revision of each event that is meant, in the order of the log.
std::vector<const Event*> chosen(const EventLog& log, std::uint64_t number) {
  std::map<EventId, const Event*> last;
  for (const Event& event : log.events) {
    if (!is_meant(event, number)) continue;
    const Event*& known = last[event.id];
    if (known == nullptr || event.revision >= known->revision) known = &event;
  }
  std::vector<const Event*> events;
  events.reserve(last.size());
  for (const auto& [id, event] : last) events.push_back(event);
  std::sort(events.begin(), events.end());
  return events;
}

/// The reports of one vehicle within a span, and how many rows could not be read.
class Reports {
 public:
  Reports(std::string_view vehicle, explain::TimeSpan span) : vehicle_{vehicle}, span_{span} {}

  void read(const ExplainRequest& request) {
    std::vector<std::string> files;
    try {
      for (const std::string& argument : request.tracks)
        for (std::string& file : io::track_files(argument)) files.push_back(std::move(file));
      io::Recording recording{std::move(files), request.format};
      recording.on_bad_row = [this](const io::BadRow&) { ++bad_rows_; };
      read(recording);
    } catch (const FileError& error) {
      throw InputRefused{error.what()};
    }
    std::stable_sort(fixes_.begin(), fixes_.end(), [](const explain::SourcedFix& a, const explain::SourcedFix& b) {
      return a.fix.time < b.fix.time;
    });
  }

  [[nodiscard]] const std::vector<explain::SourcedFix>& fixes() const noexcept { return fixes_; }
  [[nodiscard]] std::uint64_t bad_rows() const noexcept { return bad_rows_; }

 private:
  void read(io::Recording& recording) {
    const std::unique_ptr<FixSource> source = recording.open();
    std::vector<Fix> batch;
    std::uint64_t record = 0;
    while (source->read(batch)) {
      for (const Fix& fix : batch) {
        const std::uint64_t number = record++;
        if (fix.time < span_.from || fix.time > span_.to || recording.names().name(fix.vehicle) != vehicle_) continue;
        const io::RowPlace place = recording.places().of(number);
        fixes_.push_back({fix, fmt::format("{}:{}", recording.file_name(place.file), place.line)});
      }
    }
  }

  std::string_view vehicle_;
  explain::TimeSpan span_;
  std::vector<explain::SourcedFix> fixes_;
  std::uint64_t bad_rows_ = 0;
};

/// One reading of the tracks serves all events of a subject.
explain::TimeSpan span_of(const std::vector<const Event*>& events) {
  explain::TimeSpan all{TimeUtc::max(), no_time};
  for (const Event* event : events) {
    const explain::TimeSpan one = explain::span_around(*event);
    all.from = std::min(all.from, one.from);
    all.to = std::max(all.to, one.to);
  }
  return all;
}

}  // namespace

ExitCode run_explain(const ExplainRequest& request) {
  const Settings settings = load_settings(request.settings);
  const auto registry = request.registry.empty() ? nullptr : load_registry(request.registry, request.registry_datum);
  const std::uint64_t number = number_of(request.id);
  const EventLog log = read_log(request.events, number);
  const std::vector<const Event*> events = chosen(log, number);
  if (events.empty()) throw io::FormatError{"no event in " + request.events + " has the id or subject " + request.id};
  Reports reports{events.front()->vehicle, span_of(events)};
  if (!request.tracks.empty()) reports.read(request);

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
