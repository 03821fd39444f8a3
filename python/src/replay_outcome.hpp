#pragma once

#include "event_list.hpp"
#include "fix_table.hpp"
#include "out_table.hpp"

#include <haulwatch/engine/default_replay.hpp>
#include <haulwatch/engine/manifest_log.hpp>
#include <haulwatch/io/default_settings.hpp>
#include <haulwatch/io/recording.hpp>
#include <haulwatch/registry/registry.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace haulwatch::python {

/// What a replay is wanted for: a stage tells the same, whatever stands behind it in the chain.
enum class ReplaySteps : std::uint8_t { all, stops, tracks };

/// How a recording is to be replayed.
struct ReplayRequest {
  std::shared_ptr<const registry::Registry> registry;
  std::shared_ptr<const ManifestLog> manifests;  ///< nullptr where there are none
  io::Settings settings;
  std::optional<Milliseconds> lateness;
  /// How far back late rows are put in their place, in the order in which they came; absent: rows need no order.
  std::optional<Milliseconds> journal;
  bool final_only = false;  ///< each event once, in its last revision, without those taken back
  std::optional<TimeUtc> until;
  unsigned shards = 1;
  ReplaySteps steps = ReplaySteps::all;
  bool tracks = false;                             ///< cleaned tracks are wanted
  bool quality = false;                            ///< how good each vehicle's reports of each day were is wanted
  bool rejects = true;                             ///< refused rows are wanted, and not their number alone
  Datum tracks_read_as = Datum::wgs84;             ///< for the words of a shifted map's cure
  Datum registry_read_as = Datum::wgs84;           ///< likewise
  std::function<bool(std::uint64_t fixes)> go_on;  ///< asked after each batch; false stops it
};

/// All that a replay gave.
struct ReplayOutcome {
  std::shared_ptr<const EventList> events;
  std::shared_ptr<const OutTable> tracks;   ///< nullptr where they were not wanted
  std::shared_ptr<const OutTable> quality;  ///< nullptr where it was not wanted
  std::shared_ptr<const OutTable> rejects;  ///< nullptr where they were not wanted
  VerdictCounts counts;
  std::vector<std::string> first_causes;  ///< by verdict: the first row of it, in words; empty without one
  std::uint64_t passed_over = 0;
  std::uint64_t vehicles = 0;
  std::uint64_t reruns = 0;    ///< how often a vehicle was run again for the sake of late rows
  std::uint64_t withheld = 0;  ///< suspicions that a shifted map did not let through
  std::optional<std::string> broken_off;
};

/// Both give the events of `haulwatch replay`, byte for byte. Threads: as many as `shards` says, none of which needs
/// the interpreter's lock.
[[nodiscard]] ReplayOutcome replay_table(FixTable& table, const ReplayRequest& request);
[[nodiscard]] ReplayOutcome replay_files(const std::vector<std::string>& paths, const io::TrackFormat& format,
                                         const ReplayRequest& request);

/// The columns of cleaned tracks, without rows.
[[nodiscard]] OutTable empty_tracks();
void add_track(OutTable& tracks, std::string_view vehicle, const track::CleanedFix& fix);

}  // namespace haulwatch::python
