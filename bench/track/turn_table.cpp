// Prints how far cleaned places run on past a street corner: docs/smoothing.md.

#include <haulwatch/track/front.hpp>

#include <support/truck_motion.hpp>

#include "run_front.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

namespace {

using namespace haulwatch;
using test::ReceiverError;
using test::Terminal;
using test::TruckMotion;

constexpr std::uint64_t reporting_seed = 5000;
constexpr std::uint64_t tracks = 12;
constexpr double hours_each = 6.0;

/// A turn of about 90 degrees within 40 m.
struct Corner {
  double begin_s = 0.0, over_s = 0.0;  ///< `over_s`: the truck has driven on by 80 m, or turns again
  geo::LocalPoint end;
  geo::LocalPoint old_way;  ///< unit vector
};

geo::LocalPoint unit(geo::LocalPoint v) {
  return (1.0 / geo::norm(v)) * v;
}

double turned(geo::LocalPoint from, geo::LocalPoint to) {
  return std::abs(std::atan2(from.x * to.y - from.y * to.x, geo::dot(from, to)));
}

/// Moving, and turning by more than 0.1 rad/s at `t`.
bool turns(const TruckMotion& motion, double t) {
  const geo::LocalPoint now = motion.at(t).velocity;
  const geo::LocalPoint next = motion.at(t + 0.1).velocity;
  return geo::norm(now) > 0.5 && geo::norm(next) > 0.5 && turned(now, next) > 0.01;
}

std::vector<Corner> corners_of(const TruckMotion& motion) {
  std::vector<Corner> corners;
  for (double t = 60.0; t < motion.duration_s() - 60.0; t += 0.1) {
    if (!turns(motion, t)) continue;
    Corner corner{t, 0.0, {}, unit(motion.at(t).velocity)};
    const geo::LocalPoint begin = motion.at(t).place;
    while (turns(motion, t) && t < motion.duration_s() - 60.0) t += 0.1;
    corner.end = motion.at(t).place;
    const double angle = turned(corner.old_way, motion.at(t).velocity);
    if (std::abs(angle - std::numbers::pi / 2.0) > 0.25 || geo::distance(begin, corner.end) > 28.0) continue;
    double over = t;
    while (over < motion.duration_s() && geo::distance(motion.at(over).place, corner.end) < 80.0 &&
           !turns(motion, over))
      over += 0.1;
    corner.over_s = over;
    corners.push_back(corner);
  }
  return corners;
}

/// The farthest places past each corner, in the direction that the truck came in.
struct Overshoots {
  std::vector<double> raw, filter;
};

void judge(const std::vector<track::Sample>& samples, geo::LocalPoint shift, const Corner& corner, Overshoots& all) {
  double raw = 0.0;
  double filter = 0.0;
  bool seen = false;
  for (const track::Sample& s : samples) {
    const double t = seconds(s.time - Terminal::epoch);
    if (t < corner.begin_s || t > corner.over_s) continue;
    seen = true;
    raw = std::max(raw, geo::dot(s.raw + shift - corner.end, corner.old_way));
    filter = std::max(filter, geo::dot(s.place + shift - corner.end, corner.old_way));
  }
  if (!seen) return;
  all.raw.push_back(raw);
  all.filter.push_back(filter);
}

Overshoots overshoots_of(ReceiverError error, double interval, bool doppler) {
  Overshoots all;
  for (std::uint64_t i = 0; i < tracks; ++i) {
    const TruckMotion motion{reporting_seed + i, hours_each};
    Terminal terminal{error, interval, doppler, reporting_seed + 100 + i};
    std::vector<track::Sample> samples;
    geo::LocalPoint shift;
    bench::run_front(
        terminal.report(motion),
        [&](const track::Sample& s, const track::Front::State& state) {
          shift = geo::LocalFrame{Terminal::origin}.to_local(state.frame.frame.origin());
          samples.push_back(s);
        },
        [](const Fix&, Verdict) {});
    for (const Corner& corner : corners_of(motion)) judge(samples, shift, corner, all);
  }
  return all;
}

double mean(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double quantile(std::vector<double> values, double share) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

void print_row(ReceiverError error, double interval, bool doppler) {
  const Overshoots o = overshoots_of(error, interval, doppler);
  std::printf("| %g s | %s | %zu | %.1f | %.1f | %.1f | %.1f |\n", interval, doppler ? "yes" : "no", o.raw.size(),
              mean(o.raw), quantile(o.raw, 0.95), mean(o.filter), quantile(o.filter, 0.95));
}

}  // namespace

int main() {
  std::puts("| interval | speed and heading | corners | raw: mean | 95 % | filter: mean | 95 % |");
  std::puts("|---|---|---|---|---|---|---|");
  for (const bool doppler : {true, false})
    for (const double interval : {1.0, 5.0, 10.0, 15.0, 30.0}) print_row({8.0, 0.0}, interval, doppler);
  return 0;
}
