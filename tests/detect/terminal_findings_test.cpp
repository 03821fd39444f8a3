#include <haulwatch/detect/identity_watch.hpp>
#include <haulwatch/detect/terminal_clock.hpp>

#include "detect/stage_run.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace haulwatch::detect {
namespace {

using test::at_s;
using test::s_of;

/// How often the stages behind were told that what they remember may be another vehicle's.
struct LostTracks {
  struct State {
    int count = 0;
  };
  using Finding = NoFinding<LostTracks>;
  template <class FactsView>
  void on_sample(State& state, const Sample&, const World&, FactsView& facts, Emit&) const noexcept {
    if (facts.template get<IdentityWatch::Finding>().lost_track) ++state.count;
  }
  template <class FactsView>
  void on_timer(State&, TimeUtc, const World&, FactsView&, Emit&) const noexcept {}
};

/// One vehicle's samples, as the front tells of its terminal.
class Terminal {
 public:
  Terminal& repaired(double time_s, TimeRepair repair, float ahead_s = 0.0F) {
    Sample sample = sample_at(time_s);
    sample.fix.repaired = repair;
    sample.clock_ahead_s = ahead_s;
    return give(sample);
  }
  Terminal& shared(double time_s, TimeUtc since) {
    Sample sample = sample_at(time_s);
    sample.shared_since = since;
    sample.apart_m = since == no_time ? 0.0F : 5000.0F;
    return give(sample);
  }
  /// At that place, metres east; in whole minutes a report every 10 s.
  Terminal& at(double from_s, double to_s, double east_m, double speed_mps = 0.0) {
    for (double time = from_s; time < to_s; time += 10.0) {
      Sample sample = sample_at(time);
      sample.raw = {east_m + speed_mps * (time - from_s), 0.0};
      give(sample);
    }
    return *this;
  }
  [[nodiscard]] int lost_tracks() { return state_.stages.of<LostTracks>().count; }
  /// `from m@s, to m@s`, in order.
  [[nodiscard]] std::vector<std::string> jumps() const {
    std::vector<std::string> all;
    for (const Event& event : events_) {
      const auto& jump = std::get<TrackJump>(event.details);
      const auto east = [](LonLat place) {
        return std::to_string(std::lround(test::registry_at(test::test_frame).build()->frame().to_local(place).x));
      };
      all.push_back(east(jump.from) + "@" + std::to_string(std::lround(s_of(jump.start))) + ", " + east(*event.place) +
                    "@" + std::to_string(std::lround(s_of(jump.end))));
    }
    return all;
  }
  /// `sign@seconds`, in order.
  [[nodiscard]] std::vector<std::string> told() const {
    std::vector<std::string> all;
    for (const Event& event : events_)
      all.push_back(std::string{std::get<TerminalFinding>(event.details).sign} + "@" +
                    std::to_string(std::lround(s_of(event.time))));
    return all;
  }

 private:
  static Sample sample_at(double time_s) {
    Sample sample;
    sample.time = sample.fix.time = at_s(time_s);
    return sample;
  }
  Terminal& give(const Sample& sample) {
    const World world{*registry_, "ZF-1", registry_->frame(), true, {}, nullptr};
    Emit emit;
    emit.at_vehicle(events_, "ZF-1", sequence_, registry_->version());
    chain_.on_sample(state_, sample, world, emit);
    return *this;
  }

