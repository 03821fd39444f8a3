#pragma once

#include <cstddef>

namespace haulwatch::detail {

/// Raw memory for many records, begun at a line of the cache; large ones lie in huge pages where the system has them,
/// since a fleet's records are visited in no order and would else miss the table of pages each time.
class Slab {
 public:
  /// Throws `std::bad_alloc` where there is none.
  explicit Slab(std::size_t bytes);
  Slab(Slab&& other) noexcept;
  Slab(const Slab&) = delete;
  Slab& operator=(const Slab&) = delete;
  Slab& operator=(Slab&&) = delete;
  ~Slab();

  [[nodiscard]] std::byte* data() const noexcept { return data_; }

 private:
  std::size_t bytes_;
  std::byte* data_;
};

}  // namespace haulwatch::detail
