#include "support/registry_builder.hpp"

#include <haulwatch/event.hpp>
#include <haulwatch/fleet/fleet.hpp>
#include <haulwatch/registry/registry.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace haulwatch::test {
namespace {

using fleet::Fleet;
using RegistryPtr = std::shared_ptr<const registry::Registry>;
using namespace std::chrono_literals;

constexpr TimeUtc morning = std::chrono::sys_days{std::chrono::year{2026} / 3 / 4} + 7h;

registry::PermitDraft permit_of(std::string id, std::optional<std::uint32_t> max_loads, TimeUtc valid_from = no_time) {
  registry::PermitDraft permit = permit_between(std::move(id), "pit", "fill");
  permit.max_loads = max_loads;
  permit.valid_from = valid_from;
  return permit;
}

RegistryPtr registry_of(const std::vector<registry::PermitDraft>& permits, std::uint32_t version = 1) {
  RegistryBuilder builder = registry_at({121.0, 30.7});
  builder.site("pit", registry::SiteRole::origin, box({0, 0}, 100, 100));
  builder.site("fill", registry::SiteRole::disposal, box({2'000, 0}, 100, 100));
  for (const registry::PermitDraft& permit : permits) builder.permit(permit);
  return builder.build(version);
}

/// A trip that ended, its times in minutes after the morning.
struct Haul {
  std::string_view vehicle;
  std::string_view permit;
  int loaded = 0;
  int detected = 0;
};

Event ended(const Haul& haul, std::uint16_t revision = 0, bool retracted = false) {
  Event event;
  event.kind = EventKind::trip_ended;
  event.vehicle = haul.vehicle;
  event.registry = 1;
  event.revision = revision;
  event.retracted = retracted;
  event.time = morning + std::chrono::minutes{haul.detected - 1};
  event.detected = morning + std::chrono::minutes{haul.detected};
  const TimeUtc loaded = morning + std::chrono::minutes{haul.loaded};
  event.subject = subject_of(haul.vehicle, EpisodeKind::trip, "pit", loaded);
  event.id = event_id_of(event.subject, event.kind);
  Trip trip;
  trip.origin = "pit";
  trip.destination = "fill";
  trip.loaded_at = loaded;
  trip.unloaded_at = event.time;
  trip.permit = haul.permit;
  event.details = trip;
  return event;
}

Event at(Event event, int minute) {
  event.detected = morning + std::chrono::minutes{minute};
  return event;
}

std::vector<Event> fold(Fleet& fleet, const std::vector<Event>& events) {
  std::vector<Event> told;
  const auto keep = [&](const Event& event) { told.push_back(event); };
  for (const Event& event : events) fleet.on_event(event, keep);
  fleet.finish(keep);
  return told;
}

std::vector<Event> excesses(const std::vector<Event>& events) {
  std::vector<Event> all;
  std::copy_if(events.begin(), events.end(), std::back_inserter(all),
               [](const Event& e) { return e.kind == EventKind::quota_exceeded; });
  return all;
}

const QuotaExcess& details_of(const Event& event) {
  return std::get<QuotaExcess>(event.details);
}

TEST(Quota, TellsTheFirstLoadBeyondThePermitAndEachAfterIt) {
  Fleet fleet{registry_of({permit_of("P-1", 2)})};
  const std::vector<Event> told = excesses(fold(fleet, {ended({"A", "P-1", 0, 20}), ended({"B", "P-1", 5, 30}),
                                                        ended({"A", "P-1", 30, 60}), ended({"C", "P-1", 31, 61})}));
  ASSERT_EQ(told.size(), 2U);
  const Event third = ended({"A", "P-1", 30, 60});
  EXPECT_EQ(told[0].vehicle, "A");
  EXPECT_EQ(told[0].time, third.time);
  EXPECT_EQ(told[0].detected, third.detected);
  EXPECT_EQ(told[0].registry, 1U);
  EXPECT_EQ(told[0].revision, 0U);
  EXPECT_EQ(told[0].id, event_id_of(told[0].subject, EventKind::quota_exceeded));
  EXPECT_EQ(details_of(told[0]).permit, "P-1");
  EXPECT_EQ(details_of(told[0]).loads, 3U);
  EXPECT_EQ(details_of(told[0]).max_loads, 2U);
  EXPECT_EQ(details_of(told[0]).trip, third.subject);
  EXPECT_EQ(told[1].vehicle, "C");
  EXPECT_EQ(details_of(told[1]).loads, 4U);
}

TEST(Quota, CountsEachPermitByItselfAndWithoutALimitNotAtAll) {
  Fleet fleet{registry_of({permit_of("P-1", 1), permit_of("P-2", 1), permit_of("free", std::nullopt)})};
  const std::vector<Event> told =
      excesses(fold(fleet, {ended({"A", "P-1", 0, 20}), ended({"A", "P-2", 21, 40}), ended({"A", "free", 41, 50}),
                            ended({"A", "free", 51, 60}), ended({"A", "", 61, 70}), ended({"A", "", 71, 80})}));
  EXPECT_TRUE(told.empty());
}

TEST(Quota, FollowsTheTripThatWasTooManyAmongTheEventsOfItsMoment) {
  Fleet fleet{registry_of({permit_of("P-1", 0)})};
  Event other = ended({"A", "", 1, 20});
  other.sequence = 9;
  Event trip = ended({"A", "P-1", 0, 20});
  trip.sequence = 8;
  Event neighbour = ended({"B", "", 0, 20});
  const std::vector<Event> told = fold(fleet, {trip, other, neighbour});
  ASSERT_EQ(told.size(), 4U);
  EXPECT_EQ(told[2].kind, EventKind::quota_exceeded);
  EXPECT_EQ(told[2].vehicle, "A");
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end(), happens_before));
}

TEST(Quota, NumbersLoadsProvenTogetherByWhenTheyWereTakenUp) {
  for (const auto& [early, late] : {std::pair{"A", "B"}, std::pair{"B", "A"}}) {
    Fleet fleet{registry_of({permit_of("P-1", 1)})};
    std::vector<Event> trips{ended({early, "P-1", 0, 20}), ended({late, "P-1", 1, 20})};
    std::sort(trips.begin(), trips.end(), happens_before);
    const std::vector<Event> told = excesses(fold(fleet, trips));
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].vehicle, late);
  }
}

