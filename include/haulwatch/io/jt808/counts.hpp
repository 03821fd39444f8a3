#pragma once

#include <haulwatch/io/jt808/fault.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace haulwatch::io::jt808 {

/// How often each of some numbers was met, without allocation: the first 64 different ones each, the rest together.
class IdCounts {
 public:
  struct Entry {
    std::uint16_t id = 0;
    std::uint64_t count = 0;
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  void add(std::uint16_t id) noexcept;
  /// In the order of first sight.
  [[nodiscard]] std::span<const Entry> entries() const noexcept { return std::span{entries_}.first(size_); }
  [[nodiscard]] std::uint64_t others() const noexcept { return others_; }
  [[nodiscard]] std::uint64_t total() const noexcept;
  [[nodiscard]] std::uint64_t of(std::uint16_t id) const noexcept;

 private:
  std::array<Entry, 64> entries_{};
  std::size_t size_ = 0;
  std::uint64_t others_ = 0;
};

/// What one parser has met. Every candidate between two borders is a whole message, a part or a refused frame:
/// `frames == messages + parts + refused_frames`.
struct Counts {
  std::uint64_t bytes = 0;
  std::uint64_t outside_bytes = 0;  ///< before the first border
  std::uint64_t frames = 0;
  std::uint64_t messages = 0;  ///< that came in one frame
  std::uint64_t parts = 0;     ///< of split messages
  std::uint64_t refused_frames = 0;
  std::uint64_t joined = 0;                            ///< split messages that became whole
  std::uint64_t fixes = 0;                             ///< given out, encrypted ones too
  std::uint64_t encrypted_positions = 0;               ///< status bit 5; given out as fixes that say they are not valid
  std::uint64_t broken_items = 0;                      ///< locations whose extra items do not add up
  std::array<std::uint64_t, fault_count> refused{};    ///< frames, parts, messages, locations: by cause
  std::array<std::uint64_t, fault_count> tolerated{};  ///< what `lenient` took all the same: by cause
  IdCounts unknown_messages;  ///< messages that the parser does not read; the listener has them
  IdCounts unknown_items;     ///< items that neither the standard nor the profile names; the listener has them

  [[nodiscard]] std::uint64_t refused_as(Fault fault) const noexcept {
    return refused[static_cast<std::size_t>(fault)];
  }
  [[nodiscard]] std::uint64_t tolerated_as(Fault fault) const noexcept {
    return tolerated[static_cast<std::size_t>(fault)];
  }
};

}  // namespace haulwatch::io::jt808
