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
#include <limits>

namespace haulwatch::detect {

/// The one table: what each piece of evidence adds to the log-odds of a dump when it speaks in full.
struct DumpWeights {
  double prior = -5.5;     ///< one in 250 halts and crawls of a loaded truck away from all places
  double load_lost = 5.0;  ///< a sound sensor decides nearly alone
  double load_kept = -3.5;
  double body_raised = 4.2;
  double body_not_raised = -2.0;  ///< a tipping body that stays down; grabs and belts exist
  double raised_rolling = 5.0;
  double stop_length = 1.6;  ///< 1 to 15 min, the time that a dump takes
  double off_route = 0.9;
  double turned_back = 2.3;
  double away = 1.2;  ///< once and back again from the disposals: in full when straight away from them
  double watch_zone = 2.0;
  double silent = 2.6;
  double slow_silence = 1.4;
  double reloaded = 5.0;     ///< what was not brought to a disposal went elsewhere
  double no_disposal = 2.5;  ///< parked for hours; some keep a load over night
  double disposal_seen = -5.0;
  double known_place = -3.0;
  double service = -4.0;
  double queue = -1.5;
  double traffic = -0.5;
  double rest = -1.0;
  double unheard_visit = 0.6;           ///< log-odds of an unheard unloading in a disposal, if the silence just fits it
  double unheard_visit_room = 4.5;      ///< more for each e-fold of room
  double unheard_visit_at_place = 4.0;  ///< the silence began or ended there
};

/// How likely it is that the load went unheard where it should.
struct UnheardOdds {
  float room = 0;  ///< the silence's length over what the visit takes; 0: there is no such silence
  bool at_place = false;

  [[nodiscard]] double log_odds(const DumpWeights& w) const noexcept {
    constexpr double least = -2.0;
    constexpr double most = 1.5;
    const double fit = std::clamp(std::log(std::max(static_cast<double>(room), 1e-3)), least, most);
    return w.unheard_visit + w.unheard_visit_room * fit + (at_place ? w.unheard_visit_at_place : 0.0);
  }
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
  SubjectId stop{};
  geo::RoundedPoint place;
  std::uint32_t length_ms = 0;
  float off_route_m = 0;        ///< beyond the edge of the approved corridor; below 0 inside
  float away = 0;               ///< way after it away from the disposals, less that towards them, of what tells in full
  float excess_s = 0;           ///< of a silence: longer than the way across it takes
  std::uint16_t raised_s = 0;   ///< body up while it stood
  std::uint16_t rolling_m = 0;  ///< driven with the body up
  std::uint8_t turned_deg = 0;  ///< between the ways in and out; 180: it left as it came
  Shape shape = Shape::stop;
  After load = After::unknown;
  bool bound : 1 = false;  ///< approved routes were known there
  bool watched : 1 = false;
  bool known : 1 = false;
  bool serviced : 1 = false;
  bool queued : 1 = false;  ///< before the gate of a place of loads
  bool lift_sees : 1 = false;

  [[nodiscard]] bool exists() const noexcept { return start != no_time; }
  [[nodiscard]] TimeUtc end() const noexcept { return start + Milliseconds{length_ms}; }
  /// At most 49 days after the start: as long as the memory of it lasts.
  void end_at(TimeUtc time) noexcept {
    constexpr std::int64_t longest = std::numeric_limits<std::uint32_t>::max();
    length_ms = static_cast<std::uint32_t>(std::clamp<std::int64_t>((time - start).count(), 0, longest));
  }
};
static_assert(sizeof(DumpCandidate) == 48);

/// What was learnt after a candidate, of the load as a whole.
enum class DumpProof : std::uint8_t { none, no_disposal, reloaded, disposal_seen };

[[nodiscard]] inline Reasons reasons_of(const DumpCandidate& c, DumpProof proof, const UnheardOdds& unheard,
                                        const DumpWeights& w) noexcept {
  Reasons reasons;
  const auto add = [&](Evidence evidence, double value, double weight) {
    if (weight != 0.0) reasons.set({evidence, static_cast<float>(value), static_cast<float>(weight)});
  };
  const double length = 1e-3 * c.length_ms;
  const bool silent = c.shape == DumpCandidate::Shape::silence;
  constexpr double act_from_s = 40.0;  // that is seen of the minute and a half that the quickest take
  constexpr double act_to_s = 900.0;
  constexpr double rest_s = 1800.0;
  add(Evidence::prior, 1.0, w.prior);
  if (c.load == DumpCandidate::After::lost) add(Evidence::load_lost, 1.0, w.load_lost);
  if (c.load == DumpCandidate::After::kept) add(Evidence::load_kept, 1.0, w.load_kept);
  if (c.rolling_m > 0) add(Evidence::raised_rolling, c.rolling_m, w.raised_rolling);
  if (c.raised_s > 0 && c.rolling_m == 0) add(Evidence::body_raised, c.raised_s, w.body_raised);
  const bool down = c.raised_s == 0 && c.rolling_m == 0;
  if (down && c.lift_sees && !silent) add(Evidence::body_not_raised, 1.0, w.body_not_raised);
  if (!silent && length >= act_from_s && length <= act_to_s) add(Evidence::stop_length, length, w.stop_length);
  if (!silent && length > rest_s) add(Evidence::rest, length, w.rest);
  if (silent) {
    add(Evidence::silent, length, w.silent);
    if (c.excess_s > static_cast<float>(act_from_s))
      add(Evidence::slow_silence, static_cast<double>(c.excess_s), w.slow_silence);
  }
  constexpr std::uint8_t turned_from_deg = 120;
  const bool turned = c.turned_deg >= turned_from_deg;
  // Where it was in a silence nobody knows.
  if (!silent && c.bound && c.off_route_m > 0.0F) {
    const double share = std::min(1.0, static_cast<double>(c.off_route_m) / 50.0);
    add(Evidence::off_route, static_cast<double>(c.off_route_m), share * w.off_route);
  }
  if (!silent && !turned && c.bound && c.off_route_m <= 0.0F && length <= act_to_s)
    add(Evidence::traffic, length, w.traffic);
  if (turned) add(Evidence::turned_back, c.turned_deg, w.turned_back);
  // Away from the disposals it drives after an unheard visit to one, too.
  const bool tells_where = !silent || c.away < 0.0F;
  if (tells_where && c.away != 0.0F)
    add(Evidence::away, static_cast<double>(c.away), static_cast<double>(c.away) * w.away);
  if (c.watched) add(Evidence::watch_zone, 1.0, w.watch_zone);
  if (c.known) add(Evidence::known_place, 1.0, w.known_place);
  if (c.serviced) add(Evidence::service, 1.0, w.service);
  if (c.queued) add(Evidence::queue, 1.0, w.queue);
  double gone = 0.0;  // the load is, wherever it went
  if (proof == DumpProof::reloaded) add(Evidence::reloaded, 1.0, gone = w.reloaded);
  if (proof == DumpProof::no_disposal) add(Evidence::no_disposal, 1.0, gone = w.no_disposal);
  if (proof == DumpProof::disposal_seen) add(Evidence::disposal_seen, 1.0, w.disposal_seen);
  if (silent && c.load == DumpCandidate::After::lost) gone += w.load_lost;
  // What is gone went into one of them: the visit takes its share of the odds.
  if (gone > 0.0 && unheard.room > 0.0F)
    add(Evidence::unheard_visit, static_cast<double>(unheard.room), -std::log1p(std::exp(gone + unheard.log_odds(w))));
  return reasons;
}

}  // namespace haulwatch::detect
