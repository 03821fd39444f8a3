#pragma once

#include <haulwatch/scoring/episode.hpp>
#include <haulwatch/scoring/interval_index.hpp>
#include <haulwatch/units.hpp>

#include <span>
#include <vector>

namespace haulwatch::scoring {

/// What stops a detector owes, and which of its other claims are no fault.
///
/// Owed are true stops of at least the owed length, and halts of that length on which the truth has no stop. Shorter
/// standstills nobody asked for: who claims one of them is neither right nor wrong.
class TrueStops {
 public:
  /// \param stops, halts of the truth, as `episodes_of` gives them
  TrueStops(std::vector<Episode> stops, std::vector<Episode> halts, Milliseconds owed_length);
  TrueStops(const TrueStops&) = delete;  // its index looks into its own episodes
  TrueStops& operator=(const TrueStops&) = delete;
  ~TrueStops() = default;

  /// By vehicle, start and line.
  [[nodiscard]] const std::vector<Episode>& owed() const noexcept { return owed_; }

  /// Whether a claim meets a standstill too short to be owed. Lest a claim of an hour on the road is excused by one red
  /// light, the truck has to have moved for less than the owed length of it, or for less than half of it.
  [[nodiscard]] bool is_neutral(const Episode& claim) const;

 private:
  [[nodiscard]] Milliseconds moved_during(const Episode& claim) const;

  Milliseconds owed_length_;
  std::vector<Episode> owed_;
  std::vector<Episode> standstills_;  ///< stops and halts
  IntervalIndex index_;               ///< of the standstills
};

}  // namespace haulwatch::scoring
