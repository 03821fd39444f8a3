#include "event_list.hpp"

#include <haulwatch/error.hpp>
#include <haulwatch/io/detail/append_text.hpp>
#include <haulwatch/io/detail/event_details.hpp>
#include <haulwatch/io/detail/event_members.hpp>
#include <haulwatch/io/event_reader.hpp>
#include <haulwatch/io/event_writer.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <unordered_map>
#include <utility>

namespace haulwatch::python {

namespace {

/// Every text of an event's details, to be kept somewhere else.
struct KeepTexts {
  io::TextStore& texts;

  void keep(std::string_view& text) const { text = texts.keep(text); }
  void operator()(SiteVisit& visit) const { keep(visit.site); }
  void operator()(ZoneVisit& visit) const {
    keep(visit.zone);
    keep(visit.rule);
  }
  void operator()(GateCrossing& crossing) const { keep(crossing.gate); }
  void operator()(Overspeed& overspeed) const { keep(overspeed.zone); }
  void operator()(Stop& stop) const { keep(stop.site); }
  void operator()(Silence& /*silence*/) const {}
  void operator()(RouteDeviation& deviation) const {
    keep(deviation.route);
    keep(deviation.permit);
  }
  void operator()(DumpSuspicion& suspicion) const {
    keep(suspicion.origin);
    keep(suspicion.permit);
  }
  void operator()(Trip& trip) const {
    keep(trip.origin);
    keep(trip.destination);
    keep(trip.permit);
    keep(trip.manifest);
  }
  void operator()(QuotaExcess& excess) const { keep(excess.permit); }
  void operator()(UnmatchedManifest& unmatched) const {
    keep(unmatched.manifest);
    keep(unmatched.reason);
  }
  void operator()(UnmatchedLoad& unmatched) const { keep(unmatched.reason); }
  // The names of its values are the program's, or were kept when it was read.
  void operator()(TerminalFinding& finding) const {
    keep(finding.sensor);
    keep(finding.sign);
    keep(finding.cure);
    keep(finding.other);
  }
  void operator()(TrackJump& /*jump*/) const {}
};

/// The decimal number that the JSON has, so that both doors tell the same.
template <int Decimals>
double rounded(double value) {
  if (!std::isfinite(value)) return value;
  std::string text;
  io::detail::append_fixed<Decimals>(text, value);
  double back = value;
  std::from_chars(text.data(), text.data() + text.size(), back);
  return back;
}

/// Learns which fields there are, in order and each once.
class FieldNames {
 public:
  explicit FieldNames(std::vector<OutColumn>& columns) : columns_{columns} {}

  void text(std::string_view key, std::string_view) { add(key, OutType::text); }
  void text_if_any(std::string_view key, std::string_view) { add(key, OutType::text); }
  void time(std::string_view key, TimeUtc) { add(key, OutType::time); }
  void hash(std::string_view key, std::uint64_t) { add(key, OutType::text); }
  void integer(std::string_view key, std::uint64_t) { add(key, OutType::whole); }
  void flag(std::string_view key, bool) { add(key, OutType::flag); }
  void degrees(std::string_view key, double) { add(key, OutType::number); }
  void metric(std::string_view key, double) { add(key, OutType::number); }
  void metric(std::string_view key, Reading) { add(key, OutType::number); }
  void weight(std::string_view key, double) { add(key, OutType::number); }
  void subject(std::string_view key, const std::optional<SubjectId>&) { add(key, OutType::text); }
  void reasons(std::string_view key, const Reasons&) {
    OutColumn* list = add(key, OutType::list);
    if (list == nullptr) return;
    OutColumn reason{"item", OutType::record};
    reason.children().emplace_back("name", OutType::text);
    reason.children().emplace_back("value", OutType::number);
    reason.children().emplace_back("weight", OutType::number);
    list->children().push_back(std::move(reason));
  }
  void faults(std::string_view key, TripFaults) {
    OutColumn* list = add(key, OutType::list);
    if (list != nullptr) list->children().emplace_back("item", OutType::text);
  }
  void measures(std::string_view key, const Measures&) {
    OutColumn* list = add(key, OutType::list);
    if (list == nullptr) return;
    OutColumn measure{"item", OutType::record};
    measure.children().emplace_back("name", OutType::text);
    measure.children().emplace_back("value", OutType::number);
    list->children().push_back(std::move(measure));
  }

