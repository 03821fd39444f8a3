#pragma once

#include <haulwatch/simulation/random.hpp>
#include <haulwatch/simulation/terminal_profile.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <chrono>

namespace haulwatch::simulation {

/// A stretch of time, its end not included.
struct TimeSpan {
  TimeUtc from = no_time;
  TimeUtc to = no_time;

  [[nodiscard]] bool covers(TimeUtc t) const noexcept { return from <= t && t < to; }
};

/// The spans of `Spells`, one after the other: exponential pauses, log-normal lengths.
///
/// They depend on nothing but their stream, so the same spans can be walked again by who writes the truth. 56 bytes.
class RandomSpans {
 public:
  RandomSpans(const Spells& spells, Random random, TimeUtc start) noexcept
      : random_{random},
        mean_pause_s_{spells.per_day > 0.0 ? seconds_a_day / spells.per_day : 0.0},
        median_s_{spells.median_s},
        spread_{spells.spread},
        span_{start, start} {
    if (mean_pause_s_ > 0.0)
      step();
    else
      span_ = {TimeUtc::max(), TimeUtc::max()};
  }

  /// Whether a span covers `t`. \param t never before an earlier one
  [[nodiscard]] bool covers(TimeUtc t) noexcept {
    while (span_.to <= t) step();
    return span_.from <= t;
  }

  /// The span that covers the last instant asked for, or the next one.
  [[nodiscard]] const TimeSpan& span() const noexcept { return span_; }

  /// Goes on to the next one.
  void step() noexcept {
    span_.from = span_.to + milliseconds(random_.exponential(mean_pause_s_));
    span_.to = span_.from + std::max(Milliseconds{1}, milliseconds(random_.log_normal(median_s_, spread_)));
  }

 private:
  static constexpr double seconds_a_day = 86400.0;

  Random random_;
  double mean_pause_s_;
  double median_s_;
  double spread_;
  TimeSpan span_;
};

}  // namespace haulwatch::simulation
