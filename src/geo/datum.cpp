#include <haulwatch/geo/datum.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace haulwatch::geo {
namespace {

using std::numbers::pi;

constexpr double radians_per_degree = pi / 180.0;
constexpr double west = 72.004;
constexpr double east = 137.8347;
constexpr double south = 0.8293;
constexpr double north = 55.8271;
constexpr double fade_deg = 1.0;

/// How much of the shift holds here: 0 outside the box, 1 from one degree within its edge.
double share_of_shift(LonLat p) noexcept {
  const double to_edge = std::min({p.lon - west, east - p.lon, p.lat - south, north - p.lat});
  return std::clamp(to_edge / fade_deg, 0.0, 1.0);
}

/// The short waves that both series have in common, metres.
double short_waves(double x) noexcept {
  return (20.0 * std::sin(6.0 * x * pi) + 20.0 * std::sin(2.0 * x * pi)) * 2.0 / 3.0;
}

double shift_north_m(double x, double y) noexcept {
  double m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * std::sqrt(std::abs(x));
  m += short_waves(x);
  m += (20.0 * std::sin(y * pi) + 40.0 * std::sin(y / 3.0 * pi)) * 2.0 / 3.0;
  m += (160.0 * std::sin(y / 12.0 * pi) + 320.0 * std::sin(y * pi / 30.0)) * 2.0 / 3.0;
  return m;
}

double shift_east_m(double x, double y) noexcept {
  double m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * std::sqrt(std::abs(x));
  m += short_waves(x);
  m += (20.0 * std::sin(x * pi) + 40.0 * std::sin(x / 3.0 * pi)) * 2.0 / 3.0;
  m += (150.0 * std::sin(x / 12.0 * pi) + 300.0 * std::sin(x / 30.0 * pi)) * 2.0 / 3.0;
  return m;
}

LonLat gcj02_of_wgs84(LonLat p) noexcept {
  const double share = share_of_shift(p);
  if (share <= 0.0) return p;
  // Krasovsky 1940, whose radii of curvature turn the series' metres into degrees.
  constexpr double a = 6378245.0;
  constexpr double e2 = 0.00669342162296594323;
  const double phi = p.lat * radians_per_degree;
  const double w2 = 1.0 - e2 * std::sin(phi) * std::sin(phi);
  const double w = std::sqrt(w2);
  const double metres_per_degree_lat = a * (1.0 - e2) / (w2 * w) * radians_per_degree;
  const double metres_per_degree_lon = a / w * std::cos(phi) * radians_per_degree;
  const double x = p.lon - 105.0;
  const double y = p.lat - 35.0;
  return {p.lon + share * shift_east_m(x, y) / metres_per_degree_lon,
          p.lat + share * shift_north_m(x, y) / metres_per_degree_lat};
}

LonLat bd09_of_gcj02(LonLat p) noexcept {
  const double share = share_of_shift(p);
  if (share <= 0.0) return p;
  constexpr double wave = pi * 3000.0 / 180.0;
  const double radius = std::hypot(p.lon, p.lat) + 2e-5 * std::sin(p.lat * wave);
  const double angle = std::atan2(p.lat, p.lon) + 3e-6 * std::cos(p.lon * wave);
  return {p.lon + share * (radius * std::cos(angle) + 0.0065 - p.lon),
          p.lat + share * (radius * std::sin(angle) + 0.006 - p.lat)};
}

/// The place that `forward` carries to `image`. Both shifts change by less than 4 % of a step, so that each round
/// leaves less than 4 % of the error.
template <class Forward>
LonLat inverse(Forward forward, LonLat image) noexcept {
  constexpr double still_deg = 1e-11;  // a micrometre
  LonLat place = image;
  for (int round = 0; round < 5; ++round) {
    const LonLat there = forward(place);
    const LonLat miss{image.lon - there.lon, image.lat - there.lat};
    place = {place.lon + miss.lon, place.lat + miss.lat};
    if (std::abs(miss.lon) < still_deg && std::abs(miss.lat) < still_deg) break;
  }
  return place;
}

bool is_nan(LonLat p) noexcept {
  return std::isnan(p.lon) || std::isnan(p.lat);
}

constexpr LonLat nowhere{std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};

}  // namespace

LonLat to_wgs84(LonLat place, Datum datum) noexcept {
  if (is_nan(place)) return nowhere;
  switch (datum) {
    case Datum::wgs84:
      return place;
    case Datum::gcj02:
      return inverse(gcj02_of_wgs84, place);
    case Datum::bd09:
      return inverse(gcj02_of_wgs84, inverse(bd09_of_gcj02, place));
  }
  return nowhere;
}

LonLat from_wgs84(LonLat place, Datum datum) noexcept {
  if (is_nan(place)) return nowhere;
  switch (datum) {
    case Datum::wgs84:
      return place;
    case Datum::gcj02:
      return gcj02_of_wgs84(place);
    case Datum::bd09:
      return bd09_of_gcj02(gcj02_of_wgs84(place));
  }
  return nowhere;
}

}  // namespace haulwatch::geo
