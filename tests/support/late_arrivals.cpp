#include "support/late_arrivals.hpp"

#include <haulwatch/engine/default_engine.hpp>
#include <haulwatch/engine/fleet_sink.hpp>
#include <haulwatch/io/event_writer.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <numeric>
#include <random>
#include <utility>
#include <variant>

namespace haulwatch::test {

namespace {

using namespace std::chrono_literals;

struct Arriving {
  TimeUtc at;
  std::size_t fix;  ///< in the recording
};

const Outage* outage_of(const Fix& fix, const std::vector<Outage>& outages) {
  for (const Outage& outage : outages)
    if (static_cast<std::uint32_t>(fix.vehicle) == outage.vehicle && fix.time >= outage.from && fix.time < outage.to)
      return &outage;
  return nullptr;
}

void upload(std::vector<std::size_t> stored, const Outage& outage, std::vector<Arriving>& all) {
  if (outage.newest_first) std::reverse(stored.begin(), stored.end());
  TimeUtc at = outage.to + 1s;
  for (int time = 0; time < (outage.twice ? 2 : 1); ++time) {
    for (std::size_t i = 0; i < stored.size(); ++i) {
      all.push_back({at, stored[i]});
      if ((i + 1) % outage.piece == 0) at += outage.between;
    }
    at += outage.between;
  }
}

}  // namespace

std::string told(const Outage& outage) {
  const auto minutes = [](TimeUtc time) {
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
  };
  return "vehicle " + std::to_string(outage.vehicle) + " from " + minutes(outage.from) + " to " + minutes(outage.to) +
         " pieces of " + std::to_string(outage.piece) + (outage.newest_first ? " newest first" : " oldest first") +
         (outage.twice ? " twice" : "") + " every " + std::to_string(outage.between.count()) + " ms";
}

Arrivals arrivals(const Recording& in_order, const std::vector<Outage>& outages, ReceivedTimes received) {
  std::vector<Arriving> all;
  std::map<const Outage*, std::vector<std::size_t>> stored;
  for (std::size_t i = 0; i < in_order.fixes.size(); ++i) {
    const Fix& fix = in_order.fixes[i];
    if (const Outage* outage = outage_of(fix, outages)) {
      stored[outage].push_back(i);
    } else {
      all.push_back({fix.time + 500ms, i});
    }
  }
  for (const Outage& outage : outages) upload(stored[&outage], outage, all);
  std::stable_sort(all.begin(), all.end(), [](const Arriving& a, const Arriving& b) { return a.at < b.at; });
  Arrivals result;
  result.recording.vehicles = in_order.vehicles;
  for (const Arriving& one : all) {
    Fix fix = in_order.fixes[one.fix];
    if (received == ReceivedTimes::kept) fix.received = one.at;
    fix.backfill = one.at > fix.time + 1s;
    fix.record = static_cast<std::uint32_t>(result.at.size());
    result.recording.fixes.push_back(fix);
    result.at.push_back(one.at);
  }
  return result;
}

std::vector<Manifest> manifests_for(const std::vector<Event>& trips, std::uint64_t seed) {
  std::mt19937_64 random{seed};
  const auto up_to = [&](Milliseconds most) {
    return Milliseconds{static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most.count()))};
  };
  std::vector<Manifest> versions;
  for (const Event& event : trips) {
    const auto* trip = std::get_if<Trip>(&event.details);
    if (trip == nullptr || event.kind != EventKind::trip_ended || random() % 5 == 0) continue;
    Manifest note;
    note.id = "note-" + std::to_string(random() % 1'000'000);
    note.permit = trip->permit.empty() ? "permit-0" : trip->permit;
    note.vehicle = event.vehicle;
    note.origin = trip->origin;
    note.destination = trip->destination;
    const bool never_driven = random() % 8 == 0;
    note.opened_at = trip->loaded_at - up_to(10min) - (never_driven ? 3h : 0h);
    note.at = random() % 4 == 0 ? note.opened_at + up_to(2h) : note.opened_at;
    versions.push_back(note);
    const TimeUtc over = note.opened_at + 15min + up_to(20min);
    (random() % 6 == 0 ? note.voided_at : note.closed_at) = over;
    note.at = std::max(note.at, over) + up_to(10min);
    if (random() % 6 != 0) versions.push_back(note);
  }
  return versions;
}

std::vector<FiledManifest> filed(const ManifestLog& log) {
  std::vector<FiledManifest> all;
  log.for_each_vehicle([&](std::string_view vehicle) {
    for (const Manifest& version : log.of(vehicle)) all.push_back({vehicle, &version});
  });
  std::stable_sort(all.begin(), all.end(),
                   [](const FiledManifest& a, const FiledManifest& b) { return a.version->at < b.version->at; });
  return all;
}

