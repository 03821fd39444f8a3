// The day of examples/county_day: what its trucks' scripts say that is to be told has been worked out by hand.

#include "support/recorded_events.hpp"
#include "support/variations.hpp"

#include <haulwatch/haulwatch.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace haulwatch::test {
namespace {

constexpr TimeUtc midnight =
    std::chrono::sys_days{std::chrono::year{2026} / 3 / 12} - Milliseconds{std::chrono::hours{8}};
constexpr double slack_s = 12.0;
constexpr double slack_m = 30.0;
constexpr double slack_share = 0.01;

/// One thing that is told of a truck: an episode from its first event to its last, or a single event.
struct Line {
  std::string vehicle;
  double from_s = 0.0;
  std::optional<double> to_s;
  bool lasts = false;              ///< an episode, perhaps not over yet
  std::vector<std::string> words;  ///< what, and its details
};

std::string clock_text(double of_day_s) {
  const int s = static_cast<int>(std::lround(of_day_s));
  char text[16];
  std::snprintf(text, sizeof text, "%02d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
  return text;
}

std::string text_of(const Line& line) {
  std::string text = line.vehicle + " " + clock_text(line.from_s);
  if (line.lasts) text += " - " + (line.to_s ? clock_text(*line.to_s) : "");
  for (const std::string& word : line.words) text += " " + word;
  return text;
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in{text.substr(0, text.find('#'))};
  return {std::istream_iterator<std::string>{in}, {}};
}

std::optional<double> clock_of(const std::string& word) {
  int h = 0;
  int m = 0;
  int s = 0;
  if (std::sscanf(word.c_str(), "%2d:%2d:%2d", &h, &m, &s) != 3) return std::nullopt;
  return 3600.0 * h + 60.0 * m + s;
}

Line expected_line(const std::string& vehicle, std::vector<std::string> words) {
  Line line;
  line.vehicle = vehicle;
  line.from_s = clock_of(words.front()).value();
  words.erase(words.begin());
  line.lasts = words.front() == "-";
  if (line.lasts) {
    words.erase(words.begin());
    line.to_s = clock_of(words.front());
    if (line.to_s) words.erase(words.begin());
  }
  line.words = std::move(words);
  return line;
}

std::filesystem::path folder() {
  return std::filesystem::path{HAULWATCH_SOURCE_DIR} / "examples" / "county_day";
}

/// `told` of every script.
std::vector<Line> expected_lines() {
  std::vector<Line> lines;
  for (const auto& entry : std::filesystem::directory_iterator{folder() / "trucks"}) {
    const std::string vehicle = "ZF-" + entry.path().stem().string().substr(3);
    std::ifstream script{entry.path()};
    bool told = false;
    for (std::string text; std::getline(script, text);) {
      std::vector<std::string> words = words_of(text);
      if (words.empty()) continue;
      if (told) lines.push_back(expected_line(vehicle, std::move(words)));
      told = told || words.front() == "told";
    }
  }
  return lines;
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

/// What an event is about, in the words of the scripts.
struct InWords {
  const Event& event;
  const geo::LocalFrame& frame;

  static std::string or_dash(std::string_view text) { return text.empty() ? "-" : std::string{text}; }

  std::string operator()(const SiteVisit& visit) const { return "visit " + std::string{visit.site}; }
  std::string operator()(const ZoneVisit& visit) const {
    return "zone " + std::string{visit.zone} + " " + std::string{visit.rule};
  }
  std::string operator()(const GateCrossing& crossing) const {
    return "gate " + std::string{crossing.gate} + (crossing.direction == CrossingDirection::in ? " in" : " out");
  }
  std::string operator()(const Overspeed& speed) const {
    return "overspeed " + std::string{speed.zone} + " " + number(static_cast<double>(speed.max_speed_mps)) +
           " m/s, limit " + number(static_cast<double>(speed.limit_mps));
  }
  std::string operator()(const Stop& stop) const {
    return "stop " + or_dash(stop.site) +
           (stop.purpose == StopPurpose::unknown ? "" : " " + std::string{name_of(stop.purpose)});
  }
  std::string operator()(const Silence& silence) const {
    if (!silence.gap_m.has_value()) return "silence";
    return "silence " + number(static_cast<double>(silence.gap_m.value())) + " m";
  }
  std::string operator()(const RouteDeviation& deviation) const {
    return "deviation " + std::string{deviation.route} + " " + or_dash(deviation.permit) + " " +
           number(static_cast<double>(deviation.max_distance_m)) + " m away, " +
           number(static_cast<double>(deviation.path_m)) + " m outside";
  }
  std::string operator()(const DumpSuspicion& dump) const {
    const std::string text = "dump " + or_dash(dump.origin) + " " + or_dash(dump.permit);
    if (event.inferred) return text;
    const geo::LocalPoint at = frame.to_local(event.place.value());
    return text + " at " + number(at.x) + " " + number(at.y) + " m";
  }
  std::string operator()(const Trip& trip) const {
    std::string text = "trip " + or_dash(trip.origin) + " " + or_dash(trip.destination) + " " + or_dash(trip.permit) +
                       " " + or_dash(trip.manifest) + " " +
                       number(static_cast<double>(trip.distance_m.value_or(0.0F))) + " m";
    trip.faults.for_each([&](TripFault fault) { text += " " + std::string{name_of(fault)}; });
    return text;
  }
  std::string operator()(const QuotaExcess& excess) const {
    return "quota " + std::string{excess.permit} + " load " + std::to_string(excess.loads) + " of " +
           std::to_string(excess.max_loads);
  }
  std::string operator()(const UnmatchedManifest& unmatched) const {
    return "manifest " + std::string{unmatched.manifest} + " " + std::string{unmatched.reason};
  }
  std::string operator()(const UnmatchedLoad& unmatched) const { return "load " + std::string{unmatched.reason}; }
  std::string operator()(const TerminalFinding& finding) const {
    return std::string{finding.sensor} + " " + std::string{finding.sign};
  }
  std::string operator()(const TrackJump& jump) const {
    return "jump " + number(static_cast<double>(jump.gap_m.value_or(0.0F))) + " m";
  }
};

bool begins_episode(EventKind kind) {
  switch (kind) {
    case EventKind::site_entered:
    case EventKind::zone_entered:
    case EventKind::overspeed_started:
    case EventKind::stop_started:
    case EventKind::signal_lost:
    case EventKind::route_left:
    case EventKind::trip_started:
      return true;
    default:
      return false;
  }
}

/// The last revisions of what was told, as lines.
std::vector<Line> lines_of(const Told& told) {
  std::map<SubjectId, Line> episodes;
  std::map<EventId, Line> singles;
  for (const Event& event : told.events) {
    if (event.retracted) {
      singles.erase(event.id);
      continue;
    }
    Line line;
    line.vehicle = event.vehicle;
    line.words = words_of(std::visit(InWords{event, told.registry->frame()}, event.details));
    line.from_s = seconds(event.time - midnight);
    if (const auto* dump = std::get_if<DumpSuspicion>(&event.details)) {
      line.lasts = true;
      line.from_s = seconds(dump->start - midnight);
      line.to_s = seconds(dump->end - midnight);
      singles[event.id] = line;
    } else if (begins_episode(event.kind)) {
      line.lasts = true;
      episodes[event.subject] = line;
    } else if (const auto begun = episodes.find(event.subject);
               begun != episodes.end() && event.kind != EventKind::load_unmatched) {
      line.lasts = true;
      line.from_s = begun->second.from_s;
      line.to_s = seconds(event.time - midnight);
      begun->second = line;
    } else {
      singles[event.id] = line;
    }
  }
  std::vector<Line> all;
  for (const auto& [subject, line] : episodes) all.push_back(line);
  for (const auto& [id, line] : singles) all.push_back(line);
  return all;
}

std::optional<double> number_in(const std::string& word) {
  double value = 0.0;
  const auto [end, fault] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (fault != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return value;
}

bool agree(const Line& expected, const Line& told) {
  const auto near = [](double a, double b) { return std::abs(a - b) <= slack_s; };
  if (expected.vehicle != told.vehicle || expected.lasts != told.lasts || !near(expected.from_s, told.from_s))
    return false;
  if (expected.to_s.has_value() != told.to_s.has_value()) return false;
  if (expected.to_s && !near(*expected.to_s, *told.to_s)) return false;
  if (expected.words.size() != told.words.size()) return false;
  for (std::size_t i = 0; i < expected.words.size(); ++i) {
    const std::optional<double> wanted = number_in(expected.words[i]);
    if (!wanted && expected.words[i] != told.words[i]) return false;
    if (!wanted) continue;
    const std::optional<double> got = number_in(told.words[i]);
    const bool metres = i + 1 < expected.words.size() && expected.words[i + 1] == "m";
    const double slack = slack_share * std::abs(*wanted) + (metres ? slack_m : 0.0);
    if (!got || std::abs(*got - *wanted) > slack) return false;
  }
  return true;
}

struct Day {
  registry::RegistryDraft draft;
  std::vector<Manifest> manifests;
  Recording recording;
};

Day read_day() {
  Day day;
  std::ifstream file{folder() / "registry.geojson"};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  std::vector<Fault> faults;
  day.draft = io::read_registry_draft(text, faults);
  EXPECT_TRUE(faults.empty());
  for (const io::ManifestLine& line : io::load_manifests((folder() / "manifests.jsonl").string()))
    day.manifests.push_back(line.manifest);
  VehicleNames names;
  const auto reader = io::open_tracks((folder() / "tracks.csv").string(), {}, names);
  for (io::FixBatch batch; reader->read_batch(batch);)
    day.recording.fixes.insert(day.recording.fixes.end(), batch.fixes.begin(), batch.fixes.end());
  for (std::uint32_t i = 0; i < names.size(); ++i) day.recording.vehicles.emplace_back(names.name(VehicleIndex{i}));
  return day;
}

class CountyDay : public ::testing::Test {
 protected:
  static Told told_of(const Day& day, const Recording& recording, unsigned shards = 1) {
    const RegistryPtr registry = registry::compile(day.draft, 1);
    ReplayOptions options;
    options.shards = shards;
    options.manifests = std::make_shared<const ManifestLog>(day.manifests, *registry);
    return replay(registry, recording, options);
  }

  Day day_ = read_day();
  Told told_ = told_of(day_, day_.recording);
};

TEST_F(CountyDay, TellsWhatItsScriptsSayAndNothingElse) {
  std::vector<Line> missing = expected_lines();
  EXPECT_GE(missing.size(), 100U);
  for (const Line& line : lines_of(told_)) {
    const auto wanted =
        std::find_if(missing.begin(), missing.end(), [&](const Line& expected) { return agree(expected, line); });
    if (wanted == missing.end())
      ADD_FAILURE() << "told, and not expected: " << text_of(line);
    else
      missing.erase(wanted);
  }
  for (const Line& line : missing) ADD_FAILURE() << "expected, and not told: " << text_of(line);
}

TEST_F(CountyDay, IsTheSameInAnyOrderOfItsRowsOnAnyNumberOfShards) {
  EXPECT_TRUE(same_events(told_, told_of(day_, shuffled(day_.recording, 7), 3)));
  EXPECT_TRUE(same_events(told_, told_of(day_, grouped_by_vehicle(day_.recording), 2)));
  EXPECT_TRUE(same_events(told_, told_of(day_, newest_first(day_.recording))));
  EXPECT_TRUE(same_events(told_, told_of(day_, renumbered(day_.recording, 7), 3)));
  EXPECT_TRUE(same_events(told_, told_of(day_, each_row_twice(day_.recording), 2)));
}

TEST_F(CountyDay, IsTheSameUnderOtherNamesOfItsTrucks) {
  const auto renaming = [](const std::string& name) { return "Y" + name.substr(1); };
  Day other = day_;
  other.draft = renamed(day_.draft, renaming);
  for (Manifest& manifest : other.manifests) manifest.vehicle = renaming(manifest.vehicle);
  Told told = told_of(other, renamed(day_.recording, renaming));
  std::map<std::string, std::string> original;
  for (const std::string& vehicle : day_.recording.vehicles) original[renaming(vehicle)] = vehicle;
  for (Event& event : told.events) event.vehicle = original.at(std::string{event.vehicle});
  EXPECT_TRUE(same_lines(lines(told_.events, Ids::by_episode), lines(in_order(told.events), Ids::by_episode)));
}

TEST_F(CountyDay, IsTheSameADayLater) {
  const Milliseconds day = std::chrono::hours{24};
  Day next = day_;
  next.draft = later_by(day_.draft, day);
  for (Manifest& manifest : next.manifests) {
    manifest.at += day;
    manifest.opened_at += day;
    if (manifest.closed_at) *manifest.closed_at += day;
  }
  const Told told = told_of(next, later_by(day_.recording, day));
  EXPECT_TRUE(same_lines(lines(later_by(told_.events, day), Ids::by_episode), lines(told.events, Ids::by_episode)));
}

}  // namespace
}  // namespace haulwatch::test
