#pragma once

#include "exit_code.hpp"

#include <haulwatch/engine/default_replay.hpp>
#include <haulwatch/error.hpp>
#include <haulwatch/io/track_format.hpp>
#include <haulwatch/lon_lat.hpp>

#include <optional>
#include <string>
#include <vector>

namespace haulwatch::cli {

/// A file of tracks that cannot be read at all.
class InputRefused : public Error {
 public:
  using Error::Error;
};

/// What `haulwatch replay` was asked to do.
struct ReplayRequest {
  std::string registry;
  std::string manifests;
  std::string settings;
  std::string events;
  std::string geojson;
  std::string tracks_out;
  std::string rejects;
  Datum registry_datum = Datum::wgs84;
  std::optional<Milliseconds> lateness;
  /// How far back late rows are put in their place, in the order in which they came; absent: rows need no order.
  std::optional<Milliseconds> journal;
  std::optional<TimeUtc> until;
  unsigned shards = 1;
  bool final_only = false;
  bool strict = false;
  bool quiet = false;
  bool json = false;
  io::TrackFormat format;
  std::vector<std::string> tracks;
};

/// Replays recorded tracks. Messages go to standard error; the summary to standard output unless results go there.
[[nodiscard]] ExitCode run_replay(const ReplayRequest& request);

}  // namespace haulwatch::cli
