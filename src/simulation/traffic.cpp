#include <haulwatch/simulation/elementary.hpp>
#include <haulwatch/simulation/traffic.hpp>
#include <haulwatch/simulation/world_clock.hpp>

#include <algorithm>
#include <cmath>

namespace haulwatch::simulation {

namespace {

constexpr double before_the_junction_m = 14.0;

WayPoint between(const WayPoint& a, const WayPoint& b, double share) {
  WayPoint middle = a;
  middle.at = a.at + share * (b.at - a.at);
  middle.radius_m = 320.0;
  middle.mark = Mark::none;
  middle.junction = nowhere;
  return middle;
}

/// A smooth hump of height 1 and some two hours' width.
double rush(double hour, double peak) noexcept {
  const double z = (hour - peak) / 1.1;
  return exponential_of(-0.5 * z * z);
}

}  // namespace

double hour_of_day(double clock_s) noexcept {
  const double hours = clock_s / 3600.0 + first_hour_of_day;
  return hours - 24.0 * std::floor(hours / 24.0);
}

double Traffic::jam_share_at(double clock_s) const noexcept {
  const double hour = hour_of_day(clock_s);
  const double peak = std::max(rush(hour, 7.9), rush(hour, 17.6));
  const double night = hour < 6.0 || hour > 21.0 ? 0.1 : 1.0;
  return std::max(profile_.jam_share_at_peak * peak, profile_.jam_share_by_day * night);
}

bool Traffic::jams(RoadIndex road, double clock_s) const noexcept {
  if (network_.road(road).kind == RoadClass::driveway) return false;
  const auto quarter_hour = static_cast<std::int64_t>(std::floor(clock_s / 900.0));
  const double weight = network_.road(road).kind == RoadClass::arterial ? 1.0 : 0.3;
  return Random::stream(seed_, "jam", road, quarter_hour).chance(weight * jam_share_at(clock_s));
}

double Traffic::red_for(NodeIndex junction, double heading_rad, double clock_s) const noexcept {
  const Junction& at = network_.junction(junction);
  if (at.light_cycle_s <= 0.0) return 0.0;
  const SineCosine heading = sine_cosine(heading_rad);
  const double half = std::abs(heading.sine) > std::abs(heading.cosine) ? 0.5 : 0.0;
  const double cycles = (clock_s + at.light_offset_s) / at.light_cycle_s + half;
  const double phase = cycles - std::floor(cycles);
  // Green for a little less than half, then amber and the other direction.
  return phase < 0.45 ? 0.0 : (1.0 - phase) * at.light_cycle_s;
}

double Traffic::barrier_for(std::uint64_t place, double clock_s) const noexcept {
  // A train in most periods, at a moment of its own.
  constexpr double period_s = 1500.0;
  const auto period = static_cast<std::int64_t>(std::floor(clock_s / period_s));
  Random random = Random::stream(seed_, "train", place, period);
  const double closes = random.uniform(0.0, period_s - 200.0);
  const double opens = closes + random.uniform(70.0, 190.0);
  const double now = clock_s - static_cast<double>(period) * period_s;
  return now >= closes && now < opens ? opens - now : 0.0;
}

void Traffic::add_stop_line(WayPoints& out, const WayPoint& at, Random& own) const {
  const Junction& junction = network_.junction(at.junction);
  if (junction.light_cycle_s <= 0.0 || out.empty()) return;
  const double length = geo::distance(out.back().at, at.at);
  if (length < 45.0) return;
  const double cars = own.exponential(profile_.cars_before_a_light);
  const double back = std::min(before_the_junction_m + 7.0 * std::floor(cars), length - 20.0);
  WayPoint line = between(out.back(), at, 1.0 - back / length);
  line.mark = Mark::light;
  line.junction = at.junction;
  line.wait_s = static_cast<float>(1.0 + 1.9 * std::floor(cars));
  out.push_back(line);
}

void Traffic::add_jam(WayPoints& out, const WayPoint& to, Random& own) const {
  const WayPoint from = out.back();
  const double length = geo::distance(from.at, to.at);
  out.back().limit_mps = std::min(out.back().limit_mps, own.uniform(1.6, 5.0));
  double at_m = own.exponential(60.0);
  while (at_m < length - 8.0) {
    WayPoint halt = between(from, to, at_m / length);
    halt.limit_mps = own.uniform(1.4, 5.5);
    if (own.chance(0.75)) {
      halt.mark = Mark::jam;
      halt.wait_s = static_cast<float>(std::min(150.0, own.log_normal(profile_.jam_halt_s, 0.8)));
    }
    out.push_back(halt);
    at_m += 9.0 + own.exponential(38.0);
  }
}

void Traffic::put_onto(WayPoints& points, double clock_s, Random& own) const {
  WayPoints out;
  out.reserve(points.size() * 2);
  RoadIndex jam_known_of = nowhere;
  bool jammed = false;
  double jam_left_m = 0.0;
  double driven_m = 0.0;
  for (const WayPoint& point : points) {
    if (!out.empty()) {
      const double length = geo::distance(out.back().at, point.at);
      if (out.back().road != jam_known_of) {
        jam_known_of = out.back().road;
        jammed = jam_known_of != nowhere && jams(jam_known_of, clock_s + driven_m / 9.0);
        jam_left_m = jammed ? own.uniform(150.0, 900.0) : 0.0;
      }
      if (jammed && jam_left_m > 0.0 && length > 20.0) {
        jam_left_m -= length;
        add_jam(out, point, own);
      }
      driven_m += length;
    }
    if (point.junction != nowhere && point.road != nowhere) add_stop_line(out, point, own);
    out.push_back(point);
  }
  points = std::move(out);
}

}  // namespace haulwatch::simulation
