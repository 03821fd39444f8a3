#include "truck_life.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace haulwatch::simulation {

namespace {

constexpr double day_s = 86400.0;

/// The clock at an hour of the county's day.
double clock_at(std::int64_t day, double hour) noexcept {
  return static_cast<double>(day) * day_s + (hour - first_hour_of_day) * 3600.0;
}

/// When a shift that keeps to a permit's hours would begin.
double first_hour(const Hours& hours, Random& random) {
  if (hours.all_day()) return random.chance(0.7) ? random.uniform(6.2, 8.5) : random.uniform(18.5, 20.5);
  return hours.from_minute / 60.0 + random.uniform(0.2, 2.0);
}

Pose parked_pose(const Surroundings& s, PlaceIndex depot, Random random) {
  const Place& place = s.county->place(depot);
  const double east = random.uniform(-0.45, 0.45) * place.radius_m;
  const double north = random.uniform(-0.45, 0.45) * place.radius_m;
  return {{place.centre.x + east, place.centre.y + north}, random.uniform(0.0, 6.28)};
}

}  // namespace

TruckLife::TruckLife(const Surroundings& surroundings, std::uint32_t vehicle, const Crew& crew)
    : Life{parked_pose(surroundings, surroundings.county->permits()[crew.permit].depot,
                       Random::stream(surroundings.seed, "parked", vehicle)),
           surroundings},
      s_{surroundings},
      vehicle_{vehicle},
      crew_{crew},
      random_{Random::stream(surroundings.seed, "life", vehicle)} {
  here_.node = county().place(permit().depot).entry;
  motion_.state().ignition = false;
}

void TruckLife::live_on() {
  switch (next_) {
    case Next::start_day:
      return start_day();
    case Next::fetch:
      return fetch();
    case Next::load:
      return load();
    case Next::haul:
      return haul();
    case Next::go_on:
      return go_on();
    case Next::end_day:
      return end_day();
  }
}

void TruckLife::sleep_until(double clock_s) {
  motion_.state().ignition = false;
  motion_.stand(clock_s - motion_.clock_s(), Activity::parking);
  motion_.state().ignition = true;
  motion_.stand(random_.uniform(30.0, 400.0), Activity::parking);
}

void TruckLife::start_day() {
  // Each day has a stream of its own: a day can be drawn without those before it being lived the same.
  const auto today = static_cast<std::int64_t>(std::floor(motion_.clock_s() / day_s + first_hour_of_day / 24.0));
  day_ = std::max(day_ + 1, today);
  random_ = Random::stream(s_.seed, "day", vehicle_, day_);
  off_hours_today_ = random_.chance(s_.profile->offences.off_hours.value);
  double begin = clock_at(day_, first_hour(permit().hours, random_));
  if (off_hours_today_ && !permit().hours.all_day()) begin -= random_.uniform(1.0, 3.0) * 3600.0;
  if (random_.chance(work().day_off.value)) return sleep_until(std::max(motion_.clock_s(), clock_at(day_, 22.0)));
  const double length = std::max(3.0, random_.normal(work().shift_h, work().shift_spread_h)) * 3600.0;
  shift_end_s_ = begin + length;
  meal_at_s_ = begin + random_.uniform(0.35, 0.55) * length;
  last_act_ = false;
  if (begin > motion_.clock_s())
    sleep_until(begin);
  else
    sleep_until(motion_.clock_s() + random_.uniform(60.0, 1800.0));
  next_ = motion_.state().load == LoadReading::empty ? Next::fetch : Next::haul;
}

bool TruckLife::shift_is_over() const noexcept {
  const double now = motion_.clock_s();
  if (now > shift_end_s_) return true;
  // Nobody who keeps to the hours begins a load that would end after them.
  return !off_hours_today_ && !permit().hours.hold_at(now + 4500.0) && permit().hours.hold_at(now);
}