  OutColumn* add(std::string_view key, OutType type) {
    for (const OutColumn& column : columns_)
      if (column.name() == key) return nullptr;
    columns_.emplace_back(std::string{key}, type);
    return &columns_.back();
  }

 private:
  std::vector<OutColumn>& columns_;
};

/// Puts an event's fields into the columns of their names.
class FieldCells {
 public:
  FieldCells(OutTable& table) : columns_{table.columns} {
    for (OutColumn& column : columns_) index_.emplace(column.name(), &column);
  }

  void text(std::string_view key, std::string_view value) {
    if (OutColumn* column = find(key)) value.empty() ? column->add_null() : column->add(value);
  }
  void text_if_any(std::string_view key, std::string_view value) { text(key, value); }
  void time(std::string_view key, TimeUtc value) {
    if (OutColumn* column = find(key)) column->add(value);
  }
  void hash(std::string_view key, std::uint64_t value) {
    if (OutColumn* column = find(key)) {
      digits_.clear();
      io::detail::append_hex16(digits_, value);
      column->add(std::string_view{digits_});
    }
  }
  void integer(std::string_view key, std::uint64_t value) {
    if (OutColumn* column = find(key)) column->add(static_cast<std::int64_t>(value));
  }
  void flag(std::string_view key, bool value) {
    if (OutColumn* column = find(key)) column->add(value);
  }
  void degrees(std::string_view key, double value) {
    if (OutColumn* column = find(key)) column->add(rounded<7>(value));
  }
  void metric(std::string_view key, double value) {
    if (OutColumn* column = find(key)) column->add(rounded<1>(value));
  }
  void metric(std::string_view key, Reading value) {
    metric(key, value.has_value() ? static_cast<double>(value.value()) : std::nan(""));
  }
  void weight(std::string_view key, double value) {
    if (OutColumn* column = find(key)) column->add(rounded<3>(value));
  }
  void subject(std::string_view key, const std::optional<SubjectId>& value) {
    if (value) hash(key, static_cast<std::uint64_t>(*value));
  }
  void reasons(std::string_view key, const Reasons& reasons) {
    OutColumn* column = find(key);
    if (column == nullptr) return;
    OutColumn& items = column->children().front();
    for (const Reason& reason : reasons.list()) {
      items.children()[0].add(name_of(reason.evidence));
      items.children()[1].add(rounded<3>(static_cast<double>(reason.value)));
      items.children()[2].add(rounded<3>(static_cast<double>(reason.weight)));
      items.end_group();
    }
    column->end_group();
  }
  void faults(std::string_view key, TripFaults faults) {
    OutColumn* column = find(key);
    if (column == nullptr) return;
    faults.for_each([&](TripFault fault) { column->children().front().add(name_of(fault)); });
    column->end_group();
  }

  void measures(std::string_view key, const Measures& measures) {
    OutColumn* column = find(key);
    if (column == nullptr) return;
    OutColumn& items = column->children().front();
    for (const Measure& measure : measures.list()) {
      items.children()[0].add(measure.name);
      items.children()[1].add(rounded<3>(measure.value));
      items.end_group();
    }
    column->end_group();
  }

  /// What the event did not name is not known.
  void end_row() {
    ++row_;
    for (OutColumn& column : columns_)
      if (column.length() < row_) column.add_null();
  }

 private:
  OutColumn* find(std::string_view key) {
    const auto found = index_.find(key);
    return found == index_.end() ? nullptr : found->second;
  }

