#include "explaining.hpp"

#include <haulwatch/error.hpp>
#include <haulwatch/io/event_reader.hpp>
#include <haulwatch/io/event_writer.hpp>
#include <haulwatch/io/recording.hpp>
#include <haulwatch/io/track_files.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>
#include <variant>

namespace haulwatch::python {

namespace {

std::uint64_t number_of(const std::string& id) {
  const auto number = io::read_id(id);
  if (!number) throw Error{"'" + id + "' is no id: an event's id or subject has 16 hex digits"};
  return *number;
}

bool is_meant(const Event& event, std::uint64_t number) noexcept {
  return event.id == EventId{number} || event.subject == SubjectId{number};
}

/// What an explanation may look up: the vehicle's own events, and for a quota the trips under its permit.
bool is_background(const Event& event, const Event& meant) noexcept {
  if (event.vehicle == meant.vehicle) return true;
  const auto* excess = std::get_if<QuotaExcess>(&meant.details);
  const auto* trip = std::get_if<Trip>(&event.details);
  return excess != nullptr && trip != nullptr && trip->permit == excess->permit;
}

/// The event meant and its background, with their numbers as written: words have to be those of the written events.
std::shared_ptr<const EventList> as_written(const EventList& log, const std::string& id) {
  const std::uint64_t number = number_of(id);
  const auto& events = log.events();
  const auto meant =
      std::find_if(events.rbegin(), events.rend(), [&](const Event& event) { return is_meant(event, number); });
  if (meant == events.rend()) throw Error{"no event has the id or subject " + id};
  std::string lines;
  for (const Event& event : events) {
    if (!is_background(event, *meant)) continue;
    io::append_json(lines, event);
    lines += '\n';
  }
  return EventList::read(lines, "events");
}

std::vector<const Event*> chosen(const EventList& log, const std::string& id) {
  const std::uint64_t number = number_of(id);
  std::map<EventId, const Event*> last;
  for (const Event& event : log.events()) {
    if (!is_meant(event, number)) continue;
    const Event*& known = last[event.id];
    if (known == nullptr || event.revision >= known->revision) known = &event;
  }
  std::vector<const Event*> events;
  for (const auto& [own, event] : last) events.push_back(event);
  // All lie in one vector: their addresses are the order of the log.
  std::sort(events.begin(), events.end());
  return events;
}

}  // namespace

Explaining::Explaining(ExplainRequest request) : request_{std::move(request)} {
  request_.log = as_written(*request_.log, request_.id);
  events_ = chosen(*request_.log, request_.id);
  for (const Event* event : events_) {
    const explain::TimeSpan one = explain::span_around(*event);
    span_.from = std::min(span_.from, one.from);
    span_.to = std::max(span_.to, one.to);
  }
}

bool Explaining::bears_on(std::string_view vehicle, TimeUtc time) const noexcept {
  return time >= span_.from && time <= span_.to && vehicle == events_.front()->vehicle;
}

void Explaining::read(FixTable& table) {
  constexpr std::size_t batch = 4096;
  VehicleNames names;
  std::vector<Fix> fixes;
  std::vector<std::int64_t> rows;
  const auto count = [this](const BadTableRow& /*row*/) { ++reports_.bad_rows; };
  for (std::int64_t row = 0; table.read(row, batch, names, fixes, rows, count);)
    for (std::size_t i = 0; i < fixes.size(); ++i)
      if (bears_on(names.name(fixes[i].vehicle), fixes[i].time))
        reports_.fixes.push_back({fixes[i], fmt::format("row {}", rows[i])});
  sort_reports();
}

void Explaining::read(const std::vector<std::string>& paths, const io::TrackFormat& format) {
  std::vector<std::string> files;
  for (const std::string& path : paths)
    for (std::string& file : io::track_files(path)) files.push_back(std::move(file));
  io::Recording recording{std::move(files), format};
  recording.on_bad_row = [this](const io::BadRow& /*row*/) { ++reports_.bad_rows; };
  const std::unique_ptr<FixSource> source = recording.open();
  std::uint64_t record = 0;
  for (std::vector<Fix> batch; source->read(batch);) {
    for (const Fix& fix : batch) {
      const std::uint64_t number = record++;
      if (!bears_on(recording.names().name(fix.vehicle), fix.time)) continue;
      const io::RowPlace place = recording.places().of(number);
      reports_.fixes.push_back({fix, fmt::format("{}:{}", recording.file_name(place.file), place.line)});
    }
  }
  sort_reports();
}

void Explaining::sort_reports() {
  std::stable_sort(reports_.fixes.begin(), reports_.fixes.end(),
                   [](const explain::SourcedFix& a, const explain::SourcedFix& b) { return a.fix.time < b.fix.time; });
}

std::vector<InWords> Explaining::in_words() const {
  explain::Background background;
  background.registry = request_.registry.get();
  background.options = request_.settings.detect;
  background.utc_offset = request_.utc_offset;
  background.log = request_.log->events();
  std::vector<InWords> all;
  for (const Event* event : events_) {
    const explain::Explanation explanation = explain::explain(*event, background, reports_.fixes);
    all.push_back({explain::as_text(explanation), explain::as_json(explanation)});
  }
  return all;
}

}  // namespace haulwatch::python
