#include <haulwatch/registry/check.hpp>

#include "fault_text.hpp"
#include "position_check.hpp"
#include "shape_check.hpp"
#include "swap_check.hpp"

#include <haulwatch/registry/registry_draft.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace haulwatch::registry {
namespace {

// Wider than any road, and faster than any truck: beyond them a unit was mistaken.
constexpr double widest_half_width_m = 10'000.0;
constexpr double highest_speed_mps = 100.0;
// East-west metres have no meaning at a pole.
constexpr double highest_frame_lat = 89.0;

std::string last_token(const std::string& pointer) {
  return pointer.substr(pointer.rfind('/') + 1);
}

/// Grows the box around the positions that are on Earth.
class Extent {
 public:
  void add(const std::vector<LonLat>& positions) {
    for (const LonLat p : positions) {
      if (!is_on_earth(p)) continue;
      low_ = {std::min(low_.lon, p.lon), std::min(low_.lat, p.lat)};
      high_ = {std::max(high_.lon, p.lon), std::max(high_.lat, p.lat)};
    }
  }
  [[nodiscard]] bool empty() const noexcept { return low_.lon > high_.lon; }
  [[nodiscard]] LonLat middle() const noexcept { return {(low_.lon + high_.lon) / 2.0, (low_.lat + high_.lat) / 2.0}; }

