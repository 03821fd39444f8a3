#include "decode_command.hpp"

#include "profile_file.hpp"
#include "replay_command.hpp"

#include <haulwatch/error.hpp>
#include <haulwatch/io/fix_csv.hpp>
#include <haulwatch/io/frame_recording.hpp>
#include <haulwatch/io/jt808/stream_parser.hpp>
#include <haulwatch/io/nmea/stream_parser.hpp>
#include <haulwatch/io/output_file.hpp>
#include <haulwatch/io/track_files.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <bitset>
#include <cstdio>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace haulwatch::cli {

namespace {

namespace jt808 = io::jt808;
namespace nmea = io::nmea;

/// Rows of tracks on standard output, and the first of what was refused for each cause.
class Output {
 public:
  explicit Output(std::string_view further_columns) {
    file_.write(io::tracks_header);
    file_.write(further_columns);
    file_.write("\n");
  }

  void write(std::string_view vehicle, const Fix& fix, std::string_view further_cells) {
    row_.clear();
    io::append_csv(row_, vehicle, fix);
    row_ += further_cells;
    row_ += '\n';
    file_.write(row_);
  }

  void refuse(std::size_t cause, std::uint64_t place) {
    if (firsts_[cause] == 0) firsts_[cause] = place;
    ++refused_;
  }
  void refuse_text(std::uint64_t line) {
    if (bad_texts_++ == 0) first_bad_text_ = line;
    ++refused_;
  }

  [[nodiscard]] std::uint64_t first_of(std::size_t cause) const noexcept { return firsts_[cause]; }
  [[nodiscard]] std::uint64_t bad_texts() const noexcept { return bad_texts_; }
  [[nodiscard]] std::uint64_t first_bad_text() const noexcept { return first_bad_text_; }
  [[nodiscard]] bool has_refused() const noexcept { return refused_ > 0; }
  void close() { file_.close(); }

 private:
  io::OutputFile file_{"-"};
  std::string row_;
  std::array<std::uint64_t, 16> firsts_{};
  std::uint64_t bad_texts_ = 0;
  std::uint64_t first_bad_text_ = 0;
  std::uint64_t refused_ = 0;
};
static_assert(jt808::fault_count <= 16 && nmea::fault_count <= 16);

template <std::size_t Causes, class NameOf>
void print_causes(std::string_view title, const std::array<std::uint64_t, Causes>& counts, NameOf&& name_of) {
  for (std::size_t i = 0; i < Causes; ++i)
    if (counts[i] > 0) fmt::print(stderr, "  {:>10}  {}: {}\n", counts[i], title, name_of(i));
}

std::string parts_text(const std::bitset<jt808::sensor_part_count>& parts) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i]) continue;
    if (!text.empty()) text += '+';
    text += jt808::name_of(static_cast<jt808::SensorPart>(i));
  }
  return text;
}

class Jt808Decoder : public jt808::Listener {
 public:
  Jt808Decoder(Output& output, jt808::ParserOptions options) : output_{output}, parser_{std::move(options)} {}

  void read(io::FrameRecording& recording) {
    for (io::FrameRecording::Piece piece; recording.next(piece);) {
      line_ = piece.line;
      if (piece.is_bad_text)
        output_.refuse_text(piece.line);
      else
        parser_.push(piece.bytes, *this);
    }
    ends_within_frame_ = parser_.holds_part_of_frame();
  }

  void on_fix(const jt808::Report& report) override {
    further_.clear();
    further_ += ',' + parts_text(report.sensors.faulty) + ',' + parts_text(report.sensors.tampered);
    further_ += report.sensors.overloaded == Sensed::unknown ? ","
                : report.sensors.overloaded == Sensed::yes   ? ",1"
                                                             : ",0";
    further_ += report.is_encrypted() ? ",1" : ",0";
    output_.write(report.terminal, report.fix, further_);
  }
  void on_refused(const jt808::Refusal& refusal) override {
    output_.refuse(static_cast<std::size_t>(refusal.fault), line_ != 0 ? line_ : refusal.frame);
  }

