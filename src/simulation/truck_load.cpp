#include "truck_life.hpp"

#include <haulwatch/simulation/elementary.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>

namespace haulwatch::simulation {

using geo::LocalPoint;

LocalPoint TruckLife::working_place(PlaceIndex place) {
  const Place& at = county().place(place);
  const bool works = at.kind != PlaceKind::site || at.role == registry::SiteRole::origin ||
                     at.role == registry::SiteRole::disposal || at.role == registry::SiteRole::transfer;
  const auto within = [&at](Random& random, double share) {
    const double angle = random.uniform(0.0, 2.0 * std::numbers::pi);
    const double radius = share * at.radius_m * std::sqrt(random.uniform());
    const SineCosine direction = sine_cosine(angle);
    return LocalPoint{radius * direction.cosine, radius * direction.sine};
  };
  if (!works) return at.centre + within(random_, 0.5);
  // The loader and the tipping edge stay for a day: trucks follow each other to nearly the same place.
  Random of_day = Random::stream(s_.seed, "working place", place, day_);
  return at.centre + within(of_day, 0.32) + within(random_, 4.0 / at.radius_m);
}

void TruckLife::queue() {
  for (; queued_steps_ > 0; --queued_steps_) {
    motion_.stand(work().queue_step.draw(random_), Activity::queueing);
    shunt(queue_step_m, 0.0);
  }
}

void TruckLife::take_load(PlaceIndex origin) {
  VehicleState& state = motion_.state();
  const double total = work().loading.draw(random_);
  motion_.stand(random_.uniform(5.0, 30.0), Activity::loading);
  state.cover_closed = false;
  motion_.stand(0.4 * total, Activity::loading);
  state.load = LoadReading::half;
  if (random_.chance(0.25)) {
    motion_.stand(random_.uniform(1.0, 4.0), Activity::loading);
    shunt(random_.uniform(2.5, 5.0), 0.0);
  }
  motion_.stand(0.4 * total, Activity::loading);
  state.load = LoadReading::full;
  motion_.stand(0.2 * total, Activity::loading);
  if (random_.chance(0.4)) state.cover_closed = true;
  note_taken(origin);
}

void TruckLife::note_taken(PlaceIndex origin) {
  const bool registered = county().place(origin).kind == PlaceKind::site;
  loaded_under_permit_ = registered && crew_.named_in_permit;
  loaded_off_hours_ = !permit().hours.hold_at(motion_.clock_s());
  destination_ = one_of(permit().disposals);
  ++loads_;
  LoadTaken taken{.origin = origin, .origin_registered = registered};
  if (loaded_under_permit_) taken.permit = crew_.permit;
  note_ = {};
  if (loaded_under_permit_ && !random_.chance(s_.profile->offences.no_manifest.value)) {
    note_.id = "note-" + std::to_string(vehicle_ + 1) + "-" + std::to_string(loads_);
    note_.permit = crew_.permit;
    note_.origin = origin;
    note_.destination = destination_;
    note_.opened_at = motion_.now();
    note_.quantity_m3 = std::floor(random_.uniform(140.0, 200.0)) / 10.0;
    motion_.remark(note_);
  }
  taken.manifest = note_.id;
  motion_.remark(std::move(taken));
}

void TruckLife::note_gone(LoadGone gone) {
  gone.no_permit = !loaded_under_permit_ && county().place(origin_).kind == PlaceKind::site;
  gone.off_hours = loaded_under_permit_ && (loaded_off_hours_ || !permit().hours.hold_at(motion_.clock_s()));
  motion_.remark(gone);
  if (note_.id.empty()) return;
  // Who has dumped closes the note as if all were well, or lets it lie.
  if (gone.unapproved_place && random_.chance(0.5)) return;
  const double later = random_.uniform(0.0, 30.0);
  note_.closed_at = instant(motion_.clock_s() + later);
  if (random_.chance(work().manifest_voided.value)) std::swap(note_.closed_at, note_.voided_at);
  motion_.remark(note_);
}

void TruckLife::lift_body(double seconds) {
  motion_.state().body_raised = true;
  motion_.stand(seconds, Activity::other);
  motion_.state().body_raised = false;
}

void TruckLife::lose_load(double seconds, Activity activity) {
  VehicleState& state = motion_.state();
  state.cover_closed = false;
  state.body_raised = true;
  const double first = random_.uniform(0.25, 0.45);
  motion_.stand(first * seconds, activity);
  state.load = LoadReading::half;
  motion_.stand(0.25 * seconds, activity);
  state.load = LoadReading::empty;
  motion_.stand((0.75 - first) * seconds, activity);
}

void TruckLife::tip(const Duration& standing) {
  motion_.stand(work().manoeuvre.draw(random_), Activity::other);
  const double side = random_.chance(0.5) ? 1.0 : -1.0;
  const double radius = random_.uniform(8.5, 13.0);
  shunt(random_.uniform(9.0, 14.0), side / radius);
  motion_.stand(work().manoeuvre.draw(random_), Activity::other);
  shunt_back_at_random({10.0, 20.0}, 0.04);
  motion_.stand(random_.uniform(4.0, 25.0), Activity::unloading);
  lose_load(standing.draw(random_), Activity::unloading);
  // The body is shaken out a few metres on and comes down there.
  if (random_.chance(0.6)) shunt(random_.uniform(2.0, 6.0), 0.0);
  motion_.stand(random_.uniform(3.0, 15.0), Activity::unloading);
  motion_.state().body_raised = false;
  motion_.stand(random_.uniform(4.0, 20.0), Activity::unloading);
  motion_.state().cover_closed = true;
}

void TruckLife::hand_over(PlaceIndex destination) {
  queue();
  const double since = motion_.clock_s();
  tip(work().unloading);
  const Place& place = county().place(destination);
  const auto& allowed = permit().disposals;
  LoadGone gone{.destination = destination};
  gone.wrong_destination =
      loaded_under_permit_ && std::find(allowed.begin(), allowed.end(), destination) == allowed.end();
  note_gone(gone);
  if (place.role == registry::SiteRole::transfer || place.role == registry::SiteRole::dock)
    look_alike("legal_transfer", since);
}

}  // namespace haulwatch::simulation
