#include <haulwatch/scoring/episode.hpp>

#include <haulwatch/stable_hash.hpp>

#include <algorithm>
#include <tuple>

namespace haulwatch::scoring {
namespace {

/// One record beside the episode that it belongs to.
struct Filed {
  std::uint64_t episode = 0;
  bool closes = false;
  const Record* record = nullptr;
};

TimeUtc start_in(const Record& record, bool closes) {
  if (record.start != no_time) return record.start;
  return closes ? no_time : record.time;
}

/// Trips that begin with a load that nobody saw have no start of their own; their end tells them apart then.
std::uint64_t episode_key(const Record& record, bool closes) {
  StableHash hash;
  hash.add(record.vehicle);
  if (record.subject != 0) return hash.add(record.subject).value();
  const TimeUtc start = start_in(record, closes);
  const TimeUtc known = start != no_time ? start : record.time;
  hash.add(record.object).add(record.qualifier);
  return hash.add(static_cast<std::uint64_t>(known.time_since_epoch().count())).value();
}

std::vector<Filed> file(std::span<const Record* const> records, const KindRule& rule) {
  std::vector<Filed> filed;
  filed.reserve(records.size());
  for (const Record* record : records) {
    const bool closes = record->kind == rule.closing;
    filed.push_back({episode_key(*record, closes), closes, record});
  }
  std::ranges::sort(filed, {}, [](const Filed& f) {
    return std::tuple{f.episode, f.closes, f.record->revision, f.record->line};
  });
  return filed;
}

/// The revision of one record that counts; nothing where there is none, or the record was taken back.
struct Chosen {
  const Record* record = nullptr;
  bool taken_back = false;
};

Chosen choose(std::span<const Filed> versions, Revision revision) {
  if (versions.empty()) return {};
  const bool taken_back = versions.back().record->retracted;
  if (revision == Revision::first_raised) return {versions.front().record, taken_back};
  return {taken_back ? nullptr : versions.back().record, taken_back};
}

Episode put_together(Chosen opening, Chosen closing, const KindRule& rule, TimeUtc horizon) {
  const bool closed = closing.record != nullptr;
  const Record& told = closed ? *closing.record : *opening.record;
  Episode episode{.told = &told};
  const bool is_instant = rule.in_time == InTime::instant;
  episode.start = is_instant ? told.time : start_in(told, closed);
  if (episode.start == no_time && opening.record != nullptr) episode.start = start_in(*opening.record, false);
  episode.end = is_instant ? told.time : told.end;
  if (closed && episode.end == no_time) episode.end = told.time;
  if (episode.start == no_time) episode.start = episode.end;
  episode.is_open = episode.end == no_time;
  if (episode.is_open) episode.end = std::max(horizon, episode.start);
  episode.start = std::min(episode.start, episode.end);
  if (opening.record != nullptr) episode.opened_detected = opening.record->detected;
  if (closed) episode.closed_detected = closing.record->detected;
  episode.is_retracted = opening.taken_back || (opening.record == nullptr && closing.taken_back);
  return episode;
}

}  // namespace

std::vector<Episode> episodes_of(std::span<const Record* const> records, const KindRule& rule, Revision revision,
                                 TimeUtc horizon) {
  const std::vector<Filed> filed = file(records, rule);
  std::vector<Episode> episodes;
  for (auto begin = filed.begin(); begin != filed.end();) {
    const auto end = std::find_if(begin, filed.end(), [&](const Filed& f) { return f.episode != begin->episode; });
    const auto closings = std::find_if(begin, end, [](const Filed& f) { return f.closes; });
    const Chosen opening = choose({begin, closings}, revision);
    const Chosen closing = choose({closings, end}, revision);
    if (opening.record != nullptr || closing.record != nullptr)
      episodes.push_back(put_together(opening, closing, rule, horizon));
    begin = end;
  }
  std::ranges::sort(episodes, {}, [](const Episode& e) { return std::tuple{e.told->vehicle, e.start, e.told->line}; });
  return episodes;
}

}  // namespace haulwatch::scoring
