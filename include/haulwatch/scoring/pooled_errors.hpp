#pragma once

#include <haulwatch/scoring/bootstrap.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace haulwatch::scoring {

/// The errors of all worlds in order of size, each knowing its world, so that a quantile of any resample is one walk.
class PooledErrors {
 public:
  /// \param worlds the errors of each world
  explicit PooledErrors(std::span<const std::vector<double>* const> worlds);

  [[nodiscard]] std::size_t size() const noexcept { return sorted_.size(); }

  /// The smallest error up to which at least `share` of all lie (nearest rank); nothing where there is none.
  [[nodiscard]] std::optional<double> quantile(double share, const Weights& weights) const;

 private:
  std::vector<std::pair<double, std::uint32_t>> sorted_;  ///< error and world
  std::vector<std::uint64_t> count_;                      ///< of each world
};

}  // namespace haulwatch::scoring
