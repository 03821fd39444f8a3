#include <haulwatch/simulation/elementary.hpp>
#include <haulwatch/simulation/lived_motion.hpp>

#include <cmath>
#include <numbers>
#include <utility>

namespace haulwatch::simulation {

void LivedMotion::move(double length_m, double curvature_per_m, double from_mps, double to_mps, Activity activity) {
  if (length_m <= 0.0) return;
  add(length_m, curvature_per_m, from_mps, to_mps, false, 2.0 * length_m / (from_mps + to_mps), activity);
}

void LivedMotion::move_back(double length_m, double curvature_per_m, double from_mps, double to_mps,
                            Activity activity) {
  if (length_m <= 0.0) return;
  add(length_m, curvature_per_m, from_mps, to_mps, true, 2.0 * length_m / (from_mps + to_mps), activity);
}

void LivedMotion::stand(double seconds, Activity activity) {
  if (seconds > 0.0) add(0.0, 0.0, 0.0, 0.0, false, seconds, activity);
}

void LivedMotion::add(double length, double curvature, double from_mps, double to_mps, bool reversing, double seconds,
                      Activity activity) {
  const TimeUtc start = now();
  const Pose from = pose_;
  if (length > 0.0) {
    const double turn = reversing ? std::numbers::pi : 0.0;
    pose_.at = pose_.at + (curvature == 0.0 ? (reversing ? -length : length) * direction()
                                            : way_displacement(pose_.heading_rad + turn, curvature, length));
    pose_.heading_rad += curvature * length;
  }
  clock_s_ += seconds;
  // Times are whole milliseconds, the clock is not: what is rounded here is not lost but comes with a later piece.
  const auto rounded = now() - start;
  if (rounded.count() > 0) {
    LivedPiece piece;
    piece.motion = {.start = start,
                    .duration_s = haulwatch::seconds(rounded),
                    .from = from.at,
                    .heading_rad = from.heading_rad,
                    .curvature_per_m = curvature,
                    .speed_mps = from_mps,
                    .acceleration_mps2 = (to_mps - from_mps) / seconds,
                    .odometer_m = odometer_m_,
                    .reversing = reversing,
                    .ignition = state_.ignition,
                    .body_raised = state_.body_raised,
                    .cover_closed = state_.cover_closed,
                    .load = state_.load,
                    .sky = sky_,
                    .coverage = coverage_,
                    .terminal_cut = state_.terminal_cut};
    piece.to = pose_.at;
    piece.activity = activity;
    pieces_.push_back(piece);
  }
  odometer_m_ += length;
}

geo::LocalPoint LivedMotion::direction() noexcept {
  if (known_heading_rad_ != pose_.heading_rad) {
    known_heading_rad_ = pose_.heading_rad;
    const SineCosine direction = sine_cosine(pose_.heading_rad);
    known_direction_ = {direction.sine, direction.cosine};
  }
  return known_direction_;
}

void LivedMotion::pop() {
  if (++taken_ < pieces_.size()) return;
  lived_ += pieces_.size();
  // What an errand needed is not kept for the next, which may be a night's rest.
  std::vector<LivedPiece>{}.swap(pieces_);
  taken_ = 0;
}

bool LivedMotion::take_remark(Remark& out) {
  if (remarks_taken_ == remarks_.size() || remarks_[remarks_taken_].after > lived_ + taken_) return false;
  out = std::move(remarks_[remarks_taken_].remark);
  if (++remarks_taken_ == remarks_.size()) {
    remarks_.clear();
    remarks_taken_ = 0;
  }
  return true;
}

}  // namespace haulwatch::simulation
