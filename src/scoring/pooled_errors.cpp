#include <haulwatch/scoring/pooled_errors.hpp>

#include <algorithm>
#include <cmath>

namespace haulwatch::scoring {

PooledErrors::PooledErrors(std::span<const std::vector<double>* const> worlds) {
  for (std::uint32_t world = 0; world < worlds.size(); ++world) {
    count_.push_back(worlds[world]->size());
    for (const double error : *worlds[world]) sorted_.emplace_back(error, world);
  }
  std::ranges::sort(sorted_);
}

std::optional<double> PooledErrors::quantile(double share, const Weights& weights) const {
  std::uint64_t all = 0;
  for (std::size_t world = 0; world < count_.size(); ++world) all += count_[world] * weights[world];
  if (all == 0) return std::nullopt;
  const auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(all))));
  std::uint64_t passed = 0;
  for (const auto& [error, world] : sorted_) {
    passed += weights[world];
    if (passed >= rank) return error;
  }
  return std::nullopt;
}

}  // namespace haulwatch::scoring
