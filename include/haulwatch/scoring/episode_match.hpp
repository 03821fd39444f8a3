#pragma once

#include <haulwatch/scoring/episode.hpp>
#include <haulwatch/scoring/kind_rule.hpp>
#include <haulwatch/units.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace haulwatch::scoring {

/// How long two episodes overlap; nothing below zero.
[[nodiscard]] Milliseconds overlap(const Episode& a, const Episode& b) noexcept;

/// Overlap as a share of what the two cover together, 0 to 1; two instants at one time have 1.
[[nodiscard]] double intersection_over_union(const Episode& a, const Episode& b) noexcept;

/// Metres between the places that two episodes name; nothing where one names none.
[[nodiscard]] std::optional<double> metres_between(const Episode& a, const Episode& b) noexcept;

/// How well a claim fits a truth, 0 to 1; nothing where the rule does not let the claim count as right.
///
/// A suspicion that says of itself that it was `inferred` across a silence needs no place but has to cover half of the
/// dump, and may not last longer than 12 h: nobody finds a heap in a longer silence. One that does not say so is held
/// to the place that it names, under a cut terminal too.
[[nodiscard]] std::optional<double> fit(const Episode& truth, const Episode& claim, const KindRule& rule) noexcept;

/// A truth and the claim that counts as having found it, by their numbers.
struct Match {
  std::uint32_t truth = 0;
  std::uint32_t claim = 0;

  friend bool operator==(const Match&, const Match&) = default;
};

/// Matches truths and claims of one kind one to one: as many as possible, and then as well as possible (`assign`).
/// In the order of the truths.
[[nodiscard]] std::vector<Match> match(std::span<const Episode> truths, std::span<const Episode> claims,
                                       const KindRule& rule);

}  // namespace haulwatch::scoring
