// A stage of one's own, in the chain beside ours: it counts how often each truck was stopped on a Sunday, and says so.
// It reads what `Dwell` found by that finding's type; were it put before `Dwell`, this file would not compile.

#include <haulwatch/haulwatch.hpp>

#include <chrono>
#include <iostream>

namespace hw = haulwatch;

class SundayStops {
 public:
  struct State {
    std::uint32_t stops = 0;
  };
  using Finding = hw::detect::NoFinding<SundayStops>;

  explicit SundayStops(std::uint32_t allowed) : allowed_{allowed} {}

  template <class Facts>
  void on_sample(State& state, const hw::detect::Sample& sample, const hw::detect::World& world, Facts& facts,
                 hw::detect::Emit&) const noexcept {
    const auto& dwell = facts.template get<hw::detect::Dwell::Finding>();
    const std::chrono::weekday day{std::chrono::floor<std::chrono::days>(sample.time)};
    if (!dwell.just_started || day != std::chrono::Sunday || ++state.stops <= allowed_) return;
    std::cout << world.vehicle << " has stopped " << state.stops << " times this Sunday\n";
  }

  template <class Facts>
  void on_timer(State&, hw::TimeUtc, const hw::detect::World&, Facts&, hw::detect::Emit&) const noexcept {}

 private:
  std::uint32_t allowed_;
};
static_assert(hw::detect::Stage<SundayStops>);

struct NoEvents : hw::Sink {
  void on_event(const hw::Event&) override {}
};

int main() {
  using MyChain = hw::Chain<hw::detect::Locate, hw::detect::Dwell, hw::detect::SignalWatch, SundayStops>;
  const hw::DetectOptions ours;
  NoEvents sink;
  hw::BasicEngine<MyChain> engine{hw::registry::Registry::none(),
                                  MyChain{hw::detect::Locate{ours.locate}, hw::detect::Dwell{ours.dwell},
                                          hw::detect::SignalWatch{ours.signal}, SundayStops{1}},
                                  {},
                                  sink};
  const hw::VehicleIndex truck = engine.vehicle("ZF-101");
  const auto sunday = hw::TimeUtc{std::chrono::sys_days{std::chrono::March / 15 / 2026}};
  for (int minute = 0; minute < 120; ++minute) {
    hw::Fix fix;
    fix.vehicle = truck;
    fix.time = sunday + std::chrono::minutes{minute};
    const bool stands = minute % 30 >= 20;  // twenty minutes of driving, ten of standing
    fix.position = {121.0 + 0.005 * std::min(minute % 30, 20) + 0.1 * (minute / 30), 30.7};
    fix.speed_mps = stands ? 0.0F : 8.0F;
    engine.push(fix);
  }
  engine.finish();
}
