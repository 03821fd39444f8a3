#pragma once

#include <haulwatch/scoring/episode.hpp>
#include <haulwatch/scoring/interval_index.hpp>
#include <haulwatch/units.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace haulwatch::scoring {

/// When a truck was not heard, by the truth.
class TrueSilences {
 public:
  struct Span {
    TimeUtc from = no_time;
    TimeUtc to = no_time;

    friend bool operator==(const Span&, const Span&) = default;
  };

  /// \param silences of the truth, as `episodes_of` gives them
  explicit TrueSilences(std::vector<Episode> silences) : silences_{std::move(silences)}, index_{silences_} {}
  TrueSilences(const TrueSilences&) = delete;  // its index looks into its own episodes
  TrueSilences& operator=(const TrueSilences&) = delete;
  ~TrueSilences() = default;

  /// The silence in which an instant lies, those that overlap it taken together; nothing where the truck was heard.
  [[nodiscard]] std::optional<Span> around(std::string_view vehicle, TimeUtc instant) const;

  /// Whether an episode neither begins nor ends within a silence.
  [[nodiscard]] bool leave_heard(const Episode& episode) const;

 private:
  std::vector<Episode> silences_;
  IntervalIndex index_;
};

}  // namespace haulwatch::scoring
