#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace haulwatch::scoring {

/// By what a matched claim misses the truth.
enum class ErrorOf : std::uint8_t {
  start_s,      ///< seconds between the true and the claimed start, without sign
  end_s,        ///< likewise
  place_m,      ///< metres between the places
  delay_s,      ///< seconds from when it became true to when the claim was proven; below 0 where it came too soon
  end_delay_s,  ///< seconds from the true end to when the claimed end was proven
};
inline constexpr std::array<const char*, 5> names_of_errors{"start_error_s", "end_error_s", "place_error_m", "delay_s",
                                                            "end_delay_s"};
inline constexpr std::size_t error_kinds = names_of_errors.size();

/// What can be added up over worlds for one kind.
struct Counts {
  std::uint64_t truths = 0;  ///< owed
  std::uint64_t claims = 0;  ///< that count: matched or false, not neutral
  std::uint64_t matched = 0;
  std::uint64_t neutral = 0;      ///< claims neither right nor wrong
  std::uint64_t fragmented = 0;   ///< truths in which several claims lie, each with half its length or more
  std::uint64_t merged = 0;       ///< claims in which several truths lie, each with half its length or more
  std::uint64_t same_site = 0;    ///< matched ones whose site is that of the truth
  std::uint64_t same_faults = 0;  ///< matched trips whose faults are those of the truth

  [[nodiscard]] std::uint64_t false_claims() const noexcept { return claims - matched; }

  friend bool operator==(const Counts&, const Counts&) = default;
};

/// How many of some were found.
struct Share {
  std::uint64_t of = 0;
  std::uint64_t found = 0;

  void add(bool is_found) noexcept {
    ++of;
    found += is_found ? 1 : 0;
  }
  friend bool operator==(const Share&, const Share&) = default;
};

/// What came of one kind in one world.
struct KindTally {
  Counts counts;
  Share heard;                                          ///< truths that neither begin nor end in a true silence
  std::array<std::vector<double>, error_kinds> errors;  ///< by `ErrorOf`, of the matched
};

/// A claim with the probability that it gave itself.
struct ScoredClaim {
  double score = 0.0;
  bool is_true = false;
};

/// What came of the suspicions of dumping in one world.
struct SuspicionTally {
  KindTally kind;
  Share terminal_cut;                        ///< dumps during which the terminal was off
  std::map<std::string, Share> manners;      ///< recall by the manner of the dump
  std::map<std::string, Share> look_alikes;  ///< how many of those that are no dump were held to be one
  std::vector<ScoredClaim> scored;
};

/// True purpose, then the claimed one.
using Confusion = std::map<std::pair<std::string, std::string>, std::uint64_t>;

/// What came of one pair of truth and events.
struct WorldTally {
  std::map<std::string, KindTally> kinds;  ///< all but dumps
  SuspicionTally final_suspicions;
  SuspicionTally first_suspicions;  ///< as first raised
  Confusion purposes;               ///< of matched stops
  double truck_days = 0.0;
};

}  // namespace haulwatch::scoring
