#include "support/registry_builder.hpp"

#include <cmath>
#include <numbers>
#include <utility>

namespace haulwatch::test {

Outline box(geo::LocalPoint centre, double width_m, double height_m) {
  const double x = width_m / 2.0;
  const double y = height_m / 2.0;
  using P = geo::LocalPoint;
  return {centre + P{-x, -y}, centre + P{x, -y}, centre + P{x, y}, centre + P{-x, y}};
}

Outline round(geo::LocalPoint centre, double radius_m, int corners) {
  Outline outline;
  for (int i = 0; i < corners; ++i) {
    const double angle = 2.0 * std::numbers::pi * i / corners;
    outline.push_back(centre + radius_m * geo::LocalPoint{std::cos(angle), std::sin(angle)});
  }
  return outline;
}

Outline strip(geo::LocalPoint from, geo::LocalPoint to, double width_m) {
  const geo::LocalPoint along = to - from;
  const geo::LocalPoint across = (width_m / 2.0 / geo::norm(along)) * geo::LocalPoint{-along.y, along.x};
  return {from - across, to - across, to + across, from + across};
}

registry::WindowsDraft between(std::chrono::minutes from, std::chrono::minutes to, std::chrono::minutes utc_offset) {
  return {{{from, to}}, utc_offset};
}

RegistryBuilder registry_at(LonLat frame) {
  return RegistryBuilder{frame};
}

RegistryBuilder::RegistryBuilder(LonLat frame) : frame_{frame} {
  draft_.frame = frame;
}

std::vector<LonLat> RegistryBuilder::line(const Outline& points) const {
  std::vector<LonLat> degrees;
  for (const geo::LocalPoint& point : points) degrees.push_back(at(point));
  return degrees;
}

registry::PolygonDraft RegistryBuilder::polygon(const Outline& outline) const {
  registry::PolygonDraft polygon;
  polygon.rings.push_back(line(outline));
  polygon.rings.back().push_back(polygon.rings.back().front());
  return polygon;
}

RegistryBuilder& RegistryBuilder::site(std::string id, registry::SiteRole role, const Outline& outline) {
  registry::SiteDraft site;
  site.id = std::move(id);
  site.role = role;
  site.polygons = {polygon(outline)};
  draft_.sites.push_back(std::move(site));
  return *this;
}

RegistryBuilder& RegistryBuilder::zone(std::string id, registry::ZoneRule rule, const Outline& outline,
                                       registry::WindowsDraft windows) {
  registry::ZoneDraft zone;
  zone.id = std::move(id);
  zone.rule = rule;
  zone.windows = std::move(windows);
  zone.polygons = {polygon(outline)};
  draft_.zones.push_back(std::move(zone));
  return *this;
}

RegistryBuilder& RegistryBuilder::forbidden(std::string id, const Outline& outline, registry::WindowsDraft windows) {
  return zone(std::move(id), registry::ZoneRule::forbidden, outline, std::move(windows));
}

RegistryBuilder& RegistryBuilder::speed_limit(std::string id, MetresPerSecond limit, const Outline& outline,
                                              registry::WindowsDraft windows) {
  zone(std::move(id), registry::ZoneRule::speed_limit, outline, std::move(windows));
  draft_.zones.back().max_speed_mps = limit.value();
  return *this;
}

RegistryBuilder& RegistryBuilder::watch(std::string id, const Outline& outline, registry::WindowsDraft windows) {
  return zone(std::move(id), registry::ZoneRule::watch, outline, std::move(windows));
}

RegistryBuilder& RegistryBuilder::gate(std::string id, const Outline& points) {
  registry::GateDraft gate;
  gate.id = std::move(id);
  gate.line.positions = line(points);
  draft_.gates.push_back(std::move(gate));
  return *this;
}

RegistryBuilder& RegistryBuilder::route(std::string id, Metres half_width, const Outline& points) {
  registry::RouteDraft route;
  route.id = std::move(id);
  route.half_width_m = half_width.value();
  route.lines.push_back({{}, line(points)});
  draft_.routes.push_back(std::move(route));
  return *this;
}

RegistryBuilder& RegistryBuilder::one_way_route(std::string id, Metres half_width, const Outline& points) {
  route(std::move(id), half_width, points);
  draft_.routes.back().one_way = true;
  return *this;
}

registry::PermitDraft permit_between(std::string id, std::string origin, std::string disposal,
                                     std::vector<std::string> routes) {
  registry::PermitDraft permit;
  permit.id = std::move(id);
  permit.vehicles = {"ZF-1"};
  permit.origins = {std::move(origin)};
  permit.disposals = {std::move(disposal)};
  permit.routes = std::move(routes);
  return permit;
}

RegistryBuilder& RegistryBuilder::permit(registry::PermitDraft permit) {
  draft_.permits.push_back(std::move(permit));
  return *this;
}

std::shared_ptr<const registry::Registry> RegistryBuilder::build(std::uint32_t version) const {
  return registry::compile(draft_, version);
}

}  // namespace haulwatch::test
