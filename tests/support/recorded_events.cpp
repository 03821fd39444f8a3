#include "support/recorded_events.hpp"

#include <haulwatch/engine/default_replay.hpp>
#include <haulwatch/io/event_writer.hpp>
#include <haulwatch/io/time_text.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <utility>

namespace haulwatch::test {

namespace {

std::string time_text(TimeUtc time) {
  std::array<char, io::rfc3339_ms_length> text{};
  return {text.data(), io::write_rfc3339_ms(text.data(), time)};
}

/// A double that no rounding hides a difference of.
std::string exact(double value) {
  std::array<char, 40> text{};
  const int length = std::snprintf(text.data(), text.size(), " %a", value);
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string exact(Reading value) {
  return value.has_value() ? exact(static_cast<double>(value.value())) : " -";
}

/// Subjects, and ids, numbered by first appearance within their vehicle.
class EpisodeNumbers {
 public:
  void renumber(Event& event) {
    Seen& seen = vehicles_[event.vehicle];
    const auto id = seen.ids.try_emplace(event.id, EventId{seen.ids.size() + 1}).first->second;
    const SubjectId subject = number_of(seen, event.subject);
    event.id = id;
    event.subject = subject;
    if (auto* suspicion = std::get_if<DumpSuspicion>(&event.details); suspicion != nullptr && suspicion->stop)
      suspicion->stop = number_of(seen, *suspicion->stop);
    if (auto* excess = std::get_if<QuotaExcess>(&event.details)) excess->trip = number_of(seen, excess->trip);
    if (auto* load = std::get_if<UnmatchedLoad>(&event.details)) load->trip = number_of(seen, load->trip);
  }

 private:
  struct Seen {
    std::map<EventId, EventId> ids;
    std::map<SubjectId, SubjectId> subjects;
  };
  static SubjectId number_of(Seen& seen, SubjectId subject) {
    return seen.subjects.try_emplace(subject, SubjectId{seen.subjects.size() + 1}).first->second;
  }
  std::map<std::string_view, Seen> vehicles_;
};

}  // namespace

void Told::keep_manifest(Event& event) {
  std::string_view* id = nullptr;
  if (auto* trip = std::get_if<Trip>(&event.details)) id = &trip->manifest;
  if (auto* unmatched = std::get_if<UnmatchedManifest>(&event.details)) id = &unmatched->manifest;
  if (id != nullptr && !id->empty()) *id = manifests->emplace_back(*id);
}

void Told::keep(const Event& event) {
  events.push_back(event);
  events.back().vehicle = kept(event.vehicle);
  if (auto* finding = std::get_if<TerminalFinding>(&events.back().details)) finding->other = kept(finding->other);
  keep_manifest(events.back());
}

std::string_view Told::kept(std::string_view name) {
  if (name.empty()) return {};
  if (!names->empty() && names->back() == name) return names->back();
  const auto known = std::find(names->begin(), names->end(), name);
  return known == names->end() ? names->emplace_back(name) : *known;
}

std::size_t Told::count_of(EventKind kind) const {
  return static_cast<std::size_t>(
      std::count_if(events.begin(), events.end(), [kind](const Event& e) { return e.kind == kind; }));
}

bool RecordedFixes::read(std::vector<Fix>& batch) {
  batch.clear();
  const std::size_t end = std::min(fixes_.size(), next_ + batch_);
  batch.assign(fixes_.begin() + static_cast<std::ptrdiff_t>(next_), fixes_.begin() + static_cast<std::ptrdiff_t>(end));
  next_ = end;
  return !batch.empty();
}

Told replay(const RegistryPtr& registry, const Recording& recording, const ReplayOptions& options) {
  Told told;
  told.registry = registry;
  VehicleNames names;
  for (const std::string& vehicle : recording.vehicles) names.intern(vehicle);
  KeepingSink sink{told, [&names](VehicleIndex vehicle) { return names.name(vehicle); }};
  Replay run{registry, default_chain(), options};
  const ReplayResult result = run.run([&] { return std::make_unique<RecordedFixes>(recording.fixes); }, names, sink);
  told.counts = result.counts;
  return told;
}

Told fold(const RegistryPtr& registry, const Recording& recording, const Driving& driving) {
  Told told;
  told.registry = registry;
  Engine* told_by = nullptr;
  KeepingSink sink{told, [&told_by](VehicleIndex vehicle) { return told_by->name(vehicle); }};
  Engine engine{registry, default_chain(), driving.engine, sink};
  told_by = &engine;
  std::vector<Fix> call;
  TimeUtc newest = no_time;
  TimeUtc next_tick = no_time;
  for (std::size_t i = 0; i < recording.fixes.size(); ++i) {
    Fix fix = recording.fixes[i];
    if (driving.tick_every > Milliseconds{0}) {
      if (next_tick == no_time) next_tick = fix.time + driving.tick_every;
      newest = std::max(newest, fix.time);
      for (; next_tick <= newest; next_tick += driving.tick_every) engine.advance({next_tick});
    }
    fix.vehicle = engine.vehicle(recording.vehicles[static_cast<std::size_t>(fix.vehicle)]);
    call.push_back(fix);
    if (call.size() >= driving.fixes_a_call || i + 1 == recording.fixes.size()) {
      engine.push(call);
      call.clear();
    }
  }
  engine.finish();
  told.counts = engine.counts();
  EXPECT_EQ(engine.waiting(), 0U);
  return told;
}

std::vector<std::string> lines(const std::vector<Event>& events, Ids ids) {
  std::vector<std::string> all;
  EpisodeNumbers numbers;
  for (Event event : events) {
    if (ids == Ids::by_episode) numbers.renumber(event);
    io::append_json(all.emplace_back(), event);
  }
  return all;
}

std::vector<std::string> lines(const std::vector<Told::Refusal>& refusals) {
  std::vector<std::string> all;
  for (const Told::Refusal& refusal : refusals)
    all.push_back(refusal.vehicle + ' ' + time_text(refusal.fix.time) + exact(refusal.fix.position.lon) +
                  exact(refusal.fix.position.lat) + ' ' + std::string{name_of(refusal.why)});
  return all;
}

std::vector<std::string> lines(const std::vector<Told::Cleaned>& tracks) {
  std::vector<std::string> all;
  for (const auto& [vehicle, fix] : tracks) {
    std::string line = vehicle + ' ' + time_text(fix.time) + exact(fix.position.lon) + exact(fix.position.lat);
    if (fix.clean) line += exact(fix.clean->lon) + exact(fix.clean->lat);
    line += exact(fix.speed_mps) + exact(fix.heading_deg) + exact(fix.sigma_m);
    all.push_back(line + ' ' + std::string{name_of(fix.state)} + ' ' + std::string{name_of(fix.verdict)});
  }
  return all;
}

std::vector<Event> in_order(std::vector<Event> events) {
  std::stable_sort(events.begin(), events.end(), happens_before);
  return events;
}

::testing::AssertionResult same_lines(const std::vector<std::string>& expected,
                                      const std::vector<std::string>& actual) {
  if (expected == actual) return ::testing::AssertionSuccess();
  const auto [left, right] = std::mismatch(expected.begin(), expected.end(), actual.begin(), actual.end());
  constexpr std::ptrdiff_t around = 3;
  const auto failure = [&]() -> ::testing::AssertionResult { return ::testing::AssertionFailure(); };
  ::testing::AssertionResult result = failure();
  result << expected.size() << " lines expected, " << actual.size() << " told; they differ from line "
         << (left - expected.begin()) + 1 << " on:\n";
  for (auto line = left - std::min(around, left - expected.begin()); line != left; ++line)
    result << "    " << *line << '\n';
  for (auto line = left; line != expected.end() && line - left < around; ++line) result << "  - " << *line << '\n';
  for (auto line = right; line != actual.end() && line - right < around; ++line) result << "  + " << *line << '\n';
  return result;
}

::testing::AssertionResult same_events(const Told& expected, const Told& actual, Ids ids) {
  if (expected.events.empty())
    return ::testing::AssertionFailure() << "nothing was expected: the comparison proves nothing";
  return same_lines(lines(expected.events, ids), lines(actual.events, ids));
}

}  // namespace haulwatch::test
