#pragma once

#include <haulwatch/engine/default_engine.hpp>
#include <haulwatch/event.hpp>
#include <haulwatch/explain/explanation.hpp>
#include <haulwatch/fix.hpp>
#include <haulwatch/registry/registry.hpp>
#include <haulwatch/units.hpp>

#include <chrono>
#include <optional>
#include <span>
#include <string>

namespace haulwatch::explain {

/// A report and where it was read.
struct SourcedFix {
  Fix fix;
  std::string source;  ///< file and line; may be empty
};

/// What an event is explained with. Everything is optional: what is missing is said in the notes.
struct Background {
  const registry::Registry* registry = nullptr;    ///< the version that the event names
  DetectOptions options;                           ///< with which the event was found
  std::optional<std::chrono::minutes> utc_offset;  ///< of the times told; else the permit's, the zone's, any permit's
  std::span<const Event> log;                      ///< the events among which this one stands: earlier revisions, trips
};

/// Event time within which reports say something about the event.
struct TimeSpan {
  TimeUtc from = no_time;
  TimeUtc to = no_time;
};
[[nodiscard]] TimeSpan span_around(const Event& event) noexcept;

/// Puts one event into words.
///
/// The same input gives the same text. Views in the result's event are those of `event`.
/// \param fixes reports of the event's vehicle, sorted by time; those outside `span_around` are passed over
[[nodiscard]] Explanation explain(const Event& event, const Background& background,
                                  std::span<const SourcedFix> fixes = {});

/// As an officer would read it: sections, a table of reasons, a table of reports.
[[nodiscard]] std::string as_text(const Explanation& explanation);

/// One JSON object without a line break: the event's own members under `event`, then the explanation's.
[[nodiscard]] std::string as_json(const Explanation& explanation);

}  // namespace haulwatch::explain
