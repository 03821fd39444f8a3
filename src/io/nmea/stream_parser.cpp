#include <haulwatch/io/nmea/stream_parser.hpp>

#include <algorithm>
#include <cstring>

namespace haulwatch::io::nmea {
namespace {

[[nodiscard]] bool is_blank(std::string_view line) noexcept {
  return line.find_first_not_of(" \t") == std::string_view::npos;
}

[[nodiscard]] std::optional<unsigned> digit_of(std::string_view field) noexcept {
  if (field.size() != 1 || field[0] < '0' || field[0] > '9') return std::nullopt;
  return static_cast<unsigned>(field[0] - '0');
}

[[nodiscard]] std::optional<Fragment> fragment_of(const Sentence& sentence) noexcept {
  const auto count = digit_of(sentence.field(1));
  const auto number = digit_of(sentence.field(2));
  if (!count || !number || *number == 0 || *number > *count) return std::nullopt;
  const auto first_of = [](std::string_view text) { return text.empty() ? ' ' : text[0]; };
  return Fragment{*count,  *number,          first_of(sentence.field(3)), first_of(sentence.field(4)),
                  no_time, sentence.field(5)};
}

}  // namespace

void StreamParser::push(std::string_view bytes, Listener& listener, TimeUtc heard) {
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    const std::size_t room = std::min(end, line_.size() - size_);
    line_too_long_ = line_too_long_ || room < end;
    std::memcpy(line_.data() + size_, bytes.data(), room);
    size_ += room;
    if (end == bytes.size()) return;
    bytes.remove_prefix(end + 1);
    take_line({line_.data(), size_}, listener, heard);
  }
}

void StreamParser::finish(Listener& listener, TimeUtc heard) {
  if (size_ > 0) take_line({line_.data(), size_}, listener, heard);
  give_waiting({}, listener);
}

void StreamParser::take_line(std::string_view line, Listener& listener, TimeUtc heard) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  size_ = 0;
  Context context{listener, heard, line};
  ++counts_.lines;
  if (line_too_long_) {
    line_too_long_ = false;
    return refuse(Fault::too_long, context);
  }
  if (is_blank(line)) return;
  const SentenceReading reading = SentenceReading::read(line);
  if (!is_passable(reading.fault, context)) return;
  ++counts_.sentences;
  if (reading.received_ms) context.heard = TimeUtc{Milliseconds{*reading.received_ms}};
  const Sentence& sentence = reading.sentence;
  listener.on_sentence(sentence);
  if (sentence.kind() == "RMC") return take_rmc(sentence, context);
  if (sentence.kind() == "GGA") return take_gga(sentence, context);
  if (sentence.kind() == "VDM" || sentence.kind() == "VDO") return take_ais(sentence, context);
  ++counts_.other_sentences;
}

bool StreamParser::is_passable(LineFault fault, Context& context) {
  if (fault == LineFault::none) return true;
  const Fault why = fault == LineFault::not_a_sentence ? Fault::not_a_sentence
                    : fault == LineFault::no_checksum  ? Fault::no_checksum
                                                       : Fault::checksum;
  if (strictness_ == Strictness::lenient && why != Fault::not_a_sentence) {
    ++counts_.tolerated[static_cast<std::size_t>(why)];
    return true;
  }
  refuse(why, context);
  return false;
}

void StreamParser::take_rmc(const Sentence& sentence, Context& context) {
  give_waiting({}, context.listener);
  const std::optional<RmcReport> report = read_rmc(sentence);
  if (!report) return refuse(Fault::bad_rmc, context);
  waiting_ = WaitingRmc{*report, context.heard, static_cast<std::uint32_t>(counts_.lines)};
  last_rmc_ = report->time_of_day;
  const bool has_gga = last_gga_ && last_gga_->time_of_day == report->time_of_day;
  if (has_gga) return give_waiting(last_gga_->hdop, context.listener);
  if (!gga_follows_) give_waiting({}, context.listener);
}

void StreamParser::take_gga(const Sentence& sentence, Context& context) {
  last_gga_ = read_gga(sentence);
  if (!last_gga_) return refuse(Fault::bad_gga, context);
  gga_follows_ = gga_follows_ || last_rmc_ == last_gga_->time_of_day;
  if (waiting_ && waiting_->report.time_of_day == last_gga_->time_of_day) {
    return give_waiting(last_gga_->hdop, context.listener);
  }
  give_waiting({}, context.listener);
}

void StreamParser::give_waiting(Reading hdop, Listener& listener) {
  if (!waiting_) return;
  const WaitingRmc rmc = *waiting_;
  waiting_.reset();
  Report report;
  report.fix.time = rmc.report.time;
  report.fix.received = rmc.heard;
  report.fix.position = rmc.report.position;
  report.fix.speed_mps = rmc.report.speed_mps;
  report.fix.heading_deg = rmc.report.heading_deg;
  report.fix.hdop = hdop;
  report.fix.valid = rmc.report.valid;
  report.fix.record = rmc.record;
  ++counts_.fixes;
  listener.on_fix(report);
}

void StreamParser::take_ais(const Sentence& sentence, Context& context) {
  std::optional<Fragment> fragment = fragment_of(sentence);
  if (!fragment) return refuse(Fault::bad_ais_sentence, context);
  fragment->heard = context.heard;
  const FragmentAssembler::Step step = fragments_.add(*fragment);
  if (step == FragmentAssembler::Step::out_of_order) return refuse(Fault::ais_fragment, context);
  if (step == FragmentAssembler::Step::waits) return;
  const std::optional<AisBits> message = AisBits::read(fragments_.letters(), digit_of(sentence.field(6)).value_or(0));
  if (!message || message->size() < 38) return refuse(Fault::bad_ais_sentence, context);
  context.heard = fragments_.heard();
  take_ais_message(*message, context);
}

void StreamParser::take_ais_message(const AisBits& message, Context& context) {
  ++counts_.ais_messages[message.type()];
  context.listener.on_ais(message);
  if (const std::optional<TimeUtc> clock = read_ais_clock(message)) clock_ = *clock;
  if (!is_position_report(message.type())) return;
  if (message.size() != position_report_size(message.type())) {
    if (strictness_ == Strictness::strict) return refuse(Fault::ais_length, context);
    ++counts_.tolerated[static_cast<std::size_t>(Fault::ais_length)];
  }
  const std::optional<AisPosition> position = read_ais_position(message);
  if (!position) return refuse(Fault::ais_length, context);
  const TimeUtc reference = context.heard != no_time ? context.heard : clock_;
  if (reference == no_time) return refuse(Fault::no_time, context);
  const MmsiText mmsi{message.mmsi()};
  Report report;
  report.vehicle = mmsi.text();
  report.fix.time = position->second ? time_of_second(*position->second, reference) : reference;
  report.fix.received = context.heard;
  report.fix.position = position->position;
  report.fix.speed_mps = position->speed_mps;
  report.fix.heading_deg = position->heading_deg;
  report.fix.valid = position->valid;
  report.fix.record = static_cast<std::uint32_t>(counts_.lines);
  ++counts_.fixes;
  context.listener.on_fix(report);
}

void StreamParser::refuse(Fault fault, Context& context) {
  ++counts_.refused[static_cast<std::size_t>(fault)];
  context.listener.on_refused(fault, context.line);
}

}  // namespace haulwatch::io::nmea
