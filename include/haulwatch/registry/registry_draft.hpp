#pragma once

#include <haulwatch/lon_lat.hpp>
#include <haulwatch/registry/daily_windows.hpp>
#include <haulwatch/registry/objects.hpp>
#include <haulwatch/units.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace haulwatch::registry {

/// Hours of the day as a document states them; `DailyWindows` once they are known to be sound.
struct WindowsDraft {
  std::vector<DailyWindows::Window> windows;
  std::chrono::minutes utc_offset{0};
};

/// One ring and its holes as in GeoJSON: each ring repeats its first position as its last.
struct PolygonDraft {
  std::string pointer;  ///< JSON pointer of its array of rings
  std::vector<std::vector<LonLat>> rings;
};

struct LineDraft {
  std::string pointer;  ///< JSON pointer of its array of positions
  std::vector<LonLat> positions;
};

struct SiteDraft {
  std::string pointer;  ///< JSON pointer of the feature, by which faults are named; the same in all drafts
  std::string id;
  std::string name;
  SiteRole role{};
  std::string carrier;
  WindowsDraft open_hours;
  std::vector<PolygonDraft> polygons;
};

struct ZoneDraft {
  std::string pointer;
  std::string id;
  ZoneRule rule{};
  std::optional<double> max_speed_mps;
  WindowsDraft windows;
  std::vector<PolygonDraft> polygons;
};

struct GateDraft {
  std::string pointer;
  std::string id;
  bool inside_is_left = true;
  LineDraft line;
};

struct RouteDraft {
  std::string pointer;
  std::string id;
  std::optional<double> half_width_m;
  bool one_way = false;
  std::vector<LineDraft> lines;
};

/// Sites and routes are named by their ids.
struct PermitDraft {
  std::string pointer;
  std::string id;
  std::vector<std::string> vehicles;
  std::vector<std::string> origins;
  std::vector<std::string> disposals;
  std::vector<std::string> routes;
  TimeUtc valid_from = no_time;
  TimeUtc valid_to{Milliseconds{std::numeric_limits<std::int64_t>::max()}};
  WindowsDraft daily_windows;
  std::optional<std::uint32_t> max_loads;
  std::string carrier;
  std::string waste;
  std::optional<double> max_quantity_m3;
};

/// A registry as it was read or put together by hand: degrees, and references by id. Nothing in it need be sound;
/// `check` names what is not, and `compile` makes the `Registry` of what is.
struct RegistryDraft {
  Datum datum = Datum::wgs84;  ///< of every position in it, `frame` too
  std::optional<LonLat> frame;
  std::vector<SiteDraft> sites;
  std::vector<ZoneDraft> zones;
  std::vector<GateDraft> gates;
  std::vector<RouteDraft> routes;
  std::vector<PermitDraft> permits;
  /// Ids of features whose kind could not be read: a permit that names one is not at fault for it.
  std::vector<std::string> unread_features;
};

}  // namespace haulwatch::registry
