#include <haulwatch/simulation/truth_watch.hpp>

#include <algorithm>
#include <utility>

namespace haulwatch::simulation {

namespace {

/// A standstill shorter than this is told of nowhere.
constexpr double shortest_halt_s = 10.0;
/// Moving up by less, at the same work, is one stay: the queue goes on by a truck's length, the bucket is followed, the
/// body shaken out.
constexpr double shuffle_m = 20.0;
/// A shorter pause is one report that was lost, and no silence.
constexpr double shortest_silence_s = 60.0;
/// A route left for less time was not left as far as the trip's faults are concerned.
constexpr double off_route_s = 60.0;

bool moves(const MotionPiece& piece) noexcept {
  return piece.speed_mps > 0.0 || piece.acceleration_mps2 > 0.0;
}

std::string_view purpose_of(Activity activity) noexcept {
  constexpr std::array<std::string_view, 8> names{"unknown",   "traffic", "queueing", "loading",
                                                  "unloading", "dumping", "parking",  "unknown"};
  return names[static_cast<std::size_t>(activity)];
}

Activity longest(const std::array<double, 8>& seconds) noexcept {
  return static_cast<Activity>(std::max_element(seconds.begin(), seconds.end()) - seconds.begin());
}

}  // namespace

TruthWatch::TruthWatch(const County& county, const PlaceGrid& grid, std::uint32_t vehicle, std::string name,
                       Unheard unheard, Book book)
    : county_{&county}, grid_{&grid}, vehicle_{vehicle}, name_{std::move(name)}, unheard_{unheard}, book_{book} {}

std::string_view TruthWatch::permit_id(std::uint32_t permit) const noexcept {
  return permit == nowhere ? std::string_view{} : county_->permits()[permit].id;
}

std::string_view TruthWatch::place_id(std::uint32_t place) const noexcept {
  return place == nowhere ? std::string_view{} : county_->place(place).id;
}

std::string_view TruthWatch::origin_id() const noexcept {
  return trip_.taken.origin_registered ? place_id(trip_.taken.origin) : std::string_view{};
}

void TruthWatch::see(const LivedPiece& piece) {
  if (!std::exchange(begun_, true)) find_first_places(piece.motion);
  watch_stand(piece);
  watch_places(piece);
  watch_silence(piece.motion);
  if (route_.watching()) watch_route(piece.motion);
  last_ = piece.motion;
}

void TruthWatch::watch_stand(const LivedPiece& piece) {
  const MotionPiece& motion = piece.motion;
  if (!moves(motion)) return stand_on(piece);
  if (halt_since_ != no_time) end_halt(motion.start);
  if (stay_.start == no_time) return;
  stay_.moved_m +=
      motion.speed_mps * motion.duration_s + 0.5 * motion.acceleration_mps2 * motion.duration_s * motion.duration_s;
  if (stay_.moved_m >= shuffle_m) end_stay(motion.start, false);
}

void TruthWatch::stand_on(const LivedPiece& piece) {
  if (halt_since_ == no_time) {
    halt_since_ = piece.motion.start;
    halt_seconds_ = {};
  }
  halt_seconds_[static_cast<std::size_t>(piece.activity)] += piece.motion.duration_s;
}

void TruthWatch::end_halt(TimeUtc end) {
  const TimeUtc start = std::exchange(halt_since_, no_time);
  if (seconds(end - start) >= shortest_halt_s)
    tell(end, line("halt", end).place(county_->frame(), last_.from).time("start", start).time("end", end));
  const bool goes_on = stay_.start != no_time && longest(stay_.seconds) == longest(halt_seconds_);
  if (stay_.start != no_time && !goes_on) end_stay(end, false);
  if (!goes_on) {
    stay_ = {};
    stay_.start = start;
    stay_.at = last_.from;
    stay_.site = sites_.empty() ? nowhere : sites_.back();
  }
  stay_.end = end;
  stay_.moved_m = 0.0;
  for (std::size_t i = 0; i < halt_seconds_.size(); ++i) stay_.seconds[i] += halt_seconds_[i];
}

void TruthWatch::end_stay(TimeUtc known, bool open) {
  const Stay stay = std::exchange(stay_, {});
  if (seconds(stay.end - stay.start) < shortest_halt_s) return;
  JsonLine said = line("stop_ended", stay.end);
  said.place(county_->frame(), stay.at).time("start", stay.start).time("end", stay.end);
  said.text_or_null("site", place_id(stay.site)).text("purpose", purpose_of(longest(stay.seconds)));
  if (open) said.flag("open", true);
  tell(known, said);
}

const char* TruthWatch::cause_of_silence(const MotionPiece& piece) const noexcept {
  if (piece.terminal_cut) return cut_cause_;
  if (piece.sky == Sky::none && unheard_.in_tunnels) return "no_sky";
  return !piece.coverage && unheard_.without_network ? "no_coverage" : nullptr;
}

void TruthWatch::watch_silence(const MotionPiece& piece) {
  const char* cause = cause_of_silence(piece);
  if (cause == nullptr) {
    if (silence_.cause != nullptr) end_silence(piece.start, piece.from, true);
  } else if (silence_.cause == nullptr) {
    silence_ = {cause, piece.start, piece.from};
  } else if (piece.terminal_cut) {
    // One silence, whatever else keeps the terminal from being heard meanwhile.
    silence_.cause = cause;
  }
}

void TruthWatch::end_silence(TimeUtc at, geo::LocalPoint where, bool heard_again) {
  const Silence silence = std::exchange(silence_, {});
  if (seconds(at - silence.since) < shortest_silence_s) return;
  tell(at, line("signal_lost", silence.since)
               .place(county_->frame(), silence.at)
               .time("start", silence.since)
               .text("cause", silence.cause));
  if (heard_again)
    tell(at, line("signal_restored", at)
                 .place(county_->frame(), where)
                 .time("start", silence.since)
                 .time("end", at)
                 .metres("gap_m", geo::distance(silence.at, where))
                 .text("cause", silence.cause));
}

void TruthWatch::watch_route(const MotionPiece& piece) {
  // Inside a site there is no road to keep to.
  if (!moves(piece) || !sites_.empty()) return;
  RouteWatch::Crossing crossing;
  double after_s = 0.0;
  while (route_.next_crossing(*county_, piece, after_s, crossing)) {
    after_s = crossing.since_s;
    const MotionState state = state_of(piece, crossing.since_s);
    const TimeUtc at = piece.start + milliseconds(crossing.since_s);
    if (!crossing.leaves) {
      end_excursion(at, state.at, state.odometer_m);
      continue;
    }
    excursion_since_ = at;
    excursion_from_m_ = state.odometer_m;
    tell(at, line("route_left", at)
                 .place(county_->frame(), state.at)
                 .text("route", county_->routes()[route_.nearest_route()].id)
                 .time("start", at)
                 .text_or_null("permit", permit_id(trip_.taken.permit)));
  }
}

void TruthWatch::end_excursion(TimeUtc at, geo::LocalPoint where, double odometer_m) {
  const TimeUtc start = std::exchange(excursion_since_, no_time);
  if (start == no_time) return;
  if (seconds(at - start) >= off_route_s) trip_.off_route = true;
  tell(at, line("route_rejoined", at)
               .place(county_->frame(), where)
               .text("route", county_->routes()[route_.nearest_route()].id)
               .time("start", start)
               .time("end", at)
               .metres("max_distance_m", route_.farthest_m())
               .metres("path_m", odometer_m - excursion_from_m_)
               .text_or_null("permit", permit_id(trip_.taken.permit)));
}

void TruthWatch::hear(const Remark& remark, TimeUtc now) {
  if (const auto* taken = std::get_if<LoadTaken>(&remark)) {
    loaded_ = true;
    trip_ = {*taken, now, state_of(last_, last_.duration_s).odometer_m, false};
    if (taken->permit != nowhere && !county_->permits()[taken->permit].by_water)
      route_.begin(&county_->permits()[taken->permit].routes, trip_.odometer_m);
  } else if (const auto* gone = std::get_if<LoadGone>(&remark)) {
    tell_trip(*gone, now);
  } else if (const auto* dumped = std::get_if<Dumped>(&remark)) {
    tell_dump(*dumped, now);
  } else if (const auto* alike = std::get_if<LookAlike>(&remark)) {
    tell(now, line("look_alike", alike->end)
                  .place(county_->frame(), alike->at)
                  .time("start", alike->start)
                  .time("end", alike->end)
                  .text("name", alike->name));
  } else if (const auto* silenced = std::get_if<Silenced>(&remark)) {
    cut_cause_ = silenced->cause;
  } else if (const auto* note = std::get_if<NoteOfTransfer>(&remark)) {
    tell_note(*note, now);
  }
}

void TruthWatch::tell_dump(const Dumped& dumped, TimeUtc now) {
  tell(now, line("dump_suspected", dumped.end)
                .place(county_->frame(), dumped.at)
                .time("start", dumped.start)
                .time("end", dumped.end)
                .text("manner", dumped.manner)
                .text("at", dumped.place_kind)
                .flag("terminal_cut", dumped.terminal_cut)
                .flag("last_act", dumped.last_act)
                .text_or_null("origin", origin_id())
                .text_or_null("permit", permit_id(trip_.taken.permit)));
}

void TruthWatch::tell_trip(const LoadGone& gone, TimeUtc now) {
  const MotionState here = state_of(last_, last_.duration_s);
  end_excursion(now, here.at, here.odometer_m);  // what is gone is off no route
  std::vector<std::string_view> faults;
  const auto add = [&](bool applies, std::string_view fault) {
    if (applies) faults.push_back(fault);
  };
  add(gone.no_permit, "no_permit");
  add(gone.unapproved_place, "unapproved_place");
  add(gone.wrong_destination, "wrong_destination");
  add(!trip_.taken.origin_registered, "unknown_origin");
  add(gone.off_hours, "off_hours");
  add(trip_.off_route, "off_route");
  add(trip_.taken.manifest.empty(), "no_manifest");
  tell(now, line("trip_ended", now)
                .place(county_->frame(), here.at)
                .text_or_null("origin", origin_id())
                .text_or_null("destination", place_id(gone.destination))
                .time("loaded_at", trip_.loaded_at)
                .time("unloaded_at", now)
                .text_or_null("permit", permit_id(trip_.taken.permit))
                .text_or_null("manifest", trip_.taken.manifest)
                .metres("distance_m", here.odometer_m - trip_.odometer_m)
                .names("faults", faults));
  route_.end();
  loaded_ = false;
}

void TruthWatch::tell_note(const NoteOfTransfer& note, TimeUtc now) {
  const TimeUtc at = std::max({now, note.closed_at, note.voided_at});
  JsonLine said;
  said.text("id", note.id).time("at", at).text("permit", permit_id(note.permit)).text("vehicle", name_);
  said.text("origin", place_id(note.origin)).text("disposal", place_id(note.destination));
  said.time("opened_at", note.opened_at).metres("quantity_m3", note.quantity_m3);
  if (note.closed_at != no_time) said.time("closed_at", note.closed_at);
  if (note.voided_at != no_time) said.time("voided_at", note.voided_at);
  book_.manifests->add(at, vehicle_, said.finish());
}

void TruthWatch::finish(TimeUtc end) {
  if (halt_since_ != no_time) end_halt(end);
  if (stay_.start != no_time) end_stay(end, stay_.end == end);
  if (silence_.cause != nullptr) end_silence(end, last_.from, false);
}

}  // namespace haulwatch::simulation
