#include <haulwatch/io/jt808/location_batch.hpp>

namespace haulwatch::io::jt808 {

LocationBatch::LocationBatch(Bytes body) noexcept {
  constexpr std::size_t front = 3;
  if (body.size() < front) return;
  has_front_ = true;
  left_ = detail::u16_at(body, 0);
  kind_ = body[2];
  rest_ = body.subspan(front);
}

bool LocationBatch::next(Bytes& location) noexcept {
  if (left_ == 0 || rest_.size() < 2) return false;
  const std::size_t length = detail::u16_at(rest_, 0);
  if (rest_.size() - 2 < length) return false;
  location = rest_.subspan(2, length);
  rest_ = rest_.subspan(2 + length);
  --left_;
  return true;
}

}  // namespace haulwatch::io::jt808
