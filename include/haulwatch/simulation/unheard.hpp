#pragma once

namespace haulwatch::simulation {

/// Where nothing that happens to a vehicle is ever heard of, now or later: some terminals repeat their last place from
/// a tunnel, and most keep what they record while there is no network.
struct Unheard {
  bool in_tunnels = true;
  bool without_network = true;
};

}  // namespace haulwatch::simulation
