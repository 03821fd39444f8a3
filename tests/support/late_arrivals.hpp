#pragma once

#include "support/recorded_events.hpp"

#include <haulwatch/units.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace haulwatch::test {

/// A vehicle without a network: what it would have sent between `from` and `to` is uploaded from `to` on.
struct Outage {
  std::uint32_t vehicle = 0;
  TimeUtc from = no_time;
  TimeUtc to = no_time;
  std::size_t piece = 30;     ///< fixes that go in one message
  bool newest_first = true;   ///< the pieces, and the fixes within a piece
  bool twice = true;          ///< the whole upload is sent again
  Milliseconds between{500};  ///< two messages, while live fixes go on
};

[[nodiscard]] std::string told(const Outage& outage);

/// What a platform gets, in which order.
struct Arrivals {
  Recording recording;      ///< in order of arrival
  std::vector<TimeUtc> at;  ///< when each arrived
};

enum class ReceivedTimes : std::uint8_t { kept, not_kept };

/// The recording as it would have arrived with those outages; everything else half a second after it was taken.
[[nodiscard]] Arrivals arrivals(const Recording& in_order, const std::vector<Outage>& outages, ReceivedTimes received);

/// Pushes what arrived through an engine, with ticks by the clock of arrival; silence counts until `end`.
struct FoldedArrivals {
  Told told;
  std::uint64_t reruns = 0;
};
[[nodiscard]] FoldedArrivals fold(const RegistryPtr& registry, const Arrivals& arrivals, const EngineOptions& options,
                                  Milliseconds tick_every, TimeUtc end);

/// What listeners know in the end: of each event its last revision, without those taken back.
[[nodiscard]] std::vector<Event> final_events(const std::vector<Event>& told);

/// The episodes of those events, each as its events in one text, sorted: without ids, revisions and versions, which
/// are a matter of history. A stop that an event names is told by its start.
[[nodiscard]] std::vector<std::string> episodes(const std::vector<Event>& events);

}  // namespace haulwatch::test
