#include "support/late_arrivals.hpp"
#include "support/random_fleet.hpp"
#include "support/recorded_events.hpp"

#include <haulwatch/engine/default_engine.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

namespace haulwatch::test {
namespace {

using namespace std::chrono_literals;

/// A day of a small fleet, told in perfect order, against which every other way of telling it is held.
class Day {
 public:
  explicit Day(std::uint64_t seed, int vehicles = 6, Milliseconds span = 5h)
      : fleet_{random_fleet({.seed = seed, .vehicles = vehicles, .span = span})}, registry_{fleet_.registry()} {
    expected_ = episodes(final_events(fold(arrivals({}, ReceivedTimes::not_kept), 0ms).told.events));
  }

  [[nodiscard]] const Recording& recording() const { return fleet_.recording; }
  [[nodiscard]] const RegistryPtr& registry() const { return registry_; }
  [[nodiscard]] Arrivals arrivals(const std::vector<Outage>& outages, ReceivedTimes received) const {
    return test::arrivals(fleet_.recording, outages, received);
  }
  /// Long after the last upload.
  [[nodiscard]] TimeUtc end() const { return fleet_.recording.fixes.back().time + 8h; }
  [[nodiscard]] FoldedArrivals fold(const Arrivals& arrivals, Milliseconds tick_every,
                                    const EngineOptions& options = {}) const {
    return test::fold(registry_, arrivals, options, tick_every, end());
  }
  [[nodiscard]] ::testing::AssertionResult ends_alike(const FoldedArrivals& folded) const {
    if (expected_.empty()) return ::testing::AssertionFailure() << "nothing was expected";
    return same_lines(expected_, episodes(final_events(folded.told.events)));
  }

 private:
  RandomFleet fleet_;
  RegistryPtr registry_;
  std::vector<std::string> expected_;
};

std::vector<Outage> some_outages(const Recording& recording, std::mt19937_64& random) {
  const auto whole = [&](std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(high - low + 1));
  };
  const TimeUtc start = recording.fixes.front().time;
  const auto span = (recording.fixes.back().time - start).count();
  std::vector<Outage> all;
  for (std::uint32_t vehicle = 0; vehicle < recording.vehicles.size(); ++vehicle) {
    TimeUtc free = start + Milliseconds{whole(0, span / 3)};
    for (auto left = whole(1, 3); left > 0; --left) {
      Outage outage;
      outage.vehicle = vehicle;
      outage.from = free;
      outage.to = free + Milliseconds{whole(60'000, 7'200'000)};
      outage.piece = static_cast<std::size_t>(whole(1, 60));
      outage.newest_first = random() % 3 != 0;
      outage.twice = random() % 3 != 0;
      outage.between = Milliseconds{whole(0, 3'000)};
      all.push_back(outage);
      free = outage.to + Milliseconds{whole(0, span / 6)};
    }
  }
  return all;
}

/// The fewest of the outages with which it still fails.
template <class Fails>
std::vector<Outage> shrunk(std::vector<Outage> outages, Fails&& fails) {
  for (std::size_t size = outages.size() / 2; size > 0; size /= 2) {
    for (std::size_t at = 0; at + size <= outages.size();) {
      std::vector<Outage> fewer = outages;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(at),
                  fewer.begin() + static_cast<std::ptrdiff_t>(at + size));
      if (!fewer.empty() && fails(fewer)) {
        outages = fewer;
      } else {
        at += size;
      }
    }
  }
  return outages;
}

/// More where somebody asks for them: HAULWATCH_ROUNDS=100.
int rounds() {
  const char* wanted = std::getenv("HAULWATCH_ROUNDS");
  return wanted == nullptr ? 1 : std::max(1, std::atoi(wanted));
}

class LateData : public ::testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Fleet, LateData, ::testing::Values(301U, 302U, 303U, 304U),
                         ::testing::PrintToStringParamName());

TEST_P(LateData, EndsAsPerfectOrderWouldHoweverItArrives) {
  const Day day{GetParam()};
  std::mt19937_64 random{GetParam()};
  for (int round = 0; round < rounds(); ++round) {
    for (const ReceivedTimes received : {ReceivedTimes::kept, ReceivedTimes::not_kept}) {
      for (const Milliseconds ticks : std::array<Milliseconds, 3>{0s, 5s, 60s}) {
        const std::vector<Outage> outages = some_outages(day.recording(), random);
        const auto differs = [&](const std::vector<Outage>& some) {
          return !day.ends_alike(day.fold(day.arrivals(some, received), ticks));
        };
        if (!differs(outages)) continue;
        const std::vector<Outage> fewest = shrunk(outages, differs);
        std::string list;
        for (const Outage& outage : fewest) list += told(outage) + '\n';
        ADD_FAILURE() << "ticks every " << ticks.count() << " ms, received "
                      << (received == ReceivedTimes::kept ? "kept" : "not kept") << ", with\n"
                      << list << day.ends_alike(day.fold(day.arrivals(fewest, received), ticks)).message();
        return;
      }
    }
  }
}

}  // namespace
}  // namespace haulwatch::test
