#include <haulwatch/simulation/drive.hpp>

#include <algorithm>
#include <cmath>

namespace haulwatch::simulation {

namespace {

/// The hardest that anyone brakes for a light.
constexpr double hard_brake_mps2 = 2.6;

bool stands_at(Mark mark) noexcept {
  return mark == Mark::act || mark == Mark::jam;
}

bool is_signal(Mark mark) noexcept {
  return mark == Mark::light || mark == Mark::rail;
}

double before_braking(double end_mps, double brake, double length) noexcept {
  return std::sqrt(end_mps * end_mps + 2.0 * brake * length);
}

}  // namespace

void Drive::follow(const Path& path, const Handling& handling, Activity activity, const Perform& perform) {
  if (path.empty()) return;
  plan_speeds(path, handling);
  double speed = 0.0;
  for (std::size_t first = 0; first < path.size();) {
    std::size_t last = first;
    while (last + 1 < path.size() && path[last].mark == Mark::none) ++last;
    const PathElement& end = path[last];
    if (is_signal(end.mark)) {
      speed = heed_signal(path, handling, {first, last}, speed, activity);
    } else {
      speed = run(path, handling, {first, last}, speed, activity);
      if (end.mark == Mark::jam) motion_.stand(end.wait_s, Activity::traffic);
      if (end.mark == Mark::act || end.mark == Mark::pass_act) perform(end.act);
    }
    first = last + 1;
  }
}

void Drive::plan_speeds(const Path& path, const Handling& handling) {
  const std::size_t count = path.size();
  caps_.resize(count);
  ends_.resize(count);
  double mood = random_.normal();
  for (std::size_t i = 0; i < count; ++i) {
    if (path[i].length_m > 20.0) mood = 0.75 * mood + 0.66 * random_.normal();
    const double pace = std::max(0.6, handling.pace * (1.0 + handling.wander * mood));
    double cap = std::min(path[i].limit_mps * pace, handling.top_mps);
    const double curvature = std::abs(path[i].curvature_per_m);
    if (curvature > 1e-6) cap = std::min(cap, std::sqrt(handling.sideways_mps2 / curvature));
    caps_[i] = std::max(0.35, cap);
  }
  ends_[count - 1] = 0.0;
  for (std::size_t i = count - 1; i-- > 0;) {
    const double next = std::min(caps_[i + 1], before_braking(ends_[i + 1], handling.brake_mps2, path[i + 1].length_m));
    ends_[i] = stands_at(path[i].mark) ? 0.0 : std::min(caps_[i], next);
  }
}

std::size_t Drive::plan_stop(const Path& path, const Handling& handling, Section section) {
  ends_[section.last] = 0.0;
  for (std::size_t i = section.last; i-- > section.first;) {
    const double end = before_braking(ends_[i + 1], handling.brake_mps2, path[i + 1].length_m);
    if (end >= ends_[i]) return i + 1;
    ends_[i] = end;
  }
  return section.first;
}

double Drive::run(const Path& path, const Handling& handling, Section section, double speed, Activity activity) {
  begun_.clear();
  for (std::size_t i = section.first; i <= section.last; ++i) {
    begun_.push_back({motion_.bookmark(), speed});
    motion_.begin(path[i]);
    speed = ride(path[i], handling, speed, caps_[i], ends_[i], activity);
  }
  return speed;
}

double Drive::ride(const PathElement& element, const Handling& handling, double speed, double cap, double end,
                   Activity activity) {
  const double length = element.length_m;
  const double a = handling.accelerate_mps2 * std::max(0.25, 1.0 - speed / 30.0);
  const double b = handling.brake_mps2;
  const auto go = [&](double metres, double from, double to) { motion_.drive(element, metres, from, to, activity); };
  const double reachable = std::sqrt(speed * speed + 2.0 * a * length);
  if (reachable <= std::min(end, cap)) {
    motion_.drive(element, speed, reachable, activity);
    return reachable;
  }
  const double peak2 = (2.0 * a * b * length + b * speed * speed + a * end * end) / (a + b);
  const double peak = std::min(std::sqrt(peak2), cap);
  const bool steady = std::abs(peak - speed) < 0.25 && speed > 1.0;
  if (peak <= speed || (steady && end > 1.0)) {
    // Too fast already, or hardly any change: one even piece. Whoever cannot reach the end at this rate brakes harder.
    const double to = peak <= speed ? std::min(end, speed) : std::min(end, peak);
    const double brake_m = (speed * speed - to * to) / (2.0 * b);
    if (brake_m > 0.0 && brake_m < 0.7 * length) {
      go(length - brake_m, speed, speed);
      go(brake_m, speed, to);
    } else {
      motion_.drive(element, speed, to, activity);
    }
    return to;
  }
  const double speed_up_m = std::max(0.0, (peak * peak - speed * speed) / (2.0 * a));
  const double slow_down_m = std::max(0.0, (peak * peak - end * end) / (2.0 * b));
  const double to = std::min(end, peak);
  const double cruise_m = length - speed_up_m - slow_down_m;
  go(speed_up_m, speed, peak);
  go(cruise_m > 1e-6 ? cruise_m : 0.0, peak, peak);
  go(slow_down_m, peak, to);
  return to;
}

double Drive::closed_for(const PathElement& element) const noexcept {
  const double now = motion_.clock_s();
  if (element.mark == Mark::light) return traffic_.red_for(element.junction, element.heading_rad, now);
  const auto place = static_cast<std::uint64_t>(static_cast<std::int64_t>(element.from.x / 400.0)) << 32U;
  return traffic_.barrier_for(place, now);
}

double Drive::heed_signal(const Path& path, const Handling& handling, Section section, double speed,
                          Activity activity) {
  const double passing = run(path, handling, section, speed, activity);
  if (closed_for(path[section.last]) <= 0.0) return passing;
  double length = 0.0;
  for (std::size_t i = section.first; i <= section.last; ++i) length += path[i].length_m;
  if (speed * speed > 2.0 * hard_brake_mps2 * length) return passing;
  // Up to where braking begins, nothing changes.
  const std::size_t again = plan_stop(path, handling, section);
  const Begun begun = begun_[again - section.first];
  motion_.go_back_to(begun.at);
  static_cast<void>(run(path, handling, {again, section.last}, begun.speed_mps, activity));
  const PathElement& line = path[section.last];
  const double closed = closed_for(line);
  motion_.stand(closed + 1.0 + line.wait_s * random_.uniform(0.7, 1.3), Activity::traffic);
  return 0.0;
}

}  // namespace haulwatch::simulation
