#include <haulwatch/geo/map_shift.hpp>

#include <haulwatch/geo/datum.hpp>

namespace haulwatch::geo {

LonLat in_registry(LonLat p, MapShift shift) noexcept {
  using enum Datum;
  switch (shift) {
    case MapShift::none:
      return p;
    case MapShift::registry_gcj02:
      return from_wgs84(p, gcj02);
    case MapShift::registry_bd09:
      return from_wgs84(p, bd09);
    case MapShift::tracks_gcj02:
      return to_wgs84(p, gcj02);
    case MapShift::tracks_bd09:
      return to_wgs84(p, bd09);
    case MapShift::registry_gcj02_twice:
      return from_wgs84(from_wgs84(p, gcj02), gcj02);
    case MapShift::tracks_gcj02_twice:
      return to_wgs84(to_wgs84(p, gcj02), gcj02);
    case MapShift::registry_bd09_tracks_gcj02:
      return from_wgs84(to_wgs84(p, gcj02), bd09);
    case MapShift::registry_gcj02_tracks_bd09:
      return from_wgs84(to_wgs84(p, bd09), gcj02);
  }
  return p;
}

std::string_view cure_of(MapShift shift, Datum tracks, Datum registry) noexcept {
  using enum Datum;
  const bool as_they_are = tracks == wgs84 && registry == wgs84;
  switch (shift) {
    case MapShift::none:
      return {};
    case MapShift::registry_gcj02:
      if (as_they_are) return "--registry-datum gcj02";
      return tracks == gcj02 && registry == wgs84 ? "--datum wgs84" : "";
    case MapShift::registry_bd09:
      if (as_they_are) return "--registry-datum bd09";
      return tracks == bd09 && registry == wgs84 ? "--datum wgs84" : "";
    case MapShift::tracks_gcj02:
      if (as_they_are) return "--datum gcj02";
      return registry == gcj02 && tracks == wgs84 ? "--registry-datum wgs84" : "";
    case MapShift::tracks_bd09:
      if (as_they_are) return "--datum bd09";
      return registry == bd09 && tracks == wgs84 ? "--registry-datum wgs84" : "";
    case MapShift::registry_gcj02_twice:
      // One shift that was read into the tracks, one that was not read out of the registry.
      return tracks == gcj02 && registry == wgs84 ? "--datum wgs84 --registry-datum gcj02" : "";
    case MapShift::tracks_gcj02_twice:
      return registry == gcj02 && tracks == wgs84 ? "--registry-datum wgs84 --datum gcj02" : "";
    case MapShift::registry_bd09_tracks_gcj02:
      return as_they_are ? "--datum gcj02 --registry-datum bd09" : "";
    case MapShift::registry_gcj02_tracks_bd09:
      return as_they_are ? "--datum bd09 --registry-datum gcj02" : "";
  }
  return {};
}

}  // namespace haulwatch::geo
