#pragma once

#include <haulwatch/geo/area.hpp>
#include <haulwatch/geo/local_frame.hpp>
#include <haulwatch/geo/segment.hpp>
#include <haulwatch/geo/shape.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

namespace haulwatch::test {

/// Where a vehicle was, as far as one area is concerned.
struct PlacedAt {
  TimeUtc time;
  geo::LocalPoint at;
};

/// One stay in an area; `left` is `no_time` for one that the history ends in.
struct Visit {
  TimeUtc entered = no_time;
  TimeUtc left = no_time;
};

/// The rule of `PresenceWatch` told once more, over a whole history and with all its edges: the slow twin.
class PresenceTwin {
 public:
  PresenceTwin(const geo::MultiPolygon& area, const std::vector<PlacedAt>& history, double sigma_m)
      : area_{area}, history_{history}, clear_m_{std::max(5.0, 2.0 * sigma_m)} {
    for (const PlacedAt& fix : history) depth_.push_back(-geo::signed_distance_m(area, fix.at));
  }

  [[nodiscard]] std::vector<Visit> visits() const {
    std::vector<Visit> all;
    for (std::size_t i = 0; i < depth_.size();) {
      if (depth_[i] < 0.0) {
        ++i;
        continue;
      }
      const std::size_t run_end = end_of_run(i);
      const double deepest = *std::max_element(depth_.begin() + at(i), depth_.begin() + at(run_end));
      if (run_end - i < 2 && deepest < 40.0) {
        const bool ended = run_end < depth_.size();
        if (ended && deepest >= clear_m_) all.push_back({crossing(i), crossing(run_end)});
        i = run_end;
        continue;
      }
      const std::size_t left = clear_leaving(run_end);
      all.push_back({crossing(i), left < depth_.size() ? crossing(left) : no_time});
      i = left < depth_.size() ? next_inside(left) : left;
    }
    return all;
  }

 private:
  static std::ptrdiff_t at(std::size_t i) { return static_cast<std::ptrdiff_t>(i); }

  std::size_t end_of_run(std::size_t i) const {
    while (i < depth_.size() && depth_[i] >= 0.0) ++i;
    return i;
  }
  std::size_t next_inside(std::size_t i) const {
    while (i < depth_.size() && depth_[i] < 0.0) ++i;
    return i;
  }

  /// The first of the fixes outside that, together, are clearly outside; none: the size of the history.
  std::size_t clear_leaving(std::size_t outside) const {
    while (outside < depth_.size()) {
      const std::size_t back = next_inside(outside);
      int beyond = 0;
      for (std::size_t i = outside; i < back; ++i) {
        beyond += depth_[i] <= -15.0 ? 1 : 0;
        if (beyond == 2 || depth_[i] <= -40.0) return outside;
      }
      outside = end_of_run(back);
    }
    return outside;
  }

  /// The last time that the way from the fix before cuts an edge.
  TimeUtc crossing(std::size_t i) const {
    if (i == 0) return history_[0].time;
    const PlacedAt& a = history_[i - 1];
    const PlacedAt& b = history_[i];
    double fraction = 0.0;
    const auto cut = [&](const geo::Ring& ring) {
      for (std::size_t k = 0; k < ring.size(); ++k)
        if (const auto meets = geo::meeting_of(a.at, b.at, ring[k], ring[(k + 1) % ring.size()]))
          fraction = std::max(fraction, meets->on_first);
    };
    for (const geo::Polygon& part : area_) {
      cut(part.outer);
      for (const geo::Ring& hole : part.holes) cut(hole);
    }
    return a.time + milliseconds(fraction * seconds(b.time - a.time));
  }

  const geo::MultiPolygon& area_;
  const std::vector<PlacedAt>& history_;
  double clear_m_;
  std::vector<double> depth_;
};

}  // namespace haulwatch::test
