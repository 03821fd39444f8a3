#pragma once

#include <haulwatch/scoring/bootstrap.hpp>
#include <haulwatch/scoring/reliability.hpp>
#include <haulwatch/scoring/tally.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace haulwatch::scoring {

/// How errors of one sort are spread.
struct Spread {
  std::size_t count = 0;
  Estimate median, p95;
};

struct KindSummary {
  std::string kind;
  Counts counts;
  Estimate precision, recall, f1;
  Share heard;  ///< truths that neither begin nor end in a true silence
  Estimate heard_recall;
  std::array<Spread, error_kinds> errors;  ///< by `ErrorOf`
};

struct SuspicionSummary {
  KindSummary kind;
  Estimate false_per_1000_stops;  ///< true stops that are owed
  Estimate false_per_truck_day;
  Share terminal_cut;
  Estimate terminal_cut_recall;
  std::map<std::string, Share> manners;
  std::map<std::string, Share> look_alikes;
  Reliability reliability;
};

/// All figures over one or several worlds.
struct Summary {
  std::size_t worlds = 0;
  std::uint64_t stops = 0;  ///< owed
  double truck_days = 0.0;
  std::vector<KindSummary> kinds;  ///< all but dumps: first those with a rule of their own, in its order, then by name
  SuspicionSummary final_suspicions;
  SuspicionSummary first_suspicions;  ///< as first raised
  Confusion purposes;
};

/// Adds the worlds up; counts and errors are pooled, never averaged over worlds.
/// Time: some 1,000 walks over all errors where there are several worlds. Threads: any.
[[nodiscard]] Summary summarise(std::span<const WorldTally> worlds);

}  // namespace haulwatch::scoring
