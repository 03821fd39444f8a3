#include <haulwatch/engine/episode_book.hpp>

#include <haulwatch/engine/same_telling.hpp>
#include <haulwatch/stable_hash.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <limits>
#include <optional>
#include <tuple>
#include <utility>
#include <variant>

namespace haulwatch {

namespace {

/// Names and revisions are remembered for so long after the horizon: a load may stand over a long weekend.
constexpr Milliseconds remembered = std::chrono::days{7};

std::uint16_t next_revision(std::uint16_t last) noexcept {
  return last == std::numeric_limits<std::uint16_t>::max() ? last : static_cast<std::uint16_t>(last + 1U);
}

/// Another name for an episode whose own is taken.
SubjectId other_name(SubjectId taken, std::uint64_t ordinal) noexcept {
  return SubjectId{StableHash{}.add(static_cast<std::uint64_t>(taken)).add(ordinal).value()};
}

/// What an event shows of its episode.
struct Glimpse {
  EpisodeKind kind{};
  std::string_view object;  ///< of episodes that are about a place each
  TimeUtc start = no_time;  ///< the earliest that the event shows
  TimeUtc end = no_time;    ///< the latest
  bool closes = true;
};

struct Look {
  const Event& event;

  [[nodiscard]] bool is(EventKind kind) const noexcept { return event.kind == kind; }

