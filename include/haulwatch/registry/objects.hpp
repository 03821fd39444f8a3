#pragma once

#include <haulwatch/geo/shape.hpp>
#include <haulwatch/registry/daily_windows.hpp>
#include <haulwatch/units.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace haulwatch::registry {

/// What a site is for.
enum class SiteRole : std::uint8_t {
  origin,    ///< where loads begin
  disposal,  ///< where they may end
  transfer,  ///< where they change truck
  dock,      ///< where they change to or from a vessel
  depot,
  parking,
  service,  ///< fuel, washing, repair, canteen: known places that raise no suspicion
};
[[nodiscard]] constexpr std::string_view name_of(SiteRole role) noexcept {
  constexpr std::array<std::string_view, 7> names{"origin", "disposal", "transfer", "dock",
                                                  "depot",  "parking",  "service"};
  return names[static_cast<std::size_t>(role)];
}

struct Site {
  std::string id;
  std::string name;
  SiteRole role{};
  std::string carrier;      ///< whose depot; empty when anyone's
  DailyWindows open_hours;  ///< from `opens`/`closes`
  geo::MultiPolygon shape;
};

enum class ZoneRule : std::uint8_t { forbidden, speed_limit, watch };
[[nodiscard]] constexpr std::string_view name_of(ZoneRule rule) noexcept {
  constexpr std::array<std::string_view, 3> names{"forbidden", "speed_limit", "watch"};
  return names[static_cast<std::size_t>(rule)];
}

struct Zone {
  std::string id;
  ZoneRule rule{};
  MetresPerSecond max_speed;  ///< of a `speed_limit` zone
  DailyWindows windows;       ///< when the rule holds
  geo::MultiPolygon shape;
};

struct Gate {
  std::string id;
  geo::Polyline line;
  bool inside_is_left = true;  ///< the side of one's own territory when walking along the line
};

struct Route {
  std::string id;
  Metres half_width;
  bool one_way = false;
  std::vector<geo::Polyline> lines;
};

/// Numbers of objects in their registry's lists.
using SiteIndex = std::uint32_t;
using ZoneIndex = std::uint32_t;
using GateIndex = std::uint32_t;
using RouteIndex = std::uint32_t;
using PermitIndex = std::uint32_t;

struct Permit {
  std::string id;
  std::vector<std::string> vehicles;
  std::vector<SiteIndex> origins;
  std::vector<SiteIndex> disposals;
  std::vector<RouteIndex> routes;  ///< alternatives; none means that the way is free
  TimeUtc valid_from = no_time;
  TimeUtc valid_to{Milliseconds{std::numeric_limits<std::int64_t>::max()}};
  DailyWindows daily_windows;
  std::optional<std::uint32_t> max_loads;
  std::string carrier;
  std::string waste;
  std::optional<double> max_quantity_m3;

  /// From `valid_from` (inclusive) to `valid_to` (exclusive), whatever its hours.
  [[nodiscard]] bool is_valid_at(TimeUtc t) const noexcept { return valid_from <= t && t < valid_to; }
};

}  // namespace haulwatch::registry
