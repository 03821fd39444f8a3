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
  schema.group("load", at([](auto& s) -> auto& { return s.detect.load; }))
      .option("min_loading_s", &detect::LoadOptions::min_loading, {1, 86400},
              {"standing at an origin, for a load that no sensor shows", "3 to 30 min: field practice"})
      .option("min_unloading_s", &detect::LoadOptions::min_unloading, {1, 86400}, {"standing at a disposal", ""});
  schema.group("dump", at([](auto& s) -> auto& { return s.detect.dump; }))
      .option("threshold", &detect::DumpOptions::threshold, {0.01, 0.99},
              {"score from which a suspicion is raised", ""})
      .option("crawl_mps", &detect::DumpOptions::crawl, {0.1, 100}, {"slower may be dumping while it rolls", ""})
      .option("min_crawl_s", &detect::DumpOptions::min_crawl, {1, 86400}, {"for so long", ""})
      .option("leave_m", &detect::DumpOptions::leave, {1, 1e5}, {"away before it is judged how the truck left", ""});
  schema.group("manifest", at([](auto& s) -> auto& { return s.detect.manifest; }))
      .option("grace_s", &detect::ManifestOptions::grace, {0, 1e7},
              {"after a manifest was closed, for its load to be seen", "docs/permits-and-manifests.md"});
  schema.group("dump_weights", at([](auto& s) -> auto& { return s.detect.dump.weights; }))
      .option("prior", &detect::DumpWeights::prior, {-20, 20},
              {"log-odds: before anything is known: one halt in fifty", ""})
      .option("load_lost", &detect::DumpWeights::load_lost, {-20, 20},
              {"log-odds: by a sensor that agreed with visits", ""})
      .option("load_kept", &detect::DumpWeights::load_kept, {-20, 20}, {"log-odds: by the same sensor", ""})
      .option("body_raised", &detect::DumpWeights::body_raised, {-20, 20}, {"log-odds: while it stood, and loaded", ""})
      .option("body_not_raised", &detect::DumpWeights::body_not_raised, {-20, 20},
              {"log-odds: where the lift sensor sees the other unloadings", ""})
      .option("raised_rolling", &detect::DumpWeights::raised_rolling, {-20, 20},
              {"log-odds: driven with the body up, and loaded", ""})
      .option("stop_length", &detect::DumpWeights::stop_length, {-20, 20},
              {"log-odds: 1 to 15 min, the time that a dump takes", ""})
      .option("off_route", &detect::DumpWeights::off_route, {-20, 20},
              {"log-odds: in full 50 m beyond the corridor", ""})
      .option("turned_back", &detect::DumpWeights::turned_back, {-20, 20},
              {"log-odds: it left as it came: 120 degrees or more", ""})
      .option("watch_zone", &detect::DumpWeights::watch_zone, {-20, 20}, {"log-odds: a place prone to dumping", ""})
      .option("silent", &detect::DumpWeights::silent, {-20, 20}, {"log-odds: nothing was heard meanwhile", ""})
      .option("slow_silence", &detect::DumpWeights::slow_silence, {-20, 20},
              {"log-odds: longer by a minute than the way across takes", ""})
      .option("reloaded", &detect::DumpWeights::reloaded, {-20, 20},
              {"log-odds: loading again, and no disposal between", ""})
      .option("disposal_seen", &detect::DumpWeights::disposal_seen, {-20, 20},
              {"log-odds: an unloading in a registered place later", ""})
      .option("known_place", &detect::DumpWeights::known_place, {-20, 20}, {"log-odds: depot or parking", ""})
      .option("service", &detect::DumpWeights::service, {-20, 20}, {"log-odds: wash, workshop, fuel, canteen", ""})
      .option("traffic", &detect::DumpWeights::traffic, {-20, 20},
              {"log-odds: inside an approved corridor all the time", ""})
      .option("rest", &detect::DumpWeights::rest, {-20, 20}, {"log-odds: stood for more than 30 min", ""});
}

}  // namespace

Schema settings_schema() {
  Schema schema;
  add_front(schema);
  add_detect(schema);
  return schema;
}

}  // namespace haulwatch::io
