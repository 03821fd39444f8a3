#pragma once

#include "support/registry_builder.hpp"

#include <haulwatch/detect/manifest_shelf.hpp>
#include <haulwatch/detect/stage.hpp>
#include <haulwatch/engine/chain.hpp>
#include <haulwatch/engine/manifest_names.hpp>
#include <haulwatch/event.hpp>
#include <haulwatch/manifest.hpp>
#include <haulwatch/registry/registry.hpp>
#include <haulwatch/units.hpp>

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace haulwatch::test {

/// Midnight at +08:00, from which tests count their seconds.
inline constexpr TimeUtc test_day = std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} + std::chrono::hours{16};
inline constexpr LonLat test_frame{121.0, 30.7};

[[nodiscard]] inline TimeUtc at_s(double seconds_after) {
  return test_day + milliseconds(seconds_after);
}
/// Seconds after midnight; -1 for no time.
[[nodiscard]] inline double s_of(TimeUtc time) {
  return time == no_time ? -1.0 : seconds(time - test_day);
}

/// Runs stages alone on samples made by hand, in metres of the registry's frame, as the engine would.
template <class... Stages>
class StageRun {
 public:
  explicit StageRun(std::shared_ptr<const registry::Registry> registry, Stages... stages)
      : registry_{std::move(registry)}, chain_{std::move(stages)...} {}

  /// Of each place, metres.
  StageRun& sigma(double metres) {
    sigma_m_ = metres;
    return *this;
  }
  /// What its body says from now on.
  StageRun& sensors(Sensors sensors) {
    sensors_ = sensors;
    return *this;
  }
  /// Whether local metres are those of the registry.
  StageRun& in_registry_frame(bool yes) {
    registry_frame_ = yes;
    return *this;
  }

  /// From now on these loads owe a manifest.
  StageRun& owes_manifests(detect::ManifestDuty duty) {
    shelf_.emplace(std::make_shared<const detect::ManifestDuty>(std::move(duty)));
    return *this;
  }
  /// The platform learns of a version, at its `at`.
  StageRun& learns(const Manifest& manifest) {
    detect::Emit emit = emit_now();
    const detect::World world = world_now();
    chain_.fire_timers_before(state_, manifest.at, world, emit);
    shelf_->put(ManifestNames{*registry_}.note(manifest, ids_.emplace_back(manifest.id)));
    chain_.on_manifests(state_, manifest.at, world, emit);
    return *this;
  }

  StageRun& fix(double time_s, geo::LocalPoint place, std::optional<double> speed = std::nullopt) {
    detect::Sample sample;
    sample.time = at_s(time_s);
    sample.fix.time = sample.time;
    sample.fix.position = registry_->frame().to_lon_lat(place);
    sample.raw = sample.place = place;
    sample.sigma_m = sample.fix_sigma_m = sigma_m_;
    sample.fix.sensors = sensors_;
    sample.first = !last_;
    if (last_ && sample.time > last_->time)
      sample.velocity = (1.0 / seconds(sample.time - last_->time)) * (place - last_->place);
    if (speed) {
      sample.fix.speed_mps = static_cast<float>(*speed);
      sample.speed_trusted = true;
    }
    detect::Emit emit = emit_now();
    const detect::World world = world_now();
    chain_.fire_timers_before(state_, sample.time, world, emit);
    chain_.on_sample(state_, sample, world, emit);
    last_ = sample;
    return *this;
  }

  /// Fixes every `step_s` from `from_s` to `to_s`, both included, on the straight line between two places.
  StageRun& line(double from_s, double to_s, double step_s, geo::LocalPoint a, geo::LocalPoint b,
                 std::optional<double> speed = std::nullopt) {
    for (double t = from_s; t <= to_s + 1e-9; t += step_s)
      fix(t, to_s > from_s ? a + ((t - from_s) / (to_s - from_s)) * (b - a) : a, speed);
    return *this;
  }
  StageRun& stands(double from_s, double to_s, double step_s, geo::LocalPoint at,
                   std::optional<double> speed = std::nullopt) {
    return line(from_s, to_s, step_s, at, at, speed);
  }

  /// Nothing is heard up to and at that time.
  StageRun& silent_until(double time_s) {
    detect::Emit emit = emit_now();
    chain_.fire_timers_before(state_, at_s(time_s) + Milliseconds{1}, world_now(), emit);
    return *this;
  }

  [[nodiscard]] const std::vector<Event>& events() const noexcept { return events_; }
  [[nodiscard]] std::vector<Event> events(EventKind kind) const {
    std::vector<Event> some;
    for (const Event& event : events_)
      if (event.kind == kind) some.push_back(event);
    return some;
  }
  /// `name@seconds` of each event, in order.
  [[nodiscard]] std::vector<std::string> story() const {
    std::vector<std::string> all;
    for (const Event& event : events_)
      all.push_back(std::string{name_of(event.kind)} + "@" + std::to_string(std::lround(s_of(event.time))));
    return all;
  }
  template <class Stage>
  [[nodiscard]] const typename Stage::State& state() noexcept {
    return state_.stages.template of<Stage>();
  }

 private:
  detect::World world_now() {
    return {*registry_,
            "ZF-1",
            registry_->frame(),
            registry_frame_,
            registry_->permits_of("ZF-1"),
            shelf_ ? &*shelf_ : nullptr};
  }
  detect::Emit emit_now() {
    detect::Emit emit;
    emit.at_vehicle(events_, "ZF-1", sequence_, registry_->version());
    return emit;
  }

  std::shared_ptr<const registry::Registry> registry_;
  Chain<Stages...> chain_;
  typename Chain<Stages...>::State state_;
  std::vector<Event> events_;
  std::optional<detect::Sample> last_;
  std::optional<detect::ManifestShelf> shelf_;
  std::deque<std::string> ids_;
  std::uint32_t sequence_ = 0;
  Sensors sensors_;
  double sigma_m_ = 3.0;
  bool registry_frame_ = true;
};

template <class... Stages>
StageRun(std::shared_ptr<const registry::Registry>, Stages...) -> StageRun<Stages...>;

}  // namespace haulwatch::test
