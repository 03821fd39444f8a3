#include "small_world.hpp"

#include <haulwatch/io/time_text.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace haulwatch::simulation {
namespace {

using namespace std::chrono_literals;

std::string text(const boost::json::object& line, const char* key) {
  return std::string{line.at(key).as_string()};
}

TimeUtc time_of(const boost::json::object& line, const char* key) {
  return io::parse_rfc3339(text(line, key)).value();
}

class TruthOfAWorld : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    world_ = new World{world_of(6, 90, 40h, "hostile")};
    lived_ = new LivedWorld{live(*world_)};
    lines_ = new std::vector<boost::json::object>{lived_->truth_lines()};
    for (std::uint32_t i = 0; i < world_->names().size(); ++i) (*numbers_)[world_->names()[i]] = i;
  }
  static void TearDownTestSuite() {
    delete world_;
    delete lived_;
    delete lines_;
    delete numbers_;
  }

  static const std::vector<LivedPiece>& motion_of(const boost::json::object& line) {
    return lived_->motion.at(numbers_->at(text(line, "vehicle")));
  }

  /// The motion at one instant, by a search that shares nothing with the writer of the truth.
  static MotionState state_at(const boost::json::object& line, TimeUtc time) {
    const auto& pieces = motion_of(line);
    auto piece = std::upper_bound(pieces.begin(), pieces.end(), time,
                                  [](TimeUtc t, const LivedPiece& p) { return t < p.motion.start; });
    --piece;
    return state_of(piece->motion, seconds(time - piece->motion.start));
  }

  static World* world_;
  static LivedWorld* lived_;
  static std::vector<boost::json::object>* lines_;
  static std::map<std::string, std::uint32_t>* numbers_;
};

World* TruthOfAWorld::world_ = nullptr;
LivedWorld* TruthOfAWorld::lived_ = nullptr;
std::vector<boost::json::object>* TruthOfAWorld::lines_ = nullptr;
std::map<std::string, std::uint32_t>* TruthOfAWorld::numbers_ = new std::map<std::string, std::uint32_t>;

TEST_F(TruthOfAWorld, CallsHaltsOnlyWhatStandsStill) {
  std::size_t halts = 0;
  for (const auto& line : *lines_) {
    if (text(line, "kind") != "halt") continue;
    ++halts;
    const TimeUtc start = time_of(line, "start");
    const TimeUtc end = time_of(line, "end");
    ASSERT_GE(end - start, 10s);
    const MotionState first = state_at(line, start);
    const MotionState last = state_at(line, end - 1ms);
    ASSERT_EQ(first.speed_mps, 0.0) << boost::json::serialize(line);
    ASSERT_NEAR(first.odometer_m, last.odometer_m, 1e-6) << boost::json::serialize(line);
  }
  EXPECT_GT(halts, 500U);
}

TEST_F(TruthOfAWorld, PutsEachStopWhereTheVehicleTrulyStood) {
  for (const auto& line : *lines_) {
    if (text(line, "kind") != "stop_ended") continue;
    const geo::LocalPoint told =
        world_->county().frame().to_local({line.at("lon").as_double(), line.at("lat").as_double()});
    ASSERT_LT(geo::distance(told, state_at(line, time_of(line, "start")).at), 0.1) << boost::json::serialize(line);
  }
}

TEST_F(TruthOfAWorld, LetsEpisodesEndAfterTheirStart) {
  for (const auto& line : *lines_) {
    if (!line.contains("start") || !line.contains("end")) continue;
    ASSERT_LE(time_of(line, "start"), time_of(line, "end")) << boost::json::serialize(line);
  }
}

TEST_F(TruthOfAWorld, AlternatesEnteringAndLeavingOfEachPlace) {
  std::set<std::string> inside;
  for (const auto& line : *lines_) {
    const std::string kind = text(line, "kind");
    if (kind != "site_entered" && kind != "site_left") continue;
    const std::string visit = text(line, "vehicle") + " " + text(line, "site");
    if (kind == "site_entered")
      ASSERT_TRUE(inside.insert(visit).second) << boost::json::serialize(line);
    else
      ASSERT_EQ(inside.erase(visit), 1U) << boost::json::serialize(line);
  }
}

TEST_F(TruthOfAWorld, EndsEachLoadByATripBeforeTheNextIsTaken) {
  for (const auto& [vehicle, pieces] : lived_->motion) {
    std::size_t gone = 0;
    for (std::size_t i = 1; i < pieces.size(); ++i) {
      const LoadReading before = pieces[i - 1].motion.load;
      const LoadReading after = pieces[i].motion.load;
      // A load grows and shrinks by halves.
      const int step = std::abs(static_cast<int>(after) - static_cast<int>(before));
      ASSERT_LE(step, 1) << "seed 2, vehicle " << vehicle;
      if (before == LoadReading::half && after == LoadReading::empty) ++gone;
    }
    const std::string& name = world_->names()[vehicle];
    const auto trips = std::count_if(lines_->begin(), lines_->end(), [&](const auto& line) {
      return text(line, "kind") == "trip_ended" && text(line, "vehicle") == name;
    });
    // The last may be under way of being told when the world ends.
    EXPECT_LE(gone - static_cast<std::size_t>(trips), 1U) << "seed 2, vehicle " << vehicle;
  }
}

