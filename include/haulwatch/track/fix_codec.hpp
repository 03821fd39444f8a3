#pragma once

#include <haulwatch/fix.hpp>

#include <cstddef>
#include <cstdint>

namespace haulwatch::track {

/// A fix as a journal keeps it.
struct JournalledFix {
  Fix fix;
  bool late = false;  ///< it came later than the lateness, and was put in its place afterwards
};

/// Writes a vehicle's fixes one after another in few bytes, each as what has changed since the one before, and reads
/// them back bit for bit: every field of `Fix` but the vehicle, which the journal knows.
///
/// Numbers that are whole multiples of a terminal's or a file's usual step (1e-7 degrees, 0.01 m/s, 0.1 km/h, 0.1
/// degrees, 0.01 m, 0.1 m) are written as whole numbers, places and times against a straight and steady course; any
/// other number is written by its bits. A writer and a reader begin alike, with a fresh object each.
///
/// Time: some 30 ns a fix. Threads: none.
class FixCodec {
 public:
  /// The most that one fix can take.
  static constexpr std::size_t longest = 96;

  /// \param out has room for `longest` \returns bytes written
  std::size_t write(const JournalledFix& next, std::byte* out) noexcept;

  /// Reads what `write` wrote. \returns the byte after it. The fix has no vehicle.
  const std::byte* read(const std::byte* in, JournalledFix& next) noexcept;

 private:
  struct Axis {
    std::int64_t value = 0;
    std::int64_t step = 0;
  };
  class Writer;
  class Reader;

  // Of the fix before: what the next one is held against.
  std::int64_t time_ = 0;
  std::int64_t time_step_ = 0;
  std::int64_t received_after_ = 0;
  std::int64_t record_ = 0;
  std::int64_t record_step_ = 0;
  std::uint64_t lon_bits_ = 0;
  std::uint64_t lat_bits_ = 0;
  Axis lon_;  ///< in units of 1e-7 degrees
  Axis lat_;
  std::uint64_t odometer_bits_ = 0;
  std::int64_t odometer_ = 0;
  std::uint32_t speed_bits_ = 0;
  std::uint32_t heading_bits_ = 0;
  std::uint32_t accuracy_bits_ = 0;
  std::uint32_t hdop_bits_ = 0;
  std::uint16_t states_ = 0;
};

}  // namespace haulwatch::track
