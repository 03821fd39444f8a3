#pragma once

#include <haulwatch/detect/dump_suspicion.hpp>
#include <haulwatch/detect/dwell.hpp>
#include <haulwatch/detect/haul.hpp>
#include <haulwatch/detect/load_state.hpp>
#include <haulwatch/detect/locate.hpp>
#include <haulwatch/detect/presence.hpp>
#include <haulwatch/detect/route_monitor.hpp>
#include <haulwatch/detect/signal_watch.hpp>
#include <haulwatch/engine/chain.hpp>
#include <haulwatch/engine/vehicle_status.hpp>
#include <haulwatch/geo/course.hpp>
#include <haulwatch/registry/registry.hpp>
#include <haulwatch/track/front.hpp>

#include <cmath>
#include <cstddef>
#include <numbers>
#include <string_view>
#include <type_traits>

namespace haulwatch::detail {

/// What a stage of the chain knows of the vehicle; nullptr when the chain has no such stage.
template <class Stage, class ChainState>
[[nodiscard]] const typename Stage::State* known_to(const ChainState& chain) noexcept {
  if constexpr (std::is_base_of_v<StageSlot<Stage>, decltype(chain.stages)>) {
    return &static_cast<const StageSlot<Stage>&>(chain.stages).state;
  } else {
    return nullptr;
  }
}

inline void tell_place(VehicleStatus& status, const track::Front::State& front) noexcept {
  status.time = front.smoother.time;
  if (status.time == no_time) return;
  const track::Motion& motion = front.smoother.motion;
  status.place = front.frame.frame.to_lon_lat(motion.place);
  status.speed_mps = static_cast<float>(geo::norm(motion.velocity));
  status.heading_deg = static_cast<float>(geo::course_deg(motion.velocity));
}

inline void tell_site(VehicleStatus& status, const detect::Locate::State& locate, const registry::Registry& registry) {
  if (const auto site = detect::Locate::Finding{&locate.presences, {}}.site(registry))
    status.site = registry.sites()[*site].id;
}

inline LoadStatus status_of(detect::Load load) noexcept {
  if (load == detect::Load::unknown) return LoadStatus::unknown;
  return load == detect::Load::loaded ? LoadStatus::loaded : LoadStatus::empty;
}

/// The present of one vehicle, from what the stages that ship with the library know; other stages are passed over.
template <class ChainState>
[[nodiscard]] VehicleStatus status_of(const ChainState& chain, const track::Front::State& front,
                                      const registry::Registry& registry) noexcept {
  VehicleStatus status;
  status.registry = registry.version();
  tell_place(status, front);
  if (const auto* locate = known_to<detect::Locate>(chain)) tell_site(status, *locate, registry);
  if (const auto* dwell = known_to<detect::Dwell>(chain); dwell != nullptr && dwell->confirmed) {
    status.stopped = true;
    status.stopped_since = dwell->stop.first.time;
  }
  if (const auto* signal = known_to<detect::SignalWatch>(chain)) status.silent = signal->silent;
  if (const auto* load = known_to<detect::LoadState>(chain)) {
    status.load = status_of(load->load);
    status.load_confidence = load->confidence;
  }
  if (const auto* haul = known_to<detect::Haul>(chain); haul != nullptr && haul->open) {
    status.on_trip = true;
    status.loaded_since = haul->loaded_at;
    if (haul->site_and_one > 0) status.origin = registry.sites()[haul->site_and_one - 1].id;
  }
  if (const auto* route = known_to<detect::RouteMonitor>(chain); route != nullptr && route->deviating) {
    status.off_route = true;
    status.off_route_since = route->excursion.start;
  }
  if (const auto* dump = known_to<detect::DumpSuspicion>(chain)) status.dump_suspected = dump->raised;
  return status;
}

}  // namespace haulwatch::detail
