#pragma once

#include <haulwatch/detect/stage.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace haulwatch::detect {

/// Which of a vehicle's permits hold at present, and until when that stays so.
///
/// A permit holds from `valid_from` (inclusive) to `valid_to` (exclusive), within its daily windows. The answer is kept
/// as one bit a permit until the next instant at which any of them changes, so that a fix costs one comparison; permits
/// beyond the 64th of one vehicle are asked anew each time. 16 B, a plain copy.
class PermitsInForce {
 public:
  /// From then on the answer may differ: `renew` has to be called. Before the first call it is older than every time.
  [[nodiscard]] TimeUtc next_change() const noexcept { return next_change_; }

  void renew(TimeUtc now, const World& world) noexcept {
    holds_ = 0;
    next_change_ = TimeUtc::max();
    for (std::size_t i = 0; i < world.permits.size(); ++i) {
      const registry::Permit& permit = permit_at(i, world);
      if (i < remembered && holds_at(permit, now)) holds_ |= std::uint64_t{1} << i;
      next_change_ = std::min(next_change_, change_after(permit, now));
    }
  }

  /// Calls `on_permit(PermitIndex, const Permit&)` for each that holds, in the order of `World::permits`.
  /// \pre `now` lies before `next_change()`
  template <class OnPermit>
  void for_each(TimeUtc now, const World& world, OnPermit&& on_permit) const noexcept {
    for (std::size_t i = 0; i < world.permits.size(); ++i) {
      const registry::Permit& permit = permit_at(i, world);
      const bool holds = i < remembered ? (holds_ >> i & 1U) != 0 : holds_at(permit, now);
      if (holds) on_permit(world.permits[i], permit);
    }
  }

  /// The first that names the route.
  [[nodiscard]] std::optional<registry::PermitIndex> naming(registry::RouteIndex route, TimeUtc now,
                                                            const World& world) const noexcept {
    std::optional<registry::PermitIndex> first;
    for_each(now, world, [&](registry::PermitIndex index, const registry::Permit& permit) {
      if (!first && std::ranges::find(permit.routes, route) != permit.routes.end()) first = index;
    });
    return first;
  }

  /// Routes bind the vehicle: some permit that holds names one, and none that holds leaves the way free.
  [[nodiscard]] bool bind_to_routes(TimeUtc now, const World& world) const noexcept {
    bool any = false;
    bool free = false;
    for_each(now, world, [&](registry::PermitIndex, const registry::Permit& permit) {
      any = true;
      free = free || permit.routes.empty();
    });
    return any && !free;
  }

 private:
  static constexpr std::size_t remembered = 64;

  static const registry::Permit& permit_at(std::size_t i, const World& world) noexcept {
    return world.registry.permits()[world.permits[i]];
  }

  static bool holds_at(const registry::Permit& permit, TimeUtc now) noexcept {
    return permit.is_valid_at(now) && permit.daily_windows.holds_at(now);
  }

  static TimeUtc change_after(const registry::Permit& permit, TimeUtc now) noexcept {
    if (now >= permit.valid_to) return TimeUtc::max();
    if (now < permit.valid_from) return permit.valid_from;
    const std::optional<TimeUtc> window = permit.daily_windows.next_change_after(now);
    return window ? std::min(*window, permit.valid_to) : permit.valid_to;
  }

  std::uint64_t holds_ = 0;
  TimeUtc next_change_ = no_time;
};
static_assert(sizeof(PermitsInForce) == 16);

}  // namespace haulwatch::detect
