#include "support/recorded_events.hpp"
#include "support/registry_builder.hpp"
#include "support/track_builder.hpp"
#include "support/variations.hpp"

#include <haulwatch/engine/default_engine.hpp>
#include <haulwatch/engine/default_replay.hpp>
#include <haulwatch/engine/manifest_log.hpp>
#include <haulwatch/manifest.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <variant>
#include <vector>

namespace haulwatch::test {
namespace {

using namespace std::chrono_literals;

constexpr LonLat frame{121.0, 30.7};
constexpr TimeUtc morning = std::chrono::sys_days{std::chrono::year{2026} / 3 / 12};

RegistryPtr county(std::vector<std::string> vehicles) {
  registry::PermitDraft permit = permit_between("p", "pit", "fill");
  permit.vehicles = std::move(vehicles);
  permit.vehicles.emplace_back("unheard");
  permit.valid_to = morning + 5h;
  return registry_at(frame)
      .site("pit", registry::SiteRole::origin, box({0, 0}, 200, 200))
      .site("fill", registry::SiteRole::disposal, box({4'000, 0}, 200, 200))
      .permit(permit)
      .build();
}

/// Trucks that haul all morning, with a receiver's noise, and manifests of every sort: right, missing, never driven,
/// known hours later, voided, given to another truck.
struct HaulingMorning {
  explicit HaulingMorning(std::uint64_t seed) : random{seed} {
    const RegistryBuilder places = registry_at(frame);
    std::vector<std::pair<TimeUtc, Fix>> rows;
    for (std::uint32_t i = 0; i < 5; ++i) {
      recording.vehicles.push_back("ZF-" + std::to_string(i));
      TrackBuilder truck = track(recording.vehicles.back());
      truck.as(VehicleIndex{i}).starts_at(places.at({0, 0}), morning + minutes(30)).every(15s);
      truck.with_noise(Metres{3}, random());
      for (int load = 0; load < 5; ++load) {
        truck.waits(6min + minutes(6));
        open(recording.vehicles.back(), truck.now() - minutes(3));
        truck.drives_to(places.at({4'000, 0}), MetresPerSecond{12})
            .waits(4min)
            .drives_to(places.at({0, 0}), MetresPerSecond{12});
      }
      for (const Fix& fix : truck.fixes()) rows.emplace_back(fix.time, fix);
    }
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& row : rows) recording.fixes.push_back(row.second);
    registry = county(recording.vehicles);
    open("unheard", morning + 1h);
    open("unheard", morning + 2h);
  }

  Milliseconds minutes(unsigned most) { return Milliseconds{static_cast<int>(random() % (60'000U * most))}; }

  void open(const std::string& vehicle, TimeUtc at) {
    if (random() % 5 == 0) return;
    Manifest note;
    note.id = "note-" + std::to_string(random() % 1'000'000);
    note.permit = "p";
    note.vehicle = vehicle;
    note.origin = "pit";
    note.destination = "fill";
    note.opened_at = at;
    note.at = random() % 4 == 0 ? at + minutes(120) : at;
    lines.push_back(note);
    if (random() % 8 == 0) note.vehicle = "ZF-" + std::to_string(random() % 5);
    const TimeUtc over = at + 8min + minutes(20);
    (random() % 6 == 0 ? note.voided_at : note.closed_at) = over;
    note.at = std::max(note.at, over) + minutes(10);
    if (random() % 7 != 0) lines.push_back(note);
    if (random() % 5 == 0) open(vehicle, at - minutes(60));
  }

  std::mt19937_64 random;
  Recording recording;
  std::vector<Manifest> lines;
  RegistryPtr registry;
};

ReplayOptions with(const HaulingMorning& day, unsigned shards = 1) {
  ReplayOptions options;
  options.shards = shards;
  options.manifests = std::make_shared<const ManifestLog>(day.lines, *day.registry);
  return options;
}

class ManifestStream : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  HaulingMorning day_{GetParam()};
  Told expected_ = replay(day_.registry, day_.recording, with(day_));
};

INSTANTIATE_TEST_SUITE_P(Mornings, ManifestStream, ::testing::Values(1U, 2U, 3U), ::testing::PrintToStringParamName());

TEST_P(ManifestStream, TellsOfEverySort) {
  EXPECT_GE(expected_.count_of(EventKind::trip_ended), 20U);
  EXPECT_GE(expected_.count_of(EventKind::load_unmatched), 2U);
  EXPECT_GE(expected_.count_of(EventKind::manifest_unmatched), 2U);
  const auto covered = std::count_if(expected_.events.begin(), expected_.events.end(), [](const Event& e) {
    const auto* trip = std::get_if<Trip>(&e.details);
    return e.kind == EventKind::trip_ended && !trip->manifest.empty();
  });
  EXPECT_GE(covered, 10);
}

TEST_P(ManifestStream, TellsTheSameOnAnyNumberOfShards) {
  for (const unsigned shards : {2U, 3U})
    EXPECT_TRUE(same_events(expected_, replay(day_.registry, day_.recording, with(day_, shards)))) << shards;
}

TEST_P(ManifestStream, TellsTheSameWhateverTheOrderOfLinesAndRows) {
  std::shuffle(day_.lines.begin(), day_.lines.end(), day_.random);
  EXPECT_TRUE(same_events(expected_, replay(day_.registry, day_.recording, with(day_))));
  EXPECT_TRUE(same_events(expected_, replay(day_.registry, shuffled(day_.recording, 5), with(day_, 2))));
}

TEST_P(ManifestStream, TellsTheSameWithOtherNamesOfVehicles) {
  const auto name = [](const std::string& old) { return old == "unheard" ? old : "AA-9" + old; };
  HaulingMorning other{GetParam()};
  for (Manifest& line : other.lines) line.vehicle = name(line.vehicle);
  std::vector<std::string> names;
  for (const std::string& vehicle : other.recording.vehicles) names.push_back(name(vehicle));
  other.registry = county(names);
  const Told told = replay(other.registry, renamed(other.recording, name), with(other));
  ASSERT_EQ(told.events.size(), expected_.events.size());
  for (std::size_t i = 0; i < told.events.size(); ++i) {
    const auto* a = std::get_if<Trip>(&expected_.events[i].details);
    const auto* b = std::get_if<Trip>(&told.events[i].details);
    EXPECT_EQ(expected_.events[i].kind, told.events[i].kind);
    ASSERT_EQ(a == nullptr, b == nullptr);
    EXPECT_EQ(a == nullptr ? "" : a->manifest, b == nullptr ? "" : b->manifest);
  }
}

/// An engine with its vehicles' manifests, talked to as a platform would.
class Platform : private Sink {
 public:
  Platform(const HaulingMorning& day, Delivery delivery)
      : day_{day}, engine_{day.registry, default_chain(), options(day, delivery), *this} {
    told.registry = day.registry;
  }

  Engine& operator*() noexcept { return engine_; }
  Engine* operator->() noexcept { return &engine_; }

  void push(Fix fix) {
    fix.vehicle = engine_.vehicle(day_.recording.vehicles[static_cast<std::size_t>(fix.vehicle)]);
    engine_.push(fix);
  }
  void push(const std::string& vehicle, const Manifest& manifest) { engine_.push(engine_.vehicle(vehicle), manifest); }

  Told told;

 private:
  static EngineOptions options(const HaulingMorning& day, Delivery delivery) {
    EngineOptions options;
    options.delivery = delivery;
    options.manifests = ManifestLog{day.lines, *day.registry}.duty();
    return options;
  }
  void on_event(const Event& event) override { told.keep(event); }

  const HaulingMorning& day_;
  Engine engine_;
};

/// Every version to the vehicle that gets it and to the one that loses it, in the order in which they are known.
std::vector<std::pair<std::string, Manifest>> routed(const HaulingMorning& day) {
  const ManifestLog log{day.lines, *day.registry};
  std::vector<std::pair<std::string, Manifest>> all;
  log.for_each_vehicle([&](std::string_view vehicle) {
    for (const Manifest& manifest : log.of(vehicle)) all.emplace_back(vehicle, manifest);
  });
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.second.at < b.second.at; });
  return all;
}

TEST_P(ManifestStream, ComesToALiveEngineBetweenTheFixesAndTicks) {
  for (const Delivery delivery : {Delivery::ordered, Delivery::immediate}) {
    Platform platform{day_, delivery};
    const auto versions = routed(day_);
    auto next = versions.begin();
    TimeUtc tick = morning;
    for (const Fix& fix : day_.recording.fixes) {
      for (; next != versions.end() && next->second.at <= fix.time; ++next) platform.push(next->first, next->second);
      for (; tick < fix.time; tick += 20s) platform->advance({tick});
      platform.push(fix);
    }
    for (; next != versions.end(); ++next) platform.push(next->first, next->second);
    platform->finish();
    platform.told.events = in_order(platform.told.events);
    EXPECT_TRUE(same_events(expected_, platform.told));
  }
}

TEST_P(ManifestStream, MayBeKnownLongBeforeItsTime) {
  Platform platform{day_, Delivery::ordered};
  for (const auto& [vehicle, manifest] : routed(day_)) platform.push(vehicle, manifest);
  for (const Fix& fix : day_.recording.fixes) platform.push(fix);
  platform->finish();
  EXPECT_TRUE(same_events(expected_, platform.told));
}

TEST_P(ManifestStream, GoesWithItsVehicleToAnotherEngine) {
  auto home = std::make_unique<Platform>(day_, Delivery::immediate);
  for (const auto& [vehicle, manifest] : routed(day_)) home->push(vehicle, manifest);
  std::vector<Event> events;
  std::vector<std::unique_ptr<Platform>> gone;
  std::size_t pushed = 0;
  for (const Fix& fix : day_.recording.fixes) {
    home->push(fix);
    if (++pushed % 700 != 0) continue;
    auto next = std::make_unique<Platform>(day_, Delivery::immediate);
    std::vector<std::string> names = day_.recording.vehicles;
    names.emplace_back("unheard");
    for (const std::string& name : names) {
      const auto checkpoint = (*home)->save((*home)->vehicle(name));
      (*home)->forget((*home)->vehicle(name));
      (*next)->restore((*next)->vehicle(name), checkpoint);
    }
    std::swap(home, next);
    gone.push_back(std::move(next));
  }
  (*home)->finish();
  gone.push_back(std::move(home));
  Told told;
  for (const auto& platform : gone)
    for (const Event& event : platform->told.events) told.events.push_back(event);
  told.events = in_order(told.events);
  EXPECT_TRUE(same_events(expected_, told));
}

TEST_P(ManifestStream, ThatComesTooLateCountsFromNow) {
  Platform platform{day_, Delivery::ordered};
  for (const Fix& fix : day_.recording.fixes) platform.push(fix);
  const TimeUtc newest = platform->newest_kept();
  platform->advance({newest + 1h});
  const std::size_t before = platform.told.events.size();
  for (const auto& [vehicle, manifest] : routed(day_)) platform.push(vehicle, manifest);
  platform->advance({newest + 2h});
  platform->finish();
  ASSERT_GT(platform.told.events.size(), before);
  EXPECT_TRUE(std::is_sorted(platform.told.events.begin(), platform.told.events.end(), happens_before));
}

TEST(ManifestLog, LeavesOutWhatWasKnownAfterwards) {
  const HaulingMorning day{1};
  const TimeUtc until = morning + 2h;
  ReplayOptions options = with(day);
  options.manifests = std::make_shared<const ManifestLog>(day.lines, *day.registry, until);
  std::size_t kept = 0;
  options.manifests->for_each_vehicle([&](std::string_view vehicle) {
    for (const Manifest& manifest : options.manifests->of(vehicle)) {
      ++kept;
      EXPECT_LE(manifest.at, until);
    }
  });
  EXPECT_GT(kept, 5U);
  EXPECT_LT(kept, day.lines.size());
}

TEST(ManifestLog, KnowsThePermitsThatUseManifests) {
  const HaulingMorning day{1};
  EXPECT_TRUE((ManifestLog{day.lines, *day.registry}.duty()->holds_for(0)));
  const ManifestLog none{{}, *day.registry};
  EXPECT_FALSE(none.duty()->holds_for(0));
  EXPECT_FALSE(none.duty()->holds_for(std::nullopt));
}

/// The terminal said nothing all day, and a manifest says that it drove.
TEST(ManifestLog, TellsOfAVehicleThatWasNeverHeard) {
  HaulingMorning day{1};
  day.lines.clear();
  Manifest note;
  note.id = "m";
  note.permit = "p";
  note.vehicle = "unheard";
  note.origin = "pit";
  note.destination = "fill";
  note.opened_at = morning + 1h;
  note.closed_at = note.at = morning + 2h;
  day.lines.push_back(note);
  const Told told = replay(day.registry, day.recording, with(day, 2));
  ASSERT_EQ(told.count_of(EventKind::manifest_unmatched), 1U);
  const auto event = std::find_if(told.events.begin(), told.events.end(),
                                  [](const Event& e) { return e.kind == EventKind::manifest_unmatched; });
  EXPECT_EQ(event->vehicle, "unheard");
  EXPECT_EQ(event->time, morning + 2h);
}

}  // namespace
}  // namespace haulwatch::test
