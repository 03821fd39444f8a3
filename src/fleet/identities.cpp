#include <haulwatch/fleet/identities.hpp>

#include <haulwatch/geo/ground_distance.hpp>
#include <haulwatch/stable_hash.hpp>

#include "text_numbers.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <tuple>
#include <utility>

namespace haulwatch::fleet {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// Two terminals in one cab report at their own pace, and each dates a stop by its own reports: 10 to 30 s apart. Two
// trucks that stand together drive off one after the other; the next one is loaded minutes later.
constexpr Milliseconds same_edge = seconds{60};
constexpr double same_place_m = 60.0;  ///< centres of one stop by two receivers: multipath moves either by 30 m
constexpr double elsewhere_m = 300.0;  ///< farther than a parked receiver wanders
constexpr Milliseconds together = minutes{1};
constexpr double other_place_m = 500.0;              ///< stops farther apart are of different places
constexpr Milliseconds longest_break = minutes{15};  ///< a parked terminal's longest usual interval, three times over
constexpr double min_leap_m = 1000.0;
constexpr double from_rest_to_rest_mps = 20.0;  ///< straight, starting and stopping included: nobody hauls so fast
constexpr double noise_m = 150.0;
constexpr double road_mps = 30.0;  ///< what a vehicle drives between two terminals' reports of it

constexpr double cell_deg = 0.001;
constexpr Milliseconds slot = minutes{2};

std::int64_t slot_of(TimeUtc time) noexcept {
  return time.time_since_epoch() / slot;
}
std::int64_t cell_of(double degrees) noexcept {
  return static_cast<std::int64_t>(std::floor(degrees / cell_deg));
}
std::uint64_t key_of(std::int64_t time, std::int64_t east, std::int64_t north) noexcept {
  return StableHash{}
      .add(static_cast<std::uint64_t>(time))
      .add(static_cast<std::uint64_t>(east))
      .add(static_cast<std::uint64_t>(north))
      .value();
}
std::uint64_t key_of(const Identities::Stay& stay) noexcept {
  return key_of(slot_of(stay.end), cell_of(stay.place.lon), cell_of(stay.place.lat));
}

Milliseconds apart(TimeUtc a, TimeUtc b) noexcept {
  return a < b ? b - a : a - b;
}

bool agree(const Identities::Stay& a, const Identities::Stay& b) noexcept {
  return apart(a.start, b.start) <= same_edge && apart(a.end, b.end) <= same_edge &&
         geo::ground_distance(a.place, b.place) <= same_place_m;
}

/// From standstill to standstill faster than anybody drives.
bool is_leap(const Identities::Stay& before, const Identities::Stay& after) noexcept {
  const Milliseconds way_time = after.start - before.end;
  if (way_time > longest_break || way_time <= Milliseconds{0}) return false;
  const double way = geo::ground_distance(before.place, after.place);
  return way >= min_leap_m && way >= from_rest_to_rest_mps * static_cast<double>(way_time.count()) * 1e-3;
}

template <class Thing>
auto insert_by(TimeUtc Thing::*time, std::vector<Thing>& things, const Thing& thing) {
  const auto at = std::upper_bound(things.begin(), things.end(), thing,
                                   [time](const Thing& a, const Thing& b) { return a.*time < b.*time; });
  return things.insert(at, thing);
}

bool was_unheard(const std::vector<Identities::Unheard>& silences, const Identities::Stay& stay) noexcept {
  const auto after = std::lower_bound(silences.begin(), silences.end(), stay.end,
                                      [](const Identities::Unheard& s, TimeUtc end) { return s.start < end; });
  return after != silences.begin() && std::prev(after)->end > stay.start;
}

std::string_view name_of(Identities::Sign sign) noexcept {
  return sign == Identities::Sign::second_id ? "second_id" : "swapped_id";
}

SubjectId subject_of_telling(const Identities::Telling<std::string_view>& told) noexcept {
  return subject_of(told.vehicle, EpisodeKind::identity, told.other, told.since,
                    static_cast<std::uint32_t>(told.sign) + 1);
}

Event event_of(SubjectId subject, const Identities::Telling<std::string_view>& told, TimeUtc moment) {
  Event event;
  event.kind = EventKind::identity_suspected;
  event.retracted = !told.stands;
  event.revision = told.revision;
  event.registry = told.registry;
  event.subject = subject;
  event.id = event_id_of(subject, event.kind);
  event.vehicle = told.vehicle;
  event.time = told.time;
  event.detected = std::max(moment, told.detected);
  event.place = told.place;
  event.details = TerminalFinding{.sign = name_of(told.sign), .values = told.values, .other = told.other};
  return event;
}

bool same(const Identities::Telling<std::string_view>& a, const Identities::Telling<std::string_view>& b) noexcept {
  return a.time == b.time && a.place == b.place && a.values == b.values && a.registry == b.registry;
}

/// How two leaps cross: each goes on where the other broke off.
struct Crossing {
  const Identities::Leap* a;
  const Identities::Leap* b;
  double apart_m;
};

std::optional<Crossing> crossing_of(const Identities::Leap& a, const Identities::Leap& b) noexcept {
  // Each vehicle's last report under its old name comes before its first under the new one.
  if (a.end <= b.start || b.end <= a.start) return std::nullopt;
  const auto strays = [](LonLat at, TimeUtc then, LonLat on, TimeUtc later) -> std::optional<double> {
    const double way = geo::ground_distance(at, on);
    const double dt = static_cast<double>((later - then).count()) * 1e-3;
    if (way > noise_m + road_mps * dt) return std::nullopt;
    return way;
  };
  const auto of_b = strays(b.from, b.start, a.to, a.end);
  const auto of_a = strays(a.from, a.start, b.to, b.end);
  if (!of_a || !of_b) return std::nullopt;
  constexpr double part = 3.0;  // of the leap: two that are merely near each other exchange nothing
  const double least = std::min(geo::ground_distance(a.from, a.to), geo::ground_distance(b.from, b.to));
  if (part * std::max(*of_a, *of_b) > least) return std::nullopt;
  return Crossing{&a, &b, std::max(*of_a, *of_b)};
}

}  // namespace

