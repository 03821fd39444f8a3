#include <haulwatch/simulation/report_schedule.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace haulwatch::simulation {
namespace {

/// Terminals look at their triggers once a second.
constexpr Milliseconds shortest_interval = std::chrono::seconds{1};
constexpr Milliseconds shortest_with_jitter = std::chrono::seconds{5};

double drawn(Range range, Random& random) {
  return random.uniform(range.low, range.high);
}

Milliseconds drawn(const Choice& choice, Random& random) {
  std::vector<double> weights;
  for (const Choice::Option& option : choice.options) weights.push_back(option.weight);
  return std::max(shortest_interval, milliseconds(choice.options[random.pick(weights)].value));
}

/// Seconds until a vehicle has gone `distance_m` further; infinite if it never gets there.
double seconds_to(double distance_m, const MotionPiece& piece) {
  if (distance_m <= 0.0) return 0.0;
  const double squared = piece.speed_mps * piece.speed_mps + 2.0 * piece.acceleration_mps2 * distance_m;
  const double sum = squared > 0.0 ? piece.speed_mps + std::sqrt(squared) : 0.0;
  return sum > 0.0 ? 2.0 * distance_m / sum : std::numeric_limits<double>::infinity();
}

bool stands(const MotionPiece& piece) {
  return piece.speed_mps == 0.0 && piece.acceleration_mps2 == 0.0;
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
    interval_ = std::max(shortest_interval, milliseconds(longest_silence_s));
    parked_interval_ = std::max(interval_, parked_interval_);
  }
  if (by_distance || at_turns) turn_rad_ = turn_rad;
  const Milliseconds asleep = std::max(parked_interval_, drawn(doses.asleep_interval_s, random_));
  if (random_.chance(doses.sleeps.value)) asleep_interval_ = asleep;
  due_ = start + milliseconds(random_.uniform() * seconds(interval_));
}

void ReportSchedule::enter(const MotionPiece& piece) noexcept {
  turned_rad_ += std::abs(piece_curvature_) * std::max(0.0, piece.odometer_m - piece_odometer_m_);
  piece_odometer_m_ = piece.odometer_m;
  piece_curvature_ = piece.curvature_per_m;
  const bool was_standing = standing_since_ != no_time;
  if (!stands(piece))
    standing_since_ = no_time;
  else if (!was_standing)
    standing_since_ = piece.start;
  const bool changed = piece.ignition != ignition_ || piece.body_raised != body_raised_;
  const bool wakes = (was_standing && !stands(piece)) || (piece.ignition && !ignition_);
  ignition_ = piece.ignition;
  body_raised_ = piece.body_raised;
  if (changed && at_changes_) due_ = std::min(due_, piece.start);
  if (wakes) due_ = std::min(due_, piece.start + interval_);
}

TimeUtc ReportSchedule::due(const MotionPiece& piece) const noexcept {
  TimeUtc due = due_;
  if (turn_rad_ > 0.0) {
    double to_go_m = std::numeric_limits<double>::infinity();
    if (distance_m_ > 0.0) to_go_m = distance_m_ - (piece.odometer_m - last_odometer_m_);
    if (piece.curvature_per_m != 0.0)
      to_go_m = std::min(to_go_m, (turn_rad_ - turned_rad_) / std::abs(piece.curvature_per_m));
    const double wait_s = seconds_to(to_go_m, piece);
    if (wait_s < piece.duration_s) due = std::min(due, piece.start + milliseconds(wait_s));
  }
  if (last_ != no_time) due = std::max(due, last_ + shortest_interval);
  return std::max({due, piece.start, not_before_});
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
  if (jitter_ > 0.0 && random_.chance(jitter_)) return interval_ + shortest_interval * (random_.chance(0.5) ? 1 : -1);
  return interval_;
}

}  // namespace haulwatch::simulation