  std::vector<OutColumn>& columns_;
  std::unordered_map<std::string_view, OutColumn*> index_;
  std::int64_t row_ = 0;
  std::string digits_;
};

void add_common_columns(FieldNames& names) {
  for (const char* key : {"event", "id", "subject", "vehicle"}) names.add(key, OutType::text);
  for (const char* key : {"time", "detected"}) names.add(key, OutType::time);
  for (const char* key : {"lon", "lat"}) names.add(key, OutType::number);
}

void add_common_cells(FieldCells& cells, const Event& event) {
  cells.text("event", name_of(event.kind));
  cells.hash("id", static_cast<std::uint64_t>(event.id));
  cells.hash("subject", static_cast<std::uint64_t>(event.subject));
  cells.text("vehicle", event.vehicle);
  cells.time("time", event.time);
  cells.time("detected", event.detected);
  if (io::detail::has_place(event)) {
    cells.degrees("lon", event.place->lon);
    cells.degrees("lat", event.place->lat);
  }
}

}  // namespace

EventKind event_kind_of(std::string_view name) {
  std::string known;
  for (std::size_t i = 0; i < event_kind_count; ++i) {
    const auto kind = static_cast<EventKind>(i);
    if (name_of(kind) == name) return kind;
    known += (i == 0 ? "" : ", ") + std::string{name_of(kind)};
  }
  throw Error{"there is no event '" + std::string{name} + "'; there are " + known};
}

std::shared_ptr<EventList> EventList::read(std::string_view json_lines, const std::string& document) {
  auto list = std::make_shared<EventList>();
  for (std::size_t line = 1; !json_lines.empty(); ++line) {
    const std::size_t end = std::min(json_lines.find('\n'), json_lines.size());
    const std::string_view text = json_lines.substr(0, end);
    json_lines.remove_prefix(std::min(end + 1, json_lines.size()));
    if (text.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    io::EventReading reading = io::read_event(text, *list->texts_);
    if (!reading.event) throw Error{document + ":" + std::to_string(line) + ": " + reading.fault};
    list->store_->add(*reading.event);
  }
  return list;
}

void EventList::add(Event event) {
  event.vehicle = texts_->keep(event.vehicle);
  std::visit(KeepTexts{*texts_}, event.details);
  store_->add(event);
}

std::shared_ptr<const EventList> EventList::take_before(TimeUtc bound) {
  std::vector<Event> ready;
  auto rest = std::make_shared<EventStore>();
  for (std::size_t i = 0; i < size(); ++i) {
    const Event event = at(i);
    if (event.detected < bound)
      ready.push_back(event);
    else
      rest->add(event);
  }
  store_ = std::move(rest);
  std::stable_sort(ready.begin(), ready.end(), happens_before);
  auto taken = std::make_shared<EventList>();
  taken->texts_ = texts_;
  for (const Event& event : ready) taken->store_->add(event);
  return taken;
}

std::vector<Event> EventList::copies() const {
  std::vector<Event> all;
  all.reserve(size());
  for (std::size_t i = 0; i < size(); ++i) all.push_back(at(i));
  return all;
}

std::vector<std::pair<EventKind, std::size_t>> EventList::counts() const {
  std::array<std::size_t, event_kind_count> tally{};
  std::vector<EventKind> met;
  for (std::size_t i = 0; i < size(); ++i) {
    const EventKind kind = store_->kind_at(row_of(i));
    if (tally[static_cast<std::size_t>(kind)]++ == 0) met.push_back(kind);
  }
  std::vector<std::pair<EventKind, std::size_t>> counted;
  for (const EventKind kind : met) counted.emplace_back(kind, tally[static_cast<std::size_t>(kind)]);
  return counted;
}

std::shared_ptr<EventList> EventList::some(std::vector<std::uint32_t> rows) const {
  auto list = std::make_shared<EventList>();
  list->store_ = store_;
  list->texts_ = texts_;
  list->rows_ = std::move(rows);
  return list;
}

std::string EventList::to_json_lines() const {
  std::string lines;
  for (std::size_t i = 0; i < size(); ++i) {
    io::append_json(lines, at(i));
    lines += '\n';
  }
  return lines;
}

std::shared_ptr<const EventList> EventList::of(const std::vector<std::string>& kinds,
                                               const std::string& vehicle) const {
  std::array<bool, event_kind_count> wanted{};
  wanted.fill(kinds.empty());
  for (const std::string& kind : kinds) wanted[static_cast<std::size_t>(event_kind_of(kind))] = true;
  std::vector<std::uint32_t> rows;
  for (std::size_t i = 0; i < size(); ++i) {
    const std::size_t row = row_of(i);
    if (wanted[static_cast<std::size_t>(store_->kind_at(row))] &&
        (vehicle.empty() || store_->at(row).vehicle == vehicle))
      rows.push_back(static_cast<std::uint32_t>(row));
  }
  return some(std::move(rows));
}

std::shared_ptr<const EventList> EventList::final_only() const {
  struct Last {
    std::size_t i;
    std::uint16_t revision;
    bool retracted;
  };
  std::unordered_map<std::uint64_t, Last> last;
  for (std::size_t i = 0; i < size(); ++i) {
    const Event event = at(i);
    const Last own{i, event.revision, event.retracted};
    const auto [found, is_new] = last.try_emplace(static_cast<std::uint64_t>(event.id), own);
    if (!is_new && own.revision >= found->second.revision) found->second = own;
  }
  std::vector<std::size_t> kept;
  for (const auto& [id, own] : last)
    if (!own.retracted) kept.push_back(own.i);
  std::sort(kept.begin(), kept.end());
  std::vector<std::uint32_t> rows;
  rows.reserve(kept.size());
  for (const std::size_t i : kept) rows.push_back(static_cast<std::uint32_t>(row_of(i)));
  return some(std::move(rows));
}

std::shared_ptr<const EventList> EventList::episodes(const std::vector<std::string>& kinds) const {
  const std::shared_ptr<const EventList> own = of(kinds, "")->final_only();
  std::unordered_map<std::uint64_t, std::size_t> place;
  std::vector<std::uint32_t> rows;
  for (std::size_t i = 0; i < own->size(); ++i) {
    const std::size_t row = own->row_of(i);
    const auto [found, is_new] = place.try_emplace(static_cast<std::uint64_t>(store_->at(row).subject), rows.size());
    if (is_new)
      rows.push_back(static_cast<std::uint32_t>(row));
    else
      rows[found->second] = static_cast<std::uint32_t>(row);
  }
  return some(std::move(rows));
}

std::shared_ptr<const OutTable> EventList::to_table(const std::vector<std::string>& kinds) const {
  auto table = std::make_shared<OutTable>();
  FieldNames names{table->columns};
  add_common_columns(names);
  const auto learn = [&](EventKind kind) { io::detail::add_details(names, io::detail::blank_event(kind)); };
  for (const std::string& kind : kinds) learn(event_kind_of(kind));
  if (kinds.empty())
    for (std::size_t i = 0; i < event_kind_count; ++i) learn(static_cast<EventKind>(i));
  names.add("inferred", OutType::flag);
  names.add("registry", OutType::whole);
  names.add("revision", OutType::whole);
  names.add("retracted", OutType::flag);
  for (OutColumn& column : table->columns) column.reserve(size());
  FieldCells cells{*table};
  for (std::size_t i = 0; i < size(); ++i) {
    const Event event = at(i);
    add_common_cells(cells, event);
    io::detail::add_details(cells, event);
    cells.flag("inferred", event.inferred);
    cells.integer("registry", event.registry);
    cells.integer("revision", event.revision);
    cells.flag("retracted", event.retracted);
    cells.end_row();
  }
  return table;
}

}  // namespace haulwatch::python
