#pragma once

#include "exit_code.hpp"

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace haulwatch::cli {

struct ScoreRequest {
  std::vector<std::string> files;  ///< truth, events, truth, events …, or folders
  std::optional<double> interval_s;
  bool json = false;
};

void add_score(CLI::App& app, ScoreRequest& request);

/// Holds events against truth and prints how well they agree.
/// \throws InputRefused with file, line and cause
[[nodiscard]] ExitCode run_score(const ScoreRequest& request);

}  // namespace haulwatch::cli
