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
  double prior = -2.2;     ///< of one halt, crawl or silence, against the load still being on
  double load_lost = 3.0;  ///< a sound sensor
  double load_kept = -1.9;
  double body_raised = 1.6;
  double body_not_raised = -2.7;  ///< a tipping body that stays down; grabs and belts exist
  double raised_rolling = 2.9;
  double cover_open = 2.0;    ///< opened there
  double stop_length = 0.95;  ///< from 4 to 15 min, less from 40 s on: the time that a dump takes
  double walking_pace = 0.6;
  double off_route = 0.4;
  double turned_back = 2.2;
  double homeward = -2.1;  ///< nearer to the place of loading again: empty trucks come back
  double watch_zone = 4.0;
  double silent = 2.65;
  double reloaded = 3.2;     ///< what was not brought to a disposal went elsewhere
  double no_disposal = 0.5;  ///< parked for hours; many keep a load over night
  double disposal_seen = -4.6;
  double known_place = -2.5;
  double service = -2.0;
  double queue = -3.7;
  double traffic = -0.4;
  double rest = -1.6;
  double record = 1.0;  ///< for each e-fold by which the truck's own loads were dumped more often than others' are
  double unheard_visit = 1.25;          ///< log-odds of an unheard unloading in a disposal, if the silence just fits it
  double unheard_visit_room = 2.2;      ///< more for each e-fold of room
  double unheard_visit_at_place = 1.7;  ///< the silence began or ended there
};

/// How likely it is that the load went unheard where it should.
struct UnheardOdds {
  float room = 0;  ///< the silence's length over what the visit takes; 0: there is no such silence
  bool at_place = false;
  bool lost = false;  ///< a sound sensor says that the load went in that silence

  [[nodiscard]] double log_odds(const DumpWeights& w) const noexcept {
    constexpr double least = -2.0;
    constexpr double most = 1.5;
    const double fit = std::clamp(std::log(std::max(static_cast<double>(room), 1e-3)), least, most);
    return w.unheard_visit + w.unheard_visit_room * fit + (at_place ? w.unheard_visit_at_place : 0.0) +
           (lost ? w.load_lost : 0.0);
  }
};

/// The score of a sum of log-odds: 0 to 1.
[[nodiscard]] inline double score_of(double log_odds) noexcept {
  return 1.0 / (1.0 + std::exp(-log_odds));
}

/// How a truck's loads ended, by the likelihoods that their suspicions had in the end: who dumps does so again. Older
/// loads fade, so that neither a slip nor a good name lasts for good.
class DumpRecord {
 public:
  void add_load(double dumped) noexcept {
    dumped_ += static_cast<float>(dumped);
    loads_ += 1.0F;
    constexpr float remembered = 40.0F;  // about a week's loads
    if (loads_ <= remembered) return;
    dumped_ *= 0.5F;
    loads_ *= 0.5F;
  }

  /// 0 to 1.
  [[nodiscard]] double share() const noexcept { return static_cast<double>(dumped_ / std::max(loads_, 1.0F)); }

  /// The logarithm of the truck's rate over the usual one, which is all that is believed before its first load, and as
  /// much as ten loads would tell.
  [[nodiscard]] double log_ratio() const noexcept {
    constexpr double usual = 0.03;
    constexpr double as_many_loads = 10.0;
    const double rate =
        (static_cast<double>(dumped_) + usual * as_many_loads) / (static_cast<double>(loads_) + as_many_loads);
    return std::clamp(std::log(rate / usual), -1.0, 2.0);
  }

 private:
  float dumped_ = 0;
  float loads_ = 0;
};

/// A stop, a crawl or a silence of a loaded truck in which the load may have gone, as measured.
struct DumpCandidate {
  enum class Shape : std::uint8_t { stop, crawl, silence };
  enum class After : std::uint8_t { unknown, kept, lost };

  TimeUtc start = no_time;
  SubjectId stop{};
  geo::RoundedPoint place;
  std::uint32_t length_ms = 0;
  float off_route_m = 0;        ///< beyond the edge of the approved corridor; below 0 inside
  float homeward_m = 0;         ///< nearer to the place of loading than it had been before
  std::uint16_t walking_s = 0;  ///< driven at a steady walking pace
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
  bool uncovered : 1 = false;  ///< the cover was opened there

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

/// Where else the load may have gone, or be.
struct DumpRivals {
  double odds = 0.0;  ///< sum over the other candidates of the load
  UnheardOdds visit;
  DumpProof proof = DumpProof::none;
  DumpRecord record{};  ///< of the truck, before this load

  /// The load is off the truck, wherever it went: log-odds.
  [[nodiscard]] double gone(const DumpWeights& w) const noexcept {
    switch (proof) {
      case DumpProof::reloaded:
        return w.reloaded;
      case DumpProof::no_disposal:
        return w.no_disposal;
      case DumpProof::disposal_seen:
        return w.disposal_seen;
      case DumpProof::none:
        break;
    }
    return 0.0;
  }
};

namespace detail {

/// What a candidate says for itself.
class OwnReasons {
 public:
  OwnReasons(const DumpCandidate& c, const DumpWeights& w) noexcept : c_{c}, w_{w} {
    add(Evidence::prior, 1.0, w.prior);
    add_sensors();
    if (c.shape == DumpCandidate::Shape::silence)
      add(Evidence::silent, length_s(), w.silent);
    else
      add_seen();
    add_place();
  }

  [[nodiscard]] const Reasons& reasons() const noexcept { return reasons_; }

