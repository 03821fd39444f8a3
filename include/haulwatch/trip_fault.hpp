#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace haulwatch {

/// What was wrong with a trip. The names are those of the wire.
enum class TripFault : std::uint8_t {
  no_permit,           ///< no permit in force covers this vehicle from this origin
  unapproved_place,    ///< the load went where no site is registered
  wrong_destination,   ///< it went to a registered site that its permit, or its manifest, does not name
  unknown_origin,      ///< it was taken up where no site is registered
  off_hours,           ///< taken up or unloaded outside the permit's hours
  off_route,           ///< away from every approved route
  no_manifest,         ///< manifests are in use for its permit, and none covers it
  unloading_not_seen,  ///< the truck was seen empty, or loading again, and no unloading before
};
inline constexpr std::size_t trip_fault_count = 8;

[[nodiscard]] constexpr std::string_view name_of(TripFault fault) noexcept {
  constexpr std::array<std::string_view, trip_fault_count> names{
      "no_permit", "unapproved_place", "wrong_destination", "unknown_origin",
      "off_hours", "off_route",        "no_manifest",       "unloading_not_seen"};
  return names[static_cast<std::size_t>(fault)];
}

/// A set of faults; none is a clean trip.
class TripFaults {
 public:
  constexpr void add(TripFault fault) noexcept { bits_ |= bit(fault); }
  [[nodiscard]] constexpr bool has(TripFault fault) const noexcept { return (bits_ & bit(fault)) != 0; }
  [[nodiscard]] constexpr TripFaults without(TripFault fault) const noexcept {
    TripFaults rest = *this;
    rest.bits_ = static_cast<std::uint8_t>(rest.bits_ & ~bit(fault));
    return rest;
  }
  [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }

  /// Calls `on_fault(TripFault)` for each, in the order of the enumeration.
  template <class OnFault>
  constexpr void for_each(OnFault&& on_fault) const {
    for (std::size_t i = 0; i < trip_fault_count; ++i)
      if (has(static_cast<TripFault>(i))) on_fault(static_cast<TripFault>(i));
  }

  friend constexpr bool operator==(TripFaults, TripFaults) = default;

 private:
  static constexpr std::uint8_t bit(TripFault fault) noexcept {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(fault));
  }
  std::uint8_t bits_ = 0;
};

}  // namespace haulwatch
