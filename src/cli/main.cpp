#include "bench_command.hpp"
#include "check_command.hpp"
#include "datum_choice.hpp"
#include "decode_command.hpp"
#include "duration_text.hpp"
#include "exit_code.hpp"
#include "explain_command.hpp"
#include "named_choice.hpp"
#include "profile_file.hpp"
#include "replay_command.hpp"
#include "score_command.hpp"
#include "settings_command.hpp"
#include "simulate_command.hpp"

#include <haulwatch/error.hpp>
#include <haulwatch/io/time_text.hpp>
#include <haulwatch/io/track_format.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace haulwatch;
using cli::ExitCode;

Milliseconds duration_of(const std::string& option, const std::string& text) {
  const auto duration = cli::parse_duration(text);
  if (!duration) throw io::FormatError{option + ": '" + text + "' is no duration; write it as 30s, 5min or 24h"};
  return *duration;
}

TimeUtc time_of(const std::string& option, const std::string& text) {
  const auto time = io::parse_rfc3339(text);
  if (!time) throw io::FormatError{option + ": '" + text + "' is no RFC 3339 time; write it as 2026-03-12T07:00:00Z"};
  return *time;
}

const std::map<std::string, io::TrackInput> inputs{
    {"table", io::TrackInput::table},         {"json", io::TrackInput::json}, {"jt808", io::TrackInput::jt808_hex},
    {"jt808-raw", io::TrackInput::jt808_raw}, {"nmea", io::TrackInput::nmea},
};

/// The options that tell how somebody else's tracks are to be read.
struct FormatTexts {
  std::vector<std::string> columns;
  std::string time_format, time_zone, delimiter, wide, plane_origin, profile;
  io::TrackInput input = io::TrackInput::recognised;
  bool lenient = false;
  std::size_t skip_lines = 0;
  bool no_header = false;
  Datum datum = Datum::wgs84;

  void add_to(CLI::App& app) {
    app.add_option("--datum", datum, "datum of the tracks: wgs84, gcj02 or bd09")->transform(cli::datum_choice());
    app.add_option(
           "--column", columns,
           "name=theirs: their header name, number from 1, date+time of two columns, SOG*0.514444 with a factor; "
           "vehicle=@file or vehicle='T-7'")
        ->allow_extra_args(false);
    app.add_option("--time-format", time_format,
                   "unix_s, unix_ms, unix_us, unix_ns or a pattern such as %d.%m.%Y %H:%M:%S");
    app.add_option("--time-zone", time_zone, "offset of times that name none, as +08:00");
    app.add_option("--delimiter", delimiter, "one character, or tab, blank, semicolon, pipe");
    app.add_flag("--no-header", no_header, "the first row is a fix; columns go by number");
    app.add_option("--skip-lines", skip_lines, "lines before the header or the first row");
    app.add_option("--wide", wide, "SKIP+WIDTH: a row holds a whole track, WIDTH fields a fix after SKIP fields");
    app.add_option("--input", input, "what the files are: table, json, jt808 (hex lines), jt808-raw or nmea")
        ->transform(cli::named_choice(inputs));
    app.add_option("--profile", profile, "what the bits of the JT/T 808 terminals mean: a file, or a shipped name");
    app.add_flag("--lenient", lenient, "take frames and sentences that lie about length or check byte");
    app.add_option("--plane-origin", plane_origin, "LON,LAT: lon and lat columns hold metres east and north of here");
  }

  [[nodiscard]] io::TrackFormat read() const {
    io::TrackFormat format;
    for (const std::string& column : columns) format.map(column);
    format.time_format = time_format;
    if (!time_zone.empty()) format.time_zone = io::parse_time_zone(time_zone);
    if (!delimiter.empty()) format.delimiter = io::parse_delimiter(delimiter);
    if (!wide.empty()) format.wide = io::parse_wide_rows(wide);
    if (!plane_origin.empty()) format.plane_origin = io::parse_origin(plane_origin);
    if (no_header) format.header = io::HeaderLine::absent;
    format.skip_lines = skip_lines;
    format.datum = datum;
    format.input = input;
    format.strictness = lenient ? io::Strictness::lenient : io::Strictness::strict;
    format.profile = cli::find_profile(profile);
    return format;
  }
};

struct ReplayTexts {
  FormatTexts format;
  std::string lateness, journal, until;
};

