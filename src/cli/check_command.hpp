#pragma once

#include "exit_code.hpp"

#include <haulwatch/lon_lat.hpp>

#include <string>

namespace CLI {
class App;
}

namespace haulwatch::cli {

struct CheckRequest {
  std::string registry;
  std::string manifests;
  std::string settings;
  Datum datum = Datum::wgs84;
  bool json = false;
};

void add_check(CLI::App& app, CheckRequest& request);

/// Names every fault of every document at once, on standard output.
[[nodiscard]] ExitCode run_check(const CheckRequest& request);

}  // namespace haulwatch::cli
