#pragma once

#include <haulwatch/io/jt808/bytes.hpp>
#include <haulwatch/io/jt808/fault.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>

namespace haulwatch::io::jt808 {

/// Header of 21 bytes, body of 1,023 and check byte are 1,045 bytes; a frame that lies about its length may have more.
inline constexpr std::size_t longest_frame = 2048;

/// Cuts a stream into frames and takes the escapes out (JT/T 808, section 4.4.2).
///
/// Every 7E is a border: whatever stands between two of them is a candidate, so after noise, a lost border or a frame
/// cut in half the next good frame is found. Bytes before the first 7E are passed over.
///
/// Time: a memchr and a copy of the bytes. Memory: 2 KiB, no allocation. Threads: one at a time.
class Deframer {
 public:
  /// Calls `on_frame(Bytes content, std::optional<Fault>)` for each candidate, its bytes being without borders and
  /// escapes and valid until the call returns. The fault is `bad_escape`, where a lone 7D was kept as it is, or
  /// `too_long`, where `content` is the beginning.
  template <class OnFrame>
  void push(Bytes bytes, OnFrame&& on_frame) {
    while (!bytes.empty()) {
      const std::size_t border = find(bytes, 0x7E);
      const Bytes piece = bytes.first(border);
      if (inside_) {
        append(piece);
      } else {
        outside_bytes_ += piece.size();
      }
      if (border == bytes.size()) return;
      bytes = bytes.subspan(border + 1);
      end_frame(on_frame);
    }
  }

  /// Bytes before the first border.
  [[nodiscard]] std::uint64_t outside_bytes() const noexcept { return outside_bytes_; }
  /// Whether bytes of a frame that has not ended are held.
  [[nodiscard]] bool holds_part() const noexcept { return size_ > 0 || escaped_; }

 private:
  [[nodiscard]] static std::size_t find(Bytes bytes, std::uint8_t wanted) noexcept {
    const void* found = bytes.empty() ? nullptr : std::memchr(bytes.data(), wanted, bytes.size());
    return found == nullptr ? bytes.size()
                            : static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - bytes.data());
  }

  template <class OnFrame>
  void end_frame(OnFrame&& on_frame) {
    if (escaped_) keep_lone_escape();
    if (size_ > 0) on_frame(Bytes{content_.data(), size_}, fault_);
    size_ = 0;
    escaped_ = false;
    fault_.reset();
    inside_ = true;
  }

  void append(Bytes piece) noexcept {
    while (!piece.empty()) {
      if (escaped_) {
        escaped_ = false;
        if (piece[0] == 0x01 || piece[0] == 0x02) {
          put(static_cast<std::uint8_t>(0x7C + piece[0]));
          piece = piece.subspan(1);
          continue;
        }
        keep_lone_escape();
      }
      const std::size_t escape = find(piece, 0x7D);
      put(piece.first(escape));
      escaped_ = escape < piece.size();
      piece = piece.subspan(std::min(escape + 1, piece.size()));
    }
  }

  void keep_lone_escape() noexcept {
    if (!fault_) fault_ = Fault::bad_escape;
    put(std::uint8_t{0x7D});
  }

  void put(std::uint8_t byte) noexcept { put(Bytes{&byte, 1}); }
  void put(Bytes bytes) noexcept {
    const std::size_t room = std::min(bytes.size(), content_.size() - size_);
    if (room < bytes.size()) fault_ = Fault::too_long;
    if (room > 0) std::memcpy(content_.data() + size_, bytes.data(), room);
    size_ += room;
  }

  std::array<std::uint8_t, longest_frame> content_;
  std::size_t size_ = 0;
  bool inside_ = false;
  bool escaped_ = false;  ///< the last byte was a 7D whose second byte has not come
  std::optional<Fault> fault_;
  std::uint64_t outside_bytes_ = 0;
};

}  // namespace haulwatch::io::jt808
