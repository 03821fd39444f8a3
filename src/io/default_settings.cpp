#include <haulwatch/io/default_settings.hpp>

namespace haulwatch::io {

namespace {

using Schema = SettingsSchema<Settings>;

/// Reaches a group of options inside `Settings`, const or not.
template <class Reach>
auto at(Reach reach) {
  return [reach](auto& settings) -> auto& {
    return reach(settings);
  };
}

void add_front(Schema& schema) {
  schema.group("clock", at([](auto& s) -> auto& { return s.front.clock; }))
      .option("repair", &track::ClockOptions::repair, {"put times right that are provably wrong"})
      .option("ahead_s", &track::ClockOptions::ahead, {1, 86400},
              {"a fix so far ahead of its arrival was stamped by a wrong clock", "field practice"})
      .option("kept_at_most_s", &track::ClockOptions::kept_at_most, {60, 1e9},
              {"how far behind its arrival a fix may be though its clock is right: it was kept in a dead zone", ""});
  schema.group("identity", at([](auto& s) -> auto& { return s.front.identity; }))
      .option("part", &track::IdentityOptions::part, {"tell two vehicles under one name apart"})
      .option("max_speed_mps", &track::IdentityOptions::max_speed, {1, 1000},
              {"no truck is faster (151 km/h); raise it for trains and aircraft",
               "two places needing 150 km/h: field practice"})
      .option("slack_m", &track::IdentityOptions::slack, {0, 1e5}, {"what places may be wrong by, beyond that", ""})
      .option("apart_m", &track::IdentityOptions::apart, {0, 1e6}, {"nearer, a wild place may lie", ""})
      .option("min_turns", &track::IdentityOptions::min_turns, {2, 250},
              {"from one place to another that no truck reaches, before two vehicles are believed in",
               "docs/sick-terminals.md"})
      .option("doubt_s", &track::IdentityOptions::doubt, {60, 1e7},
              {"a second place that is not told again for so long was none", ""})
      .option("min_run", &track::IdentityOptions::min_run, {1, 250},
              {"fixes elsewhere, after which one vehicle has moved on", ""})
      .option("min_silence_s", &track::IdentityOptions::min_silence, {0, 1e9},
              {"and nothing from where it was for so long", ""})
      .option("forget_s", &track::IdentityOptions::forget, {60, 1e9},
              {"one of two vehicles that is silent for so long has gone", ""});
  schema.group("admission", at([](auto& s) -> auto& { return s.front.admission; }))
      .option("future_guard_s", &track::AdmissionOptions::future_guard, {0, 86400},
              {"how far ahead of its arrival a fix may claim to be; clocks are kept to seconds", "field practice"})
      .option("past_guard_s", &track::AdmissionOptions::past_guard, {60, 1e9},
              {"how far behind its arrival it may be: uploads are hours late, dead clocks years", "field practice"});
  schema.group("order", at([](auto& s) -> auto& { return s.front.order; }))
      .option("lateness_s", &track::TimeOrderOptions::lateness, {0, 86400},
              {"how much later than a newer fix an older one may arrive; adds as much to the delay of live events", ""})
      .option("unwitnessed_step_s", &track::TimeOrderOptions::unwitnessed_step, {1, 1e9},
              {"a longer step ahead waits for two more fixes that agree, unless the time of arrival is known", ""})
      .option("past_guard_s", &track::TimeOrderOptions::past_guard, {60, 1e9},
              {"a first fix so far before the next two is a dead clock's", "field practice"});
  schema.group("jump", at([](auto& s) -> auto& { return s.front.jump; }))
      .option("max_speed_mps", &track::JumpGateOptions::max_speed, {1, 1000},
              {"no truck is faster (151 km/h); raise it for trains and aircraft",
               "two places needing 150 km/h: field practice"})
      .option("max_acceleration_mps2", &track::JumpGateOptions::max_acceleration_mps2, {0.1, 20},
              {"a lively empty truck, or hard braking", ""})
      .option("max_mean_gain_mps", &track::JumpGateOptions::max_mean_gain, {0, 100},
              {"a leg's mean speed above that reported at its two ends", ""})
      .option("suspect_floor_m", &track::JumpGateOptions::suspect_floor, {0, 10000},
              {"a deviation from the predicted place that needs no second opinion, beside the noise", ""})
      .option("suspect_cap_m", &track::JumpGateOptions::suspect_cap, {0, 100000},
              {"one that always needs it, however long the interval", ""})
      .option("hold_s", &track::JumpGateOptions::hold, {0, 86400},
              {"a suspect without a witness for so long is judged as it is", ""})
      .option("frozen_speed_mps", &track::JumpGateOptions::frozen_speed, {0, 100},
              {"reported while the place does not change by one digit", ""})
      .option("frozen_way_m", &track::JumpGateOptions::frozen_way, {0, 10000},
              {"which that speed would have covered", ""});
  schema.group("smoother", at([](auto& s) -> auto& { return s.front.smoother; }))
      .option("default_sigma_m", &track::SmootherOptions::default_sigma, {0.1, 1000},
              {"per axis where the terminal reports neither accuracy nor HDOP: 3 m open sky, half as much again",
               "SPS performance"})
      .option("uere_m", &track::SmootherOptions::uere, {0.1, 100}, {"error per unit of HDOP", "SPS performance"})
      .option("process_noise_dense", &track::SmootherOptions::process_noise_dense, {1e-4, 1e4},
              {"m2/s3 up to 5 s; a tenth of it lags behind in curves by four times the noise", "docs/smoothing.md"})
      .option("process_noise_sparse", &track::SmootherOptions::process_noise_sparse, {1e-4, 1e4},
              {"m2/s3 above 5 s", "docs/smoothing.md"})
      .option("velocity_sigma_mps", &track::SmootherOptions::velocity_sigma, {0.01, 100},
              {"of a Doppler velocity, per axis", ""})
      .option("course_floor_mps", &track::SmootherOptions::course_floor, {0, 100},
              {"below it a reported heading is noise", ""})
      .option("still_speed_mps", &track::SmootherOptions::still_speed, {0, 100},
              {"a reported speed below it is standing", ""})
      .option("reset_after_s", &track::SmootherOptions::reset_after, {1, 1e9},
              {"a longer silence tells nothing about the motion after it", ""})
      .option("parked_after_s", &track::SmootherOptions::parked_after, {0, 86400},
              {"standing by reported speed for so long is parked: the place is frozen", ""})
      .option("parked_after_unseen_s", &track::SmootherOptions::parked_after_unseen, {0, 86400},
              {"the same where no speed is reported", ""})
      .option("parked_radius_m", &track::SmootherOptions::parked_radius, {1, 10000},
              {"drift of a parked receiver without reported speed", "20 to 100 m: field practice"})
      .option("parked_radius_still_m", &track::SmootherOptions::parked_radius_still, {1, 10000},
              {"the same while it reports that it stands", "20 to 100 m: field practice"});
}

void add_detect(Schema& schema) {
  schema.group("presence", at([](auto& s) -> auto& { return s.detect.locate.presence; }))
      .option("leave_margin_m", &detect::PresenceOptions::leave_margin, {0, 64},
              {"beyond the fence before a leaving counts; at least two sigma of the place", "field practice"})
      .option("confirm_fixes", &detect::PresenceOptions::confirm_fixes, {1, 100},
              {"in a row on the new side", "field practice"})
      .option("certain_m", &detect::PresenceOptions::certain, {0, 10000},
              {"so far on the new side one fix is enough; at least three sigma", ""})
      .option("sparse_after_s", &detect::PresenceOptions::sparse_after, {1, 1e9},
              {"a longer step tells no crossing time, and no way between", ""});
  schema.group("gate", at([](auto& s) -> auto& { return s.detect.locate.gates; }))
      .option("clear_m", &detect::GateWatchOptions::clear, {0, 10000},
              {"beyond the line before a crossing counts; at least two sigma of the place", ""})
      .option("sparse_after_s", &detect::GateWatchOptions::sparse_after, {1, 1e9},
              {"a crossing within a longer step is inferred", ""});
  schema.group("overspeed", at([](auto& s) -> auto& { return s.detect.locate.overspeed; }))
      .option("tolerance", &detect::OverspeedOptions::tolerance, {1, 10},
              {"of the limit: limit + 10 %", "field practice"})
      .option("min_duration_s", &detect::OverspeedOptions::min_duration, {0, 86400},
              {"shorter bursts are not said", "field practice"});
  schema.group("route", at([](auto& s) -> auto& { return s.detect.route; }))
      .option("margin_m", &detect::RouteOptions::margin, {0, 10000},
              {"beyond the corridor's edge before a fix speaks of leaving; at least two sigma of the place",
               "docs/routes.md"})
      .option("min_fixes", &detect::RouteOptions::min_fixes, {1, 100},
              {"that speak of leaving; two do that lie three sigma farther out", "docs/routes.md"})
      .option("min_duration_s", &detect::RouteOptions::min_duration, {0, 86400},
              {"from the first of them to the last", "30 to 60 s: field practice"})
      .option("min_way_m", &detect::RouteOptions::min_way, {0, 1e6},
              {"driven meanwhile, and away from where the corridor was left: a stop beside the road is none",
               "docs/routes.md"})
      .option("return_fixes", &detect::RouteOptions::return_fixes, {1, 100}, {"inside again, in a row", ""})
      .option("return_after_s", &detect::RouteOptions::return_after, {0, 86400},
              {"or one inside and nothing for so long and two intervals", "30 s: field practice"})
      .option("join_way_m", &detect::RouteOptions::join_way, {0, 1e6},
              {"along a route before a vehicle is on it: a road that crosses is not", "docs/routes.md"})
      .option("access_m", &detect::RouteOptions::access, {0, 1e5},
              {"from a route's end to the site that it leads to, at most", "docs/routes.md"})
      .option("turned_back_m", &detect::RouteOptions::turned_back, {1, 1e6},
              {"backwards along the route before it counts", ""})
      .option("skipped_from_m", &detect::RouteOptions::skipped_from, {1, 1e6},
              {"of the route that was passed over before it counts as cut short or unseen", ""})
      .option("sparse_after_s", &detect::RouteOptions::sparse_after, {1, 1e9},
              {"an edge crossed in a longer step is inferred", ""});
  schema.group("dwell", at([](auto& s) -> auto& { return s.detect.dwell; }))
      .option("radius_m", &detect::DwellOptions::radius, {1, 10000},
              {"around the centre before a stop is confirmed: three sigma in a town and half a truck", ""})
      .option("hold_radius_m", &detect::DwellOptions::hold_radius, {1, 10000},
              {"after it: a parked receiver wanders", ""})
      .option("slow_mps", &detect::DwellOptions::slow, {0.1, 100}, {"above Doppler noise, below creeping traffic", ""})
      .option("min_duration_s", &detect::DwellOptions::min_duration, {1, 1e9}, {"shorter halts are traffic", ""})
      .option("braking_mps2", &detect::DwellOptions::braking_mps2, {0.1, 20},
              {"of a truck coming to a stand: dates the start", ""})
      .option("accelerating_mps2", &detect::DwellOptions::accelerating_mps2, {0.1, 20},
              {"of one driving off: dates the end", ""});
  schema.group("signal", at([](auto& s) -> auto& { return s.detect.signal; }))
      .option("min_silence_s", &detect::SignalWatchOptions::min_silence, {1, 1e9},
              {"shorter silences are tunnels and retries", "3 min: field practice"})
      .option("intervals", &detect::SignalWatchOptions::intervals, {1, 1000},
              {"missed reports, by the vehicle's own interval, that make a silence", "field practice"})
      .option("parked_intervals", &detect::SignalWatchOptions::parked_intervals, {1, 1000},
              {"the same while it stands, by the longest pause that it made there", ""});
  schema.group("sensors", at([](auto& s) -> auto& { return s.detect.sensors; }))
      .option("min_loading_s", &detect::SensorHealthOptions::min_loading, {1, 86400},
              {"standing at an origin, for a visit that must show in cover and load", "3 to 30 min: field practice"})
      .option("min_unloading_s", &detect::SensorHealthOptions::min_unloading, {1, 86400},
              {"standing at a disposal, for one that must show in lift, cover and load", ""})
      .option("overnight_s", &detect::SensorHealthOptions::overnight, {60, 1e6},
              {"standing, after which no engine idles", ""})
      .option("frozen_s", &detect::SensorHealthOptions::frozen, {1, 86400},
              {"on one place to the last digit while the speed says driving", ""});
  schema.group("identity_watch", at([](auto& s) -> auto& { return s.detect.identity; }))
      .option("max_speed_mps", &detect::IdentityWatchOptions::max_speed, {1, 1000},
              {"a track that goes on farther than that allows has jumped; raise it for trains and aircraft",
               "two places needing 150 km/h: field practice"})
      .option("apart_m", &detect::IdentityWatchOptions::apart, {0, 1e6}, {"nearer, a wild stretch may lie", ""})
      .option("proof_s", &detect::IdentityWatchOptions::proof, {0, 86400},
              {"going on at the new place for so long, before a jump is told", ""});
  schema.group("load", at([](auto& s) -> auto& { return s.detect.load; }))
      .option("min_loading_s", &detect::LoadOptions::min_loading, {1, 86400},
              {"standing at an origin, for a load that no sensor shows", "3 to 30 min: field practice"})
      .option("min_unloading_s", &detect::LoadOptions::min_unloading, {1, 86400}, {"standing at a disposal", ""})
      .option("usual_act_s", &detect::LoadOptions::usual_act, {1, 86400},
              {"what an unheard loading or unloading takes", "2 to 15 min: field practice"})
      .option("usual_pace_mps", &detect::LoadOptions::usual_pace, {0.5, 100},
              {"as the crow flies from place to place, before a truck has shown its own: 20 km/h in a town", ""});
  schema.group("dump", at([](auto& s) -> auto& { return s.detect.dump; }))
      .option("threshold", &detect::DumpOptions::threshold, {0.01, 0.99},
              {"score from which a suspicion is raised, once the load is known to be gone", ""})
      .option("early", &detect::DumpOptions::early, {0.01, 0.99}, {"before that", ""})
      .option("crawl_mps", &detect::DumpOptions::crawl, {0.1, 100}, {"slower may be dumping while it rolls", ""})
      .option("min_crawl_s", &detect::DumpOptions::min_crawl, {1, 86400}, {"for so long", ""})
      .option("leave_m", &detect::DumpOptions::leave, {1, 1e5}, {"away before it is judged how the truck left", ""})
      .option("parked_s", &detect::DumpOptions::parked, {60, 1e6},
              {"in a depot or car park before a missing disposal speaks", ""})
      .option("every_candidate", &detect::DumpOptions::every_candidate,
              {"for fitting: each candidate is told, likely or not, and none is taken back", ""});
  schema.group("manifest", at([](auto& s) -> auto& { return s.detect.manifest; }))
      .option("grace_s", &detect::ManifestOptions::grace, {0, 1e7},
              {"after a manifest was closed, for its load to be seen", "docs/permits-and-manifests.md"});
  schema.group("dump_weights", at([](auto& s) -> auto& { return s.detect.dump.weights; }))
      .option("prior", &detect::DumpWeights::prior, {-20, 20},
              {"log-odds: of one halt, crawl or silence, before anything is known of it", ""})
      .option("load_lost", &detect::DumpWeights::load_lost, {-20, 20},
              {"log-odds: by a sensor that agreed with visits", ""})
      .option("load_kept", &detect::DumpWeights::load_kept, {-20, 20}, {"log-odds: by the same sensor", ""})
      .option("body_raised", &detect::DumpWeights::body_raised, {-20, 20}, {"log-odds: while it stood, and loaded", ""})
      .option("body_not_raised", &detect::DumpWeights::body_not_raised, {-20, 20},
              {"log-odds: where the lift sensor sees the other unloadings", ""})
      .option("raised_rolling", &detect::DumpWeights::raised_rolling, {-20, 20},
              {"log-odds: driven with the body up, and loaded", ""})
      .option("cover_open", &detect::DumpWeights::cover_open, {-20, 20}, {"log-odds: the cover was opened there", ""})
      .option("stop_length", &detect::DumpWeights::stop_length, {-20, 20},
              {"log-odds: in full from 4 to 15 min, the time that a dump takes", ""})
      .option("walking_pace", &detect::DumpWeights::walking_pace, {-20, 20},
              {"log-odds: it rolled on steadily at a walking pace", ""})
      .option("off_route", &detect::DumpWeights::off_route, {-20, 20},
              {"log-odds: in full 50 m beyond the corridor", ""})
      .option("turned_back", &detect::DumpWeights::turned_back, {-20, 20},
              {"log-odds: it left as it came: 120 degrees or more", ""})
      .option("homeward", &detect::DumpWeights::homeward, {-20, 20},
              {"log-odds: nearer to the place of loading again, in full by 2 km", ""})
      .option("watch_zone", &detect::DumpWeights::watch_zone, {-20, 20}, {"log-odds: a place prone to dumping", ""})
      .option("silent", &detect::DumpWeights::silent, {-20, 20}, {"log-odds: nothing was heard meanwhile", ""})
      .option("reloaded", &detect::DumpWeights::reloaded, {-20, 20},
              {"log-odds: loading again, and no disposal between", ""})
      .option("no_disposal", &detect::DumpWeights::no_disposal, {-20, 20},
              {"log-odds: home for hours, and no disposal since; some keep a load over night", ""})
      .option("disposal_seen", &detect::DumpWeights::disposal_seen, {-20, 20},
              {"log-odds: an unloading in a registered place later", ""})
      .option("known_place", &detect::DumpWeights::known_place, {-20, 20}, {"log-odds: depot or parking", ""})
      .option("service", &detect::DumpWeights::service, {-20, 20}, {"log-odds: wash, workshop, fuel, canteen", ""})
      .option("queue", &detect::DumpWeights::queue, {-20, 20}, {"log-odds: before the gate of a place of loads", ""})
      .option("traffic", &detect::DumpWeights::traffic, {-20, 20}, {"log-odds: inside an approved corridor", ""})
      .option("rest", &detect::DumpWeights::rest, {-20, 20}, {"log-odds: it stayed for more than 15 min", ""})
      .option("record", &detect::DumpWeights::record, {0, 20},
              {"for each e-fold by which the truck's own loads were dumped more often than usual", ""})
      .option("unheard_visit", &detect::DumpWeights::unheard_visit, {-20, 20},
              {"log-odds that a load went unheard to a disposal, when a silence just leaves room for it", ""})
      .option("unheard_visit_room", &detect::DumpWeights::unheard_visit_room, {0, 20},
              {"more for each e-fold of room", ""})
      .option("unheard_visit_at_place", &detect::DumpWeights::unheard_visit_at_place, {0, 20},
              {"more when the silence began or ended there", ""});
}

void add_map_guard(Schema& schema) {
  schema.group("map_guard", at([](auto& s) -> auto& { return s.map_guard; }))
      .option("min_stop_s", &MapGuardOptions::min_stop, {1, 86400}, {"shorter stops are lights and queues", ""})
      .option("most_held", &MapGuardOptions::most_held, {0, 1e9},
              {"events that wait until the map is known to be right; then they go on all the same", ""});
  schema.group("map_shift", at([](auto& s) -> auto& { return s.map_guard.shift; }))
      .option(
          "min_stops", &detect::MapShiftOptions::min_stops, {1, 1e6},
          {"of a fleet that lie in sites under the likeliest shift, before anything is said", "docs/sick-terminals.md"})
      .option("most_of_one", &detect::MapShiftOptions::most_of_one, {1, 1e6},
              {"stops that count of one vehicle, so that its terminal is not taken for the map", ""})
      .option("min_stops_of_one", &detect::MapShiftOptions::min_stops_of_one, {1, 1e6},
              {"the least number where one vehicle alone is judged", ""})
      .option("margin", &detect::MapShiftOptions::margin, {1, 1000},
              {"so many times as many as under any other shift", "docs/sick-terminals.md"});
}

}  // namespace

Schema settings_schema() {
  Schema schema;
  add_front(schema);
  add_detect(schema);
  add_map_guard(schema);
  return schema;
}

}  // namespace haulwatch::io
