#pragma once

#include "exit_code.hpp"

namespace CLI {
class App;
}

namespace haulwatch::cli {

void add_settings(CLI::App& app);

/// Prints the defaults, each with its reason and source, as a file that `--settings` reads.
[[nodiscard]] ExitCode run_settings();

}  // namespace haulwatch::cli
