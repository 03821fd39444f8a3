#include <haulwatch/io/quality_days.hpp>

#include <haulwatch/geo/local_frame.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace haulwatch::io {
namespace {

// Two kilometres and ten minutes are what platforms are held to (China, transport authorities' monthly figures); five
// minutes are three usual intervals of a slow terminal.
constexpr double longest_seen_m = 2000.0;
constexpr Milliseconds longest_seen = std::chrono::minutes{5};
constexpr double stands_within_m = 100.0;
constexpr Milliseconds longest_online = std::chrono::minutes{10};
constexpr float late_from_s = 600.0F;

bool is_drift(Verdict verdict) noexcept {
  return verdict == Verdict::implied_speed || verdict == Verdict::frozen || verdict == Verdict::null_island ||
         verdict == Verdict::out_of_range;
}

/// \pre something was timed
float quantile(std::vector<float>& values, double share) {
  const auto at = std::lround(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

Share share_of(double part, double whole) noexcept {
  return whole > 0.0 ? Share{part / whole} : std::nullopt;
}

}  // namespace

void QualityDays::add(std::string_view vehicle, const track::CleanedFix& fix) {
  if (fix.time == no_time) return;
  const auto day = std::chrono::floor<std::chrono::days>(fix.time);
  const bool other = vehicle != vehicle_;
  if (other || day != day_) {
    end_day();
    day_ = day;
  }
  if (other) {
    vehicle_ = vehicle;
    last_kept_ = no_time;
  }
  ++now_.fixes;
  if (fix.verdict == Verdict::duplicate) ++now_.duplicates;
  if (fix.verdict == Verdict::late) ++now_.late;
  if (is_drift(fix.verdict)) ++now_.drifts;
  if (fix.repaired != TimeRepair::none) ++now_.repaired;
  if (fix.delay_s.has_value()) {
    delays_s_.push_back(fix.delay_s.value());
    if (fix.delay_s.value() > late_from_s) ++delayed_;
  }
  if (fix.clean) drive_to(fix);
}

void QualityDays::drive_to(const track::CleanedFix& fix) {
  ++now_.kept;
  if (last_kept_ != no_time) {
    const geo::LocalFrame frame{last_place_};
    const double way = geo::norm(frame.to_local(*fix.clean));
    const Milliseconds step = fix.time - last_kept_;
    now_.way_m += way;
    if (way <= stands_within_m || (way <= longest_seen_m && step <= longest_seen)) now_.seen_way_m += way;
    if (step <= longest_online) {
      // What lies before midnight was online on the day before, of which nothing more is asked.
      now_.online_s += seconds(std::min<Milliseconds>(step, fix.time - TimeUtc{day_}));
    }
  }
  last_kept_ = fix.time;
  last_place_ = *fix.clean;
}

void QualityDays::end_day() {
  if (now_.fixes == 0) return;
  VehicleDay told;
  told.vehicle = vehicle_;
  told.day = day_;
  told.counts = now_;
  const auto told_once = static_cast<double>(now_.fixes - now_.duplicates);
  told.completeness = share_of(now_.seen_way_m, now_.way_m);
  told.pass_rate = share_of(static_cast<double>(now_.kept), told_once);
  told.drift_share = share_of(static_cast<double>(now_.drifts), told_once);
  told.online_share = share_of(now_.online_s, 86400.0);
  told.late_share = share_of(static_cast<double>(delayed_), static_cast<double>(delays_s_.size()));
  if (!delays_s_.empty()) {
    told.delay_p50_s = quantile(delays_s_, 0.5);
    told.delay_p95_s = quantile(delays_s_, 0.95);
  }
  on_day_(told);
  now_ = {};
  delays_s_.clear();
  delayed_ = 0;
}

}  // namespace haulwatch::io
