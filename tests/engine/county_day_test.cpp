// The day of examples/county_day: what its trucks' scripts say that is to be told has been worked out by hand.

#include <haulwatch/haulwatch.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
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

/// Puts the last revisions of what a replay told into lines.
class ToldLines : public ReplaySink {
 public:
  explicit ToldLines(const geo::LocalFrame& frame) : frame_{frame} {}

  void on_event(const Event& event) override {
    if (event.retracted) {
      singles_.erase(event.id);
      return;
    }
    Line line;
    line.vehicle = event.vehicle;
    line.words = words_of(std::visit(InWords{event, frame_}, event.details));
    line.from_s = seconds(event.time - midnight);
    if (const auto* dump = std::get_if<DumpSuspicion>(&event.details)) {
      line.lasts = true;
      line.from_s = seconds(dump->start - midnight);
      line.to_s = seconds(dump->end - midnight);
      singles_[event.id] = line;
    } else if (begins_episode(event.kind)) {
      line.lasts = true;
      episodes_[event.subject] = line;
    } else if (const auto begun = episodes_.find(event.subject);
               begun != episodes_.end() && event.kind != EventKind::load_unmatched) {
      line.lasts = true;
      line.from_s = begun->second.from_s;
      line.to_s = seconds(event.time - midnight);
      begun->second = line;
    } else {
      singles_[event.id] = line;
    }
  }

  [[nodiscard]] std::vector<Line> lines() const {
    std::vector<Line> all;
    for (const auto& [subject, line] : episodes_) all.push_back(line);
    for (const auto& [id, line] : singles_) all.push_back(line);
    return all;
  }

 private:
  const geo::LocalFrame& frame_;
  std::map<SubjectId, Line> episodes_;
  std::map<EventId, Line> singles_;
};

class Rows : public FixSource {
 public:
  Rows(const std::string& path, VehicleNames& names) : reader_{io::open_tracks(path, {}, names)} {}
  bool read(std::vector<Fix>& fixes) override {
    const bool more = reader_->read_batch(batch_);
    std::swap(fixes, batch_.fixes);
    return more;
  }

 private:
  std::unique_ptr<io::TrackReader> reader_;
  io::FixBatch batch_;
};

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

TEST(CountyDay, TellsWhatItsScriptsSayAndNothingElse) {
  const auto registry = io::load_registry((folder() / "registry.geojson").string());
  std::vector<Manifest> manifests;
  for (const io::ManifestLine& line : io::load_manifests((folder() / "manifests.jsonl").string()))
    manifests.push_back(line.manifest);
  ReplayOptions options;
  options.manifests = std::make_shared<const ManifestLog>(std::move(manifests), *registry);
  VehicleNames names;
  ToldLines told{registry->frame()};
  Replay replay{registry, default_chain(), options};
  replay.run([&] { return std::make_unique<Rows>((folder() / "tracks.csv").string(), names); }, names, told);

  std::vector<Line> missing = expected_lines();
  EXPECT_GE(missing.size(), 100U);
  for (const Line& line : told.lines()) {
    const auto wanted =
        std::find_if(missing.begin(), missing.end(), [&](const Line& expected) { return agree(expected, line); });
    if (wanted == missing.end())
      ADD_FAILURE() << "told, and not expected: " << text_of(line);
    else
      missing.erase(wanted);
  }
  for (const Line& line : missing) ADD_FAILURE() << "expected, and not told: " << text_of(line);
}

}  // namespace
}  // namespace haulwatch::test
