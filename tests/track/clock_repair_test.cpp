#include <haulwatch/track/clock_repair.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace haulwatch::track {
namespace {

using namespace std::chrono_literals;

const TimeUtc noon = std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} + 12h;
constexpr Milliseconds rollover = std::chrono::weeks{1024};

/// A terminal that reports every 20 s and whose reports take 1 s.
class Terminal {
 public:
  /// \param wrong what its clock is ahead
  Terminal& reports(int count, Milliseconds wrong = 0ms, Milliseconds delay = 1s) {
    for (; count > 0; --count) one(wrong, delay);
    return *this;
  }
  /// What was kept in a dead zone arrives at once.
  Terminal& backfills(int count, Milliseconds wrong = 0ms) {
    const TimeUtc arrival = now_ + count * 20s;
    for (; count > 0; --count) one(wrong, arrival - now_);
    return *this;
  }
  Terminal& arrivals_unknown() {
    arrivals_known_ = false;
    return *this;
  }

  /// Of all reports since the last call: whether each is the truth to within 2 s.
  [[nodiscard]] int wrong_ones() {
    int wrong = 0;
    for (std::size_t i = 0; i < fixes_.size(); ++i) {
      const Milliseconds error = fixes_[i].time - truth_[i];
      if (error > 2s || error < -2s) ++wrong;
    }
    return wrong;
  }
  Terminal& forget() {
    fixes_.clear();
    truth_.clear();
    return *this;
  }
  [[nodiscard]] const std::vector<Fix>& fixes() const { return fixes_; }
  [[nodiscard]] Milliseconds ahead_by() const { return ClockRepair::ahead_by(state_); }

 private:
  void one(Milliseconds wrong, Milliseconds delay) {
    Fix fix;
    fix.time = now_ + wrong;
    if (arrivals_known_) fix.received = now_ + delay;
    truth_.push_back(now_);
    fixes_.push_back(clock_.repaired(state_, fix));
    now_ += 20s;
  }

  ClockRepair clock_;
  ClockRepair::State state_;
  TimeUtc now_ = noon;
  bool arrivals_known_ = true;
  std::vector<Fix> fixes_;
  std::vector<TimeUtc> truth_;
};

bool all_marked(const Terminal& terminal, TimeRepair repair) {
  for (const Fix& fix : terminal.fixes())
    if (fix.repaired != repair) return false;
  return true;
}

TEST(ClockRepair, LeavesARightClockAlone) {
  Terminal terminal;
  terminal.reports(50).backfills(40).reports(300, 0ms, 15s).reports(5, 0ms, 50s);
  EXPECT_EQ(terminal.wrong_ones(), 0);
  EXPECT_TRUE(all_marked(terminal, TimeRepair::none));
  EXPECT_EQ(terminal.ahead_by(), 0ms);
}

TEST(ClockRepair, LosesNothingOfAWeekRollover) {
  Terminal terminal;
  terminal.reports(30, -rollover).backfills(100, -rollover).reports(30, -2 * rollover);
  EXPECT_EQ(terminal.wrong_ones(), 0);
  EXPECT_TRUE(all_marked(terminal, TimeRepair::week_rollover));
}

TEST(ClockRepair, KnowsAWeekRolloverByTheNewestFixWhereArrivalsAreUnknown) {
  Terminal terminal;
  terminal.arrivals_unknown().reports(3);
  terminal.forget().reports(30, -rollover);
  EXPECT_EQ(terminal.wrong_ones(), 0);
  EXPECT_TRUE(all_marked(terminal, TimeRepair::week_rollover));
}

TEST(ClockRepair, LeavesADeadClockToAdmission) {
  Terminal terminal;
  terminal.reports(10, -rollover + std::chrono::days{400});
  EXPECT_TRUE(all_marked(terminal, TimeRepair::none));
  EXPECT_EQ(terminal.wrong_ones(), 10);
}

TEST(ClockRepair, TakesALocalTimeBackOnceThreeFixesAgree) {
  Terminal terminal;
  terminal.reports(40, 8h);
  EXPECT_EQ(terminal.wrong_ones(), 2) << "one fix, or two, prove nothing of those after it";
  EXPECT_EQ(terminal.fixes().back().repaired, TimeRepair::local_time);
  EXPECT_EQ(terminal.ahead_by(), 8h);
  terminal.forget().backfills(60, 8h);
  EXPECT_EQ(terminal.wrong_ones(), 0) << "what was kept is as far ahead";
}

TEST(ClockRepair, TakesAnOffsetOffAsFarAsArrivalsProveIt) {
  Terminal terminal;
  terminal.reports(3, 200s).forget().reports(40, 200s);
  EXPECT_EQ(terminal.wrong_ones(), 0);
  EXPECT_TRUE(all_marked(terminal, TimeRepair::offset));
}

TEST(ClockRepair, OneWildTimeProvesNothing) {
  Terminal terminal;
  terminal.reports(5).reports(1, 3h).reports(5).reports(1, 5h).reports(5);
  EXPECT_EQ(terminal.wrong_ones(), 2);
  EXPECT_TRUE(all_marked(terminal, TimeRepair::none));
}

TEST(ClockRepair, PutsAClockForwardThatWasSetBackAtARestart) {
  Terminal terminal;
  terminal.reports(60).forget().reports(40, -25min);
  EXPECT_LE(terminal.wrong_ones(), 10);
  EXPECT_EQ(terminal.fixes().back().repaired, TimeRepair::jump);
  terminal.forget().reports(60);
  EXPECT_EQ(terminal.wrong_ones(), 0);
  EXPECT_EQ(terminal.ahead_by(), 0ms) << "it has been right for long enough";
}

TEST(ClockRepair, TakesNoBackfillForAClockThatWasSetBack) {
  Terminal terminal;
  terminal.reports(60).backfills(500).reports(10).backfills(30).reports(30);
  EXPECT_EQ(terminal.wrong_ones(), 0);
  EXPECT_TRUE(all_marked(terminal, TimeRepair::none));
}

TEST(ClockRepair, FollowsAClockThatIsSetRight) {
  Terminal terminal;
  terminal.reports(30, 8h).forget().reports(100);
  EXPECT_EQ(terminal.wrong_ones(), 0);
}

TEST(ClockRepair, EstimatesAClockThatWasAlwaysBehindAndLeavesItAlone) {
  Terminal terminal;
  terminal.reports(250, -45s);
  EXPECT_EQ(terminal.ahead_by(), -46s) << "a slow way to the platform looks the same";
  EXPECT_TRUE(all_marked(terminal, TimeRepair::none));
}

}  // namespace
}  // namespace haulwatch::track
