#pragma once

#include <haulwatch/event.hpp>
#include <haulwatch/explain/explain.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace haulwatch::explain {

/// Which events of a log a number means: the event of that id, and all of that subject.
[[nodiscard]] constexpr bool is_meant(const Event& event, std::uint64_t number) noexcept {
  return event.id == EventId{number} || event.subject == SubjectId{number};
}

/// Whether an explanation of `meant` may look `event` up: an event of the same vehicle, and for a quota a trip under
/// its permit.
[[nodiscard]] bool bears_on(const Event& event, const Event& meant) noexcept;

/// The last revision of each event that is meant, in the order of the log. O(n log n)
[[nodiscard]] std::vector<const Event*> last_revisions(std::span<const Event> log, std::uint64_t number);

/// The span of all of them: one reading of the tracks serves all events of a subject.
[[nodiscard]] TimeSpan span_around(std::span<const Event* const> events) noexcept;

}  // namespace haulwatch::explain
