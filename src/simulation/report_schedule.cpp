#include <haulwatch/simulation/report_schedule.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <numbers>
#include <vector>

namespace haulwatch::simulation {
namespace {

constexpr Milliseconds shortest_with_jitter = std::chrono::seconds{5};

double drawn(Range range, Random& random) {
  return random.uniform(range.low, range.high);
}

Milliseconds drawn(const Choice& choice, Random& random) {
  std::vector<double> weights;
  for (const Choice::Option& option : choice.options) weights.push_back(option.weight);
  return std::max(detail::shortest_interval, milliseconds(choice.options[random.pick(weights)].value));
}

}  // namespace

ReportSchedule::ReportSchedule(const ReportingDoses& doses, std::uint64_t seed, std::uint32_t vehicle,
                               TimeUtc start) noexcept
    : random_{Random::stream(seed, "report schedule", vehicle)},
      interval_{drawn(doses.interval_s, random_)},
      parked_interval_{std::max(interval_, drawn(doses.parked_interval_s, random_))},
      parked_after_{milliseconds(doses.parked_after_s)},
      boot_{milliseconds(drawn(doses.boot_s, random_))},
      jitter_{interval_ >= shortest_with_jitter ? doses.jitter.value : 0.0},
      at_changes_{random_.chance(doses.at_changes.value)},
      slower_parked_{random_.chance(doses.slower_parked.value)} {
  const bool by_distance = random_.chance(doses.by_distance.value);
  const double distance_m = drawn(doses.distance_m, random_);
  const double turn_rad = drawn(doses.turn_deg, random_) * std::numbers::pi / 180.0;
  const double longest_silence_s = drawn(doses.longest_silence_s, random_);
  const bool at_turns = random_.chance(doses.at_turns.value);
  if (by_distance) {
    distance_m_ = distance_m;
    interval_ = std::max(detail::shortest_interval, milliseconds(longest_silence_s));
    parked_interval_ = std::max(interval_, parked_interval_);
  }
  if (by_distance || at_turns) turn_rad_ = turn_rad;
  const Milliseconds asleep = std::max(parked_interval_, drawn(doses.asleep_interval_s, random_));
  if (random_.chance(doses.sleeps.value)) asleep_interval_ = asleep;
  due_ = start + milliseconds(random_.uniform() * seconds(interval_));
}

void ReportSchedule::reported(const MotionPiece& piece, TimeUtc at) noexcept {
  const double since_s = seconds(at - piece.start);
  last_ = at;
  last_odometer_m_ = piece.odometer_m + since_s * (piece.speed_mps + 0.5 * piece.acceleration_mps2 * since_s);
  turned_rad_ = -std::abs(piece.curvature_per_m) * (last_odometer_m_ - piece.odometer_m);
  due_ = at + interval(piece, at);
}

void ReportSchedule::postpone(TimeUtc until) noexcept {
  due_ = not_before_ = std::max(not_before_, until + boot_);
}

bool ReportSchedule::parked(const MotionPiece& piece, TimeUtc at) const noexcept {
  return !piece.ignition || (standing_since_ != no_time && at - standing_since_ >= parked_after_);
}

Milliseconds ReportSchedule::interval(const MotionPiece& piece, TimeUtc at) noexcept {
  if (asleep_interval_ > Milliseconds{0} && !piece.ignition) return asleep_interval_;
  if (slower_parked_ && parked(piece, at)) return parked_interval_;
  if (jitter_ > 0.0 && random_.chance(jitter_))
    return interval_ + detail::shortest_interval * (random_.chance(0.5) ? 1 : -1);
  return interval_;
}

}  // namespace haulwatch::simulation
