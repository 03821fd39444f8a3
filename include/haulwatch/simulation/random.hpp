#pragma once

#include <haulwatch/simulation/elementary.hpp>
#include <haulwatch/stable_hash.hpp>

#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace haulwatch::simulation {

/// Random numbers that are the same on every machine, which the distributions of the standard library are not.
///
/// Each purpose draws from a stream of its own, seeded by a hash of what it is for: one more draw in one place then
/// shifts nothing elsewhere, and any vehicle or day can be made without those before it.
///
/// The generator is SplitMix64 (Steele, Lea, Flood, Fast Splittable Pseudorandom Number Generators, 2014): a counter
/// and a finaliser, which passes BigCrush. 8 bytes of state, about 1 ns a number. Threads: one at a time.
class Random {
 public:
  explicit constexpr Random(std::uint64_t state) noexcept : state_{state} {}

  /// The stream of one purpose. \param which vehicle, day, site…: whatever tells streams of that purpose apart
  template <class... Numbers>
  [[nodiscard]] static constexpr Random stream(std::uint64_t seed, std::string_view purpose,
                                               Numbers... which) noexcept {
    StableHash hash;
    hash.add(seed).add(purpose);
    (hash.add(static_cast<std::uint64_t>(which)), ...);
    return Random{hash.value()};
  }

  /// 64 bits.
  constexpr std::uint64_t next() noexcept {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }

  /// From 0 up to and without 1, in steps of 2^-53.
  constexpr double uniform() noexcept { return static_cast<double>(next() >> 11U) * 0x1p-53; }

  /// From `low` up to `high`.
  constexpr double uniform(double low, double high) noexcept { return low + (high - low) * uniform(); }

  /// One of 0 to `below` - 1, each as likely as the other to within `below` × 2^-64. \param below above 0
  constexpr std::uint64_t whole(std::uint64_t below) noexcept {
    // The high half of a product: Lemire, Fast Random Integer Generation in an Interval, 2019.
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((static_cast<Wide>(next()) * below) >> 64U);
  }

  /// One of `first` to `last`, both included.
  constexpr std::int64_t whole(std::int64_t first, std::int64_t last) noexcept {
    return first + static_cast<std::int64_t>(whole(static_cast<std::uint64_t>(last - first) + 1));
  }

  /// True with probability `p`.
  constexpr bool chance(double p) noexcept { return uniform() < p; }

  /// Waiting time until something that happens once in `mean`.
  double exponential(double mean) noexcept { return -mean * logarithm(1.0 - uniform()); }

  /// Mean 0, standard deviation 1.
  double normal() noexcept;

  double normal(double mean, double sigma) noexcept { return mean + sigma * normal(); }

  /// \param median half of the draws lie below \param spread standard deviation of the natural logarithm: 0.7 is a
  /// factor of two either way in two thirds of the draws
  double log_normal(double median, double spread) noexcept { return median * exponential_of(spread * normal()); }

  /// An index, as likely as its weight says. \param weights none negative, not all 0
  [[nodiscard]] std::size_t pick(std::span<const double> weights) noexcept;

 private:
  std::uint64_t state_;
};

namespace detail {

/// A ratio of two polynomials of degree 3, as in algorithm AS 241.
[[nodiscard]] inline double as241_tail(double r) noexcept {
  if (r <= 5.0) {
    r -= 1.6;
    return (((0.17023821103 * r + 1.3067284816) * r + 2.7568153900) * r + 1.4234372777) /
           ((0.12021132975 * r + 0.73700164250) * r + 1.0);
  }
  r -= 5.0;
  return (((0.017337203997 * r + 0.42868294337) * r + 3.0812263860) * r + 6.6579051150) /
         ((0.012258202635 * r + 0.24197894225) * r + 1.0);
}

}  // namespace detail

inline double Random::normal() noexcept {
  // The inverse of the distribution, PPND7: Wichura, Algorithm AS 241, Applied Statistics 37 (1988); 1e-7. One draw
  // gives one number whatever it is, so a stream's later numbers depend on nothing but their place.
  const double p = (static_cast<double>(next() >> 11U) + 0.5) * 0x1p-53;
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * (((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179) /
           (((67.187563600 * r + 78.757757664) * r + 17.895169469) * r + 1.0);
  }
  const double z = detail::as241_tail(std::sqrt(-logarithm(q < 0.0 ? p : 1.0 - p)));
  return q < 0.0 ? -z : z;
}

inline std::size_t Random::pick(std::span<const double> weights) noexcept {
  double total = 0.0;
  for (const double weight : weights) total += weight;
  assert(total > 0.0);
  double left = uniform() * total;
  std::size_t last = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] <= 0.0) continue;
    last = i;
    if ((left -= weights[i]) < 0.0) break;
  }
  return last;
}

}  // namespace haulwatch::simulation
