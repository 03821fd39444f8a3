#include <haulwatch/io/jt808/stream_parser.hpp>

#include <haulwatch/io/jt808/location_batch.hpp>
#include <haulwatch/io/jt808/recorder_positions.hpp>

#include <cstring>
#include <utility>

namespace haulwatch::io::jt808 {
namespace {

using detail::u32_at;

constexpr std::uint16_t odometer_item = 0x01;

/// Numbers that JT/T 808 (table 27) and JT/T 1078 give a meaning.
constexpr std::array<std::uint16_t, 19> standard_items{0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x11, 0x12, 0x13, 0x14,
                                                       0x15, 0x16, 0x17, 0x18, 0x25, 0x2A, 0x2B, 0x30, 0x31};

[[nodiscard]] std::uint8_t xor_of(Bytes bytes) noexcept {
  std::uint64_t wide = 0;
  while (bytes.size() >= sizeof wide) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, bytes.data(), sizeof eight);
    wide ^= eight;
    bytes = bytes.subspan(sizeof wide);
  }
  wide ^= wide >> 32U;
  wide ^= wide >> 16U;
  wide ^= wide >> 8U;
  auto sum = static_cast<std::uint8_t>(wide & 0xFFU);
  for (const std::uint8_t byte : bytes) sum = static_cast<std::uint8_t>(sum ^ byte);
  return sum;
}

[[nodiscard]] bool is_read(MessageId id) noexcept {
  switch (id) {
    case MessageId::terminal_answer:
    case MessageId::heartbeat:
    case MessageId::sign_off:
    case MessageId::registration:
    case MessageId::authentication:
    case MessageId::location:
    case MessageId::queried_location:
    case MessageId::control_answer:
    case MessageId::recorder_upload:
    case MessageId::location_batch:
      return true;
    default:
      return false;
  }
}

}  // namespace

StreamParser::StreamParser(ParserOptions options)
    : strictness_{options.strictness},
      kept_profile_{std::move(options.profile)},
      profile_{kept_profile_ ? kept_profile_.get() : &Profile::standard()},
      assembler_{options.most_parts} {
  for (const std::uint16_t item : standard_items) known_items_[item] = true;
  for (const Profile::Word& word : profile_->words) {
    if (word.from == Profile::Word::From::item && word.item < known_items_.size()) known_items_[word.item] = true;
  }
}

void StreamParser::push(Bytes bytes, Listener& listener, TimeUtc received) {
  const Context context{listener, received};
  counts_.bytes += bytes.size();
  deframer_.push(bytes, [&](Bytes content, std::optional<Fault> fault) { take_frame(content, fault, context); });
  counts_.outside_bytes = deframer_.outside_bytes();
}

void StreamParser::push_unescaped(Bytes content, Listener& listener, TimeUtc received) {
  counts_.bytes += content.size();
  take_frame(content, std::nullopt, {listener, received});
}

/// Whether a frame may go on in spite of this fault, which is counted if so.
bool StreamParser::is_passable(std::optional<Fault> fault) noexcept {
  if (!fault) return true;
  if (strictness_ == Strictness::strict || fault == Fault::too_long) return false;
  ++counts_.tolerated[static_cast<std::size_t>(*fault)];
  return true;
}

void StreamParser::take_frame(Bytes content, std::optional<Fault> fault, const Context& context) {
  ++counts_.frames;
  const auto refuse_frame = [&](Fault why, const std::optional<Header>& header = {}) {
    ++counts_.refused_frames;
    refuse(why, content, header, context);
  };
  if (!is_passable(fault)) return refuse_frame(*fault);
  const std::optional<Header> header = read_header(content.first(content.empty() ? 0 : content.size() - 1));
  if (!header) return refuse_frame(Fault::too_short);
  if (xor_of(content) != 0 && !is_passable(Fault::check_byte)) return refuse_frame(Fault::check_byte, header);
  const Bytes body = content.subspan(header->size, content.size() - header->size - 1);
  if (body.size() != header->body_length && !is_passable(Fault::body_length)) {
    return refuse_frame(Fault::body_length, header);
  }
  if (header->encryption != 0) return refuse_frame(Fault::encrypted_body, header);
  if (header->split) return take_part({*header, body}, context);
  ++counts_.messages;
  take_message({*header, body}, context);
}

void StreamParser::take_part(const Message& part, const Context& context) {
  ++counts_.parts;
  context.listener.on_part(part);
  // What is not read need not be whole: a photo would only push positions out.
  if (!is_read(part.header.id)) return counts_.unknown_messages.add(static_cast<std::uint16_t>(part.header.id));
  const MessageAssembler::Step step = assembler_.add(part);
  if (step.given_up) refuse(Fault::parts_missing, {}, step.given_up, context);
  if (step.fault) return refuse(*step.fault, part.body, part.header, context);
  if (!step.body) return;
  ++counts_.joined;
  take_message({part.header, *step.body}, context);
}

