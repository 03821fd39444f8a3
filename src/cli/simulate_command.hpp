#pragma once

#include "exit_code.hpp"

#include <cstdint>
#include <string>

namespace CLI {
class App;
}

namespace haulwatch::cli {

struct SimulateRequest {
  std::uint64_t seed = 1;
  std::uint32_t vehicles = 100;
  double hours = 24.0;
  double interval_s = 0.0;  ///< between reports; 0: as the profile has it
  std::string profile = "typical";
  std::string folder;
  bool quiet = false;
};

void add_simulate(CLI::App& app, SimulateRequest& request);

/// Writes registry.geojson, tracks.csv, manifests.jsonl and truth.jsonl into the folder, which is made if need be.
[[nodiscard]] ExitCode run_simulate(const SimulateRequest& request);

}  // namespace haulwatch::cli
