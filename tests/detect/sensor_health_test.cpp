#include <haulwatch/detect/sensor_health.hpp>

#include "detect/stage_run.hpp"

#include <haulwatch/detect/load_state.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace haulwatch::detect {
namespace {

using registry::SiteRole;
using test::box;
using test::s_of;
using test::StageRun;

/// Remembers what `SensorHealth` found last, and what came of it.
struct Probe {
  struct State {
    SensorHealth::Finding found;
    LoadState::Finding load;
  };
  using Finding = NoFinding<Probe>;
  template <class FactsView>
  void on_sample(State& state, const Sample&, const World&, FactsView& facts, Emit&) const noexcept {
    state.found = facts.template get<SensorHealth::Finding>();
    state.load = facts.template get<LoadState::Finding>();
  }
  template <class FactsView>
  void on_timer(State&, TimeUtc, const World&, FactsView&, Emit&) const noexcept {}
};

/// What a sensor makes of the truth, at a time in seconds.
using Lie = std::function<Sensors(Sensors, double)>;
const Lie honest = [](Sensors truth, double) { return truth; };

/// A truck that hauls from a pit to a tip 6 km away, a report every 20 s.
class Truck {
 public:
  /// \param pit     what the registry calls the place at which it is loaded
  /// \param permits of the truck; none: roles alone say what is done where
  explicit Truck(SiteRole pit = SiteRole::origin, const std::vector<registry::PermitDraft>& permits = {})
      : run_{county(pit, permits), Dwell{}, SignalWatch{}, SensorHealth{}, LoadState{}, Probe{}} {}

  Truck& lies(Lie lie) {
    lie_ = std::move(lie);
    return *this;
  }
  Truck& trips(int count) {
    for (; count > 0; --count) trip();
    return *this;
  }
  Truck& trip() {
    load();
    drive(0, 6000);
    stands(6000, 120);
    truth_.body_lift = Sensed::yes;
    truth_.cover_closed = Sensed::no;
    stands(6000, 100);
    truth_.load = LoadReading::empty;
    stands(6000, 40);
    truth_.body_lift = Sensed::no;
    truth_.cover_closed = Sensed::yes;
    stands(6000, 40);
    drive(6000, 0);
    return *this;
  }
  Truck& load() {
    stands(0, 60);
    truth_.cover_closed = Sensed::no;
    stands(0, 200);
    truth_.load = LoadReading::full;
    stands(0, 100);
    truth_.cover_closed = Sensed::yes;
    stands(0, 40);
    return *this;
  }
  /// Tips beside the road half way, and comes back.
  Truck& dumping_trip() {
    load();
    drive(0, 3000);
    truth_.body_lift = Sensed::yes;
    truth_.load = LoadReading::empty;
    stands(3000, 180);
    truth_.body_lift = Sensed::no;
    drive(3000, 0);
    return *this;
  }
  Truck& night() {
    truth_.ignition = Sensed::no;
    stands(0, 8 * 3600, 120);
    truth_.ignition = Sensed::yes;
    return *this;
  }
  /// At `speed`; what it reports of that is the truth unless told.
  Truck& drive(double from_m, double to_m, double speed = 14.0) {
    const double way = to_m > from_m ? speed * step_s : -speed * step_s;
    for (double at = from_m; way > 0 ? at < to_m : at > to_m; at += way) report(at, jammed_ ? 0.0 : speed, step_s);
    return *this;
  }
  Truck& stands(double at, double for_s, double every_s = step_s) {
    for (double t = 0; t < for_s; t += every_s) report(at, 0.0, every_s);
    return *this;
  }
  Truck& jammed(bool yes) {
    jammed_ = yes;
    return *this;
  }
  Truck& frozen(std::uint16_t fixes, double for_s) {
    run_.frozen(fixes);
    now_ += for_s;
    return *this;
  }