  Glimpse operator()(const SiteVisit& v) const noexcept {
    return {EpisodeKind::site_visit, v.site, event.time, event.time, is(EventKind::site_left)};
  }
  Glimpse operator()(const ZoneVisit& v) const noexcept {
    return {EpisodeKind::zone_visit, v.zone, v.earliest, v.latest, is(EventKind::zone_left)};
  }
  Glimpse operator()(const GateCrossing& c) const noexcept {
    return {EpisodeKind::gate_crossing, c.gate, c.earliest, c.latest, true};
  }
  Glimpse operator()(const Overspeed& o) const noexcept {
    return {EpisodeKind::overspeed, o.zone, event.time, event.time, is(EventKind::overspeed_ended)};
  }
  Glimpse operator()(const Stop& s) const noexcept {
    return {EpisodeKind::stop, {}, s.start, s.end, is(EventKind::stop_ended)};
  }
  Glimpse operator()(const Silence& s) const noexcept {
    return {EpisodeKind::silence, {}, s.start, s.end, is(EventKind::signal_restored)};
  }
  Glimpse operator()(const RouteDeviation& d) const noexcept {
    return {EpisodeKind::deviation, d.route, d.start, d.end, is(EventKind::route_rejoined)};
  }
  Glimpse operator()(const DumpSuspicion& s) const noexcept {
    return {EpisodeKind::suspicion, {}, s.start, s.end, true};
  }
  Glimpse operator()(const Trip& t) const noexcept {
    return {EpisodeKind::trip, {}, t.loaded_at, t.unloaded_at, is(EventKind::trip_ended)};
  }
  Glimpse operator()(const QuotaExcess& q) const noexcept {
    return {EpisodeKind::quota, q.permit, event.time, event.time, true};
  }
  Glimpse operator()(const UnmatchedManifest& m) const noexcept {
    return {EpisodeKind::manifest, m.manifest, event.time, event.time, true};
  }
  Glimpse operator()(const UnmatchedLoad& /*of a trip*/) const noexcept {
    return {EpisodeKind::trip, {}, event.time, event.time, true};
  }
  Glimpse operator()(const TerminalFinding& finding) const noexcept {
    switch (event.kind) {
      case EventKind::sensor_sick:
      case EventKind::sensor_healed:
        return {EpisodeKind::sensor, finding.sensor, event.time, event.time, is(EventKind::sensor_healed)};
      case EventKind::clock_suspected:
        return {EpisodeKind::clock, finding.sign, event.time, event.time, true};
      case EventKind::map_shift_suspected:
        return {EpisodeKind::map_shift, finding.sign, event.time, event.time, true};
      case EventKind::tamper_suspected:
        return {EpisodeKind::tamper, finding.sign, event.time, event.time, true};
      default:
        return {EpisodeKind::identity, finding.sign, event.time, event.time, true};
    }
  }
  Glimpse operator()(const TrackJump& jump) const noexcept {
    return {EpisodeKind::jump, {}, jump.start, jump.end, true};
  }
};

Glimpse glimpse_of(const Event& event) noexcept {
  Glimpse seen = std::visit(Look{event}, event.details);
  if (seen.start == no_time) seen.start = event.time;
  seen.end = std::max({seen.start, seen.end, event.time});
  return seen;
}

/// All that one run has said of one episode.
struct EpisodeSeen {
  SubjectId name{};  ///< by which the run, or the listeners, know it
  EpisodeKind kind{};
  std::string_view object;
  TimeUtc start = no_time;
  TimeUtc end = no_time;
  bool closed = false;
  std::optional<SubjectId> known;  ///< for the new run: what listeners call it
  bool paired = false;             ///< for the old one: it is there again
};

void add(std::vector<EpisodeSeen>& all, const Event& event) {
  const Glimpse seen = glimpse_of(event);
  const auto present =
      std::find_if(all.begin(), all.end(), [&](const EpisodeSeen& e) { return e.name == event.subject; });
  if (present == all.end()) {
    all.push_back({event.subject, seen.kind, seen.object, seen.start, seen.end, seen.closes, {}, false});
    return;
  }
  present->start = std::min(present->start, seen.start);
  present->end = std::max(present->end, seen.end);
  present->closed = present->closed || seen.closes;
}

/// Negative where they do not touch.
Milliseconds overlap(const EpisodeSeen& a, const EpisodeSeen& b, TimeUtc now) noexcept {
  const TimeUtc end_a = a.closed ? a.end : std::max(a.end, now);
  const TimeUtc end_b = b.closed ? b.end : std::max(b.end, now);
  return std::min(end_a, end_b) - std::max(a.start, b.start);
}

template <class Call>
void for_each_reference(Event& event, Call&& call) {
  if (auto* suspicion = std::get_if<DumpSuspicion>(&event.details)) {
    if (suspicion->stop) suspicion->stop = call(*suspicion->stop);
  } else if (auto* excess = std::get_if<QuotaExcess>(&event.details)) {
    excess->trip = call(excess->trip);
  } else if (auto* load = std::get_if<UnmatchedLoad>(&event.details)) {
    load->trip = call(load->trip);
  }
}

}  // namespace

const EpisodeBook::Alias* EpisodeBook::alias_of(SubjectId computed) const noexcept {
  const auto found =
      std::find_if(aliases_.begin(), aliases_.end(), [&](const Alias& a) { return a.computed == computed; });
  return found == aliases_.end() ? nullptr : &*found;
}

bool EpisodeBook::is_known_name(SubjectId known) const noexcept {
  return std::any_of(aliases_.begin(), aliases_.end(), [&](const Alias& a) { return a.known == known; });
}

void EpisodeBook::set_alias(SubjectId computed, SubjectId known, TimeUtc now) {
  std::erase_if(aliases_, [&](const Alias& a) { return a.computed == computed || a.known == known; });
  if (computed != known) aliases_.push_back({computed, known, now});
}

SubjectId EpisodeBook::known_name(SubjectId computed, TimeUtc now) {
  if (const Alias* alias = alias_of(computed)) {
    aliases_[static_cast<std::size_t>(alias - aliases_.data())].used = now;
    return alias->known;
  }
  if (!is_known_name(computed)) return computed;
  for (std::uint64_t ordinal = 1;; ++ordinal) {
    const SubjectId name = other_name(computed, ordinal);
    if (is_known_name(name) || log_.has_episode(name, log_.end())) continue;
    set_alias(computed, name, now);
    return name;
  }
}

void EpisodeBook::translate(Event& event, TimeUtc now) {
  if (aliases_.empty()) return;
  event.subject = known_name(event.subject, now);
  event.id = event_id_of(event.subject, event.kind);
  for_each_reference(event, [&](SubjectId subject) {
    const Alias* alias = alias_of(subject);
    return alias != nullptr ? alias->known : subject;
  });
}

bool EpisodeBook::has_last_revision(SubjectId subject, EventKind kind) const noexcept {
  return std::any_of(revisions_.begin(), revisions_.end(),
                     [&](const LastRevision& r) { return r.subject == subject && r.kind == kind; });
}

EpisodeBook::Told EpisodeBook::last_told(SubjectId subject, EventKind kind) const noexcept {
  Told told;
  if (LoggedEvent found; log_.find_last(subject, kind, log_.end(), found) && found.told)
    told = {true, found.event.revision};
  for (const LastRevision& last : revisions_)
    if (last.subject == subject && last.kind == kind)
      told = {true, told.any ? std::max(told.revision, last.revision) : last.revision};
  return told;
}

void EpisodeBook::note_revision(SubjectId subject, EventKind kind, std::uint16_t revision, TimeUtc now) {
  const auto known = std::find_if(revisions_.begin(), revisions_.end(),
                                  [&](const LastRevision& r) { return r.subject == subject && r.kind == kind; });
  if (known == revisions_.end()) {
    revisions_.push_back({subject, kind, revision, now});
  } else {
    known->revision = std::max(known->revision, revision);
    known->told = std::max(known->told, now);
  }
}

bool EpisodeBook::tell(Event& event, track::BlockPool& pool) {
  translate(event, event.detected);
  bool heard = true;
  if (event.revision > 0 || event.retracted || has_last_revision(event.subject, event.kind)) {
    if (const Told told = last_told(event.subject, event.kind); told.any) {
      event.revision = next_revision(told.revision);
    } else if (LoggedEvent silent; log_.find_last(event.subject, event.kind, log_.end(), silent)) {
      event.revision = 0;
      heard = !event.retracted;
    }
  }
  log_.append({event, heard}, pool);
  return heard;
}

void EpisodeBook::take_back(std::uint64_t from, std::string_view vehicle, std::vector<LoggedEvent>& old,
                            track::BlockPool& pool) {
  old.clear();
  log_.read(from, vehicle, [&](const LoggedEvent& event) { old.push_back(event); });
  log_.cut_from(from, pool);
}

/// One run again held against what was told.
class EpisodeBook::Settlement {
 public:
  Settlement(EpisodeBook& book, const std::vector<LoggedEvent>& old, std::vector<Event>& now)
      : book_{book}, old_{old}, now_{now}, first_{book.log_.end()} {
    for (const LoggedEvent& event : old_) {
      if (event.told) add(old_episodes_, event.event);
      moment_ = std::max(moment_, event.event.detected);
    }
    for (const Event& event : now_) {
      add(new_episodes_, event);
      moment_ = std::max(moment_, event.detected);
    }
  }

