#include <haulwatch/geo/map_shift.hpp>

#include <haulwatch/geo/datum.hpp>
#include <haulwatch/geo/local_frame.hpp>

#include <gtest/gtest.h>

namespace haulwatch::geo {
namespace {

using enum Datum;
constexpr LonLat pinghu{121.02, 30.69};

double metres(LonLat a, LonLat b) {
  const LocalFrame frame{a};
  return norm(frame.to_local(b));
}

TEST(MapShift, BringsAPlaceToWhereAShiftedRegistryHasIt) {
  EXPECT_EQ(in_registry(pinghu, MapShift::none), pinghu);
  EXPECT_LT(metres(in_registry(pinghu, MapShift::registry_gcj02), from_wgs84(pinghu, gcj02)), 0.01);
  EXPECT_LT(metres(in_registry(from_wgs84(pinghu, bd09), MapShift::tracks_bd09), pinghu), 0.01);
  EXPECT_LT(
      metres(in_registry(from_wgs84(pinghu, gcj02), MapShift::registry_bd09_tracks_gcj02), from_wgs84(pinghu, bd09)),
      0.01);
  EXPECT_LT(
      metres(in_registry(from_wgs84(pinghu, bd09), MapShift::registry_gcj02_tracks_bd09), from_wgs84(pinghu, gcj02)),
      0.01);
}

TEST(MapShift, TellsEveryTwoShiftsApartByHundredsOfMetres) {
  for (std::size_t a = 0; a < map_shift_count; ++a)
    for (std::size_t b = 0; b < a; ++b)
      EXPECT_GT(metres(in_registry(pinghu, static_cast<MapShift>(a)), in_registry(pinghu, static_cast<MapShift>(b))),
                200.0)
          << name_of(static_cast<MapShift>(a)) << " and " << name_of(static_cast<MapShift>(b));
}

TEST(MapShift, NamesTheOptionThatReadsTheMapAsWhatItIs) {
  EXPECT_EQ(cure_of(MapShift::registry_gcj02, wgs84, wgs84), "--registry-datum gcj02");
  EXPECT_EQ(cure_of(MapShift::tracks_bd09, wgs84, wgs84), "--datum bd09");
  EXPECT_EQ(cure_of(MapShift::registry_gcj02_tracks_bd09, wgs84, wgs84), "--datum bd09 --registry-datum gcj02");
}

TEST(MapShift, TakesBackAnOptionThatConvertedWhatNeededNone) {
  EXPECT_EQ(cure_of(MapShift::registry_gcj02, gcj02, wgs84), "--datum wgs84");
  EXPECT_EQ(cure_of(MapShift::tracks_gcj02, wgs84, gcj02), "--registry-datum wgs84");
  EXPECT_EQ(cure_of(MapShift::registry_gcj02, wgs84, bd09), "") << "no option converts from one to the other";
}

}  // namespace
}  // namespace haulwatch::geo
