#pragma once

#include <haulwatch/units.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace haulwatch::io::nmea {

/// One sentence of an AIS message.
struct Fragment {
  unsigned count = 1;   ///< sentences of the message, 1 to 9
  unsigned number = 1;  ///< of this one, from 1
  char sequence = ' ';  ///< tells messages apart that come interleaved
  char channel = ' ';
  TimeUtc heard = no_time;
  std::string_view letters;
};

/// Puts AIS messages of several sentences together. The sentences of one message come in order; those of others may
/// stand between.
///
/// Room for 16 messages; a seventeenth takes the place of the one that waits longest. Memory: 10 KiB, no allocation.
/// Threads: one at a time.
class FragmentAssembler {
 public:
  static constexpr std::size_t most_messages = 16;

  enum class Step : std::uint8_t { whole, waits, out_of_order };
  /// After `whole`, `letters` has the message until the next call.
  [[nodiscard]] Step add(const Fragment& fragment) noexcept;
  [[nodiscard]] std::string_view letters() const noexcept { return letters_; }
  /// When that message was heard: a tag block stands before the first of its sentences, if anywhere.
  [[nodiscard]] TimeUtc heard() const noexcept { return heard_; }

  /// Messages begun and never ended.
  [[nodiscard]] std::uint64_t given_up() const noexcept { return given_up_; }

 private:
  struct Slot {
    std::array<char, 600> letters;  ///< nine sentences of at most 82 characters have fewer
    std::size_t size = 0;
    unsigned count = 0;  ///< 0: free
    unsigned next = 0;
    char sequence = ' ';
    char channel = ' ';
    TimeUtc heard = no_time;
    std::uint64_t last_used = 0;
  };
  [[nodiscard]] Slot* find(const Fragment& fragment) noexcept;
  [[nodiscard]] Slot& begin(const Fragment& fragment) noexcept;

  std::array<Slot, most_messages> slots_;
  std::string_view letters_;
  TimeUtc heard_ = no_time;
  std::uint64_t clock_ = 0;
  std::uint64_t given_up_ = 0;
};

}  // namespace haulwatch::io::nmea
