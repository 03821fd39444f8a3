#pragma once

#include <haulwatch/fix.hpp>
#include <haulwatch/lon_lat.hpp>
#include <haulwatch/reading.hpp>
#include <haulwatch/units.hpp>
#include <haulwatch/verdict.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

namespace haulwatch::track {

/// What a vehicle was doing when a fix was taken. The names are those of the cleaned tracks.
enum class TrackState : std::uint8_t {
  moving,
  stopped,
  gap,  ///< the first fix after a silence: the way to it was not seen
};

[[nodiscard]] constexpr std::string_view name_of(TrackState state) noexcept {
  constexpr std::array<std::string_view, 3> names{"moving", "stopped", "gap"};
  return names[static_cast<std::size_t>(state)];
}

/// One fix as it was sent, and beside it what cleaning made of it.
///
/// A fix that was not kept has no `clean` place, and none of the readings that go with it.
struct CleanedFix {
  TimeUtc time = no_time;         ///< event time at the terminal
  LonLat position{};              ///< as sent, degrees, WGS-84
  std::optional<LonLat> clean{};  ///< degrees, WGS-84
  Reading speed_mps{};            ///< of the cleaned track, metres a second
  Reading heading_deg{};          ///< of the cleaned track, degrees clockwise from true north, 0 to 360
  Reading sigma_m{};              ///< one standard deviation of a horizontal axis of `clean`, metres
  Reading delay_s{};  ///< from its time, put right where it was wrong, to its arrival; absent where not recorded
  VehicleIndex vehicle{};
  TrackState state = TrackState::moving;  ///< means nothing where the fix was not kept
  Verdict verdict = Verdict::kept;
  TimeRepair repaired = TimeRepair::none;
};
static_assert(std::is_trivially_copyable_v<CleanedFix>);

[[nodiscard]] inline Reading delay_of(const Fix& fix) noexcept {
  return fix.received == no_time ? Reading{} : Reading{static_cast<float>(seconds(fix.received - fix.time))};
}

}  // namespace haulwatch::track