  void run(std::vector<Event>& news, track::BlockPool& pool) {
    pair_by_name();
    pair_by_overlap();
    name_the_rest();
    enter_names();
    translate();
    const std::size_t begin = news.size();
    take_back_what_vanished(news);
    for (std::size_t i = 0; i < now_.size(); ++i) enter(i, news, pool);
    std::stable_sort(news.begin() + static_cast<std::ptrdiff_t>(begin), news.end(),
                     [](const Event& a, const Event& b) { return a.detected < b.detected; });
  }

 private:
  /// Whether listeners knew of it before the stretch that was run again.
  [[nodiscard]] bool began_before(SubjectId known) const noexcept { return book_.log_.has_episode(known, first_); }

  EpisodeSeen* old_episode(SubjectId known) {
    const auto found =
        std::find_if(old_episodes_.begin(), old_episodes_.end(), [&](const EpisodeSeen& e) { return e.name == known; });
    return found == old_episodes_.end() ? nullptr : &*found;
  }

  void pair_by_name() {
    for (EpisodeSeen& episode : new_episodes_) {
      const Alias* alias = book_.alias_of(episode.name);
      if (alias == nullptr && book_.is_known_name(episode.name)) continue;  // another is called so
      const SubjectId name = alias != nullptr ? alias->known : episode.name;
      EpisodeSeen* before = old_episode(name);
      if (before == nullptr && !began_before(name)) continue;
      episode.known = name;
      if (before != nullptr) before->paired = true;
    }
  }

