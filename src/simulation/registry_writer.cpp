#include <haulwatch/io/detail/append_text.hpp>
#include <haulwatch/simulation/world.hpp>
#include <haulwatch/simulation/world_clock.hpp>

#include <chrono>
#include <string_view>
#include <utility>

namespace haulwatch::simulation {

namespace {

using io::detail::append_fixed;
using io::detail::append_json_string;

std::vector<LonLat> closed_ring(const County& county, const geo::Ring& ring) {
  std::vector<LonLat> out;
  for (const geo::LocalPoint p : ring) out.push_back(county.frame().to_lon_lat(p));
  out.push_back(out.front());
  return out;
}

registry::WindowsDraft windows_of(const std::vector<Hours>& hours) {
  registry::WindowsDraft draft;
  for (const Hours& one : hours)
    if (!one.all_day())
      draft.windows.push_back({std::chrono::minutes{one.from_minute}, std::chrono::minutes{one.to_minute}});
  if (!draft.windows.empty()) draft.utc_offset = county_utc_offset;
  return draft;
}

/// Writes GeoJSON member by member.
class GeoJson {
 public:
  std::string spell(const registry::RegistryDraft& draft) && {
    out_ = "{\"type\":\"FeatureCollection\"";
    if (draft.frame) {
      out_ += ",\"frame\":";
      position(*draft.frame);
    }
    out_ += ",\"features\":[";
    for (const auto& site : draft.sites) feature(site);
    for (const auto& zone : draft.zones) feature(zone);
    for (const auto& gate : draft.gates) feature(gate);
    for (const auto& route : draft.routes) feature(route);
    out_ += "\n],\"permits\":[";
    separator_ = "";
    for (const auto& one : draft.permits) permit(one);
    out_ += "\n]}\n";
    return std::move(out_);
  }

 private:
  void begin(std::string_view id, std::string_view kind) {
    out_ += std::exchange(separator_, ",");
    out_ += "\n{\"type\":\"Feature\",\"id\":";
    append_json_string(out_, id);
    out_ += ",\"properties\":{\"kind\":";
    append_json_string(out_, kind);
  }

  void text(std::string_view key, std::string_view value) {
    member(key);
    append_json_string(out_, value);
  }

  void number(std::string_view key, double value) {
    member(key);
    append_fixed<1>(out_, value);
  }

  void member(std::string_view key) {
    if (out_.back() != '{') out_ += ',';
    append_json_string(out_, key);
    out_ += ':';
  }

  void position(LonLat p) {
    out_ += '[';
    append_fixed<7>(out_, p.lon);
    out_ += ',';
    append_fixed<7>(out_, p.lat);
    out_ += ']';
  }

  void positions(const std::vector<LonLat>& all) {
    const char* comma = "[";
    for (const LonLat p : all) {
      out_ += comma;
      position(p);
      comma = ",";
    }
    out_ += ']';
  }

  void polygon(const std::vector<registry::PolygonDraft>& polygons) {
    out_ += "},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[";
    positions(polygons.front().rings.front());
    out_ += "]}}";
  }

  void line(const std::vector<LonLat>& all) {
    out_ += "},\"geometry\":{\"type\":\"LineString\",\"coordinates\":";
    positions(all);
    out_ += "}}";
  }

  void clock(std::chrono::minutes minutes) {
    const auto two = [this](std::int64_t value) {
      out_ += static_cast<char>('0' + value / 10);
      out_ += static_cast<char>('0' + value % 10);
    };
    out_ += '"';
    two(minutes.count() / 60);
    out_ += ':';
    two(minutes.count() % 60);
    out_ += '"';
  }

  void windows(const registry::WindowsDraft& draft) {
    if (draft.windows.empty()) return;
    member("daily_windows");
    const char* comma = "[";
    for (const auto& window : draft.windows) {
      out_ += comma;
      out_ += '[';
      clock(window.from);
      out_ += ',';
      clock(window.to);
      out_ += ']';
      comma = ",";
    }
    out_ += ']';
    member("utc_offset");
    out_ += "\"+08:00\"";
  }

  void feature(const registry::SiteDraft& site) {
    begin(site.id, "site");
    text("role", name_of(site.role));
    if (!site.name.empty()) text("name", site.name);
    if (!site.carrier.empty()) text("carrier", site.carrier);
    polygon(site.polygons);
  }

  void feature(const registry::ZoneDraft& zone) {
    begin(zone.id, "zone");
    text("rule", name_of(zone.rule));
    if (zone.max_speed_mps) number("max_speed_mps", *zone.max_speed_mps);
    windows(zone.windows);
    polygon(zone.polygons);
  }