void add_replay(CLI::App& app, cli::ReplayRequest& request, ReplayTexts& texts) {
  CLI::App* replay = app.add_subcommand("replay", "Replay recorded tracks: clean them and say what happened");
  replay->footer(
      "Example:\n"
      "  haulwatch replay --registry county.geojson --events day.jsonl --geojson day.geojson tracks.csv.gz\n"
      "  haulwatch replay --no-header --delimiter blank --time-format unix_s --column lat=1 --column lon=2 \\\n"
      "                   --column time=4 --column vehicle=@file taxis/");
  replay->add_option("--registry", request.registry, "sites, routes, zones, gates and permits (GeoJSON)");
  replay->add_option("--registry-datum", request.registry_datum, "datum of the registry")
      ->transform(cli::datum_choice());
  replay->add_option("--manifests", request.manifests, "transfer notes (JSON Lines)");
  replay->add_option("--settings", request.settings, "options of the stages, as 'haulwatch settings' prints them");
  replay->add_option("--events", request.events, "write events as JSON Lines; - for standard output");
  replay->add_option("--geojson", request.geojson, "write events and cleaned tracks for a GIS");
  replay->add_option("--tracks-out", request.tracks_out, "write raw and cleaned tracks side by side (CSV)");
  replay->add_option("--rejects", request.rejects, "write every refused row with its cause (CSV)");
  replay->add_option("--quality", request.quality, "write how good each vehicle's reports of each day were (CSV)");
  replay->add_flag("--final", request.final_only, "each event once, in its last revision, without retracted ones");
  replay->add_option("--shards", request.shards, "threads that fold, each its own vehicles")
      ->check(CLI::Range(1, 1024));
  replay->add_option("--lateness", texts.lateness, "how much later than a newer fix an older one may arrive (30s)");
  replay->add_option(
      "--journal", texts.journal,
      "24h: rows count as they arrived, late ones are put in their place and events revised; 0: late ones are refused; "
      "not given: rows need no order");
  replay->add_option("--until", texts.until, "leave out what was not known by then (RFC 3339)");
  replay->add_flag("--strict", request.strict, "a rejected row is an error");
  replay->add_flag("--quiet", request.quiet, "no progress and no summary");
  replay->add_flag("--json", request.json, "the summary as JSON");
  texts.format.add_to(*replay);
  replay->add_option("tracks", request.tracks, "CSV, JSON, JT/T 808 or NMEA files, plain or .gz, a folder, or -")
      ->required();
}

ExitCode replay(cli::ReplayRequest request, const ReplayTexts& texts) {
  request.format = texts.format.read();
  if (!texts.lateness.empty()) request.lateness = duration_of("--lateness", texts.lateness);
  if (!texts.journal.empty()) request.journal = duration_of("--journal", texts.journal);
  if (!texts.until.empty()) request.until = time_of("--until", texts.until);
  return cli::run_replay(request);
}

void add_explain(CLI::App& app, cli::ExplainRequest& request, FormatTexts& format) {
  CLI::App* explain =
      app.add_subcommand("explain", "Put one event into words: what was seen, compared, and would have cleared it");
  explain->footer(
      "Example:\n"
      "  haulwatch explain day.jsonl 33d41edefec74919 --registry county.geojson --tracks tracks.csv.gz");
  explain->add_option("events", request.events, "events as replay wrote them (JSON Lines, plain or .gz)")->required();
  explain->add_option("id", request.id, "an event's id, or its subject for all events of that episode")->required();
  explain->add_option("--tracks", request.tracks, "the tracks that were replayed: files or a folder");
  explain->add_option("--registry", request.registry, "the registry that was in force (GeoJSON)");
  explain->add_option("--registry-datum", request.registry_datum, "datum of the registry")
      ->transform(cli::datum_choice());
  explain->add_option("--settings", request.settings, "options with which the events were found");
  explain->add_flag("--json", request.json, "one JSON object for each event");
  format.add_to(*explain);
  explain->get_option("--time-zone")->description("offset of the times told, and of those in tracks that name none");
}