  std::shared_ptr<const registry::Registry> registry_ = test::registry_at(test::test_frame).build();
  using Stages = Chain<TerminalClock, IdentityWatch, LostTracks>;
  Stages chain_{TerminalClock{}, IdentityWatch{}, LostTracks{}};
  Stages::State state_;
  std::vector<Event> events_;
  std::uint32_t sequence_ = 0;
};

using Told = std::vector<std::string>;

TEST(TerminalClock, TellsAWrongClockOnceAnEpisode) {
  Terminal terminal;
  for (int i = 0; i < 100; ++i) terminal.repaired(10.0 * i, TimeRepair::week_rollover);
  EXPECT_EQ(terminal.told(), Told{"week_rollover@0"});
  terminal.repaired(1500, TimeRepair::none).repaired(2500, TimeRepair::week_rollover);
  EXPECT_EQ(terminal.told(), Told{"week_rollover@0"}) << "half an hour has not passed";
  terminal.repaired(4400, TimeRepair::none).repaired(4500, TimeRepair::week_rollover);
  EXPECT_EQ(terminal.told(), (Told{"week_rollover@0", "week_rollover@4500"}));
}

TEST(TerminalClock, TellsAnOffsetThatIsOnlyEstimated) {
  Terminal terminal;
  terminal.repaired(0, TimeRepair::none).repaired(10, TimeRepair::none, -42.0F).repaired(20, TimeRepair::none, -42.0F);
  EXPECT_EQ(terminal.told(), Told{"offset@10"});
}

TEST(TerminalClock, SaysNoMoreOfAClockThatIsBeingPutRight) {
  Terminal terminal;
  terminal.repaired(0, TimeRepair::local_time, 28'800.0F).repaired(10, TimeRepair::none, 28'800.0F);
  EXPECT_EQ(terminal.told(), Told{"local_time@0"});
}

TEST(IdentityWatch, TellsTwoVehiclesOnceFromTheFirstFixOfTheSecond) {
  Terminal terminal;
  terminal.shared(90, no_time);
  for (int i = 10; i < 50; ++i) terminal.shared(10.0 * i, at_s(60));
  EXPECT_EQ(terminal.told(), Told{"shared_id@60"});
  terminal.shared(1000, no_time).shared(1010, at_s(1005));
  EXPECT_EQ(terminal.told(), (Told{"shared_id@60", "shared_id@1005"})) << "another time";
}

TEST(IdentityWatch, TellsATrackThatGoesOnWhereNobodyCanHaveDriven) {
  Terminal terminal;
  terminal.at(0, 100, 0, 10.0).at(100, 150, 8'000, 10.0);
  EXPECT_EQ(terminal.jumps(), Told{}) << "not for a minute";
  terminal.at(150, 400, 8'500, 10.0);
  EXPECT_EQ(terminal.jumps(), Told{"900@90, 8000@100"});
}

TEST(IdentityWatch, ForgetsNoTrackThatAReceiverHeld) {
  Terminal held;
  held.at(0, 200, 0).at(200, 400, 6'000, 10.0);
  EXPECT_EQ(held.jumps(), Told{"0@190, 6000@200"});
  EXPECT_EQ(held.lost_tracks(), 0) << "it may have driven that since the place was held";
  Terminal far;
  far.at(0, 200, 0).at(200, 400, 9'000, 10.0);
  EXPECT_EQ(far.lost_tracks(), 1);
  Terminal driving;
  driving.at(0, 200, 0, 10.0).at(200, 400, 6'000, 10.0);
  EXPECT_EQ(driving.lost_tracks(), 1);
}

TEST(IdentityWatch, TellsNoPlaceThatWasWild) {
  Terminal terminal;
  terminal.at(0, 100, 0).at(100, 150, 8'000).at(150, 400, 0);
  EXPECT_EQ(terminal.jumps(), Told{});
  terminal.at(400, 450, 8'000).at(450, 900, 3'000);
  EXPECT_EQ(terminal.jumps(), Told{"8000@440, 3000@450"}) << "on from there";
}

TEST(IdentityWatch, TellsNoWayThatCanBeDriven) {
  Terminal terminal;
  terminal.at(0, 100, 0).at(300, 400, 8'000).at(400, 500, 8'900);
  EXPECT_EQ(terminal.jumps(), Told{}) << "8 km in 210 s, and 900 m";
}

}  // namespace
}  // namespace haulwatch::detect
