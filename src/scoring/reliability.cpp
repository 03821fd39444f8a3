#include <haulwatch/scoring/reliability.hpp>

#include <algorithm>
#include <cstddef>

namespace haulwatch::scoring {

Reliability reliability_of(std::span<const ScoredClaim> claims) {
  Reliability reliability;
  double squares = 0.0;
  for (const ScoredClaim& claim : claims) {
    const auto bin = std::min<std::size_t>(9, static_cast<std::size_t>(claim.score * 10.0));
    ReliabilityBin& into = reliability.bins[bin];
    ++into.claims;
    into.true_claims += claim.is_true ? 1 : 0;
    into.score_sum += claim.score;
    const double miss = claim.score - (claim.is_true ? 1.0 : 0.0);
    squares += miss * miss;
  }
  if (!claims.empty()) reliability.brier = squares / static_cast<double>(claims.size());
  return reliability;
}

}  // namespace haulwatch::scoring