FoldedArrivals fold(const RegistryPtr& registry, const Arrivals& arrivals, const Hosting& hosting) {
  FoldedArrivals result;
  result.told.registry = registry;
  Engine* speaker = nullptr;
  KeepingSink sink{result.told, [&speaker](VehicleIndex vehicle) { return speaker->name(vehicle); }};
  FleetSink fleet{registry, sink};
  EngineOptions options = hosting.engine;
  if (hosting.manifests) options.manifests = hosting.manifests->duty();
  Engine engine{registry, default_chain(), options, fleet};
  speaker = &engine;
  const auto manifests = hosting.manifests ? filed(*hosting.manifests) : std::vector<FiledManifest>{};
  auto next = manifests.begin();
  const auto file_until = [&](TimeUtc now) {
    for (; next != manifests.end() && next->version->at <= now; ++next)
      engine.push(engine.vehicle(next->vehicle), *next->version);
  };
  TimeUtc next_tick = arrivals.at.empty() ? no_time : arrivals.at.front() + hosting.tick_every;
  for (std::size_t i = 0; i < arrivals.at.size(); ++i) {
    if (hosting.tick_every > 0ms)
      for (; next_tick <= arrivals.at[i]; next_tick += hosting.tick_every) {
        file_until(next_tick);
        engine.advance({next_tick});
      }
    file_until(arrivals.at[i]);
    Fix fix = arrivals.recording.fixes[i];
    fix.vehicle = engine.vehicle(arrivals.recording.vehicles[static_cast<std::size_t>(fix.vehicle)]);
    engine.push(fix);
  }
  file_until(TimeUtc::max());
  engine.flush_fixes();
  engine.finish_at(hosting.end);
  EXPECT_EQ(engine.waiting(), 0U);
  result.told.counts = engine.counts();
  result.reruns = engine.reruns();
  return result;
}

std::vector<Event> final_events(const std::vector<Event>& told) {
  std::map<std::pair<std::string_view, EventId>, Event> last;
  for (const Event& event : told) {
    const auto [known, is_new] = last.try_emplace({event.vehicle, event.id}, event);
    if (is_new || known->second.revision > event.revision) continue;
    known->second = event;
  }
  std::vector<Event> final;
  for (const auto& [id, event] : last)
    if (!event.retracted) final.push_back(event);
  return in_order(std::move(final));
}

namespace {

using Subject = std::pair<std::string_view, SubjectId>;

/// An episode that another event names, by when it began.
void name_by_start(Event& event, const std::map<Subject, TimeUtc>& starts) {
  const auto rename = [&](SubjectId& subject) {
    const auto start = starts.find({event.vehicle, subject});
    ASSERT_NE(start, starts.end()) << name_of(event.kind) << " names an episode that nobody was told of";
    subject = SubjectId{static_cast<std::uint64_t>(start->second.time_since_epoch().count())};
  };
  if (auto* suspicion = std::get_if<DumpSuspicion>(&event.details); suspicion != nullptr && suspicion->stop)
    rename(*suspicion->stop);
  if (auto* excess = std::get_if<QuotaExcess>(&event.details)) {
    rename(excess->trip);
    event.detected = no_time;
  }
  if (auto* load = std::get_if<UnmatchedLoad>(&event.details)) rename(load->trip);
  const auto* finding = std::get_if<TerminalFinding>(&event.details);
  const bool of_fleet = event.kind == EventKind::tamper_suspected || (finding != nullptr && !finding->other.empty());
  if (of_fleet) event.detected = no_time;
}

}  // namespace

std::vector<std::string> episodes(const std::vector<Event>& events) {
  std::map<Subject, TimeUtc> starts;
  for (const Event& event : events) {
    if (const auto* stop = std::get_if<Stop>(&event.details)) starts[{event.vehicle, event.subject}] = stop->start;
    if (const auto* trip = std::get_if<Trip>(&event.details)) starts[{event.vehicle, event.subject}] = trip->loaded_at;
  }
  std::map<Subject, std::vector<std::string>> by_subject;
  for (Event event : events) {
    const SubjectId subject = event.subject;
    name_by_start(event, starts);
    event.id = EventId{};
    event.subject = SubjectId{};
    event.revision = 0;
    io::append_json(by_subject[{event.vehicle, subject}].emplace_back(), event);
  }
  std::vector<std::string> all;
  for (auto& [subject, lines] : by_subject) {
    std::sort(lines.begin(), lines.end());
    all.push_back(std::accumulate(lines.begin(), lines.end(), std::string{},
                                  [](std::string text, const std::string& line) { return text + line + '\n'; }));
  }
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace haulwatch::test
