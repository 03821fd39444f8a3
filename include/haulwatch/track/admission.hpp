#pragma once

#include <haulwatch/fix.hpp>
#include <haulwatch/units.hpp>
#include <haulwatch/verdict.hpp>

#include <chrono>
#include <cmath>

namespace haulwatch::track {

struct AdmissionOptions {
  /// How far ahead of its arrival a fix may claim to be. Terminals and platforms keep their clocks to seconds.
  Milliseconds future_guard = std::chrono::seconds{60};
  /// How far behind its arrival a fix may be; blind-area uploads are hours old, a dead clock years.
  Milliseconds past_guard = std::chrono::days{7};
};

/// Whether a fix is worth looking at, judged by itself alone. No exemption: a fix that says it has no position has
/// none.
///
/// Time: O(1), a few comparisons.
class Admission {
 public:
  explicit Admission(AdmissionOptions options = {}) noexcept : options_{options} {}

  /// `Verdict::kept`, or why not.
  [[nodiscard]] Verdict judge(const Fix& fix) const noexcept {
    if (fix.valid == Sensed::no) return Verdict::no_fix;
    const auto [lon, lat] = fix.position;
    // Written so that a NaN fails each comparison and is refused.
    if (!(std::abs(lat) <= 90.0 && std::abs(lon) <= 180.0)) return Verdict::out_of_range;
    if (std::abs(lat) < null_island_deg && std::abs(lon) < null_island_deg) return Verdict::null_island;
    if (fix.received != no_time) {
      if (fix.time > fix.received + options_.future_guard) return Verdict::future;
      if (fix.time < fix.received - options_.past_guard) return Verdict::too_old;
    }
    return Verdict::kept;
  }

  [[nodiscard]] const AdmissionOptions& options() const noexcept { return options_; }

 private:
  /// About 100 m: nothing but a buoy stands there, while terminals send 0 or a rounding of it.
  static constexpr double null_island_deg = 0.001;
  AdmissionOptions options_;
};

}  // namespace haulwatch::track
