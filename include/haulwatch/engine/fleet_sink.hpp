#pragma once

#include <haulwatch/engine/sink.hpp>
#include <haulwatch/event.hpp>
#include <haulwatch/fix.hpp>
#include <haulwatch/fleet/fleet.hpp>
#include <haulwatch/registry/registry.hpp>
#include <haulwatch/track/cleaned_fix.hpp>
#include <haulwatch/units.hpp>
#include <haulwatch/verdict.hpp>

#include <memory>
#include <utility>

namespace haulwatch {

/// Put between an engine and a host's own sink: what the folds over the fleet find stands among the engine's events, as
/// in a replay. Everything else goes through.
///
///     FleetSink with_fleet{registry, my_sink};
///     Engine engine{registry, default_chain(), {}, with_fleet};
///
/// Needs `Delivery::ordered`. Events of a moment that is not over are held until `on_complete_before`, which an engine
/// calls at every tick; a host whose events come from elsewhere calls it by itself. Threads: those of the engine.
template <class FleetType>
class BasicFleetSink : public Sink {
 public:
  /// \param next must outlive this
  BasicFleetSink(std::shared_ptr<const registry::Registry> registry, Sink& next)
      : fleet_{std::move(registry)}, next_{next} {}

  void on_event(const Event& event) override { fleet_.on_event(event, give()); }
  void on_complete_before(TimeUtc bound) override {
    fleet_.complete_before(bound, give());
    next_.on_complete_before(bound);
  }
  void on_refused(const Fix& fix, Verdict why) override { next_.on_refused(fix, why); }
  void on_reinstated(const Fix& fix, Verdict was) override { next_.on_reinstated(fix, was); }
  void on_track(const track::CleanedFix& fix) override { next_.on_track(fix); }
  void on_track_again(VehicleIndex vehicle, TimeUtc since) override { next_.on_track_again(vehicle, since); }

  /// For `add` of a version of the registry, `save` and `restore`.
  [[nodiscard]] FleetType& fleet() noexcept { return fleet_; }

 private:
  [[nodiscard]] auto give() noexcept {
    return [this](const Event& event) { next_.on_event(event); };
  }

  FleetType fleet_;
  Sink& next_;
};

using FleetSink = BasicFleetSink<fleet::Fleet>;

}  // namespace haulwatch
