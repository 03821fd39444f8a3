#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string_view>

namespace haulwatch {

/// The one bucket into which a fix falls. Every row read ends in exactly one of them, and their sum is the number of
/// rows.
enum class Verdict : std::uint8_t {
  kept,           ///< taken into the track
  duplicate,      ///< same vehicle and instant as a fix already taken
  late,           ///< older than the vehicle's last released fix, and no journal reaches back to it
  bad_row,        ///< could not be read: wrong number of fields, broken number, time or encoding
  no_fix,         ///< the receiver itself says that it had no position
  null_island,    ///< 0 N 0 E, which is how many terminals spell 'no position'
  out_of_range,   ///< not a place on Earth, or not a number
  future,         ///< ahead of `received`, or of the vehicle's own neighbours in time
  too_old,        ///< far behind `received`, or the vehicle's own neighbours in time
  implied_speed,  ///< no truck drives from its neighbours to here and on in the time given
  frozen,         ///< the same place again and again while the terminal says that it drives
  merged,         ///< older than the vehicle's last released fix, and put in its place in the track by the journal
  other_vehicle,  ///< of a second vehicle that reports under the same name
};
inline constexpr std::size_t verdict_count = 13;

[[nodiscard]] constexpr std::string_view name_of(Verdict verdict) noexcept {
  constexpr std::array<std::string_view, verdict_count> names{
      "kept",   "duplicate", "late",          "bad_row", "no_fix", "null_island",  "out_of_range",
      "future", "too_old",   "implied_speed", "frozen",  "merged", "other_vehicle"};
  return names[static_cast<std::size_t>(verdict)];
}

/// Whether the gate refuses a fix so: it had a place in the order, and a run again may decide otherwise.
[[nodiscard]] constexpr bool is_of_gate(Verdict verdict) noexcept {
  return verdict == Verdict::implied_speed || verdict == Verdict::frozen || verdict == Verdict::other_vehicle;
}

/// How many fixes fell into each bucket.
class VerdictCounts {
 public:
  constexpr void add(Verdict verdict, std::uint64_t n = 1) noexcept { counts_[static_cast<std::size_t>(verdict)] += n; }
  constexpr void remove(Verdict verdict, std::uint64_t n = 1) noexcept {
    counts_[static_cast<std::size_t>(verdict)] -= n;
  }
  [[nodiscard]] constexpr std::uint64_t operator[](Verdict verdict) const noexcept {
    return counts_[static_cast<std::size_t>(verdict)];
  }
  [[nodiscard]] constexpr std::uint64_t total() const noexcept {
    return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
  }
  /// Everything that is in the track, however late it came.
  [[nodiscard]] constexpr std::uint64_t accepted() const noexcept {
    return (*this)[Verdict::kept] + (*this)[Verdict::merged];
  }
  /// Everything refused: neither accepted, nor a duplicate, nor late.
  [[nodiscard]] constexpr std::uint64_t rejected() const noexcept {
    return total() - accepted() - (*this)[Verdict::duplicate] - (*this)[Verdict::late];
  }
  constexpr VerdictCounts& operator+=(const VerdictCounts& other) noexcept {
    for (std::size_t i = 0; i < verdict_count; ++i) counts_[i] += other.counts_[i];
    return *this;
  }
  /// \pre none of `other` is greater
  constexpr VerdictCounts& operator-=(const VerdictCounts& other) noexcept {
    for (std::size_t i = 0; i < verdict_count; ++i) counts_[i] -= other.counts_[i];
    return *this;
  }
  friend constexpr bool operator==(const VerdictCounts&, const VerdictCounts&) = default;

 private:
  std::array<std::uint64_t, verdict_count> counts_{};
};

}  // namespace haulwatch
