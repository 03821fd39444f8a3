#include <haulwatch/io/quality_writer.hpp>

#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/io/detail/append_text.hpp>
#include <haulwatch/io/detail/csv_cells.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

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

void append_cell(std::string& row, std::uint64_t value) {
  row += ',';
  detail::append_integer(row, value);
}
void append_metres(std::string& row, double value) {
  row += ',';
  detail::append_fixed<1>(row, value);
}
void append_share(std::string& row, double part, double whole) {
  row += ',';
  if (whole > 0.0) detail::append_fixed<3>(row, part / whole);
}

}  // namespace

void DayQuality::clear() noexcept {
  std::vector<float> delays = std::move(delays_s);
  delays.clear();
  *this = {};
  delays_s = std::move(delays);
}

void QualityWriter::add(std::string_view vehicle, const track::CleanedFix& fix) {
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
    ++now_.timed;
    now_.delays_s.push_back(fix.delay_s.value());
    if (fix.delay_s.value() > late_from_s) ++now_.delayed;
  }
  if (fix.clean) drive_to(fix);
}

void QualityWriter::drive_to(const track::CleanedFix& fix) {
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

void QualityWriter::end_day() {
  if (now_.fixes == 0) return;
  row_.clear();
  detail::CsvCells{row_}.text(vehicle_);
  std::string time;
  detail::append_time(time, TimeUtc{day_});
  row_.append(time, 0, 10);
  for (const std::uint64_t count : {now_.fixes, now_.kept, now_.duplicates, now_.late, now_.drifts, now_.repaired})
    append_cell(row_, count);
  for (const double value : {now_.way_m, now_.seen_way_m, now_.online_s}) append_metres(row_, value);
  const auto told_once = static_cast<double>(now_.fixes - now_.duplicates);
  append_share(row_, now_.seen_way_m, now_.way_m);
  append_share(row_, static_cast<double>(now_.kept), told_once);
  append_share(row_, static_cast<double>(now_.drifts), told_once);
  append_share(row_, now_.online_s, 86400.0);
  for (const double share : {0.5, 0.95}) {
    row_ += ',';
    if (now_.timed > 0) detail::append_fixed<1>(row_, static_cast<double>(quantile(now_.delays_s, share)));
  }
  append_share(row_, static_cast<double>(now_.delayed), static_cast<double>(now_.timed));
  row_ += '\n';
  file_.write(row_);
  now_.clear();
}

void QualityWriter::close() {
  end_day();
  file_.close();
}

}  // namespace haulwatch::io
