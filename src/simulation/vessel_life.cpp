#include "vessel_life.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace haulwatch::simulation {

namespace {

constexpr Handling vessel_handling{
    .accelerate_mps2 = 0.04, .brake_mps2 = 0.05, .sideways_mps2 = 0.06, .pace = 1.0, .wander = 0.06, .top_mps = 5.0};
constexpr double keep_right_m = 14.0;
enum : std::uint8_t { open_doors, half_gone, all_gone, close_doors };

double along(const County& county, PlaceIndex dock) noexcept {
  return county.place(dock).on_waterway_m;
}

/// The waterway from one place to another, in the direction of sailing.
WayPoints reach(const County& county, double from_m, double to_m, double speed_mps) {
  std::vector<RoadPoint> line;
  for (const geo::LocalPoint at : county.waterway()) line.push_back({.at = at, .limit_mps = speed_mps});
  RoadNetwork water;
  const NodeIndex upstream = water.add_junction(line.front().at);
  const NodeIndex downstream = water.add_junction(line.back().at);
  const RoadIndex river = water.add_road(upstream, downstream, RoadClass::local, line);
  WayPoints points;
  append_way_points(water, {{river, to_m > from_m, from_m, to_m}}, points);
  for (WayPoint& point : points) {
    point.right_m = keep_right_m;
    point.junction = nowhere;
    point.road = nowhere;
  }
  return points;
}

Pose berth(const Surroundings& s, const Crew& crew) {
  const double at_m = along(*s.county, s.county->permits()[crew.permit].origin);
  const WayPoints points = reach(*s.county, at_m, at_m + 60.0, 3.0);
  Path path;
  make_path({points.front().at, 0.0}, points, 20.0, path);
  return {path.back().from, path.back().heading_rad};
}

}  // namespace

VesselLife::VesselLife(const Surroundings& surroundings, std::uint32_t vehicle, const Crew& crew)
    : Life{berth(surroundings, crew), surroundings},
      s_{surroundings},
      vehicle_{vehicle},
      crew_{crew},
      random_{Random::stream(surroundings.seed, "vessel", vehicle)},
      at_{surroundings.county->permits()[crew.permit].origin} {}

void VesselLife::live_on() {
  if (loaded_) {
    sail(destination_, random_.chance(s_.profile->vessels.dumping.value));
    return unload();
  }
  if (at_ != permit().origin) return sail(permit().origin, false);
  load();
}

void VesselLife::load() {
  motion_.stand(random_.log_normal(2400.0, 0.8), Activity::parking);
  const double total = random_.log_normal(5400.0, 0.35);
  motion_.stand(0.5 * total, Activity::loading);
  motion_.state().load = LoadReading::half;
  motion_.stand(0.5 * total, Activity::loading);
  motion_.state().load = LoadReading::full;
  loaded_ = true;
  destination_ = permit().disposals[random_.whole(permit().disposals.size())];
  note_ = {.id = "note-" + std::to_string(vehicle_ + 1) + "-" + std::to_string(++loads_),
           .permit = crew_.permit,
           .origin = at_,
           .destination = destination_,
           .opened_at = motion_.now(),
           .quantity_m3 = std::floor(random_.uniform(2000.0, 4200.0)) / 10.0};
  motion_.remark(note_);
  motion_.remark(LoadTaken{.origin = at_, .origin_registered = true, .permit = crew_.permit, .manifest = note_.id});
}

void VesselLife::sail(PlaceIndex dock, bool dumps) {
  const double speed = (loaded_ ? 2.6 : 3.4) * random_.uniform(0.9, 1.1);
  WayPoints points = reach(*s_.county, along(*s_.county, at_), along(*s_.county, dock), speed);
  const double way_m = length_of(points);
  if (dumps && way_m > 1500.0) {
    const double at_m = random_.uniform(0.3, 0.7) * way_m;
    const auto put = [&](double where_m, std::uint8_t act) {
      const std::size_t index = insert_way_point(points, where_m);
      points[index].mark = Mark::pass_act;
      points[index].act = act;
      return index;
    };
    const std::size_t first = put(at_m, open_doors);
    const std::size_t last = put(at_m + 420.0, close_doors);
    for (std::size_t i = first; i < last; ++i) points[i].limit_mps = 1.1;
    put(at_m + 300.0, all_gone);
    put(at_m + 150.0, half_gone);
  }
  Path path;
  make_path(motion_.pose(), points, 32.0, path);
  Drive{motion_, *s_.traffic, random_}.follow(path, vessel_handling, Activity::driving,
                                              [this](std::uint8_t act) { perform(act); });
  at_ = dock;
}

void VesselLife::unload() {
  motion_.stand(random_.log_normal(1500.0, 0.8), Activity::queueing);
  if (motion_.state().load != LoadReading::empty) {
    const double total = random_.log_normal(4800.0, 0.35);
    motion_.stand(0.5 * total, Activity::unloading);
    motion_.state().load = LoadReading::half;
    motion_.stand(0.5 * total, Activity::unloading);
    motion_.state().load = LoadReading::empty;
    motion_.remark(LoadGone{.destination = at_});
    note_.closed_at = motion_.now();
    motion_.remark(note_);
  }
  loaded_ = false;
}

void VesselLife::perform(std::uint8_t act) {
  switch (act) {
    case open_doors:
      dump_since_s_ = motion_.clock_s();
      dumped_at_ = motion_.pose().at;
      return;
    case half_gone:
      motion_.state().load = LoadReading::half;
      return;
    case all_gone:
      motion_.state().load = LoadReading::empty;
      return;
    default:
      motion_.remark(Dumped{.start = instant(dump_since_s_),
                            .end = motion_.now(),
                            .at = dumped_at_,
                            .manner = "rolling",
                            .place_kind = "water"});
      motion_.remark(LoadGone{.unapproved_place = true});
  }
}

}  // namespace haulwatch::simulation