  void pair_by_overlap() {
    struct Pair {
      Milliseconds overlap;
      std::size_t before;
      std::size_t now;
    };
    std::vector<Pair> pairs;
    for (std::size_t o = 0; o < old_episodes_.size(); ++o) {
      const EpisodeSeen& before = old_episodes_[o];
      if (before.paired || began_before(before.name)) continue;
      for (std::size_t n = 0; n < new_episodes_.size(); ++n) {
        const EpisodeSeen& now = new_episodes_[n];
        if (now.known || now.kind != before.kind || now.object != before.object) continue;
        const Milliseconds common = overlap(before, now, moment_);
        if (common >= Milliseconds{0}) pairs.push_back({common, o, n});
      }
    }
    std::stable_sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) { return a.overlap > b.overlap; });
    for (const Pair& pair : pairs) {
      EpisodeSeen& before = old_episodes_[pair.before];
      EpisodeSeen& now = new_episodes_[pair.now];
      if (before.paired || now.known) continue;
      before.paired = true;
      now.known = before.name;
    }
  }

  [[nodiscard]] bool is_taken(SubjectId name) const noexcept {
    return std::any_of(new_episodes_.begin(), new_episodes_.end(),
                       [&](const EpisodeSeen& e) { return e.known == name; }) ||
           began_before(name);
  }

  void name_the_rest() {
    for (EpisodeSeen& episode : new_episodes_) {
      if (episode.known) continue;
      const Alias* alias = book_.alias_of(episode.name);
      SubjectId name = alias != nullptr ? alias->known : episode.name;
      for (std::uint64_t ordinal = 1; is_taken(name); ++ordinal) name = other_name(episode.name, ordinal);
      episode.known = name;
    }
  }

  void enter_names() {
    for (const EpisodeSeen& gone : old_episodes_)
      if (!gone.paired && !began_before(gone.name))
        std::erase_if(book_.aliases_, [&](const Alias& a) { return a.known == gone.name; });
    for (const EpisodeSeen& episode : new_episodes_) book_.set_alias(episode.name, *episode.known, moment_);
  }

  void translate() {
    const auto known = [&](SubjectId computed) {
      const auto found = std::find_if(new_episodes_.begin(), new_episodes_.end(),
                                      [&](const EpisodeSeen& e) { return e.name == computed; });
      if (found != new_episodes_.end()) return *found->known;
      const Alias* alias = book_.alias_of(computed);
      return alias != nullptr ? alias->known : computed;
    };
    for (Event& event : now_) {
      event.subject = known(event.subject);
      event.id = event_id_of(event.subject, event.kind);
      for_each_reference(event, known);
    }
  }

  [[nodiscard]] const Event* last_told_before(EventId id) const noexcept {
    for (std::size_t i = old_.size(); i > 0; --i)
      if (old_[i - 1].told && old_[i - 1].event.id == id) return &old_[i - 1].event;
    return nullptr;
  }
  [[nodiscard]] bool is_last_now(std::size_t index) const noexcept {
    return std::none_of(now_.begin() + static_cast<std::ptrdiff_t>(index) + 1, now_.end(),
                        [&](const Event& e) { return e.id == now_[index].id; });
  }
  [[nodiscard]] bool is_last_before(std::size_t index) const noexcept {
    return last_told_before(old_[index].event.id) == &old_[index].event;
  }

  /// Of an event that the stretch run again showed before, and does not show now.
  void take_back_what_vanished(std::vector<Event>& news) {
    for (std::size_t i = 0; i < old_.size(); ++i) {
      const Event& was = old_[i].event;
      if (!old_[i].told || !is_last_before(i) || is_there_now(was.id)) continue;
      Event now = was;
      if (LoggedEvent earlier; book_.log_.find_last(was.subject, was.kind, first_, earlier)) {
        now = earlier.event;  // what had been told of it before that stretch holds again
        now.vehicle = was.vehicle;
      } else {
        now.retracted = true;
      }
      now.revision = last_revision(was);
      if (!same_telling(was, now)) {
        now.revision = next_revision(now.revision);
        news.push_back(now);
      }
      book_.note_revision(was.subject, was.kind, now.revision, moment_);
    }
  }
  [[nodiscard]] bool is_there_now(EventId id) const noexcept {
    return std::any_of(now_.begin(), now_.end(), [&](const Event& e) { return e.id == id; });
  }
  [[nodiscard]] std::uint16_t last_revision(const Event& was) const noexcept {
    const Told told = book_.last_told(was.subject, was.kind);
    return told.any ? std::max(told.revision, was.revision) : was.revision;
  }

  /// Enters the i-th event of the run again, and tells of it where it is news.
  void enter(std::size_t index, std::vector<Event>& news, track::BlockPool& pool) {
    Event& event = now_[index];
    bool told = false;
    if (is_last_now(index)) told = hold_against_what_was_told(event, news);
    book_.log_.append({event, told}, pool);
  }

  /// \returns whether listeners know the event now
  bool hold_against_what_was_told(Event& event, std::vector<Event>& news) {
    const Told last = book_.last_told(event.subject, event.kind);
    const Event* before = last_told_before(event.id);
    LoggedEvent earlier;
    if (before == nullptr && book_.log_.find_last(event.subject, event.kind, first_, earlier) &&
        (earlier.told || last.any)) {
      earlier.event.vehicle = event.vehicle;
      before = &earlier.event;
    }
    if (before == nullptr && !last.any) {
      event.revision = 0;
      if (event.retracted) return false;  // nobody has heard of it
      news.push_back(event);
      return true;
    }
    event.revision = last.revision;
    if (before != nullptr) event.revision = std::max(event.revision, before->revision);
    const bool is_news = before != nullptr ? !same_telling(*before, event) : !event.retracted;
    if (is_news) {
      event.revision = next_revision(event.revision);
      news.push_back(event);
    }
    return true;
  }

  EpisodeBook& book_;
  const std::vector<LoggedEvent>& old_;
  std::vector<Event>& now_;
  std::uint64_t first_;  ///< number of the first event of the stretch that was run again
  TimeUtc moment_ = no_time;
  std::vector<EpisodeSeen> old_episodes_;
  std::vector<EpisodeSeen> new_episodes_;
};

