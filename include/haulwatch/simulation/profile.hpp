#pragma once

#include <haulwatch/error.hpp>
#include <haulwatch/simulation/random.hpp>
#include <haulwatch/simulation/terminal_profile.hpp>

#include <span>
#include <string>
#include <string_view>

namespace haulwatch::simulation {

/// A log-normal time with bounds: what lies beyond them is drawn again.
struct Duration {
  double median_s = 60.0;
  double spread = 0.5;  ///< standard deviation of the natural logarithm
  double least_s = 0.0;
  double most_s = 86400.0;

  [[nodiscard]] double draw(Random& random) const noexcept;
};

/// How large the county is and what stands in it.
struct CountyDoses {
  double width_m = 22000.0;
  double height_m = 16000.0;
  double junction_spacing_m = 1500.0;
  Share lanes_missing{0.22};    ///< of the local roads between neighbouring junctions
  double village_lanes = 40.0;  ///< further lanes between two roads
  Share lights{0.7};            ///< of the junctions of two arterials
  Share canyon{0.12};           ///< of the town's stretches, between high buildings; the rest of the town is urban
  Share tunnels{0.015};         ///< of the roads, on a stretch of some 300 m
  Share no_coverage{0.02};      ///< of the roads, on which reports have to wait
  double origins = 22.0;        ///< registered building sites
  double disposals = 7.0;
  double transfers = 2.0;
  double docks = 4.0;
  double depots = 6.0;
  double parkings = 5.0;
  double services = 16.0;      ///< fuel, washing, repair, canteens in turn
  double old_heaps = 4.0;      ///< off the road, not registered, dumped at again and again
  double new_places = 60.0;    ///< off the road, not registered, each for few loads
  double rest_places = 14.0;   ///< off the road, not registered, where drivers rest or eat
  double black_sites = 3.0;    ///< where loads begin without being registered
  double foreign_sites = 3.0;  ///< beyond the boundary, where loads begin
  double permits = 32.0;
  Share permits_at_night{0.25};    ///< valid from 19:00 to 06:00
  Share permits_by_day{0.35};      ///< valid from 06:00 to 19:00; the rest all day
  Range half_width_m{30.0, 60.0};  ///< of the routes of permits
  double watch_zones = 5.0;
  double forbidden_zones = 2.0;
  double speed_zones = 6.0;
};

/// What trucks meet on the road.
struct TrafficDoses {
  double jam_share_at_peak = 0.18;  ///< of the roads at the height of rush hour
  double jam_share_by_day = 0.02;
  double jam_halt_s = 14.0;          ///< median
  double cars_before_a_light = 1.6;  ///< mean number of vehicles that stand before the truck at a stop line
  double driver_spread = 0.08;       ///< standard deviation of how much faster a driver goes than others
  double speed_wander = 0.12;        ///< standard deviation of a driver's own speed from one stretch to the next
  Share closed_road{0.03};           ///< of routes, on any one day, that are closed somewhere
};
using TrafficProfile = TrafficDoses;

/// What honest work is like.
struct WorkDoses {
  Duration loading{420.0, 0.45, 180.0, 1800.0};
  Duration unloading{200.0, 0.5, 60.0, 900.0};  ///< standing with the body up
  Duration manoeuvre{6.0, 0.5, 2.0, 30.0};      ///< standstill before the gear is changed
  Duration at_the_gate{45.0, 0.6, 8.0, 400.0};  ///< weighbridge, wheel wash, covering
  Duration queue_step{80.0, 0.7, 10.0, 700.0};
  double trucks_at_the_loader = 0.8;  ///< mean number that wait before one
  double trucks_at_the_disposal = 0.6;
  Duration meal{1900.0, 0.35, 900.0, 5400.0};
  Duration refuel{420.0, 0.4, 180.0, 1500.0};
  Duration wash{600.0, 0.5, 200.0, 2400.0};
  Duration repair{4200.0, 0.7, 900.0, 20000.0};
  Duration rest{900.0, 0.6, 180.0, 5400.0};
  Duration errand{150.0, 0.7, 30.0, 900.0};  ///< a short halt beside the road, empty or loaded
  double shift_h = 10.0;
  double shift_spread_h = 1.2;
  Share meal_beside_road{0.25};
  Share refuels{0.06};  ///< of trips, after unloading; the same for what follows
  Share washes{0.08};
  Share repairs{0.008};
  Share rests{0.05};
  Share errands{0.10};  ///< of drives
  Share manifest_voided{0.01};
  Share day_off{0.06};
};

/// What drivers do against the rules, short of dumping. Shares of loads where nothing else is said.
struct OffenceDoses {
  Share off_hours{0.04};  ///< of days on which a driver begins before or goes on after the permit's hours
  Share no_permit{0.03};  ///< of drivers that haul without one
  Share no_manifest{0.05};
  Share wrong_site{0.02};     ///< unloaded at a registered disposal that the permit does not name
  Share off_route{0.06};      ///< brought the right way in the end, by another road
  Share black_origin{0.015};  ///< loaded where no site is registered
  Share from_abroad{0.015};   ///< loaded beyond the boundary
  Share speeding{0.12};       ///< of drivers that heed no limit
};

/// Where loads go that go wrong.
struct DumpingDoses {
  Share dishonest{0.35};      ///< of drivers
  Share loads{0.16};          ///< of a dishonest driver's loads
  double standing = 0.40;     ///< weight of: body up for minutes
  double quick = 0.35;        ///< weight of: 90 s all in all
  double rolling = 0.25;      ///< weight of: body up at walking pace
  double at_old_heap = 0.25;  ///< weights of places
  double at_new_place = 0.30;
  double at_road_edge = 0.30;
  double disguised = 0.15;   ///< inside a registered place of another kind
  Share terminal_cut{0.25};  ///< of dumps, before and restored after
  Share as_last_act{0.15};   ///< of dumps, that are followed by no loading on that day
  Share turns_back{0.5};     ///< of dumps on the road's edge: back the way it came; the others drive on
  Duration standing_s{260.0, 0.45, 120.0, 900.0};
  Duration quick_s{60.0, 0.2, 35.0, 82.0};
  Duration cut_lead_s{240.0, 0.5, 60.0, 900.0};  ///< the terminal is off that long before, and after
};

/// What looks like dumping and is not: shares of loads.
struct LookAlikeDoses {
  Share loaded_rest{0.06};       ///< off the road, at no registered place
  Share breakdown{0.02};         ///< beside the road, with reversing
  Share empty_lift{0.05};        ///< body up on the way back, to clean it
  Share wrong_turn{0.04};        ///< loaded, with a U-turn
  Share loaded_lift{0.01};       ///< body up a little and down again, load kept
  Share terminal_dies{0.02};     ///< loaded, and comes back
  Share loaded_overnight{0.03};  ///< of days: the last load is delivered the next day
};

struct VesselDoses {
  Share vessels{0.02};  ///< of the vehicles
  Share dumping{0.10};  ///< of their loads, into the water under way
};

/// How a world is made: each behaviour switched and dosed. The defaults are those of the profile `typical`.
struct Profile {
  CountyDoses county;
  TrafficDoses traffic;
  WorkDoses work;
  OffenceDoses offences;
  DumpingDoses dumping;
  LookAlikeDoses look_alikes;
  VesselDoses vessels;
  TerminalProfile terminal;
};

/// Calls `visit(name, member)` for each dose, the name as a profile file spells it; groups are visited as a whole.
template <class Visit>
void visit_doses(Duration& d, Visit&& visit) {
  visit("median_s", d.median_s);
  visit("spread", d.spread);
  visit("least_s", d.least_s);
  visit("most_s", d.most_s);
}

template <class Visit>
void visit_doses(CountyDoses& d, Visit&& visit) {
  visit("width_m", d.width_m);
  visit("height_m", d.height_m);
  visit("junction_spacing_m", d.junction_spacing_m);
  visit("lanes_missing", d.lanes_missing);
  visit("village_lanes", d.village_lanes);
  visit("lights", d.lights);
  visit("canyon", d.canyon);
  visit("tunnels", d.tunnels);
  visit("no_coverage", d.no_coverage);
  visit("origins", d.origins);
  visit("disposals", d.disposals);
  visit("transfers", d.transfers);
  visit("docks", d.docks);
  visit("depots", d.depots);
  visit("parkings", d.parkings);
  visit("services", d.services);
  visit("old_heaps", d.old_heaps);
  visit("new_places", d.new_places);
  visit("rest_places", d.rest_places);
  visit("black_sites", d.black_sites);
  visit("foreign_sites", d.foreign_sites);
  visit("permits", d.permits);
  visit("permits_at_night", d.permits_at_night);
  visit("permits_by_day", d.permits_by_day);
  visit("half_width_m", d.half_width_m);
  visit("watch_zones", d.watch_zones);
  visit("forbidden_zones", d.forbidden_zones);
  visit("speed_zones", d.speed_zones);
}

template <class Visit>
void visit_doses(TrafficDoses& d, Visit&& visit) {
  visit("jam_share_at_peak", d.jam_share_at_peak);
  visit("jam_share_by_day", d.jam_share_by_day);
  visit("jam_halt_s", d.jam_halt_s);
  visit("cars_before_a_light", d.cars_before_a_light);
  visit("driver_spread", d.driver_spread);
  visit("speed_wander", d.speed_wander);
  visit("closed_road", d.closed_road);
}

template <class Visit>
void visit_doses(WorkDoses& d, Visit&& visit) {
  visit("loading", d.loading);
  visit("unloading", d.unloading);
  visit("manoeuvre", d.manoeuvre);
  visit("at_the_gate", d.at_the_gate);
  visit("queue_step", d.queue_step);
  visit("trucks_at_the_loader", d.trucks_at_the_loader);
  visit("trucks_at_the_disposal", d.trucks_at_the_disposal);
  visit("meal", d.meal);
  visit("refuel", d.refuel);
  visit("wash", d.wash);
  visit("repair", d.repair);
  visit("rest", d.rest);
  visit("errand", d.errand);
  visit("shift_h", d.shift_h);
  visit("shift_spread_h", d.shift_spread_h);
  visit("meal_beside_road", d.meal_beside_road);
  visit("refuels", d.refuels);
  visit("washes", d.washes);
  visit("repairs", d.repairs);
  visit("rests", d.rests);
  visit("errands", d.errands);
  visit("manifest_voided", d.manifest_voided);
  visit("day_off", d.day_off);
}

template <class Visit>
void visit_doses(OffenceDoses& d, Visit&& visit) {
  visit("off_hours", d.off_hours);
  visit("no_permit", d.no_permit);
  visit("no_manifest", d.no_manifest);
  visit("wrong_site", d.wrong_site);
  visit("off_route", d.off_route);
  visit("black_origin", d.black_origin);
  visit("from_abroad", d.from_abroad);
  visit("speeding", d.speeding);
}

template <class Visit>
void visit_doses(DumpingDoses& d, Visit&& visit) {
  visit("dishonest", d.dishonest);
  visit("loads", d.loads);
  visit("standing", d.standing);
  visit("quick", d.quick);
  visit("rolling", d.rolling);
  visit("at_old_heap", d.at_old_heap);
  visit("at_new_place", d.at_new_place);
  visit("at_road_edge", d.at_road_edge);
  visit("disguised", d.disguised);
  visit("terminal_cut", d.terminal_cut);
  visit("as_last_act", d.as_last_act);
  visit("turns_back", d.turns_back);
  visit("standing_s", d.standing_s);
  visit("quick_s", d.quick_s);
  visit("cut_lead_s", d.cut_lead_s);
}

template <class Visit>
void visit_doses(LookAlikeDoses& d, Visit&& visit) {
  visit("loaded_rest", d.loaded_rest);
  visit("breakdown", d.breakdown);
  visit("empty_lift", d.empty_lift);
  visit("wrong_turn", d.wrong_turn);
  visit("loaded_lift", d.loaded_lift);
  visit("terminal_dies", d.terminal_dies);
  visit("loaded_overnight", d.loaded_overnight);
}

template <class Visit>
void visit_doses(VesselDoses& d, Visit&& visit) {
  visit("vessels", d.vessels);
  visit("dumping", d.dumping);
}

template <class Visit>
void visit_doses(Profile& d, Visit&& visit) {
  visit("county", d.county);
  visit("traffic", d.traffic);
  visit("work", d.work);
  visit("offences", d.offences);
  visit("dumping", d.dumping);
  visit("look_alikes", d.look_alikes);
  visit("vessels", d.vessels);
  visit("terminal", d.terminal);
}

/// A profile file that comes with the library.
struct ShippedProfile {
  std::string_view name;
  std::string_view text;
};

[[nodiscard]] std::span<const ShippedProfile> shipped_profiles() noexcept;

/// Reads a profile: one JSON object; what it does not name is as in `typical`.
/// \param document what a refusal calls it
/// \throws Refused with every unknown key, wrong type and impossible value by its JSON pointer
[[nodiscard]] Profile read_profile(std::string_view json, const std::string& document);

/// A shipped profile by its name, or else a file. \throws Refused, FileError
[[nodiscard]] Profile load_profile(const std::string& name_or_path);

}  // namespace haulwatch::simulation
