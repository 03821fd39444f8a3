#pragma once

#include <haulwatch/engine/default_engine.hpp>
#include <haulwatch/engine/replay.hpp>
#include <haulwatch/event.hpp>
#include <haulwatch/fix.hpp>
#include <haulwatch/registry/registry.hpp>
#include <haulwatch/track/cleaned_fix.hpp>
#include <haulwatch/units.hpp>
#include <haulwatch/verdict.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace haulwatch::test {

/// All that an engine or a replay told. It outlives both: the names of vehicles and manifests are its own, and it holds
/// the registry.
struct Told {
  struct Refusal {
    std::string vehicle;
    Fix fix;
    Verdict why{};
  };
  struct Cleaned {
    std::string vehicle;
    track::CleanedFix fix;
  };

  std::shared_ptr<const registry::Registry> registry;
  std::shared_ptr<std::deque<std::string>> names = std::make_shared<std::deque<std::string>>();
  std::shared_ptr<std::deque<std::string>> manifests = std::make_shared<std::deque<std::string>>();
  std::vector<Event> events;
  std::vector<Refusal> refusals;
  std::vector<Cleaned> tracks;
  std::vector<Refusal> reinstated;                           ///< with what they had been refused for
  std::vector<std::pair<std::string, TimeUtc>> tracks_anew;  ///< of a vehicle, from then on
  VerdictCounts counts;

  void keep(const Event& event);
  [[nodiscard]] std::size_t count_of(EventKind kind) const;

 private:
  std::string_view kept(std::string_view name);
  void keep_manifest(Event& event);
};

/// Fixes in some order, and whose they are: `Fix::vehicle` is a place in `vehicles`.
struct Recording {
  std::vector<std::string> vehicles;
  std::vector<Fix> fixes;
};

/// Keeps whatever it is told, by an engine or by a replay.
class KeepingSink : public Sink, public ReplaySink {
 public:
  KeepingSink(Told& told, std::function<std::string_view(VehicleIndex)> name) : told_{told}, name_{std::move(name)} {}

  void on_event(const Event& event) override { told_.keep(event); }
  void on_refused(const Fix& fix, Verdict why) override {
    told_.refusals.push_back({std::string{name_(fix.vehicle)}, fix, why});
  }
  void on_reinstated(const Fix& fix, Verdict was) override {
    told_.reinstated.push_back({std::string{name_(fix.vehicle)}, fix, was});
  }
  void on_track(const track::CleanedFix& fix) override {
    told_.tracks.push_back({std::string{name_(fix.vehicle)}, fix});
  }
  void on_track_again(VehicleIndex vehicle, TimeUtc since) override {
    told_.tracks_anew.emplace_back(std::string{name_(vehicle)}, since);
  }

 private:
  Told& told_;
  std::function<std::string_view(VehicleIndex)> name_;
};

/// Gives a recording in batches.
class RecordedFixes : public FixSource {
 public:
  explicit RecordedFixes(const std::vector<Fix>& fixes, std::size_t batch = 1000) : fixes_{fixes}, batch_{batch} {}
  bool read(std::vector<Fix>& batch) override;

 private:
  const std::vector<Fix>& fixes_;
  std::size_t batch_;
  std::size_t next_ = 0;
};

using RegistryPtr = std::shared_ptr<const registry::Registry>;

/// Replays a recording through the default chain.
[[nodiscard]] Told replay(const RegistryPtr& registry, const Recording& recording, const ReplayOptions& options = {});

/// How an engine is driven.
struct Driving {
  EngineOptions engine;
  Milliseconds tick_every{0};  ///< of event time; 0 sends none
  std::size_t fixes_a_call = 1;
};
/// Pushes a recording through an engine over the default chain, with ticks up to the newest event time so far.
[[nodiscard]] Told fold(const RegistryPtr& registry, const Recording& recording, const Driving& driving = {});

/// Whether ids are compared as they are, or only which events share an episode.
enum class Ids : std::uint8_t { as_they_are, by_episode };

[[nodiscard]] std::vector<std::string> lines(const std::vector<Event>& events, Ids ids = Ids::as_they_are);
/// One line a refused fix, without the number of the row that brought it.
[[nodiscard]] std::vector<std::string> lines(const std::vector<Told::Refusal>& refusals);
/// To the last bit of every number.
[[nodiscard]] std::vector<std::string> lines(const std::vector<Told::Cleaned>& tracks);

/// Sorted as every ordered output is.
[[nodiscard]] std::vector<Event> in_order(std::vector<Event> events);

/// Success, or the first lines that differ with some around them.
[[nodiscard]] ::testing::AssertionResult same_lines(const std::vector<std::string>& expected,
                                                    const std::vector<std::string>& actual);
[[nodiscard]] ::testing::AssertionResult same_events(const Told& expected, const Told& actual,
                                                     Ids ids = Ids::as_they_are);

}  // namespace haulwatch::test
