#include "truck_life.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

namespace haulwatch::simulation {

namespace {

/// The stretches of a way on which something can happen that needs room, the quiet roads first.
std::optional<std::size_t> quiet_stretch(const RoadNetwork& network, const RoadWay& way, Random& random) {
  std::vector<std::size_t> quiet;
  std::vector<std::size_t> busy;
  double way_before_m = 0.0;
  for (std::size_t i = 1; i + 1 < way.size(); ++i) {
    way_before_m += std::abs(way[i - 1].leave_m - way[i - 1].enter_m);
    if (way_before_m < out_of_sight_m || std::abs(way[i].leave_m - way[i].enter_m) < 280.0) continue;
    (network.road(way[i].road).kind == RoadClass::local ? quiet : busy).push_back(i);
  }
  const auto& all = quiet.empty() ? busy : quiet;
  if (all.empty()) return std::nullopt;
  return all[random.whole(all.size())];
}

}  // namespace

RoadWay TruckLife::haul_way(PlaceIndex destination) {
  if (here_.node != county().place(permit().origin).entry) return way_to(destination);
  std::vector<const CountyRoute*> routes;
  for (const std::uint32_t index : permit().routes)
    if (county().routes()[index].disposal == destination) routes.push_back(&county().routes()[index]);
  if (routes.empty()) return way_to(destination);
  const CountyRoute& route = *routes[random_.whole(routes.size())];
  RoadWay way = county().way_of(route);
  const bool closed =
      Random::stream(s_.seed, "closed", day_, destination).chance(s_.profile->traffic.closed_road.value);
  if (closed || random_.chance(s_.profile->offences.off_route.value)) return other_way(destination, way);
  return way;
}

RoadWay TruckLife::other_way(PlaceIndex destination, const RoadWay& usual) {
  const auto& vias = county().ways().vias();
  for (int tries = 0; tries < 6 && !vias.empty(); ++tries) {
    RoadWay way = county().ways().by(here_.node, one_of(vias), destination);
    if (!way.empty() && length_of(way) < 1.8 * length_of(usual) + 1500.0) return way;
  }
  return usual;
}

void TruckLife::haul_honestly() {
  RoadWay way = pass_time_loaded(haul_way(destination_));
  if (random_.chance(work().errands.value)) plan_stopover(Act::errand, 0.15, 0.85, length_of(way), 2.8);
  drive_to(destination_, way, random_.exponential(work().trucks_at_the_disposal));
  hand_over(destination_);
}

void TruckLife::haul_wrong() {
  PlaceIndex wrong = one_of(county().sites(registry::SiteRole::disposal));
  if (wrong == nowhere) wrong = destination_;
  drive_to(wrong, way_to(wrong));
  hand_over(wrong);
}

RoadWay TruckLife::pass_time_loaded(RoadWay way) {
  const LookAlikeDoses& doses = s_.profile->look_alikes;
  const double way_m = length_of(way);
  // At most one of them a load, each as likely as its dose.
  double draw = random_.uniform();
  const auto falls_on = [&draw](Share share) {
    const bool hit = draw >= 0.0 && draw < share.value;
    draw -= share.value;
    return hit;
  };
  if (falls_on(doses.loaded_rest)) {
    if (random_.chance(0.6)) return rest_off_road(std::move(way));
    plan_stopover(Act::rest, 0.2, 0.8, way_m, random_.uniform(3.5, 7.0));
  } else if (falls_on(doses.breakdown)) {
    plan_stopover(Act::breakdown, 0.15, 0.85, way_m, 3.2);
  } else if (falls_on(doses.wrong_turn)) {
    return wrong_turn(std::move(way));
  } else if (falls_on(doses.loaded_lift)) {
    plan_stopover(Act::loaded_lift, 0.15, 0.85, way_m, 3.6);
  } else if (falls_on(doses.terminal_dies)) {
    const double from = random_.uniform(0.1, 0.5);
    stopovers_.push_back({from * way_m, Act::die, 0.0});
    stopovers_.push_back({random_.uniform(from + 0.15, 0.95) * way_m, Act::revive, 0.0});
  }
  return way;
}

RoadWay TruckLife::rest_off_road(RoadWay way) {
  const PlaceIndex place = one_of(county().hidden(PlaceKind::rest_place));
  if (place == nowhere) return way;
  drive_to(place, way_to(place));
  const double since = motion_.clock_s();
  motion_.stand(random_.uniform(10.0, 60.0), Activity::parking);
  motion_.state().ignition = random_.chance(0.4);
  motion_.stand(work().rest.draw(random_), Activity::parking);
  motion_.state().ignition = true;
  if (random_.chance(0.5)) shunt_back(random_.uniform(6.0, 12.0), 0.03);
  motion_.stand(random_.uniform(5.0, 30.0), Activity::parking);
  look_alike("loaded_rest", since);
  return way_to(destination_);
}

RoadWay TruckLife::wrong_turn(RoadWay way) {
  const RoadNetwork& network = county().network();
  for (int tries = 0; tries < 10 && way.size() > 4; ++tries) {
    const std::size_t last = 1 + random_.whole(way.size() - 3);
    const RoadStretch& before = way[last];
    const NodeIndex node = before.forward ? network.road(before.road).to : network.road(before.road).from;
    const RoadIndex side = one_of(network.junction(node).roads);
    if (side == before.road || side == way[last + 1].road || network.road(side).length_m < 340.0 ||
        network.road(side).kind == RoadClass::driveway)
      continue;
    RoadStretch astray = network.whole(side, node);
    const double far = random_.uniform(110.0, 0.7 * network.road(side).length_m);
    astray.leave_m = astray.enter_m + (astray.forward ? far : -far);
    // The rest of the way, and in front of it the stretch that leads back.
    RoadWay rest{way.begin() + static_cast<std::ptrdiff_t>(last), way.end()};
    way.resize(last + 2);
    way.back() = astray;
    WayPoints points;
    append_way_points(network, way, points);
    drive(points);
    const double since = motion_.clock_s();
    motion_.stand(random_.uniform(3.0, 90.0), Activity::other);
    turn_round();
    stop_beside(astray);
    face_back();
    look_alike("wrong_turn", since);
    rest.front() = here_.lead_in;
    return rest;
  }
  return way;
}

void TruckLife::plan_cut(double dump_at_m) {
  const DumpingDoses& doses = s_.profile->dumping;
  if (!random_.chance(doses.terminal_cut.value)) return;
  const double ahead_m = doses.cut_lead_s.draw(random_) * 9.0;
  stopovers_.push_back({std::max(0.1 * dump_at_m, dump_at_m - ahead_m), Act::cut, 0.0});
}

void TruckLife::dump() {
  const DumpingDoses& doses = s_.profile->dumping;
  last_act_ = random_.chance(doses.as_last_act.value);
  const std::array<double, 3> manners{doses.standing, doses.quick, doses.rolling};
  if (random_.pick(manners) == 2) return dump_rolling();
  const std::array<double, 4> places{doses.at_old_heap, doses.at_new_place, doses.at_road_edge, doses.disguised};
  switch (random_.pick(places)) {
    case 0:
      return dump_off_road(one_of(county().hidden(PlaceKind::old_heap)), "old_heap");
    case 1:
      return dump_off_road(one_of(county().hidden(PlaceKind::new_place)), "new_place");
    case 2:
      return dump_at_road_edge();
    default:
      return dump_off_road(
          one_of(county().sites(random_.chance(0.6) ? registry::SiteRole::parking : registry::SiteRole::service)),
          "disguised");
  }
}

void TruckLife::dump_off_road(PlaceIndex place, const char* place_kind) {
  if (place == nowhere) return dump_at_road_edge();
  RoadWay way = way_to(place);
  plan_cut(length_of(way));
  drive_to(place, way);
  dump_here(place_kind);
}

void TruckLife::dump_at_road_edge() {
  const RoadNetwork& network = county().network();
  RoadWay usual = haul_way(destination_);
  RoadWay way = random_.chance(0.6) ? other_way(destination_, usual) : usual;
  const std::optional<std::size_t> at = quiet_stretch(network, way, random_);
  if (!at) return dump_off_road(one_of(county().hidden(PlaceKind::new_place)), "new_place");
  way.resize(*at + 1);
  RoadStretch& last = way.back();
  last.leave_m = last.enter_m + random_.uniform(0.45, 0.75) * (last.leave_m - last.enter_m);
  const RoadStretch beside = last;
  plan_cut(length_of(way));
  WayPoints points;
  append_way_points(network, way, points);
  const double aside = random_.uniform(3.0, 8.0);
  const double way_m = length_of(points);
  for (std::size_t i = insert_way_point(points, way_m - 9.0); i < points.size(); ++i) points[i].right_m += aside;
  insert_way_point(points, way_m - 38.0);
  drive(points);
  stop_beside(beside);
  dump_here("road_edge");
  if (!random_.chance(s_.profile->dumping.turns_back.value)) return;
  turn_round();
  face_back();
}

void TruckLife::dump_here(const char* place_kind) {
  const DumpingDoses& doses = s_.profile->dumping;
  const std::array<double, 2> manners{doses.standing, doses.quick};
  const bool quick = doses.standing + doses.quick > 0.0 && random_.pick(manners) == 1;
  if (!quick) {
    motion_.stand(work().manoeuvre.draw(random_), Activity::other);
    if (random_.chance(0.5)) shunt_at_random({8.0, 13.0}, 0.1);
    motion_.stand(work().manoeuvre.draw(random_), Activity::other);
    shunt_back_at_random({7.0, 16.0}, 0.05);
  }
  const double since = motion_.clock_s();
  const geo::LocalPoint at = motion_.pose().at;
  motion_.stand(random_.uniform(2.0, quick ? 6.0 : 20.0), Activity::dumping);
  lose_load((quick ? doses.quick_s : doses.standing_s).draw(random_), Activity::dumping);
  if (quick || random_.chance(0.5)) {
    // Off at once, the body still coming down.
    note_dumped(since, at, quick ? "quick" : "standing", place_kind);
    shunt(random_.uniform(3.0, 8.0), 0.0);
    motion_.state().body_raised = false;
  } else {
    motion_.state().body_raised = false;
    motion_.stand(random_.uniform(4.0, 20.0), Activity::dumping);
    note_dumped(since, at, "standing", place_kind);
  }
  motion_.state().cover_closed = true;
}

void TruckLife::note_dumped(double since_s, geo::LocalPoint at, const char* manner, const char* place_kind) {
  motion_.remark(Dumped{.start = instant(since_s),
                        .end = motion_.now(),
                        .at = at,
                        .manner = manner,
                        .place_kind = place_kind,
                        .terminal_cut = motion_.state().terminal_cut,
                        .last_act = last_act_});
  note_gone({.unapproved_place = true});
}

void TruckLife::dump_rolling() {
  PlaceIndex next = last_act_ ? permit().depot : permit().origin;
  RoadWay way = other_way(next, county().ways().to_place(here_.node, next));
  // From a building site back to itself there is no way but by a detour.
  if (way.size() < 5) {
    next = destination_;
    way = haul_way(next);
  }
  const std::optional<std::size_t> at = quiet_stretch(county().network(), way, random_);
  if (!at) return dump_at_road_edge();
  double at_m = 0.35 * std::abs(way[*at].leave_m - way[*at].enter_m);
  for (std::size_t i = 0; i < *at; ++i) at_m += std::abs(way[i].leave_m - way[i].enter_m);
  plan_cut(at_m);
  stopovers_.push_back({at_m, Act::roll, 0.0});
  drive_to(next, way);
  // Where the way had no room for it, the load is still there.
  if (motion_.state().load != LoadReading::empty) next_ = Next::haul;
}

}  // namespace haulwatch::simulation
