#include "explaining.hpp"

#include <haulwatch/error.hpp>
#include <haulwatch/explain/event_choice.hpp>
#include <haulwatch/explain/explain.hpp>
#include <haulwatch/io/event_reader.hpp>
#include <haulwatch/io/event_writer.hpp>
#include <haulwatch/io/track_files.hpp>

#include <fmt/format.h>

#include <utility>

namespace haulwatch::python {

namespace {

std::uint64_t number_of(const std::string& id) {
  const auto number = io::read_id(id);
  if (!number) throw Error{"'" + id + "' is no id: an event's id or subject has 16 hex digits"};
  return *number;
}

/// The event meant and its background, with their numbers as written: words have to be those of the written events.
std::shared_ptr<const EventList> as_written(const EventList& log, const std::string& id) {
  const std::uint64_t number = number_of(id);
  std::size_t behind = log.size();
  while (behind > 0 && !explain::is_meant(log.at(behind - 1), number)) --behind;
  if (behind == 0) throw Error{"no event has the id or subject " + id};
  const Event meant = log.at(behind - 1);
  std::string lines;
  for (std::size_t i = 0; i < log.size(); ++i) {
    const Event event = log.at(i);
    if (!explain::bears_on(event, meant)) continue;
    io::append_json(lines, event);
    lines += '\n';
  }
  return EventList::read(lines, "events");
}

}  // namespace

Explaining::Explaining(ExplainRequest request)
    : request_{std::move(request)},
      log_{as_written(*request_.log, request_.id)},
      background_{log_->copies()},
      events_{explain::last_revisions(background_, number_of(request_.id))},
      reports_{events_.front()->vehicle, explain::span_around(events_)} {}

void Explaining::read(FixTable& table) {
  VehicleNames names;
  std::vector<Fix> fixes;
  std::vector<std::int64_t> rows;
  const auto count = [this](const BadTableRow& /*row*/) { reports_.note_bad_row(); };
  for (std::int64_t row = 0; table.read(row, FixTable::batch, names, fixes, rows, count);)
    for (std::size_t i = 0; i < fixes.size(); ++i)
      if (reports_.wants(names.name(fixes[i].vehicle), fixes[i].time))
        reports_.add(fixes[i], fmt::format("row {}", rows[i]));
  reports_.sort();
}

void Explaining::read(const std::vector<std::string>& paths, const io::TrackFormat& format) {
  reports_.read(io::all_track_files(paths), format);
}

std::vector<InWords> Explaining::in_words() const {
  explain::Background background;
  background.registry = request_.registry.get();
  background.options = request_.settings.detect;
  background.utc_offset = request_.utc_offset;
  background.log = background_;
  std::vector<InWords> all;
  for (const Event* event : events_) {
    const explain::Explanation explanation = explain::explain(*event, background, reports_.fixes());
    all.push_back({explain::as_text(explanation), explain::as_json(explanation)});
  }
  return all;
}

}  // namespace haulwatch::python