TEST_F(TruthOfAWorld, FindsEachDumpInATripToAnUnapprovedPlace) {
  std::size_t dumps = 0;
  std::size_t unapproved = 0;
  for (const auto& line : *lines_) {
    if (text(line, "kind") == "dump_suspected") ++dumps;
    if (text(line, "kind") != "trip_ended") continue;
    const auto& faults = line.at("faults").as_array();
    if (std::any_of(faults.begin(), faults.end(), [](const auto& fault) { return fault == "unapproved_place"; })) {
      ++unapproved;
      EXPECT_TRUE(line.at("destination").is_null());
    }
  }
  EXPECT_GT(dumps, 20U);
  EXPECT_EQ(dumps, unapproved);
}

TEST_F(TruthOfAWorld, LetsNoLoadRollOffFasterThanAtWalkingPace) {
  for (const auto& line : *lines_) {
    if (text(line, "kind") != "dump_suspected" || text(line, "manner") != "rolling") continue;
    const double metres =
        state_at(line, time_of(line, "end")).odometer_m - state_at(line, time_of(line, "start")).odometer_m;
    const double pace = metres / seconds(time_of(line, "end") - time_of(line, "start"));
    EXPECT_LT(pace, 2.5) << boost::json::serialize(line);
  }
}

TEST_F(TruthOfAWorld, CallsSpeedingOnlyWhatIsWellAboveTheLimitForALongerTime) {
  std::size_t checked = 0;
  for (const auto& line : *lines_) {
    if (text(line, "kind") != "overspeed_ended") continue;
    const TimeUtc start = time_of(line, "start");
    const TimeUtc end = time_of(line, "end");
    EXPECT_GE(end - start, 10s) << text(line, "time");
    const double pursued = 1.1 * line.at("limit_mps").to_number<double>();
    for (TimeUtc at = start + 1s; at < end; at += 1s) EXPECT_GT(state_at(line, at).speed_mps, pursued - 0.06);
    ++checked;
  }
  EXPECT_GT(checked, 20U);
}

TEST_F(TruthOfAWorld, TellsNoSilenceBelowAMinuteAndNoneInsideAnother) {
  std::map<std::string, TimeUtc> heard_again;
  std::size_t checked = 0;
  for (const auto& line : *lines_) {
    if (text(line, "kind") != "signal_restored") continue;
    EXPECT_GE(time_of(line, "end") - time_of(line, "start"), 60s);
    TimeUtc& last = heard_again.try_emplace(text(line, "vehicle"), TimeUtc{}).first->second;
    EXPECT_LE(last, time_of(line, "start"));
    last = time_of(line, "end");
    ++checked;
  }
  EXPECT_GT(checked, 50U);
}

TEST_F(TruthOfAWorld, KnowsEveryBehaviourThatAProfileDoses) {
  std::set<std::string> seen;
  for (const auto& line : *lines_) {
    seen.insert(text(line, "kind"));
    if (text(line, "kind") == "dump_suspected") {
      seen.insert(text(line, "manner"));
      seen.insert(text(line, "at"));
      if (line.at("terminal_cut").as_bool()) seen.insert("terminal_cut");
      if (line.at("last_act").as_bool()) seen.insert("last_act");
    }
    if (line.contains("name")) seen.insert(text(line, "name"));
    if (line.contains("purpose")) seen.insert(text(line, "purpose"));
    if (line.contains("cause")) seen.insert(text(line, "cause"));
    if (line.contains("faults"))
      for (const auto& fault : line.at("faults").as_array()) seen.insert(std::string{fault.as_string()});
  }
  for (const char* owed :
       {"standing",     "quick",          "rolling",           "old_heap",       "new_place",        "road_edge",
        "disguised",    "terminal_cut",   "last_act",          "loaded_rest",    "breakdown",        "empty_lift",
        "wrong_turn",   "legal_transfer", "terminal_died",     "loaded_lift",    "loaded_overnight", "traffic",
        "queueing",     "loading",        "unloading",         "dumping",        "parking",          "no_permit",
        "no_manifest",  "off_route",      "wrong_destination", "unknown_origin", "off_hours",        "unapproved_place",
        "zone_entered", "gate_crossed",   "route_left",        "route_rejoined", "overspeed_ended",  "no_sky",
        "no_coverage",  "no_network"})
    EXPECT_TRUE(seen.count(owed) == 1) << owed << " does not occur (seed 6)";
}

}  // namespace
}  // namespace haulwatch::simulation
