#include "settings_command.hpp"

#include <haulwatch/io/default_settings.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace haulwatch::cli {

void add_settings(CLI::App& app) {
  app.add_subcommand("settings", "Print the defaults, each with its reason and source")
      ->footer("Example:\n  haulwatch settings > mine.json   # edit, then: haulwatch replay --settings mine.json …");
}

ExitCode run_settings() {
  fmt::print("{}", io::settings_schema().to_json_text(io::Settings{}));
  return ExitCode::done;
}

}  // namespace haulwatch::cli
