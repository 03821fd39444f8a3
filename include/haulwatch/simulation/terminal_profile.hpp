#pragma once

#include <cstddef>
#include <vector>

namespace haulwatch::simulation {

/// A probability, or a part of a whole: 0 to 1.
struct Share {
  double value = 0.0;
};

/// From which each terminal draws one value for good, uniformly.
struct Range {
  double low = 0.0;
  double high = 0.0;
};

/// From which each terminal draws one value for good, by weight.
struct Choice {
  struct Option {
    double value = 0.0;
    double weight = 1.0;
  };
  std::vector<Option> options;
};

/// Stretches of time that come without memory and last a log-normal time.
struct Spells {
  double per_day = 0.0;   ///< how many begin in a day without any; 0 is never
  double median_s = 0.0;  ///< half of them are shorter
  double spread = 0.6;    ///< standard deviation of the natural logarithm of their length
};

/// When a terminal reports. Terminals as JT/T 808 knows them: by time, by distance, at turns, slower asleep.
struct ReportingDoses {
  Choice interval_s{{{10, 2}, {15, 1}, {20, 1}, {30, 1}}};  ///< whole seconds
  Share jitter{0.1};                 ///< of reports, of terminals at 5 s and more, that come a second early or late
  Share by_distance{0.05};           ///< of terminals that report by distance and turn alone
  Range distance_m{100.0, 300.0};    ///< of those
  Range longest_silence_s{60, 120};  ///< of those, while awake
  Share at_turns{0.15};              ///< of the others that send a further report at a turn
  Range turn_deg{20.0, 45.0};        ///< change of course that counts as a turn
  Share at_changes{0.3};             ///< of terminals that report at once when ignition or body lift change
  Share slower_parked{0.7};          ///< of terminals that report more slowly while parked
  double parked_after_s = 180.0;     ///< standing, ignition on, until that begins; ignition off begins it at once
  Choice parked_interval_s{{{60, 2}, {120, 1}, {180, 1}, {300, 1}}};
  Share sleeps{0.15};  ///< of terminals that sleep while the ignition is off: parameter 0x0027 of JT/T 808
  Choice asleep_interval_s{{{1800, 1}, {3600, 1}}};
  Range boot_s{15.0, 60.0};  ///< from power to the first report
};

/// How a healthy receiver errs, on each axis: the sum of three parts, and the velocity.
struct NoiseDoses {
  Range slow_sigma_m{1.5, 2.5};  ///< first-order Gauss–Markov: orbits, clocks, ionosphere
  Range slow_tau_s{1000, 4000};
  Range fast_open_sigma_m{2.0, 3.0};  ///< first-order Gauss–Markov: multipath and the receiver's filter
  Range fast_urban_sigma_m{6.0, 10.0};
  Range fast_tau_s{20, 120};
  Range white_sigma_m{0.5, 1.0};
  Range doppler_sigma_mps{0.3, 0.5};  ///< on each axis of the velocity; course follows from it
  Share static_hold{0.7};             ///< of receivers that say speed 0 and keep their course below a speed
  Range hold_below_mps{0.4, 1.0};
  Share place_hold{0.3};  ///< of those, that keep their place too
  Share accuracy{0.2};    ///< of terminals that report `accuracy_m`
  Share hdop{0.4};        ///< of terminals that report `hdop`
  Share misjudged{0.3};   ///< of either, whose figure has nothing to do with the error
};

/// What goes wrong with places now and then.
struct PlaceErrorDoses {
  Spells multipath{12.0, 45.0, 0.7};    ///< among high buildings: a biased stretch
  double multipath_m = 30.0;            ///< its median offset
  Share parked_drift{0.06};             ///< of parked spells in which the place wanders
  Range parked_drift_m{20.0, 100.0};    ///< how far
  double spikes_per_1000 = 0.3;         ///< single places far off, a thousand reports
  double spike_m = 500.0;               ///< their median distance
  double zero_places_per_1000 = 0.05;   ///< reports from 0, 0, a thousand reports
  Spells frozen{0.15, 240.0, 0.8};      ///< the last place again and again, however the vehicle moves
  double cold_start_m = 60.0;           ///< median error of the first place after power came back
  double cold_start_tau_s = 15.0;       ///< in which it fades
  Share repeats_place_when_blind{0.3};  ///< of terminals that send their last place from a tunnel; others keep silent
};

/// What becomes of reports on their way.
struct UplinkDoses {
  double latency_median_s = 1.2;
  double latency_spread = 0.6;      ///< standard deviation of the natural logarithm
  Share lost{0.002};                ///< of reports that never arrive
  Share duplicated{0.004};          ///< of reports that arrive twice
  Share overtaken{0.004};           ///< of reports that others overtake
  double overtaken_by_s = 8.0;      ///< at most
  Spells outages{0.4, 420.0, 0.9};  ///< of the network, beside the blind areas of the county
  Share keeps_reports{0.85};        ///< of terminals that keep reports while cut off; those of the others are lost
  double kept_at_most = 4000.0;     ///< reports; the oldest make room
  double batch_size = 34.0;         ///< reports, as a message 0x0704 holds them
  Share newest_first{0.2};          ///< of terminals that send kept reports backwards
  Share in_pieces{0.3};             ///< of terminals whose batches arrive in no order
  Share sent_twice{0.1};            ///< of batches that arrive once more
  Spells deaths{5.0, 900.0, 0.9};   ///< of the terminal: nothing is recorded, then it starts cold
};

/// Share of terminals on which one sensor is absent or sick, each sickness for itself.
struct SensorDoses {
  Share absent{0.1};
  Share dead{0.01};   ///< falls silent one day
  Share stuck{0.01};  ///< never changes any more
  Share inverted{0.005};
  Share flickering{0.01};      ///< changes from report to report
  Share contradicting{0.005};  ///< says things that have nothing to do with the truth
};

/// Share of terminals with a fault of another kind.
struct FaultDoses {
  Share clock_offset{0.02};            ///< a clock wrong by some seconds to minutes
  Range clock_offset_s{5.0, 240.0};    ///< either way
  Share clock_jump{0.01};              ///< wrong for a while, by some hours
  Range clock_jump_s{600.0, 86400.0};  ///< either way
  Share week_rollover{0.003};          ///< 1,024 weeks in the past
  Share local_time{0.005};             ///< local time sent as UTC
  double utc_offset_h = 8.0;           ///< what local time is ahead of UTC
  Share gcj02{0.005};                  ///< places shifted to GCJ-02, sent as WGS-84
  Share speed_jammer{0.01};            ///< speed always 0 while it is on
  Share place_jammer{0.005};           ///< place frozen while it is on
  Share shared_id{0.0};                ///< of vehicles that report under another's name
  Share second_id{0.0};                ///< of vehicles that carry another's terminal beside their own
  Share swapped_id{0.0};               ///< of vehicles that have exchanged terminals with another
};

/// How the terminals of a county report, err and fail: the doses of everything, with a middling county as defaults.
struct TerminalProfile {
  ReportingDoses reporting;
  NoiseDoses noise;
  PlaceErrorDoses places;
  UplinkDoses uplink;
  SensorDoses ignition{.absent = {0.05}};
  SensorDoses body_lift;
  SensorDoses cover;
  SensorDoses load{.absent = {0.25}};
  FaultDoses faults;
  Share odometer{0.5};  ///< of terminals that report `odometer_m`
};

/// Calls `visit(name, member)` for each dose, the name as a profile file spells it; groups are visited as a whole.
template <class Visit>
void visit_doses(Spells& d, Visit&& visit) {
  visit("per_day", d.per_day);
  visit("median_s", d.median_s);
  visit("spread", d.spread);
}

template <class Visit>
void visit_doses(ReportingDoses& d, Visit&& visit) {
  visit("interval_s", d.interval_s);
  visit("jitter", d.jitter);
  visit("by_distance", d.by_distance);
  visit("distance_m", d.distance_m);
  visit("longest_silence_s", d.longest_silence_s);
  visit("at_turns", d.at_turns);
  visit("turn_deg", d.turn_deg);
  visit("at_changes", d.at_changes);
  visit("slower_parked", d.slower_parked);
  visit("parked_after_s", d.parked_after_s);
  visit("parked_interval_s", d.parked_interval_s);
  visit("sleeps", d.sleeps);
  visit("asleep_interval_s", d.asleep_interval_s);
  visit("boot_s", d.boot_s);
}

template <class Visit>
void visit_doses(NoiseDoses& d, Visit&& visit) {
  visit("slow_sigma_m", d.slow_sigma_m);
  visit("slow_tau_s", d.slow_tau_s);
  visit("fast_open_sigma_m", d.fast_open_sigma_m);
  visit("fast_urban_sigma_m", d.fast_urban_sigma_m);
  visit("fast_tau_s", d.fast_tau_s);
  visit("white_sigma_m", d.white_sigma_m);
  visit("doppler_sigma_mps", d.doppler_sigma_mps);
  visit("static_hold", d.static_hold);
  visit("hold_below_mps", d.hold_below_mps);
  visit("place_hold", d.place_hold);
  visit("accuracy", d.accuracy);
  visit("hdop", d.hdop);
  visit("misjudged", d.misjudged);
}

template <class Visit>
void visit_doses(PlaceErrorDoses& d, Visit&& visit) {
  visit("multipath", d.multipath);
  visit("multipath_m", d.multipath_m);
  visit("parked_drift", d.parked_drift);
  visit("parked_drift_m", d.parked_drift_m);
  visit("spikes_per_1000", d.spikes_per_1000);
  visit("spike_m", d.spike_m);
  visit("zero_places_per_1000", d.zero_places_per_1000);
  visit("frozen", d.frozen);
  visit("cold_start_m", d.cold_start_m);
  visit("cold_start_tau_s", d.cold_start_tau_s);
  visit("repeats_place_when_blind", d.repeats_place_when_blind);
}

template <class Visit>
void visit_doses(UplinkDoses& d, Visit&& visit) {
  visit("latency_median_s", d.latency_median_s);
  visit("latency_spread", d.latency_spread);
  visit("lost", d.lost);
  visit("duplicated", d.duplicated);
  visit("overtaken", d.overtaken);
  visit("overtaken_by_s", d.overtaken_by_s);
  visit("outages", d.outages);
  visit("keeps_reports", d.keeps_reports);
  visit("kept_at_most", d.kept_at_most);
  visit("batch_size", d.batch_size);
  visit("newest_first", d.newest_first);
  visit("in_pieces", d.in_pieces);
  visit("sent_twice", d.sent_twice);
  visit("deaths", d.deaths);
}

template <class Visit>
void visit_doses(SensorDoses& d, Visit&& visit) {
  visit("absent", d.absent);
  visit("dead", d.dead);
  visit("stuck", d.stuck);
  visit("inverted", d.inverted);
  visit("flickering", d.flickering);
  visit("contradicting", d.contradicting);
}

template <class Visit>
void visit_doses(FaultDoses& d, Visit&& visit) {
  visit("clock_offset", d.clock_offset);
  visit("clock_offset_s", d.clock_offset_s);
  visit("clock_jump", d.clock_jump);
  visit("clock_jump_s", d.clock_jump_s);
  visit("week_rollover", d.week_rollover);
  visit("local_time", d.local_time);
  visit("utc_offset_h", d.utc_offset_h);
  visit("gcj02", d.gcj02);
  visit("speed_jammer", d.speed_jammer);
  visit("place_jammer", d.place_jammer);
  visit("shared_id", d.shared_id);
  visit("second_id", d.second_id);
  visit("swapped_id", d.swapped_id);
}

template <class Visit>
void visit_doses(TerminalProfile& d, Visit&& visit) {
  visit("reporting", d.reporting);
  visit("noise", d.noise);
  visit("places", d.places);
  visit("uplink", d.uplink);
  visit("ignition", d.ignition);
  visit("body_lift", d.body_lift);
  visit("cover", d.cover);
  visit("load", d.load);
  visit("faults", d.faults);
  visit("odometer", d.odometer);
}

}  // namespace haulwatch::simulation
