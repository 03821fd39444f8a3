#pragma once

#include <haulwatch/detect/stage.hpp>
#include <haulwatch/detect/stop_place.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <optional>

namespace haulwatch::detect {

/// What a visit to a place does to the load.
enum class Act : std::uint8_t { none, loading, unloading };

/// A time in which nothing was heard, and where the vehicle was at its two ends.
struct Unheard {
  TimeUtc start = no_time;
  TimeUtc end = no_time;
  geo::LocalPoint from;
  geo::LocalPoint to;
  bool stood = false;  ///< when it was heard last
};

/// It stood, and was heard again in the same place: its terminal slept.
[[nodiscard]] inline bool slept(const Unheard& silence) noexcept {
  constexpr double same_place_m = 150.0;  // a receiver that wakes is off by up to that for its first reports
  return silence.stood && geo::distance(silence.from, silence.to) < same_place_m;
}

/// A visit to a registered place that a silence leaves room for.
struct UnheardVisit {
  registry::SiteIndex site = 0;
  TimeUtc left = no_time;  ///< when the act there most likely ended
  float room = 0;          ///< the silence's length over that of the way there, the act and the way on; 1: it just fits
  float from_m = 0;        ///< of the fence, from where it was heard last
  float to_m = 0;          ///< likewise, to where it was heard again
};

/// Whether the vehicle's permits let it load, or unload, there; where they name no such place, what its role says.
/// A dock or a transfer may do both: a loaded vehicle unloads there.
[[nodiscard]] inline Act act_at(const World& world, registry::SiteIndex index, bool loaded) noexcept {
  const registry::SiteRole role = world.registry.sites()[index].role;
  if (role == registry::SiteRole::origin) return Act::loading;
  if (!takes_loads(role)) return Act::none;
  const auto names = [&](const std::vector<registry::SiteIndex>& sites) {
    return std::ranges::find(sites, index) != sites.end();
  };
  bool loads = false;
  bool unloads = false;
  for (const registry::PermitIndex permit : world.permits) {
    loads = loads || names(world.registry.permits()[permit].origins);
    unloads = unloads || names(world.registry.permits()[permit].disposals);
  }
  if (loads && !(unloads && loaded)) return Act::loading;
  return Act::unloading;
}

/// Calls `on_site(SiteIndex)` for each place in which a permit of the vehicle that is valid at that time lets it do so;
/// a place that several name comes several times. Without permits: every place of that role.
template <class OnSite>
void for_each_place_of(const World& world, Act act, TimeUtc at, OnSite&& on_site) noexcept {
  bool any = false;
  for (const registry::PermitIndex index : world.permits) {
    const registry::Permit& permit = world.registry.permits()[index];
    if (!permit.is_valid_at(at)) continue;
    for (const registry::SiteIndex site : act == Act::loading ? permit.origins : permit.disposals) {
      any = true;
      on_site(site);
    }
  }
  if (any) return;
  const auto sites = world.registry.sites();
  for (registry::SiteIndex i = 0; i < sites.size(); ++i) {
    const bool loads = sites[i].role == registry::SiteRole::origin;
    if (takes_loads(sites[i].role) && loads == (act == Act::loading)) on_site(i);
  }
}

/// The visit for which the silence has most room.
///
/// \param pace metres a second as the crow flies that the vehicle makes between places
/// \param takes how long the act takes
[[nodiscard]] inline std::optional<UnheardVisit> roomiest_visit(const World& world, Act act, const Unheard& silence,
                                                                double pace, Milliseconds takes) noexcept {
  if (!world.registry_frame) return std::nullopt;
  std::optional<UnheardVisit> best;
  const double length = seconds(silence.end - silence.start);
  const auto consider = [&](registry::SiteIndex site) {
    const double from = std::max(0.0, world.registry.places().signed_distance(site, silence.from));
    const double to = std::max(0.0, world.registry.places().signed_distance(site, silence.to));
    const double needs = (from + to) / pace + seconds(takes);
    const auto room = static_cast<float>(length / needs);
    if (best && (room < best->room || (room == best->room && site >= best->site))) return;
    // What is left over was spent before the act, or in it: the way on is driven as soon as it is done.
    const double spare = std::min(1.0, length / needs);
    const TimeUtc left = silence.end - milliseconds(spare * to / pace);
    best = UnheardVisit{site, left, room, static_cast<float>(from), static_cast<float>(to)};
  };
  for_each_place_of(world, act, silence.start, consider);
  // A terminal that dies, or wakes, at a place says that the vehicle was there, permit or not.
  constexpr double at_the_place_m = 60.0;
  for (const geo::LocalPoint end : {silence.from, silence.to}) {
    const auto site = place_of_loads(world, end, at_the_place_m);
    if (site && act_at(world, *site, act == Act::unloading) == act) consider(*site);
  }
  return best;
}

}  // namespace haulwatch::detect
