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
  Chain<TerminalClock, IdentityWatch> chain_{TerminalClock{}, IdentityWatch{}};
  Chain<TerminalClock, IdentityWatch>::State state_;
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

}  // namespace
}  // namespace haulwatch::detect
