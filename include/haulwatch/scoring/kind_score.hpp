#pragma once

#include <haulwatch/scoring/episode.hpp>
#include <haulwatch/scoring/episode_match.hpp>
#include <haulwatch/scoring/kind_rule.hpp>
#include <haulwatch/scoring/tally.hpp>

#include <functional>
#include <span>
#include <vector>

namespace haulwatch::scoring {

/// Truths and claims of one kind, with who was matched with whom.
struct KindResult {
  std::vector<Match> matches;
  std::vector<bool> truth_is_found;
  std::vector<bool> claim_is_true;
  KindTally tally;
};

/// Whether a claim that was not matched is left out of the count.
using IsNeutral = std::function<bool(const Episode&)>;

/// Matches and counts. A claim marked as retracted is never matched and counts as false.
/// Threads: any.
[[nodiscard]] KindResult score_kind(std::span<const Episode> truths, std::span<const Episode> claims,
                                    const KindRule& rule, const IsNeutral& is_neutral = {});

}  // namespace haulwatch::scoring
