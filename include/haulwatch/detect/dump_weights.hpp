#pragma once

#include <haulwatch/event.hpp>
#include <haulwatch/evidence.hpp>
#include <haulwatch/geo/rounded_point.hpp>
#include <haulwatch/registry/objects.hpp>
#include <haulwatch/stable_hash.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>

namespace haulwatch::detect {

/// The one table: what each piece of evidence adds to the log-odds of a dump when it speaks in full.
struct DumpWeights {
  double prior = -4.0;     ///< one halt in fifty of a loaded truck away from all places
  double load_lost = 5.0;  ///< a sound sensor decides nearly alone
  double load_kept = -5.0;
  double body_raised = 4.0;
  double body_not_raised = -2.0;  ///< a tipping body that stays down; grabs and belts exist
  double raised_rolling = 4.0;
  double stop_length = 1.0;  ///< 1 to 15 min, the time that a dump takes
  double off_route = 0.7;
  double turned_back = 1.0;
  double watch_zone = 1.5;
  double silent = 0.5;
  double slow_silence = 3.0;
  double reloaded = 6.0;  ///< what was not brought to a disposal went elsewhere
  double disposal_seen = -6.0;
  double known_place = -4.0;
  double service = -4.0;
  double traffic = -1.5;
  double rest = -1.5;
};

/// The score of a sum of log-odds: 0 to 1.
[[nodiscard]] inline double score_of(double log_odds) noexcept {
  return 1.0 / (1.0 + std::exp(-log_odds));
}

/// A stop, a crawl or a silence of a loaded truck in which the load may have gone, as measured.
struct DumpCandidate {
  enum class Shape : std::uint8_t { stop, crawl, silence };
  enum class After : std::uint8_t { unknown, kept, lost };

  TimeUtc start = no_time;
  TimeUtc end = no_time;
  SubjectId stop{};
  geo::RoundedPoint place;
  float raised_s = 0;     ///< body up while it stood
  float rolling_m = 0;    ///< driven with the body up
  float off_route_m = 0;  ///< most beyond the edge of the approved corridor; 0 inside
  float turned_deg = 0;   ///< between the ways in and out; 180: it left as it came
  float excess_s = 0;     ///< of a silence: longer than the way across it takes
  Shape shape = Shape::stop;
  After load = After::unknown;
  bool bound = false;  ///< approved routes were known there
  bool in_corridor = false;
  bool watched = false;
  bool known = false;
  bool serviced = false;
  bool lift_sound = false;

  [[nodiscard]] bool exists() const noexcept { return start != no_time; }
};

/// What was learnt after a candidate, of the load as a whole.
enum class DumpProof : std::uint8_t { none, reloaded, disposal_seen };

[[nodiscard]] inline Reasons reasons_of(const DumpCandidate& c, DumpProof proof, const DumpWeights& w) noexcept {
  Reasons reasons;
  const auto add = [&](Evidence evidence, double value, double weight) {
    if (weight != 0.0) reasons.set({evidence, static_cast<float>(value), static_cast<float>(weight)});
  };
  const double length = seconds(c.end - c.start);
  const bool silent = c.shape == DumpCandidate::Shape::silence;
  constexpr double act_from_s = 60.0;
  constexpr double act_to_s = 900.0;
  constexpr double rest_s = 1800.0;
  add(Evidence::prior, 1.0, w.prior);
  if (c.load == DumpCandidate::After::lost) add(Evidence::load_lost, 1.0, w.load_lost);
  if (c.load == DumpCandidate::After::kept) add(Evidence::load_kept, 1.0, w.load_kept);
  if (c.rolling_m > 0.0F) add(Evidence::raised_rolling, static_cast<double>(c.rolling_m), w.raised_rolling);
  if (c.raised_s > 0.0F && c.rolling_m <= 0.0F)
    add(Evidence::body_raised, static_cast<double>(c.raised_s), w.body_raised);
  const bool down = c.raised_s <= 0.0F && c.rolling_m <= 0.0F;
  if (down && c.lift_sound && !silent) add(Evidence::body_not_raised, 1.0, w.body_not_raised);
  if (!silent && length >= act_from_s && length <= act_to_s) add(Evidence::stop_length, length, w.stop_length);
  if (!silent && length > rest_s) add(Evidence::rest, length, w.rest);
  if (silent) {
    add(Evidence::silent, length, w.silent);
    if (c.excess_s > static_cast<float>(act_from_s))
      add(Evidence::slow_silence, static_cast<double>(c.excess_s), w.slow_silence);
  }
  if (c.bound && c.off_route_m > 0.0F) {
    const double share = std::min(1.0, static_cast<double>(c.off_route_m) / 50.0);
    add(Evidence::off_route, static_cast<double>(c.off_route_m), share * w.off_route);
  }
  if (c.in_corridor && c.off_route_m <= 0.0F && length <= act_to_s && !silent)
    add(Evidence::traffic, length, w.traffic);
  constexpr double turned_from_deg = 120.0;
  if (c.turned_deg >= static_cast<float>(turned_from_deg))
    add(Evidence::turned_back, static_cast<double>(c.turned_deg), w.turned_back);
  if (c.watched) add(Evidence::watch_zone, 1.0, w.watch_zone);
  if (c.known) add(Evidence::known_place, 1.0, w.known_place);
  if (c.serviced) add(Evidence::service, 1.0, w.service);
  if (proof == DumpProof::reloaded) add(Evidence::reloaded, 1.0, w.reloaded);
  if (proof == DumpProof::disposal_seen) add(Evidence::disposal_seen, 1.0, w.disposal_seen);
  return reasons;
}

}  // namespace haulwatch::detect
