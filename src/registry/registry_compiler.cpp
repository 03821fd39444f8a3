#include <haulwatch/registry/compile.hpp>

#include "registry_parts.hpp"

#include <haulwatch/error.hpp>
#include <haulwatch/geo/datum.hpp>
#include <haulwatch/registry/check.hpp>

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace haulwatch::registry {
namespace {

void to_wgs84(std::vector<LonLat>& positions, Datum datum) {
  for (LonLat& place : positions) place = geo::to_wgs84(place, datum);
}

void to_wgs84(RegistryDraft& draft) {
  const Datum datum = draft.datum;
  if (draft.frame) draft.frame = geo::to_wgs84(*draft.frame, datum);
  const auto shift_polygons = [datum](std::vector<PolygonDraft>& polygons) {
    for (PolygonDraft& polygon : polygons) {
      for (std::vector<LonLat>& ring : polygon.rings) to_wgs84(ring, datum);
    }
  };
  for (SiteDraft& site : draft.sites) shift_polygons(site.polygons);
  for (ZoneDraft& zone : draft.zones) shift_polygons(zone.polygons);
  for (GateDraft& gate : draft.gates) to_wgs84(gate.line.positions, datum);
  for (RouteDraft& route : draft.routes) {
    for (LineDraft& line : route.lines) to_wgs84(line.positions, datum);
  }
  draft.datum = Datum::wgs84;
}

double wrapped(double lon) noexcept {
  if (lon > 180.0) return lon - 360.0;
  if (lon < -180.0) return lon + 360.0;
  return lon;
}

/// Gathers positions of one object, wrapped about the first one, for the middle of their box.
class MiddleFinder {
 public:
  void add(std::span<const LonLat> positions) {
    for (const LonLat place : positions) {
      if (empty_) low_ = high_ = place;
      empty_ = false;
      const double lon = low_.lon + wrapped(place.lon - low_.lon);
      low_ = {std::min(low_.lon, lon), std::min(low_.lat, place.lat)};
      high_ = {std::max(high_.lon, lon), std::max(high_.lat, place.lat)};
    }
  }
  [[nodiscard]] LonLat middle() const noexcept {
    return {wrapped((low_.lon + high_.lon) / 2.0), (low_.lat + high_.lat) / 2.0};
  }

 private:
  bool empty_ = true;
  LonLat low_;
  LonLat high_;
};

void add_shape(MiddleFinder& finder, const std::vector<PolygonDraft>& polygons) {
  for (const PolygonDraft& polygon : polygons) finder.add(polygon.rings.front());
}
LonLat middle_of(const SiteDraft& site) {
  MiddleFinder finder;
  add_shape(finder, site.polygons);
  return finder.middle();
}
LonLat middle_of(const ZoneDraft& zone) {
  MiddleFinder finder;
  add_shape(finder, zone.polygons);
  return finder.middle();
}
LonLat middle_of(const GateDraft& gate) {
  MiddleFinder finder;
  finder.add(gate.line.positions);
  return finder.middle();
}
LonLat middle_of(const RouteDraft& route) {
  MiddleFinder finder;
  for (const LineDraft& line : route.lines) finder.add(line.positions);
  return finder.middle();
}

/// The lower of the two middle values where their number is even: a value that is there.
double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Middle of the whole-degree cell around the median object. Longitudes are wrapped about the first object.
template <class Draft>
LonLat median_cell(const std::vector<Draft>& drafts) {
  std::vector<double> lons;
  std::vector<double> lats;
  const double first_lon = middle_of(drafts.front()).lon;
  for (const Draft& draft : drafts) {
    const LonLat middle = middle_of(draft);
    lons.push_back(first_lon + wrapped(middle.lon - first_lon));
    lats.push_back(middle.lat);
  }
  const double lat = std::min(std::floor(median(std::move(lats))) + 0.5, 89.5);
  return {wrapped(std::floor(wrapped(median(std::move(lons)))) + 0.5), lat};
}

LonLat frame_origin(const RegistryDraft& draft) {
  if (draft.frame) return *draft.frame;
  if (!draft.sites.empty()) return median_cell(draft.sites);
  if (!draft.routes.empty()) return median_cell(draft.routes);
  if (!draft.gates.empty()) return median_cell(draft.gates);
  if (!draft.zones.empty()) return median_cell(draft.zones);
  return {};
}

/// Numbers of objects by their ids. The ids stay where they are while it lives.
using NumberOfId = std::unordered_map<std::string_view, std::uint32_t>;

template <class Object>
NumberOfId number(const std::vector<Object>& objects) {
  NumberOfId numbers;
  for (const Object& object : objects) numbers.emplace(object.id, static_cast<std::uint32_t>(numbers.size()));
  return numbers;
}

/// In the order named, each once.
std::vector<std::uint32_t> resolve(const std::vector<std::string>& ids, const NumberOfId& numbers) {
  std::vector<std::uint32_t> resolved;
  for (const std::string& id : ids) {
    const std::uint32_t found = numbers.at(id);
    if (std::ranges::find(resolved, found) == resolved.end()) resolved.push_back(found);
  }
  return resolved;
}

std::vector<std::string> each_once(const std::vector<std::string>& names) {
  std::vector<std::string> once;
  std::unordered_map<std::string_view, bool> seen;
  for (const std::string& name : names) {
    if (seen.emplace(name, true).second) once.push_back(name);
  }
  return once;
}

/// Turns a checked draft in WGS-84 into the parts of a registry, one list after the other.
class Compiler {
 public:
  Compiler(RegistryDraft draft, RegistryParts& parts) : draft_{std::move(draft)}, parts_{parts} {}

  void run() {
    parts_.frame = geo::LocalFrame{frame_origin(draft_)};
    for (SiteDraft& site : draft_.sites) parts_.sites.push_back(compiled(site));
    for (ZoneDraft& zone : draft_.zones) parts_.zones.push_back(compiled(zone));
    for (GateDraft& gate : draft_.gates) {
      parts_.gates.push_back({std::move(gate.id), local_line(gate.line), gate.inside_is_left});
    }
    for (RouteDraft& route : draft_.routes) parts_.routes.push_back(compiled(route));
    add_permits();
    index_vehicles();
    index_places();
    index_corridors();
  }

 private:
  Site compiled(SiteDraft& site) const {
    return {std::move(site.id),      std::move(site.name),      site.role,
            std::move(site.carrier), compiled(site.open_hours), local_area(site.polygons)};
  }

  Zone compiled(ZoneDraft& zone) const {
    return {std::move(zone.id), zone.rule, MetresPerSecond{zone.max_speed_mps.value_or(0.0)}, compiled(zone.windows),
            local_area(zone.polygons)};
  }

  Route compiled(RouteDraft& route) const {
    Route made{std::move(route.id), Metres{*route.half_width_m}, route.one_way, {}};
    for (const LineDraft& line : route.lines) made.lines.push_back(local_line(line));
    return made;
  }

  static DailyWindows compiled(const WindowsDraft& draft) { return {draft.windows, draft.utc_offset}; }

  void add_permits() {
    const NumberOfId sites = number(parts_.sites);
    const NumberOfId routes = number(parts_.routes);
    for (PermitDraft& permit : draft_.permits) {
      parts_.permits.push_back({std::move(permit.id), each_once(permit.vehicles), resolve(permit.origins, sites),
                                resolve(permit.disposals, sites), resolve(permit.routes, routes), permit.valid_from,
                                permit.valid_to, compiled(permit.daily_windows), permit.max_loads,
                                std::move(permit.carrier), std::move(permit.waste), permit.max_quantity_m3});
    }
  }

  void index_vehicles() {
    using Range = RegistryParts::Range;
    for (const Permit& permit : parts_.permits) {
      for (const std::string& vehicle : permit.vehicles) ++parts_.range_of_vehicle[vehicle].count;
    }
    std::uint32_t begin = 0;
    for (auto& [vehicle, range] : parts_.range_of_vehicle) range = Range{std::exchange(begin, begin + range.count), 0};
    parts_.permits_by_vehicle.resize(begin);
    for (PermitIndex p = 0; p < parts_.permits.size(); ++p) {
      for (const std::string& vehicle : parts_.permits[p].vehicles) {
        Range& range = parts_.range_of_vehicle[vehicle];
        parts_.permits_by_vehicle[range.begin + range.count++] = p;
      }
    }
  }

  void index_places() {
    std::vector<geo::MultiPolygon> areas;
    for (const Site& site : parts_.sites) areas.push_back(site.shape);
    for (const Zone& zone : parts_.zones) areas.push_back(zone.shape);
    std::vector<geo::Polyline> lines;
    for (const Gate& gate : parts_.gates) lines.push_back(gate.line);
    parts_.places = geo::PlaceIndex{areas, lines};
    std::vector<geo::MultiPolygon> forbidden;
    for (ZoneIndex zone = 0; zone < parts_.zones.size(); ++zone) {
      if (parts_.zones[zone].rule != ZoneRule::forbidden) continue;
      forbidden.push_back(parts_.zones[zone].shape);
      parts_.forbidden_zones.push_back(zone);
    }
    parts_.barriers = geo::PlaceIndex{forbidden, lines};
  }

  void index_corridors() {
    std::vector<geo::CorridorShape> shapes;
    for (const Route& route : parts_.routes) shapes.push_back({route.lines, route.half_width.value(), route.one_way});
    parts_.corridors = geo::CorridorIndex{shapes};
  }

  [[nodiscard]] geo::MultiPolygon local_area(const std::vector<PolygonDraft>& polygons) const {
    geo::MultiPolygon area;
    for (const PolygonDraft& polygon : polygons) {
      geo::Polygon part;
      part.outer = local_ring(polygon.rings.front());
      for (std::size_t r = 1; r < polygon.rings.size(); ++r) part.holes.push_back(local_ring(polygon.rings[r]));
      area.push_back(std::move(part));
    }
    return area;
  }

  [[nodiscard]] geo::Ring local_ring(std::span<const LonLat> positions) const {
    geo::Ring ring = without_repeats(positions);
    while (ring.size() > 1 && ring.back() == ring.front()) ring.pop_back();
    return ring;
  }

  [[nodiscard]] geo::Polyline local_line(const LineDraft& line) const { return without_repeats(line.positions); }

  [[nodiscard]] std::vector<geo::LocalPoint> without_repeats(std::span<const LonLat> positions) const {
    std::vector<geo::LocalPoint> points;
    for (const LonLat place : positions) {
      const geo::LocalPoint point = parts_.frame.to_local(place);
      if (points.empty() || points.back() != point) points.push_back(point);
    }
    return points;
  }

  RegistryDraft draft_;
  RegistryParts& parts_;
};

}  // namespace

std::shared_ptr<const Registry> compile(RegistryDraft draft, std::uint32_t version) {
  if (std::vector<Fault> faults = check(draft); !faults.empty()) throw Refused{"registry", std::move(faults)};
  to_wgs84(draft);
  auto parts = std::make_unique<Registry::Parts>();
  parts->version = version;
  Compiler{std::move(draft), *parts}.run();
  return std::shared_ptr<const Registry>{new Registry{std::move(parts)}};
}

}  // namespace haulwatch::registry