/// What the two were seen doing at one time.
struct Identities::Meeting {
  enum class Kind : std::uint8_t { agreeing, one_edge, other_edges, elsewhere };
  Kind kind{};
  TimeUtc at = no_time;
  const Stay* a = nullptr;  ///< of both, or of neither where one was not standing
  const Stay* b = nullptr;
};

/// Stops in a row that do not speak against one vehicle.
struct Identities::Chain {
  int agreeing = 0;
  int doubts = 0;     ///< 1 for a stop of which one edge agrees, 2 for one of which none does
  int elsewhere = 0;  ///< since they last agreed
  double apart_m = 0.0;
  double edges_s = 0.0;
  const Meeting* first = nullptr;
  TimeUtc detected = no_time;
  std::vector<LonLat> places;
  bool told = false;

  void take(const Meeting& meeting) {
    detected = std::max({detected, meeting.a->detected, meeting.b->detected});
    if (meeting.kind != Meeting::Kind::agreeing) {
      doubts += meeting.kind == Meeting::Kind::one_edge ? 1 : 2;
      return;
    }
    if (first == nullptr) first = &meeting;
    ++agreeing;
    apart_m += geo::ground_distance(meeting.a->place, meeting.b->place);
    const Milliseconds edges = apart(meeting.a->start, meeting.b->start) + apart(meeting.a->end, meeting.b->end);
    edges_s += static_cast<double>(edges.count()) * 0.5e-3;
    const LonLat here = first->a->stop < first->b->stop ? meeting.a->place : meeting.b->place;
    const bool known = std::any_of(places.begin(), places.end(),
                                   [&](LonLat place) { return geo::ground_distance(place, here) < other_place_m; });
    constexpr std::size_t most_places = 6;  // more prove nothing more
    if (!known && places.size() < most_places) places.push_back(here);
  }

