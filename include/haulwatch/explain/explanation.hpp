#pragma once

#include <haulwatch/event.hpp>
#include <haulwatch/evidence.hpp>
#include <haulwatch/fix.hpp>
#include <haulwatch/units.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace haulwatch::explain {

/// One reason of a suspicion, and what the score would be without it.
struct ExplainedReason {
  Reason reason;
  std::string words;
  double score_without = 0.0;
  bool decides = false;  ///< without it the score is below the threshold, with it not
};

/// How a suspicion's score came about.
struct Judgement {
  std::vector<ExplainedReason> reasons;
  double sum = 0.0;  ///< of the weights
  double score = 0.0;
  double threshold = 0.0;
};

/// One report of the vehicle around an event.
struct ExplainedFix {
  std::uint32_t row = 0;  ///< among the reports around the event, from 1: a step shows that some are not listed
  Fix fix;
  std::string source;                ///< file and line, where they are known
  std::optional<double> distance_m;  ///< from `Explanation::measured_from`; negative inside a boundary or a corridor
};

/// One event in words: what was seen, what was compared, what would have cleared it.
struct Explanation {
  Event event;
  std::string title;
  std::string seen;
  std::vector<std::string> faults;  ///< of a trip
  std::vector<std::string> compared;
  std::vector<std::string> cleared_by;
  std::optional<Judgement> judgement;
  std::vector<std::string> notes;  ///< what could not be looked up
  std::chrono::minutes utc_offset{0};
  std::string measured_from;  ///< what the distances of `fixes` are from; empty where nothing is named
  std::vector<ExplainedFix> fixes;
};

}  // namespace haulwatch::explain
