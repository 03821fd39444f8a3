#pragma once

#include <haulwatch/lon_lat.hpp>

#include <cmath>
#include <numbers>

namespace haulwatch::geo {

/// A place or a displacement in metres east (`x`) and north (`y`) of a `LocalFrame`'s origin.
struct LocalPoint {
  double x = 0.0;
  double y = 0.0;

  friend constexpr bool operator==(LocalPoint, LocalPoint) = default;
  friend constexpr LocalPoint operator+(LocalPoint a, LocalPoint b) noexcept { return {a.x + b.x, a.y + b.y}; }
  friend constexpr LocalPoint operator-(LocalPoint a, LocalPoint b) noexcept { return {a.x - b.x, a.y - b.y}; }
  friend constexpr LocalPoint operator*(double k, LocalPoint p) noexcept { return {k * p.x, k * p.y}; }
};

[[nodiscard]] constexpr double dot(LocalPoint a, LocalPoint b) noexcept {
  return a.x * b.x + a.y * b.y;
}
[[nodiscard]] constexpr double cross(LocalPoint a, LocalPoint b) noexcept {
  return a.x * b.y - a.y * b.x;
}
[[nodiscard]] constexpr double squared_norm(LocalPoint p) noexcept {
  return dot(p, p);
}
[[nodiscard]] inline double norm(LocalPoint p) noexcept {
  return std::sqrt(squared_norm(p));
}
[[nodiscard]] inline double distance(LocalPoint a, LocalPoint b) noexcept {
  return norm(a - b);
}

/// Degrees to local metres and back: the equirectangular projection about an origin, on the WGS-84 ellipsoid.
///
/// Two multiplications a point. East-west lengths are off by tan(latitude) × Δlatitude: 0.45 % at 50 km and 30 degrees,
/// which is 0.2 m on a corridor of 50 m. Longitudes are wrapped about the origin, so a frame near the antimeridian
/// works. Radii of curvature: Snyder, Map Projections — A Working Manual (USGS 1395), eq. 4-18 to 4-20.
class LocalFrame {
 public:
  LocalFrame() noexcept : LocalFrame{LonLat{}} {}

  explicit LocalFrame(LonLat origin) noexcept : origin_{origin} {
    constexpr double a = 6378137.0;
    constexpr double e2 = 0.00669437999014;
    const double phi = origin.lat * radians_per_degree;
    const double w2 = 1.0 - e2 * std::sin(phi) * std::sin(phi);
    const double w = std::sqrt(w2);
    metres_per_degree_lat_ = a * (1.0 - e2) / (w2 * w) * radians_per_degree;
    metres_per_degree_lon_ = a / w * std::cos(phi) * radians_per_degree;
  }

  [[nodiscard]] LocalPoint to_local(LonLat place) const noexcept {
    double east = place.lon - origin_.lon;
    if (east > 180.0) east -= 360.0;
    if (east < -180.0) east += 360.0;
    return {east * metres_per_degree_lon_, (place.lat - origin_.lat) * metres_per_degree_lat_};
  }

  [[nodiscard]] LonLat to_lon_lat(LocalPoint p) const noexcept {
    double lon = origin_.lon + p.x / metres_per_degree_lon_;
    if (lon > 180.0) lon -= 360.0;
    if (lon < -180.0) lon += 360.0;
    return {lon, origin_.lat + p.y / metres_per_degree_lat_};
  }

  [[nodiscard]] LonLat origin() const noexcept { return origin_; }

 private:
  static constexpr double radians_per_degree = std::numbers::pi / 180.0;
  LonLat origin_;
  double metres_per_degree_lat_ = 0.0;
  double metres_per_degree_lon_ = 0.0;
};

}  // namespace haulwatch::geo
