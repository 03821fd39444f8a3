#pragma once

#include <haulwatch/engine/replay.hpp>
#include <haulwatch/event.hpp>
#include <haulwatch/verdict.hpp>

#include <array>
#include <cstdint>
#include <string>

namespace haulwatch::cli {

/// What a replay came to, for the reader at the end of it.
struct ReplaySummary {
  VerdictCounts counts;                          ///< of all rows, bad ones among them
  std::array<std::string, verdict_count> first;  ///< where the first row of each cause stands, and what it says
  std::array<std::uint64_t, event_kind_count> events{};
  std::uint64_t passed_over = 0;
  std::uint64_t vehicles = 0;
  std::uint64_t sorted_vehicles = 0;
  std::uint64_t revisions = 0;    ///< of `events`, that change an earlier one
  std::uint64_t retractions = 0;  ///< of `events`, that take an earlier one back
  std::uint64_t reruns = 0;
  JournalUse journal;  ///< without fixes where there was none
  double seconds = 0.0;

  [[nodiscard]] std::uint64_t rows() const noexcept { return counts.total() + passed_over; }
  /// Rows that did not make it into a track for a fault of theirs.
  [[nodiscard]] std::uint64_t rejected() const noexcept { return counts.rejected() + counts[Verdict::late]; }
};

[[nodiscard]] std::string as_text(const ReplaySummary& summary);
[[nodiscard]] std::string as_json(const ReplaySummary& summary);

}  // namespace haulwatch::cli
