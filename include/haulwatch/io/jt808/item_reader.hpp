#pragma once

#include <haulwatch/io/jt808/bytes.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace haulwatch::io::jt808 {

/// One extra item of a location.
struct Item {
  std::uint16_t id = 0;
  Bytes data;
};

/// How many bytes an item's number and its length take. The standard has 1 and 1; vendors have others.
struct ItemFraming {
  std::uint8_t id_bytes = 1;      ///< 1 or 2
  std::uint8_t length_bytes = 1;  ///< 1, 2 or 4
};

/// Which items, by their number, are framed otherwise than by 1 and 1 bytes.
class ItemFramings {
 public:
  static constexpr std::size_t most = 16;

  /// \return false where there is no more room
  bool add(std::uint16_t id, ItemFraming framing) noexcept;

  /// \param bytes not empty
  [[nodiscard]] ItemFraming of(Bytes bytes) const noexcept {
    return special_[bytes[0]] ? look_up(bytes) : ItemFraming{};
  }

 private:
  struct Entry {
    std::uint16_t id = 0;
    ItemFraming framing;
  };
  [[nodiscard]] ItemFraming look_up(Bytes bytes) const noexcept;

  std::array<bool, 256> special_{};  ///< by the first byte of the number
  std::array<Entry, most> entries_{};
  std::size_t size_ = 0;
};

/// Walks over a list of items. Where one reaches over the end, `next` gives false and `is_broken` true.
class ItemReader {
 public:
  ItemReader(Bytes list, const ItemFramings& framings) noexcept : rest_{list}, framings_{&framings} {}
  /// Every item has the same framing: a list inside an item.
  ItemReader(Bytes list, ItemFraming framing) noexcept : rest_{list}, framing_{framing} {}

  [[nodiscard]] bool next(Item& item) noexcept;
  [[nodiscard]] bool is_broken() const noexcept { return broken_; }
  [[nodiscard]] Bytes rest() const noexcept { return rest_; }

 private:
  Bytes rest_;
  const ItemFramings* framings_ = nullptr;
  ItemFraming framing_;
  bool broken_ = false;
};

}  // namespace haulwatch::io::jt808