  [[nodiscard]] bool is_proof() const noexcept {
    return agreeing >= min_agreeing && places.size() >= min_places && 4 * doubts <= 3 * agreeing;
  }
};

Identities::Number Identities::number_of(std::string_view name) {
  const auto [known, is_new] = numbers_.try_emplace(name, static_cast<Number>(vehicles_.size()));
  if (is_new) vehicles_.emplace_back().name = name;
  return known->second;
}

void Identities::apply(const Event& event, const Registries&) {
  undo(event);
  if (!event.place) return;
  if (const auto* stop = std::get_if<Stop>(&event.details)) {
    if (stop->start == no_time || stop->end == no_time || stop->end < swept_) return;
    add(number_of(event.vehicle),
        Stay{event.subject, stop->start, stop->end, event.detected, *event.place, event.registry});
  } else if (const auto* silence = std::get_if<Silence>(&event.details)) {
    if (silence->start == no_time || silence->end == no_time || silence->end < swept_) return;
    const Number vehicle = number_of(event.vehicle);
    insert_by(&Unheard::start, vehicles_[vehicle].silences, {event.subject, silence->start, silence->end});
    note_companions(vehicle);
  } else if (std::holds_alternative<SiteVisit>(event.details)) {
    if (event.inferred || event.time < swept_) return;
    const Number vehicle = number_of(event.vehicle);
    insert_by(&Sighting::time, vehicles_[vehicle].sightings, {event.id, event.time, *event.place});
    note_companions(vehicle);
  } else if (const auto* jump = std::get_if<TrackJump>(&event.details)) {
    if (jump->start == no_time || jump->end == no_time || jump->end < swept_) return;
    add(number_of(event.vehicle),
        Leap{event.subject, jump->start, jump->end, event.detected, jump->from, *event.place, event.registry});
  }
}

void Identities::undo(const Event& event) {
  const auto vehicle = numbers_.find(event.vehicle);
  if (vehicle == numbers_.end()) return;
  Vehicle& of = vehicles_[vehicle->second];
  const auto changed = [&](auto& things, const auto& is_it) {
    if (std::erase_if(things, is_it) > 0) note_companions(vehicle->second);
  };
  switch (event.kind) {
    case EventKind::stop_ended:
      return remove_stay(vehicle->second, event.subject);
    case EventKind::track_jumped:
      return remove_jump(vehicle->second, event.subject);
    case EventKind::signal_restored:
      return changed(of.silences, [&](const Unheard& silence) { return silence.silence == event.subject; });
    default:
      return changed(of.sightings, [&](const Sighting& sighting) { return sighting.event == event.id; });
  }
}

/// What was found of it, and of those that it shares stops with, has to be looked at again.
void Identities::note_companions(Number vehicle) {
  for (const auto& [other, count] : vehicles_[vehicle].companions)
    if (count >= min_agreeing) changed_.insert(std::minmax(vehicle, other));
}

void Identities::add(Number vehicle, const Stay& stay) {
  count_companions(vehicle, stay, 1);
  standing_[key_of(stay)].push_back({vehicle, stay});
  std::vector<Stay>& stays = vehicles_[vehicle].stays;
  const auto added = insert_by(&Stay::start, stays, stay);
  const bool fast_before = added != stays.begin() && is_leap(*std::prev(added), *added);
  const bool fast_after = std::next(added) != stays.end() && is_leap(*added, *std::next(added));
  note_companions(vehicle);
  if (fast_before || fast_after || !vehicles_[vehicle].leaps.empty()) leapt_.insert(vehicle);
}

