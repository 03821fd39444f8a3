#pragma once

#include <haulwatch/scoring/kind_rule.hpp>
#include <haulwatch/scoring/record.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace haulwatch::scoring {

/// One thing that happened, or is said to have happened, put together from all records of it, which must outlive it.
struct Episode {
  const Record* told = nullptr;       ///< the newest record that closes it, else the one that opens it
  TimeUtc start = no_time;            ///< never absent
  TimeUtc end = no_time;              ///< never absent, and not before `start`
  bool is_open = false;               ///< no record ends it: `end` is the last instant known of the world
  TimeUtc opened_detected = no_time;  ///< when the opening record was proven
  TimeUtc closed_detected = no_time;  ///< when the closing record was; absent where there is none
  bool is_retracted = false;          ///< only where asked for as first raised
  Milliseconds start_early{0};        ///< of a truth: so much before `start` it may as well have begun, for all that
  Milliseconds start_late{0};         ///< could be heard; likewise after it,
  Milliseconds end_early{0};          ///< and of its end
  Milliseconds end_late{0};

  [[nodiscard]] Milliseconds length() const noexcept { return end - start; }
};

/// Which revision of an episode counts.
enum class Revision : std::uint8_t {
  final,         ///< the last one; what was taken back is left out
  first_raised,  ///< the first one; what was taken back later is there, and marked
};

/// Puts the records of one kind together: what has the same subject is one episode. Records without a subject belong
/// together where vehicle, start and object are the same. Of two records with the same id the higher revision is the
/// newer, and among equal ones the later line.
///
/// \param horizon the last instant known of the world: how long an episode lasts that no record ends
/// \return by vehicle, start and line
/// Time: O(n log n). Threads: any.
[[nodiscard]] std::vector<Episode> episodes_of(std::span<const Record* const> records, const KindRule& rule,
                                               Revision revision, TimeUtc horizon);

}  // namespace haulwatch::scoring
