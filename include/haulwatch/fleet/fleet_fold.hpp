#pragma once

#include <haulwatch/event.hpp>
#include <haulwatch/fleet/registries.hpp>
#include <haulwatch/units.hpp>

#include <concepts>
#include <cstdint>
#include <vector>

namespace haulwatch::fleet {

/// From here on up are numbered the events that folds over the fleet add to a vehicle's story, so that at one moment of
/// proof they follow all that the vehicle's own chain says.
inline constexpr std::uint32_t first_fleet_sequence = std::uint32_t{1} << 31;

/// What is learnt from the events of all vehicles together.
///
/// The driver (`Fleet`) gives it the events in the order of their proof. All that share one `detected` make a moment;
/// within a moment the order of vehicles' names must not matter, so a fold only notes what it is given, and speaks when
/// the moment is over.
///
/// - `reads(kind)`: whether events of this kind concern it; it is given no others.
/// - `apply(event, registries)`: this became true. An event that is applied again replaces what it said before.
/// - `undo(event)`: what `apply` of the event with this id did is taken back, as if it had never been.
/// - `tell(moment, registries, out)`: appends the events that follow, with all but their `sequence`: new ones, and
///   revisions of those told before. `detected` is the moment, or later where the event itself was proven later.
/// - `save`, `restore`: a state that holds no view of anybody's text.
///
/// Whatever was applied and undone on the way, the events that stand after a moment are those of a new fold to which
/// only what is true now was applied.
template <class F>
concept FleetFold = std::copyable<typename F::State> &&
    requires(F& fold, const F& constant, const Event& event, TimeUtc moment, const Registries& registries,
             std::vector<Event>& out, const typename F::State& state) {
  { F::reads(event.kind) } -> std::same_as<bool>;
  fold.apply(event, registries);
  fold.undo(event);
  fold.tell(moment, registries, out);
  { constant.save() } -> std::same_as<typename F::State>;
  fold.restore(state);
};

}  // namespace haulwatch::fleet
