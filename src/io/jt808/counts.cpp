#include <haulwatch/io/jt808/counts.hpp>

#include <algorithm>
#include <numeric>

namespace haulwatch::io::jt808 {

void IdCounts::add(std::uint16_t id) noexcept {
  for (Entry& entry : std::span{entries_}.first(size_)) {
    if (entry.id == id) {
      ++entry.count;
      return;
    }
  }
  if (size_ == entries_.size()) {
    ++others_;
  } else {
    entries_[size_++] = {id, 1};
  }
}

std::uint64_t IdCounts::total() const noexcept {
  return std::accumulate(entries().begin(), entries().end(), others_,
                         [](std::uint64_t sum, const Entry& entry) { return sum + entry.count; });
}

std::uint64_t IdCounts::of(std::uint16_t id) const noexcept {
  const auto found = std::find_if(entries().begin(), entries().end(), [&](const Entry& e) { return e.id == id; });
  return found == entries().end() ? 0 : found->count;
}

}  // namespace haulwatch::io::jt808
