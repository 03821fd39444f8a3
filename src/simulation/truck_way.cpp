#include "truck_life.hpp"

#include <haulwatch/simulation/elementary.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace haulwatch::simulation {

namespace {

using geo::LocalPoint;

constexpr double set_out_radius_m = 9.0;
constexpr double walking_pace_mps = 1.3;
constexpr double manoeuvring_mps = 3.2;
constexpr double manoeuvring_m = 35.0;
constexpr double across_site_mps = 6.5;

bool stands_for(Act act) noexcept {
  switch (act) {
    case Act::cut:
    case Act::restore:
    case Act::die:
    case Act::revive:
    case Act::roll:
    case Act::roll_half:
    case Act::roll_empty:
    case Act::roll_end:
      return false;
    default:
      return true;
  }
}

void mark(WayPoint& point, Act act) noexcept {
  point.mark = stands_for(act) ? Mark::act : Mark::pass_act;
  point.act = static_cast<std::uint8_t>(act);
}

/// Whether roads meet within so many metres of a place on the way.
bool near_junction(const WayPoints& points, double at_m, double within_m) noexcept {
  double driven = 0.0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (i > 0) driven += geo::distance(points[i - 1].at, points[i].at);
    if (points[i].junction != nowhere && std::abs(driven - at_m) < within_m) return true;
    if (i + 1 < points.size() && points[i].mark == Mark::rail && std::abs(driven - at_m) < within_m) return true;
  }
  return false;
}

/// Leads the way off the lane and back onto it around a place where the truck stands.
void pull_in(WayPoints& points, double at_m, double aside_m, Act act) {
  const double lane = points[insert_way_point(points, at_m - 38.0)].right_m;
  const auto put = [&](double where_m, double right_m) {
    const std::size_t index = insert_way_point(points, where_m);
    points[index].right_m = right_m;
    points[index].radius_m = 40.0;
    return index;
  };
  put(at_m + 38.0, lane);
  const std::size_t last = put(at_m + 9.0, lane + aside_m);
  const std::size_t first = put(at_m - 9.0, lane + aside_m);
  for (std::size_t i = first; i <= last; ++i) points[i].right_m = lane + aside_m;
  mark(points[put(at_m, lane + aside_m)], act);
}

}  // namespace

RoadWay TruckLife::way_to(PlaceIndex place) {
  RoadWay rest = county().ways().to_place(here_.node, place);
  const RoadIndex beside = here_.lead_in.road;
  if (beside != nowhere && !rest.empty() && rest.front().road == beside) {
    // The way leads back: the truck turns here, not at the next junction.
    turn_round();
    face_back();
    rest = county().ways().to_place(here_.node, place);
  }
  RoadWay way;
  if (beside != nowhere) way.push_back(here_.lead_in);
  way.insert(way.end(), rest.begin(), rest.end());
  return way;
}

Handling TruckLife::handling() const noexcept {
  const bool loaded = motion_.state().load != LoadReading::empty;
  return {.accelerate_mps2 = loaded ? 0.62 : 0.95,
          .brake_mps2 = loaded ? 0.85 : 1.1,
          .sideways_mps2 = loaded ? 1.2 : 1.6,
          .pace = crew_.pace * (loaded ? 0.95 : 1.0),
          .wander = s_.profile->traffic.speed_wander,
          .top_mps = loaded ? 22.0 : 24.5};
}

void TruckLife::plan_stopover(Act act, double low_share, double high_share, double way_m, double aside_m) {
  if (way_m > 500.0) stopovers_.push_back({random_.uniform(low_share, high_share) * way_m, act, aside_m});
}

void TruckLife::add_rolling(WayPoints& points, double at_m) {
  const double length = random_.uniform(70.0, 130.0);
  const auto put = [&](double share, Act act) {
    const std::size_t index = insert_way_point(points, at_m + share * length);
    mark(points[index], act);
    return index;
  };
  // From the beginning on, so that an index stays what it was.
  const std::size_t first = put(0.0, Act::roll);
  const std::size_t last = put(1.0, Act::roll_end);
  for (std::size_t i = first; i < last; ++i) points[i].limit_mps = walking_pace_mps;
  put(0.75, Act::roll_empty);
  put(0.4, Act::roll_half);
}

