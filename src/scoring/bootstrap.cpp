#include <haulwatch/scoring/bootstrap.hpp>

#include <algorithm>
#include <cmath>

namespace haulwatch::scoring {
namespace {

/// Steele, Lea, Flood, Fast Splittable Pseudorandom Number Generators (OOPSLA 2014).
class SplitMix64 {
 public:
  std::uint64_t next() noexcept {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }

 private:
  std::uint64_t state_ = 20260312;
};

/// Nearest rank.
double at_share(const std::vector<double>& sorted, double share) {
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

}  // namespace

Bootstrap::Bootstrap(std::size_t worlds, std::size_t resamples) : each_once_(worlds, 1) {
  if (worlds < 2) return;
  SplitMix64 random;
  resamples_.assign(resamples, Weights(worlds, 0));
  for (Weights& weights : resamples_)
    for (std::size_t i = 0; i < worlds; ++i) ++weights[random.next() % worlds];
}

Estimate Bootstrap::estimate(const std::function<std::optional<double>(const Weights&)>& figure) const {
  Estimate estimate{figure(each_once_), {}, {}};
  if (!estimate.value) return estimate;
  std::vector<double> values;
  for (const Weights& weights : resamples_)
    if (const auto value = figure(weights)) values.push_back(*value);
  if (values.empty()) return estimate;
  std::ranges::sort(values);
  estimate.low = at_share(values, 0.025);
  estimate.high = at_share(values, 0.975);
  return estimate;
}

}  // namespace haulwatch::scoring
