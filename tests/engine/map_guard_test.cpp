#include <haulwatch/engine/map_guard.hpp>

#include "support/registry_builder.hpp"

#include <haulwatch/geo/datum.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace haulwatch {
namespace {

using geo::MapShift;
using registry::SiteRole;
using test::box;
using test::registry_at;

constexpr LonLat frame{121.0, 30.7};
const TimeUtc start = std::chrono::sys_days{std::chrono::year{2026} / 3 / 2};

/// A map with four sites some kilometres apart, and trucks that stop in them.
class Fleet {
 public:
  explicit Fleet(MapShift shift = MapShift::none, MapGuardOptions options = {})
      : shift_{shift}, guard_{builder_.build(), options, [this](const Event& event) { passed.push_back(event); }} {}

  /// Of the true map; where the tracks have it depends on the shift.
  Fleet& stop(std::string_view vehicle, geo::LocalPoint at, std::chrono::minutes length = std::chrono::minutes{6}) {
    Event event = next(EventKind::stop_ended, vehicle);
    event.place = before_shift(builder_.at(at));
    event.details = Stop{event.time - length, event.time, {}, {}, StopPurpose::unknown};
    guard_.on_event(event);
    return *this;
  }
  /// Each stops once at every site.
  Fleet& rounds(std::string_view vehicle, int count = 1) {
    for (; count > 0; --count)
      for (const geo::LocalPoint site : sites) stop(vehicle, site);
    return *this;
  }
  Fleet& accuse(std::string_view vehicle, std::uint16_t revision = 0, SubjectId subject = SubjectId{7}) {
    Event event = next(EventKind::dump_suspected, vehicle);
    event.subject = subject;
    event.id = event_id_of(subject, event.kind);
    event.revision = revision;
    event.details = DumpSuspicion{};
    guard_.on_event(event);
    return *this;
  }
  Fleet& ends() {
    guard_.finish();
    return *this;
  }

  [[nodiscard]] std::vector<Event> of(EventKind kind) const {
    std::vector<Event> some;
    for (const Event& event : passed)
      if (event.kind == kind) some.push_back(event);
    return some;
  }
  [[nodiscard]] const TerminalFinding& shift_told(std::size_t i = 0) const {
    return std::get<TerminalFinding>(shifts_[i].details);
  }
  Fleet& look() {
    shifts_ = of(EventKind::map_shift_suspected);
    return *this;
  }
  [[nodiscard]] std::size_t shifts() const { return shifts_.size(); }
  [[nodiscard]] std::uint64_t withheld() const { return guard_.withheld(); }
  /// Of this one vehicle the terminal shifts places.
  Fleet& terminal_shifts(MapShift shift) {
    shift_ = shift;
    return *this;
  }

  static constexpr std::array<geo::LocalPoint, 4> sites{{{0, 0}, {4000, 500}, {-3000, 6000}, {7000, -5000}}};
  std::vector<Event> passed;

 private:
  Event next(EventKind kind, std::string_view vehicle) {
    Event event;
    event.kind = kind;
    event.vehicle = vehicle;
    event.sequence = sequence_++;
    event.time = event.detected = now_ += std::chrono::minutes{10};
    return event;
  }
  /// Where it is that `in_registry` brings to the true place.
  [[nodiscard]] LonLat before_shift(LonLat place) const {
    LonLat guess = place;
    for (int i = 0; i < 8; ++i) {
      const LonLat there = geo::in_registry(guess, shift_);
      guess = {guess.lon + place.lon - there.lon, guess.lat + place.lat - there.lat};
    }
    return guess;
  }