  void feature(const registry::GateDraft& gate) {
    begin(gate.id, "gate");
    text("inside", gate.inside_is_left ? "left" : "right");
    line(gate.line.positions);
  }

  void feature(const registry::RouteDraft& route) {
    begin(route.id, "route");
    if (route.half_width_m) number("half_width_m", *route.half_width_m);
    line(route.lines.front().positions);
  }

  void names(std::string_view key, const std::vector<std::string>& values) {
    member(key);
    out_ += '[';
    for (const std::string& value : values) {
      if (out_.back() != '[') out_ += ',';
      append_json_string(out_, value);
    }
    out_ += ']';
  }

  void permit(const registry::PermitDraft& permit) {
    out_ += std::exchange(separator_, ",");
    out_ += "\n{";
    text("id", permit.id);
    names("vehicles", permit.vehicles);
    names("origins", permit.origins);
    names("disposals", permit.disposals);
    names("routes", permit.routes);
    member("valid_from");
    out_ += '"';
    io::detail::append_time(out_, permit.valid_from);
    out_ += "\"";
    member("valid_to");
    out_ += '"';
    io::detail::append_time(out_, permit.valid_to);
    out_ += "\"";
    windows(permit.daily_windows);
    if (permit.max_loads) {
      member("max_loads");
      io::detail::append_integer(out_, *permit.max_loads);
    }
    text("carrier", permit.carrier);
    text("waste", permit.waste);
    out_ += '}';
  }

  std::string out_;
  const char* separator_ = "";
};

registry::SiteDraft site_of(const County& county, const Place& place) {
  registry::SiteDraft site{.id = place.id, .role = place.role};
  site.polygons.push_back({{}, {closed_ring(county, place.outline)}});
  return site;
}

registry::ZoneDraft zone_of(const County& county, const CountyZone& zone) {
  registry::ZoneDraft draft{.id = zone.id, .rule = zone.rule, .windows = windows_of(zone.hours)};
  if (zone.rule == registry::ZoneRule::speed_limit) draft.max_speed_mps = zone.max_speed_mps;
  draft.polygons.push_back({{}, {closed_ring(county, zone.outline)}});
  return draft;
}

registry::RouteDraft route_of(const County& county, const CountyRoute& route) {
  registry::RouteDraft draft{.id = route.id, .half_width_m = route.half_width_m};
  registry::LineDraft line;
  for (const geo::LocalPoint p : route.line) line.positions.push_back(county.frame().to_lon_lat(p));
  draft.lines.push_back(std::move(line));
  return draft;
}

registry::PermitDraft permit_of(const County& county, const CountyPermit& permit) {
  registry::PermitDraft draft{.id = permit.id, .origins = {county.place(permit.origin).id}};
  for (const PlaceIndex disposal : permit.disposals) draft.disposals.push_back(county.place(disposal).id);
  for (const std::uint32_t route : permit.routes) draft.routes.push_back(county.routes()[route].id);
  draft.valid_from = world_begin - std::chrono::days{30};
  draft.valid_to = world_begin + std::chrono::days{335};
  draft.daily_windows = windows_of({permit.hours});
  draft.max_loads = 20000;
  draft.carrier = permit.carrier;
  draft.waste = "muck";
  return draft;
}

}  // namespace

registry::RegistryDraft registry_of(const County& county, const std::vector<std::uint32_t>& permits_of,
                                    const std::vector<std::string>& names) {
  registry::RegistryDraft draft;
  draft.frame = county.frame().origin();
  for (const Place& place : county.places())
    if (place.kind == PlaceKind::site) draft.sites.push_back(site_of(county, place));
  for (const CountyZone& zone : county.zones()) draft.zones.push_back(zone_of(county, zone));
  for (const CountyGate& gate : county.gates()) {
    registry::GateDraft one{.id = gate.id, .inside_is_left = true};
    one.line.positions = {county.frame().to_lon_lat(gate.from), county.frame().to_lon_lat(gate.to)};
    draft.gates.push_back(std::move(one));
  }
  for (const CountyRoute& route : county.routes()) draft.routes.push_back(route_of(county, route));
  for (std::uint32_t i = 0; i < county.permits().size(); ++i) {
    registry::PermitDraft permit = permit_of(county, county.permits()[i]);
    for (std::size_t vehicle = 0; vehicle < permits_of.size(); ++vehicle)
      if (permits_of[vehicle] == i) permit.vehicles.push_back(names[vehicle]);
    if (!permit.vehicles.empty()) draft.permits.push_back(std::move(permit));
  }
  return draft;
}

std::string geojson_of(const registry::RegistryDraft& draft) {
  return GeoJson{}.spell(draft);
}

}  // namespace haulwatch::simulation
