#pragma once

#include <haulwatch/detect/dump_suspicion.hpp>
#include <haulwatch/detect/dwell.hpp>
#include <haulwatch/detect/haul.hpp>
#include <haulwatch/detect/identity_watch.hpp>
#include <haulwatch/detect/load_state.hpp>
#include <haulwatch/detect/locate.hpp>
#include <haulwatch/detect/manifest_watch.hpp>
#include <haulwatch/detect/route_monitor.hpp>
#include <haulwatch/detect/sensor_health.hpp>
#include <haulwatch/detect/signal_watch.hpp>
#include <haulwatch/detect/terminal_clock.hpp>
#include <haulwatch/engine/chain.hpp>
#include <haulwatch/engine/engine.hpp>

namespace haulwatch {

/// The options of every stage of the default chain.
struct DetectOptions {
  detect::LocateOptions locate;
  detect::RouteOptions route;
  detect::DwellOptions dwell;
  detect::SignalWatchOptions signal;
  detect::SensorHealthOptions sensors;
  detect::IdentityWatchOptions identity;
  detect::LoadOptions load;
  detect::DumpOptions dump;
  detect::ManifestOptions manifest;
};

/// The stages that ship with the library, in the order in which they read each other.
using DefaultChain = Chain<detect::Locate, detect::Dwell, detect::SignalWatch, detect::SensorHealth,
                           detect::TerminalClock, detect::IdentityWatch, detect::LoadState, detect::DumpSuspicion,
                           detect::RouteMonitor, detect::Haul, detect::ManifestWatch>;

[[nodiscard]] inline DefaultChain default_chain(const DetectOptions& options = {}) {
  return DefaultChain{detect::Locate{options.locate},
                      detect::Dwell{options.dwell},
                      detect::SignalWatch{options.signal},
                      detect::SensorHealth{options.sensors},
                      detect::TerminalClock{},
                      detect::IdentityWatch{options.identity},
                      detect::LoadState{options.load},
                      detect::DumpSuspicion{options.dump},
                      detect::RouteMonitor{options.route},
                      detect::Haul{},
                      detect::ManifestWatch{options.manifest}};
}

/// The engine over the default chain: compiled once, in the library, under its own compiler flags.
using Engine = BasicEngine<DefaultChain>;
extern template class BasicEngine<DefaultChain>;

}  // namespace haulwatch