  test::RegistryBuilder builder_ = registry_at(frame)
                                       .site("pit", SiteRole::origin, box(sites[0], 200, 160))
                                       .site("pit-2", SiteRole::origin, box(sites[1], 120, 160))
                                       .site("tip", SiteRole::disposal, box(sites[2], 300, 200))
                                       .site("yard", SiteRole::depot, box(sites[3], 100, 100));
  MapShift shift_;
  MapGuard guard_;
  std::vector<Event> shifts_;
  TimeUtc now_ = start;
  std::uint32_t sequence_ = 0;
};

TEST(MapGuard, LetsEverythingThroughInOrderWhereTheMapIsRight) {
  Fleet fleet;
  fleet.accuse("A").rounds("A").rounds("B").accuse("B").ends();
  EXPECT_EQ(fleet.passed.size(), 10U);
  EXPECT_TRUE(std::is_sorted(fleet.passed.begin(), fleet.passed.end(), happens_before));
  EXPECT_EQ(fleet.of(EventKind::dump_suspected).size(), 2U);
  EXPECT_EQ(fleet.withheld(), 0U);
}

TEST(MapGuard, HoldsEventsOnlyUntilTheMapIsKnown) {
  Fleet fleet;
  fleet.rounds("A");
  EXPECT_TRUE(fleet.passed.empty());
  fleet.rounds("A");
  EXPECT_EQ(fleet.passed.size(), 8U);
  fleet.accuse("A");
  EXPECT_EQ(fleet.passed.size(), 9U);
}

class Shifted : public ::testing::TestWithParam<MapShift> {};

TEST_P(Shifted, IsNamedWithinTwentyTripsAndAccusesNobody) {
  Fleet fleet{GetParam()};
  fleet.accuse("A");
  for (int trip = 0; trip < 5; ++trip) fleet.rounds("A").rounds("B").stop("B", {1500, 1500}).accuse("B");
  fleet.ends().look();
  ASSERT_EQ(fleet.shifts(), 1U);
  EXPECT_EQ(fleet.shift_told().sign, geo::name_of(GetParam()));
  EXPECT_EQ(fleet.shift_told().cure, geo::cure_of(GetParam(), Datum::wgs84, Datum::wgs84));
  EXPECT_TRUE(fleet.of(EventKind::dump_suspected).empty());
  EXPECT_EQ(fleet.withheld(), 6U);
  EXPECT_TRUE(std::is_sorted(fleet.passed.begin(), fleet.passed.end(), happens_before));
}

INSTANTIATE_TEST_SUITE_P(Every, Shifted,
                         ::testing::Values(MapShift::registry_gcj02, MapShift::registry_bd09, MapShift::tracks_gcj02,
                                           MapShift::tracks_bd09, MapShift::registry_gcj02_twice,
                                           MapShift::tracks_gcj02_twice, MapShift::registry_bd09_tracks_gcj02,
                                           MapShift::registry_gcj02_tracks_bd09),
                         [](const auto& shift) { return std::string{geo::name_of(shift.param)}; });

TEST(MapGuard, NamesOneTerminalThatSendsShiftedPlaces) {
  Fleet fleet;
  fleet.rounds("A", 2).accuse("A");
  fleet.terminal_shifts(MapShift::tracks_gcj02).rounds("G", 2).accuse("G", 0, SubjectId{9}).ends().look();
  ASSERT_EQ(fleet.shifts(), 1U);
  EXPECT_EQ(fleet.of(EventKind::map_shift_suspected).front().vehicle, "G");
  EXPECT_EQ(fleet.shift_told().sign, "tracks_gcj02");
  EXPECT_EQ(fleet.shift_told().cure, "") << "an option would shift all the others";
  EXPECT_EQ(fleet.of(EventKind::dump_suspected).size(), 1U);
  EXPECT_EQ(fleet.withheld(), 1U);
}

TEST(MapGuard, DoesNotTakeOneTerminalForTheMap) {
  Fleet fleet;
  fleet.stop("A", {1500, 1500}).terminal_shifts(MapShift::tracks_gcj02).rounds("G", 3);
  fleet.terminal_shifts(MapShift::none).rounds("A", 3).rounds("B", 3).rounds("C", 3).rounds("G").ends().look();
  ASSERT_EQ(fleet.shifts(), 1U);
  EXPECT_EQ(fleet.of(EventKind::map_shift_suspected).front().vehicle, "G");
}

TEST(MapGuard, RevisesAndTakesBackWhatWasLetThrough) {
  Fleet fleet;
  fleet.rounds("A", 2).accuse("G");
  fleet.terminal_shifts(MapShift::tracks_gcj02).rounds("G", 2).accuse("G", 1).ends();
  EXPECT_EQ(fleet.of(EventKind::dump_suspected).size(), 2U);
}

TEST(MapGuard, PassesShortStopsAndStopsElsewhereOver) {
  Fleet fleet{MapShift::registry_gcj02};
  for (int i = 0; i < 20; ++i) fleet.stop("A", Fleet::sites[0], std::chrono::minutes{1}).stop("B", {1500, 1500});
  fleet.accuse("A").ends().look();
  EXPECT_EQ(fleet.shifts(), 0U);
  EXPECT_EQ(fleet.of(EventKind::dump_suspected).size(), 1U) << "of the map nothing is known";
}

TEST(MapGuard, HoldsNoMoreThanItWasAllowed) {
  Fleet fleet{MapShift::none, MapGuardOptions{.shift = {}, .most_held = 5}};
  for (int i = 0; i < 5; ++i) fleet.accuse("A");
  EXPECT_EQ(fleet.passed.size(), 5U);
}

}  // namespace
}  // namespace haulwatch
