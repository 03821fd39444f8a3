#pragma once

namespace haulwatch::cli {

/// What the program's exit status says.
enum class ExitCode : int {
  done = 0,
  failure = 1,         ///< an internal failure, or a result that could not be written
  usage = 2,           ///< wrong usage
  input_refused = 3,   ///< a file of tracks
  set_up_refused = 4,  ///< registry, manifests or settings
  rows_rejected = 6,   ///< done, but some rows were rejected
  interrupted = 130,   ///< Ctrl-C: 128 + SIGINT, as shells have it
};

}  // namespace haulwatch::cli