void add_bench(CLI::App& app, cli::BenchRequest& request, FormatTexts& format) {
  CLI::App* bench = app.add_subcommand("bench", "Measure how fast this machine reads and folds");
  bench->footer(
      "Example:\n  haulwatch bench --vehicles 1000,100000\n  haulwatch bench --registry county.geojson --shards 1,4 "
      "tracks.csv.gz");
  bench->add_option("tracks", request.tracks, "files or folders; without them, simulated fleets");
  bench->add_option("--vehicles", request.vehicles, "sizes of the simulated fleets (1000,10000)")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::Range(1, 1'000'000));
  bench->add_option("--shards", request.shards, "threads that fold (1, and the number of cores)")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::Range(1, 256));
  bench->add_option("--registry", request.registry, "sites, routes, zones, gates and permits (GeoJSON)");
  bench->add_option("--registry-datum", request.registry_datum, "datum of the registry")
      ->transform(cli::datum_choice());
  bench->add_option("--settings", request.settings, "options of the stages, as 'haulwatch settings' prints them");
  bench->add_flag("--json", request.json, "a JSON array instead of the table");
  format.add_to(*bench);
}

ExitCode bench(cli::BenchRequest request, const FormatTexts& format) {
  request.format = format.read();
  if (request.tracks.empty() && !request.registry.empty())
    throw io::FormatError{"--registry: simulated fleets have their own; name the tracks to measure"};
  return cli::run_bench(request);
}

ExitCode explain(cli::ExplainRequest request, const FormatTexts& format) {
  request.format = format.read();
  request.utc_offset = request.format.time_zone;
  return cli::run_explain(request);
}

/// CLI11 would only say that a command is missing.
void name_unknown_command(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return;
  const auto known = app.get_subcommands([&](const CLI::App* command) { return command->check_name(argv[1]); });
  if (known.empty())
    throw CLI::ExtrasError{std::string{"there is no command '"} + argv[1] + "'", CLI::ExitCodes::ExtrasError};
}

int run(int argc, char** argv) {
  CLI::App app{"haulwatch watches trucks and says, with reasons, where every load went"};
  app.require_subcommand(1);
  app.set_version_flag("--version", HAULWATCH_VERSION);
  app.footer(
      "Exit status: 0 done, 1 failure, 2 wrong usage, 3 tracks, truth or events refused, 4 registry, manifests or "
      "settings refused,\n"
      "6 done, but some rows were rejected, 130 interrupted. Each command has its own --help with an example.");
  cli::ReplayRequest replay_request;
  replay_request.shards = std::max(1U, std::thread::hardware_concurrency());
  ReplayTexts replay_texts;
  add_replay(app, replay_request, replay_texts);
  cli::CheckRequest check_request;
  cli::add_check(app, check_request);
  cli::add_settings(app);
  cli::DecodeRequest decode_request;
  cli::add_decode(app, decode_request);
  cli::ScoreRequest score_request;
  cli::add_score(app, score_request);
  cli::ExplainRequest explain_request;
  FormatTexts explain_format;
  add_explain(app, explain_request, explain_format);
  cli::SimulateRequest simulate_request;
  cli::add_simulate(app, simulate_request);
  cli::BenchRequest bench_request;
  FormatTexts bench_format;
  add_bench(app, bench_request, bench_format);
  try {
    name_unknown_command(app, argc, argv);
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return static_cast<int>(app.exit(error) == 0 ? ExitCode::done : ExitCode::usage);
  }
  if (app.got_subcommand("replay")) return static_cast<int>(replay(replay_request, replay_texts));
  if (app.got_subcommand("decode")) return static_cast<int>(cli::run_decode(decode_request));
  if (app.got_subcommand("check")) return static_cast<int>(cli::run_check(check_request));
  if (app.got_subcommand("score")) return static_cast<int>(cli::run_score(score_request));
  if (app.got_subcommand("explain")) return static_cast<int>(explain(explain_request, explain_format));
  if (app.got_subcommand("simulate")) return static_cast<int>(cli::run_simulate(simulate_request));
  if (app.got_subcommand("bench")) return static_cast<int>(bench(bench_request, bench_format));
  return static_cast<int>(cli::run_settings());
}

}  // namespace

int main(int argc, char** argv) {
  const auto tell = [](const std::exception& error, ExitCode code) {
    fmt::print(stderr, "haulwatch: {}\n", error.what());
    return static_cast<int>(code);
  };
  try {
    return run(argc, argv);
  } catch (const Refused& error) {
    return tell(error, ExitCode::set_up_refused);
  } catch (const io::FormatError& error) {
    return tell(error, ExitCode::usage);
  } catch (const cli::InputRefused& error) {
    return tell(error, ExitCode::input_refused);
  } catch (const std::exception& error) {
    return tell(error, ExitCode::failure);
  }
}