void Identities::add(Number vehicle, const Leap& jump) {
  insert_by(&Leap::start, vehicles_[vehicle].jumps, jump);
  leapt_.insert(vehicle);
}

void Identities::remove_stay(Number vehicle, SubjectId stop) {
  std::vector<Stay>& stays = vehicles_[vehicle].stays;
  // It is mostly the last one.
  const auto last = std::find_if(stays.rbegin(), stays.rend(), [&](const Stay& s) { return s.stop == stop; });
  if (last == stays.rend()) return;
  const Stay stay = *last;
  stays.erase(std::next(last).base());
  forget_standing(vehicle, stay);
  note_companions(vehicle);
  if (!vehicles_[vehicle].leaps.empty()) leapt_.insert(vehicle);
}

void Identities::forget_standing(Number vehicle, const Stay& stay) {
  const auto bucket = standing_.find(key_of(stay));
  std::erase_if(bucket->second, [&](const Standing& s) { return s.vehicle == vehicle && s.stay.stop == stay.stop; });
  if (bucket->second.empty()) standing_.erase(bucket);
  count_companions(vehicle, stay, -1);
}

void Identities::remove_jump(Number vehicle, SubjectId jump) {
  if (std::erase_if(vehicles_[vehicle].jumps, [&](const Leap& l) { return l.jump == jump; }) > 0)
    leapt_.insert(vehicle);
}

/// Those who stood with it, from its coming to its going. \pre the stop itself is not among those that stand
void Identities::count_companions(Number vehicle, const Stay& stay, int change) {
  const double reach_lat = same_place_m / 110e3;
  const double reach_lon = reach_lat / std::max(0.01, std::cos(stay.place.lat * 0.017453292519943295));
  for (std::int64_t time = slot_of(stay.end - same_edge); time <= slot_of(stay.end + same_edge); ++time)
    for (std::int64_t east = cell_of(stay.place.lon - reach_lon); east <= cell_of(stay.place.lon + reach_lon); ++east)
      for (std::int64_t north = cell_of(stay.place.lat - reach_lat); north <= cell_of(stay.place.lat + reach_lat);
           ++north) {
        const auto bucket = standing_.find(key_of(time, east, north));
        if (bucket == standing_.end()) continue;
        for (const Standing& other : bucket->second) {
          if (other.vehicle == vehicle || !agree(stay, other.stay)) continue;
          int& count = vehicles_[vehicle].companions[other.vehicle];
          count += change;
          vehicles_[other.vehicle].companions[vehicle] = count;
          const Pair pair = std::minmax(vehicle, other.vehicle);
          const bool told = vehicles_[vehicle].told.contains(other.vehicle);
          if (count >= min_agreeing || told) changed_.insert(pair);
          if (count > 0) continue;
          vehicles_[vehicle].companions.erase(other.vehicle);
          vehicles_[other.vehicle].companions.erase(vehicle);
        }
      }
}

void Identities::renew_leaps(Number vehicle) {
  Vehicle& of = vehicles_[vehicle];
  std::vector<Leap> now = of.jumps;
  for (std::size_t i = 1; i < of.stays.size(); ++i) {
    const Stay& before = of.stays[i - 1];
    const Stay& after = of.stays[i];
    if (!is_leap(before, after)) continue;
    const bool told = std::any_of(of.jumps.begin(), of.jumps.end(), [&](const Leap& jump) {
      return jump.start <= after.start && jump.end >= before.end;
    });
    if (told) continue;
    insert_by(&Leap::start, now,
              {after.stop, before.end, after.start, after.detected, before.place, after.place, after.registry});
  }
  const auto equal = [](const Leap& a, const Leap& b) {
    return a.jump == b.jump && a.start == b.start && a.end == b.end && a.from == b.from && a.to == b.to;
  };
  if (std::equal(now.begin(), now.end(), of.leaps.begin(), of.leaps.end(), equal)) return;
  for (const Leap& leap : of.leaps) {
    const auto [first, last] = leaping_.equal_range(leap.start);
    const auto own = std::find_if(first, last, [&](const auto& entry) { return entry.second == vehicle; });
    if (own != last) leaping_.erase(own);
    note_leap_partners(vehicle, leap);
  }
  of.leaps = std::move(now);
  for (const Leap& leap : of.leaps) {
    leaping_.emplace(leap.start, vehicle);
    note_leap_partners(vehicle, leap);
  }
  for (const auto& [other, subjects] : of.told) changed_.insert(std::minmax(vehicle, other));
}

