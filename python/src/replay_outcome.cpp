#include "replay_outcome.hpp"

#include <haulwatch/io/quality_days.hpp>
#include <haulwatch/io/row_places.hpp>
#include <haulwatch/io/track_files.hpp>

#include <fmt/format.h>

#include <atomic>
#include <cmath>
#include <limits>
#include <utility>

namespace haulwatch::python {

namespace {

struct BadRow {
  io::RowPlace place;
  std::string cause;
};

struct RefusedFix {
  std::uint32_t record = 0;
  Fix fix;
  Verdict why{};
};

/// The rows of a table as a recording, which may be read twice.
class TableRecording {
 public:
  explicit TableRecording(FixTable& table) : table_{table} {}

  std::function<void(const BadTableRow&)> on_bad_row;

  std::unique_ptr<FixSource> open() { return std::make_unique<Reading>(*this, readings_++ == 0); }
  [[nodiscard]] const VehicleNames& names() const noexcept { return names_; }
  [[nodiscard]] const io::RowPlaces& places() const noexcept { return places_; }

 private:
  class Reading : public FixSource {
   public:
    Reading(TableRecording& recording, bool first) : recording_{recording}, first_{first} {}
    bool read(std::vector<Fix>& fixes) override {
      static const std::function<void(const BadTableRow&)> not_again;
      const auto& on_bad = first_ ? recording_.on_bad_row : not_again;
      while (recording_.table_.read(row_, FixTable::batch, recording_.names_, fixes, rows_, on_bad)) {
        if (first_)
          for (const std::int64_t row : rows_) recording_.places_.add({0, static_cast<std::uint64_t>(row)});
        if (!fixes.empty()) return true;
      }
      return false;
    }

   private:
    TableRecording& recording_;
    bool first_;
    std::int64_t row_ = 0;
    std::vector<std::int64_t> rows_;
  };

  FixTable& table_;
  VehicleNames names_;
  io::RowPlaces places_;
  unsigned readings_ = 0;
};

OutTable empty_rejects(bool from_files) {
  OutTable table;
  auto& columns = table.columns;
  if (from_files) columns.emplace_back("file", OutType::category);
  columns.emplace_back(from_files ? "line" : "row", OutType::whole);
  columns.emplace_back("vehicle", OutType::category);
  columns.emplace_back("time", OutType::time);
  columns.emplace_back("lon", OutType::number);
  columns.emplace_back("lat", OutType::number);
  columns.emplace_back("verdict", OutType::category);
  columns.emplace_back("cause", OutType::category);
  return table;
}

/// The columns of `haulwatch replay --quality`.
OutTable empty_quality() {
  OutTable table;
  auto& columns = table.columns;
  columns.emplace_back("vehicle", OutType::category);
  columns.emplace_back("day", OutType::time);
  for (const char* name : {"fixes", "kept", "duplicates", "late", "drifts", "repaired"})
    columns.emplace_back(name, OutType::whole);
  for (const char* name : {"way_m", "seen_way_m", "online_s", "completeness", "pass_rate", "drift_share",
                           "online_share", "delay_p50_s", "delay_p95_s", "late_share"})
    columns.emplace_back(name, OutType::number);
  return table;
}

void add_day(OutTable& quality, const io::VehicleDay& day) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  auto column = quality.columns.begin();
  column++->add(day.vehicle);
  column++->add(TimeUtc{day.day});
  const io::DayQuality& counts = day.counts;
  for (const std::uint64_t count :
       {counts.fixes, counts.kept, counts.duplicates, counts.late, counts.drifts, counts.repaired})
    column++->add(static_cast<std::int64_t>(count));
  for (const double value : {counts.way_m, counts.seen_way_m, counts.online_s}) column++->add(value);
  for (const io::Share share : {day.completeness, day.pass_rate, day.drift_share, day.online_share})
    column++->add(share.value_or(none));
  for (const Reading delay : {day.delay_p50_s, day.delay_p95_s})
    column++->add(delay.has_value() ? static_cast<double>(delay.value()) : none);
  column->add(day.late_share.value_or(none));
}

/// Takes what a replay gives.
class Collected : public ReplaySink {
 public:
  Collected(const ReplayRequest& request, const VehicleNames& names, const io::RowPlaces& places,
            std::function<std::string(std::uint32_t)> file_name)
      : names_{names}, places_{places}, file_name_{std::move(file_name)}, keep_refusals_{request.rejects} {
    outcome_.first_causes.resize(verdict_count);
    if (request.tracks) tracks_ = std::make_shared<OutTable>(empty_tracks());
    if (request.quality) quality_ = std::make_shared<OutTable>(empty_quality());
  }