TEST(Quota, GivesLoadsThatCannotBeToldApartTheNumberOfTheLater) {
  Fleet fleet{registry_of({permit_of("P-1", 2)})};
  const std::vector<Event> told =
      excesses(fold(fleet, {ended({"A", "P-1", 0, 20}), ended({"B", "P-1", 10, 30}), ended({"C", "P-1", 10, 30})}));
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(details_of(told[0]).loads, 3U);
  EXPECT_EQ(details_of(told[1]).loads, 3U);
}

TEST(Quota, ARetractedTripTakesBackTheExcessAndLowersThoseAfterIt) {
  Fleet fleet{registry_of({permit_of("P-1", 2)})};
  const Haul first{"A", "P-1", 0, 20};
  const std::vector<Event> told =
      excesses(fold(fleet, {ended(first), ended({"B", "P-1", 5, 30}), ended({"C", "P-1", 30, 60}),
                            ended({"D", "P-1", 31, 61}), at(ended(first, 1, true), 90)}));
  ASSERT_EQ(told.size(), 4U);
  EXPECT_EQ(told[2].vehicle, "C");
  EXPECT_TRUE(told[2].retracted);
  EXPECT_EQ(told[2].revision, 1U);
  EXPECT_EQ(told[2].id, told[0].id);
  EXPECT_EQ(told[2].detected, morning + 90min);
  EXPECT_EQ(told[3].vehicle, "D");
  EXPECT_FALSE(told[3].retracted);
  EXPECT_EQ(told[3].revision, 1U);
  EXPECT_EQ(details_of(told[3]).loads, 3U);
}