 private:
  [[nodiscard]] double length_s() const noexcept { return 1e-3 * c_.length_ms; }

  void add(Evidence evidence, double value, double weight) noexcept {
    if (weight != 0.0) reasons_.set({evidence, static_cast<float>(value), static_cast<float>(weight)});
  }

  void add_sensors() noexcept {
    if (c_.load == DumpCandidate::After::lost) add(Evidence::load_lost, 1.0, w_.load_lost);
    if (c_.load == DumpCandidate::After::kept) add(Evidence::load_kept, 1.0, w_.load_kept);
    if (c_.rolling_m > 0)
      add(Evidence::raised_rolling, c_.rolling_m, w_.raised_rolling);
    else if (c_.raised_s > 0)
      add(Evidence::body_raised, c_.raised_s, w_.body_raised);
    else if (c_.lift_sees && c_.shape != DumpCandidate::Shape::silence)
      add(Evidence::body_not_raised, 1.0, w_.body_not_raised);
    if (c_.uncovered) add(Evidence::cover_open, 1.0, w_.cover_open);
  }

  /// What is known of what it did only where it was heard.
  void add_seen() noexcept {
    add_duration();
    constexpr std::uint8_t turned_from_deg = 120;
    const bool turned = c_.turned_deg >= turned_from_deg;
    if (turned) add(Evidence::turned_back, c_.turned_deg, w_.turned_back);
    if (!c_.bound) return;
    constexpr double fully_off_m = 50.0;
    const auto off_m = static_cast<double>(c_.off_route_m);
    if (off_m > 0.0)
      add(Evidence::off_route, off_m, std::min(1.0, off_m / fully_off_m) * w_.off_route);
    else if (!turned && length_s() <= act_to_s)
      add(Evidence::traffic, length_s(), w_.traffic);
  }

  void add_duration() noexcept {
    constexpr double act_from_s = 40.0;  // that is seen of the minute and a half that the quickest take
    constexpr double usual_s = 240.0;
    const double length = length_s();
    if (length > act_to_s) {
      add(Evidence::rest, length, w_.rest);
    } else if (length > act_from_s) {
      const double share = std::min(1.0, (length - act_from_s) / (usual_s - act_from_s));
      add(Evidence::stop_length, length, share * w_.stop_length);
    }
    constexpr double least_walk_s = 45.0;
    constexpr double nearly_all = 0.8;
    if (c_.walking_s >= least_walk_s && c_.walking_s >= nearly_all * length)
      add(Evidence::walking_pace, c_.walking_s, w_.walking_pace);
  }

  void add_place() noexcept {
    constexpr double from_m = 200.0;
    constexpr double fully_m = 2000.0;
    const double share = std::clamp((static_cast<double>(c_.homeward_m) - from_m) / (fully_m - from_m), 0.0, 1.0);
    if (share > 0.0) add(Evidence::homeward, static_cast<double>(c_.homeward_m), share * w_.homeward);
    if (c_.watched) add(Evidence::watch_zone, 1.0, w_.watch_zone);
    if (c_.known) add(Evidence::known_place, 1.0, w_.known_place);
    if (c_.serviced) add(Evidence::service, 1.0, w_.service);
    if (c_.queued) add(Evidence::queue, 1.0, w_.queue);
  }

  static constexpr double act_to_s = 900.0;

  const DumpCandidate& c_;
  const DumpWeights& w_;
  Reasons reasons_;
};

}  // namespace detail

/// The log-odds of a candidate against the load still being on, as if there were no other.
[[nodiscard]] inline double own_log_odds(const DumpCandidate& c, const DumpWeights& w) noexcept {
  return static_cast<double>(detail::OwnReasons{c, w}.reasons().sum());
}

/// All that speaks for and against one candidate, and by how much the others may account for the load.
///
/// One of these is so: the load is still on, or it went in one of the candidates, or unheard where it should. With own
/// log-odds s, those of the visit v, of the truck's record r and of being gone g, the candidate's are
/// s + r + g - log(1 + e^g (e^v + e^r sum of e^s of the others)).
[[nodiscard]] inline Reasons reasons_of(const DumpCandidate& c, const DumpRivals& rivals,
                                        const DumpWeights& w) noexcept {
  Reasons reasons = detail::OwnReasons{c, w}.reasons();
  const double gone = rivals.gone(w);
  const auto add = [&](Evidence evidence, double value, double weight) {
    constexpr double trifle = 0.05;
    if (std::abs(weight) >= trifle) reasons.set({evidence, static_cast<float>(value), static_cast<float>(weight)});
  };
  const double record = w.record * rivals.record.log_ratio();
  add(Evidence::record, rivals.record.share(), record);
  if (rivals.proof == DumpProof::reloaded) add(Evidence::reloaded, 1.0, gone);
  if (rivals.proof == DumpProof::no_disposal) add(Evidence::no_disposal, 1.0, gone);
  if (rivals.proof == DumpProof::disposal_seen) add(Evidence::disposal_seen, 1.0, gone);
  const bool may_visit = rivals.visit.room > 0.0F;
  const double visit = may_visit ? std::exp(gone + rivals.visit.log_odds(w)) : 0.0;
  if (may_visit) add(Evidence::unheard_visit, static_cast<double>(rivals.visit.room), -std::log1p(visit));
  const double others = std::exp(gone + record) * rivals.odds / (1.0 + visit);
  add(Evidence::rivals, others / (1.0 + others), -std::log1p(others));
  return reasons;
}

}  // namespace haulwatch::detect
