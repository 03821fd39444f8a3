#pragma once

#include <haulwatch/detect/stage.hpp>
#include <haulwatch/registry/objects.hpp>
#include <haulwatch/trip_fault.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace haulwatch::detect {

/// A load, as far as permits and manifests ask.
struct LoadTaken {
  SubjectId trip{};
  TimeUtc loaded_at = no_time;
  TimeUtc unloaded_at = no_time;               ///< `no_time` while it is on its way, or where that was not seen
  std::uint32_t origin_and_one = 0;            ///< site; 0: outside every site
  std::optional<registry::SiteIndex> brought;  ///< to this registered site; nothing where it is not known, or was none
};

/// How well one permit covers a load: more is better, 0 is not at all.
///
/// A permit covers what it names the origin of and what was taken up in its validity, `valid_from` inclusive to
/// `valid_to` exclusive: a load is begun under a permit, and that it arrives after the last midnight does not undo it.
/// Of those that cover, the right destination counts for more than the hours, and both for more than one. Hours have to
/// hold at loading and, where it was seen, at unloading.
struct PermitFit {
  bool covers = false;
  bool right_place = false;
  bool in_hours = false;

  [[nodiscard]] constexpr int rank() const noexcept {
    return covers ? 1 + (in_hours ? 1 : 0) + (right_place ? 2 : 0) : 0;
  }
};

namespace detail {
/// A list of sites that names none leaves the choice free.
[[nodiscard]] inline bool names(const std::vector<registry::SiteIndex>& sites, registry::SiteIndex index) noexcept {
  return sites.empty() || std::ranges::find(sites, index) != sites.end();
}
}  // namespace detail

[[nodiscard]] inline PermitFit permit_fit(const registry::Permit& permit, const LoadTaken& load) noexcept {
  PermitFit fit;
  if (load.origin_and_one == 0 || !detail::names(permit.origins, load.origin_and_one - 1)) return fit;
  fit.covers = permit.is_valid_at(load.loaded_at);
  fit.right_place = !load.brought || detail::names(permit.disposals, *load.brought);
  fit.in_hours = permit.daily_windows.holds_at(load.loaded_at) &&
                 (load.unloaded_at == no_time || permit.daily_windows.holds_at(load.unloaded_at));
  return fit;
}

/// The permit that covers a load best, and what it does not cover.
struct PermitCover {
  std::optional<registry::PermitIndex> permit;
  PermitFit fit;
  TripFaults faults;
};

/// Of the vehicle's own permits; of equals the first in the registry. A load from outside every site has no permit, and
/// is `unknown_origin` rather than `no_permit` as long as the vehicle holds one for that time. Nothing is wrong where
/// the registry has no permits at all.
///
/// Time: O(permits of the vehicle).
[[nodiscard]] inline PermitCover permit_cover(const World& world, const LoadTaken& load) noexcept {
  PermitCover best;
  if (world.registry.permits().empty()) return best;
  bool holds_one = false;
  for (const registry::PermitIndex index : world.permits) {
    const registry::Permit& permit = world.registry.permits()[index];
    holds_one = holds_one || permit.is_valid_at(load.loaded_at);
    const PermitFit fit = permit_fit(permit, load);
    if (fit.rank() <= best.fit.rank()) continue;
    best.permit = index;
    best.fit = fit;
  }
  if (best.permit) {
    if (!best.fit.right_place) best.faults.add(TripFault::wrong_destination);
    if (!best.fit.in_hours) best.faults.add(TripFault::off_hours);
  } else if (load.origin_and_one != 0 || !holds_one) {
    best.faults.add(TripFault::no_permit);
  }
  if (load.origin_and_one == 0) best.faults.add(TripFault::unknown_origin);
  return best;
}

}  // namespace haulwatch::detect
