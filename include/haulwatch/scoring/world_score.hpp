#pragma once

#include <haulwatch/scoring/record.hpp>
#include <haulwatch/scoring/tally.hpp>

#include <optional>

namespace haulwatch::scoring {

struct ScoreOptions {
  /// Seconds between two reports; what the truth says of its world where not given, else 10.
  std::optional<double> interval_s;
};

/// The shortest stop that is owed: 90 s, or three reports where those take longer.
[[nodiscard]] Milliseconds owed_stop_length(std::optional<double> interval_s) noexcept;

/// The shortest silence that is owed: 3 min, or three reports where those take longer.
[[nodiscard]] Milliseconds owed_silence_length(std::optional<double> interval_s) noexcept;

/// Holds the events of one world against its truth. `docs/scoring.md` has the rules.
///
/// Time: O(n log n); about 1 µs a line. Memory: some 100 B a line, besides the records. Threads: any.
[[nodiscard]] WorldTally score_world(const RecordSet& truth, const RecordSet& events, const ScoreOptions& options = {});

}  // namespace haulwatch::scoring