TEST(Quota, ATripRevisedToAnotherPermitIsCountedThere) {
  Fleet fleet{registry_of({permit_of("P-1", 1), permit_of("P-2", 0)})};
  const std::vector<Event> told = excesses(
      fold(fleet, {ended({"A", "P-1", 0, 20}), ended({"B", "P-1", 5, 30}), at(ended({"B", "P-2", 5, 30}, 1), 90)}));
  ASSERT_EQ(told.size(), 3U);
  EXPECT_EQ(details_of(told[0]).permit, "P-1");
  std::map<std::string_view, bool> retracted;
  for (std::size_t i = 1; i < 3; ++i) retracted[details_of(told[i]).permit] = told[i].retracted;
  EXPECT_EQ(retracted, (std::map<std::string_view, bool>{{"P-1", true}, {"P-2", false}}));
}

TEST(Quota, ATripThatComesLateIsCountedWhereItBelongs) {
  Fleet fleet{registry_of({permit_of("P-1", 1)})};
  std::vector<Event> told;
  const auto keep = [&](const Event& event) { told.push_back(event); };
  fleet.on_event(ended({"A", "P-1", 30, 60}), keep);
  fleet.complete_before(morning + 61min, keep);
  EXPECT_FALSE(fleet.holds_events());
  fleet.on_event(ended({"B", "P-1", 0, 20}), keep);
  fleet.finish(keep);
  const std::vector<Event> late = excesses(told);
  ASSERT_EQ(late.size(), 1U);
  EXPECT_EQ(late[0].vehicle, "A");
  EXPECT_EQ(late[0].detected, morning + 60min) << "not before its own trip was proven";
}

TEST(Quota, JudgesByTheVersionInForce) {
  Fleet fleet{registry_of({permit_of("P-1", 1)})};
  fleet.add(registry_of({permit_of("P-1", 3)}, 2));
  std::vector<Event> trips;
  for (int i = 0; i < 5; ++i) {
    trips.push_back(ended({"A", "P-1", 10 * i, 10 * i + 5}));
    trips.back().registry = i < 2 ? 1 : 2;
  }
  const std::vector<Event> told = excesses(fold(fleet, trips));
  ASSERT_EQ(told.size(), 3U);
  EXPECT_EQ(details_of(told[0]).max_loads, 1U);
  EXPECT_EQ(details_of(told[0]).loads, 2U);
  EXPECT_EQ(details_of(told[1]).max_loads, 3U);
  EXPECT_EQ(details_of(told[1]).loads, 4U);
  EXPECT_EQ(details_of(told[2]).loads, 5U);
}

TEST(Quota, ARenewedPermitCountsFromItsNewValidityOn) {
  Fleet fleet{registry_of({permit_of("P-1", 2, morning)})};
  fleet.add(registry_of({permit_of("P-1", 2, morning + 25min)}, 2));
  std::vector<Event> trips;
  for (int i = 0; i < 5; ++i) {
    trips.push_back(ended({"A", "P-1", 10 * i, 10 * i + 5}));
    trips.back().registry = i < 3 ? 1 : 2;
  }
  const std::vector<Event> told = excesses(fold(fleet, trips));
  ASSERT_EQ(told.size(), 1U) << "the third of the old validity; the two of the new one are within it";
  EXPECT_EQ(details_of(told[0]).loads, 3U);
  EXPECT_EQ(told[0].detected, morning + 25min);
}

TEST(Quota, TheSameTripTwiceIsOneLoad) {
  Fleet fleet{registry_of({permit_of("P-1", 1)})};
  EXPECT_TRUE(excesses(fold(fleet, {ended({"A", "P-1", 0, 20}), ended({"A", "P-1", 0, 20})})).empty());
  EXPECT_EQ(fleet.get<fleet::Quota>().loads("P-1"), 1U);
}