  /// `sensor sign revision`, or `sensor healed`.
  [[nodiscard]] std::vector<std::string> told() const {
    std::vector<std::string> all;
    for (const Event& event : run_.events()) {
      if (event.kind != EventKind::sensor_sick && event.kind != EventKind::sensor_healed) continue;
      const auto& finding = std::get<TerminalFinding>(event.details);
      const bool sick = event.kind == EventKind::sensor_sick;
      all.push_back(std::string{finding.sensor} + " " + (sick ? std::string{finding.sign} : "healed") +
                    (event.revision > 0 ? " " + std::to_string(event.revision) : ""));
    }
    return all;
  }
  [[nodiscard]] SensorTrust trust(SensorKind sensor) { return run_.state<Probe>().found.of(sensor); }
  [[nodiscard]] const LoadState::Finding& load_found() { return run_.state<Probe>().load; }
  [[nodiscard]] double now() const { return now_; }
  [[nodiscard]] const Event& last_told() const {
    const auto& events = run_.events();
    return *std::find_if(events.rbegin(), events.rend(), [](const Event& event) {
      return event.kind == EventKind::sensor_sick || event.kind == EventKind::sensor_healed;
    });
  }

 private:
  static constexpr double step_s = 20.0;

  void report(double at, double speed, double step) {
    run_.sensors(lie_(truth_, now_)).fix(now_, {at, 0.0}, speed);
    now_ += step;
  }

  static std::shared_ptr<const registry::Registry> county(SiteRole pit,
                                                          const std::vector<registry::PermitDraft>& permits) {
    test::RegistryBuilder builder = test::registry_at(test::test_frame);
    builder.site("pit", pit, box({0, 0}, 200, 200)).site("tip", SiteRole::disposal, box({6000, 0}, 200, 200));
    for (const registry::PermitDraft& permit : permits) builder.permit(permit);
    return builder.build();
  }

  StageRun<Dwell, SignalWatch, SensorHealth, LoadState, Probe> run_;
  Lie lie_ = honest;
  Sensors truth_{Sensed::yes, Sensed::no, Sensed::yes, LoadReading::empty};
  double now_ = 0.0;
  bool jammed_ = false;
};

Sensed opposite(Sensed sensed) {
  return sensed == Sensed::yes ? Sensed::no : Sensed::yes;
}
/// One of two sayings for `hold_s`, whatever is true.
bool nonsense(double now, double hold_s) {
  auto bits = static_cast<std::uint64_t>(now / hold_s) * 0x9E3779B97F4A7C15U;
  bits ^= bits >> 29U;
  bits *= 0xBF58476D1CE4E5B9U;
  return (bits >> 40U & 1U) != 0;
}

using Told = std::vector<std::string>;

TEST(SensorHealth, BelievesSensorsThatToldWhatMustHaveBeenTrue) {
  Truck truck;
  EXPECT_EQ(truck.trust(SensorKind::load), SensorTrust::unknown);
  truck.trips(2).night().trip();
  EXPECT_EQ(truck.told(), Told{});
  for (const auto sensor :
       {SensorKind::ignition, SensorKind::body_lift, SensorKind::cover_closed, SensorKind::load, SensorKind::speed})
    EXPECT_EQ(truck.trust(sensor), SensorTrust::sound) << name_of(sensor);
}

struct Case {
  const char* name;
  Lie lie;
  Told told;
};
std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << c.name;
}

class SickSensor : public ::testing::TestWithParam<Case> {};

TEST_P(SickSensor, IsNamedWithinTwoTripsAndAlone) {
  Truck truck;
  truck.trip().lies(GetParam().lie).trips(2).drive(0, 3000);
  EXPECT_EQ(truck.told(), GetParam().told);
}

Lie lift_says(std::function<Sensed(Sensed, double)> says) {
  return [says](Sensors truth, double now) {
    truth.body_lift = says(truth.body_lift, now);
    return truth;
  };
}
Lie cover_says(std::function<Sensed(Sensed, double)> says) {
  return [says](Sensors truth, double now) {
    truth.cover_closed = says(truth.cover_closed, now);
    return truth;
  };
}
Lie ignition_says(std::function<Sensed(Sensed, double)> says) {
  return [says](Sensors truth, double now) {
    truth.ignition = says(truth.ignition, now);
    return truth;
  };
}
Lie load_says(std::function<LoadReading(LoadReading, double)> says) {
  return [says](Sensors truth, double now) {
    truth.load = says(truth.load, now);
    return truth;
  };
}
constexpr auto stuck_no = [](Sensed, double) { return Sensed::no; };
constexpr auto stuck_yes = [](Sensed, double) { return Sensed::yes; };
constexpr auto inverted = [](Sensed truth, double) { return opposite(truth); };
constexpr auto drifting = [](Sensed, double now) { return nonsense(now, 160.0) ? Sensed::yes : Sensed::no; };
constexpr auto flickering = [](Sensed truth, double now) { return nonsense(now, 20.0) ? truth : opposite(truth); };

