#pragma once

#include "support/recorded_events.hpp"

#include <haulwatch/engine/manifest_log.hpp>
#include <haulwatch/event.hpp>
#include <haulwatch/manifest.hpp>
#include <haulwatch/units.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
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

/// Transfer notes for these trips, as people write them: many right, some missing, some known hours later, void, or
/// never driven; every version by when it is known.
[[nodiscard]] std::vector<Manifest> manifests_for(const std::vector<Event>& trips, std::uint64_t seed);

enum class ReceivedTimes : std::uint8_t { kept, not_kept };

/// The recording as it would have arrived with those outages; everything else half a second after it was taken.
[[nodiscard]] Arrivals arrivals(const Recording& in_order, const std::vector<Outage>& outages, ReceivedTimes received);

/// A version of a manifest, and a vehicle that gets it or loses it. Views of the log.
struct FiledManifest {
  std::string_view vehicle;
  const Manifest* version = nullptr;
};
/// By when they are known.
[[nodiscard]] std::vector<FiledManifest> filed(const ManifestLog& log);

/// How a live host drives its engine.
struct Hosting {
  EngineOptions engine;
  Milliseconds tick_every{0};                    ///< by the clock of arrival; 0: no ticks
  std::shared_ptr<const ManifestLog> manifests;  ///< each version is pushed once the clock of arrival has come to it
  TimeUtc end = no_time;                         ///< silence counts until then
};

/// Pushes what arrived through an engine and the folds over the fleet.
struct FoldedArrivals {
  Told told;
  std::uint64_t reruns = 0;
};
[[nodiscard]] FoldedArrivals fold(const RegistryPtr& registry, const Arrivals& arrivals, const Hosting& hosting);

/// What listeners know in the end: of each event its last revision, without those taken back.
[[nodiscard]] std::vector<Event> final_events(const std::vector<Event>& told);

/// The episodes of those events, each as its events in one text, sorted: without ids, revisions and versions, which
/// are a matter of history. A stop or a trip that an event names is told by its start. A load beyond a quota is told
/// without `detected`, which is that of the correction of another load that last changed its number.
[[nodiscard]] std::vector<std::string> episodes(const std::vector<Event>& events);

}  // namespace haulwatch::test
