#include <haulwatch/simulation/lived_motion.hpp>

#include <numbers>
#include <utility>

namespace haulwatch::simulation {

void LivedMotion::begin(const PathElement& element) noexcept {
  pose_ = {element.from, element.heading_rad};
  sky_ = element.sky;
  coverage_ = element.coverage;
}

void LivedMotion::drive(const PathElement& element, double from_mps, double to_mps, Activity activity) {
  const double length = element.length_m;
  if (length > 0.0)
    add({length, element.curvature_per_m, false, element.to}, from_mps, to_mps, 2.0 * length / (from_mps + to_mps),
        activity);
}

void LivedMotion::drive(const PathElement& element, double length_m, double from_mps, double to_mps,
                        Activity activity) {
  if (element.curvature_per_m != 0.0) return move(length_m, element.curvature_per_m, from_mps, to_mps, activity);
  if (length_m > 0.0)
    add({length_m, 0.0, false, pose_.at + length_m * element.along}, from_mps, to_mps,
        2.0 * length_m / (from_mps + to_mps), activity);
}

void LivedMotion::move(double length_m, double curvature_per_m, double from_mps, double to_mps, Activity activity) {
  if (length_m <= 0.0) return;
  const geo::LocalPoint to = pose_.at + way_displacement(pose_.heading_rad, curvature_per_m, length_m);
  add({length_m, curvature_per_m, false, to}, from_mps, to_mps, 2.0 * length_m / (from_mps + to_mps), activity);
}

void LivedMotion::move_back(double length_m, double curvature_per_m, double from_mps, double to_mps,
                            Activity activity) {
  if (length_m <= 0.0) return;
  const double direction = pose_.heading_rad + std::numbers::pi;
  const geo::LocalPoint to = pose_.at + way_displacement(direction, curvature_per_m, length_m);
  add({length_m, curvature_per_m, true, to}, from_mps, to_mps, 2.0 * length_m / (from_mps + to_mps), activity);
}

void LivedMotion::stand(double seconds, Activity activity) {
  if (seconds > 0.0) add({0.0, 0.0, false, pose_.at}, 0.0, 0.0, seconds, activity);
}

void LivedMotion::add(const Course& course, double from_mps, double to_mps, double seconds, Activity activity) {
  clock_s_ += seconds;
  const TimeUtc start = std::exchange(now_, instant(clock_s_));
  // Times are whole milliseconds, the clock is not: what is rounded here is not lost but comes with a later piece.
  const auto rounded = now_ - start;
  if (rounded.count() > 0) {
    pieces_.add({.motion = {.start = start,
                            .duration_s = haulwatch::seconds(rounded),
                            .from = pose_.at,
                            .heading_rad = pose_.heading_rad,
                            .curvature_per_m = course.curvature_per_m,
                            .speed_mps = from_mps,
                            .acceleration_mps2 = (to_mps - from_mps) / seconds,
                            .odometer_m = odometer_m_,
                            .reversing = course.reversing,
                            .ignition = state_.ignition,
                            .body_raised = state_.body_raised,
                            .cover_closed = state_.cover_closed,
                            .load = state_.load,
                            .sky = sky_,
                            .coverage = coverage_,
                            .terminal_cut = state_.terminal_cut},
                 .to = course.to,
                 .activity = activity});
  }
  pose_.at = course.to;
  pose_.heading_rad += course.curvature_per_m * course.length_m;
  odometer_m_ += course.length_m;
}

bool LivedMotion::take_remark(Remark& out) {
  if (!has_remark()) return false;
  out = std::move(remarks_[remarks_taken_].remark);
  if (++remarks_taken_ == remarks_.size()) {
    remarks_.clear();
    remarks_taken_ = 0;
  }
  return true;
}

}  // namespace haulwatch::simulation