  void print_summary() const {
    const jt808::Counts& counts = parser_.counts();
    fmt::print(stderr, "  {:>10}  frames: {} whole messages, {} parts of split ones ({} became whole), {} refused\n",
               counts.frames, counts.messages, counts.parts, counts.joined, counts.refused_frames);
    fmt::print(stderr, "  {:>10}  fixes\n", counts.fixes);
    if (counts.encrypted_positions > 0)
      fmt::print(stderr, "  {:>10}  of them encrypted, so not valid\n", counts.encrypted_positions);
    print_causes("refused", counts.refused, [&](std::size_t i) {
      return fmt::format("{}; first: {} {}", name_of(static_cast<jt808::Fault>(i)), line_ != 0 ? "line" : "frame",
                         output_.first_of(i));
    });
    print_causes("tolerated", counts.tolerated,
                 [](std::size_t i) { return std::string{name_of(static_cast<jt808::Fault>(i))}; });
    if (output_.bad_texts() > 0)
      fmt::print(stderr, "  {:>10}  refused: not hex digits; first: line {}\n", output_.bad_texts(),
                 output_.first_bad_text());
    if (counts.broken_items > 0)
      fmt::print(stderr, "  {:>10}  fixes whose extra items do not add up\n", counts.broken_items);
    if (counts.outside_bytes > 0) fmt::print(stderr, "  {:>10}  bytes before the first frame\n", counts.outside_bytes);
    if (ends_within_frame_) fmt::print(stderr, "              the input ends within a frame\n");
    const std::size_t open = parser_.open_messages().size();
    if (open > 0) fmt::print(stderr, "  {:>10}  split messages still wait for parts\n", open);
    print_unknown("messages not read, as 0x", counts.unknown_messages, 4);
    print_unknown("items not read, as 0x", counts.unknown_items, 2);
  }

  [[nodiscard]] bool ends_within_frame() const noexcept { return ends_within_frame_; }

 private:
  static void print_unknown(std::string_view title, const jt808::IdCounts& unknown, int digits) {
    if (unknown.total() == 0) return;
    constexpr std::size_t shown = 12;
    std::vector<jt808::IdCounts::Entry> entries{unknown.entries().begin(), unknown.entries().end()};
    std::stable_sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.count > b.count; });
    std::string list;
    std::uint64_t others = unknown.others();
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (i >= shown)
        others += entries[i].count;
      else
        list += fmt::format("{}{:0{}x} ({})", list.empty() ? "" : ", ", entries[i].id, digits, entries[i].count);
    }
    if (others > 0) list += fmt::format(", others ({})", others);
    fmt::print(stderr, "  {:>10}  {}: {}\n", unknown.total(), title, list);
  }

  Output& output_;
  jt808::StreamParser parser_;
  std::string further_;
  std::uint64_t line_ = 0;
  bool ends_within_frame_ = false;
};

class NmeaDecoder : public nmea::Listener {
 public:
  NmeaDecoder(Output& output, io::Strictness strictness, std::string receiver)
      : output_{output}, parser_{strictness}, receiver_{std::move(receiver)} {}

  void read(io::ByteSource& source) {
    std::array<char, 1U << 16U> block;
    for (std::size_t got = 0; (got = source.read(block)) > 0;) parser_.push(std::string_view{block.data(), got}, *this);
    parser_.finish(*this);
  }

  void on_fix(const nmea::Report& report) override {
    output_.write(report.vehicle.empty() ? std::string_view{receiver_} : report.vehicle, report.fix, {});
  }
  void on_refused(nmea::Fault fault, std::string_view /*line*/) override {
    output_.refuse(static_cast<std::size_t>(fault), parser_.counts().lines);
  }

  void print_summary() const {
    const nmea::Counts& counts = parser_.counts();
    fmt::print(stderr, "  {:>10}  lines, {} of them sentences\n  {:>10}  fixes\n", counts.lines, counts.sentences,
               counts.fixes);
    print_causes("refused", counts.refused, [&](std::size_t i) {
      return fmt::format("{}; first: line {}", name_of(static_cast<nmea::Fault>(i)), output_.first_of(i));
    });
    print_causes("tolerated", counts.tolerated,
                 [](std::size_t i) { return std::string{name_of(static_cast<nmea::Fault>(i))}; });
    if (counts.other_sentences > 0) fmt::print(stderr, "  {:>10}  other sentences, not read\n", counts.other_sentences);
    std::string types;
    for (std::size_t type = 0; type < counts.ais_messages.size(); ++type)
      if (counts.ais_messages[type] > 0)
        types += fmt::format("{}{} ({})", types.empty() ? "" : ", ", type, counts.ais_messages[type]);
    if (!types.empty()) fmt::print(stderr, "              AIS messages by type: {}\n", types);
    if (parser_.ais_given_up() > 0)
      fmt::print(stderr, "  {:>10}  AIS messages of which sentences are missing\n", parser_.ais_given_up());
  }