void TruckLife::add_stopovers(WayPoints& points) {
  const double way_m = length_of(points);
  for (const Stopover& plan : stopovers_) {
    const double last_m = std::max(90.0, way_m - (plan.act == Act::roll ? 180.0 : 90.0));
    double at_m = std::clamp(plan.at_m, 90.0, last_m);
    for (int tries = 0; tries < 12 && near_junction(points, at_m, 75.0); ++tries)
      at_m = std::clamp(at_m + 47.0, 90.0, last_m);
    if (plan.act == Act::roll)
      add_rolling(points, at_m);
    else if (stands_for(plan.act))
      pull_in(points, at_m, plan.aside_m, plan.act);
    else
      mark(points[insert_way_point(points, plan.at_m)], plan.act);
  }
  stopovers_.clear();
}

void TruckLife::set_target(LocalPoint target, WayPoints& points) const {
  WayPoint last{.at = target, .radius_m = 9.0, .limit_mps = manoeuvring_mps, .sky = Sky::open};
  if (points.empty()) {
    points.push_back(last);
    return;
  }
  WayPoint& entry = points.back();
  entry.right_m = 0.0;
  entry.radius_m = 9.0;
  entry.limit_mps = manoeuvring_mps;
  const LocalPoint way = target - entry.at;
  const double distance = geo::norm(way);
  if (distance > 2.0 * manoeuvring_m) {
    // Across a large site at the pace that its ground allows, and slowly only where work is done.
    entry.limit_mps = across_site_mps;
    last.at = target - (manoeuvring_m / distance) * way;
    points.push_back(last);
    last.at = target;
  }
  points.push_back(last);
}

void TruckLife::drive(WayPoints& points) {
  const bool leaves_loaded = motion_.state().load != LoadReading::empty && here_.lead_in.road == nowhere;
  const double way_m = length_of(points);
  // Who hides a heap is not heard again beside it: a move within the same place leaves the terminal as it is.
  if (restore_planned_ && way_m > out_of_sight_m) {
    restore_planned_ = false;
    const double away_m = s_.profile->dumping.cut_lead_s.draw(random_) * 9.0;
    stopovers_.push_back({std::min(away_m, 0.9 * way_m), Act::restore, 0.0});
  }
  add_stopovers(points);
  s_.traffic->put_onto(points, motion_.clock_s(), random_);
  if (leaves_loaded && points.size() > 2 && points.front().mark == Mark::none && !motion_.state().cover_closed)
    mark(points.front(), Act::gate);
  Path path;
  make_path(motion_.pose(), points, set_out_radius_m, path);
  Drive{motion_, *s_.traffic, random_}.follow(path, handling(), Activity::driving,
                                              [this](std::uint8_t act) { perform(static_cast<Act>(act)); });
}

void TruckLife::drive_to(PlaceIndex place, const RoadWay& way, double trucks_in_front) {
  WayPoints points;
  append_way_points(county().network(), way, points);
  const LocalPoint entry = county().network().junction(county().place(place).entry).at;
  const LocalPoint target = working_place(place);
  const double distance = geo::distance(entry, target);
  const double room = std::max(0.0, (distance - 20.0) / queue_step_m);
  queued_steps_ = static_cast<int>(std::min(trucks_in_front, room));
  set_target(target + (queued_steps_ * queue_step_m / std::max(1.0, distance)) * (entry - target), points);
  drive(points);
  here_ = {county().place(place).entry, {}};
}

void TruckLife::stop_beside(const RoadStretch& stretch) {
  const Road& road = county().network().road(stretch.road);
  const double ahead = stretch.forward ? 18.0 : -18.0;
  here_.lead_in = stretch;
  here_.lead_in.enter_m = std::clamp(stretch.leave_m + ahead, 1.0, road.length_m - 1.0);
  here_.lead_in.leave_m = stretch.forward ? road.length_m : 0.0;
  here_.node = stretch.forward ? road.to : road.from;
}

void TruckLife::face_back() {
  const Road& road = county().network().road(here_.lead_in.road);
  RoadStretch& lead_in = here_.lead_in;
  const double twice_ahead = lead_in.forward ? -36.0 : 36.0;
  lead_in.enter_m = std::clamp(lead_in.enter_m + twice_ahead, 1.0, road.length_m - 1.0);
  lead_in.forward = !lead_in.forward;
  lead_in.leave_m = lead_in.forward ? road.length_m : 0.0;
  here_.node = lead_in.forward ? road.to : road.from;
}

