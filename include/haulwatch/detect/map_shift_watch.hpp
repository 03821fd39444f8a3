#pragma once

#include <haulwatch/geo/map_shift.hpp>
#include <haulwatch/geo/place_index.hpp>
#include <haulwatch/registry/registry.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace haulwatch::detect {

struct MapShiftOptions {
  std::uint32_t min_stops = 8;     ///< that lie in sites under the likeliest shift, before anything is said of a fleet
  std::uint32_t most_of_one = 12;  ///< that count of one vehicle, so that its terminal is not taken for the map
  std::uint32_t min_stops_of_one = 5;  ///< the same for one vehicle
  double margin = 3.0;                 ///< so many times as many as under any other shift
};

/// Counts, for each way in which tracks and map may lie apart, how many stops would then lie in registered sites.
///
/// Trucks that work stop where sites are. Under the right shift most of their longer stops fall into sites, under any
/// other only as many as sites cover of the land: the shift that gathers the stops is the true one. No threshold of
/// distance, and no line of a map, is needed. Time: one look-up for each shift and stop. Memory: 36 B. A plain copy.
class MapShiftCounts {
 public:
  /// Under which shifts a place would lie in a site: bit i for the i-th.
  using Hits = std::uint16_t;

  /// \param place WGS-84 as it was read
  [[nodiscard]] static Hits hits(LonLat place, const registry::Registry& registry) noexcept {
    unsigned in = 0;
    for (unsigned i = 0; i < geo::map_shift_count; ++i)
      if (lies_in_site(geo::in_registry(place, static_cast<geo::MapShift>(i)), registry)) in |= 1U << i;
    return static_cast<Hits>(in);
  }

  /// A stop of some minutes.
  void add(Hits hits) noexcept {
    ++stops_;
    for (unsigned i = 0; i < geo::map_shift_count; ++i)
      if ((static_cast<unsigned>(hits) >> i & 1U) != 0) ++in_site_[i];
  }

  /// Those of the shifts under which no more than `most` stops have been counted.
  [[nodiscard]] Hits counted_at_most(std::uint32_t most) const noexcept {
    unsigned few = 0;
    for (unsigned i = 0; i < geo::map_shift_count; ++i)
      if (in_site_[i] <= most) few |= 1U << i;
    return static_cast<Hits>(few);
  }

  [[nodiscard]] std::uint32_t stops() const noexcept { return stops_; }
  [[nodiscard]] std::uint32_t in_site(geo::MapShift shift) const noexcept {
    return in_site_[static_cast<std::size_t>(shift)];
  }

  /// The shift that the stops speak for; nothing while they do not.
  [[nodiscard]] std::optional<geo::MapShift> verdict(std::uint32_t min_stops, double margin) const noexcept {
    const auto best = std::max_element(in_site_.begin(), in_site_.end());
    std::uint32_t second = 0;
    for (auto it = in_site_.begin(); it != in_site_.end(); ++it)
      if (it != best) second = std::max(second, *it);
    if (*best < min_stops || static_cast<double>(*best) < margin * static_cast<double>(second)) return std::nullopt;
    return static_cast<geo::MapShift>(best - in_site_.begin());
  }

 private:
  static bool lies_in_site(LonLat place, const registry::Registry& registry) noexcept {
    constexpr double at_the_fence_m = 15.0;  // a fence is drawn by hand, a centre is a mean of fixes
    bool in = false;
    registry.places().for_each_near(registry.frame().to_local(place), [&](const geo::AreaHit& hit) {
      in = in || (hit.area < registry.sites().size() && hit.signed_distance_m <= at_the_fence_m);
    });
    return in;
  }

  std::array<std::uint32_t, geo::map_shift_count> in_site_{};
  std::uint32_t stops_ = 0;
};

}  // namespace haulwatch::detect
