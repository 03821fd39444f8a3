#pragma once

#include <haulwatch/io/jt808/header.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace haulwatch::io::jt808 {

/// A split message of which parts are missing, so that a server can ask for them (`append_resend_request`).
struct OpenMessage {
  Header header;                   ///< of the part that came last
  std::uint16_t first_serial = 0;  ///< serial of its first part, by which it is asked for again
  std::uint16_t parts = 0;
  std::uint16_t parts_held = 0;
  std::vector<std::uint16_t> missing;  ///< counted from 1
};

/// Puts the parts of split messages together, whatever their order, several messages and terminals at once.
///
/// Room for parts is fixed: `most_parts` of 1,023 bytes for all messages together. When it is used up, the message
/// whose last part came longest ago is given up, so a flood of first parts costs the flood. A message of more parts
/// than there is room for is refused.
///
/// Memory: 2 KiB a part, taken at construction; no allocation after it. Threads: one at a time.
class MessageAssembler {
 public:
  static constexpr std::size_t most_messages = 8;
  static constexpr std::size_t longest_part = 1023;

  explicit MessageAssembler(std::size_t most_parts);

  struct Step {
    std::optional<Fault> fault;      ///< of this part
    std::optional<Bytes> body;       ///< of the whole message, when this part was the last; until the next call
    std::optional<Header> given_up;  ///< a message that had to make room
  };
  /// \pre part.header.split
  Step add(const Message& part) noexcept;

  /// Messages that wait for parts, in the order of their last part.
  [[nodiscard]] std::vector<OpenMessage> open_messages() const;
  [[nodiscard]] std::size_t open_count() const noexcept;

 private:
  static constexpr std::uint16_t none = 0xFFFF;
  struct Slot {
    Header header;
    std::uint16_t first_serial = 0;
    std::uint16_t parts = 0;  ///< 0: the slot is free
    std::uint16_t held = 0;
    std::uint64_t last_used = 0;
    std::uint16_t first_chunk = none;  ///< of a chain of chunks, in the order of their coming
  };
  struct Chunk {
    std::array<std::uint8_t, longest_part> bytes;
    std::uint16_t size = 0;
    std::uint16_t part = 0;
    std::uint16_t next = none;
  };

  [[nodiscard]] Slot* find(const Header& header, std::uint16_t first_serial) noexcept;
  [[nodiscard]] Slot& slot_for(Step& step) noexcept;
  [[nodiscard]] Slot* oldest(const Slot* except) noexcept;
  [[nodiscard]] bool holds(const Slot& slot, std::uint16_t part) const noexcept;
  void keep(Slot& slot, const Message& part, Step& step) noexcept;
  void release(Slot& slot) noexcept;
  [[nodiscard]] Bytes join(const Slot& slot) noexcept;

  std::size_t most_parts_;
  std::array<Slot, most_messages> slots_;
  std::unique_ptr<Chunk[]> chunks_;
  std::unique_ptr<std::uint8_t[]> whole_;
  std::uint16_t free_chunk_ = none;
  std::uint64_t clock_ = 0;
};

}  // namespace haulwatch::io::jt808
