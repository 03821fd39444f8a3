#include "explained_day.hpp"

#include <haulwatch/explain/evidence_words.hpp>
#include <haulwatch/explain/explain.hpp>
#include <haulwatch/io/event_reader.hpp>

#include <gmock/gmock.h>
#include <boost/json/parse.hpp>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace haulwatch::explain::test {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

/// The text of a golden file; where it differs, the new text is left beside the test's other temporary files.
void expect_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string{HAULWATCH_SOURCE_DIR} + "/tests/explain/golden/" + name + ".txt";
  std::ifstream file{path};
  std::stringstream golden;
  golden << file.rdbuf();
  if (golden.str() == text) return;
  const std::string now = ::testing::TempDir() + "explain-" + name + ".txt";
  std::ofstream{now} << text;
  ADD_FAILURE() << path << " differs; what was said now lies at " << now << ":\n" << text;
}

class Explain : public ::testing::Test {
 protected:
  Explain() { background_.registry = registry_.get(); }

  [[nodiscard]] Explanation of(const Event& event) const { return explain(event, background_, fixes_); }

  std::shared_ptr<const registry::Registry> registry_ = county().build();
  std::vector<SourcedFix> fixes_ = reports();
  Background background_;
};

TEST_F(Explain, TellsEachKindOfEventAsItsGoldenText) {
  std::set<EventKind> kinds;
  for (const auto& [name, event, fixes] : one_of_each()) {
    kinds.insert(event.kind);
    expect_golden(name, as_text(explain(event, background_, fixes)));
  }
  EXPECT_EQ(kinds.size(), event_kind_count);
}

TEST_F(Explain, TellsEveryFaultOfATripAgainstThePermit) {
  std::vector<TripFault> faults;
  for (std::size_t i = 0; i < trip_fault_count; ++i) faults.push_back(static_cast<TripFault>(i));
  expect_golden("every_fault", as_text(of(event_of(EventKind::trip_ended, trip("yard", faults)))));
}

TEST_F(Explain, TellsWithWhomAVehicleIsMixedUp) {
  TerminalFinding finding{.sign = "second_id", .values = {}};
  finding.other = "ZF-2";
  const Explanation twice = of(event_of(EventKind::identity_suspected, finding));
  EXPECT_THAT(twice.seen, HasSubstr("the same vehicle reports under two names"));
  EXPECT_THAT(twice.compared, Contains(HasSubstr("The other name is 'ZF-2'")));
  EXPECT_THAT(twice.compared, Contains(HasSubstr("stops of both names")));
  finding.sign = "swapped_id";
  EXPECT_THAT(of(event_of(EventKind::identity_suspected, finding)).compared,
              Contains(HasSubstr("break off and go on")));
}

TEST_F(Explain, SaysWhyATripHasNoPermit) {
  Trip early = trip("fill", {TripFault::no_permit});
  early.loaded_at = morning - 100h;
  early.permit = {};
  EXPECT_THAT(of(event_of(EventKind::trip_ended, early)).compared,
              Contains(HasSubstr("'P-1' names the vehicle but begins only at 07:00:00 on 1 March 2026")));
}

TEST_F(Explain, TellsWhichEndOfATripLayOutsideTheHours) {
  Trip late = trip("fill", {TripFault::off_hours});
  late.loaded_at = morning - 1h - 10min;  // 05:50; the hours end at 06:00
  const Explanation unloading = of(event_of(EventKind::trip_ended, late));
  EXPECT_THAT(unloading.compared, Contains(HasSubstr("was unloaded at 07:00:00; the permit's hours are 19:00 to "
                                                     "06:00; the next window begins 12 h later")));
  EXPECT_THAT(unloading.compared, Not(Contains(HasSubstr("was taken up at"))));
  EXPECT_THAT(unloading.cleared_by, Contains("Unloading the load within the permit's hours, 19:00 to 06:00."));

  Trip early = trip("fill", {TripFault::off_hours});
  early.loaded_at = morning + 11h;
  early.unloaded_at = morning + 13h;
  const Explanation loading = of(event_of(EventKind::trip_ended, early));
  EXPECT_THAT(loading.compared, Contains(HasSubstr("was taken up at 18:00:00")));
  EXPECT_THAT(loading.compared, Not(Contains(HasSubstr("was unloaded at"))));
  EXPECT_THAT(loading.cleared_by, Contains("Taking up the load within the permit's hours, 19:00 to 06:00."));
}

TEST_F(Explain, SaysWhichReasonsDecideASuspicion) {
  const Explanation told = of(event_of(EventKind::dump_suspected, suspicion()));
  ASSERT_TRUE(told.judgement);
  EXPECT_NEAR(told.judgement->sum, 1.7, 1e-6);
  for (const ExplainedReason& reason : told.judgement->reasons)
    EXPECT_EQ(reason.decides, reason.reason.evidence == Evidence::body_raised) << reason.words;
  EXPECT_THAT(told.cleared_by, Contains(HasSubstr("If the body had not been raised, the score would be 0.091")));
  EXPECT_THAT(told.cleared_by, Contains(HasSubstr("body down all the time, the score would be 0.007")))
      << "what is found instead of the lift replaces it";
}

TEST_F(Explain, NamesTheFewestReasonsThatDecideTogether) {
  DumpSuspicion sure = suspicion();
  sure.reasons.set({Evidence::load_lost, 1.0F, 5.0F});
  sure.score = 0.9988F;
  EXPECT_THAT(of(event_of(EventKind::dump_suspected, sure)).cleared_by,
              Contains(HasSubstr("No single reason decides. If the load sensor had not shown the load gone, and the "
                                 "body had not been raised, the score would be 0.091")));
}

