#pragma once

#include "support/random_fleet.hpp"
#include "support/recorded_events.hpp"

#include <haulwatch/event.hpp>
#include <haulwatch/fix.hpp>
#include <haulwatch/registry/registry_draft.hpp>
#include <haulwatch/units.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/// The same recording or registry told in another way, and what events have to become with it.
namespace haulwatch::test {

/// As if each row had been up to `delay` on its way, each another time.
[[nodiscard]] Recording delayed(Recording recording, Milliseconds delay, std::uint64_t seed);
[[nodiscard]] Recording shuffled(Recording recording, std::uint64_t seed);
[[nodiscard]] Recording grouped_by_vehicle(Recording recording);
[[nodiscard]] Recording newest_first(Recording recording);
[[nodiscard]] Recording each_row_twice(const Recording& recording);
[[nodiscard]] Recording followed_by_itself(Recording recording);
/// The same vehicles under other numbers.
[[nodiscard]] Recording renumbered(Recording recording, std::uint64_t seed);
[[nodiscard]] Recording renamed(Recording recording, const std::function<std::string(const std::string&)>& name);
[[nodiscard]] Recording later_by(Recording recording, Milliseconds span);

/// The same permits for the vehicles under their other names.
[[nodiscard]] registry::RegistryDraft renamed(registry::RegistryDraft draft,
                                              const std::function<std::string(const std::string&)>& name);
/// Each permit holds as long after its time; daily windows stay.
[[nodiscard]] registry::RegistryDraft later_by(registry::RegistryDraft draft, Milliseconds span);

/// Each instant of each event moved by `span`.
[[nodiscard]] std::vector<Event> later_by(std::vector<Event> events, Milliseconds span);

enum class Mirror : std::uint8_t { east_west, north_south };
/// About the meridian, or the parallel, of 0 degrees. A gate's territory stays on its side of the mirrored line.
[[nodiscard]] Recording mirrored(Recording recording, Mirror mirror);
[[nodiscard]] registry::RegistryDraft mirrored(registry::RegistryDraft draft, Mirror mirror);
[[nodiscard]] std::vector<Event> mirrored(std::vector<Event> events, Mirror mirror);

/// `count` zones of every rule more, none within 40 km of the frame's origin.
[[nodiscard]] registry::RegistryDraft with_far_zones(registry::RegistryDraft draft, int count);

}  // namespace haulwatch::test
