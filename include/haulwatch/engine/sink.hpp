#pragma once

#include <haulwatch/event.hpp>
#include <haulwatch/fix.hpp>
#include <haulwatch/track/cleaned_fix.hpp>
#include <haulwatch/units.hpp>
#include <haulwatch/verdict.hpp>

namespace haulwatch {

/// Where an engine's results go. Called from the thread that calls the engine; what it throws passes through to the
/// caller.
class Sink {
 public:
  virtual ~Sink() = default;

  virtual void on_event(const Event& event) = 0;

  /// Every event with an earlier `detected` has been given, save of vehicles that send late what they had kept. Called
  /// where delivery is ordered: after each tick's events, and with `TimeUtc::max()` when the log has ended.
  virtual void on_complete_before(TimeUtc /*bound*/) {}

  /// A fix that was refused, was a duplicate or came too late, as soon as that is known.
  virtual void on_refused(const Fix& /*fix*/, Verdict /*why*/) {}

  /// Late fixes have shown that this one was refused wrongly: it is in the track now, unless `on_refused` gives another
  /// cause next.
  virtual void on_reinstated(const Fix& /*fix*/, Verdict /*was*/) {}

  /// Every kept fix with what cleaning made of it, two fixes later (the smoother looks that far ahead). Called only
  /// where `EngineOptions::tracks` asks for it; in order of event time within a vehicle.
  virtual void on_track(const track::CleanedFix& /*fix*/) {}

  /// Late fixes were put in their place: what `on_track` gave of this vehicle from `since` on is void, and follows
  /// anew.
  virtual void on_track_again(VehicleIndex /*vehicle*/, TimeUtc /*since*/) {}
};

}  // namespace haulwatch