void StreamParser::take_message(const Message& message, const Context& context) {
  constexpr std::size_t asked_serial = 2;
  context.listener.on_message(message);
  switch (message.header.id) {
    case MessageId::location:
      return take_location(message.header, message.body, false, context);
    case MessageId::queried_location:
    case MessageId::control_answer:
      return take_location(message.header, message.body.subspan(std::min(asked_serial, message.body.size())), false,
                           context);
    case MessageId::location_batch:
      return take_batch(message, context);
    case MessageId::recorder_upload:
      return take_recorder_upload(message, context);
    default:
      if (!is_read(message.header.id)) counts_.unknown_messages.add(static_cast<std::uint16_t>(message.header.id));
  }
}

void StreamParser::take_batch(const Message& message, const Context& context) {
  Bytes location;
  LocationBatch check{message.body};
  while (check.next(location)) continue;
  if (!check.adds_up() && !is_passable(Fault::batch_lengths)) {
    return refuse(Fault::batch_lengths, message.body, message.header, context);
  }
  for (LocationBatch batch{message.body}; batch.next(location);) {
    take_location(message.header, location, batch.is_backfill(), context);
  }
}

void StreamParser::take_recorder_upload(const Message& message, const Context& context) {
  if (!holds_recorder_positions(message.body)) return;
  std::optional<RecorderPositions> positions = RecorderPositions::read(message.body);
  if (!positions) return refuse(Fault::recorder_block, message.body, message.header, context);
  for (RecordedPosition recorded; positions->next(recorded);) {
    Location location;
    location.time = recorded.time;
    location.position = recorded.position;
    Report report{{}, message.header.terminal.text(), {}, message.header, location};
    report.fix.time = recorded.time;
    report.fix.received = context.received;
    report.fix.position = recorded.position;
    report.fix.valid = Sensed::yes;
    report.fix.backfill = true;
    report.fix.record = static_cast<std::uint32_t>(counts_.frames);
    ++counts_.fixes;
    context.listener.on_fix(report);
  }
}

void StreamParser::take_location(const Header& header, Bytes body, bool backfill, const Context& context) {
  Location location;
  if (const std::optional<Fault> fault = read_location(body, location)) return refuse(*fault, body, header, context);
  Report report{{}, header.terminal.text(), {}, header, location};
  Fix& fix = report.fix;
  ProfileReading reading{*profile_, location};
  read_items(location, reading, fix);
  report.sensors = reading.report();
  fix.time = location.time;
  fix.received = context.received;
  fix.position = location.position;
  fix.speed_mps = location.speed_mps;
  fix.heading_deg = location.heading_deg;
  fix.sensors = report.sensors.sensors;
  fix.valid = location.has(status_bit::fix_valid) ? Sensed::yes : Sensed::no;
  fix.backfill = backfill;
  fix.record = static_cast<std::uint32_t>(counts_.frames);
  if (report.is_encrypted()) {
    fix.valid = Sensed::no;
    ++counts_.encrypted_positions;
  }
  ++counts_.fixes;
  context.listener.on_fix(report);
}

void StreamParser::read_items(const Location& location, ProfileReading& reading, Fix& fix) {
  if (location.items.empty()) return;
  if (!adds_up(location.items)) {
    ++counts_.broken_items;
    // A list that does not add up may be no list at all, and what looks like an odometer in it would be invented.
    if (strictness_ == Strictness::strict) return;
  }
  ItemReader items{location.items, profile_->framings};
  for (Item item; items.next(item);) {
    if (item.id == odometer_item && item.data.size() == 4) fix.odometer_m = 100.0 * u32_at(item.data, 0);
    reading.add(item);
    count_if_unknown(item.id);
  }
}

bool StreamParser::adds_up(Bytes list) const noexcept {
  ItemReader items{list, profile_->framings};
  for (Item item; items.next(item);) continue;
  return !items.is_broken();
}

void StreamParser::count_if_unknown(std::uint16_t item) noexcept {
  const bool known = item < known_items_.size() ? known_items_[item] : profile_->reads_item(item);
  if (!known) counts_.unknown_items.add(item);
}

void StreamParser::refuse(Fault fault, Bytes bytes, const std::optional<Header>& header, const Context& context) {
  ++counts_.refused[static_cast<std::size_t>(fault)];
  context.listener.on_refused({fault, bytes, header, counts_.frames});
}

}  // namespace haulwatch::io::jt808
