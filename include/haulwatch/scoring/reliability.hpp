#pragma once

#include <haulwatch/scoring/tally.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace haulwatch::scoring {

/// Claims whose scores lie in one tenth of the scale.
struct ReliabilityBin {
  std::uint64_t claims = 0;
  std::uint64_t true_claims = 0;
  double score_sum = 0.0;
};

/// Whether a score of 0.8 is right eight times in ten.
struct Reliability {
  std::array<ReliabilityBin, 10> bins;  ///< [0, 0.1), [0.1, 0.2) … [0.9, 1]
  /// Mean square of score less outcome; 0 is best. Brier, Verification of Forecasts Expressed in Terms of Probability
  /// (Monthly Weather Review 78, 1950).
  std::optional<double> brier;
};

[[nodiscard]] Reliability reliability_of(std::span<const ScoredClaim> claims);

}  // namespace haulwatch::scoring