 private:
  Output& output_;
  nmea::StreamParser parser_;
  std::string receiver_;
};

std::unique_ptr<io::ByteSource> open_input(const std::string& path) {
  try {
    return io::open_bytes(path);
  } catch (const FileError& error) {
    throw InputRefused{error.what()};
  }
}

/// What could be read of a file that breaks off has been written by then.
template <class Read>
std::optional<std::string> broken_off(Read&& read) {
  try {
    read();
    return std::nullopt;
  } catch (const FileError& error) {
    return error.what();
  }
}

ExitCode conclude(Output& output, const std::optional<std::string>& fault) {
  output.close();
  if (fault) {
    fmt::print(stderr, "haulwatch: {}; what came before it was decoded\n", *fault);
    return ExitCode::input_refused;
  }
  return output.has_refused() ? ExitCode::rows_rejected : ExitCode::done;
}

io::Strictness strictness_of(const DecodeRequest& request) {
  return request.lenient ? io::Strictness::lenient : io::Strictness::strict;
}

ExitCode decode_jt808(const DecodeRequest& request) {
  jt808::ParserOptions options{.strictness = strictness_of(request), .profile = find_profile(request.profile)};
  io::FrameRecording recording{open_input(request.frames), request.raw ? io::FrameText::raw : io::FrameText::hex};
  Output output{",sensor_fault,tamper,overloaded,encrypted"};
  Jt808Decoder decoder{output, std::move(options)};
  const auto fault = broken_off([&] { decoder.read(recording); });
  if (!request.quiet) decoder.print_summary();
  const ExitCode code = conclude(output, fault);
  return code == ExitCode::done && decoder.ends_within_frame() ? ExitCode::rows_rejected : code;
}

ExitCode decode_nmea(const DecodeRequest& request) {
  const std::unique_ptr<io::ByteSource> source = open_input(request.frames);
  Output output{""};
  const std::string receiver = request.vehicle.empty() ? std::string{io::track_name(source->name())} : request.vehicle;
  NmeaDecoder decoder{output, strictness_of(request), receiver};
  const auto fault = broken_off([&] { decoder.read(*source); });
  if (!request.quiet) decoder.print_summary();
  return conclude(output, fault);
}

}  // namespace

void add_decode(CLI::App& app, DecodeRequest& request) {
  CLI::App* command = app.add_subcommand("decode", "Turn terminals' frames or receivers' sentences into tracks");
  command->footer(
      "Tracks go to standard output as CSV, what was read and refused to standard error.\n"
      "Example:\n"
      "  haulwatch decode jt808 --profile status-word frames.hex > tracks.csv\n"
      "  haulwatch decode nmea --vehicle T-7 receiver.nmea > tracks.csv");
  command->add_option("protocol", request.protocol, "jt808, or nmea (AIS too)")
      ->required()
      ->check(CLI::IsMember({"jt808", "nmea"}));
  command->add_option("frames", request.frames, "hex digits a line, or sentences; - for standard input")->required();
  command->add_option("--profile", request.profile, "what the terminal model's bits mean: a file, or a shipped name");
  command->add_option("--vehicle", request.vehicle, "whose receiver wrote NMEA sentences (the file's name)");
  command->add_flag("--raw", request.raw, "the frames' own bytes instead of hex digits");
  command->add_flag("--lenient", request.lenient, "take frames and sentences that lie about length or check byte");
  command->add_flag("--quiet", request.quiet, "no summary");
}

ExitCode run_decode(const DecodeRequest& request) {
  if (request.protocol == "jt808") return decode_jt808(request);
  if (request.raw || !request.profile.empty()) {
    fmt::print(stderr, "haulwatch: --raw and --profile are for jt808\n");
    return ExitCode::usage;
  }
  return decode_nmea(request);
}

}  // namespace haulwatch::cli
