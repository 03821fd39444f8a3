#include <haulwatch/fleet/quota.hpp>

#include "text_numbers.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

namespace haulwatch::fleet {

namespace {

/// The order in which loads are numbered.
template <class Load>
[[nodiscard]] auto order_of(const Load& load) noexcept {
  return std::pair{load.detected, load.loaded_at};
}

struct InOrder {
  bool operator()(const auto& a, const auto& b) const noexcept { return order_of(a) < order_of(b); }
};

template <class Load>
[[nodiscard]] SubjectId excess_of(const Load& load) noexcept {
  return subject_of(load.vehicle, EpisodeKind::quota, load.permit, load.loaded_at);
}

template <class To, class From, class Convert>
[[nodiscard]] Quota::Load<To> with_texts(const Quota::Load<From>& from, Convert&& convert) {
  return {from.trip,       from.detected,  from.loaded_at,        from.time,
          from.valid_from, from.place,     convert(from.vehicle), convert(from.permit),
          from.registry,   from.max_loads, from.inferred};
}

[[nodiscard]] Event event_of(SubjectId subject, const Quota::Telling<std::string_view>& told, TimeUtc moment) {
  const Quota::Load<std::string_view>& load = told.load;
  Event event;
  event.kind = EventKind::quota_exceeded;
  event.retracted = !told.stands;
  event.inferred = load.inferred;
  event.revision = told.revision;
  event.registry = load.registry;
  event.subject = subject;
  event.id = event_id_of(subject, event.kind);
  event.vehicle = load.vehicle;
  event.time = load.time;
  event.detected = std::max(moment, load.detected);
  event.place = load.place;
  event.details = QuotaExcess{load.permit, told.loads, load.max_loads, load.trip};
  return event;
}

}  // namespace

void Quota::apply(const Event& event, const Registries& registries) {
  undo(event);
  const auto* trip = std::get_if<Trip>(&event.details);
  if (trip == nullptr || trip->permit.empty()) return;
  Loaded load;
  load.trip = event.subject;
  load.detected = event.detected;
  load.loaded_at = trip->loaded_at;
  load.time = event.time;
  load.place = event.place;
  load.vehicle = event.vehicle;
  load.permit = trip->permit;
  load.registry = event.registry;
  load.inferred = event.inferred;
  if (const registry::Permit* permit = registries.permit(event.registry, trip->permit)) {
    load.permit = permit->id;
    load.valid_from = permit->valid_from;
    load.max_loads = permit->max_loads.value_or(unlimited);
  }
  add(load);
}

void Quota::add(const Loaded& load) {
  auto known = books_.find(load.permit);
  if (known == books_.end()) known = books_.emplace(load.permit, Book{}).first;
  Book& book = known->second;
  const auto after = std::upper_bound(book.loads.begin(), book.loads.end(), load, InOrder{});
  const auto added = book.loads.insert(after, load);
  entries_.insert_or_assign(load.trip, Entry{&book, load.detected, load.loaded_at, excess_of(load)});
  note_change(book, static_cast<std::size_t>(added - book.loads.begin()), load);
  changed_.try_emplace(known->first, &book);
}

void Quota::undo(const Event& event) {
  const auto entry = entries_.find(event.subject);
  if (entry == entries_.end()) return;
  Book& book = *entry->second.book;
  Loaded key;
  key.detected = entry->second.detected;
  key.loaded_at = entry->second.loaded_at;
  const auto [first, last] = std::equal_range(book.loads.begin(), book.loads.end(), key, InOrder{});
  const auto load = std::find_if(first, last, [&](const Loaded& l) { return l.trip == event.subject; });
  changed_.try_emplace(load->permit, &book);
  const auto position = load - book.loads.begin();
  book.loads.erase(load);
  note_change(book, static_cast<std::size_t>(position), key);
  vanished_.insert(entry->second.excess);
  entries_.erase(entry);
}

/// A load came to `position`, or went from there. Those that tie with it are judged again too.
void Quota::note_change(Book& book, std::size_t position, const Loaded& at) {
  if (position < book.counted) book.counted = book.count = 0;
  const auto tied = std::lower_bound(book.loads.begin(), book.loads.end(), at, InOrder{});
  book.changed_from = std::min(book.changed_from, static_cast<std::size_t>(tied - book.loads.begin()));
}

void Quota::tell(TimeUtc moment, const Registries&, std::vector<Event>& out) {
  for (const auto& [permit, book] : changed_) judge(*book, moment, out);
  changed_.clear();
  for (const SubjectId subject : vanished_) {
    const auto told = tellings_.find(subject);
    if (told == tellings_.end() || !told->second.stands) continue;
    const auto again = entries_.find(told->second.load.trip);
    if (again == entries_.end() || again->second.excess != subject) take_back(subject, told->second, moment, out);
  }
  vanished_.clear();
}

void Quota::judge(Book& book, TimeUtc moment, std::vector<Event>& out) {
  for (auto first = book.loads.begin() + static_cast<std::ptrdiff_t>(book.changed_from); first != book.loads.end();) {
    const auto last = std::upper_bound(first, book.loads.end(), *first, InOrder{});
    for (auto load = first; load != last; ++load) {
      const auto end = static_cast<std::size_t>(last - book.loads.begin());
      if (book.since != load->valid_from) {
        book.since = load->valid_from;
        book.counted = book.count = 0;
      }
      for (; book.counted < end; ++book.counted)
        if (book.loads[book.counted].loaded_at >= book.since) ++book.count;
      judge_load(*load, book.count, moment, out);
    }
    first = last;
  }
  book.changed_from = book.loads.size();
}

void Quota::judge_load(const Loaded& load, std::uint32_t number, TimeUtc moment, std::vector<Event>& out) {
  const SubjectId subject = excess_of(load);
  const auto known = tellings_.find(subject);
  const bool exceeds = number > load.max_loads;
  if (!exceeds) {
    if (known != tellings_.end() && known->second.stands) take_back(subject, known->second, moment, out);
    return;
  }
  Told now{load, number, 0, true};
  if (known != tellings_.end()) {
    const Told& before = known->second;
    const bool same = before.stands && before.loads == number && before.load.max_loads == load.max_loads &&
                      before.load.trip == load.trip && before.load.time == load.time &&
                      before.load.place == load.place && before.load.inferred == load.inferred &&
                      before.load.registry == load.registry;
    if (same) return;
    now.revision = static_cast<std::uint16_t>(before.revision + 1);
  }
  tellings_.insert_or_assign(subject, now);
  out.push_back(event_of(subject, now, moment));
}

void Quota::take_back(SubjectId subject, Told& told, TimeUtc moment, std::vector<Event>& out) {
  told.stands = false;
  ++told.revision;
  out.push_back(event_of(subject, told, moment));
}

std::size_t Quota::loads(std::string_view permit) const noexcept {
  const auto known = books_.find(permit);
  return known == books_.end() ? 0 : known->second.loads.size();
}

Quota::State Quota::save() const {
  State state;
  TextNumbers numbers{state.texts};
  for (const auto& [permit, book] : books_)
    for (const Loaded& load : book.loads) state.loads.push_back(with_texts<std::uint32_t>(load, numbers));
  std::vector<std::pair<SubjectId, const Told*>> tellings;
  for (const auto& [subject, told] : tellings_) tellings.emplace_back(subject, &told);
  std::sort(tellings.begin(), tellings.end());
  for (const auto& [subject, told] : tellings)
    state.tellings.push_back(
        {with_texts<std::uint32_t>(told->load, numbers), told->loads, told->revision, told->stands});
  return state;
}

void Quota::restore(const State& state) {
  *this = Quota{};
  restored_.assign(state.texts.begin(), state.texts.end());
  const auto text = [this](std::uint32_t number) { return std::string_view{restored_[number]}; };
  for (const Load<std::uint32_t>& load : state.loads) add(with_texts<std::string_view>(load, text));
  for (auto& [permit, book] : changed_) book->changed_from = book->loads.size();
  changed_.clear();
  for (const Telling<std::uint32_t>& told : state.tellings) {
    const Told restored{with_texts<std::string_view>(told.load, text), told.loads, told.revision, told.stands};
    tellings_.emplace(excess_of(restored.load), restored);
  }
}

}  // namespace haulwatch::fleet
