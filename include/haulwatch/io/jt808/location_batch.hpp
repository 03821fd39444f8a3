#pragma once

#include <haulwatch/io/jt808/bytes.hpp>

#include <cstddef>
#include <cstdint>

namespace haulwatch::io::jt808 {

/// Walks over the locations of a batch upload (0x0704): a count, a kind, and each location behind its length.
class LocationBatch {
 public:
  explicit LocationBatch(Bytes body) noexcept;

  /// Kind 1: sent late, after a dead zone.
  [[nodiscard]] bool is_backfill() const noexcept { return kind_ == 1; }
  /// \return false at the end, or where the rest is too short for what it announces
  [[nodiscard]] bool next(Bytes& location) noexcept;
  /// Whether all that was announced came and nothing is left. \pre `next` gave false
  [[nodiscard]] bool adds_up() const noexcept { return has_front_ && left_ == 0 && rest_.empty(); }

 private:
  bool has_front_ = false;
  std::uint8_t kind_ = 0;
  std::size_t left_ = 0;
  Bytes rest_;
};

}  // namespace haulwatch::io::jt808
