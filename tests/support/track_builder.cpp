#include "support/track_builder.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>
#include <utility>

namespace haulwatch::test {

namespace {

constexpr double gain_mps2 = 0.7;
constexpr double brake_mps2 = 1.0;

/// The speed reached on a way so short that the top speed is not.
double peak_speed(const Drive& drive) noexcept {
  const double reachable = std::sqrt(2.0 * drive.length_m / (1.0 / gain_mps2 + 1.0 / brake_mps2));
  return std::min(drive.top_speed_mps, reachable);
}

double course_deg(geo::LocalPoint step) noexcept {
  const double degrees = std::atan2(step.x, step.y) * 180.0 / std::numbers::pi;
  return degrees < 0.0 ? degrees + 360.0 : degrees;
}

double length_of(const std::vector<geo::LocalPoint>& way) noexcept {
  double length = 0.0;
  for (std::size_t i = 1; i < way.size(); ++i) length += geo::distance(way[i - 1], way[i]);
  return length;
}

/// The point `along` metres down a way, and the heading there.
std::pair<geo::LocalPoint, double> walk(const geo::LocalPoint* way, std::size_t points, double along) noexcept {
  for (std::size_t i = 1; i < points; ++i) {
    const geo::LocalPoint step = way[i] - way[i - 1];
    const double length = geo::norm(step);
    if (length <= 0.0) continue;
    if (along <= length || i + 1 == points) {
      const double share = std::min(1.0, along / length);
      return {way[i - 1] + share * step, course_deg(step)};
    }
    along -= length;
  }
  return {way[points - 1], 0.0};
}

}  // namespace

double Drive::duration_s() const noexcept {
  const double v = peak_speed(*this);
  if (v <= 0.0) return 0.0;
  const double ramps = v * v / 2.0 * (1.0 / gain_mps2 + 1.0 / brake_mps2);
  return v / gain_mps2 + v / brake_mps2 + std::max(0.0, length_m - ramps) / v;
}

double Drive::speed_at(double elapsed_s) const noexcept {
  const double left = duration_s() - elapsed_s;
  return std::clamp(std::min({peak_speed(*this), gain_mps2 * elapsed_s, brake_mps2 * left}), 0.0, top_speed_mps);
}

double Drive::way_at(double elapsed_s) const noexcept {
  const double v = peak_speed(*this);
  const double end = duration_s();
  const double t = std::clamp(elapsed_s, 0.0, end);
  const double gaining = v / gain_mps2;
  const double braking_from = end - v / brake_mps2;
  if (t <= gaining) return gain_mps2 * t * t / 2.0;
  if (t <= braking_from) return v * v / (2.0 * gain_mps2) + v * (t - gaining);
  return length_m - brake_mps2 * (end - t) * (end - t) / 2.0;
}

TrackBuilder track(std::string vehicle) {
  return TrackBuilder{std::move(vehicle)};
}

TrackBuilder::TrackBuilder(std::string vehicle) : vehicle_{std::move(vehicle)} {
  using namespace std::chrono;
  starts_at({121.9, 31.2}, sys_days{2026y / March / 3} + 4h);
}

TrackBuilder& TrackBuilder::starts_at(LonLat place, TimeUtc time) {
  frame_ = geo::LocalFrame{place};
  place_ = {};
  now_ = time;
  next_report_ = time;
  return *this;
}

TrackBuilder& TrackBuilder::every(Milliseconds interval) {
  interval_ = interval;
  return *this;
}

TrackBuilder& TrackBuilder::reports(Reports what) {
  reports_ = what;
  return *this;
}

TrackBuilder& TrackBuilder::with_noise(Metres sigma, std::uint64_t seed) {
  noise_m_ = sigma.value();
  random_.seed(seed);
  return *this;
}

TrackBuilder& TrackBuilder::with_accuracy(Metres sigma) {
  accuracy_m_ = sigma.value();
  return *this;
}

TrackBuilder& TrackBuilder::as(VehicleIndex vehicle) {
  index_ = vehicle;
  return *this;
}

TrackBuilder& TrackBuilder::waits(Milliseconds span) {
  report_until(now_ + span, nullptr, 0, 0.0);
  return *this;
}

TrackBuilder& TrackBuilder::drives(Metres way, Heading heading, MetresPerSecond speed) {
  const double course = heading.degrees * std::numbers::pi / 180.0;
  const geo::LocalPoint to = place_ + way.value() * geo::LocalPoint{std::sin(course), std::cos(course)};
  return drives_to(frame_.to_lon_lat(to), speed);
}

TrackBuilder& TrackBuilder::drives_to(LonLat place, MetresPerSecond speed) {
  return follows({place}, speed);
}

TrackBuilder& TrackBuilder::follows(const std::vector<LonLat>& way, MetresPerSecond speed) {
  std::vector<geo::LocalPoint> points{place_};
  for (const LonLat& corner : way) points.push_back(frame_.to_local(corner));
  const Drive drive{length_of(points), speed.value()};
  report_until(now_ + milliseconds(drive.duration_s()), points.data(), points.size(), speed.value());
  heading_deg_ = walk(points.data(), points.size(), drive.length_m).second;
  place_ = points.back();
  return *this;
}

TrackBuilder& TrackBuilder::silent_for(Milliseconds span) {
  return falls_silent().waits(span).speaks();
}

TrackBuilder& TrackBuilder::falls_silent() {
  silent_ = true;
  return *this;
}

TrackBuilder& TrackBuilder::speaks() {
  silent_ = false;
  return *this;
}

void TrackBuilder::report_until(TimeUtc end, const geo::LocalPoint* way, std::size_t points, double top_speed) {
  const TimeUtc start = now_;
  double length = 0.0;
  for (std::size_t i = 1; i < points; ++i) length += geo::distance(way[i - 1], way[i]);
  const Drive drive{length, top_speed};
  for (; next_report_ <= end; next_report_ += interval_) {
    now_ = next_report_;
    if (silent_) continue;
    if (points == 0) {
      report({place_, 0.0, heading_deg_});
    } else {
      const double elapsed = seconds(now_ - start);
      const auto [at, heading] = walk(way, points, drive.way_at(elapsed));
      report({at, drive.speed_at(elapsed), heading});
    }
  }
  now_ = end;
}

void TrackBuilder::report(const Standing& truck) {
  std::normal_distribution<double> error{0.0, 1.0};
  const geo::LocalPoint off =
      noise_m_ > 0.0 ? noise_m_ * geo::LocalPoint{error(random_), error(random_)} : geo::LocalPoint{};
  Fix fix;
  fix.vehicle = index_;
  fix.time = now_;
  fix.position = frame_.to_lon_lat(truck.at + off);
  if (accuracy_m_ > 0.0) fix.accuracy_m = static_cast<float>(accuracy_m_);
  if (reports_ == Reports::speed_and_heading) {
    fix.speed_mps = static_cast<float>(truck.speed_mps);
    fix.heading_deg = static_cast<float>(truck.heading_deg);
  }
  fix.record = static_cast<std::uint32_t>(fixes_.size());
  fixes_.push_back(fix);
}

}  // namespace haulwatch::test
