#include "replay_command.hpp"

#include "interrupt.hpp"
#include "replay_summary.hpp"
#include "set_up.hpp"

#include <haulwatch/error.hpp>
#include <haulwatch/io/event_writer.hpp>
#include <haulwatch/io/geojson_writer.hpp>
#include <haulwatch/io/quality_writer.hpp>
#include <haulwatch/io/recording.hpp>
#include <haulwatch/io/reject_writer.hpp>
#include <haulwatch/io/track_files.hpp>
#include <haulwatch/io/track_writer.hpp>

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

namespace haulwatch::cli {

namespace {

using io::Recording;
using io::RowPlace;

/// A row was rejected, and `--strict` makes the first one an error.
class StrictStop : public Error {
 public:
  using Error::Error;
};

struct BadRowKept {
  RowPlace place;
  std::string cause;
  std::string row;
};

struct Refused {
  std::uint64_t record = 0;
  Fix fix;
  Verdict why{};
};

/// Sends results to their files, and counts them.
class Outputs : public ReplaySink {
 public:
  Outputs(const ReplayRequest& request, const Recording& recording, ReplaySummary& summary)
      : recording_{recording}, summary_{summary}, keep_refusals_{!request.rejects.empty()} {
    if (!request.events.empty()) events_.emplace(request.events);
    if (!request.geojson.empty()) geojson_.emplace(request.geojson);
    if (!request.tracks_out.empty()) tracks_.emplace(request.tracks_out);
    if (keep_refusals_) rejects_.emplace(request.rejects);
    if (!request.quality.empty()) quality_.emplace(request.quality);
  }

  void on_event(const Event& event) override {
    ++summary_.events[static_cast<std::size_t>(event.kind)];
    if (event.retracted) {
      ++summary_.retractions;
    } else if (event.revision > 0) {
      ++summary_.revisions;
    }
    if (events_) events_->write(event);
    if (geojson_) geojson_->add(event);
  }

  void on_refused(const Fix& fix, Verdict why) override {
    std::string& first = summary_.first[static_cast<std::size_t>(why)];
    if (first.empty()) {
      const RowPlace place = recording_.places().of(fix.record);
      first = fmt::format("first: {}:{}", recording_.file_name(place.file), place.line);
    }
    if (keep_refusals_) refusals_.push_back({fix.record, fix, why});
  }

  void on_track(const track::CleanedFix& fix) override {
    const std::string_view vehicle = recording_.names().name(fix.vehicle);
    if (tracks_) tracks_->write(vehicle, fix);
    if (quality_) quality_->add(vehicle, fix);
    if (geojson_) geojson_->add(vehicle, fix);
  }

  void on_bad_row(std::uint32_t file, const io::BadRow& row) {
    summary_.counts.add(Verdict::bad_row);
    std::string& first = summary_.first[static_cast<std::size_t>(Verdict::bad_row)];
    constexpr std::size_t shown = 60;
    if (first.empty())
      first = fmt::format("first: {}:{}: {}{}", row.file, row.line, row.cause,
                          row.found.empty() ? "" : fmt::format(": '{}'", row.found.substr(0, shown)));
    constexpr std::size_t kept = 4096;
    if (keep_refusals_)
      bad_rows_.push_back({{file, row.line}, std::string{row.cause}, std::string{row.row.substr(0, kept)}});
  }

  /// Rejects in the order of the files and their lines.
  void write_rejects(Recording& recording) {
    if (!rejects_) return;
    std::vector<RowPlace> places;
    for (const Refused& refused : refusals_) places.push_back(recording.places().of(refused.record));
    std::size_t bad = 0;
    const auto write_bad_rows_before = [&](RowPlace place) {
      for (; bad < bad_rows_.size() &&
             (bad_rows_[bad].place.file < place.file ||
              (bad_rows_[bad].place.file == place.file && bad_rows_[bad].place.line < place.line));
           ++bad)
        write_bad_row(bad_rows_[bad]);
    };
    recording.raw_rows(places, [&](std::size_t i, std::string_view row) {
      write_bad_rows_before(places[i]);
      const Refused& refused = refusals_[i];
      rejects_->write({recording.file_name(places[i].file), places[i].line, recording.names().name(refused.fix.vehicle),
                       refused.fix.time, refused.fix.position, refused.why, name_of(refused.why), row});
    });
    write_bad_rows_before({~std::uint32_t{0}, 0});
  }

  void close() {
    if (events_) events_->close();
    if (geojson_) geojson_->close();
    if (tracks_) tracks_->close();
    if (rejects_) rejects_->close();
    if (quality_) quality_->close();
  }

 private:
  void write_bad_row(const BadRowKept& row) {
    rejects_->write({recording_.file_name(row.place.file),
                     row.place.line,
                     {},
                     no_time,
                     std::nullopt,
                     Verdict::bad_row,
                     row.cause,
                     row.row});
  }

  const Recording& recording_;
  ReplaySummary& summary_;
  bool keep_refusals_;
  std::optional<io::JsonLinesSink> events_;
  std::optional<io::GeoJsonWriter> geojson_;
  std::optional<io::TrackWriter> tracks_;
  std::optional<io::RejectWriter> rejects_;
  std::optional<io::QualityWriter> quality_;
  std::vector<Refused> refusals_;
  std::vector<BadRowKept> bad_rows_;
};

/// A line on a terminal that says how far a replay is; nothing elsewhere.
class ProgressLine {
 public:
  ProgressLine(bool wanted, const Recording& recording)
      : on_{wanted && isatty(STDERR_FILENO) == 1}, recording_{recording} {}
  ~ProgressLine() {
    if (drawn_) fmt::print(stderr, "\r\x1b[K");
  }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void draw(std::uint64_t fixes) {
    const auto now = std::chrono::steady_clock::now();
    if (!on_ || now - last_ < std::chrono::milliseconds{200}) return;
    last_ = now;
    drawn_ = true;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    const double share = recording_.share_read();
    fmt::print(stderr, "\r\x1b[K{:.1f} M fixes, {:.2f} M/s{}", static_cast<double>(fixes) * 1e-6,
               static_cast<double>(fixes) * 1e-6 / seconds,
               share >= 0.0 ? fmt::format(", {:.0f} %", 100.0 * share) : "");
    std::fflush(stderr);
  }