void Identities::note_leap_partners(Number vehicle, const Leap& leap) {
  const auto last = leaping_.upper_bound(leap.end);
  for (auto other = leaping_.lower_bound(leap.start - longest_break); other != last; ++other)
    if (other->second != vehicle) changed_.insert(std::minmax(vehicle, other->second));
}

/// Stops of both that overlap in time.
void Identities::add_meetings(const Vehicle& a, const Vehicle& b, std::vector<Meeting>& all) {
  using enum Meeting::Kind;
  auto first = b.stays.begin();
  for (const Stay& mine : a.stays) {
    while (first != b.stays.end() && first->end <= mine.start) ++first;
    for (auto theirs = first; theirs != b.stays.end() && theirs->start < mine.end; ++theirs) {
      if (theirs->end <= mine.start) continue;
      const TimeUtc at = std::max(mine.start, theirs->start);
      if (agree(mine, *theirs)) {
        all.push_back({agreeing, at, &mine, &*theirs});
      } else if (std::min(mine.end, theirs->end) - at >= together) {
        const bool far = geo::ground_distance(mine.place, theirs->place) > elsewhere_m;
        if (far && (was_unheard(a.silences, mine) || was_unheard(b.silences, *theirs))) continue;
        const bool one = apart(mine.start, theirs->start) <= same_edge || apart(mine.end, theirs->end) <= same_edge;
        all.push_back({far ? elsewhere : one ? one_edge : other_edges, at, &mine, &*theirs});
      }
    }
  }
}

/// Fences that one passed while the other stood elsewhere.
void Identities::add_sightings(const Vehicle& standing, const Vehicle& seen, std::vector<Meeting>& all) {
  auto sighting = seen.sightings.begin();
  for (const Stay& stay : standing.stays) {
    while (sighting != seen.sightings.end() && sighting->time < stay.start + together) ++sighting;
    for (auto next = sighting; next != seen.sightings.end() && next->time <= stay.end - together; ++next)
      if (geo::ground_distance(stay.place, next->place) > elsewhere_m && !was_unheard(standing.silences, stay))
        all.push_back({Meeting::Kind::elsewhere, next->time, nullptr, nullptr});
  }
}

std::vector<Identities::Meeting> Identities::meetings(const Vehicle& a, const Vehicle& b) {
  std::vector<Meeting> all;
  add_meetings(a, b, all);
  add_sightings(a, b, all);
  add_sightings(b, a, all);
  // Of what was at one time the contradiction counts first, whichever of the two showed it.
  std::stable_sort(all.begin(), all.end(),
                   [](const Meeting& x, const Meeting& y) { return std::tie(x.at, y.kind) < std::tie(y.at, x.kind); });
  return all;
}