 private:
  LonLat low_{std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
  LonLat high_{-std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
};

using IdSet = std::unordered_set<std::string_view>;

/// Goes through a draft once and gathers its faults.
class DraftCheck {
 public:
  explicit DraftCheck(const RegistryDraft& draft) : draft_{draft} {}

  std::vector<Fault> run() && {
    check_frame();
    check_kind("site", draft_.sites);
    check_kind("zone", draft_.zones);
    check_kind("gate", draft_.gates);
    check_kind("route", draft_.routes);
    check_for_swaps(whereabouts_, faults_);
    gather_references();
    check_kind("permit", draft_.permits);
    return std::move(faults_);
  }

 private:
  void check_frame() {
    if (!draft_.frame) return;
    const LonLat frame = *draft_.frame;
    if (is_on_earth(frame) && std::abs(frame.lat) <= highest_frame_lat) return;
    fault("", "/frame",
          "the frame's origin " + text_of(frame) + " is not [longitude within -180 to 180, latitude within -89 to 89]");
  }

  template <class Draft>
  void check_kind(std::string_view kind, const std::vector<Draft>& drafts) {
    std::unordered_map<std::string_view, const Draft*> seen;
    for (const Draft& draft : drafts) {
      object_ = object_name(kind, draft.id, draft.pointer);
      if (draft.id.empty()) {
        fault(draft.pointer + "/id", kind == "permit" ? "the permit has no id"
                                                      : "the feature has no id (a member of the feature itself, not "
                                                        "one of its properties)");
      } else if (const auto [first, is_new] = seen.emplace(draft.id, &draft); !is_new) {
        fault(draft.pointer + "/id",
              "the id is already that of the " + std::string{kind} + " at " + first->second->pointer);
      }
      check_one(draft);
    }
  }

  static std::string object_name(std::string_view kind, const std::string& id, const std::string& pointer) {
    if (!id.empty()) return std::string{kind} + " " + id;
    return (kind == "permit" ? "permit " : "feature ") + last_token(pointer);
  }

  void check_one(const SiteDraft& site) {
    check_windows(site.open_hours, site.pointer + "/properties/opens", site.pointer + "/properties/utc_offset");
    check_places(site.pointer, site.polygons);
  }

  void check_one(const ZoneDraft& zone) {
    const std::string properties = zone.pointer + "/properties";
    if (zone.rule == ZoneRule::speed_limit) {
      check_amount(zone.max_speed_mps, highest_speed_mps, properties + "/max_speed_mps",
                   "a zone with the rule speed_limit needs max_speed_mps, a speed in metres a second");
    }
    check_windows(zone.windows, properties + "/daily_windows", properties + "/utc_offset");
    check_places(zone.pointer, zone.polygons);
  }

  void check_one(const GateDraft& gate) {
    check_line(object_, gate.line, faults_);
    Extent extent;
    extent.add(gate.line.positions);
    note_whereabouts(gate.pointer, extent);
  }

  void check_one(const RouteDraft& route) {
    check_amount(route.half_width_m, widest_half_width_m, route.pointer + "/properties/half_width_m",
                 "a route needs half_width_m, a length in metres");
    if (route.lines.empty()) fault(route.pointer + "/geometry", "the route has no line");
    Extent extent;
    for (const LineDraft& line : route.lines) {
      check_line(object_, line, faults_);
      extent.add(line.positions);
    }
    note_whereabouts(route.pointer, extent);
  }

  /// An empty list could mean nobody or anybody, and the two are worlds apart: only `routes` says what its emptiness
  /// means.
  void check_one(const PermitDraft& permit) {
    if (permit.vehicles.empty()) fault(permit.pointer + "/vehicles", "the permit names no vehicle");
    if (permit.origins.empty()) fault(permit.pointer + "/origins", "the permit names no origin");
    if (permit.disposals.empty()) fault(permit.pointer + "/disposals", "the permit names no disposal");
    check_vehicles(permit);
    check_references(permit.origins, permit.pointer + "/origins", "site", sites_);
    check_references(permit.disposals, permit.pointer + "/disposals", "site", sites_);
    check_references(permit.routes, permit.pointer + "/routes", "route", routes_);
    if (permit.valid_from >= permit.valid_to) {
      fault(permit.pointer + "/valid_to", "the permit ends (valid_to) no later than it begins (valid_from)");
    }
    check_windows(permit.daily_windows, permit.pointer + "/daily_windows", permit.pointer + "/utc_offset");
    if (permit.max_quantity_m3) {
      check_amount(permit.max_quantity_m3, std::numeric_limits<double>::max(), permit.pointer + "/max_quantity_m3", "");
    }
  }

  void check_vehicles(const PermitDraft& permit) {
    for (std::size_t i = 0; i < permit.vehicles.size(); ++i) {
      if (!permit.vehicles[i].empty()) continue;
      fault(permit.pointer + "/vehicles/" + std::to_string(i), "the vehicle's name is empty");
    }
  }

  void check_references(const std::vector<std::string>& ids, const std::string& pointer, std::string_view kind,
                        const IdSet& known) {
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (known.contains(ids[i])) continue;
      fault(pointer + "/" + std::to_string(i), "the registry has no " + std::string{kind} + " \"" + ids[i] + "\"");
    }
  }

  void check_amount(const std::optional<double>& amount, double most, const std::string& pointer,
                    const std::string& if_missing) {
    if (!amount) return fault(pointer, "missing: " + if_missing);
    if (*amount > 0.0 && *amount <= most) return;
    const std::string up_to = most < std::numeric_limits<double>::max() ? " and at most " + text_of(most) : "";
    fault(pointer, text_of(*amount) + " is not more than 0" + up_to);
  }

  void check_windows(const WindowsDraft& draft, const std::string& windows_at, const std::string& offset_at) {
    using std::chrono::hours;
    const auto is_clock = [](std::chrono::minutes m) { return m >= hours{0} && m <= hours{24}; };
    for (const DailyWindows::Window& window : draft.windows) {
      if (is_clock(window.from) && is_clock(window.to)) continue;
      fault(windows_at, "a bound of the window is not within 00:00 to 24:00");
    }
    if (abs(draft.utc_offset) >= hours{24}) fault(offset_at, "the offset from UTC is not less than 24 hours");
  }

  void check_places(const std::string& pointer, const std::vector<PolygonDraft>& polygons) {
    check_area(object_, pointer, polygons, faults_);
    Extent extent;
    for (const PolygonDraft& polygon : polygons) {
      if (!polygon.rings.empty()) extent.add(polygon.rings.front());
    }
    note_whereabouts(pointer, extent);
  }

  void note_whereabouts(const std::string& pointer, const Extent& extent) {
    if (!extent.empty()) whereabouts_.push_back({object_, pointer + "/geometry/coordinates", extent.middle()});
  }

  void gather_references() {
    for (const std::string& id : draft_.unread_features) {
      sites_.insert(id);
      routes_.insert(id);
    }
    for (const SiteDraft& site : draft_.sites) sites_.insert(site.id);
    for (const RouteDraft& route : draft_.routes) routes_.insert(route.id);
  }

  void fault(const std::string& pointer, const std::string& message) { fault(object_, pointer, message); }
  void fault(const std::string& object, const std::string& pointer, const std::string& message) {
    faults_.push_back({object, pointer, message});
  }

  const RegistryDraft& draft_;
  std::vector<Fault> faults_;
  std::string object_;
  std::vector<Whereabout> whereabouts_;
  IdSet sites_;
  IdSet routes_;
};

}  // namespace

std::vector<Fault> check(const RegistryDraft& draft) {
  return DraftCheck{draft}.run();
}

}  // namespace haulwatch::registry