 private:
  bool on_;
  bool drawn_ = false;
  const Recording& recording_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last_ = start_;
};

std::vector<std::string> all_files(const std::vector<std::string>& arguments) {
  try {
    return io::all_track_files(arguments);
  } catch (const FileError& error) {
    throw InputRefused{error.what()};
  }
}

ReplayOptions options_of(const ReplayRequest& request, const Settings& settings) {
  ReplayOptions options;
  options.engine.front = settings.front;
  if (request.lateness) options.engine.front.order.lateness = *request.lateness;
  options.engine.tracks = !request.tracks_out.empty() || !request.geojson.empty() || !request.quality.empty();
  options.shards = request.shards;
  if (request.journal) {
    options.order = ReplayOrder::arrival;
    options.engine.journal.horizon = *request.journal;
  }
  options.final_only = request.final_only;
  options.until = request.until;
  options.interrupted = &InterruptWatch::asked();
  options.map_guard = settings.map_guard;
  options.map_guard->tracks_read_as = request.format.datum;
  options.map_guard->registry_read_as = request.registry_datum;
  return options;
}

void print_summary(const ReplayRequest& request, const ReplaySummary& summary) {
  const bool results_on_stdout = request.events == "-" || request.geojson == "-" || request.tracks_out == "-" ||
                                 request.rejects == "-" || request.quality == "-";
  std::FILE* where = results_on_stdout ? stderr : stdout;
  if (request.json)
    fmt::print(where, "{}", as_json(summary));
  else if (!request.quiet)
    fmt::print(where, "{}", as_text(summary));
}

ExitCode exit_code_of(const ReplayRequest& request, const ReplayResult& result, const ReplaySummary& summary) {
  if (result.broken_off) return ExitCode::input_refused;
  if (result.interrupted) return ExitCode::interrupted;
  if (summary.rejected() == 0) return ExitCode::done;
  return request.strict ? ExitCode::input_refused : ExitCode::rows_rejected;
}

void tell_of_strict_rejection(const ReplaySummary& summary) {
  for (std::size_t i = 0; i < verdict_count; ++i) {
    const auto why = static_cast<Verdict>(i);
    if (why == Verdict::kept || why == Verdict::merged || why == Verdict::duplicate || summary.counts[why] == 0)
      continue;
    fmt::print(stderr, "haulwatch: --strict: {} row(s) rejected as {}; {}\n", summary.counts[why], name_of(why),
               summary.first[i]);
  }
}

}  // namespace

ExitCode run_replay(const ReplayRequest& request) {
  const Settings settings = load_settings(request.settings);
  const auto registry = load_registry(request.registry, request.registry_datum);
  const auto manifests = load_manifests(request.manifests, *registry, !request.registry.empty(), request.until);

  const auto begin = std::chrono::steady_clock::now();
  const InterruptWatch interrupt;
  Recording recording{all_files(request.tracks), request.format};
  ReplaySummary summary;
  Outputs outputs{request, recording, summary};
  recording.on_bad_row = [&](const io::BadRow& row) {
    if (request.strict)
      throw StrictStop{fmt::format("{}:{}: {}{}", row.file, row.line, row.cause,
                                   row.found.empty() ? "" : fmt::format(": {}", row.found.substr(0, 60)))};
    outputs.on_bad_row(recording.current_file(), row);
  };
  ReplayOptions options = options_of(request, settings);
  options.manifests = manifests;
  std::uint64_t fixes_read = 0;
  ProgressLine progress{!request.quiet, recording};
  options.progress = [&](std::uint64_t fixes) {
    fixes_read = fixes;
    progress.draw(fixes);
  };
  Replay replay{registry, default_chain(settings.detect), options};
  ReplayResult result;
  try {
    result = replay.run([&] { return recording.open(); }, recording.names(), outputs);
  } catch (const StrictStop& stop) {
    fmt::print(stderr, "haulwatch: --strict: {}\n", stop.what());
    return ExitCode::input_refused;
  }
  outputs.write_rejects(recording);
  outputs.close();

  summary.counts += result.counts;
  summary.passed_over = result.passed_over;
  summary.vehicles = result.vehicles;
  summary.sorted_vehicles = result.sorted_vehicles;
  summary.reruns = result.reruns;
  summary.journal = result.journal;
  summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (result.broken_off) fmt::print(stderr, "haulwatch: {}; what came before it was replayed\n", *result.broken_off);
  if (result.interrupted)
    fmt::print(stderr, "haulwatch: stopped by request after {} fixes; what was proven by then is written\n",
               fixes_read);
  if (result.withheld > 0)
    fmt::print(
        stderr,
        "haulwatch: {} suspicion(s) withheld: places of tracks and registry lie apart; see map_shift_suspected\n",
        result.withheld);
  if (request.strict) tell_of_strict_rejection(summary);
  print_summary(request, summary);
  return exit_code_of(request, result, summary);
}

}  // namespace haulwatch::cli