/// Trips as they become known, some wrong at first, many proven and taken up at the same times.
class RandomTrips {
 public:
  RandomTrips(std::uint64_t seed, std::vector<std::string> vehicles) : vehicles_{std::move(vehicles)}, random_{seed} {
    for (const std::string& vehicle : vehicles_)
      for (int trip = 0; trip < 12; ++trip) {
        const int loaded = 40 * trip + 5 * below(5);
        Haul haul{vehicle, permits[static_cast<std::size_t>(below(3))], loaded, loaded + 5 * (1 + below(5))};
        add(haul);
      }
    std::sort(events_.begin(), events_.end(), happens_before);
  }

  static constexpr std::array<std::string_view, 3> permits{"P-1", "P-2", "P-3"};
  [[nodiscard]] const std::vector<Event>& events() const noexcept { return events_; }
  /// What is true in the end, as it would be first told.
  [[nodiscard]] std::vector<Event> truth() const {
    std::vector<Event> all;
    for (const auto& [id, event] : standing_) all.push_back(event);
    std::sort(all.begin(), all.end(), happens_before);
    return all;
  }

 private:
  int below(int n) { return static_cast<int>(random_() % static_cast<std::uint64_t>(n)); }

  void add(Haul haul) {
    tell(ended(haul));
    int known = haul.detected;
    for (std::uint16_t revision = 1; below(4) == 0; ++revision) {
      known += 5 * (1 + below(8));
      const bool retracted = below(2) == 0;
      if (!retracted) haul.permit = permits[static_cast<std::size_t>(below(3))];
      haul.detected = retracted ? haul.detected : known;
      tell(at(ended(haul, revision, retracted), known));
    }
  }

  void tell(Event event) {
    event.sequence = sequence_++;
    events_.push_back(event);
    standing_.erase(event.id);
    event.revision = 0;
    if (!event.retracted) standing_.emplace(event.id, event);
  }

  std::vector<std::string> vehicles_;
  std::mt19937_64 random_;
  std::uint32_t sequence_ = 0;
  std::vector<Event> events_;
  std::map<EventId, Event> standing_;
};

/// What a plain count says of trips that are true: (vehicle, trip, permit, number).
using Count = std::set<std::tuple<std::string, SubjectId, std::string, std::uint32_t>>;

Count plain_count(const std::vector<Event>& trips, std::uint32_t max_loads) {
  Count count;
  for (const Event& one : trips) {
    const Trip& trip = std::get<Trip>(one.details);
    const auto number = static_cast<std::uint32_t>(std::count_if(trips.begin(), trips.end(), [&](const Event& other) {
      const Trip& its = std::get<Trip>(other.details);
      return its.permit == trip.permit &&
             std::pair{other.detected, its.loaded_at} <= std::pair{one.detected, trip.loaded_at};
    }));
    if (number > max_loads) count.emplace(one.vehicle, one.subject, trip.permit, number);
  }
  return count;
}

/// The last revision of each excess, without those taken back.
Count standing(const std::vector<Event>& events) {
  std::map<EventId, Event> last;
  for (const Event& event : excesses(events)) {
    const auto known = last.find(event.id);
    EXPECT_EQ(event.revision, known == last.end() ? 0 : known->second.revision + 1);
    last.insert_or_assign(event.id, event);
  }
  Count count;
  for (const auto& [id, event] : last)
    if (!event.retracted)
      count.emplace(event.vehicle, details_of(event).trip, details_of(event).permit, details_of(event).loads);
  return count;
}

class QuotaOfRandomTrips : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  static constexpr std::uint32_t limit = 9;
  static RegistryPtr registry() {
    return registry_of({permit_of("P-1", limit), permit_of("P-2", limit), permit_of("P-3", limit)});
  }
};
INSTANTIATE_TEST_SUITE_P(Seeds, QuotaOfRandomTrips, ::testing::Range<std::uint64_t>(1, 41));

