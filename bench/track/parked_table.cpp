// Prints how much way a parked hour adds to a truck whose receiver drifts: docs/smoothing.md.

#include <haulwatch/track/front.hpp>

#include <support/truck_motion.hpp>

#include "run_front.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

namespace {

using namespace haulwatch;
using test::Dice;
using test::Terminal;

constexpr std::uint64_t reporting_seed = 5000;
constexpr std::uint64_t trucks = 200;
constexpr double arrival_s = 300.0;
constexpr double parked_s = 3600.0;

/// Nine in ten of the places of such a receiver lie within a circle 30 m across: sigma 7 m an axis.
struct Drift {
  const char* name;
  double tau_s;
};
constexpr double sigma_m = 7.0;
constexpr std::array<Drift, 3> drifts{{{"white", 0.0}, {"over 60 s", 60.0}, {"over 10 min", 600.0}}};

/// Drives in at 10 m/s, brakes at 1 m/s² and stands for an hour.
double true_way(double t) {
  constexpr double speed = 10.0;
  const double braking = std::clamp(t - (arrival_s - speed), 0.0, speed);
  return speed * std::min(t, arrival_s - speed) + speed * braking - 0.5 * braking * braking;
}

double true_speed(double t) {
  return std::clamp(arrival_s - t, 0.0, 10.0);
}

std::vector<Fix> report(const Drift& drift, double interval, bool with_speed, std::uint64_t seed) {
  Dice dice{seed};
  const geo::LocalFrame frame{Terminal::origin};
  const double keep = drift.tau_s > 0.0 ? std::exp(-interval / drift.tau_s) : 0.0;
  const double fresh = sigma_m * std::sqrt(1.0 - keep * keep);
  geo::LocalPoint error{dice.normal(sigma_m), dice.normal(sigma_m)};
  std::vector<Fix> fixes;
  for (double t = 0.0; t <= arrival_s + parked_s; t += interval) {
    error = {keep * error.x + dice.normal(fresh), keep * error.y + dice.normal(fresh)};
    Fix fix;
    fix.time = Terminal::epoch + milliseconds(t);
    fix.position = frame.to_lon_lat(geo::LocalPoint{true_way(t), 0.0} + error);
    if (with_speed) {
      fix.speed_mps = static_cast<float>(true_speed(t));
      fix.heading_deg = 90.0F;
    }
    fixes.push_back(fix);
  }
  return fixes;
}

struct Way {
  double raw = 0.0, cleaned = 0.0, wandered = 0.0;  ///< `wandered`: cleaned, after the first two minutes
};

Way parked_way(const std::vector<Fix>& fixes) {
  Way way;
  track::Sample last;
  bench::run_front(
      fixes,
      [&](const track::Sample& s, const track::Front::State&) {
        const double t = seconds(s.time - Terminal::epoch);
        if (t > arrival_s && !s.first) {
          way.raw += geo::distance(s.raw, last.raw);
          way.cleaned += geo::distance(s.place, last.place);
          if (t > arrival_s + 120.0) way.wandered += geo::distance(s.place, last.place);
        }
        last = s;
      },
      [](const Fix&, Verdict) {});
  return way;
}

void print_row(const Drift& drift, double interval, bool with_speed) {
  Way sum;
  std::vector<double> cleaned;
  for (std::uint64_t i = 0; i < trucks; ++i) {
    const Way way = parked_way(report(drift, interval, with_speed, reporting_seed + i));
    sum.raw += way.raw;
    sum.cleaned += way.cleaned;
    sum.wandered += way.wandered;
    cleaned.push_back(way.cleaned);
  }
  std::sort(cleaned.begin(), cleaned.end());
  constexpr auto n = static_cast<double>(trucks);
  std::printf("| %g s | %s | %s | %.0f | %.1f | %.1f | %.1f |\n", interval, drift.name, with_speed ? "yes" : "no",
              sum.raw / n, sum.cleaned / n, cleaned[trucks * 95 / 100], sum.wandered / n);
}

}  // namespace

int main() {
  std::puts("| interval | drift | speed | raw | cleaned: mean | 95 % | mean without the first two minutes |");
  std::puts("|---|---|---|---|---|---|---|");
  for (const bool with_speed : {true, false})
    for (const Drift& drift : drifts)
      for (const double interval : {1.0, 10.0, 30.0}) print_row(drift, interval, with_speed);
  return 0;
}
