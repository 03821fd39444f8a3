#include <haulwatch/io/wire.hpp>

#include "wire_messages.hpp"

#include <google/protobuf/io/coded_stream.h>

#include <algorithm>
#include <istream>
#include <optional>
#include <utility>

namespace haulwatch::io {
namespace {

template <class Message>
void append_delimited(std::string& out, const Message& message) {
  using google::protobuf::io::CodedOutputStream;
  const auto size = static_cast<std::uint32_t>(message.ByteSizeLong());
  const std::size_t before = out.size();
  out.resize(before + CodedOutputStream::VarintSize32(size) + size);
  auto* to = reinterpret_cast<std::uint8_t*>(out.data() + before);
  to = CodedOutputStream::WriteVarint32ToArray(size, to);
  message.SerializeWithCachedSizesToArray(to);
}

/// Bytes of a memory block, or of a stream behind a buffer that is reused.
class Source {
 public:
  explicit Source(std::span<const std::byte> bytes) noexcept : memory_{bytes} {}
  explicit Source(std::istream& in) noexcept : in_{&in} {}

  /// \return nothing at the end, or where the stream fails
  std::optional<std::uint8_t> byte() {
    if (in_ == nullptr) return position_ == memory_.size() ? std::nullopt : std::optional{front_byte()};
    const int c = in_->get();
    if (!in_->good()) return std::nullopt;
    ++position_;
    return static_cast<std::uint8_t>(c);
  }

  /// As many of the next `size` bytes as there are; valid until the next call.
  std::span<const std::byte> take(std::size_t size) {
    if (in_ == nullptr) {
      const auto taken = memory_.subspan(position_, std::min(size, memory_.size() - position_));
      position_ += taken.size();
      return taken;
    }
    buffer_.resize(size);
    in_->read(buffer_.data(), static_cast<std::streamsize>(size));
    const auto got = static_cast<std::size_t>(in_->gcount());
    position_ += got;
    return std::as_bytes(std::span{buffer_}.first(got));
  }

  [[nodiscard]] std::uint64_t position() const noexcept { return position_; }
  [[nodiscard]] bool failed() const { return in_ != nullptr && in_->bad(); }

 private:
  std::uint8_t front_byte() noexcept { return std::to_integer<std::uint8_t>(memory_[position_++]); }

  std::span<const std::byte> memory_;
  std::istream* in_ = nullptr;
  std::string buffer_;
  std::size_t position_ = 0;
};

}  // namespace

struct WireWriter::Messages {
  v1::Fix fix;
  v1::Event event;
  v1::Manifest manifest;
};

WireWriter::WireWriter() : messages_{std::make_unique<Messages>()} {}
WireWriter::~WireWriter() = default;
WireWriter::WireWriter(WireWriter&&) noexcept = default;
WireWriter& WireWriter::operator=(WireWriter&&) noexcept = default;

void WireWriter::append(std::string& out, const Fix& fix, std::string_view vehicle) {
  messages_->fix.Clear();
  detail::fill(messages_->fix, fix, vehicle);
  append_delimited(out, messages_->fix);
}

void WireWriter::append(std::string& out, const Event& event) {
  messages_->event.Clear();
  detail::fill(messages_->event, event);
  append_delimited(out, messages_->event);
}

void WireWriter::append(std::string& out, const Manifest& manifest) {
  messages_->manifest.Clear();
  detail::fill(messages_->manifest, manifest);
  append_delimited(out, messages_->manifest);
}

std::string describe(const WireFault& fault) {
  return "record " + std::to_string(fault.record) + " at byte " + std::to_string(fault.offset) + ": " + fault.message;
}

struct WireReader::State {
  template <class Input>
  explicit State(Input&& input) : source{std::forward<Input>(input)} {}

  /// Reads the next message, then gives it to `take`, which returns what is wrong with it.
  template <class Message, class Take>
  WireStep next(Message& message, const Take& take);

  /// The length that stands before the next record; nothing at the end or where the stream is broken.
  std::optional<std::size_t> length();
  WireStep frame(std::span<const std::byte>& body);

  std::nullopt_t stop(std::string message) {
    broken = true;
    fault.message = std::move(message);
    return std::nullopt;
  }

  Source source;
  v1::Fix fix;
  v1::Event event;
  v1::Manifest manifest;
  WireFault fault;
  std::uint64_t records = 0;
  bool broken = false;
};

std::optional<std::size_t> WireReader::State::length() {
  constexpr unsigned longest_varint_bits = 35;  // of a 32-bit number, which is what lengths are
  std::size_t value = 0;
  for (unsigned shift = 0; shift < longest_varint_bits; shift += 7) {
    const auto byte = source.byte();
    if (source.failed()) return stop("the stream cannot be read");
    if (!byte && shift == 0) return std::nullopt;
    if (!byte) return stop("the input ends inside the record's length");
    value |= std::size_t{*byte & 0x7FU} << shift;
    if ((*byte & 0x80U) != 0) continue;
    if (value <= wire_record_limit) return value;
    return stop("length " + std::to_string(value) + " is over the limit of " + std::to_string(wire_record_limit) +
                " bytes");
  }
  return stop("the length has no end: not a stream of delimited messages");
}

WireStep WireReader::State::frame(std::span<const std::byte>& body) {
  if (broken) return WireStep::broken;
  fault.record = records + 1;
  fault.offset = source.position();
  const auto size = length();
  if (!size) return broken ? WireStep::broken : WireStep::end;
  body = source.take(*size);
  if (body.size() == *size) return WireStep::record;
  stop(source.failed() ? "the stream cannot be read"
                       : "the input ends inside the record: " + std::to_string(*size) + " bytes announced, " +
                             std::to_string(body.size()) + " are there");
  return WireStep::broken;
}

template <class Message, class Take>
WireStep WireReader::State::next(Message& message, const Take& take) {
  std::span<const std::byte> body;
  if (const WireStep step = frame(body); step != WireStep::record) return step;
  ++records;
  const bool parsed = message.ParseFromArray(body.data(), static_cast<int>(body.size()));
  const std::string_view wrong = parsed ? take(message) : "not a message of this type, or text that is not UTF-8";
  if (wrong.empty()) return WireStep::record;
  fault.message = wrong;
  return WireStep::refused;
}

WireReader::WireReader(std::span<const std::byte> bytes) : state_{std::make_unique<State>(bytes)} {}
WireReader::WireReader(std::istream& in) : state_{std::make_unique<State>(in)} {}
WireReader::~WireReader() = default;
WireReader::WireReader(WireReader&&) noexcept = default;
WireReader& WireReader::operator=(WireReader&&) noexcept = default;

WireStep WireReader::next(Fix& fix, VehicleNames& names) {
  return state_->next(state_->fix, [&](const v1::Fix& message) { return detail::read(message, fix, names); });
}

WireStep WireReader::next(Event& event, TextStore& texts) {
  return state_->next(state_->event, [&](const v1::Event& message) { return detail::read(message, event, texts); });
}

WireStep WireReader::next(Manifest& manifest) {
  return state_->next(state_->manifest, [&](const v1::Manifest& message) { return detail::read(message, manifest); });
}

const WireFault& WireReader::fault() const noexcept {
  return state_->fault;
}

std::uint64_t WireReader::records() const noexcept {
  return state_->records;
}

}  // namespace haulwatch::io