void EpisodeBook::settle(const std::vector<LoggedEvent>& old, std::vector<Event>& now, std::vector<Event>& news,
                         track::BlockPool& pool) {
  Settlement{*this, old, now}.run(news, pool);
}

void EpisodeBook::forget_before(std::uint64_t number, TimeUtc time, track::BlockPool& pool) {
  log_.drop_before(number, pool, [&](const LoggedEvent& gone) {
    const Event& event = gone.event;
    if (gone.told && (event.revision > 0 || event.kind == EventKind::dump_suspected))
      note_revision(event.subject, event.kind, event.revision, event.detected);
  });
  if (time == no_time) return;
  std::erase_if(aliases_, [&](const Alias& a) { return a.used < time - remembered; });
  std::erase_if(revisions_, [&](const LastRevision& r) { return r.told < time - remembered; });
}

void EpisodeBook::clear(track::BlockPool& pool) noexcept {
  log_.clear(pool);
  aliases_.clear();
  revisions_.clear();
}

EpisodeBook::Saved EpisodeBook::save() const {
  return {log_.save(), aliases_, revisions_};
}

void EpisodeBook::restore(const Saved& saved, track::BlockPool& pool) {
  log_.restore(saved.events, pool);
  aliases_ = saved.aliases;
  revisions_ = saved.revisions;
}

}  // namespace haulwatch