INSTANTIATE_TEST_SUITE_P(
    All, SickSensor,
    ::testing::Values(Case{"lift_stuck_down", lift_says(stuck_no), {"body_lift never_changes"}},
                      Case{"lift_stuck_up", lift_says(stuck_yes), {"body_lift never_changes"}},
                      Case{"lift_inverted", lift_says(inverted), {"body_lift never_changes", "body_lift inverted 1"}},
                      Case{"lift_flickers", lift_says(flickering), {"body_lift contradicts", "body_lift flickers 1"}},
                      Case{"lift_contradicts", lift_says(drifting), {"body_lift inverted", "body_lift contradicts 1"}},
                      Case{"cover_stuck_closed", cover_says(stuck_yes), {"cover_closed never_changes"}},
                      Case{"cover_stuck_open", cover_says(stuck_no), {"cover_closed never_changes"}},
                      Case{"cover_inverted", cover_says(inverted), {"cover_closed inverted"}},
                      Case{"ignition_stuck_off", ignition_says(stuck_no), {"ignition never_changes"}},
                      Case{"ignition_contradicts",
                           ignition_says(drifting),
                           {"ignition never_changes", "ignition inverted 1", "ignition contradicts 2"}},
                      Case{"load_stuck_full",
                           load_says([](LoadReading, double) { return LoadReading::full; }),
                           {"load never_changes"}},
                      Case{"load_stuck_empty",
                           load_says([](LoadReading, double) { return LoadReading::empty; }),
                           {"load never_changes"}},
                      Case{"load_inverted",
                           load_says([](LoadReading truth, double) {
                             return truth == LoadReading::full ? LoadReading::empty : LoadReading::full;
                           }),
                           {"load inverted"}},
                      Case{"load_contradicts",
                           load_says([](LoadReading, double now) {
                             return nonsense(now, 160.0) ? LoadReading::full : LoadReading::empty;
                           }),
                           {"load inverted", "load contradicts 1"}}),
    [](const auto& sick) { return std::string{sick.param.name}; });

TEST(SensorHealth, NamesAnIgnitionThatNoNightSwitchesOff) {
  Truck truck;
  truck.lies(ignition_says(stuck_yes)).trip().night().trip();
  EXPECT_EQ(truck.told(), Told{"ignition never_changes"});
}

TEST(SensorHealth, NamesASpeedOfNoughtWhileThePlaceMoves) {
  Truck truck;
  truck.trip().jammed(true).drive(0, 6000);
  EXPECT_EQ(truck.told(), Told{"speed never_changes"});
  EXPECT_EQ(truck.trust(SensorKind::speed), SensorTrust::sick);
}

TEST(SensorHealth, DatesASicknessToItsFirstContradiction) {
  Truck truck;
  truck.trips(3);
  const double broken = truck.now();
  truck.lies(load_says([](LoadReading, double) { return LoadReading::empty; })).trips(2).drive(0, 1000);
  ASSERT_EQ(truck.told(), Told{"load never_changes"});
  const Event& event = truck.last_told();
  EXPECT_GT(s_of(event.time), broken);
  EXPECT_LT(s_of(event.time), broken + 600);
  EXPECT_GT(event.detected, event.time);
}

TEST(SensorHealth, HoldsALoadThatWentElsewhereAgainstNoSensor) {
  Truck truck;
  truck.trips(2);
  for (int i = 0; i < 6; ++i) truck.dumping_trip();
  EXPECT_EQ(truck.told(), Told{});
  EXPECT_EQ(truck.trust(SensorKind::load), SensorTrust::sound);
}

