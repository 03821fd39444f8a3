#pragma once

#include "event_list.hpp"
#include "fix_table.hpp"
#include "out_table.hpp"
#include "replay_outcome.hpp"

#include <haulwatch/engine/default_engine.hpp>
#include <haulwatch/fleet/fleet.hpp>
#include <haulwatch/io/default_settings.hpp>
#include <haulwatch/registry/registry.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace haulwatch::python {

struct LiveOptions {
  std::optional<Milliseconds> lateness;
  Milliseconds journal{0};  ///< how far back late rows are put in their place
  Delivery delivery = Delivery::immediate;
  bool tracks = false;
};

/// What an engine knew at one moment: of each vehicle, and what it had not given out yet.
class EngineCheckpoint {
 private:
  friend class LiveEngine;
  std::shared_ptr<const registry::Registry> registry;
  io::Settings settings;
  LiveOptions options;
  std::vector<std::pair<std::string, Engine::Checkpoint>> vehicles;
  std::shared_ptr<const EventList> pending;
  fleet::Fleet::State fleet;
  VerdictCounts counts;
  TimeUtc released = no_time;
  bool finished = false;
};

/// An engine that keeps what it finds until it is taken.
///
/// Threads: one at a time; without the interpreter's lock.
class LiveEngine : private Sink {
 public:
  LiveEngine(std::shared_ptr<const registry::Registry> registry, io::Settings settings, LiveOptions options);
  explicit LiveEngine(const EngineCheckpoint& checkpoint);
  LiveEngine(const LiveEngine&) = delete;
  LiveEngine& operator=(const LiveEngine&) = delete;

  /// Folds all rows of the table, in their order. \return rows that could not be read
  std::uint64_t push(FixTable& table);
  void tick(TimeUtc now);
  void finish();

  /// Those that may be given out, in the order of every output; each once.
  [[nodiscard]] std::shared_ptr<const EventList> take_events();
  [[nodiscard]] std::shared_ptr<const OutTable> take_tracks();
  [[nodiscard]] VerdictCounts counts() const noexcept;
  [[nodiscard]] std::uint64_t waiting() const noexcept { return engine_.waiting(); }
  [[nodiscard]] std::size_t vehicles() const noexcept { return engine_.vehicle_count(); }

  [[nodiscard]] EngineCheckpoint checkpoint() const;

 private:
  void on_event(const Event& event) override { events_->add(event); }
  void on_refused(const Fix& /*fix*/, Verdict /*why*/) override {}
  void on_track(const track::CleanedFix& fix) override { add_track(*tracks_, engine_.name(fix.vehicle), fix); }
  /// No event before this can come any more.
  [[nodiscard]] TimeUtc bound_at(TimeUtc now) const;

  std::shared_ptr<const registry::Registry> registry_;
  io::Settings settings_;
  LiveOptions options_;
  std::shared_ptr<EventList> events_ = std::make_shared<EventList>();
  std::shared_ptr<OutTable> tracks_;
  VerdictCounts counts_before_;  ///< bad rows, and what an engine before this one had counted
  VehicleNames names_;
  std::vector<VehicleIndex> inside_;  ///< the engine's number of each name
  TimeUtc released_ = no_time;        ///< events before this may be given out, where delivery is ordered
  bool finished_ = false;
  std::uint32_t record_ = 0;
  fleet::Fleet fleet_;
  Engine engine_;
};

}  // namespace haulwatch::python
