#include <haulwatch/scoring/episode_match.hpp>

#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/scoring/assignment.hpp>
#include <haulwatch/scoring/interval_index.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace haulwatch::scoring {
namespace {

constexpr std::chrono::hours longest_silence{12};

double closeness(Milliseconds apart, Milliseconds tolerance) noexcept {
  return 1.0 - seconds(std::chrono::abs(apart)) / (seconds(tolerance) + 1e-3);
}

bool same_object(const Episode& a, const Episode& b, SameObject same) noexcept {
  switch (same) {
    case SameObject::not_asked:
      return true;
    case SameObject::object:
      return a.told->object == b.told->object;
    case SameObject::object_and_qualifier:
      return a.told->object == b.told->object && a.told->qualifier == b.told->qualifier;
    case SameObject::both_sites:
      return a.told->origin == b.told->origin && a.told->destination == b.told->destination;
  }
  return false;
}

std::optional<double> overlap_fit(const Episode& truth, const Episode& claim, const KindRule& rule) noexcept {
  const Milliseconds apart = std::max(truth.start, claim.start) - std::min(truth.end, claim.end);
  if (apart > rule.tolerance) return std::nullopt;
  return intersection_over_union(truth, claim);
}

std::optional<double> both_ends_fit(const Episode& truth, const Episode& claim, const KindRule& rule) noexcept {
  const Milliseconds at_start = std::chrono::abs(truth.start - claim.start);
  const Milliseconds at_end = std::chrono::abs(truth.end - claim.end);
  if (at_start > rule.tolerance || at_end > rule.tolerance) return std::nullopt;
  return (closeness(at_start, rule.tolerance) + closeness(at_end, rule.tolerance)) / 2.0;
}

std::optional<double> fit_in_time(const Episode& truth, const Episode& claim, const KindRule& rule) noexcept {
  switch (rule.in_time) {
    case InTime::intersection_over_union: {
      const double share = intersection_over_union(truth, claim);
      return share >= rule.least_overlap ? std::optional{share} : std::nullopt;
    }
    case InTime::overlap:
      return overlap_fit(truth, claim, rule);
    case InTime::both_ends:
      return both_ends_fit(truth, claim, rule);
    case InTime::instant: {
      const Milliseconds apart = std::chrono::abs(truth.start - claim.start);
      return apart <= rule.tolerance ? std::optional{closeness(apart, rule.tolerance)} : std::nullopt;
    }
    case InTime::any_time:
      return 0.0;
  }
  return std::nullopt;
}

/// Whether the claim says of itself that it was decided across a silence, so that its place is a guess. A claim that
/// does not is held to the place that it names, even if its span happens to bridge one.
bool is_silence_claim(const Episode& claim, const KindRule& rule) noexcept {
  return rule.in_time == InTime::overlap && claim.told->inferred;
}

bool fits_silence(const Episode& truth, const Episode& claim) noexcept {
  return claim.length() <= longest_silence && 2 * overlap(truth, claim) >= truth.length();
}

}  // namespace

Milliseconds overlap(const Episode& a, const Episode& b) noexcept {
  return std::max(Milliseconds{0}, std::min(a.end, b.end) - std::max(a.start, b.start));
}

double intersection_over_union(const Episode& a, const Episode& b) noexcept {
  const Milliseconds shared = overlap(a, b);
  const Milliseconds together = a.length() + b.length() - shared;
  if (together == Milliseconds{0}) return a.start == b.start ? 1.0 : 0.0;
  return seconds(shared) / seconds(together);
}

std::optional<double> metres_between(const Episode& a, const Episode& b) noexcept {
  if (!a.told->place || !b.told->place) return std::nullopt;
  return geo::norm(geo::LocalFrame{*a.told->place}.to_local(*b.told->place));
}

std::optional<double> fit(const Episode& truth, const Episode& claim, const KindRule& rule) noexcept {
  if (!same_object(truth, claim, rule.same)) return std::nullopt;
  const auto distance = metres_between(truth, claim);
  const bool is_near = !distance || *distance <= rule.most_distance.value();
  if (!is_near && !(is_silence_claim(claim, rule) && fits_silence(truth, claim))) return std::nullopt;
  const auto in_time = fit_in_time(truth, claim, rule);
  if (!in_time || rule.in_time != InTime::any_time) return in_time;
  return distance ? std::optional{1.0 - *distance / rule.most_distance.value()} : std::nullopt;
}

std::vector<Match> match(std::span<const Episode> truths, std::span<const Episode> claims, const KindRule& rule) {
  const IntervalIndex index{claims};
  const bool any_time = rule.in_time == InTime::any_time;
  std::vector<Candidate> candidates;
  for (std::uint32_t t = 0; t < truths.size(); ++t) {
    const Episode& truth = truths[t];
    const TimeUtc from = any_time ? TimeUtc{Milliseconds{0}} : truth.start - rule.tolerance;
    const TimeUtc to = any_time ? TimeUtc::max() : truth.end + rule.tolerance;
    index.each_touching(truth.told->vehicle, from, to, [&](std::uint32_t c) {
      if (const auto quality = fit(truth, claims[c], rule)) candidates.push_back({t, c, *quality});
    });
  }
  const auto rows = static_cast<std::uint32_t>(truths.size());
  std::vector<Match> matches;
  for (const Assigned pair : assign(rows, static_cast<std::uint32_t>(claims.size()), candidates))
    matches.push_back({pair.row, pair.column});
  return matches;
}

}  // namespace haulwatch::scoring
