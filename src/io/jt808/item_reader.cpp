#include <haulwatch/io/jt808/item_reader.hpp>

namespace haulwatch::io::jt808 {
namespace {

[[nodiscard]] std::uint32_t number_of(Bytes bytes) noexcept {
  std::uint32_t number = 0;
  for (const std::uint8_t byte : bytes) number = number << 8U | byte;
  return number;
}

}  // namespace

bool ItemFramings::add(std::uint16_t id, ItemFraming framing) noexcept {
  if (size_ == most) return false;
  const auto first = static_cast<std::size_t>(framing.id_bytes == 2 ? id >> 8U : id & 0xFFU);
  special_[first] = true;
  entries_[size_++] = {id, framing};
  return true;
}

ItemFraming ItemFramings::look_up(Bytes bytes) const noexcept {
  for (std::size_t i = 0; i < size_; ++i) {
    const Entry& entry = entries_[i];
    const std::size_t id_bytes = entry.framing.id_bytes;
    if (bytes.size() >= id_bytes && number_of(bytes.first(id_bytes)) == entry.id) return entry.framing;
  }
  return {};
}

bool ItemReader::next(Item& item) noexcept {
  if (rest_.empty() || broken_) return false;
  const ItemFraming framing = framings_ != nullptr ? framings_->of(rest_) : framing_;
  const std::size_t front = std::size_t{framing.id_bytes} + framing.length_bytes;
  broken_ = true;
  if (rest_.size() < front) return false;
  const std::uint32_t length = number_of(rest_.subspan(framing.id_bytes, framing.length_bytes));
  if (rest_.size() - front < length) return false;
  broken_ = false;
  item.id = static_cast<std::uint16_t>(number_of(rest_.first(framing.id_bytes)));
  item.data = rest_.subspan(front, length);
  rest_ = rest_.subspan(front + length);
  return true;
}

}  // namespace haulwatch::io::jt808
