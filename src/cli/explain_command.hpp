#pragma once

#include "exit_code.hpp"

#include <haulwatch/io/track_format.hpp>
#include <haulwatch/lon_lat.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace haulwatch::cli {

/// What `haulwatch explain` was asked to do.
struct ExplainRequest {
  std::string events;
  std::string id;
  std::vector<std::string> tracks;
  std::string registry;
  std::string settings;
  Datum registry_datum = Datum::wgs84;
  std::optional<std::chrono::minutes> utc_offset;
  io::TrackFormat format;
  bool json = false;
};

/// Puts one event, or each event of one subject, into words on standard output.
[[nodiscard]] ExitCode run_explain(const ExplainRequest& request);

}  // namespace haulwatch::cli
