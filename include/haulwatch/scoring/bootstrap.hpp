#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace haulwatch::scoring {

/// How often each world counts: once each in the figures themselves, 0 to several times in a resample.
using Weights = std::vector<std::uint32_t>;

/// A figure with the bounds between which 95 of 100 resamples lie. All are absent where nothing was there to divide by;
/// the bounds also where there is but one world.
struct Estimate {
  std::optional<double> value, low, high;
};

/// Resamples of worlds: as many as there are, drawn with replacement. Efron, Bootstrap Methods: Another Look at the
/// Jackknife (Annals of Statistics 7, 1979); the bounds are the plain percentile ones.
///
/// The worlds are drawn, not their events, for all events of one seed share its county and its people. The draw has a
/// fixed seed and its own generator (SplitMix64): the same on every machine.
class Bootstrap {
 public:
  explicit Bootstrap(std::size_t worlds, std::size_t resamples = 1000);

  /// The figure over all worlds once each, and its bounds.
  [[nodiscard]] Estimate estimate(const std::function<std::optional<double>(const Weights&)>& figure) const;

  [[nodiscard]] const Weights& each_once() const noexcept { return each_once_; }

 private:
  Weights each_once_;
  std::vector<Weights> resamples_;  ///< none for a single world
};

}  // namespace haulwatch::scoring
