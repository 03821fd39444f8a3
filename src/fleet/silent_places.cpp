#include <haulwatch/fleet/silent_places.hpp>

#include <haulwatch/geo/ground_distance.hpp>
#include <haulwatch/stable_hash.hpp>

#include "text_numbers.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

namespace haulwatch::fleet {

namespace {

constexpr std::string_view sign = "silent_again";
constexpr double cell_deg = 0.005;  // at least 300 m up to 57 degrees of latitude

std::int64_t cell_of(double degrees) noexcept {
  return static_cast<std::int64_t>(std::floor(degrees / cell_deg));
}
std::uint64_t key_of(std::int64_t east, std::int64_t north) noexcept {
  return StableHash{}.add(static_cast<std::uint64_t>(east)).add(static_cast<std::uint64_t>(north)).value();
}

bool is_near(LonLat a, LonLat b) noexcept {
  return geo::ground_distance(a, b) <= SilentPlaces::near_m;
}

SubjectId subject_of_telling(const SilentPlaces::Telling<std::string_view>& told) noexcept {
  return subject_of(told.vehicle, EpisodeKind::tamper, sign, told.time);
}

Event event_of(SubjectId subject, const SilentPlaces::Telling<std::string_view>& told, TimeUtc moment) {
  Event event;
  event.kind = EventKind::tamper_suspected;
  event.retracted = !told.stands;
  event.revision = told.revision;
  event.registry = told.registry;
  event.subject = subject;
  event.id = event_id_of(subject, event.kind);
  event.vehicle = told.vehicle;
  event.time = told.time;
  event.detected = std::max(moment, told.detected);
  event.place = told.place;
  event.details = TerminalFinding{.sign = sign, .values = told.values};
  return event;
}

bool same(const SilentPlaces::Telling<std::string_view>& a, const SilentPlaces::Telling<std::string_view>& b) noexcept {
  return a.place == b.place && a.values == b.values && a.registry == b.registry;
}

template <class Thing>
auto insert_by(TimeUtc Thing::*time, std::vector<Thing>& things, const Thing& thing) {
  const auto at = std::upper_bound(things.begin(), things.end(), thing,
                                   [time](const Thing& a, const Thing& b) { return a.*time < b.*time; });
  return things.insert(at, thing);
}

/// It began or ended in a stop in a registered site, or at once after it.
bool touches_rest(const std::vector<SilentPlaces::Rest>& rests, const SilentPlaces::Silence& silence) noexcept {
  constexpr Milliseconds at_once = std::chrono::minutes{1};
  const auto after = std::upper_bound(rests.begin(), rests.end(), silence.end,
                                      [](TimeUtc end, const SilentPlaces::Rest& rest) { return end < rest.start; });
  return after != rests.begin() && std::prev(after)->end + at_once >= silence.start;
}

}  // namespace

SilentPlaces::Number SilentPlaces::number_of(std::string_view name) {
  const auto [known, is_new] = numbers_.try_emplace(name, static_cast<Number>(vehicles_.size()));
  if (is_new) vehicles_.emplace_back().name = name;
  return known->second;
}

SilentPlaces::Silence& SilentPlaces::silence_of(Number vehicle, SubjectId silence, TimeUtc start) {
  std::vector<Silence>& all = vehicles_[vehicle].silences;
  const auto known = std::find_if(all.rbegin(), all.rend(), [&](const Silence& s) { return s.silence == silence; });
  if (known != all.rend()) return *known;
  return *insert_by(&Silence::start, all, Silence{.silence = silence, .start = start, .place = {}});
}

void SilentPlaces::apply(const Event& event, const Registries&) {
  undo(event);
  if (const auto* silence = std::get_if<haulwatch::Silence>(&event.details)) {
    if (silence->start == no_time || silence->start < swept_) return;
    const Number vehicle = number_of(event.vehicle);
    Silence& known = silence_of(vehicle, event.subject, silence->start);
    if (event.kind == EventKind::signal_lost) {
      known.placed = event.place.has_value();
      known.place = event.place.value_or(LonLat{});
    } else {
      known.end = silence->end;
      known.detected = event.detected;
      known.left = static_cast<double>(silence->gap_m.value_or(0.0F)) > near_m;
    }
    note_if_judged(vehicle, silence->start);
  } else if (const auto* stop = std::get_if<Stop>(&event.details)) {
    if (stop->site.empty() || stop->end == no_time || stop->end < swept_) return;
    const Number vehicle = number_of(event.vehicle);
    insert_by(&Rest::start, vehicles_[vehicle].rests, Rest{event.subject, stop->start, stop->end});
    note_if_judged(vehicle, stop->start);
  } else if (const auto* trip = std::get_if<Trip>(&event.details)) {
    if (trip->loaded_at == no_time || trip->unloaded_at == no_time || trip->loaded_at < swept_) return;
    add(number_of(event.vehicle),
        Way{event.subject, trip->loaded_at, trip->unloaded_at, event.detected, event.registry});
  }
}

void SilentPlaces::add(Number vehicle, const Way& way) {
  insert_by(&Way::loaded, vehicles_[vehicle].ways, way);
  changed_.insert(vehicle);
}

/// What lies within ways that have been judged changes them; all else is looked at when its way ends.
void SilentPlaces::note_if_judged(Number vehicle, TimeUtc start) {
  const std::vector<Way>& ways = vehicles_[vehicle].ways;
  if (!ways.empty() && start < ways.back().unloaded) changed_.insert(vehicle);
}

void SilentPlaces::undo(const Event& event) {
  const auto number = numbers_.find(event.vehicle);
  if (number == numbers_.end()) return;
  Vehicle& of = vehicles_[number->second];
  if (event.kind == EventKind::trip_ended) {
    if (std::erase_if(of.ways, [&](const Way& way) { return way.trip == event.subject; }) > 0)
      changed_.insert(number->second);
  } else if (event.kind == EventKind::stop_ended) {
    const auto rest =
        std::find_if(of.rests.rbegin(), of.rests.rend(), [&](const Rest& r) { return r.stop == event.subject; });
    if (rest == of.rests.rend()) return;
    note_if_judged(number->second, rest->start);
    of.rests.erase(std::next(rest).base());
  } else {
    const auto silence = std::find_if(of.silences.rbegin(), of.silences.rend(),
                                      [&](const Silence& s) { return s.silence == event.subject; });
    if (silence == of.silences.rend()) return;
    note_if_judged(number->second, silence->start);
    if (event.kind == EventKind::signal_lost) {
      silence->placed = false;
    } else {
      silence->end = no_time;
    }
    if (!silence->placed && silence->end == no_time) of.silences.erase(std::next(silence).base());
  }
}

/// Silences that begin on a loaded way, but for those in a registered site that it did not leave.
void SilentPlaces::renew_marks(Number vehicle) {
  Vehicle& of = vehicles_[vehicle];
  std::vector<Mark> now;
  auto silence = of.silences.begin();
  for (std::size_t way = 0; way < of.ways.size(); ++way) {
    while (silence != of.silences.end() && silence->start < of.ways[way].loaded) ++silence;
    for (; silence != of.silences.end() && silence->start < of.ways[way].unloaded; ++silence) {
      if (!silence->placed || silence->end == no_time) continue;
      if (silence->left || !touches_rest(of.rests, *silence))
        now.push_back({way, silence->start, silence->end, silence->detected, silence->place});
    }
  }
  if (now == of.marks) return;
  const bool longer = now.size() >= of.marks.size() && std::equal(of.marks.begin(), of.marks.end(), now.begin());
  index(vehicle, of.marks, -1);
  // Where it repeats no more, others may stand out again.
  if (!longer)
    for (const Mark& mark : of.marks) for_each_near(mark.place, [&](Number other) { again_.insert(other); });
  of.marks = std::move(now);
  index(vehicle, of.marks, 1);
  for (const SubjectId subject : standing_) {
    const Told& told = tellings_.at(subject);
    const bool near = std::any_of(of.marks.begin(), of.marks.end(),
                                  [&](const Mark& mark) { return is_near(mark.place, told.place); });
    if (near) again_.insert(numbers_.at(told.vehicle));
  }
}

void SilentPlaces::index(Number vehicle, const std::vector<Mark>& marks, int change) {
  for (const Mark& mark : marks) {
    const std::uint64_t key = key_of(cell_of(mark.place.lon), cell_of(mark.place.lat));
    int& count = cells_[key][vehicle];
    count += change;
    if (count > 0) continue;
    cells_[key].erase(vehicle);
    if (cells_[key].empty()) cells_.erase(key);
  }
}

template <class Each>
void SilentPlaces::for_each_near(LonLat place, Each&& each) const {
  std::set<Number> met;
  for (std::int64_t east = -1; east <= 1; ++east)
    for (std::int64_t north = -1; north <= 1; ++north)
      if (const auto cell = cells_.find(key_of(cell_of(place.lon) + east, cell_of(place.lat) + north));
          cell != cells_.end())
        for (const auto& [vehicle, count] : cell->second) met.insert(vehicle);
  for (const Number vehicle : met) each(vehicle);
}

SilentPlaces::Repeated SilentPlaces::repeated_near(const Vehicle& of, std::size_t last_way, LonLat place) {
  Repeated repeated;
  std::size_t counted = of.ways.size();
  for (const Mark& mark : of.marks) {
    if (mark.way > last_way || mark.way + window <= last_way || mark.way == counted) continue;
    if (!is_near(mark.place, place)) continue;
    counted = mark.way;
    if (repeated.ways++ == 0) repeated.first_way = mark.way;
  }
  return repeated;
}

bool SilentPlaces::is_blind_area(Number except, LonLat place) const {
  int others = 0;
  for_each_near(place, [&](Number vehicle) {
    const Vehicle& of = vehicles_[vehicle];
    if (vehicle == except || others >= 2) return;
    const bool repeats = std::any_of(of.marks.begin(), of.marks.end(), [&](const Mark& mark) {
      return is_near(mark.place, place) && repeated_near(of, mark.way, place).ways >= ways_of_others;
    });
    if (repeats) ++others;
  });
  return others >= 2;
}

void SilentPlaces::find(Number vehicle, std::vector<Told>& found) const {
  const Vehicle& of = vehicles_[vehicle];
  std::vector<LonLat> known;
  for (const SubjectId subject : of.told)
    if (const Told& told = tellings_.at(subject); told.settled && told.stands) known.push_back(told.place);
  for (const Mark& mark : of.marks) {
    const Repeated repeated = repeated_near(of, mark.way, mark.place);
    if (repeated.ways < min_ways) continue;
    const bool said = std::any_of(known.begin(), known.end(), [&](LonLat place) {
      return geo::ground_distance(place, mark.place) <= 2.0 * near_m;
    });
    if (said) continue;
    known.push_back(mark.place);
    if (is_blind_area(vehicle, mark.place)) continue;
    Told told{.vehicle = of.name, .stands = true, .place = mark.place, .values = {}};
    told.registry = of.ways[mark.way].registry;
    told.since = of.ways[repeated.first_way].loaded;
    told.time = mark.start;
    told.detected = std::max(mark.detected, of.ways[mark.way].detected);
    told.values.add("ways_silent", repeated.ways).add("ways", static_cast<double>(std::min(mark.way + 1, window)));
    told.values.add("silent_s", static_cast<double>((mark.end - mark.start).count()) * 1e-3);
    found.push_back(told);
  }
}

void SilentPlaces::tell(TimeUtc moment, const Registries&, std::vector<Event>& out) {
  for (const Number vehicle : changed_) renew_marks(vehicle);
  again_.merge(changed_);
  changed_.clear();
  for (const Number vehicle : again_) judge(vehicle, moment, out);
  again_.clear();
  sweep(moment);
}

void SilentPlaces::judge(Number vehicle, TimeUtc moment, std::vector<Event>& out) {
  std::vector<Told> found;
  find(vehicle, found);
  std::set<SubjectId> true_now;
  for (const Told& now : found) {
    const SubjectId subject = subject_of_telling(now);
    true_now.insert(subject);
    const auto [known, is_new] = tellings_.try_emplace(subject, now);
    Told& told = known->second;
    if (!is_new) {
      if (told.settled || (told.stands && same(told, now))) continue;
      const auto revision = static_cast<std::uint16_t>(told.revision + 1);
      told = now;
      told.revision = revision;
    }
    vehicles_[vehicle].told.insert(subject);
    standing_.insert(subject);
    out.push_back(event_of(subject, told, moment));
  }
  for (const SubjectId subject : vehicles_[vehicle].told) {
    Told& told = tellings_.at(subject);
    if (!told.stands || told.settled || true_now.contains(subject)) continue;
    told.stands = false;
    ++told.revision;
    standing_.erase(subject);
    out.push_back(event_of(subject, told, moment));
  }
}

/// Forgets, once a day, what was long ago. What was told of it stands from then on.
void SilentPlaces::sweep(TimeUtc moment) {
  constexpr Milliseconds every = std::chrono::days{1};
  if (swept_ != no_time && moment - memory < swept_ + every) return;
  const bool first = swept_ == no_time;
  swept_ = moment - memory;
  if (first) return;
  for (auto& [subject, told] : tellings_) {
    if (told.since >= swept_) continue;
    told.settled = true;
    standing_.erase(subject);
  }
  for (Number vehicle = 0; vehicle < vehicles_.size(); ++vehicle) {
    Vehicle& of = vehicles_[vehicle];
    const std::size_t gone = std::erase_if(of.ways, [&](const Way& way) { return way.loaded < swept_; });
    std::erase_if(of.silences, [&](const Silence& silence) { return silence.start < swept_; });
    std::erase_if(of.rests, [&](const Rest& rest) { return rest.end < swept_; });
    if (gone > 0) renew_marks(vehicle);
  }
  again_.clear();
}

SilentPlaces::State SilentPlaces::save() const {
  State state;
  TextNumbers numbers{state.texts};
  state.swept = swept_;
  for (const Vehicle& vehicle : vehicles_) {
    const std::uint32_t name = numbers(vehicle.name);
    for (const Silence& silence : vehicle.silences) state.silences.push_back({name, silence});
    for (const Way& way : vehicle.ways) state.ways.push_back({name, way});
    for (const Rest& rest : vehicle.rests) state.rests.push_back({name, rest});
  }
  std::vector<std::pair<SubjectId, const Told*>> tellings;
  for (const auto& [subject, told] : tellings_) tellings.emplace_back(subject, &told);
  std::sort(tellings.begin(), tellings.end());
  for (const auto& [subject, told] : tellings)
    state.tellings.push_back({numbers(told->vehicle), told->revision, told->stands, told->settled, told->registry,
                              told->since, told->time, told->detected, told->place, told->values});
  return state;
}

void SilentPlaces::restore(const State& state) {
  *this = SilentPlaces{};
  restored_.assign(state.texts.begin(), state.texts.end());
  for (const std::string& name : restored_) number_of(name);
  swept_ = state.swept;
  for (const auto& [vehicle, silence] : state.silences) vehicles_[vehicle].silences.push_back(silence);
  for (const auto& [vehicle, rest] : state.rests) vehicles_[vehicle].rests.push_back(rest);
  for (const auto& [vehicle, way] : state.ways) vehicles_[vehicle].ways.push_back(way);
  for (Number vehicle = 0; vehicle < vehicles_.size(); ++vehicle) renew_marks(vehicle);
  for (const Telling<std::uint32_t>& saved : state.tellings) {
    const Told told{vehicles_[saved.vehicle].name,
                    saved.revision,
                    saved.stands,
                    saved.settled,
                    saved.registry,
                    saved.since,
                    saved.time,
                    saved.detected,
                    saved.place,
                    saved.values};
    const SubjectId subject = subject_of_telling(told);
    tellings_.emplace(subject, told);
    vehicles_[saved.vehicle].told.insert(subject);
    if (told.stands && !told.settled) standing_.insert(subject);
  }
  again_.clear();
}

}  // namespace haulwatch::fleet
