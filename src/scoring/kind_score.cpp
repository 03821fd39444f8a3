#include <haulwatch/scoring/kind_score.hpp>

#include <haulwatch/scoring/interval_index.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <cstddef>

namespace haulwatch::scoring {
namespace {

/// How many of `wholes` have two or more of `parts` inside, each with half its length or more.
std::uint64_t count_shared(std::span<const Episode> wholes, std::span<const Episode> parts) {
  const IntervalIndex index{parts};
  std::uint64_t shared = 0;
  for (const Episode& whole : wholes) {
    std::size_t inside = 0;
    index.each_touching(whole.told->vehicle, whole.start, whole.end, [&](std::uint32_t i) {
      const Milliseconds part = overlap(parts[i], whole);
      if (part > Milliseconds{0} && 2 * part >= parts[i].length()) ++inside;
    });
    shared += inside > 1 ? 1 : 0;
  }
  return shared;
}

void add(KindTally& tally, ErrorOf error, double value) {
  tally.errors[static_cast<std::size_t>(error)].push_back(value);
}

void add_errors(KindTally& tally, const Episode& truth, const Episode& claim, const KindRule& rule) {
  const bool is_interval = rule.in_time != InTime::instant;
  add(tally, ErrorOf::start_s, seconds(std::chrono::abs(claim.start - truth.start)));
  if (is_interval && !claim.is_open && !truth.is_open)
    add(tally, ErrorOf::end_s, seconds(std::chrono::abs(claim.end - truth.end)));
  if (const auto metres = metres_between(truth, claim)) add(tally, ErrorOf::place_m, *metres);
  const bool one_record = rule.closing.empty();
  const TimeUtc became_true = one_record ? truth.told->time : truth.start;
  if (claim.opened_detected != no_time) add(tally, ErrorOf::delay_s, seconds(claim.opened_detected - became_true));
  if (claim.closed_detected != no_time && !truth.is_open)
    add(tally, ErrorOf::end_delay_s, seconds(claim.closed_detected - truth.end));
}

void add_agreement(Counts& counts, const Episode& truth, const Episode& claim) {
  counts.same_site += truth.told->object == claim.told->object ? 1U : 0U;
  counts.same_faults += truth.told->faults == claim.told->faults ? 1U : 0U;
}

/// The claims that may be matched, and where each stands among all.
struct Standing {
  std::vector<Episode> claims;
  std::vector<std::uint32_t> number;
};

Standing standing_among(std::span<const Episode> claims) {
  Standing standing;
  for (std::uint32_t i = 0; i < claims.size(); ++i) {
    if (claims[i].is_retracted) continue;
    standing.claims.push_back(claims[i]);
    standing.number.push_back(i);
  }
  return standing;
}

}  // namespace

KindResult score_kind(std::span<const Episode> truths, std::span<const Episode> claims, const KindRule& rule,
                      const IsNeutral& is_neutral) {
  KindResult result;
  result.truth_is_found.assign(truths.size(), false);
  result.claim_is_true.assign(claims.size(), false);
  const Standing standing = standing_among(claims);
  Counts& counts = result.tally.counts;
  for (Match pair : match(truths, standing.claims, rule)) {
    pair.claim = standing.number[pair.claim];
    result.matches.push_back(pair);
    result.truth_is_found[pair.truth] = true;
    result.claim_is_true[pair.claim] = true;
    add_errors(result.tally, truths[pair.truth], claims[pair.claim], rule);
    add_agreement(counts, truths[pair.truth], claims[pair.claim]);
  }
  for (std::size_t i = 0; i < claims.size(); ++i)
    if (is_neutral && !result.claim_is_true[i] && !claims[i].is_retracted && is_neutral(claims[i])) ++counts.neutral;
  counts.truths = truths.size();
  counts.claims = claims.size() - counts.neutral;
  counts.matched = result.matches.size();
  if (rule.in_time != InTime::instant && rule.in_time != InTime::any_time) {
    counts.fragmented = count_shared(truths, claims);
    counts.merged = count_shared(claims, truths);
  }
  return result;
}

}  // namespace haulwatch::scoring
