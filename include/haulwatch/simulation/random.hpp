#pragma once

#include <haulwatch/simulation/elementary.hpp>
#include <haulwatch/stable_hash.hpp>

#include <array>
#include <cassert>
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

  /// Mean 0, standard deviation 1, by the ziggurat of 256 layers: Marsaglia, Tsang, The Ziggurat Method for Generating
  /// Random Variables, 2000. One number of 64 bits is enough in 99 of 100 draws; the tail is exact.
  double normal() noexcept;

  double normal(double mean, double sigma) noexcept { return mean + sigma * normal(); }

  /// \param median half of the draws lie below \param spread standard deviation of the natural logarithm: 0.7 is a
  /// factor of two either way in two thirds of the draws
  double log_normal(double median, double spread) noexcept { return median * exponential_of(spread * normal()); }

  /// An index, as likely as its weight says. \param weights none negative, not all 0
  [[nodiscard]] std::size_t pick(std::span<const double> weights) noexcept;

 private:
  [[nodiscard]] double edge_of_normal(std::uint64_t bits) noexcept;

  std::uint64_t state_;
};

namespace detail {

/// The layers of the ziggurat, the widest first: half widths in steps of 2^-52, the step itself, the density.
struct Ziggurat {
  std::array<std::uint64_t, 256> inside{};
  std::array<double, 256> step{};
  std::array<double, 256> density{};
};
extern const Ziggurat ziggurat;

}  // namespace detail

inline double Random::normal() noexcept {
  const std::uint64_t bits = next();
  const std::size_t layer = bits & 0xffU;
  const std::uint64_t distance = bits >> 12U;
  if (distance < detail::ziggurat.inside[layer]) {
    const double x = static_cast<double>(distance) * detail::ziggurat.step[layer];
    return (bits & 0x100U) != 0 ? x : -x;
  }
  return edge_of_normal(bits);
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