TEST_P(QuotaOfRandomTrips, CorrectionsEndWhereAFreshCountBegins) {
  const RandomTrips trips{GetParam(), {"A", "B", "C", "D"}};
  Fleet fleet{registry()};
  const Count corrected = standing(fold(fleet, trips.events()));
  Fleet fresh{registry()};
  EXPECT_EQ(corrected, standing(fold(fresh, trips.truth())));
  EXPECT_EQ(corrected, plain_count(trips.truth(), limit));
  EXPECT_FALSE(corrected.empty());
}

/// A revision from late data may have been proven by an earlier fix than what it replaces.
TEST_P(QuotaOfRandomTrips, TheHighestRevisionCountsInWhateverOrderTheyCome) {
  const RandomTrips trips{GetParam(), {"A", "B", "C", "D"}};
  std::vector<Event> events = trips.events();
  std::mt19937_64 random{GetParam()};
  for (std::size_t i = events.size(); i > 1; --i) std::swap(events[i - 1], events[random() % i]);
  Fleet fleet{registry()};
  const auto half = events.begin() + static_cast<std::ptrdiff_t>(events.size() / 2);
  std::vector<Event> told = fold(fleet, {events.begin(), half});
  Fleet later{registry()};
  later.restore(fleet.save());
  for (const Event& event : fold(later, {half, events.end()})) told.push_back(event);
  EXPECT_EQ(standing(told), plain_count(trips.truth(), limit));
}

TEST_P(QuotaOfRandomTrips, OtherNamesExceedWithTheSameTrips) {
  const std::vector<std::string> names{"A", "B", "C", "D"};
  const std::vector<std::string> others{"Z", "Y", "K", "B"};
  const RandomTrips trips{GetParam(), names};
  const RandomTrips renamed{GetParam(), others};
  Fleet fleet{registry()};
  Fleet other_fleet{registry()};
  const auto anonymous = [](const std::vector<Event>& events, const std::vector<std::string>& vehicles) {
    std::multiset<std::tuple<TimeUtc, TimeUtc, std::size_t, std::uint32_t, std::uint16_t, bool>> all;
    for (const Event& e : excesses(events)) {
      const auto vehicle = std::find(vehicles.begin(), vehicles.end(), e.vehicle) - vehicles.begin();
      all.emplace(e.detected, e.time, static_cast<std::size_t>(vehicle), details_of(e).loads, e.revision, e.retracted);
    }
    return all;
  };
  EXPECT_EQ(anonymous(fold(fleet, trips.events()), names), anonymous(fold(other_fleet, renamed.events()), others));
}

TEST_P(QuotaOfRandomTrips, ASavedFoldGoesOnAsIfNothingHadHappened) {
  const RandomTrips trips{GetParam(), {"A", "B", "C", "D"}};
  const std::vector<Event>& events = trips.events();
  Fleet whole{registry()};
  const std::vector<Event> expected = fold(whole, events);
  std::size_t cut = events.size() / 2;
  while (cut < events.size() && events[cut].detected == events[cut - 1].detected) ++cut;
  Fleet::State state;
  std::vector<Event> told;
  {
    Fleet first{registry()};
    told = fold(first, {events.begin(), events.begin() + static_cast<std::ptrdiff_t>(cut)});
    state = first.save();
  }
  Fleet second{registry()};
  second.restore(state);
  const std::vector<Event> rest = fold(second, {events.begin() + static_cast<std::ptrdiff_t>(cut), events.end()});
  told.insert(told.end(), rest.begin(), rest.end());
  ASSERT_EQ(told.size(), expected.size());
  for (std::size_t i = 0; i < told.size(); ++i) {
    EXPECT_EQ(told[i].id, expected[i].id);
    EXPECT_EQ(told[i].revision, expected[i].revision);
    EXPECT_EQ(told[i].sequence, expected[i].sequence);
  }
}

TEST_P(QuotaOfRandomTrips, AllThatIsToldStandsInTheOrderOfAllOutputs) {
  const RandomTrips trips{GetParam(), {"A", "B", "C", "D"}};
  Fleet fleet{registry()};
  const std::vector<Event> told = fold(fleet, trips.events());
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end(), happens_before));
}

}  // namespace
}  // namespace haulwatch::test
