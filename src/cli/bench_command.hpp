#pragma once

#include "exit_code.hpp"

#include <haulwatch/io/track_format.hpp>
#include <haulwatch/lon_lat.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace haulwatch::cli {

/// What `haulwatch bench` was asked to measure.
struct BenchRequest {
  std::vector<std::uint32_t> vehicles{1'000, 10'000};  ///< of simulated fleets, where no tracks are given
  std::vector<unsigned> shards;  ///< threads that fold; empty: one, and as many as there are cores
  std::string registry;
  Datum registry_datum = Datum::wgs84;
  std::string settings;
  bool json = false;
  io::TrackFormat format;
  std::vector<std::string> tracks;
};

/// Measures how fast this machine reads and folds, on the user's own tracks or on simulated fleets.
/// \throws InputRefused, Refused as `run_replay` does
[[nodiscard]] ExitCode run_bench(const BenchRequest& request);

}  // namespace haulwatch::cli
