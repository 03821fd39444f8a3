#pragma once

#include <haulwatch/units.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace haulwatch::scoring {

/// How a claim and a truth of one kind have to agree in time.
enum class InTime : std::uint8_t {
  intersection_over_union,  ///< at least `least_overlap` of what the two cover together
  overlap,                  ///< they overlap, or lie no farther apart than `tolerance`
  both_ends,                ///< start from start and end from end no farther than `tolerance`
  instant,                  ///< no farther apart than `tolerance`
  any_time,                 ///< place alone decides
};

/// What else has to be the same.
enum class SameObject : std::uint8_t {
  not_asked,
  object,                ///< site, zone, gate, sensor
  object_and_qualifier,  ///< also the direction, rule or sign
  both_sites,            ///< origin and destination
};

/// How the records of one thing are named, and when a claim of it counts as right. The table is `docs/scoring.md`'s.
struct KindRule {
  std::string_view kind;     ///< as reports name it
  std::string_view opening;  ///< the record that says it began, or the only one
  std::string_view closing;  ///< the record that says it ended; empty where one record says all
  InTime in_time = InTime::instant;
  SameObject same = SameObject::object;
  double least_overlap = 0.5;
  Milliseconds tolerance{0};
  Metres most_distance{std::numeric_limits<double>::infinity()};
};

/// Every rule for a kind of its own; all other kinds are instants under `rule_of_other_kinds`.
[[nodiscard]] std::span<const KindRule> kind_rules() noexcept;

/// One record an episode, the same object and qualifier, 5 min.
[[nodiscard]] KindRule rule_of_other_kinds(std::string_view kind) noexcept;

}  // namespace haulwatch::scoring