void Identities::find_second_ids(Pair pair, std::vector<Told>& found) const {
  const Vehicle& a = vehicles_[pair.first];
  const Vehicle& b = vehicles_[pair.second];
  Chain chain;
  if (const auto told = a.told.find(pair.second); told != a.told.end())
    for (const SubjectId subject : told->second) {
      const Told& before = tellings_.at(subject);
      chain.told |= before.settled && before.stands && before.sign == Sign::second_id;
    }
  const std::vector<Meeting> all = meetings(a, b);
  for (const Meeting& meeting : all) {
    if (meeting.kind == Meeting::Kind::elsewhere) {
      // One such place may be wild, and ends nothing that is proven.
      if (!chain.told || ++chain.elsewhere >= 2) chain = {};
      continue;
    }
    if (meeting.kind == Meeting::Kind::agreeing) chain.elsewhere = 0;
    if (chain.told) continue;
    chain.take(meeting);
    if (!chain.is_proof()) continue;
    chain.told = true;
    Told told{.sign = Sign::second_id, .stands = true, .detected = chain.detected};
    told.values.add("stops", chain.agreeing).add("places", static_cast<double>(chain.places.size()));
    told.values.add("apart_m", chain.apart_m / chain.agreeing).add("edges_s", chain.edges_s / chain.agreeing);
    const auto say = [&](const Vehicle& to, const Vehicle& other, const Stay& first, const Stay& last) {
      told.vehicle = to.name;
      told.other = other.name;
      told.since = told.time = first.start;
      told.place = last.place;
      told.registry = last.registry;
      found.push_back(told);
    };
    say(a, b, *chain.first->a, *meeting.a);
    say(b, a, *chain.first->b, *meeting.b);
  }
}

void Identities::find_swaps(Pair pair, std::vector<Told>& found) const {
  const Vehicle& a = vehicles_[pair.first];
  const Vehicle& b = vehicles_[pair.second];
  for (const Leap& mine : a.leaps)
    for (const Leap& theirs : b.leaps) {
      if (theirs.start > mine.end) break;
      const auto crossing = crossing_of(mine, theirs);
      if (!crossing) continue;
      const auto say = [&](const Vehicle& to, const Vehicle& other, const Leap& leap) {
        Told told{.vehicle = to.name, .other = other.name, .sign = Sign::swapped_id, .stands = true};
        told.since = leap.start;
        told.time = leap.end;
        told.place = leap.to;
        told.registry = leap.registry;
        told.detected = std::max(mine.detected, theirs.detected);
        told.values.add("gap_m", geo::ground_distance(leap.from, leap.to)).add("apart_m", crossing->apart_m);
        found.push_back(told);
      };
      say(a, b, mine);
      say(b, a, theirs);
    }
}

void Identities::tell(TimeUtc moment, const Registries&, std::vector<Event>& out) {
  for (const Number vehicle : leapt_) renew_leaps(vehicle);
  leapt_.clear();
  for (const Pair& pair : changed_) judge(pair, moment, out);
  changed_.clear();
  sweep(moment);
}

void Identities::judge(Pair pair, TimeUtc moment, std::vector<Event>& out) {
  std::vector<Told> found;
  const auto companions = vehicles_[pair.first].companions.find(pair.second);
  if (companions != vehicles_[pair.first].companions.end() && companions->second >= min_agreeing)
    find_second_ids(pair, found);
  find_swaps(pair, found);
  std::set<SubjectId> standing;
  for (const Told& told : found) {
    const SubjectId subject = subject_of_telling(told);
    if (standing.insert(subject).second) tell_one(subject, told, moment, out);
  }
  for (const Number each : {pair.first, pair.second}) {
    const Number other = each == pair.first ? pair.second : pair.first;
    const auto told = vehicles_[each].told.find(other);
    if (told == vehicles_[each].told.end()) continue;
    for (const SubjectId subject : told->second) {
      Told& before = tellings_.at(subject);
      if (!before.stands || before.settled || standing.contains(subject)) continue;
      before.stands = false;
      ++before.revision;
      out.push_back(event_of(subject, before, moment));
    }
  }
}

void Identities::tell_one(SubjectId subject, const Told& now, TimeUtc moment, std::vector<Event>& out) {
  const auto [known, is_new] = tellings_.try_emplace(subject, now);
  Told& told = known->second;
  if (is_new) {
    vehicles_[numbers_.at(now.vehicle)].told[numbers_.at(now.other)].insert(subject);
  } else {
    if (told.settled || (told.stands && same(told, now))) return;
    const auto revision = static_cast<std::uint16_t>(told.revision + 1);
    told = now;
    told.revision = revision;
  }
  out.push_back(event_of(subject, told, moment));
}

