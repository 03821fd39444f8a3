#pragma once

#include "exit_code.hpp"

#include <CLI/App.hpp>

#include <string>

namespace haulwatch::cli {

/// What `haulwatch decode` was asked to do.
struct DecodeRequest {
  std::string protocol;  ///< jt808 or nmea
  std::string frames;    ///< a file, or - for standard input
  std::string profile;
  std::string vehicle;  ///< whose receiver it is, for NMEA, which does not say
  bool raw = false;
  bool lenient = false;
  bool quiet = false;
};

void add_decode(CLI::App& app, DecodeRequest& request);

/// Tracks go to standard output, the summary to standard error.
[[nodiscard]] ExitCode run_decode(const DecodeRequest& request);

}  // namespace haulwatch::cli