void TruckLife::turn_round() {
  // Three strokes on a narrow road: left ahead, right back, left ahead.
  shunt(11.0, -1.0 / 9.0);
  motion_.stand(work().manoeuvre.draw(random_), Activity::other);
  shunt_back(9.0, -1.0 / 9.5);
  motion_.stand(work().manoeuvre.draw(random_), Activity::other);
  shunt(9.0, -1.0 / 9.0);
}

void TruckLife::shunt(double length_m, double curvature_per_m) {
  const double top = std::min(2.2, std::sqrt(0.5 * length_m));
  motion_.move(0.5 * length_m, curvature_per_m, 0.0, top, Activity::driving);
  motion_.move(0.5 * length_m, curvature_per_m, top, 0.0, Activity::driving);
}

void TruckLife::shunt_back(double length_m, double curvature_per_m) {
  const double top = std::min(1.4, std::sqrt(0.4 * length_m));
  motion_.move_back(0.5 * length_m, curvature_per_m, 0.0, top, Activity::driving);
  motion_.move_back(0.5 * length_m, curvature_per_m, top, 0.0, Activity::driving);
}

// The arguments of a call are evaluated in an order that compilers choose: two draws never stand in one call.
void TruckLife::shunt_at_random(Range length_m, double curvature_per_m) {
  const double length = random_.uniform(length_m.low, length_m.high);
  shunt(length, random_.uniform(-curvature_per_m, curvature_per_m));
}

void TruckLife::shunt_back_at_random(Range length_m, double curvature_per_m) {
  const double length = random_.uniform(length_m.low, length_m.high);
  shunt_back(length, random_.uniform(-curvature_per_m, curvature_per_m));
}

void TruckLife::perform(Act act) {
  VehicleState& state = motion_.state();
  const double since = motion_.clock_s();
  switch (act) {
    case Act::gate:
      motion_.stand(work().at_the_gate.draw(random_), Activity::other);
      state.cover_closed = true;
      return;
    case Act::errand:
      return motion_.stand(work().errand.draw(random_), Activity::other);
    case Act::rest:
      motion_.stand(work().rest.draw(random_), Activity::parking);
      if (state.load != LoadReading::empty) look_alike("loaded_rest", since);
      return;
    case Act::breakdown: {
      motion_.stand(random_.uniform(20.0, 90.0), Activity::other);
      const double back = random_.uniform(6.0, 14.0);
      shunt_back(back, 0.0);
      state.ignition = false;
      motion_.stand(std::min(random_.log_normal(1100.0, 0.7), 9000.0), Activity::parking);
      state.ignition = true;
      motion_.stand(random_.uniform(5.0, 60.0), Activity::parking);
      shunt(back, 0.0);
      if (state.load != LoadReading::empty) look_alike("breakdown", since);
      return;
    }
    case Act::empty_lift:
      state.cover_closed = false;
      motion_.stand(random_.uniform(10.0, 60.0), Activity::other);
      lift_body(random_.uniform(25.0, 120.0));
      motion_.stand(random_.uniform(5.0, 50.0), Activity::other);
      state.cover_closed = true;
      return look_alike("empty_lift", since);
    case Act::loaded_lift:
      motion_.stand(random_.uniform(5.0, 40.0), Activity::other);
      lift_body(random_.uniform(6.0, 25.0));
      motion_.stand(random_.uniform(5.0, 60.0), Activity::other);
      return look_alike("loaded_lift", since);
    case Act::cut:
      state.terminal_cut = true;
      restore_planned_ = true;
      return motion_.remark(Silenced{"terminal_cut"});
    case Act::die:
      state.terminal_cut = true;
      return motion_.remark(Silenced{"terminal_died"});
    case Act::revive:
      state.terminal_cut = false;
      return look_alike("terminal_died", since);
    case Act::restore:
      state.terminal_cut = false;
      return;
    case Act::roll:
      rolling_since_s_ = since;
      rolled_from_ = motion_.pose().at;
      state.body_raised = true;
      state.cover_closed = false;
      return;
    case Act::roll_half:
      state.load = LoadReading::half;
      return;
    case Act::roll_empty:
      state.load = LoadReading::empty;
      return;
    case Act::roll_end:
      note_dumped(rolling_since_s_, rolled_from_, "rolling", "road_edge");
      state.body_raised = false;
      state.cover_closed = true;
      return;
  }
}

}  // namespace haulwatch::simulation