  void on_event(const Event& event) override { events_->add(event); }
  void on_track(const track::CleanedFix& fix) override {
    const std::string_view vehicle = names_.name(fix.vehicle);
    if (tracks_) add_track(*tracks_, vehicle, fix);
    if (quality_) days_.add(vehicle, fix);
  }
  void on_refused(const Fix& fix, Verdict why) override {
    note_first(why, places_.of(fix.record), name_of(why));
    if (keep_refusals_) refusals_.push_back({fix.record, fix, why});
  }
  void on_bad_row(io::RowPlace place, std::string_view cause, std::string_view found) {
    outcome_.counts.add(Verdict::bad_row);
    constexpr std::size_t shown = 60;
    const std::string told =
        found.empty() ? std::string{cause} : fmt::format("{}: '{}'", cause, found.substr(0, shown));
    note_first(Verdict::bad_row, place, told);
    if (keep_refusals_) bad_rows_.push_back({place, std::string{cause}});
  }

  ReplayOutcome outcome(const ReplayResult& result) {
    outcome_.counts += result.counts;
    outcome_.passed_over = result.passed_over;
    outcome_.vehicles = result.vehicles;
    outcome_.reruns = result.reruns;
    outcome_.withheld = result.withheld;
    outcome_.broken_off = result.broken_off;
    outcome_.events = std::move(events_);
    outcome_.tracks = std::move(tracks_);
    days_.finish();
    outcome_.quality = std::move(quality_);
    if (keep_refusals_) outcome_.rejects = rejects();
    return std::move(outcome_);
  }

 private:
  void note_first(Verdict why, io::RowPlace place, std::string_view cause) {
    std::string& first = outcome_.first_causes[static_cast<std::size_t>(why)];
    if (!first.empty()) return;
    first = file_name_ ? fmt::format("{}:{}: {}", file_name_(place.file), place.line, cause)
                       : fmt::format("row {}: {}", place.line, cause);
  }

  /// In the order of the rows.
  std::shared_ptr<const OutTable> rejects() const {
    auto table = std::make_shared<OutTable>(empty_rejects(static_cast<bool>(file_name_)));
    std::size_t bad = 0;
    const auto add_bad_rows_before = [&](io::RowPlace place) {
      for (; bad < bad_rows_.size(); ++bad) {
        const io::RowPlace own = bad_rows_[bad].place;
        if (own.file > place.file || (own.file == place.file && own.line > place.line)) return;
        add(*table, own, nullptr, Verdict::bad_row, bad_rows_[bad].cause);
      }
    };
    for (const RefusedFix& refused : refusals_) {
      const io::RowPlace place = places_.of(refused.record);
      add_bad_rows_before(place);
      add(*table, place, &refused.fix, refused.why, name_of(refused.why));
    }
    add_bad_rows_before({~std::uint32_t{0}, ~std::uint64_t{0}});
    return table;
  }

  void add(OutTable& table, io::RowPlace place, const Fix* fix, Verdict why, std::string_view cause) const {
    auto column = table.columns.begin();
    if (file_name_) column++->add(std::string_view{file_name_(place.file)});
    column++->add(static_cast<std::int64_t>(place.line));
    if (fix != nullptr)
      column++->add(names_.name(fix->vehicle));
    else
      column++->add_null();
    column++->add(fix != nullptr ? fix->time : no_time);
    column++->add(fix != nullptr ? fix->position.lon : std::nan(""));
    column++->add(fix != nullptr ? fix->position.lat : std::nan(""));
    column++->add(name_of(why));
    column++->add(cause);
  }

