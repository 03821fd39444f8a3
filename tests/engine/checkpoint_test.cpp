#include "support/random_fleet.hpp"
#include "support/recorded_events.hpp"

#include <haulwatch/engine/default_engine.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace haulwatch::test {
namespace {

using namespace std::chrono_literals;

EngineOptions at_once_with_tracks() {
  EngineOptions options;
  options.delivery = Delivery::immediate;
  options.tracks = true;
  return options;
}

/// An engine and what it told; it can be made to talk to nobody for a while.
class Host : private Sink {
 public:
  Host(const RegistryPtr& registry, Told& told)
      : told_{told}, engine_{registry, default_chain(), at_once_with_tracks(), *this} {}

  Engine& operator*() noexcept { return engine_; }
  Engine* operator->() noexcept { return &engine_; }

  void push(Fix fix, const std::string& vehicle) {
    fix.vehicle = engine_.vehicle(vehicle);
    engine_.push(fix);
  }

  bool heard = true;

 private:
  void on_event(const Event& event) override {
    if (heard) told_.keep(event);
  }
  void on_refused(const Fix& fix, Verdict why) override {
    if (heard) told_.refusals.push_back({std::string{engine_.name(fix.vehicle)}, fix, why});
  }
  void on_track(const track::CleanedFix& fix) override {
    if (heard) told_.tracks.push_back({std::string{engine_.name(fix.vehicle)}, fix});
  }

  Told& told_;
  Engine engine_;
};

std::vector<std::string> sorted(std::vector<std::string> lines) {
  std::sort(lines.begin(), lines.end());
  return lines;
}

void expect_same(const Told& expected, const Told& actual) {
  EXPECT_FALSE(expected.events.empty());
  EXPECT_TRUE(same_lines(lines(in_order(expected.events)), lines(in_order(actual.events))));
  EXPECT_TRUE(same_lines(sorted(lines(expected.refusals)), sorted(lines(actual.refusals))));
  EXPECT_TRUE(same_lines(sorted(lines(expected.tracks)), sorted(lines(actual.tracks))));
}

class Checkpoints : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  const std::string& name_of(const Fix& fix) const {
    return fleet_.recording.vehicles[static_cast<std::size_t>(fix.vehicle)];
  }
  Told undisturbed() const {
    Driving driving;
    driving.engine = at_once_with_tracks();
    return fold(registry_, fleet_.recording, driving);
  }

  RandomFleet fleet_ = random_fleet({.seed = GetParam(), .vehicles = 9, .span = 1h});
  RegistryPtr registry_ = fleet_.registry();
  std::mt19937_64 random_{GetParam()};
  ::testing::ScopedTrace seed_{__FILE__, __LINE__, "fleet of seed " + std::to_string(GetParam())};
};

INSTANTIATE_TEST_SUITE_P(Fleet, Checkpoints, ::testing::Values(21U, 22U), ::testing::PrintToStringParamName());

TEST_P(Checkpoints, SavedAndRestoredAtEveryRecordAVehicleGoesOnAsItWas) {
  Told told;
  Host host{registry_, told};
  for (const Fix& fix : fleet_.recording.fixes) {
    host.push(fix, name_of(fix));
    const VehicleIndex vehicle = host->vehicle(name_of(fix));
    host->restore(vehicle, host->save(vehicle));
  }
  host->finish();
  expect_same(undisturbed(), told);
  EXPECT_EQ(host->waiting(), 0U);
}

TEST_P(Checkpoints, WhatCameAfterTheCheckpointIsUndoneByRestoringIt) {
  Told told;
  Host host{registry_, told};
  const std::vector<Fix>& fixes = fleet_.recording.fixes;
  for (std::size_t i = 0; i < fixes.size(); ++i) {
    host.push(fixes[i], name_of(fixes[i]));
    if (random_() % 16 != 0) continue;
    const VehicleIndex vehicle = host->vehicle(name_of(fixes[i]));
    const Engine::Checkpoint checkpoint = host->save(vehicle);
    host.heard = false;
    for (std::size_t next = i + 1, left = random_() % 40; next < fixes.size() && left > 0; ++next) {
      if (fixes[next].vehicle != fixes[i].vehicle) continue;
      host.push(fixes[next], name_of(fixes[i]));
      --left;
    }
    host.heard = true;
    host->restore(vehicle, checkpoint);
  }
  host->finish();
  expect_same(undisturbed(), told);
}

TEST_P(Checkpoints, AVehicleMayMoveToAnotherEngineAtAnyRecord) {
  Told told;
  Host home{registry_, told};
  Host away{registry_, told};
  away->vehicle("somebody else, so that numbers differ");
  std::array<Host*, 2> hosts{&home, &away};
  std::vector<std::size_t> at(fleet_.recording.vehicles.size(), 0);
  for (const Fix& fix : fleet_.recording.fixes) {
    std::size_t& host = at[static_cast<std::size_t>(fix.vehicle)];
    hosts[host]->push(fix, name_of(fix));
    if (random_() % 8 != 0) continue;
    Engine& from = **hosts[host];
    Engine& to = **hosts[1 - host];
    to.restore(to.vehicle(name_of(fix)), from.save(from.vehicle(name_of(fix))));
    from.forget(from.vehicle(name_of(fix)));
    host = 1 - host;
  }
  for (Host* host : hosts) (*host)->flush_fixes();
  const TimeUtc end = std::max(home->newest_kept(), away->newest_kept());
  for (Host* host : hosts) (*host)->finish_at(end);
  expect_same(undisturbed(), told);
  EXPECT_EQ(home->waiting() + away->waiting(), 0U);
  VerdictCounts both = home->counts();
  both += away->counts();
  EXPECT_EQ(both.total(), fleet_.recording.fixes.size());
}

TEST_P(Checkpoints, ARestoredVehicleIsStillFoundByTicks) {
  Told told;
  Host home{registry_, told};
  for (const Fix& fix : fleet_.recording.fixes) home.push(fix, name_of(fix));
  Told silent;
  Host away{registry_, silent};
  for (const std::string& name : fleet_.recording.vehicles) {
    const VehicleIndex vehicle = home->vehicle(name);
    away->restore(away->vehicle(name), home->save(vehicle));
  }
  told.events.clear();
  away->advance({away->newest_kept() + 6h});
  home->advance({home->newest_kept() + 6h});
  EXPECT_GE(silent.count_of(EventKind::signal_lost), fleet_.recording.vehicles.size());
  EXPECT_TRUE(same_lines(lines(in_order(told.events)), lines(in_order(silent.events))));
}

TEST_P(Checkpoints, AForgottenVehicleBeginsAnew) {
  Told told;
  Host host{registry_, told};
  for (const Fix& fix : fleet_.recording.fixes) host.push(fix, name_of(fix));
  for (const std::string& name : fleet_.recording.vehicles) host->forget(host->vehicle(name));
  EXPECT_EQ(host->waiting(), 0U);
  told.events.clear();
  told.refusals.clear();
  told.tracks.clear();
  for (const Fix& fix : fleet_.recording.fixes) host.push(fix, name_of(fix));
  host->finish();
  expect_same(undisturbed(), told);
}

}  // namespace
}  // namespace haulwatch::test