/// Forgets, once an hour, what ended long ago. What was told of it stands from then on.
void Identities::sweep(TimeUtc moment) {
  constexpr Milliseconds every = std::chrono::hours{1};
  if (swept_ != no_time && moment - memory < swept_ + every) return;
  const bool first = swept_ == no_time;
  swept_ = moment - memory;
  if (first) return;
  for (auto& [subject, told] : tellings_) told.settled |= told.since < swept_;
  for (Number vehicle = 0; vehicle < vehicles_.size(); ++vehicle) {
    Vehicle& of = vehicles_[vehicle];
    const auto kept = std::find_if(of.stays.begin(), of.stays.end(), [&](const Stay& s) { return s.end >= swept_; });
    for (auto gone = of.stays.begin(); gone != kept; ++gone) forget_standing(vehicle, *gone);
    of.stays.erase(of.stays.begin(), kept);
    const auto is_gone = [&](const Leap& leap) { return leap.end < swept_; };
    std::erase_if(of.sightings, [&](const Sighting& sighting) { return sighting.time < swept_; });
    std::erase_if(of.silences, [&](const Unheard& silence) { return silence.end < swept_; });
    if (std::erase_if(of.jumps, is_gone) > 0 || std::any_of(of.leaps.begin(), of.leaps.end(), is_gone))
      leapt_.insert(vehicle);
  }
  for (const Number vehicle : std::exchange(leapt_, {})) renew_leaps(vehicle);
  changed_.clear();
}

Identities::State Identities::save() const {
  State state;
  TextNumbers numbers{state.texts};
  state.swept = swept_;
  for (const Vehicle& vehicle : vehicles_) {
    const std::uint32_t name = numbers(vehicle.name);
    for (const Stay& stay : vehicle.stays) state.stays.push_back({name, stay});
    for (const Leap& jump : vehicle.jumps) state.jumps.push_back({name, jump});
    for (const Sighting& sighting : vehicle.sightings) state.sightings.push_back({name, sighting});
    for (const Unheard& silence : vehicle.silences) state.silences.push_back({name, silence});
  }
  std::vector<std::pair<SubjectId, const Told*>> tellings;
  for (const auto& [subject, told] : tellings_) tellings.emplace_back(subject, &told);
  std::sort(tellings.begin(), tellings.end());
  for (const auto& [subject, told] : tellings)
    state.tellings.push_back({numbers(told->vehicle), numbers(told->other), told->sign, told->revision, told->stands,
                              told->settled, told->registry, told->since, told->time, told->detected, told->place,
                              told->values});
  return state;
}

void Identities::restore(const State& state) {
  *this = Identities{};
  restored_.assign(state.texts.begin(), state.texts.end());
  for (const std::string& name : restored_) number_of(name);
  swept_ = state.swept;
  for (const auto& [vehicle, stay] : state.stays) add(vehicle, stay);
  for (const auto& [vehicle, jump] : state.jumps) add(vehicle, jump);
  for (const auto& [vehicle, sighting] : state.sightings) vehicles_[vehicle].sightings.push_back(sighting);
  for (const auto& [vehicle, silence] : state.silences) vehicles_[vehicle].silences.push_back(silence);
  for (const Telling<std::uint32_t>& saved : state.tellings) {
    const Told told{vehicles_[saved.vehicle].name,
                    vehicles_[saved.other].name,
                    saved.sign,
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
    vehicles_[saved.vehicle].told[saved.other].insert(subject);
  }
  for (const Number vehicle : std::exchange(leapt_, {})) renew_leaps(vehicle);
  changed_.clear();
}

}  // namespace haulwatch::fleet
