#pragma once

#include "detect/stage_run.hpp"
#include "support/registry_builder.hpp"

#include <haulwatch/detect/haul.hpp>
#include <haulwatch/detect/locate.hpp>
#include <haulwatch/detect/manifest_watch.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace haulwatch::test {

/// A truck's day in a few words, through the stages that tell trips: reports every 10 s, 10 m/s between places.
class HaulStory {
 public:
  explicit HaulStory(std::shared_ptr<const registry::Registry> registry, double from_s = 0.0)
      : run_{kept(std::move(registry)), detect::Locate{},      detect::RouteMonitor{},
             detect::Dwell{},           detect::SignalWatch{}, detect::LoadState{},
             detect::DumpSuspicion{},   detect::Haul{},        detect::ManifestWatch{}},
        now_s_{from_s} {}

  /// Events name sites and permits by views into the registry, and a test looks at them after its story is told.
  static std::shared_ptr<const registry::Registry> kept(std::shared_ptr<const registry::Registry> registry) {
    static std::vector<std::shared_ptr<const registry::Registry>> all;
    return all.emplace_back(std::move(registry));
  }

  HaulStory& at(geo::LocalPoint place) {
    place_ = place;
    return *this;
  }
  HaulStory& stands(double minutes) {
    run_.stands(now_s_, now_s_ + 60.0 * minutes, 10, place_, 0.0);
    now_s_ += 60.0 * minutes + 10.0;
    return *this;
  }
  HaulStory& drives(geo::LocalPoint to) {
    const double span = geo::distance(place_, to) / 10.0;
    run_.line(now_s_, now_s_ + span, 10, place_, to, 10.0);
    now_s_ += 10.0 * (std::floor(span / 10.0) + 1.0);
    place_ = to;
    return *this;
  }
  /// Nothing is heard of what it does meanwhile.
  HaulStory& dark(double minutes, geo::LocalPoint comes_to) {
    now_s_ += 60.0 * minutes;
    place_ = comes_to;
    return *this;
  }
  HaulStory& says(LoadReading load) {
    run_.sensors({.load = load});
    return *this;
  }
  HaulStory& owes_manifests(detect::ManifestDuty duty) {
    run_.owes_manifests(std::move(duty));
    return *this;
  }
  HaulStory& learns(const Manifest& manifest) {
    run_.learns(manifest);
    return *this;
  }
  HaulStory& silent_until(double time_s) {
    run_.silent_until(time_s);
    return *this;
  }

  [[nodiscard]] double now_s() const noexcept { return now_s_; }
  [[nodiscard]] TimeUtc now() const noexcept { return at_s(now_s_); }
  [[nodiscard]] std::vector<Event> events(EventKind kind) const { return run_.events(kind); }

  [[nodiscard]] std::vector<Trip> trips() const {
    std::vector<Trip> all;
    for (const Event& event : run_.events(EventKind::trip_ended)) all.push_back(std::get<Trip>(event.details));
    return all;
  }
  [[nodiscard]] Trip only_trip() const {
    const std::vector<Trip> all = trips();
    EXPECT_EQ(all.size(), 1U);
    return all.empty() ? Trip{} : all.front();
  }

 private:
  StageRun<detect::Locate, detect::RouteMonitor, detect::Dwell, detect::SignalWatch, detect::LoadState,
           detect::DumpSuspicion, detect::Haul, detect::ManifestWatch>
      run_;
  double now_s_;
  geo::LocalPoint place_;
};

/// `wrong_destination off_hours`; empty for a clean trip.
[[nodiscard]] inline std::string faults_of(const Trip& trip) {
  std::string all;
  trip.faults.for_each([&](TripFault fault) { all += (all.empty() ? "" : " ") + std::string{name_of(fault)}; });
  return all;
}

}  // namespace haulwatch::test
