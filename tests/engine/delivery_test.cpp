#include "support/random_fleet.hpp"
#include "support/recorded_events.hpp"
#include "support/variations.hpp"

#include <haulwatch/engine/default_engine.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace haulwatch::test {
namespace {

using namespace std::chrono_literals;

/// An engine and what it told so far.
class TellingEngine {
 public:
  TellingEngine(const RegistryPtr& registry, Delivery delivery)
      : engine_{registry, default_chain(), options(delivery), sink_} {}

  Engine* operator->() noexcept { return &engine_; }
  [[nodiscard]] const Told& told() const noexcept { return told_; }

  /// Of all vehicles, one after the other.
  [[nodiscard]] TimeUtc oldest_waiting_of_all(TimeUtc otherwise) const {
    TimeUtc oldest = otherwise;
    for (std::uint32_t i = 0; i < engine_.vehicle_count(); ++i)
      if (const TimeUtc waits = engine_.oldest_waiting(VehicleIndex{i}); waits != no_time)
        oldest = std::min(oldest, waits);
    return oldest;
  }

 private:
  static EngineOptions options(Delivery delivery) {
    EngineOptions options;
    options.delivery = delivery;
    return options;
  }

  Told told_;
  KeepingSink sink_{told_, [this](VehicleIndex vehicle) { return engine_.name(vehicle); }};
  Engine engine_;
};

/// An engine that delivers in order beside a twin that says at once what it has proven.
class OrderedDelivery : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  void push(Fix fix) {
    const std::string& name = fleet_.recording.vehicles[static_cast<std::size_t>(fix.vehicle)];
    fix.vehicle = ordered_->vehicle(name);
    ordered_->push(fix);
    fix.vehicle = at_once_->vehicle(name);
    at_once_->push(fix);
  }
  void tick(TimeUtc now) {
    ordered_->advance({now});
    at_once_->advance({now});
  }
  [[nodiscard]] std::vector<Event> proven_before(TimeUtc bound) const {
    std::vector<Event> events = at_once_.told().events;
    std::erase_if(events, [bound](const Event& event) { return event.detected >= bound; });
    return in_order(events);
  }

  RandomFleet fleet_ = random_fleet({.seed = GetParam(), .vehicles = 20, .span = 1h, .spikes = 0.02});
  TellingEngine ordered_{fleet_.registry(), Delivery::ordered};
  TellingEngine at_once_{fleet_.registry(), Delivery::immediate};
  ::testing::ScopedTrace seed_{__FILE__, __LINE__, "fleet of seed " + std::to_string(GetParam())};
};

INSTANTIATE_TEST_SUITE_P(Fleet, OrderedDelivery, ::testing::Values(31U, 32U), ::testing::PrintToStringParamName());

TEST_P(OrderedDelivery, GivesAtEachTickAllThatIsOlderThanTheOldestFixWhichWaitsAnywhere) {
  constexpr Milliseconds lateness = 30s;
  const Recording rows = delayed(fleet_.recording, 25s, GetParam());
  TimeUtc newest = no_time;
  TimeUtc next = no_time;
  std::size_t held_back = 0;
  for (const Fix& fix : rows.fixes) {
    push(fix);
    newest = std::max(newest, fix.time);
    if (next == no_time) next = newest + 10s;
    for (; next <= newest; next += 10s) {
      tick(next);
      const TimeUtc bound = ordered_.oldest_waiting_of_all(next - lateness);
      held_back += bound < next - lateness ? 1U : 0U;
      ASSERT_TRUE(same_lines(lines(proven_before(bound)), lines(ordered_.told().events)));
    }
  }
  EXPECT_GE(held_back, 20U) << "no suspect ever held the others back: the comparison proves little";
  EXPECT_GE(ordered_.told().events.size(), 50U);
}

}  // namespace
}  // namespace haulwatch::test