  const VehicleNames& names_;
  const io::RowPlaces& places_;
  std::function<std::string(std::uint32_t)> file_name_;
  bool keep_refusals_;
  ReplayOutcome outcome_;
  std::shared_ptr<EventList> events_ = std::make_shared<EventList>();
  std::shared_ptr<OutTable> tracks_;
  std::shared_ptr<OutTable> quality_;
  io::QualityDays days_{[this](const io::VehicleDay& day) { add_day(*quality_, day); }};
  std::vector<RefusedFix> refusals_;
  std::vector<BadRow> bad_rows_;
};

template <class ChainType, class Recorded>
ReplayOutcome run_chain(ChainType chain, Recorded& recording, Collected& collected, const ReplayRequest& request) {
  std::atomic<bool> stop{false};
  ReplayOptions options;
  options.engine.front = request.settings.front;
  if (request.lateness) options.engine.front.order.lateness = *request.lateness;
  options.engine.tracks = request.tracks || request.quality;
  options.shards = request.shards;
  if (request.journal) {
    options.order = ReplayOrder::arrival;
    options.engine.journal.horizon = *request.journal;
  }
  options.final_only = request.final_only;
  options.until = request.until;
  options.manifests = request.manifests;
  options.map_guard = request.settings.map_guard;
  options.map_guard->tracks_read_as = request.tracks_read_as;
  options.map_guard->registry_read_as = request.registry_read_as;
  options.interrupted = &stop;
  options.progress = [&](std::uint64_t fixes) {
    if (request.go_on && !request.go_on(fixes)) stop = true;
  };
  BasicReplay<ChainType> replay{request.registry, std::move(chain), options};
  const ReplayResult result = replay.run([&] { return recording.open(); }, recording.names(), collected);
  return collected.outcome(result);
}

template <class Recorded>
ReplayOutcome run(Recorded& recording, Collected& collected, const ReplayRequest& request) {
  const DetectOptions& options = request.settings.detect;
  switch (request.steps) {
    case ReplaySteps::stops:
      return run_chain(Chain{detect::Locate{options.locate}, detect::Dwell{options.dwell}}, recording, collected,
                       request);
    case ReplaySteps::tracks:
      return run_chain(Chain<>{}, recording, collected, request);
    default:
      return run_chain(default_chain(options), recording, collected, request);
  }
}

}  // namespace

OutTable empty_tracks() {
  OutTable table;
  table.columns.emplace_back("vehicle", OutType::category);
  table.columns.emplace_back("time", OutType::time);
  for (const char* name : {"lon", "lat", "clean_lon", "clean_lat"}) table.columns.emplace_back(name, OutType::number);
  for (const char* name : {"clean_speed_mps", "clean_heading_deg", "sigma_m"})
    table.columns.emplace_back(name, OutType::reading);
  table.columns.emplace_back("state", OutType::category);
  table.columns.emplace_back("verdict", OutType::category);
  return table;
}

void add_track(OutTable& tracks, std::string_view vehicle, const track::CleanedFix& fix) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  constexpr float no_reading = std::numeric_limits<float>::quiet_NaN();
  auto column = tracks.columns.begin();
  column++->add(vehicle);
  column++->add(fix.time);
  column++->add(fix.position.lon);
  column++->add(fix.position.lat);
  column++->add(fix.clean ? fix.clean->lon : none);
  column++->add(fix.clean ? fix.clean->lat : none);
  column++->add(fix.speed_mps.value_or(no_reading));
  column++->add(fix.heading_deg.value_or(no_reading));
  column++->add(fix.sigma_m.value_or(no_reading));
  if (fix.verdict == Verdict::kept)
    column++->add(track::name_of(fix.state));
  else
    column++->add_null();
  column++->add(name_of(fix.verdict));
}

ReplayOutcome replay_table(FixTable& table, const ReplayRequest& request) {
  TableRecording recording{table};
  Collected collected{request, recording.names(), recording.places(), {}};
  recording.on_bad_row = [&](const BadTableRow& bad) {
    collected.on_bad_row({0, static_cast<std::uint64_t>(bad.row)}, bad.cause, bad.found);
  };
  return run(recording, collected, request);
}

ReplayOutcome replay_files(const std::vector<std::string>& paths, const io::TrackFormat& format,
                           const ReplayRequest& request) {
  io::Recording recording{io::all_track_files(paths), format};
  Collected collected{request, recording.names(), recording.places(),
                      [&](std::uint32_t file) { return recording.file_name(file); }};
  recording.on_bad_row = [&](const io::BadRow& bad) {
    collected.on_bad_row({recording.current_file(), bad.line}, bad.cause, bad.found);
  };
  return run(recording, collected, request);
}

}  // namespace haulwatch::python
