#pragma once

#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/lon_lat.hpp>
#include <haulwatch/registry/compile.hpp>
#include <haulwatch/registry/objects.hpp>
#include <haulwatch/registry/registry.hpp>
#include <haulwatch/registry/registry_draft.hpp>
#include <haulwatch/units.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace haulwatch::test {

/// Corners of a shape in metres east and north of the frame's origin, not closed.
using Outline = std::vector<geo::LocalPoint>;

[[nodiscard]] Outline box(geo::LocalPoint centre, double width_m, double height_m);
/// A regular shape of `corners` corners.
[[nodiscard]] Outline round(geo::LocalPoint centre, double radius_m, int corners = 12);
/// A band of `width_m` about the way from one point to another.
[[nodiscard]] Outline strip(geo::LocalPoint from, geo::LocalPoint to, double width_m);

/// Hours in local time at an offset, as `between(22h, 5h, +8h)`.
[[nodiscard]] registry::WindowsDraft between(std::chrono::minutes from, std::chrono::minutes to,
                                             std::chrono::minutes utc_offset);

/// A permit of the vehicle `ZF-1` for all times; without `routes` the way is free.
[[nodiscard]] registry::PermitDraft permit_between(std::string id, std::string origin, std::string disposal,
                                                   std::vector<std::string> routes = {});

/// Puts small registries together in metres about a declared frame.
///
///     registry_at({121.0, 30.7}).site("pit", SiteRole::origin, box({0, 0}, 200, 100)).gate("g", {…}).build()
class RegistryBuilder {
 public:
  explicit RegistryBuilder(LonLat frame);

  RegistryBuilder& site(std::string id, registry::SiteRole role, const Outline& outline);
  RegistryBuilder& forbidden(std::string id, const Outline& outline, registry::WindowsDraft windows = {});
  RegistryBuilder& speed_limit(std::string id, MetresPerSecond limit, const Outline& outline,
                               registry::WindowsDraft windows = {});
  RegistryBuilder& watch(std::string id, const Outline& outline, registry::WindowsDraft windows = {});
  /// The territory lies to the left when walking along the line.
  RegistryBuilder& gate(std::string id, const Outline& line);
  RegistryBuilder& route(std::string id, Metres half_width, const Outline& line);
  /// Only in the direction in which it is drawn.
  RegistryBuilder& one_way_route(std::string id, Metres half_width, const Outline& line);
  RegistryBuilder& permit(registry::PermitDraft permit);

  [[nodiscard]] LonLat at(geo::LocalPoint place) const noexcept { return frame_.to_lon_lat(place); }
  [[nodiscard]] const registry::RegistryDraft& draft() const noexcept { return draft_; }
  [[nodiscard]] std::shared_ptr<const registry::Registry> build(std::uint32_t version = 1) const;

 private:
  RegistryBuilder& zone(std::string id, registry::ZoneRule rule, const Outline& outline,
                        registry::WindowsDraft windows);
  [[nodiscard]] std::vector<LonLat> line(const Outline& points) const;
  [[nodiscard]] registry::PolygonDraft polygon(const Outline& outline) const;

  geo::LocalFrame frame_;
  registry::RegistryDraft draft_;
};

[[nodiscard]] RegistryBuilder registry_at(LonLat frame);

}  // namespace haulwatch::test
