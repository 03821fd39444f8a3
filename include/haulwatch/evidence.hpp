#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace haulwatch {

/// What speaks for or against a load having been dumped in some place. The names are those of the wire, and of the
/// table of weights.
enum class Evidence : std::uint8_t {
  prior,            ///< before anything is known: how rare dumping is among stops
  loaded_before,    ///< value: how sure, 0 to 1
  load_lost,        ///< loaded before, empty after, by a sound load sensor
  load_kept,        ///< still loaded after
  body_raised,      ///< value: seconds that the body was up
  body_not_raised,  ///< a sound lift sensor saw nothing
  raised_rolling,   ///< raised while creeping; value: metres driven so
  cover_open,
  stop_length,    ///< value: seconds
  off_route,      ///< value: metres beyond the edge of every approved route
  turned_back,    ///< left the way it came; value: degrees between approach and exit
  reversed,       ///< a reversing manoeuvre before it stood
  watch_zone,     ///< a place prone to dumping
  night,          ///< value: hour of the day, local
  silent,         ///< nothing was heard; value: seconds
  slow_silence,   ///< the silence took longer than the way across it; value: seconds too many
  reloaded,       ///< loading again, and no disposal between
  no_disposal,    ///< the vehicle's day ended without one
  disposal_seen,  ///< an unloading in a registered place later explains the load
  known_place,    ///< depot, parking, or another registered place that raises no suspicion
  service,        ///< wash, workshop, fuel, canteen
  traffic,        ///< lights or a jam on the carriageway; value: seconds
  queue,          ///< creeping up in a line before a site
  rest,           ///< ignition off, or far longer than any dumping; value: seconds
  empty_lift,     ///< raised while known to be empty
  unheard_visit,  ///< a disposal may have been visited in a silence; value: the silence over what that takes
  homeward,       ///< it had come nearer to the place of loading again; value: metres
  walking_pace,   ///< it rolled on steadily, no faster than one walks; value: seconds
  rivals,         ///< the load may have gone in another halt or silence; value: how likely, 0 to 1
  record,         ///< how its earlier loads ended; value: the share of them that was dumped, 0 to 1
};
inline constexpr std::size_t evidence_count = 30;

[[nodiscard]] constexpr std::string_view name_of(Evidence evidence) noexcept {
  constexpr std::array<std::string_view, evidence_count> names{
      "prior",          "loaded_before", "load_lost",   "load_kept",    "body_raised", "body_not_raised",
      "raised_rolling", "cover_open",    "stop_length", "off_route",    "turned_back", "reversed",
      "watch_zone",     "night",         "silent",      "slow_silence", "reloaded",    "no_disposal",
      "disposal_seen",  "known_place",   "service",     "traffic",      "queue",       "rest",
      "empty_lift",     "unheard_visit", "homeward",    "walking_pace", "rivals",      "record"};
  return names[static_cast<std::size_t>(evidence)];
}

/// The evidence of that name; nothing for a name that this version does not know.
[[nodiscard]] constexpr std::optional<Evidence> evidence_of(std::string_view name) noexcept {
  for (std::size_t i = 0; i < evidence_count; ++i)
    if (name_of(static_cast<Evidence>(i)) == name) return static_cast<Evidence>(i);
  return std::nullopt;
}

/// One reason of a suspicion, with what was measured and what it weighs.
struct Reason {
  Evidence evidence{};
  float value = 0;   ///< in the unit that `Evidence` states; 1 where it states none
  float weight = 0;  ///< log-odds: above 0 speaks for dumping

  friend constexpr bool operator==(const Reason&, const Reason&) = default;
};

/// The reasons of one suspicion, each kind of evidence at most once, in the order in which they were added. They lie in
/// the event itself, so that an event is a copy of bytes.
class Reasons {
 public:
  static constexpr std::size_t capacity = 16;

  /// Adds a reason, or puts it in the place of that of the same kind. What finds no room any more takes the place of
  /// the lightest: its weight is then missing from the sum, which `capacity` makes impossible for the shipped table.
  constexpr void set(Reason reason) noexcept {
    const auto same = std::find_if(begin(), end(), [&](const Reason& r) { return r.evidence == reason.evidence; });
    if (same != end()) {
      *same = reason;
    } else if (count_ < capacity) {
      reasons_[count_++] = reason;
    } else {
      const auto lightest = std::min_element(begin(), end(), lighter);
      if (lighter(*lightest, reason)) *lightest = reason;
    }
  }

  [[nodiscard]] constexpr float sum() const noexcept {
    float total = 0;
    for (const Reason& reason : list()) total += reason.weight;
    return total;
  }

  [[nodiscard]] constexpr std::span<const Reason> list() const noexcept { return {reasons_.data(), count_}; }

  friend constexpr bool operator==(const Reasons& a, const Reasons& b) noexcept {
    return std::equal(a.list().begin(), a.list().end(), b.list().begin(), b.list().end());
  }

 private:
  static constexpr bool lighter(const Reason& a, const Reason& b) noexcept {
    const float x = a.weight < 0 ? -a.weight : a.weight;
    const float y = b.weight < 0 ? -b.weight : b.weight;
    return x < y;
  }
  constexpr Reason* begin() noexcept { return reasons_.data(); }
  constexpr Reason* end() noexcept { return reasons_.data() + count_; }

  std::array<Reason, capacity> reasons_{};
  std::uint8_t count_ = 0;
};

}  // namespace haulwatch
