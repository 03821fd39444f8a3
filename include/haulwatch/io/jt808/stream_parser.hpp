#pragma once

#include <haulwatch/fix.hpp>
#include <haulwatch/io/jt808/counts.hpp>
#include <haulwatch/io/jt808/deframer.hpp>
#include <haulwatch/io/jt808/fault.hpp>
#include <haulwatch/io/jt808/header.hpp>
#include <haulwatch/io/jt808/location.hpp>
#include <haulwatch/io/jt808/message_assembler.hpp>
#include <haulwatch/io/jt808/profile.hpp>
#include <haulwatch/io/strictness.hpp>
#include <haulwatch/units.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace haulwatch::io::jt808 {

/// One position that a terminal reported.
struct Report {
  Fix fix;                    ///< its `vehicle` is not set: whoever interns the text sets it
  std::string_view terminal;  ///< `TerminalNumber::text` of the header
  SensorReport sensors;       ///< what is wrong with the sensors beside what they say
  const Header& header;       ///< of the message, for a split one of its last part
  const Location& location;   ///< as it came, extra items raw

  /// The place was encrypted, so it is none: `fix.valid` is `no`, and admission refuses it as `no_fix`.
  [[nodiscard]] bool is_encrypted() const noexcept { return location.has(status_bit::encrypted); }
};

/// What was refused, and its bytes: a frame without borders and escapes, or the body of a message or location.
struct Refusal {
  Fault fault{};
  Bytes bytes;
  std::optional<Header> header;  ///< where it could be read
  std::uint64_t frame = 0;       ///< the number of the frame, from 1
};

/// Who is told what a parser finds. All views live until the call returns. A call may throw, which ends the push: what
/// stands in the rest of its bytes is lost then.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void on_fix(const Report& report) = 0;
  /// Every whole message before what was read from it: to be answered, and to be read by whoever knows more of it.
  virtual void on_message(const Message& /*message*/) {}
  /// Every part of a split message, whether or not the whole will be put together.
  virtual void on_part(const Message& /*part*/) {}
  virtual void on_refused(const Refusal& /*refusal*/) {}
};

struct ParserOptions {
  Strictness strictness = Strictness::strict;
  std::shared_ptr<const Profile> profile;  ///< nullptr: `Profile::standard()`
  std::size_t most_parts = 32;             ///< room for parts of split messages: 2 KiB each, for the whole connection
};

/// Reads the bytes of one connection, or of a recording of several terminals.
///
/// Bytes may come in pieces of any size: the same bytes give the same calls. Read are 0x0200, 0x0201 and 0x0500
/// (positions), 0x0704 (batches; kind 1 makes `Fix::backfill`), 0x0700 with recorded positions; split ones are put
/// together. All other messages go to `Listener::on_message` as they are.
///
/// A single flipped bit is found out: by the check byte, or, where it makes or breaks an escape or a border, by the
/// body's length. What is left is chance: a piece cut off by a new border would need a fitting check byte,
/// 1 in 256, and a header that states its length.
///
/// Time: about 0.1 µs for a position of 60 bytes. Memory: 4 KiB and `most_parts`, all taken at construction; no
/// allocation later. Threads: one at a time.
class StreamParser {
 public:
  explicit StreamParser(ParserOptions options = {});

  /// \param received arrival at the platform, for `Fix::received`; `no_time` when it is not known
  void push(Bytes bytes, Listener& listener, TimeUtc received = no_time);
  void push(std::string_view bytes, Listener& listener, TimeUtc received = no_time) {
    push({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, listener, received);
  }

  /// One frame from a log that has taken borders and escapes out already. \param content header to check byte
  void push_unescaped(Bytes content, Listener& listener, TimeUtc received = no_time);

  [[nodiscard]] const Counts& counts() const noexcept { return counts_; }
  [[nodiscard]] std::vector<OpenMessage> open_messages() const { return assembler_.open_messages(); }
  /// Whether the bytes so far end within a frame.
  [[nodiscard]] bool holds_part_of_frame() const noexcept { return deframer_.holds_part(); }

 private:
  struct Context {
    Listener& listener;
    TimeUtc received;
  };
  void take_frame(Bytes content, std::optional<Fault> fault, const Context& context);
  [[nodiscard]] bool is_passable(std::optional<Fault> fault) noexcept;
  void take_part(const Message& part, const Context& context);
  void take_message(const Message& message, const Context& context);
  void take_batch(const Message& message, const Context& context);
  void take_recorder_upload(const Message& message, const Context& context);
  void take_location(const Header& header, Bytes body, bool backfill, const Context& context);
  void read_items(const Location& location, ProfileReading& reading, Fix& fix);
  [[nodiscard]] bool adds_up(Bytes list) const noexcept;
  void count_if_unknown(std::uint16_t item) noexcept;
  void refuse(Fault fault, Bytes bytes, const std::optional<Header>& header, const Context& context);

  Strictness strictness_;
  std::shared_ptr<const Profile> kept_profile_;
  const Profile* profile_;
  std::array<bool, 256> known_items_{};
  Deframer deframer_;
  MessageAssembler assembler_;
  Counts counts_;
};

}  // namespace haulwatch::io::jt808