void TruckLife::fetch() {
  const OffenceDoses& offences = s_.profile->offences;
  origin_ = permit().origin;
  if (random_.chance(offences.black_origin.value)) origin_ = one_of(county().hidden(PlaceKind::black_site));
  if (random_.chance(offences.from_abroad.value)) origin_ = one_of(county().hidden(PlaceKind::foreign_site));
  if (origin_ == nowhere) origin_ = permit().origin;
  RoadWay way = way_to(origin_);
  const double way_m = length_of(way);
  if (random_.chance(s_.profile->look_alikes.empty_lift.value)) plan_stopover(Act::empty_lift, 0.1, 0.8, way_m, 4.5);
  if (random_.chance(work().errands.value)) plan_stopover(Act::errand, 0.15, 0.9, way_m, 2.8);
  drive_to(origin_, way, random_.exponential(work().trucks_at_the_loader));
  next_ = Next::load;
}

void TruckLife::load() {
  queue();
  take_load(origin_);
  next_ = Next::haul;
}

void TruckLife::haul() {
  const double clock = motion_.clock_s();
  const bool late = clock > shift_end_s_ - 3600.0;
  if (late && !keeps_load_overnight_ && random_.chance(4.0 * s_.profile->look_alikes.loaded_overnight.value)) {
    keeps_load_overnight_ = true;
    next_ = Next::end_day;
    return end_day();
  }
  const bool delivers_late = std::exchange(keeps_load_overnight_, false);
  const DumpingDoses& dumping = s_.profile->dumping;
  next_ = Next::go_on;
  if (!delivers_late && crew_.dishonest && random_.chance(dumping.loads.value)) return dump();
  if (random_.chance(s_.profile->offences.wrong_site.value)) return haul_wrong();
  haul_honestly();
}

void TruckLife::go_on() {
  if (last_act_ || shift_is_over()) {
    next_ = Next::end_day;
    return end_day();
  }
  next_ = Next::fetch;
  if (motion_.clock_s() > meal_at_s_) {
    meal_at_s_ = shift_end_s_ + day_s;
    if (random_.chance(work().meal_beside_road.value)) {
      const PlaceIndex place = one_of(county().hidden(PlaceKind::rest_place));
      if (place != nowhere) {
        drive_to(place, way_to(place));
        motion_.state().ignition = random_.chance(0.3);
        motion_.stand(work().meal.draw(random_), Activity::parking);
        motion_.state().ignition = true;
        return;
      }
    }
    return take_break(ServiceKind::canteen, work().meal);
  }
  if (random_.chance(work().refuels.value)) return take_break(ServiceKind::fuel, work().refuel);
  if (random_.chance(work().washes.value)) return take_break(ServiceKind::washing, work().wash);
  if (random_.chance(work().repairs.value)) return take_break(ServiceKind::repair, work().repair);
  if (random_.chance(work().rests.value)) {
    const PlaceIndex place = one_of(county().sites(registry::SiteRole::parking));
    if (place != nowhere) {
      drive_to(place, way_to(place));
      motion_.stand(work().rest.draw(random_), Activity::parking);
      return;
    }
  }
  fetch();
}

void TruckLife::take_break(ServiceKind kind, const Duration& duration) {
  const PlaceIndex place = one_of(county().services(kind));
  if (place == nowhere) return fetch();
  const RoadWay way = way_to(place);
  drive_to(place, way, kind == ServiceKind::fuel ? random_.exponential(0.6) : 0.0);
  queue();
  const bool off = kind != ServiceKind::washing;
  motion_.state().ignition = !off;
  const double body_up_s = kind == ServiceKind::washing && random_.chance(0.3) ? random_.uniform(30.0, 150.0) : 0.0;
  motion_.stand(duration.draw(random_), Activity::parking);
  if (body_up_s > 0.0) {
    motion_.state().body_raised = true;
    motion_.stand(body_up_s, Activity::parking);
    motion_.state().body_raised = false;
  }
  motion_.state().ignition = true;
  motion_.stand(random_.uniform(5.0, 40.0), Activity::parking);
}

void TruckLife::end_day() {
  const double came_home_s = motion_.clock_s();
  drive_to(permit().depot, way_to(permit().depot));
  motion_.stand(random_.uniform(20.0, 240.0), Activity::parking);
  motion_.state().ignition = false;
  motion_.stand(60.0, Activity::parking);
  if (motion_.state().load != LoadReading::empty) look_alike("loaded_overnight", came_home_s);
  next_ = Next::start_day;
}

void TruckLife::look_alike(const char* name, double since_s) {
  motion_.remark(LookAlike{name, instant(since_s), motion_.now(), motion_.pose().at});
}

}  // namespace haulwatch::simulation