TEST(SensorHealth, AsksOfAPlaceWhatThePermitsAllowThere) {
  for (const SiteRole role : {SiteRole::transfer, SiteRole::dock}) {
    Truck truck{role, {test::permit_between("P-1", "pit", "tip")}};
    truck.trips(5);
    EXPECT_EQ(truck.told(), Told{}) << "no body is raised where it is loaded";
    EXPECT_EQ(truck.trust(SensorKind::load), SensorTrust::sound);
    truck.lies(lift_says(stuck_no)).trips(2);
    EXPECT_EQ(truck.told(), Told{"body_lift never_changes"});
  }
}

TEST(SensorHealth, AsksNothingWhereATruckMayLoadAndUnload) {
  Truck truck{SiteRole::transfer,
              {test::permit_between("P-1", "pit", "tip"), test::permit_between("P-2", "tip", "pit")}};
  truck.trips(5);
  EXPECT_EQ(truck.told(), Told{});
}

TEST(SensorHealth, NamesALiftThatWasNotUpBetweenTwoLoadings) {
  Truck truck;
  truck.trip().lies(lift_says(stuck_no));
  for (int i = 0; i < 3; ++i) truck.dumping_trip();
  EXPECT_EQ(truck.told(), Told{"body_lift never_changes"}) << "wherever the loads went";
}

TEST(SensorHealth, LetsASickSensorWeighNothing) {
  Truck truck;
  truck.trips(3);
  EXPECT_TRUE(truck.load_found().sensor_sound);
  EXPECT_TRUE(truck.load_found().lift_sees);
  EXPECT_FALSE(truck.load_found().lift_sick);
  truck.lies(lift_says(stuck_yes)).trips(2);
  EXPECT_TRUE(truck.load_found().lift_sick);
  EXPECT_FALSE(truck.load_found().lift_sees) << "though it was up in every unloading";
  EXPECT_TRUE(truck.load_found().sensor_sound) << "the load sensor is another one";
}

TEST(SensorHealth, SaysThatASickSensorHealed) {
  Truck truck;
  truck.lies(lift_says(stuck_no)).trips(3);
  EXPECT_EQ(truck.trust(SensorKind::body_lift), SensorTrust::sick);
  truck.lies(honest).trips(2);
  EXPECT_EQ(truck.told(), Told{"body_lift never_changes"}) << "not before it was right three times in a row";
  truck.trips(4);
  EXPECT_EQ(truck.told(), (Told{"body_lift never_changes", "body_lift healed"}));
  EXPECT_EQ(truck.trust(SensorKind::body_lift), SensorTrust::sound);
}

TEST(SensorHealth, SaysThatASensorFellSilent) {
  Truck truck;
  truck.trips(2).lies(cover_says([](Sensed, double) { return Sensed::unknown; })).trips(4);
  EXPECT_EQ(truck.told(), Told{"cover_closed falls_silent"});
  truck.lies(honest).trips(1);
  EXPECT_EQ(truck.told(), (Told{"cover_closed falls_silent", "cover_closed healed"}));
}

TEST(SensorHealth, SaysNothingOfASensorThatWasNeverThere) {
  Truck truck;
  truck.lies([](Sensors, double) { return Sensors{}; }).trips(5).night();
  EXPECT_EQ(truck.told(), Told{});
  EXPECT_EQ(truck.trust(SensorKind::load), SensorTrust::unknown);
}

TEST(SensorHealth, AsksNoLiftAndNoNightOfAVessel) {
  Truck truck;
  truck.lies([](Sensors truth, double) {
    truth.body_lift = Sensed::no;
    truth.cover_closed = Sensed::yes;
    truth.ignition = Sensed::yes;
    return truth;
  });
  for (int i = 0; i < 3; ++i) truck.load().drive(0, 6000, 3.0).stands(6000, 300).drive(6000, 0, 3.0).night();
  EXPECT_EQ(truck.told(), Told{});
}

TEST(SensorHealth, TellsAFrozenPlaceOnceForAllItsSpells) {
  Truck truck;
  truck.trip().drive(0, 1000).frozen(6, 120).drive(1400, 3000).frozen(8, 160).drive(3600, 6000);
  EXPECT_EQ(truck.told(), Told{"position never_changes"});
  EXPECT_EQ(truck.trust(SensorKind::position), SensorTrust::sick);
  truck.stands(6000, 3600);
  EXPECT_EQ(truck.told(), (Told{"position never_changes", "position healed"}));
}

}  // namespace
}  // namespace haulwatch::detect
