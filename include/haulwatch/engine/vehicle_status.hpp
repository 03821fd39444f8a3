#pragma once

#include <haulwatch/lon_lat.hpp>
#include <haulwatch/units.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace haulwatch {

/// What is known of a vehicle's load.
enum class LoadStatus : std::uint8_t { unknown, empty, loaded };

/// Where a vehicle is and what it is about, as of its newest kept fix: for live maps. Events tell what happened; this
/// tells what is.
struct VehicleStatus {
  TimeUtc time = no_time;             ///< of the newest kept fix; `no_time` before the first
  LonLat place;                       ///< cleaned, WGS-84
  float speed_mps = 0;                ///< by the cleaned track
  float heading_deg = 0;              ///< clockwise from true north; of no meaning while it stands
  std::string_view site;              ///< that it is in; empty outside every site
  std::string_view origin;            ///< site where the open trip's load came from; empty when not known
  TimeUtc stopped_since = no_time;    ///< first fix of the open stop
  TimeUtc loaded_since = no_time;     ///< of the open trip
  TimeUtc off_route_since = no_time;  ///< of the open deviation
  std::uint32_t registry = 0;         ///< version of the registry that it is judged by
  float load_confidence = 0;          ///< that `load` is so, 0 to 1
  LoadStatus load = LoadStatus::unknown;
  bool stopped = false;
  bool silent = false;
  bool on_trip = false;
  bool off_route = false;
  bool dump_suspected = false;  ///< with the load of the open trip
};
static_assert(std::is_trivially_copyable_v<VehicleStatus>);

/// One vehicle's status, written by the one thread that folds it and read by any at any time, without a lock.
///
/// A seqlock (H.-J. Boehm, Can seqlocks get along with programming language memory models?, MSPC 2012), with atomic
/// words instead of fences: a reader that meets a writer asks again. Reading costs some 20 ns.
class StatusCell {
 public:
  StatusCell() noexcept { write({}); }

  /// Threads: one, always the same or in turn.
  void write(const VehicleStatus& status) noexcept {
    std::array<std::uint64_t, word_count> words{};
    std::memcpy(words.data(), &status, sizeof status);
    const std::uint64_t version = version_.load(std::memory_order_relaxed);
    version_.store(version + 1, std::memory_order_relaxed);
    // A release each: no word is seen before the version that announces it.
    for (std::size_t i = 0; i < word_count; ++i) words_[i].store(words[i], std::memory_order_release);
    version_.store(version + 2, std::memory_order_release);
  }

  /// Threads: any.
  [[nodiscard]] VehicleStatus read() const noexcept {
    std::array<std::uint64_t, word_count> words{};
    for (;;) {
      const std::uint64_t version = version_.load(std::memory_order_acquire);
      for (std::size_t i = 0; i < word_count; ++i) words[i] = words_[i].load(std::memory_order_acquire);
      if (version % 2 == 0 && version_.load(std::memory_order_relaxed) == version) break;
    }
    VehicleStatus status;
    std::memcpy(static_cast<void*>(&status), words.data(), sizeof status);
    return status;
  }

 private:
  static constexpr std::size_t word_count = (sizeof(VehicleStatus) + 7) / 8;
  std::atomic<std::uint64_t> version_{0};
  std::array<std::atomic<std::uint64_t>, word_count> words_{};
};

}  // namespace haulwatch
