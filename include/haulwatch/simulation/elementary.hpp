#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>

/// Elementary functions of which every bit is the same on every machine.
///
/// The C library picks its variant by the processor, with or without fused multiply-add, and the variants differ in the
/// last bit now and then. A simulated world has to be the same everywhere, so these use additions, multiplications and
/// divisions alone, which IEEE 754 rounds in one way. Some 1e-15 relative; 3 to 8 ns. Threads: pure functions.
namespace haulwatch::simulation {

namespace detail {

/// By Estrin's scheme: pairs of terms first, which wait for each other half as long as one after the other.
template <std::size_t N>
[[nodiscard]] constexpr double polynomial(const std::array<double, N>& highest_first, double x) noexcept {
  if constexpr (N == 1) {
    return highest_first[0];
  } else {
    std::array<double, (N + 1) / 2> pairs{};
    pairs[0] = highest_first[0];
    for (std::size_t i = N % 2; i + 1 < N; i += 2) pairs[(i + 1) / 2] = highest_first[i] * x + highest_first[i + 1];
    return polynomial(pairs, x * x);
  }
}

/// 1 / 21, 1 / 19 … 1, each with `sign` times the sign of the one after it.
[[nodiscard]] constexpr std::array<double, 11> odd_reciprocals(double sign) noexcept {
  std::array<double, 11> series{};
  double factor = 1.0;
  for (std::size_t i = 0; i < series.size(); ++i, factor *= sign)
    series[series.size() - 1 - i] = factor / (2.0 * static_cast<double>(i) + 1.0);
  return series;
}

/// 1 / (first + 2 n)! with alternating signs: the series of the sine (first 1) and of the cosine (first 0).
[[nodiscard]] constexpr std::array<double, 9> alternating_factorials(int first) noexcept {
  std::array<double, 9> series{};
  double term = 1.0;
  for (std::size_t i = 0; i < series.size(); ++i) {
    series[series.size() - 1 - i] = term;
    const double n = first + 2.0 * static_cast<double>(i);
    term /= -(n + 1.0) * (n + 2.0);
  }
  return series;
}

/// 1 / n!, the highest first.
[[nodiscard]] constexpr std::array<double, 14> reciprocal_factorials() noexcept {
  std::array<double, 14> series{};
  double term = 1.0;
  for (std::size_t i = 0; i < series.size(); ++i) {
    series[series.size() - 1 - i] = term;
    term /= static_cast<double>(i) + 1.0;
  }
  return series;
}

/// The nearest whole number, of halves the even one; a library's `floor` would be a call. \param x up to 2^51 either
/// way
[[nodiscard]] constexpr double nearest_whole(double x) noexcept {
  constexpr double no_room_for_fractions = 0x1.8p52;
  return (x + no_room_for_fractions) - no_room_for_fractions;
}

}  // namespace detail

namespace detail {

/// \param t 0 to 1
[[nodiscard]] inline double arctangent(double t) noexcept {
  double factor = 1.0;
  // Halving the angle, twice at most, brings the argument below 0.2, where the series is short.
  while (t > 0.2) {
    t = t / (1.0 + std::sqrt(1.0 + t * t));
    factor *= 2.0;
  }
  constexpr auto series = odd_reciprocals(-1.0);
  return factor * t * polynomial(series, t * t);
}

}  // namespace detail

/// The natural logarithm. \param x positive and normal
[[nodiscard]] inline double logarithm(double x) noexcept {
  constexpr std::uint64_t exponent_of_one = 0x3ff0000000000000U;
  const auto bits = std::bit_cast<std::uint64_t>(x);
  // The mantissa is taken from [sqrt(1/2), sqrt(2)), where the series in s = (m - 1) / (m + 1) is short.
  const std::uint64_t shifted = bits + (exponent_of_one - std::bit_cast<std::uint64_t>(std::numbers::sqrt2 / 2));
  const auto exponent = static_cast<double>(static_cast<std::int64_t>(shifted >> 52U) - 1023);
  const double m = std::bit_cast<double>(bits - ((shifted - exponent_of_one) & 0xfff0000000000000U));
  const double s = (m - 1.0) / (m + 1.0);
  const double z = s * s;
  constexpr auto series = detail::odd_reciprocals(1.0);
  return exponent * std::numbers::ln2 + 2.0 * s * detail::polynomial(series, z);
}

/// e to the power of x; 0 below -700. \param x at most 700
[[nodiscard]] inline double exponential_of(double x) noexcept {
  if (!(x > -700.0)) return 0.0;
  const double k = detail::nearest_whole(x * std::numbers::log2e);
  const double r = x - k * std::numbers::ln2;
  constexpr auto series = detail::reciprocal_factorials();
  return detail::polynomial(series, r) *
         std::bit_cast<double>(static_cast<std::uint64_t>(static_cast<std::int64_t>(k) + 1023) << 52U);
}

/// The angle of the vector (x, y), anticlockwise from the x axis: -pi to pi; 0 for no vector.
[[nodiscard]] inline double angle_of(double y, double x) noexcept {
  const double ax = std::abs(x);
  const double ay = std::abs(y);
  const double longer = ax > ay ? ax : ay;
  if (!(longer > 0.0)) return 0.0;
  double angle = detail::arctangent((ax > ay ? ay : ax) / longer);
  if (ay > ax) angle = std::numbers::pi / 2 - angle;
  if (x < 0.0) angle = std::numbers::pi - angle;
  return y < 0.0 ? -angle : angle;
}

struct SineCosine {
  double sine = 0.0;
  double cosine = 1.0;
};

/// \param angle radians, up to some 1e6 either way
[[nodiscard]] inline SineCosine sine_cosine(double angle) noexcept {
  const double quarter = detail::nearest_whole(angle * (2.0 / std::numbers::pi));
  const double r = angle - quarter * (std::numbers::pi / 2);
  const double z = r * r;
  constexpr auto sine_series = detail::alternating_factorials(1);
  constexpr auto cosine_series = detail::alternating_factorials(0);
  const double s = r * detail::polynomial(sine_series, z);
  const double c = detail::polynomial(cosine_series, z);
  switch (static_cast<std::int64_t>(quarter) & 3) {
    case 0:
      return {s, c};
    case 1:
      return {c, -s};
    case 2:
      return {-s, -c};
    default:
      return {-c, s};
  }
}

/// sin(x) / x: how much shorter than an arc its chord is, x being half of what it turns.
[[nodiscard]] inline double chord_of_arc(double x) noexcept {
  if (x > 1.0 || x < -1.0) return sine_cosine(x).sine / x;
  constexpr auto series = detail::alternating_factorials(1);
  return detail::polynomial(series, x * x);
}

}  // namespace haulwatch::simulation