TEST_F(Explain, SaysWhyASuspicionWasTakenBack) {
  DumpSuspicion cleared = suspicion();
  cleared.reasons.set({Evidence::disposal_seen, 1.0F, -6.0F});
  cleared.score = 0.013F;
  Event event = event_of(EventKind::dump_suspected, cleared);
  event.retracted = true;
  event.revision = 1;
  const Event before = event_of(EventKind::dump_suspected, suspicion());
  background_.log = {&before, 1};
  const Explanation told = of(event);
  EXPECT_THAT(told.seen, HasSubstr("taken back"));
  EXPECT_THAT(told.compared, Contains(HasSubstr("Revision 0")));
  EXPECT_THAT(told.cleared_by, Contains(HasSubstr("an unloading at a registered disposal was seen later")));
}

TEST_F(Explain, TellsAReplacedSuspicionByItsLikelierPlace) {
  Event event = event_of(EventKind::dump_suspected, suspicion());
  event.retracted = true;
  Event likelier = event_of(EventKind::dump_suspected, suspicion());
  likelier.id = EventId{0xbeefULL};
  likelier.subject = SubjectId{0xbeefULL};
  background_.log = {&likelier, 1};
  EXPECT_THAT(of(event).compared, Contains(HasSubstr("told as 000000000000beef")));
}

TEST_F(Explain, ListsTheReportsWithTheirDistanceFromThePlace) {
  const Explanation told = of(event_of(EventKind::dump_suspected, suspicion()));
  ASSERT_FALSE(told.fixes.empty());
  EXPECT_EQ(told.fixes.front().source, "day.csv:2");
  EXPECT_EQ(told.fixes.front().row, 1U);
  EXPECT_EQ(told.fixes.size(), fixes_.size());
  ASSERT_TRUE(told.fixes[8].distance_m);
  EXPECT_NEAR(*told.fixes[8].distance_m, 0.0, 0.1);
  EXPECT_NEAR(*told.fixes[10].distance_m, 100.0, 0.5);
}

TEST_F(Explain, KeepsOfALongTrackWhatIsNextToTheEventAndWhereSensorsChanged) {
  std::vector<SourcedFix> many;
  for (int i = 0; i < 1'200; ++i) many.push_back({fixes_.front().fix, ""});
  for (std::size_t i = 0; i < many.size(); ++i) many[i].fix.time = morning - 10min + i * 1s;
  many[1'000].fix.sensors.body_lift = Sensed::yes;
  const Explanation told =
      explain(event_of(EventKind::stop_ended, Stop{morning, morning + 5min, {}, "", {}}), background_, many);
  EXPECT_EQ(told.fixes.size(), 30U);
  std::set<std::uint32_t> rows;
  for (const ExplainedFix& row : told.fixes) rows.insert(row.row);
  for (const std::uint32_t row : {599U, 600U, 601U, 602U, 603U, 604U, 899U, 904U, 1'000U, 1'001U, 1'002U, 1'200U})
    EXPECT_TRUE(rows.contains(row)) << row;
}

TEST_F(Explain, TellsTimesByTheClockAskedForElseByThePermit) {
  const Event event = event_of(EventKind::route_left, RouteDeviation{"r-1", morning, no_time, 61.0F, 240.0F, "P-1"});
  EXPECT_THAT(of(event).seen, HasSubstr("at 07:00:00 on 4 March 2026"));
  background_.utc_offset = std::chrono::minutes{-150};
  EXPECT_THAT(of(event).seen, HasSubstr("at 20:30:00 on 3 March 2026"));
  EXPECT_THAT(as_text(of(event)), HasSubstr("UTC-02:30"));
}

TEST_F(Explain, ManagesWithTheEventAlone) {
  for (const auto& [name, event, fixes] : one_of_each()) {
    const Explanation told = explain(event, {});
    EXPECT_THAT(told.seen, Not(::testing::IsEmpty())) << name;
    EXPECT_THAT(told.cleared_by, Not(::testing::IsEmpty())) << name;
    EXPECT_THAT(told.notes, Contains(HasSubstr("No registry"))) << name;
    EXPECT_THAT(as_text(told), HasSubstr("Times are those of UTC.")) << name;
  }
}

TEST_F(Explain, GivesJsonWithTheEventAndTheSameWords) {
  for (const auto& [name, event, fixes] : one_of_each()) {
    const Explanation told = of(event);
    const boost::json::value json = boost::json::parse(as_json(told));
    EXPECT_EQ(json.at("event").at("event").as_string(), boost::json::string_view{name}) << name;
    EXPECT_EQ(json.at("seen").as_string(), boost::json::string_view{told.seen}) << name;
    EXPECT_EQ(json.at("cleared_by").as_array().size(), told.cleared_by.size()) << name;
    EXPECT_EQ(json.at("fixes").as_array().size(), told.fixes.size()) << name;
  }
  const boost::json::value dump = boost::json::parse(as_json(of(event_of(EventKind::dump_suspected, suspicion()))));
  EXPECT_EQ(dump.at("reasons").as_array().size(), 4U);
  EXPECT_TRUE(dump.at("reasons").at(1).at("decides").as_bool());
}

TEST(EvidenceWords, AreSaidOfEachEvidenceByItself) {
  std::set<std::string_view> seen;
  for (const EvidenceWords& words : evidence_words) EXPECT_TRUE(seen.insert(words.seen).second) << words.seen;
}

}  // namespace
}  // namespace haulwatch::explain::test
