#include <haulwatch/simulation/random.hpp>

#include <cmath>

namespace haulwatch::simulation {
namespace {

/// Where the tail begins, and the area of each layer, for 256 layers: Marsaglia and Tsang.
constexpr double tail_from = 3.6541528853610088;
constexpr double layer_area = 0.00492867323399;

constexpr double steps = 0x1p52;

double density_at(double x) {
  return exponential_of(-0.5 * x * x);
}

/// Layer 0 is the base with the tail; layer 255 is the widest above it, layer 1 the peak.
detail::Ziggurat build() {
  detail::Ziggurat z;
  const double base_width = layer_area / density_at(tail_from);
  z.inside[0] = static_cast<std::uint64_t>(tail_from / base_width * steps);
  z.step[0] = base_width / steps;
  z.density[0] = 1.0;
  z.step[255] = tail_from / steps;
  z.density[255] = density_at(tail_from);
  double wider = tail_from;
  for (std::size_t i = 254; i > 0; --i) {
    const double width = std::sqrt(-2.0 * logarithm(layer_area / wider + density_at(wider)));
    z.inside[i + 1] = static_cast<std::uint64_t>(width / wider * steps);
    z.step[i] = width / steps;
    z.density[i] = density_at(width);
    wider = width;
  }
  z.inside[1] = 0;
  return z;
}

}  // namespace

const detail::Ziggurat detail::ziggurat = build();

double Random::edge_of_normal(std::uint64_t bits) noexcept {
  for (;; bits = next()) {
    const std::size_t layer = bits & 0xffU;
    const double sign = (bits & 0x100U) != 0 ? 1.0 : -1.0;
    const double x = static_cast<double>(bits >> 12U) * detail::ziggurat.step[layer];
    if ((bits >> 12U) < detail::ziggurat.inside[layer]) return sign * x;
    if (layer > 0) {
      const double low = detail::ziggurat.density[layer];
      const double high = detail::ziggurat.density[layer - 1];
      if (low + uniform() * (high - low) < density_at(x)) return sign * x;
      continue;
    }
    // The tail: two exponentials, kept if they fit under it.
    double beyond = 0.0;
    double height = 0.0;
    do {
      beyond = exponential(1.0 / tail_from);
      height = exponential(1.0);
    } while (2.0 * height < beyond * beyond);
    return sign * (tail_from + beyond);
  }
}

}  // namespace haulwatch::simulation
